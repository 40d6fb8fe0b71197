"""Which client of the base a row means: by its id in the other system, else by mail, else by phone and name, else by name.

A client that has another id in the same system is another one, whatever its mail. A name alone decides only for companies and
for rows that have neither id nor mail nor phone; of persons with a company on both sides the companies must agree too.
A row whose client was deleted here means that deleted client.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from crmtui.exchange.cells import Rejected
from crmtui.store.bulk import selected
from crmtui.store.keys import fold

_BY_ID = (
    "SELECT e.value, e.record_id, c.kind, c.deleted_at IS NOT NULL FROM external_id e JOIN client c ON c.id = e.record_id"
    " WHERE e.kind = 'client' AND e.system = ? AND e.value IN ({keys})"
)
_BY_POINT = (
    'SELECT p.kind, p."key", c.id, c.kind, c.sort_key FROM contact_point p JOIN client c ON c.id = p.client_id'
    ' WHERE p."key" IN ({keys}) AND c.deleted_at IS NULL ORDER BY c.id'
)
_BY_NAME = (
    "SELECT c.sort_key, c.id, c.kind, p.name FROM client c LEFT JOIN client p ON p.id = c.company_id"
    " WHERE c.sort_key IN ({keys}) AND c.deleted_at IS NULL ORDER BY c.id"
)
_IDS_OF = "SELECT record_id, system, value FROM external_id WHERE kind = 'client' AND record_id IN ({keys})"

DELETED = -1
"""Stands for a client that was deleted here."""


class Matcher:
    """Finds the clients of many rows with a few queries. `kind` is that of rows that do not say."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def told(self, row: Sequence[Any]) -> Iterator[Any]:
        """Under what the client of a row is known afterwards."""
        yield row[1][4]
        yield from self._strong(row)

    def asked(self, row: Sequence[Any]) -> Iterator[Any]:
        """Under what the client of a row is looked for."""
        yield from self._strong(row)
        if self._by_name_too(row):
            yield row[1][4]

    def _strong(self, row: Sequence[Any]) -> Iterator[Any]:
        yield from row[4]
        for kind, _, key, _, _ in row[2]:
            yield key if kind == "email" else (key, row[1][4])

    def _by_name_too(self, row: Sequence[Any]) -> bool:
        return (row[1][0] or self._kind) == "company" or not (row[4] or row[2])

    def find(self, rows: Sequence[Sequence[Any]]) -> list[int | Rejected | None]:
        """For each row the id of its client, None for a new one, `DELETED`, or why the row cannot be taken."""
        ids = self._by_id(rows)
        points = self._by_point(rows)
        names = self._by_name(rows)
        candidates = {hit[0] for hits in points.values() for hit in hits} | {hit[0] for hits in names.values() for hit in hits}
        others: dict[int, dict[str, set[str]]] = defaultdict(dict)
        if any(row[4] for row in rows):
            known = candidates | {hit[0] for hit in ids.values()}
            for record, system, value in selected(_IDS_OF, known):
                others[record].setdefault(system, set()).add(value)
        return [self._one(row, ids, points, names, others) for row in rows]

    def _one(
        self, row: Sequence[Any], ids: dict[Any, Any], points: dict[Any, Any], names: dict[str, Any], others: dict[int, dict[str, set[str]]]
    ) -> int | Rejected | None:
        found = {hit[0]: hit for pair in row[4] if (hit := ids.get(pair))}
        if found:
            return self._by_ids(row, list(found.values()), others)
        name, kind = row[1][4], row[1][0] or self._kind
        hits: list[Any] = [hit for key in self._strong(row) for hit in points.get(key, ())]
        if self._by_name_too(row):
            hits += [hit for hit in names.get(name, ()) if hit[1] == kind and (kind == "company" or _same_company(hit[2], row[6]))]
        for id_, known_kind, *_ in hits:
            free = all(value in others[id_].get(system, {value}) for system, value in row[4]) if row[4] else True
            if free and known_kind == kind:
                return int(id_)
        return None

    def _by_ids(self, row: Sequence[Any], hits: list[Any], others: dict[int, dict[str, set[str]]]) -> int | Rejected:
        if len(hits) > 1:
            return Rejected("", f"its ids belong to {len(hits)} clients: {', '.join(str(hit[0]) for hit in hits)}")
        id_, kind, deleted = hits[0]
        if deleted:
            return DELETED
        system, value = row[4][0]
        if (row[1][0] or self._kind) != kind:
            return Rejected("", f'the id "{value}" of {system} belongs to client {id_}, a {kind}; pass --system to keep the ids apart')
        clash = next(((s, v) for s, v in row[4] if v not in others[id_].get(s, {v})), None)
        if clash:
            return Rejected("", f"client {id_} has another id of {clash[0]}: {min(others[id_][clash[0]])}")
        return int(id_)

    def _by_id(self, rows: Sequence[Sequence[Any]]) -> dict[tuple[str, str], tuple[int, str, bool]]:
        wanted: dict[str, list[str]] = defaultdict(list)
        for row in rows:
            for system, value in row[4]:
                wanted[system].append(value)
        return {
            (system, value): (id_, kind, bool(deleted))
            for system, values in wanted.items()
            for value, id_, kind, deleted in selected(_BY_ID, values, system)
        }

    def _by_point(self, rows: Sequence[Sequence[Any]]) -> dict[Any, list[tuple[int, str]]]:
        found: dict[Any, list[tuple[int, str]]] = defaultdict(list)
        for point, key, id_, kind, name in selected(_BY_POINT, (point[2] for row in rows for point in row[2])):
            found[key if point == "email" else (key, name)].append((id_, kind))
        return found

    def _by_name(self, rows: Sequence[Sequence[Any]]) -> dict[str, list[tuple[int, str, str | None]]]:
        wanted = (row[1][4] for row in rows if self._by_name_too(row))
        found: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
        for name, id_, kind, company in selected(_BY_NAME, wanted):
            found[name].append((id_, kind, company))
        return found


def _same_company(known: str | None, given: str | None) -> bool:
    return not known or not given or fold(known) == fold(given)
