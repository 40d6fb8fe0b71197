"""Saving what can be saved of a damaged or strange base: its records read row by row and written into a new base of our own.

The file is only read, and nothing in it is trusted: it could have been made to do harm. Where a page of it cannot be read, the rows on
it are lost; they are counted, and whatever else is there is kept. Rows that point to lost ones lose the link, or go with them when
they are nothing without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from peewee import BlobField, ForeignKeyField

from crmtui.errors import Failed
from crmtui.frozen import dataclass
from crmtui.store import cipher, contents, files, search, strangers, values
from crmtui.store.connection import APPLICATION_ID, current, opened
from crmtui.store.engine import driver
from crmtui.store.journal import DERIVED
from crmtui.store.tables import ALL, Row, database

RUN = 1000
"""Rows read at once where nothing is damaged."""

MOST_FAILURES = 200_000
"""Readings of a table that may fail before the rest of it is given up."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What was saved of a table: rows kept, rows that could not be read (at most so many), rows left out because they fitted to nothing;
    links that were cut."""

    table: str
    kept: int
    lost: int
    left_out: int
    cut: int


@dataclass(frozen=True, slots=True)
class Salvage:
    """What was saved of a damaged base: where it is now, the rows kept and lost in all, and table by table where there was anything."""

    path: str
    kept: int
    lost: int
    tables: tuple[Saved, ...]


def recover(damaged: Path, target: Path) -> Salvage:
    """Make a new base of all rows of a damaged or strange one that can be read.

    Raises `NotFound`, `Refused` when the target exists, `Failed` for what is no base of ours or takes too long; then nothing is made.
    """
    files.refuse_taken(target)
    with strangers.reading(damaged) as source:
        source.text_factory = lambda text: text.decode(errors="replace").replace("\0", "")
        _refuse_other(damaged, source)
        found: list[Saved] = []
        try:
            with opened(target, actor="recover", command="recover"):
                found = _saved(source)
                contents.copy_from(damaged)
        finally:
            for end in ("", "-wal", "-shm", "-queue") if not found else ():
                target.with_name(target.name + end).unlink(missing_ok=True)
    kept, lost = sum(each.kept for each in found), sum(each.lost for each in found)
    return Salvage(str(target), kept, lost, tuple(each for each in found if each.kept or each.lost or each.left_out))


def _refuse_other(path: Path, source: Any) -> None:
    """Refuse a file in which not even the names of our tables can be read."""
    try:
        owner = source.execute("PRAGMA application_id").fetchone()[0]
        names = {name for (name,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except driver.DatabaseError as why:
        other = "" if cipher.is_plain(path) else "; is it encrypted with another key?"
        raise Failed(f"nothing can be read of {path} ({why}){other}", "look for a backup: crmtui restore") from None
    if owner != APPLICATION_ID and not {"client", "operation"} <= names:
        raise Failed(f"{path} is no crmtui base", "name the damaged base")


def _saved(source: Any) -> list[Saved]:
    """Read every table over, in one transaction; then cut what leads nowhere, and make keys and index anew."""
    database.execute_sql("PRAGMA foreign_keys = off")
    with current().writing():
        usual = {name: database.execute_sql(f"SELECT * FROM {name}").fetchall() for name in ("pipeline", "stage")}
        for table in reversed(ALL):
            database.execute_sql(f"DELETE FROM {table._meta.table_name}")
        counts = {table._meta.table_name: _taken(source, table) for table in ALL}
        astray = _home_for_deals(usual)
        emptied = {table: values.mended(lambda query: list(database.execute_sql(query).fetchall()), table) for table in ALL}
        cut, dropped = _mended()
        cut["deal"] = cut.get("deal", 0) + astray
        for table, (blank, gone) in emptied.items():
            name = table._meta.table_name
            cut[name] = cut.get(name, 0) + blank
            dropped[name] = dropped.get(name, 0) + gone
        search.rebuild()
    database.execute_sql("PRAGMA foreign_keys = on")
    verdict = database.execute_sql("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise Failed(f"the new base is not sound: {verdict}")
    return [
        Saved(name, kept - dropped.get(name, 0), lost, refused + dropped.get(name, 0), cut.get(name, 0))
        for name, (kept, lost, refused) in counts.items()
    ]


def _taken(source: Any, table: type[Row]) -> tuple[int, int, int]:
    """Read a table over: rows kept, ids that could not be read, rows that were refused."""
    name = table._meta.table_name
    try:
        kinds = [kind for (kind,) in source.execute("SELECT type FROM sqlite_master WHERE name = ? AND sql NOT LIKE '%virtual%'", (name,))]
        there = {row[1] for row in source.execute(f"PRAGMA table_info({name})")} if kinds == ["table"] else set()
    except driver.DatabaseError as why:
        _refuse_endless(why)
        there = set()
    columns = [each for each in table._meta.columns if each in there and each not in DERIVED]
    if "id" not in columns:
        return 0, 0, 0
    reading = _Reading(source, name, columns)
    blank = [each for each in table._meta.columns if each in DERIVED]
    quoted = ", ".join(f'"{each}"' for each in [*columns, *blank])
    insert = f"INSERT INTO {name} ({quoted}) VALUES ({', '.join('?' * (len(columns) + len(blank)))})"
    kept = refused = 0
    cursor = database.cursor()
    texts = [not isinstance(table._meta.columns[each], BlobField) for each in columns]
    for row in reading.rows():
        try:
            cursor.execute(insert, [*map(_plain, row, texts), *([""] * len(blank))])
            kept += 1
        except driver.Error:  # not a value that this column can have, or an id that came twice
            refused += 1
    return kept, reading.lost, refused


def _refuse_endless(why: Exception) -> None:
    """Pass on that time is over: nothing more would be read, and what was not read would be told as lost."""
    if "interrupted" in str(why):
        raise why


def _plain(value: Any, text: bool) -> Any:
    """A value as its column can hold it: bytes are text but where bytes belong."""
    return value.decode(errors="replace").replace("\0", "") if text and isinstance(value, bytes) else value


class _Reading:
    """The rows of a table of a damaged file, by their ids; a run that cannot be read is halved until only the bad ids are left."""

    def __init__(self, source: Any, table: str, columns: list[str]) -> None:
        quoted = ", ".join(f'"{each}"' for each in columns)
        self._source = source
        self._table = table
        self._query = f'SELECT {quoted} FROM "{table}" NOT INDEXED WHERE id BETWEEN ? AND ? ORDER BY id'
        self._failures = 0
        self.lost = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Every row that can be read; `lost` counts the ids that cannot."""
        last = self._last()
        for first in range(1, last + 1, RUN):
            yield from self._run(first, min(first + RUN - 1, last))

    def _last(self) -> int:
        """The highest id: the last one given out, or the last that can be read."""
        found = 0
        for query in (
            f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{self._table}'",
            f'SELECT max(id) FROM "{self._table}"',
        ):
            try:
                found = max([found, *(row[0] for row in self._source.execute(query) if isinstance(row[0], int))])
            except driver.DatabaseError as why:
                _refuse_endless(why)
            if found:
                break
        return min(found, 2**40)

    def _run(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        if self._failures > MOST_FAILURES:
            self.lost += last - first + 1
            return
        try:
            yield from self._source.execute(self._query, (first, last)).fetchall()
            return
        except driver.DatabaseError as why:
            _refuse_endless(why)
        self._failures += 1
        if first == last:
            self.lost += 1
            return
        middle = (first + last) // 2
        yield from self._run(first, middle)
        yield from self._run(middle + 1, last)


def _home_for_deals(usual: Mapping[str, Sequence[Sequence[Any]]]) -> int:
    """See that there are stages, those of a new base if need be, and put deals whose stage is lost into the first; how many these are."""
    if not database.execute_sql("SELECT count(*) FROM stage").fetchone()[0]:
        for name, rows in usual.items():
            for row in rows:
                database.execute_sql(f"INSERT OR IGNORE INTO {name} VALUES ({', '.join('?' * len(row))})", tuple(row))
    first = "SELECT id FROM stage WHERE deleted_at IS NULL ORDER BY pipeline_id, position LIMIT 1"
    return int(database.execute_sql(f"UPDATE deal SET stage_id = ({first}) WHERE stage_id NOT IN (SELECT id FROM stage)").rowcount)


def _mended() -> tuple[dict[str, int], dict[str, int]]:
    """Cut links that lead nowhere; a row that must have its link goes. How many of each, by table, until all links lead somewhere."""
    cut: dict[str, int] = {}
    dropped: dict[str, int] = {}
    links = [(table, field) for table in ALL for field in table._meta.fields.values() if isinstance(field, ForeignKeyField)]
    again = True
    while again:
        again = False
        for table, field in links:
            name, column = table._meta.table_name, field.column_name
            lost = f'"{column}" IS NOT NULL AND "{column}" NOT IN (SELECT id FROM {field.rel_model._meta.table_name})'
            change = f'UPDATE {name} SET "{column}" = NULL WHERE {lost}' if field.null else f"DELETE FROM {name} WHERE {lost}"
            found = database.execute_sql(change).rowcount
            counts = cut if field.null else dropped
            counts[name] = counts.get(name, 0) + found
            again = again or found > 0
    return cut, dropped
