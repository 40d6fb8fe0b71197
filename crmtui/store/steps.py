"""What was done in a stretch of time and stands at its end, from the journal: each operation with the records that it changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from peewee import Case

from crmtui.store.journal import rows_of, unpacked
from crmtui.store.tables import Change, ImportBatch, Operation

NOUNS = ("client", "deal", "task")
"""The records whose changes are told."""

FEW = 5
"""Records up to which an operation is told record by record; what changed more of them at once is told as a whole."""

PAGE = 200
"""Operations read at a time."""

Key = tuple[str, int]


@dataclass(slots=True)
class Edit:
    """What an operation made of a record: values by column before and after, None where it was not there.

    These are the columns that changed; of a record that is new or gone all of them, but of one that came in a run none.
    """

    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(slots=True)
class Step:
    """An operation that stands: when, by whom, what in words, and the records it changed, by noun and id.

    Of one that changed many `edits` is empty, and `many` holds their ids by noun; of an import `imported` holds how many it created and
    updated.
    """

    id: int
    at: datetime
    actor: str
    summary: str
    edits: dict[Key, Edit] = field(default_factory=dict)
    many: dict[str, list[Sequence[int]]] = field(default_factory=dict)
    imported: tuple[int, int] | None = None


def standing(since: datetime, until: datetime, records: Sequence[Key] | None = None) -> Iterator[Step]:
    """The operations of a stretch, half-open, the newest first, without those that were taken back within it and what took them back.

    With `records` only the operations that changed one of them, and of these nothing else, however many there were.
    """
    query = Operation.select().where(Operation.at >= since, Operation.at < until).order_by(Operation.at.desc(), Operation.id.desc())
    if records is not None:
        query = query.where(Operation.id.in_([*{line.operation_id for key in records for line in _of(key)}]))
    rest = (row for row in query.iterator() if not _came_to_nothing(row, since, until))
    while page := list(islice(rest, PAGE)):
        yield from _steps(page, records)


def _came_to_nothing(row: Operation, since: datetime, until: datetime) -> bool:
    """Whether an operation was taken back within the stretch, or takes back one that was done in it: undone twice, it stands."""
    before, step = 0, row
    while step.undoes_id and (step := Operation.get_by_id(step.undoes_id)).at >= since:
        before += 1
    if before % 2:
        return True
    return bool(row.undone_by_id) and Operation.get_by_id(row.undone_by_id).at < until


def _of(key: Key, *conditions: Any) -> list[Change]:
    """The lines of the journal on a record, in no order."""
    noun, id_ = key
    inside = (Change.table_name == noun) & (Change.last_id > Change.row_id) & (Change.row_id < id_) & (Change.last_id >= id_)
    begun = (Change.table_name == noun) & (Change.row_id == id_)
    return [line for near in (begun, inside) for line in Change.select().where(near, *conditions)]


def then(key: Key, operation: int, now: dict[str, Any]) -> dict[str, Any]:
    """These columns of a record as they were right after an operation, from what they are now and the journal."""
    found = dict(now)
    later = {line.id: line for line in _of(key, Change.operation > operation, Change.action != "insert")}
    for _, line in sorted(later.items(), reverse=True):
        for id_, before, _ in _rows(line, {key}):
            if id_ == key[1] and before:
                found |= {name: value for name, value in before.items() if name in now}
    return found


def _steps(page: Sequence[Operation], records: Sequence[Key] | None) -> Iterator[Step]:
    """These operations with what they changed; those that changed none of the records are left out."""
    ids = [row.id for row in page]
    batches = ImportBatch.select().where(ImportBatch.operation.in_(ids))
    imported = {row.operation_id: (row.created, row.updated) for row in batches} if records is None else {}
    lines: dict[int, list[Change]] = {}
    single = Case(None, [(Change.row_id == Change.last_id, Change.data)])
    columns = (Change.id, Change.operation, Change.table_name, Change.action, Change.row_id, Change.last_id, single.alias("data"))
    for line in Change.select(*columns).where(Change.operation.in_(ids), Change.table_name.in_(NOUNS)).order_by(Change.id):
        lines.setdefault(line.operation_id, []).append(line)
    for row in page:
        step = Step(row.id, row.at, row.actor, row.summary, imported=imported.get(row.id))
        _fill(step, lines.get(row.id, []), None if records is None else set(records))
        if step.edits or step.many or step.imported:
            yield step


def _fill(step: Step, lines: Sequence[Change], wanted: set[Key] | None) -> None:
    if wanted is None and (step.imported or _at_most(lines) > FEW):
        for line in lines:
            step.many.setdefault(line.table_name, []).append(_ids(line))
        return
    for line in lines:
        for id_, before, after in _rows(line, wanted):
            key = (line.table_name, id_)
            if wanted is None or key in wanted:
                _merge(step.edits, key, before, after)


def _at_most(lines: Sequence[Change]) -> int:
    """How many records these lines are about; of a run that leaves some out more."""
    runs = sum(line.last_id - line.row_id + 1 for line in lines if line.last_id > line.row_id)
    return runs + len({(line.table_name, line.row_id) for line in lines if line.last_id == line.row_id})


def _ids(line: Change) -> Sequence[int]:
    several = line.action == "update" and line.last_id > line.row_id
    return [row[0] for row in _data(line)["rows"]] if several else range(line.row_id, line.last_id + 1)


def _data(line: Change) -> dict[str, Any]:
    return unpacked(line.data if line.row_id == line.last_id else Change.get_by_id(line.id).data)


def _rows(line: Change, wanted: set[Key] | None) -> Iterator[tuple[int, dict[str, Any] | None, dict[str, Any] | None]]:
    """What a line says of each record: its id, the columns before and after; of new rows of a run no columns, they are in the base."""
    if line.action == "insert" and line.last_id > line.row_id:
        ids = range(line.row_id, line.last_id + 1)
        yield from ((id_, None, {}) for id_ in (ids if wanted is None else sorted(id_ for _, id_ in wanted if id_ in ids)))
        return
    yield from rows_of(line, _data(line))


def _merge(edits: dict[Key, Edit], key: Key, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    """Add what a further line of the same operation says of a record."""
    known = edits.get(key)
    if known is None:
        edits[key] = Edit(before, after)
        return
    if known.before is not None and before is not None:
        known.before = before | known.before
    known.after = None if after is None else (known.after or {}) | after
