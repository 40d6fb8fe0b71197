"""An interaction logged with all that follows from it: the next step as a task, the deal moved; one operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.errors import Refused
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
