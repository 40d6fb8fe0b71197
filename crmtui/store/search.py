"""Search in any script: the folded key of every record, kept right after each change, and the index over it.

Every typed word must be found somewhere in the key. Words of three letters and more go through a trigram index, shorter
ones (most Chinese and Korean names) through the key itself. There are no triggers: the journal calls `refresh`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_
from typing import Any

from peewee import fn

from crmtui.store.keys import fold, sort_key, words
from crmtui.store.tables import Client, Deal, database

CHUNK = 500
COMMON = 1000
"""Hits from which on a word counts as common."""

INDEXED = ("client", "deal")
"""Tables with a trigram index; the others are small enough to be read through."""

_TEXTS = {
    "client": (
        "SELECT c.id, c.search_key, c.name, coalesce(p.name, ''), '' FROM client c"
        " LEFT JOIN client p ON p.id = c.company_id WHERE c.id IN ({ids})"
    ),
    "deal": (
        "SELECT d.id, d.search_key, d.title, coalesce(c.name, ''), '' FROM deal d"
        " LEFT JOIN client c ON c.id = d.client_id WHERE d.id IN ({ids})"
    ),
    "rep": "SELECT id, search_key, name, coalesce(email, ''), '' FROM rep WHERE id IN ({ids})",
    "product": "SELECT id, search_key, name, coalesce(code, ''), coalesce(family, '') FROM product WHERE id IN ({ids})",
}
_POINTS = 'SELECT client_id, value, "key" FROM contact_point WHERE client_id IN ({ids}) ORDER BY client_id, position, id'
_DEPENDENT = {
    "client": (
        ("client", "SELECT id FROM client WHERE company_id IN ({ids})"),
        ("deal", "SELECT id FROM deal WHERE client_id IN ({ids})"),
    )
}


def key_of(*texts: str) -> str:
    """The search key of a record from the texts that it should be found by."""
    return fold(" ".join(filter(None, texts)))


def findable(value: str, key: str) -> tuple[str, ...]:
    """The texts under which a mail or phone is found: as written, and its key when that reads differently."""
    return (value,) if key in (value, value.lower()) else (value, key)


def refresh(table: str, ids: Iterable[int], *, index: bool = True) -> None:
    """Compute the keys of these records anew, and those of the records that show their names; without `index` for sorting alone."""
    if table not in _TEXTS:
        return
    for chunk in _chunks(sorted(set(ids))):
        renamed = _refresh(table, chunk, index)
        for dependent, query in _DEPENDENT.get(table, ()) if renamed else ():
            found = [row[0] for row in _rows(query, renamed)]
            for part in _chunks(found):
                _refresh(dependent, part, index)


def _refresh(table: str, ids: Sequence[int], index: bool) -> list[int]:
    """Write the keys that differ; return whose did."""
    changed = drifted(table, ids)
    _write(table, changed, index)
    return [row[1] for row in changed]


def drifted(table: str, ids: Sequence[int]) -> list[tuple[str, int, str, str]]:
    """The records whose key is not what it should be: the right key, the id, the key that is there, the name."""
    points: dict[int, list[str]] = {}
    if table == "client":
        for client, value, key in _rows(_POINTS, ids):
            points.setdefault(client, []).extend(findable(value, key))
    changed = []
    for id_, old, *texts in _rows(_TEXTS[table], ids):
        new = key_of(*texts, *points.get(id_, ()))
        if new != old:
            changed.append((new, id_, old, texts[0]))
    return changed


def _write(table: str, changed: list[tuple[str, int, str, str]], index: bool) -> None:
    if not changed:
        return
    cursor = database.cursor()
    if table in INDEXED and index:
        name = f"{table}_search"
        gone = [(id_, old) for _, id_, old, _ in changed if old]
        cursor.executemany(f"INSERT INTO {name} ({name}, rowid, search_key) VALUES ('delete', ?, ?)", gone)
        cursor.executemany(f"INSERT INTO {name} (rowid, search_key) VALUES (?, ?)", [(id_, new) for new, id_, _, _ in changed])
    if table == "client":
        rows = [(new, sort_key(name), id_) for new, id_, _, name in changed]
        cursor.executemany("UPDATE client SET search_key = ?, sort_key = ? WHERE id = ?", rows)
    else:
        cursor.executemany(f"UPDATE {table} SET search_key = ? WHERE id = ?", [(new, id_) for new, id_, _, _ in changed])


def rebuild() -> int:
    """Compute every key anew and build the index from the ground up; how many keys had to be mended. Inside a transaction."""
    mended = 0
    for table in _TEXTS:
        ids = [row[0] for row in database.execute_sql(f"SELECT id FROM {table}").fetchall()]
        for chunk in _chunks(ids):
            wrong = drifted(table, chunk)
            mended += len(wrong)
            database.cursor().executemany(f"UPDATE {table} SET search_key = ? WHERE id = ?", [(new, id_) for new, id_, *_ in wrong])
    rows = database.execute_sql("SELECT id, name, sort_key FROM client").fetchall()
    misplaced = [(sort_key(name), id_) for id_, name, kept in rows if sort_key(name) != kept]
    database.cursor().executemany("UPDATE client SET sort_key = ? WHERE id = ?", misplaced)
    for table in INDEXED:
        database.execute_sql(f"INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')")
    return mended + len(misplaced)


def index_run(table: str, first: int, last: int) -> None:
    """Put a run of new rows, whose keys are written already, into the index."""
    if table in INDEXED:
        database.execute_sql(
            f"INSERT INTO {table}_search (rowid, search_key) SELECT id, search_key FROM {table} WHERE id BETWEEN ? AND ?", (first, last)
        )


def forget_run(table: str, first: int, last: int) -> None:
    """Take a run of rows out of the index, before they are deleted."""
    if table in INDEXED:
        index = f"{table}_search"
        database.execute_sql(
            f"INSERT INTO {index} ({index}, rowid, search_key) SELECT 'delete', id, search_key FROM {table}"
            " WHERE id BETWEEN ? AND ? AND search_key <> ''",
            (first, last),
        )


def found(table: str, query: str, limit: int = 50) -> list[int]:
    """The ids of the records in which every word of the query occurs, by name; deleted ones are left out.

    `table` is client, deal, rep or product. An empty query finds nothing.
    """
    wanted = words(query)
    if not wanted:
        return []
    conditions = ["instr(search_key, ?) > 0"] * len(wanted)
    values: list[Any] = list(wanted)
    if table in INDEXED:
        conditions.append("deleted_at IS NULL")
        parts = _trigrams(wanted)
        if parts and (few := _few(table, parts)) is not None:
            conditions.append(f"id IN ({','.join('?' * len(few))})")
            values += few
    order = "sort_key, id" if table == "client" else "search_key, id"
    sql = f"SELECT id FROM {table} WHERE {' AND '.join(conditions)} ORDER BY {order} LIMIT ?"
    return [row[0] for row in database.execute_sql(sql, (*values, limit))]


def begun(table: str, query: str, limit: int = 50) -> list[int]:
    """The ids of the living clients, or deals, whose name begins with the query, by name: most likely what somebody types means."""
    column, start = ("sort_key", sort_key(query.strip())) if table == "client" else ("search_key", fold(query.strip()))
    if not start:
        return []
    sql = f"SELECT id FROM {table} WHERE deleted_at IS NULL AND {column} >= ? AND {column} < ? ORDER BY {column}, id LIMIT ?"
    return [row[0] for row in database.execute_sql(sql, (start, start + chr(0x10FFFF), limit))]


def likely(table: str, query: str, limit: int = 50) -> list[int]:
    """What `found` finds, before it those whose name begins with the query; at most `limit` together."""
    first = begun(table, query, limit)
    return first if len(first) == limit else list(dict.fromkeys([*first, *found(table, query, limit)]))[:limit]


def matches(table: type[Client] | type[Deal], query: str) -> Any:
    """The condition, for a query of these records, that every word occurs in them; without words none do."""
    wanted = words(query)
    if not wanted:
        return table.id.is_null()
    hits = found(table._meta.table_name, query, COMMON)
    if len(hits) < COMMON:
        return table.id.in_(hits)
    conditions = [fn.INSTR(table.search_key, word) > 0 for word in wanted]
    return reduce(and_, conditions)


def _trigrams(wanted: Sequence[str]) -> str:
    """The query of the trigram index: every three letters that follow each other in a word, all of them; empty for short words.

    Without a NUL, at which the index would take the query to end; no key holds one anyway.
    """
    parts = sorted({part for word in wanted for i in range(len(word) - 2) if "\0" not in (part := word[i : i + 3])})[:60]
    return " AND ".join('"' + part.replace('"', '""') + '"' for part in parts)


def _few(table: str, parts: str) -> list[int] | None:
    """The records that the index names; None when they are so many that walking along the names finds enough of them sooner."""
    index = f"{table}_search"
    rows = database.execute_sql(f"SELECT rowid FROM {index} WHERE {index} MATCH ? LIMIT ?", (parts, COMMON)).fetchall()
    return [row[0] for row in rows] if len(rows) < COMMON else None


def _rows(query: str, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    return database.execute_sql(query.format(ids=",".join("?" * len(ids))), tuple(ids)).fetchall() if ids else []


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[i : i + CHUNK] for i in range(0, len(ids), CHUNK))
