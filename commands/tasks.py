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
    from crmtui.activities.tasks import Job

Note = Annotated[str, Option(help="What is worth remembering.", metavar="TEXT")]


def add_task(
    title: Annotated[str, Argument(help="What is to be done.")],
    *,
    due: Annotated[WhenText | None, Option(help="When: fri, 'fri 10:00', +3d, 2026-12-31.", metavar="WHEN")] = None,
    client: Annotated[ClientRef | None, Option(help="The client it is about.", metavar="CLIENT")] = None,
    deal: Deal = None,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Who is to do it, if not you.", metavar="REP")] = None,
    priority: Annotated[Literal["low", "normal", "high"], Option(help="How much it matters.")] = "normal",
    repeat: Annotated[str, Option(help="daily, weekly, monthly, yearly or an RRULE.", metavar="RULE")] = "",
    note: Note = "",
) -> Done:
    """Add a task, for yourself unless --for says otherwise."""
    from crmtui.activities import tasks

    job = tasks.add(title, due=due, client=client, deal=deal, assignee=assignee, priority=priority, repeat=repeat, note=note)
    return Done(f"added task {job.id} {job.title}{_due(job)}", job, job.id)


def _due(job: Job) -> str:
    from crmtui.present import text

    return f", due {text.value(job.due_at or job.due_on)}" if job.due_on else ""


def complete_task(
    task: Annotated[TaskRef, Many("completed")],
    *,
    at: Annotated[MomentText | None, Option(help="When it was done, if not now.", metavar="WHEN")] = None,
) -> Done:
    """Mark a task done. A repeating one makes the next of its kind."""
    from crmtui.activities import tasks

    done = tasks.complete(task, at=at)
    following = f"; next is task {done.following.id}{_due(done.following)}" if done.following else ""
    return Done(f"completed task {done.task.id} {done.task.title}{following}", done.task, done.task.id)


def edit_task(
    task: Annotated[TaskRef, Many("changed")],
    *,
    title: Annotated[str | None, Option(help="What is to be done.")] = None,
    due: Annotated[str | None, Option(help="When: fri, 'fri 10:00', +3d, 2026-12-31; '' for no day.", metavar="WHEN")] = None,
    client: Annotated[ClientRef | None, Option(help="The client it is about.", metavar="CLIENT")] = None,
    deal: Deal = None,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Who is to do it.", metavar="REP")] = None,
    priority: Annotated[Literal["low", "normal", "high"] | None, Option(help="How much it matters.")] = None,
    repeat: Annotated[str | None, Option(help="daily, weekly, monthly, yearly or an RRULE; '' for once.", metavar="RULE")] = None,
    note: Annotated[str | None, Option(help="What is worth remembering.")] = None,
) -> Done:
    """Change a task: what is given is set, an empty text ('') empties a field, the rest stays. Give it to another by --for."""
    given = {name: value for name, value in locals().items() if name != "task" and value is not None}
    from crmtui.activities import tasks

    job = tasks.edit(task, given)
    return Done(f"{'changed' if given else 'nothing to change in'} task {job.id} {job.title}", job, job.id)


def snooze_task(
    task: Annotated[TaskRef, Many("snoozed")],
    when: Annotated[WhenText, Argument(help="Until when: tomorrow, mon, 'fri 10:00', +2h.")],
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
    """Show a task: for whom, by whom, about whom, until when."""
    from crmtui.activities import tasks

    job = tasks.get(task)
    return Shown(job, lambda _, bold: pages.task(job, bold))


def list_tasks(
    *,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Only those of this rep.", metavar="REP")] = None,
    client: Annotated[ClientRef | None, Option(help="Only about this client.", metavar="CLIENT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only about this deal.", metavar="DEAL")] = None,
    due: Annotated[DayText | None, Option(help="Only those due by this day.", metavar="DAY")] = None,
    overdue: Annotated[bool, Option("--overdue", help="Only those whose time is over.")] = False,
    state: Annotated[Literal["open", "done", "cancelled", "all"], Option(help="Only in this state.")] = "open",
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List tasks by due time, open ones unless --state says otherwise."""
    from crmtui.activities import tasks
    from crmtui.present import lists

    many = size(limit)
    wanted = None if state == "all" else state
    filters: dict[str, Any] = {"state": wanted, "assignee": assignee, "client": client, "deal": deal, "overdue": overdue, "until": due}
    found = tasks.listed(**filters, limit=many or None, offset=(page - 1) * many)
    total = tasks.count(**filters) if many and len(found) == many else 0
    return Listing(found, lists.TASKS, tasks.Job, more(len(found), total, many, page, "tasks"), "no tasks")
