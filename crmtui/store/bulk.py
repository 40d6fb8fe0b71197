"""Many rows at once: runs of new rows, looking many keys up, updates of only what differs, indexes rebuilt instead of kept up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from crmtui import clock
from crmtui.store import search
from crmtui.store.journal import Recorder, moment_text, next_id
from crmtui.store.tables import Row, database

LOOKED_UP = 5000
"""Keys looked up by one query."""

HASH_BYTES = 8 * 1024 * 1024
_USUAL_HASH_BYTES = 1024 * 1024


class Run:
    """New rows of one table, collected under consecutive ids and written together. `names` are the columns after `id`.

    `add` is for most; a loop over very many rows may append to `rows` itself, (id, values…) from `next` on.
    """

    def __init__(self, recorder: Recorder, table: type[Row], names: Sequence[str], *, index: bool = True) -> None:
        self._recorder = recorder
        self._table = table
        self._names = ("id", *names)
        self._index = index
        self.rows: list[tuple[Any, ...]] = []
        self.next = next_id(table)

    def add(self, *values: Any) -> int:
        """Collect a row; the id it will have."""
        id_ = self.next
        self.next += 1
        self.rows.append((id_, *values))
        return id_

    def flush(self) -> None:
        """Write what was collected. Nobody else may have inserted into the table since the first `add` after the last flush."""
        self._recorder.insert_run(self._table, self._names, self.rows, index=self._index)
        self.rows = []
        self.next = next_id(self._table)


@contextmanager
def hurried() -> Iterator[None]:
    """For the block links that are not checked one by one.

    Only for writers all of whose links are to rows that they found or made themselves under the same lock.
    """
    usual = database.execute_sql("PRAGMA foreign_keys").fetchone()[0]
    database.execute_sql("PRAGMA foreign_keys = off")
    try:
        yield
    finally:
        database.execute_sql(f"PRAGMA foreign_keys = {usual}")


@contextmanager
def without_indexes(tables: Sequence[str], keep: Sequence[str] = ()) -> Iterator[None]:
    """Rows are written without indexes in the block, which are built anew after it. Inside one transaction only."""
    marks = ",".join("?" * len(tables))
    query = f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({marks})"
    found = [(name, sql) for name, sql in database.execute_sql(query, tuple(tables)).fetchall() if name not in keep]
    for name, _ in found:
        database.execute_sql(f"DROP INDEX {name}")
    yield
    for _, sql in found:
        database.execute_sql(sql)


def index(table: str, first: int, last: int) -> None:
    """Put the new rows of these ids into the search index, all at once and with room to sort them in memory."""
    if last < first:
        return
    name = f"{table}_search"
    many = last - first > LOOKED_UP
    if many:
        database.execute_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', ?)", (HASH_BYTES,))
    search.index_run(table, first, last)
    if many:
        database.execute_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('hashsize', ?)", (_USUAL_HASH_BYTES,))


def count(table: str) -> int:
    """How many rows a table has had: the last id given out, a bound from above that costs nothing."""
    row = database.execute_sql("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return row[0] if row else 0


def selected(query: str, keys: Iterable[Any], *before: Any) -> list[tuple[Any, ...]]:
    """The rows of a query for many keys; `{keys}` in it stands for them and comes after the parameters `before`."""
    wanted = list(dict.fromkeys(keys))
    rows: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), LOOKED_UP):
        part = wanted[start : start + LOOKED_UP]
        rows += database.execute_sql(query.format(keys=",".join("?" * len(part))), (*before, *part)).fetchall()
    return rows


def update_differing(recorder: Recorder, table: type[Row], wanted: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """Set the raw values that differ from what is kept, by id and column; the ids of the rows that changed.

    Rows in which the same columns change are one run of the journal, so that undoing touches no other column.
    """
    names = list(dict.fromkeys(name for values in wanted.values() for name in values))
    if not names:
        return set()
    timed = "updated_at" in table._meta.fields
    read = [*names, "updated_at"] if timed else names
    columns = ", ".join(f'"{name}"' for name in ("id", *read))
    groups: dict[tuple[str, ...], list[tuple[int, Sequence[Any], Sequence[Any]]]] = {}
    for id_, *kept in selected(f"SELECT {columns} FROM {table._meta.table_name} WHERE id IN ({{keys}})", wanted):
        before = dict(zip(read, kept, strict=True))
        changed = {name: value for name, value in wanted[id_].items() if value != before[name]}
        if changed:
            if timed:
                changed["updated_at"] = moment_text(_after(before["updated_at"], recorder.at))
            group = groups.setdefault(tuple(changed), [])
            group.append((id_, [before[name] for name in changed], list(changed.values())))
    for group_names, rows in groups.items():
        recorder.update_run(table, group_names, rows)
    return {row[0] for rows in groups.values() for row in rows}


def _after(last: str, now: datetime) -> datetime:
    return now if moment_text(now) > last else clock.after(datetime.fromisoformat(f"{last}+00:00"))


def batches(rows: Sequence[Any], asked: Callable[[Any], Iterable[Any]], told: Callable[[Any], Iterable[Any]]) -> Iterator[list[Any]]:
    """The rows in order, cut so that no row asks (`asked`) for a key under which an earlier one of its batch is known (`told`)."""
    batch: list[Any] = []
    seen: set[Any] = set()
    for row in rows:
        if not seen.isdisjoint(asked(row)):
            yield batch
            batch, seen = [], set()
        batch.append(row)
        seen.update(told(row))
    if batch:
        yield batch


__all__ = ["Run", "batches", "count", "hurried", "index", "selected", "update_differing", "without_indexes"]
