"""A client as people and scripts see it, read from the base by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from crmtui.clients import field_values, tags
from crmtui.clients.field_rules import Value
from crmtui.frozen import dataclass
from crmtui.store import external
from crmtui.store.reading import dicts, tuples
from crmtui.store.tables import Address, Client, ClientRole, ContactPoint, Rep


@dataclass(frozen=True, slots=True)
class Point:
    """A way to reach a client: email or phone, as written, under a label like work or mobile (may be empty)."""

    kind: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """An address of a client."""

    label: str
    street: str | None
    city: str | None
    region: str | None
    postcode: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A client: a person or a company. `emails` and `phones` begin with the main one; `revenue_cents` is a year's, in `currency`."""

    id: int
    kind: str
    name: str
    first_name: str | None
    last_name: str | None
    status: str
    status_reason: str | None
    company: str | None
    company_id: int | None
    position: str | None
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    contact_points: tuple[Point, ...]
    addresses: tuple[PostalAddress, ...]
    owner: str | None
    owner_id: int | None
    source: str | None
    roles: tuple[str, ...]
    tags: tuple[str, ...]
    website: str | None
    birth_date: date | None
    sex: str | None
    marital_status: str | None
    income: str | None
    purpose: str | None
    industry: str | None
    founded: int | None
    employees: int | None
    revenue_cents: int | None
    currency: str | None
    notes: str | None
    external_ids: dict[str, str]
    fields: dict[str, Value]
    created_at: datetime
    updated_at: datetime


_PLAIN = (
    "id", "kind", "name", "first_name", "last_name", "status", "status_reason", "position", "source", "website",
    "birth_date", "sex", "marital_status", "income", "purpose", "industry", "founded", "employees", "revenue_cents", "currency", "notes",
    "created_at", "updated_at",
)  # fmt: skip


def load(ids: Sequence[int]) -> list[Card]:
    """The clients of these ids in their order; unknown ones are left out. Nine queries, however many ids up to a page."""
    wanted = list(ids)
    company = Client.alias()
    rows = (
        Client.select(
            *(getattr(Client, name) for name in _PLAIN), Client.company.alias("company_id"), Client.owner.alias("owner_id"),
            company.name.alias("company"), Rep.name.alias("owner"),
        )
        .join(company, JOIN.LEFT_OUTER, on=(Client.company == company.id))
        .switch(Client)
        .join(Rep, JOIN.LEFT_OUTER, on=(Client.owner == Rep.id))
        .where(Client.id.in_(wanted))
    )  # fmt: skip
    parts = _parts(wanted)
    found = {row["id"]: _card(row, parts) for row in dicts(rows)}
    return [found[id_] for id_ in wanted if id_ in found]


def _parts(ids: list[int]) -> dict[str, Any]:
    points = ContactPoint.select().where(ContactPoint.client.in_(ids)).order_by(ContactPoint.position, ContactPoint.id)
    addresses = Address.select().where(Address.client.in_(ids)).order_by(Address.position, Address.id)
    roles = ClientRole.select(ClientRole.client, ClientRole.role).where(ClientRole.client.in_(ids)).order_by(ClientRole.role)
    return {
        "points": _grouped((p.client_id, Point(p.kind, p.value, p.label)) for p in points),
        "addresses": _grouped((a.client_id, PostalAddress(a.label, a.street, a.city, a.region, a.postcode, a.country)) for a in addresses),
        "roles": _grouped((client, role) for client, role in tuples(roles)),
        "tags": tags.of("client", ids),
        "external_ids": external.of("client", ids),
        "fields": field_values.of("client", ids),
    }


def _card(row: dict[str, Any], parts: dict[str, Any]) -> Card:
    id_ = row["id"]
    points: tuple[Point, ...] = tuple(parts["points"].get(id_, ()))
    return Card(
        **row,
        emails=tuple(p.value for p in points if p.kind == "email"),
        phones=tuple(p.value for p in points if p.kind == "phone"),
        contact_points=points,
        addresses=tuple(parts["addresses"].get(id_, ())),
        roles=tuple(parts["roles"].get(id_, ())),
        tags=parts["tags"].get(id_, ()),
        external_ids=parts["external_ids"].get(id_, {}),
        fields=parts["fields"][id_],
    )


def _grouped(pairs: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found
