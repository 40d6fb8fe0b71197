"""Commands on calls and tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from commands.paging import Limit, Page, more, size
from commands.parameters import ClientRef, DayText, DealRef, MomentText, RepRef, TaskRef, WhenText
from commands.results import Done, Listing

if TYPE_CHECKING:
    from crmtui.activities.tasks import Job

Deal = Annotated[DealRef | None, Option(help="The deal it is about.", metavar="DEAL")]
Note = Annotated[str, Option(help="What is worth remembering.", metavar="TEXT")]


def log_call(
    client: ClientRef,
    outcome: Annotated[str, Argument(help="What came of it: reached, no answer, voicemail, …")] = "",
    *,
    outcome_option: Annotated[str, Option("--outcome", help="The same, as an option.", metavar="TEXT")] = "",
    minutes: Annotated[int | None, Option(help="How long it lasted.")] = None,
    note: Note = "",
    incoming: Annotated[bool, Option("--incoming", help="They called us.")] = False,
    deal: Deal = None,
    at: Annotated[MomentText | None, Option(help="When, if not now.", metavar="WHEN")] = None,
    next_step: Annotated[str, Option("--next", help="The next step; becomes a task.", metavar="TEXT")] = "",
    due: Annotated[WhenText | None, Option(help="When the next step is due.", metavar="WHEN")] = None,
    move: Annotated[str, Option("--move", help="Move the deal to this stage, or next.", metavar="STAGE")] = "",
    reason: Annotated[str, Option(help="Why the deal was lost, when it moves to a lost stage.", metavar="TEXT")] = "",
) -> Done:
    """Log a call with a client, and in the same step the next task and the deal's move. The client's only open deal is meant unless --deal says otherwise."""  # noqa: E501
    from crmtui.sales import calls

    logged = calls.log(
        client, deal=deal, direction="in" if incoming else "out", outcome=outcome or outcome_option, minutes=minutes, note=note, at=at,
        next_step=next_step, due=due, move_to=move, reason=reason,
    )  # fmt: skip
    parts = [f"logged call {logged.interaction.id} with {logged.interaction.client}"]
    if logged.task:
        parts.append(f"task {logged.task.id} {logged.task.title}")
    if logged.move:
        parts.append(f"deal {logged.move.deal.id} to {logged.move.entered}")
    return Done("; ".join(parts), logged.interaction, logged.interaction.id)


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
    task: TaskRef, *, at: Annotated[MomentText | None, Option(help="When it was done, if not now.", metavar="WHEN")] = None
) -> Done:
    """Mark a task done. A repeating one makes the next of its kind."""
    from crmtui.activities import tasks

    done = tasks.complete(task, at=at)
    following = f"; next is task {done.following.id}{_due(done.following)}" if done.following else ""
    return Done(f"completed task {done.task.id} {done.task.title}{following}", done.task, done.task.id)


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
