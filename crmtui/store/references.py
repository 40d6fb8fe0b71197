"""What a person types to mean a record: an id, a mail, a phone, a name, or any unmistakable part of a name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmtui.errors import Ambiguous, Candidate, NotFound
from crmtui.store import search
from crmtui.store.keys import fold
from crmtui.store.tables import database

OFFERED = 20
"""Candidates listed for an ambiguous reference."""

LARGEST_ID = 2**63 - 1

_MERGED = "SELECT k.id FROM client g JOIN client k ON k.id = g.merged_into_id WHERE g.id = ? AND k.deleted_at IS NULL"
"""The client of which another one was made a part, by the id of that one."""

Labels = Callable[[Sequence[int]], list[Candidate]]


def resolve(table: str, noun: str, ref: str, label: Labels, keyed: Sequence[int] = ()) -> int:
    """The id of the one record of a table that the reference means.

    A number means an id, a phone, or a whole name: as a part of a name or a phone it would find somebody who is not meant.
    The id of a client who was merged into another means that one.
    `keyed` are ids already found by an exact key (a mail, a phone); they win over parts of names. `label` words the candidates.
    Raises `NotFound` with the nearest names, `Ambiguous` with the candidates.
    """
    by_id = _by_id(table, ref)
    if by_id is not None:
        return by_id
    found = list(keyed) or _by_outside_id(table, ref) or _best(table, ref)[: OFFERED + 1]
    return chosen(noun, ref, found, label, lambda: _nearest(table, ref))


def chosen(noun: str, ref: str, found: Sequence[int], label: Labels, nearest: Callable[[], str] = str) -> int:
    """The one record found; raises `NotFound` with what is nearest for none, `Ambiguous` with the candidates for several."""
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f'no {noun} "{ref}"', nearest())
    more = "more than 20" if len(found) > OFFERED else str(len(found))
    candidates = label(found[:OFFERED])
    listed = ", ".join(f"{c.id} {c.label}" for c in candidates)
    raise Ambiguous(f'"{ref}" may be {more} {noun}s', candidates, f"say which by its id: {listed}")


def _by_id(table: str, ref: str) -> int | None:
    digits = ref.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit()) or int(digits) > LARGEST_ID:
        return None
    living = " AND deleted_at IS NULL" if table in search.INDEXED else ""
    row = database.execute_sql(f"SELECT id FROM {table} WHERE id = ?{living}", (int(digits),)).fetchone()
    if row is None and table == "client":
        row = database.execute_sql(_MERGED, (int(digits),)).fetchone()
    return row[0] if row else None


def _by_outside_id(table: str, ref: str) -> list[int]:
    """The record that has this very id in another system; several when two systems gave out the same."""
    sql = "SELECT DISTINCT record_id FROM external_id WHERE kind = ? AND value = ? ORDER BY record_id"
    found = [row[0] for row in database.execute_sql(sql, (table, ref.strip())).fetchall()]
    living = " AND deleted_at IS NULL" if table in search.INDEXED else ""
    return [id_ for id_ in found if database.execute_sql(f"SELECT 1 FROM {table} WHERE id = ?{living}", (id_,)).fetchone()]


def _best(table: str, ref: str) -> list[int]:
    """Records whose whole name is the reference; else those with its words in their name; else those with them anywhere in the key."""
    name = "title" if table == "deal" else "name"
    candidates = search.found(table, ref, 200)
    if not candidates:
        return []
    marks = ",".join("?" * len(candidates))
    rows = database.execute_sql(f"SELECT id, {name} FROM {table} WHERE id IN ({marks})", tuple(candidates))
    names = {id_: " ".join(fold(text).split()) for id_, text in rows}
    words = fold(ref).split()
    whole = [id_ for id_ in candidates if names[id_] == " ".join(words)]
    if all(word.lstrip("#").isdigit() for word in words):
        return whole
    return whole or [id_ for id_ in candidates if all(word in names[id_] for word in words)] or candidates


def _nearest(table: str, ref: str) -> str:
    from rapidfuzz import fuzz, process

    name = "title" if table == "deal" else "name"
    living = " WHERE deleted_at IS NULL" if table in search.INDEXED else ""
    rows = database.execute_sql(f"SELECT id, {name} FROM {table}{living} ORDER BY id DESC LIMIT 100000").fetchall()
    names = {id_: fold(text)[:100] for id_, text in rows}
    shown = dict(rows)
    close = process.extract(fold(ref)[:100], names, scorer=fuzz.WRatio, limit=3, score_cutoff=75)
    return f"nearest: {', '.join(f'{id_} {shown[id_]}' for _, _, id_ in close)}" if close else ""
