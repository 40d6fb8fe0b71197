"""The long list of clients: the ids of all that pass, in an order of `sorting.SORTS`, and the lines of those that are seen."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from peewee import JOIN, ModelSelect

from crmtui.clients import clients, sorting
from crmtui.frozen import dataclass
from crmtui.store import prepared, search
from crmtui.store.prepared import given
from crmtui.store.tables import Address, Client, ContactPoint, Rep

SIZES = (16, 100)
"""Clients that are asked for at once: as many as a finder shows, as many as a page of a list."""


@dataclass(frozen=True, slots=True)
class Line:
    """A client as far as a list shows it; `phone`, `email` and `city` are the first ones it has."""

    id: int
    kind: str
    name: str
    company: str | None
    status: str
    owner: str | None
    phone: str | None
    email: str | None
    city: str | None
    updated_at: datetime


def ids(*, sort: str = "name", descending: bool = False, **filters: Any) -> array[int]:
    """The ids of all the clients that pass the filters (see `clients.matching`), in order: eight bytes a client.

    By name, those come first whose name begins with the words that are searched for.
    """
    found = array("q", _begun(sort, descending, **filters))
    ahead = set(found)
    for part in sorting.parts(clients.matching(**filters), sort, descending):
        rows = part.model._meta.database.execute(part)
        found.extend(row[0] for row in rows) if not ahead else found.extend(row[0] for row in rows if row[0] not in ahead)
    return found


def first(limit: int = 100, *, sort: str = "name", descending: bool = False, **filters: Any) -> list[int]:
    """The first of the same ids, soon, while the others are not known."""
    rest = sorting.first(clients.matching(**filters), sort, descending, limit)
    return list(dict.fromkeys([*_begun(sort, descending, **filters), *rest]))[:limit]


def _begun(sort: str, descending: bool, *, words: str = "", **filters: Any) -> list[int]:
    """The clients whose name begins with the words, where they are what is asked for."""
    if not words.strip() or filters or sort != "name" or descending:
        return []
    return search.begun("client", words)


def lines(wanted: Sequence[int]) -> list[Line]:
    """The clients of these ids in their order, one query for a page of them; unknown ones are left out."""
    found: dict[int, Line] = {}
    for start in range(0, len(wanted), SIZES[-1]):
        part = list(wanted[start : start + SIZES[-1]])
        size = next(size for size in SIZES if size >= len(part))
        asked = prepared.kept(("client lines", size), partial(_of, size))
        found |= {row[0]: Line(*row) for row in asked.rows(*part, *([part[-1]] * (size - len(part))))}
    return [found[id_] for id_ in wanted if id_ in found]


def _of(size: int) -> ModelSelect[Client]:
    """The query of so many clients."""
    company = Client.alias()
    return (
        Client.select(
            Client.id, Client.kind, Client.name, company.name, Client.status, Rep.name, _point("phone"), _point("email"), _city(),
            Client.updated_at,
        )
        .join(company, JOIN.LEFT_OUTER, on=(Client.company == company.id))
        .switch(Client)
        .join(Rep, JOIN.LEFT_OUTER, on=(Client.owner == Rep.id))
        .where(Client.id.in_([given(place) for place in range(size)]))
    )  # fmt: skip


def _point(kind: str) -> Any:
    points = ContactPoint.select(ContactPoint.value).where(ContactPoint.client == Client.id, ContactPoint.kind == kind)
    return points.order_by(ContactPoint.position, ContactPoint.id).limit(1)


def _city() -> Any:
    return Address.select(Address.city).where(Address.client == Client.id).order_by(Address.position, Address.id).limit(1)
