"""Time travel: the base as it was at a moment, made of a copy in which all that was done since is taken back.

The copy is the process's own (`connection.copied`), so nobody waits and nothing of it stays. In it the journal is followed
backwards, line by line, each row put as it was before: undos and redos too, as they happened. Only rows that changed since are touched.

What the journal does not hold is as it is now: the configuration, drafts, what was told and mailed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from crmtui import clock
from crmtui.dates import When
from crmtui.errors import Refused, Unreadable
from crmtui.store import search, thinning
from crmtui.store.connection import copied, current
from crmtui.store.journal import DERIVED, insert_raw, unpacked, update_raw
from crmtui.store.tables import BY_NAME, Change, Operation, database

_LAST_INSTANT = timedelta(microseconds=1)
_MINUTE = timedelta(minutes=1)


def read(when: When) -> datetime:
    """The moment that a person means by a day or a moment of the past: of a day its end, of today now. Raises `Unreadable`."""
    if when.day > clock.today() or (when.moment and when.moment > clock.now()):
        told = f"{clock.local(when.moment):%Y-%m-%d %H:%M}" if when.moment else str(when.day)
        raise Unreadable(f"{told} is yet to come", "name a day or a moment of the past: 2026-03-01, 'last friday', '2 hours ago'")
    return when.moment or min(clock.midnight(when.day + timedelta(days=1)) - _LAST_INSTANT, clock.now())


@contextmanager
def to(moment: datetime) -> Iterator[None]:
    """For the block the base is as it was at the moment, what was done at that very moment included, and the clock stands there.

    Nothing can be changed meanwhile. Raises `Refused` for a moment of which the journal does not know enough.
    """
    base = current()
    last = _last_until(moment)
    if not Operation.select().where(Operation.id > last).exists():
        with clock.standing(moment), base.bygone(None):
            yield
        return
    with copied() as copy, clock.standing(moment), base.bygone(copy):
        with database.atomic():
            _take_back_after(last)
        yield


def _last_until(moment: datetime) -> int:
    """The last operation done by the moment, 0 before any in a base in which nothing was ever done."""
    found = Operation.select(Operation.id).where(Operation.at <= moment).order_by(Operation.id.desc()).first()
    last = found.id if found else 0
    first = known_from()
    if first is not None and last < first.id:
        known = f"{clock.local(first.at + _MINUTE - _LAST_INSTANT):%Y-%m-%d %H:%M}"  # the whole minute by which it was done
        told = f"what was before {known} is not known: the history of this base begins then"
        raise Refused(told, f"name a later moment: --as-of '{known}'")
    return last


def known_from() -> Operation | None:
    """The first operation after which the state of the base is known: its first, or the last whose changes were thinned out."""
    return thinning.last() or Operation.select().order_by(Operation.id).first()


def _take_back_after(last: int) -> None:
    """Follow the journal backwards to the state after the operation `last`, then compute the keys of what was touched."""
    touched: dict[str, set[int]] = defaultdict(set)
    for line in Change.select().where(Change.operation > last).order_by(Change.operation.desc(), Change.id.desc()).iterator():
        _BACK[line.action](line)
        if line.subject_kind and line.subject_id:
            touched[line.subject_kind].add(line.subject_id)
        elif line.table_name in BY_NAME and DERIVED & set(BY_NAME[line.table_name]._meta.fields):
            touched[line.table_name].update(_ids(line))
    for table, ids in touched.items():
        search.refresh(table, ids, index=False)


def _ids(line: Change) -> Sequence[int]:
    """The rows of a line that tells of no record: of a run of updates those it names, else all between its first and its last."""
    return [row[0] for row in unpacked(line.data)["rows"]] if line.action == "update" else range(line.row_id, line.last_id + 1)


def _take_out(line: Change) -> None:
    database.execute_sql(f"DELETE FROM {line.table_name} WHERE id BETWEEN ? AND ?", (line.row_id, line.last_id))


def _put_back(line: Change) -> None:
    data = unpacked(line.data)
    if "rows" in data:
        insert_raw(line.table_name, data["columns"], data["rows"])
        return
    row = data["before"] | {name: "" for name in DERIVED if name in BY_NAME[line.table_name]._meta.fields}
    insert_raw(line.table_name, list(row), [list(row.values())])


def _set_back(line: Change) -> None:
    """Rows of a run in reverse, so that what must be unique is so in between as it was then."""
    data = unpacked(line.data)
    if "rows" in data:
        update_raw(line.table_name, data["columns"], [(id_, before) for id_, before, _ in reversed(data["rows"])])
    else:
        update_raw(line.table_name, list(data["before"]), [(line.row_id, list(data["before"].values()))])


_BACK = {"insert": _take_out, "update": _set_back, "delete": _put_back}
