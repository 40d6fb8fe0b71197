"""Commands on tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from commands import pages
from commands.interactions import Deal
from commands.paging import Limit, Page, more, size
from commands.parameters import ClientRef, DayText, DealRef, Many, MomentText, RepRef, TaskRef, WhenText
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crmtui.activities.tasks import Job
    from crmtui.sales.followups import CompletedTask

Note = Annotated[str, Option(help="What is worth remembering.", metavar="TEXT")]
DUE = "When: fri, 'fri 10:00', +3d, 'in 2 working hours', 2026-12-31"


def add_task(
    title: Annotated[str, Argument(help="What is to be done.")],
    *,
    due: Annotated[str | None, Option(help=f"{DUE}; working hours are those of whoever is to do it.", metavar="WHEN")] = None,
    client: Annotated[ClientRef | None, Option(help="The client it is about.", metavar="CLIENT")] = None,
    deal: Deal = None,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Who is to do it, if not you.", metavar="REP")] = None,
    minutes: Annotated[int | None, Option(help="How long it takes; with a time it is a planned meeting.")] = None,
    priority: Annotated[Literal["low", "normal", "high"], Option(help="How much it matters.")] = "normal",
    repeat: Annotated[str, Option(help="daily, weekly, monthly, yearly or an RRULE.", metavar="RULE")] = "",
    after: Annotated[TaskRef | None, Option(help="The task that is to be done before.", metavar="TASK")] = None,
    item: Annotated[list[str] | None, Option("--item", help="A line of its checklist; may be given again.", metavar="TEXT")] = None,
    note: Note = "",
) -> Done:
    """Add a task, for yourself unless --for says otherwise."""
    from crmtui.activities import tasks

    job = tasks.add(
        title, due=due, client=client, deal=deal, assignee=assignee, priority=priority, repeat=repeat, note=note, after=after,
        items=item or (), minutes=minutes,
    )  # fmt: skip
    waits = f", waits for {job.after_id} {job.after}" if job.waiting else ""
    return Done(f"added task {job.id} {job.title}{_due(job)}{waits}", job, job.id)


def _due(job: Job) -> str:
    from crmtui.present import text

    return f", due {text.value(job.due_at or job.due_on)}" if job.due_on else ""


def complete_task(
    task: Annotated[TaskRef, Many("completed")],
    *,
    at: Annotated[MomentText | None, Option(help="When it was done, if not now.", metavar="WHEN")] = None,
    next_step: Annotated[str, Option("--next", help="What is to be done next; becomes a task.", metavar="TEXT")] = "",
    due: Annotated[WhenText | None, Option(help="When that is due.", metavar="WHEN")] = None,
) -> Done:
    """Mark a task done, and in the same step say what is to be done next. A repeating one makes the next of its kind.

    Items of its checklist that are not done do not stand in the way; they are told. So are tasks that waited for it, and a deal in which
    nothing is to be done next.
    """
    from crmtui.activities import tasks
    from crmtui.sales import followups

    done = followups.complete(task, at=at, next_step=next_step, due=due)
    made = tasks.load([id_ for id_ in (done.following_id, done.step_id) if id_])
    told = [f"completed task {done.id} {done.title}"]
    told += [f"next is task {job.id}{f' {job.title}' if job.id == done.step_id else ''}{_due(job)}" for job in made]
    return Done("; ".join(told), done, done.id, list(_after(done)))


def _after(done: CompletedTask) -> Iterator[str]:
    """What there is to say once a task is done."""
    from crmtui.activities import tasks

    if done.items_left:
        yield f"not done of task {done.id}: {', '.join(done.items_left)}"
    for job in tasks.load(done.freed):
        yield f"task {job.id} {job.title} need not wait any more"
    if done.deal_stalled:
        yield f"deal {done.deal_id} {done.deal} has no next step now; crmtui edit-deal {done.deal_id} --next … gives it one"


def edit_task(
    task: Annotated[TaskRef, Many("changed")],
    *,
    title: Annotated[str | None, Option(help="What is to be done.")] = None,
    due: Annotated[str | None, Option(help=f"{DUE}; '' for no day.", metavar="WHEN")] = None,
    client: Annotated[ClientRef | None, Option(help="The client it is about.", metavar="CLIENT")] = None,
    deal: Deal = None,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Who is to do it.", metavar="REP")] = None,
    minutes: Annotated[str | None, Option(help="How long it takes, in minutes; '' for no length.", metavar="NUMBER")] = None,
    priority: Annotated[Literal["low", "normal", "high"] | None, Option(help="How much it matters.")] = None,
    repeat: Annotated[str | None, Option(help="daily, weekly, monthly, yearly or an RRULE; '' for once.", metavar="RULE")] = None,
    after: Annotated[str | None, Option(help="The task that is to be done before, by its id or title; '' for none.")] = None,
    item: Annotated[list[str] | None, Option("--item", help="A further line of its checklist; may be given again.", metavar="TEXT")] = None,
    done_item: Annotated[list[str] | None, Option("--done-item", help="An item that is done: its number or text.", metavar="ITEM")] = None,
    drop_item: Annotated[list[str] | None, Option("--drop-item", help="An item to take off the list.", metavar="ITEM")] = None,
    note: Annotated[str | None, Option(help="What is worth remembering.")] = None,
) -> Done:
    """Change a task: what is given is set, an empty text ('') empties a field, the rest stays. Give it to another by --for."""
    given = {_LISTS.get(name, name): value for name, value in locals().items() if name != "task" and value is not None}
    from crmtui.activities import tasks

    job = tasks.edit(task, given)
    return Done(f"{'changed' if given else 'nothing to change in'} task {job.id} {job.title}", job, job.id)


_LISTS = {"item": "items", "done_item": "done_items", "drop_item": "dropped_items"}


def check_task(
    task: TaskRef,
    item: Annotated[list[str], Argument(help="Which item: its number, or a part of its text.")],
    *,
    undone: Annotated[bool, Option("--undone", help="It is not done after all.")] = False,
) -> Done:
    """Mark items of a task's checklist done."""
    from crmtui.activities import checklists, tasks

    checked = checklists.check(task, item, done=not undone)
    page = tasks.page(task)
    verb = "unchecked" if undone else "checked"
    return Done(f"{verb} {', '.join(checked)} of task {page.id} {page.title}: {page.items_done} of {page.items} done", page, page.id)


def delegate_task(
    task: Annotated[TaskRef, Many("given away")],
    rep: Annotated[RepRef, Argument(help="Who is to do it: a rep's id, name, or a part of it that only one has.")],
    *,
    note: Annotated[str, Option(help="What they should know; goes below the task's own note.", metavar="TEXT")] = "",
) -> Done:
    """Give a task to another. You stay its author, and find it by list-tasks --given-by me until it is done."""
    from crmtui.activities import tasks

    job = tasks.delegate(task, rep, note=note)
    return Done(f"gave task {job.id} {job.title} to {job.assignee}{_due(job)}", job, job.id)


def snooze_task(
    task: Annotated[TaskRef, Many("snoozed")],
    when: Annotated[str, Argument(help="Until when: tomorrow, mon, 'fri 10:00', +2h, '2 working days'.", metavar="WHEN")],
) -> Done:
    """Put a task off. A day alone keeps the time of day at which it was due."""
    from crmtui.activities import tasks

    job = tasks.snooze(task, when)
    return Done(f"snoozed task {job.id} {job.title}{_due(job)}", job, job.id)


def delete_task(task: Annotated[TaskRef, Many("deleted")]) -> Done:
    """Delete a task that is not to be done after all. It is kept as cancelled, and undo brings it back; a repeating one ends."""
    from crmtui.activities import tasks

    job = tasks.cancel(task)
    return Done(f"deleted task {job.id} {job.title}", job, job.id)


def show_task(task: TaskRef) -> Shown:
    """Show a task: for whom, by whom, about whom, until when, its checklist, what it waits for."""
    from crmtui.activities import tasks

    page = tasks.page(task)
    return Shown(page, lambda _, bold: pages.task(page, bold))


def list_tasks(
    *,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Only those of this rep.", metavar="REP")] = None,
    given_by: Annotated[RepRef | None, Option(help="Only those that this rep gave to others; me for you.", metavar="REP")] = None,
    client: Annotated[ClientRef | None, Option(help="Only about this client.", metavar="CLIENT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only about this deal.", metavar="DEAL")] = None,
    due: Annotated[DayText | None, Option(help="Only those due by this day.", metavar="DAY")] = None,
    overdue: Annotated[bool, Option("--overdue", help="Only those whose time is over.")] = False,
    state: Annotated[Literal["open", "done", "cancelled", "all"], Option(help="Only in this state.")] = "open",
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List tasks by due time, open ones unless --state says otherwise; those that wait for another stand last."""
    from crmtui.activities import tasks
    from crmtui.present import lists

    many = size(limit)
    wanted = None if state == "all" else state
    filters: dict[str, Any] = {
        "state": wanted, "assignee": assignee, "given_by": given_by, "client": client, "deal": deal, "overdue": overdue, "until": due,
    }  # fmt: skip
    found = tasks.listed(**filters, limit=many or None, offset=(page - 1) * many)
    total = tasks.count(**filters) if many and len(found) == many else 0
    return Listing(found, lists.TASKS, tasks.Job, more(len(found), total, many, page, "tasks"), "no tasks")
