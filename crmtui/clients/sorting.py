"""The orders in which clients are listed, each that of an index, so that the first of a million are found at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import ModelSelect

from crmtui.store import keys
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, Rep

SORTS = ("name", "company", "status", "owner", "created", "updated")


def first(query: ModelSelect[Client], sort: str, descending: bool, limit: int, offset: int = 0) -> list[int]:
    """The ids of a query of clients from `offset` on, in the order of `sort`, at most `limit`."""
    found: list[int] = []
    for part in parts(query, sort, descending):
        found += ids(part.limit(limit + offset - len(found)))
        if len(found) >= limit + offset:
            break
    return found[offset:]


def parts(query: ModelSelect[Client], sort: str, descending: bool) -> Iterator[ModelSelect[Client]]:
    """The query in parts that follow one another, each in order; what `sort` says is equal is by name, and that by id.

    By company and by owner come last, whatever the direction, those who have none, and then those whose company was deleted.
    """
    plain = {"name": (), "status": (Client.status,), "created": (Client.created_at,), "updated": (Client.updated_at,)}
    if sort == "company":
        yield from _by_company(query, descending)
    elif sort == "owner":
        yield from _by_owner(query, descending)
    elif sort in ("created", "updated"):
        yield _ordered(query, descending, *plain[sort], Client.id)
    else:
        yield _ordered(query, descending, *plain[sort], Client.sort_key, Client.id)


def _by_company(query: ModelSelect[Client], descending: bool) -> Iterator[ModelSelect[Client]]:
    company = Client.alias()
    held = query.join(company, on=(Client.company == company.id)).where(company.deleted_at.is_null())
    yield _ordered(held, descending, company.sort_key, company.id, Client.sort_key, Client.id)
    gone = Client.select(Client.id).where(Client.deleted_at.is_null(False))
    for left in (Client.company.is_null(), Client.company.in_(gone)):
        yield _ordered(query.where(left), descending, Client.sort_key, Client.id)


def _by_owner(query: ModelSelect[Client], descending: bool) -> Iterator[ModelSelect[Client]]:
    """A part a rep: within one the index is in order, over all of them it is not."""
    reps = sorted((keys.sort_key(name), id_) for id_, name in tuples(Rep.select(Rep.id, Rep.name)))
    for _, id_ in reversed(reps) if descending else reps:
        yield _ordered(query.where(Client.owner == id_), descending, Client.sort_key, Client.id)
    yield _ordered(query.where(Client.owner.is_null()), descending, Client.sort_key, Client.id)


def _ordered(query: ModelSelect[Client], descending: bool, *columns: Any) -> ModelSelect[Client]:
    return query.order_by(*(column.desc() if descending else column.asc() for column in columns))
