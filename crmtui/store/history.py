"""The history of a record, or of the whole base, read from the journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from peewee import ForeignKeyField

from crmtui.frozen import dataclass
from crmtui.store import reading
from crmtui.store.journal import columns, unpacked
from crmtui.store.tables import ALL, BY_NAME, Change, Operation, OwnField, OwnValue, database
from crmtui.store.tables.base import Moment


@dataclass(frozen=True, slots=True)
class Event:
    """An operation: when, who, by which command, what in words; `undone` when it has been taken back. `rows` counts rows touched."""

    id: int
    at: datetime
    actor: str
    command: str
    kind: str
    summary: str
    undone: bool
    rows: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value of a record that an operation changed; `field` is `table.column`, before and after as text, None for nothing."""

    operation: int
    at: datetime
    actor: str
    command: str
    kind: str
    summary: str
    field: str
    before: str | None
    after: str | None


_HIDDEN = {"id", "created_at", "updated_at", "key"}
"""Columns that no person has said anything by; nor by `position`, where it is a place in an order and not a client's job."""


def operations(*, limit: int = 50, offset: int = 0, actor: str = "") -> list[Event]:
    """What was done in the base, newest first."""
    query = Operation.select().order_by(Operation.id.desc())
    if actor:
        query = query.where(Operation.actor == actor)
    found = list(query.limit(limit).offset(offset))
    rows = _rows([operation.id for operation in found])
    return [Event(o.id, o.at, o.actor, o.command, o.kind, o.summary, o.undone_by_id is not None, rows.get(o.id, 0)) for o in found]


def _rows(ids: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    lines = Change.select(Change.operation, Change.row_id, Change.last_id, Change.action, Change.data)
    for line in lines.where(Change.operation.in_(ids)):
        several = line.action == "update" and line.last_id > line.row_id
        count = len(unpacked(line.data)["rows"]) if several else line.last_id - line.row_id + 1
        counts[line.operation_id] = counts.get(line.operation_id, 0) + count
    return counts


def of(table: str, record_id: int) -> list[FieldChange]:
    """Every change of a record and of its parts, oldest first, a line for each value; also what an import or another change of many did."""
    single = Change.select(Change, Operation).join(Operation).where(Change.subject_kind == table, Change.subject_id == record_id)
    found = {(line.id, line.row_id): line for line in single}
    for name, id_ in [(table, record_id), *_parts(table, record_id)]:
        found |= {(line.id, id_): line for line in _runs(name, id_)}
    told = _Words()
    lines = [(line, row_id) for (_, row_id), line in sorted(found.items(), key=lambda pair: pair[0])]
    return [change for line, row_id in lines for change in _changes(line, line.operation, row_id, told)]


def _parts(table: str, record_id: int) -> Iterator[tuple[str, int]]:
    """The rows that are parts of a record now: table and id."""
    for part in ALL:
        kind, column = part.subject or ("", "")
        if column and kind in ("", table):
            mine = (part._meta.fields.get(column) or part._meta.columns[column]) == record_id
            query = part.select(part.id).where(mine if kind else mine & (part._meta.fields["kind"] == table))
            yield from ((part._meta.table_name, id_) for id_ in reading.ids(query))


def _runs(table: str, row_id: int) -> Iterator[Change]:
    """The lines of changes of many that hold a row."""
    query = Change.select(Change, Operation).join(Operation).where(Change.table_name == table)
    yield from query.where(Change.row_id == row_id, Change.last_id == row_id, Change.subject_id.is_null())
    yield from query.where(Change.last_id > Change.row_id, Change.row_id <= row_id, Change.last_id >= row_id)


def _as_added(line: Change, row_id: int) -> dict[str, Any]:
    """What a row was when it was written with many: what it is now, with all that was changed since taken back."""
    row = BY_NAME[line.table_name].get_or_none(BY_NAME[line.table_name].id == row_id)
    if row is None:
        return {}
    found = columns(row)
    later = Change.select().where(Change.table_name == line.table_name, Change.id > line.id, Change.action == "update")
    inside = later.where(Change.row_id <= row_id, Change.last_id >= row_id).order_by(Change.id.desc())
    for each in inside:
        found |= _sides(each, row_id)[0] or {}
    return found


def _changes(line: Change, done: Operation, record_id: int, told: _Words) -> Iterator[FieldChange]:
    before, after = _sides(line, record_id)
    if before is None and after is None and line.action == "insert":
        after = _as_added(line, record_id)
        if not after:
            yield _change(done, line.table_name, None, "added")
    own = told.own(line, after or before or {}) if line.table_name == "own_value" else None
    for column in [*(after or {}), *(name for name in before or {} if name not in (after or {}))]:
        old, new = (before or {}).get(column), (after or {}).get(column)
        if own and column != "text":
            continue
        if old != new and not _is_hidden(line.table_name, column):
            field = own or f"{line.table_name}.{column.removesuffix('_id')}"
            yield _change(done, field, told.text(line.table_name, column, old), told.text(line.table_name, column, new))


def _sides(line: Change, record_id: int) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    data = unpacked(line.data)
    if "rows" not in data:
        return data.get("before"), data.get("after")
    for row in data["rows"]:
        if row[0] == record_id and line.action == "update":
            return dict(zip(data["columns"], row[1], strict=True)), dict(zip(data["columns"], row[2], strict=True))
        if row[0] == record_id:
            return dict(zip(data["columns"], row, strict=True)), None
    return {}, {}


def _is_hidden(table: str, column: str) -> bool:
    return column in _HIDDEN or (column == "position" and table != "client")


def _change(done: Operation, field: str, before: str | None, after: str | None) -> FieldChange:
    return FieldChange(done.id, done.at, done.actor, done.command, done.kind, done.summary, field, before, after)


class _Words:
    """The values of columns as people read them; names are looked up once."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, int], str] = {}

    def own(self, line: Change, row: dict[str, Any]) -> str:
        """The noun and the name of the own field whose value a row of `own_value` is; an update tells no more than what it changed."""
        same = (Change.table_name == line.table_name) & (Change.row_id == line.row_id)
        written = Change.select().where(same, Change.action == "insert").first()
        first = unpacked(written.data).get("after", {}) if written else {}
        present = OwnValue.get_or_none(OwnValue.id == line.row_id)
        field_id = row.get("field_id") or first.get("field_id") or (present.field_id if present else None)
        field = OwnField.get_or_none(OwnField.id == field_id)
        return f"{field.noun}.{field.name}" if field else line.table_name

    def text(self, table: str, column: str, value: Any) -> str | None:
        """A value as text: what a link leads to by its name, a moment to the second in UTC, anything else as it is."""
        if value is None:
            return None
        field = BY_NAME[table]._meta.columns.get(column)
        if isinstance(field, ForeignKeyField):
            return self._name(field.rel_model._meta.table_name, int(value))
        if isinstance(field, Moment):
            return str(value)[:19]
        return str(value)

    def _name(self, table: str, id_: int) -> str:
        key = (table, id_)
        if key not in self._names:
            column = {"deal": "title", "task": "title", "interaction": "kind"}.get(table, "name")
            row = database.execute_sql(f"SELECT {column} FROM {table} WHERE id = ?", (id_,)).fetchone()
            self._names[key] = row[0] if row else f"{table} {id_}"
        return self._names[key]


def count() -> int:
    """How many operations the journal holds."""
    return Operation.select().count()


def deleted(table: str, ref: str) -> int | None:
    """The id of a record that is no longer there but has a history, when the reference is its id; else None."""
    digits = ref.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        return None
    known = Change.select(Change.id).where(Change.subject_kind == table, Change.subject_id == int(digits))
    return int(digits) if known.exists() else None
