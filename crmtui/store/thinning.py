"""Thinning the history out: what old operations changed is let go of, that they were done stays."""

from __future__ import annotations

from datetime import date, datetime

from peewee import fn

from crmtui import clock
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.tables import Change, Operation, Thinning


@dataclass(frozen=True, slots=True)
class Thinned:
    """What was let go of: how many changes of how many operations, those up to the id `last`, which was done before the day.

    The base can no longer be seen as it was before `known_from`, nor any of these operations be undone. When there was nothing to let go
    of all is None but the counts.
    """

    operation: int | None
    operations: int
    changes: int
    last: int | None
    known_from: datetime | None


def compact(before: date) -> Thinned:
    """Let go of what was changed by the operations before a day began, as one operation that cannot be undone.

    Their summaries, times and authors stay. Raises `Refused` for a day that is yet to come.
    """
    if before > clock.today():
        raise Refused(f"{before} is yet to come", "the history of today and of days past can be compacted")
    base = current()
    with base.writing():
        newest = _last_before(before)
        old = (Change.operation > (through() or 0)) & (Change.operation <= (newest.id if newest else 0))
        changes, operations = Change.select(fn.COUNT(Change.id), fn.COUNT(Change.operation.distinct())).where(old).scalar(as_tuple=True)
        if newest is None or not changes:
            return Thinned(None, 0, 0, None, None)
        Change.delete().where(old).execute()
        summary = f"compacted the history before {before}: {changes:,} change{'' if changes == 1 else 's'}"
        done = Operation.create(at=clock.now(), rep=base.actor_id, actor=base.actor, command=base.command, summary=summary)
        Thinning.create(operation=done, last=newest, changes=changes)
    return Thinned(done.id, operations, changes, newest.id, newest.at)


def _last_before(day: date) -> Operation | None:
    """The last operation that comes, with all that come before it, before the day begins: the clock may have been set back."""
    first = Operation.select(fn.MIN(Operation.id)).where(Operation.at >= clock.midnight(day)).scalar()
    earlier = Operation.select().order_by(Operation.id.desc())
    found: Operation | None = (earlier.where(Operation.id < first) if first else earlier).first()
    return found


def through() -> int | None:
    """The id of the last operation whose changes were let go of; None when the whole history is there."""
    found: int | None = Thinning.select(fn.MAX(Thinning.last)).scalar()
    return found


def last() -> Operation | None:
    """The last operation whose changes were let go of."""
    id_ = through()
    return Operation.get_by_id(id_) if id_ else None


def refuse(operation: Operation) -> None:
    """Raise `Refused` for an operation that cannot be taken back because what it changed is not known any more."""
    newest = through()
    if newest is not None and operation.id <= newest:
        raise Refused(f"operation {operation.id} ({operation.summary}) cannot be undone: its changes were let go of by compact-history")
    if Thinning.select().where(Thinning.operation == operation.id).exists():
        raise Refused(f"operation {operation.id} ({operation.summary}) cannot be undone: what it let go of is gone")
