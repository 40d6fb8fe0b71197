"""The journal: every change goes through `operation`, which is one transaction, one line of history, one step of undo."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from itertools import chain
from typing import Any, TypeVar

from crmtui import clock
from crmtui.store import search
from crmtui.store.connection import current
from crmtui.store.tables import Change, Operation, Row
from crmtui.store.tables.base import database, moment_text

RUN = 1000
"""Rows in one journal row of a run of updates or deletes."""

TOGETHER = 100
"""Rows inserted by one statement: the engine's work per statement is a third of an insert's cost."""

DERIVED = frozenset({"search_key", "sort_key"})
"""Columns computed from others: never journalled, computed anew after each change."""

T = TypeVar("T", bound=Row)
Columns = dict[str, Any]
Line = tuple[str, str, int, int, str | None, int | None, bytes | None]
_recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
_inserts: dict[str, str] = {}


@contextmanager
def operation(summary: str = "") -> Iterator[Recorder]:
    """One change of the base: a transaction with its journal. Inside another operation it is a part of that one.

    The block receives the recorder through which rows are written. `summary` tells it in a few words; a block that learns
    them later sets `recorder.summary`. The outermost summary wins. When the block raises, nothing has happened; when it
    changes nothing, nothing is journalled.
    """
    outer = _recorder.get()
    if outer is not None:
        yield outer
        return
    base = current()
    with base.writing():
        recorder = Recorder(summary)
        token = _recorder.set(recorder)
        try:
            yield recorder
            recorder.finish()
        finally:
            _recorder.reset(token)


class Recorder:
    """Writes rows and remembers what they were. `id` is the operation's once something has changed, else None.

    `beside` is told the id once the operation is written, still in its transaction: for what is kept of it beside the journal.
    Nothing follows from an operation that is `quiet`: one that only brings back what was. `imported` says that its records came by
    import.
    """

    def __init__(self, summary: str, kind: str = "do", undoes: Operation | None = None) -> None:
        self.summary = summary
        self.id: int | None = None
        self.at = clock.now()
        self.beside: Callable[[int], object] = lambda _: None
        self.quiet = kind != "do"
        self.imported = False
        self._kind = kind
        self._undoes = undoes
        self._lines: list[Line] = []
        self._touched: dict[str, set[int]] = {}

    @property
    def changes(self) -> int:
        """How many lines of history it holds so far."""
        return len(self._lines)

    def insert(self, table: type[T], **values: Any) -> T:
        """Write a new row and return it. `created_at` and `updated_at` are set when the table has them and they are not given."""
        for name in ("created_at", "updated_at"):
            if name in table._meta.fields:
                values.setdefault(name, self.at)
        row = table(**values)
        row.id = _inserted(row)
        self._note(row, "insert", {"after": columns(row)})
        return row

    def update(self, row: Row, **values: Any) -> bool:
        """Write the values that differ from the row's; say whether any did. Undone, the row is as it was."""
        before = columns(row)
        changed = {name: value for name, value in values.items() if raw(row, name, value) != before.get(_column(row, name))}
        if not changed:
            return False
        if "updated_at" in row._meta.fields:
            changed["updated_at"] = clock.after(getattr(row, "updated_at"))  # noqa: B009 — not every table has it
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(only=list(changed))
        after = columns(row)
        names = [_column(row, name) for name in changed]
        self._note(row, "update", {"before": {n: before[n] for n in names}, "after": {n: after[n] for n in names}})
        return True

    def delete(self, row: Row) -> None:
        """Take a row away for good (records that people speak of are marked deleted instead)."""
        self._note(row, "delete", {"before": columns(row)})
        row.delete_instance()

    def insert_run(self, table: type[Row], names: Sequence[str], rows: Sequence[Sequence[Any]], *, index: bool = True) -> None:
        """Write many new rows of raw column values at once; the first column is `id`, and the ids are a run without gaps.

        One line of the journal however many rows. Keys of search and sort must be among the columns; the search index is filled
        here, unless `index` is false: then the caller does it for all its runs together, before the operation ends.
        """
        if not rows:
            return
        first, last = rows[0][0], rows[-1][0]
        insert_raw(table._meta.table_name, names, rows)
        if index:
            search.index_run(table._meta.table_name, first, last)
        self._run(table._meta.table_name, "insert", first, last, None)

    def update_run(self, table: type[Row], names: Sequence[str], rows: Sequence[tuple[int, Sequence[Any], Sequence[Any]]]) -> None:
        """Write many rows at once: (id, raw values before, raw values after) of the named columns each."""
        name = table._meta.table_name
        update_raw(name, names, [(id_, after) for id_, _, after in rows])
        for part in (rows[i : i + RUN] for i in range(0, len(rows), RUN)):
            ids = [row[0] for row in part]
            self._run(name, "update", min(ids), max(ids), {"columns": list(names), "rows": [list(row) for row in part]})
            self._touched.setdefault(name, set()).update(ids)

    def lines(self, since: int = 0) -> list[Line]:
        """What was written since the history held so many lines: table, action, first and last id, subject, packed data."""
        return self._lines[since:]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part of the operation that is taken back alone when the block raises; what went before it stands."""
        stands = len(self._lines)
        try:
            with database.atomic():
                yield
            stands = len(self._lines)
        finally:
            del self._lines[stands:]

    def line(self, table: str, action: str, first: int, last: int, subject: tuple[str | None, int | None], data: bytes | None) -> None:
        """Note a change that was carried out elsewhere in this package."""
        self._lines.append((table, action, first, last, *subject, data))

    def touch(self, table: str, id_: int) -> None:
        """Have the search key of a record computed anew at the end."""
        self._touched.setdefault(table, set()).add(id_)

    def follow(self) -> None:
        """Have done what follows from the operation; `finish` does it, a rehearsal that never gets so far asks for it."""
        if self._lines and not self.quiet:
            current().follow(self)

    def finish(self) -> None:
        """Have what follows done, compute search keys, then write the operation and its lines; called once, inside the transaction."""
        self.follow()
        for table, ids in self._touched.items():
            search.refresh(table, ids)
        if not self._lines:
            return
        operation_id = self._written()
        Change._meta.database.cursor().executemany(
            "INSERT INTO change (operation_id, table_name, action, row_id, last_id, subject_kind, subject_id, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(operation_id, *line) for line in self._lines],
        )
        self.beside(operation_id)
        if any(line[0] == "contact_point" for line in self._lines):
            from crmtui.store import erased

            erased.warn(self._lines)

    def _written(self) -> int:
        base = current()
        row = Operation.create(
            at=self.at,
            rep=base.actor_id,
            actor=base.actor,
            command=base.command,
            summary=self.summary,
            kind=self._kind,
            undoes=self._undoes,
            origin=(self._undoes.origin_id or self._undoes.id) if self._undoes else None,
        )
        self.id = row.id
        return row.id

    def _note(self, row: Row, action: str, data: Mapping[str, Columns]) -> None:
        table = row._meta.table_name
        subject = subject_of(row)
        self._lines.append((table, action, row.id, row.id, *subject, packed(data)))
        self.touch(*subject)

    def _run(self, table: str, action: str, first: int, last: int, data: Mapping[str, Any] | None) -> None:
        self._lines.append((table, action, first, last, None, None, packed(data, deflate=True) if data else None))


def _inserted(row: Row) -> int:
    """Write a new row; its id. Most of what a single insert costs is the making of its statement, so each is made once."""
    table, fields = row._meta.table_name, row._meta.fields
    names = [name for name in fields if name != "id"]
    if table not in _inserts:
        quoted = ", ".join(f'"{fields[name].column_name}"' for name in names)
        _inserts[table] = f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(names))})"
    found: int = database.execute_sql(_inserts[table], [raw(row, name, row.__data__.get(name)) for name in names]).lastrowid
    return found


def subject_of(row: Row) -> tuple[str, int]:
    """The record in whose history a row's changes are told: itself, or that of which it is a part."""
    if row.subject is None:
        return row._meta.table_name, row.id
    kind, column = row.subject
    return kind or getattr(row, "kind"), getattr(row, column)  # noqa: B009 — only such tables have it


def columns(row: Row) -> Columns:
    """The raw values of a row by column name, as the database keeps them, without the derived ones."""
    return {f.column_name: raw(row, name, row.__data__.get(name)) for name, f in row._meta.fields.items() if name not in DERIVED}


def raw(row: Row, name: str, value: Any) -> Any:
    """One value as the database keeps it and JSON can hold it. `name` is a field, or the column of a foreign key."""
    if isinstance(value, Row):
        value = value.id
    field = row._meta.fields.get(name) or row._meta.columns[name]
    stored = field.db_value(value)
    return stored.isoformat() if isinstance(stored, date) else stored


def _column(row: Row, name: str) -> str:
    field = row._meta.fields.get(name)
    return field.column_name if field is not None else name


def packed(data: Mapping[str, Any], deflate: bool = False) -> bytes:
    """JSON as bytes; deflated for runs. The first byte tells which."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    return b"z" + zlib.compress(text, 1) if deflate else text


def unpacked(data: bytes | memoryview | None) -> dict[str, Any]:
    """What `packed` packed; an empty dictionary for nothing."""
    if not data:
        return {}
    stored = bytes(data)
    found: dict[str, Any] = json.loads(zlib.decompress(stored[1:]) if stored[:1] == b"z" else stored)
    return found


def next_id(table: type[Row]) -> int:
    """The id that the next row of a table gets; only to be asked inside an operation."""
    name = table._meta.table_name
    used = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,)).fetchone()
    return (used[0] if used else 0) + 1


def insert_raw(table: str, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of raw column values."""
    quoted = ", ".join(f'"{name}"' for name in names)
    insert, one = f"INSERT INTO {table} ({quoted}) VALUES ", f"({', '.join('?' * len(names))})"
    cursor = database.cursor()
    whole = len(rows) - len(rows) % TOGETHER
    several = insert + ", ".join([one] * TOGETHER)
    for start in range(0, whole, TOGETHER):
        cursor.execute(several, list(chain.from_iterable(rows[start : start + TOGETHER])))
    cursor.executemany(insert + one, rows[whole:])


def update_raw(table: str, names: Sequence[str], rows: Sequence[tuple[int, Sequence[Any]]]) -> None:
    """Set raw column values of rows by id."""
    assigned = ", ".join(f'"{name}" = ?' for name in names)
    database.cursor().executemany(f"UPDATE {table} SET {assigned} WHERE id = ?", [(*values, id_) for id_, values in rows])


__all__ = ["Line", "Recorder", "insert_raw", "moment_text", "next_id", "operation", "packed", "unpacked", "update_raw"]


def rows_of(line: Change, data: Mapping[str, Any]) -> Iterator[tuple[int, Columns | None, Columns | None]]:
    """The rows that a line of the journal speaks of, from its unpacked data: id, the columns before and after, None for no row."""
    if "rows" not in data:
        yield line.row_id, data.get("before"), data.get("after", {} if line.action == "insert" else None)
        return
    names = data["columns"]
    for row in data["rows"]:
        if line.action == "update":
            yield row[0], dict(zip(names, row[1], strict=True)), dict(zip(names, row[2], strict=True))
        else:
            yield row[0], dict(zip(names, row, strict=True)), None
