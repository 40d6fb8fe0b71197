"""What follows from work that was done: the next step of a call or a task, the deal moved; each one operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.sales import deals, moves
from crmtui.sales.moves import Moved
from crmtui.store.journal import operation
from crmtui.store.keys import fold
from crmtui.store.tables import Deal

if TYPE_CHECKING:
    from crmtui.dates import When


@dataclass(frozen=True, slots=True)
class Logged:
    """An interaction, the task made for the next step, the move of the deal; the last two None when not asked for."""

    interaction: Contact
    task: Job | None
    move: Moved | None


def log(
    kind: str,
    client: int,
    *,
    deal: int | None = None,
    direction: str | None = None,
    outcome: str = "",
    minutes: int | None = None,
    subject: str = "",
    note: str = "",
    at: datetime | None = None,
    next_step: str = "",
    due: When | None = None,
    move_to: str = "",
    reason: str = "",
) -> Logged:
    """Log an interaction with a client; make a task of `next_step` (also kept on the deal); move the deal to `move_to`.

    `kind` and what else tells the interaction is as `interactions.log` takes it. Without a deal named, the client's only open
    deal is meant where one is needed. Raises `Refused` when there is none or several, for a due date without a next step, and
    whatever the parts raise: then nothing is done.
    """
    if due and not next_step:
        raise Refused("a due date needs a next step", "pass --next")
    about = deal or (_only_open(client) if move_to else _open_if_only(client))
    with operation() as recorder:
        contact = interactions.log(
            kind, client=client, deal=about, direction=direction, outcome=outcome, minutes=minutes, at=at, subject=subject, note=note
        )
        task = tasks.add(next_step, due=due, client=client, deal=about) if next_step else None
        if next_step and about:
            recorder.update(deals.row_of(about), next_step=next_step.strip(), next_step_on=due.day if due else None)
        moved = moves.move(about, move_to, reason=reason) if move_to and about else None
        recorder.summary = f"logged {kind} with {contact.client}"
    return Logged(contact, task, moved)


@dataclass(frozen=True, slots=True)
class CompletedTask(Job):
    """A task that was done. `following_id` is the next one that its repeat rule made, `step_id` the one made of the next step.

    `items_left` are the items of its checklist that were not done, `freed` the open tasks that waited for it. `deal_stalled` says that
    its deal is open and that nothing is to be done in it next.
    """

    following_id: int | None
    step_id: int | None
    items_left: tuple[str, ...]
    freed: tuple[int, ...]
    deal_stalled: bool


def complete(task_id: int, *, at: datetime | None = None, next_step: str = "", due: When | None = None) -> CompletedTask:
    """Mark a task done as `tasks.complete` does; with `next_step` make a task of it with the same client and deal, kept on the deal too.

    Raises what `tasks.complete` and `tasks.add` do, and `Refused` for a due date without a next step.
    """
    if due and not next_step:
        raise Refused("a due date needs a next step", "pass --next")
    with operation() as recorder:
        done = tasks.complete(task_id, at=at)
        job = done.task
        step = tasks.add(next_step, due=due, client=job.client_id, deal=job.deal_id) if next_step else None
        row = Deal.get_or_none(Deal.id == job.deal_id, Deal.closed_at.is_null(), Deal.deleted_at.is_null()) if step else None
        if step and row is not None:
            recorder.update(row, next_step=step.title, next_step_on=step.due_on)
        recorder.summary = f"completed task {job.title}"
    told: dict[str, Any] = {field.name: getattr(job, field.name) for field in fields(Job)}
    return CompletedTask(
        **told, following_id=done.following.id if done.following else None, step_id=step.id if step else None,
        items_left=done.left, freed=tuple(each.id for each in done.freed), deal_stalled=bool(stalled([job])),
    )  # fmt: skip


def stalled(done: Sequence[Job]) -> list[int]:
    """The open deals of tasks that were done in which nothing is to be done next: no task is open, no next step is set but one of these."""
    titles: dict[int, set[str]] = {}
    for job in done:
        if job.deal_id:
            titles.setdefault(job.deal_id, {""}).add(fold(job.title))
    return [id_ for id_, told in titles.items() if _waits(id_, told)]


def _waits(deal_id: int, told: set[str]) -> bool:
    row = Deal.get_or_none(Deal.id == deal_id, Deal.closed_at.is_null(), Deal.deleted_at.is_null())
    return row is not None and fold(row.next_step or "") in told and not tasks.count(deal=deal_id)


def _open_if_only(client: int) -> int | None:
    found = deals.page(client=client, outcome="open", limit=2)
    return found[0].id if len(found) == 1 else None


def _only_open(client: int) -> int:
    found = deals.page(client=client, outcome="open", limit=20)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise Refused("the client has no open deal to move", "name a deal: --deal")
    listed = ", ".join(f"{d.id} {d.title}" for d in found)
    raise Refused(f"the client has {len(found)} open deals", f"name one: --deal {found[0].id} ({listed})")
