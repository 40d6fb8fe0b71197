"""Two clients made one: the fields of both, and everything that leads to either. One operation, which undo takes back whole.

What leads to a client is read off the tables themselves, so that a table that comes later is not forgotten: every link to a client, and
every record that belongs to a noun and an id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from peewee import ForeignKeyField

from crmtui import money, texts
from crmtui.clients import clients, consents, likeness
from crmtui.clients.records import Card
from crmtui.errors import Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, columns, operation
from crmtui.store.tables import ALL, Address, Client, Consent, ContactPoint, ExternalId, NotSame, Row, database

_TOGETHER = {
    "name": ("name", "first_name", "last_name"),
    "status": ("status", "status_reason"),
    "revenue": ("revenue_cents", "currency"),
}
"""Columns that are taken from one client together, under the name of the field."""

_ALONE = (
    "company", "position", "owner", "source", "website", "birth_date", "sex", "marital_status", "income", "purpose", "industry",
    "founded", "employees", "notes",
)  # fmt: skip
_GROUPS = {**_TOGETHER, **{name: (name,) for name in _ALONE}}
_ORDERED = ("emails", "phones", "addresses")

FIELDS = (*_GROUPS, *_ORDERED)
"""What a choice can be made of: for a field which client's is kept, for a list whose come first."""

_FURTHEST = ("lead", "prospect", "customer")
_SAME: dict[str, tuple[str, ...]] = {
    "contact_point": ("kind", "key"),
    "address": ("street", "city", "region", "postcode", "country"),
    "deal_contact": ("deal_id",),
}
"""By which columns two rows of a client say the same, where no index of the base holds them to be one."""

_OWN_WAY: tuple[type[Row], ...] = (NotSame, ExternalId, Consent)
"""Tables whose rows are not just pointed to another client."""

_PARTS = frozenset({"contact_point", "address", "client_role", "client_tag", "external_id", "own_value", "not_same", "consent"})
_NOUNS = {"client": "people", "deal_contact": "deals as a contact"}


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of two clients who are to be one: what the kept one has (`a`), what the other one has (`b`), what comes of it."""

    field: str
    a: str
    b: str
    result: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Who two clients have become, who is gone, and how many records were led over, by their kind."""

    client: Card
    gone_id: int
    gone: str
    moved: dict[str, int]


def merge(kept: int, gone: int, choices: Mapping[str, str] | None = None) -> Merged:
    """Make one client a part of another: what leads to it leads to `kept` from then on, its id included.

    The values of `kept` stay, those that it lacks come from the other; lists are united, notes joined; a status further on the way from
    lead to customer wins. `choices` say otherwise by field: `a` for the value of `kept`, `b` for the other's; for a list, whose come first.
    Raises `NotFound`, `Refused` for one client or two of different kinds, `Unreadable` for a choice that is none.
    """
    chosen = _read(choices or {})
    with operation() as recorder:
        a, b = _rows(kept, gone)
        recorder.summary = f"merged client {b.id} {b.name} into {a.name}"
        recorder.update(a, **_decided(a, b, chosen))
        moved = _lead_over(recorder, a.id, b.id, chosen)
        _cut_circle(recorder, a)
        recorder.update(b, deleted_at=recorder.at, merged_into=a.id)
    return Merged(clients.get(kept), b.id, b.name, moved)


def preview(kept: int, gone: int, choices: Mapping[str, str] | None = None) -> list[FieldChoice]:
    """What `merge` would make of each field that either has, and how many records it would lead over. Nothing is changed.

    Raises what `merge` raises.
    """
    with current().rehearsing():
        a, b = (_told(clients.get(id_)) | _counted(id_) for id_ in (kept, gone))
        result = _told(merge(kept, gone, choices).client) | _counted(kept)
    names = dict.fromkeys([*result, *a, *b])
    return [FieldChoice(name, *(each.get(name, "") for each in (a, b, result))) for name in names]


def _read(choices: Mapping[str, str]) -> dict[str, str]:
    for name, side in choices.items():
        if name not in FIELDS:
            hint = nearest(name, list(FIELDS))
            raise Unreadable(f'no field "{name}" to choose', f"{hint + ' ' if hint else ''}it is one of {', '.join(FIELDS)}")
        if side not in ("a", "b"):
            raise Unreadable(f'no side "{side}" of {name}', "a is the client that is kept, b the other")
    return dict(choices)


def _rows(kept: int, gone: int) -> tuple[Client, Client]:
    if kept == gone:
        raise Refused(f"client {kept} cannot be merged with itself", "name two clients")
    a, b = (Client.get_by_id(clients.get(id_).id) for id_ in (kept, gone))
    if a.kind != b.kind:
        raise Refused(f"{a.name} is a {a.kind}, {b.name} a {b.kind}", "only two people or two companies can be one")
    return a, b


# ── fields


def _decided(a: Client, b: Client, chosen: Mapping[str, str]) -> dict[str, Any]:
    """The values of the kept client that come from the other."""
    taken: dict[str, Any] = {}
    for name, group in _GROUPS.items():
        if chosen.get(name, _usual(name, a, b)) == "b":
            taken |= {column: getattr(b, _raw(column)) for column in group}
    if "name" not in taken and not (a.first_name or a.last_name) and sorted(likeness.words(a.name)) == sorted(likeness.words(b.name)):
        taken |= {"first_name": b.first_name, "last_name": b.last_name}
    if "notes" not in chosen and a.notes and b.notes and b.notes not in a.notes:
        taken["notes"] = texts.prose(f"{a.notes}\n\n{b.notes}", "notes")
    company = taken.get("company", a.company_id)
    if company in (a.id, b.id):
        further = b.company_id if company == b.id else a.company_id
        taken["company"] = None if further in (a.id, b.id) else further
    return taken


def _usual(name: str, a: Client, b: Client) -> str:
    """Whose value of a field is kept when nobody chooses: the other's where the kept client has none, or a status further on."""
    if name == "status":
        known = a.status in _FURTHEST and b.status in _FURTHEST
        return "b" if known and _FURTHEST.index(b.status) > _FURTHEST.index(a.status) else "a"
    mine, other = (getattr(each, _raw(_GROUPS[name][0])) for each in (a, b))
    return "b" if mine in (None, "") and other not in (None, "") else "a"


def _raw(column: str) -> str:
    """The attribute with a column's own value: of a link the id, so that nothing is read for it."""
    return f"{column}_id" if column in ("company", "owner") else column


def _cut_circle(recorder: Recorder, a: Client) -> None:
    """Where the two stood above each other through a third, the kept client is the one at the top."""
    step, seen = a.company_id, {a.id}
    while step is not None and step not in seen:
        seen.add(step)
        step = Client.get_by_id(step).company_id
    if step is not None:
        recorder.update(a, company=None)


# ── what leads to a client


def links() -> Iterator[tuple[type[Row], str]]:
    """Every table that leads to clients, with the field that does; `record_id` goes with the noun in `kind`."""
    for table in ALL:
        for name, field in table._meta.fields.items():
            if isinstance(field, ForeignKeyField) and field.rel_model is Client:
                yield table, name
        if {"kind", "record_id"} <= table._meta.fields.keys():
            yield table, "record_id"


def _leading(table: type[Row], name: str, client_id: int) -> Any:
    """The query for the rows of a table that lead to a client."""
    query = table.select().where(getattr(table, name) == client_id)
    return query.where(getattr(table, "kind") == "client") if name == "record_id" else query  # noqa: B009 — not every table has it


def _lead_over(recorder: Recorder, kept: int, gone: int, chosen: Mapping[str, str]) -> dict[str, int]:
    """Lead every row of the one that goes to the kept one; how many there were, by table."""
    moved: dict[str, int] = {}
    fresh: dict[str, list[int]] = {}
    for table, name in links():
        rows = [] if table in _OWN_WAY else list(_leading(table, name, gone).order_by(table.id))
        for row in rows:
            if _moved(recorder, row, name, kept):
                fresh.setdefault(table._meta.table_name, []).append(row.id)
        if rows and (table._meta.table_name, name) != ("client", "merged_into"):
            moved[_noun(table)] = moved.get(_noun(table), 0) + len(rows)
    _lead_ids(recorder, kept, gone)
    _lead_differences(recorder, kept, gone)
    consents.lead_over(recorder, kept, gone)
    _put_in_order(recorder, kept, fresh, chosen)
    return {noun: count for noun, count in moved.items() if noun not in _PARTS}


def _moved(recorder: Recorder, row: Row, name: str, kept: int) -> bool:
    """Lead one row to the kept client; one that says what the kept client's own says goes, and leaves it what that one lacks."""
    twin = _twin(row, name, kept)
    if twin is None:
        recorder.update(row, **{name: kept})
        return True
    own = columns(twin)
    lacking = {column: value for column, value in columns(row).items() if value not in (None, "") and own[column] in (None, "")}
    recorder.delete(row)
    recorder.update(twin, **{twin._meta.columns[column].name: value for column, value in lacking.items()})
    return False


def _twin(row: Row, name: str, kept: int) -> Row | None:
    """The row of the kept client beside which this one cannot or need not be."""
    table, own = type(row), columns(row)
    link = table._meta.fields[name].column_name
    if own.get("deleted_at"):
        return None
    for same in _held_once(table._meta.table_name, link):
        query = _leading(table, name, kept)
        for column in same:
            field = table._meta.columns[column]
            query = query.where(field.is_null() if own[column] is None else field == own[column])
        found: Row | None = query.order_by(table.id).first()
        if found is not None and not columns(found).get("deleted_at"):
            return found
    return None


def _held_once(table: str, link: str) -> list[list[str]]:
    """For a table the columns that, beside its link to a client, are found in no two rows."""
    unique = [[column for column in index.columns if column != link] for index in _unique(table) if link in index.columns]
    return unique + ([list(_SAME[table])] if table in _SAME else [])


def _unique(table: str) -> list[Any]:
    return [index for index in database.get_indexes(table) if index.unique]


def _lead_ids(recorder: Recorder, kept: int, gone: int) -> None:
    """Ids in other systems: of two in one system the kept client's own stands before the other, by which it is found as well."""
    own = {row.system for row in _leading(ExternalId, "record_id", kept)}
    for row in list(_leading(ExternalId, "record_id", gone).order_by(ExternalId.id)):
        if row.system not in own:
            recorder.update(row, record_id=kept)
            continue
        recorder.delete(row)
        recorder.insert(ExternalId, kind="client", system=row.system, value=row.value, record_id=kept)


def _lead_differences(recorder: Recorder, kept: int, gone: int) -> None:
    """Who was known not to be the one is known not to be the other."""
    for row in list(NotSame.select().where((NotSame.a == gone) | (NotSame.b == gone)).order_by(NotSame.id)):
        other = row.b_id if row.a_id == gone else row.a_id
        low, high = sorted((kept, other))
        recorder.delete(row)
        if low != high and NotSame.get_or_none(NotSame.a == low, NotSame.b == high) is None:
            recorder.insert(NotSame, a=low, b=high)


def _put_in_order(recorder: Recorder, kept: int, fresh: Mapping[str, Sequence[int]], chosen: Mapping[str, str]) -> None:
    """Mails, phones and addresses one after the other: the kept client's first, unless it was chosen otherwise."""
    for table, field, kind in ((ContactPoint, "emails", "email"), (ContactPoint, "phones", "phone"), (Address, "addresses", "")):
        come = fresh.get(table._meta.table_name, ())
        rows: list[Any] = list(table.select().where(table.client == kept).order_by(table.position, table.id))
        rows = [row for row in rows if not kind or row.kind == kind]
        first = chosen.get(field) == "b"
        rows.sort(key=lambda row: (row.id in come) != first)
        for position, row in enumerate(rows if come else ()):
            recorder.update(row, position=position)


# ── as people read it


def _noun(table: type[Row]) -> str:
    name = table._meta.table_name
    return name if name in _PARTS else _NOUNS.get(name, f"{name.replace('_', ' ')}s")


def _counted(client_id: int) -> dict[str, str]:
    """How many records lead to a client, by their kind; kinds without any are left out."""
    found: dict[str, int] = {}
    for table, name in links():
        if table._meta.table_name not in _PARTS and name != "merged_into":
            found[_noun(table)] = found.get(_noun(table), 0) + _leading(table, name, client_id).count()
    return {noun: str(count) for noun, count in found.items() if count}


def _told(card: Card) -> dict[str, str]:
    """The fields of a client as texts; those that are empty, and those that no merge changes, are left out."""
    left_out = ("id", "kind", "company_id", "owner_id", "contact_points", "created_at", "updated_at", "revenue_cents", "currency")
    values = {each.name: getattr(card, each.name) for each in fields(card) if each.name not in left_out}
    values["addresses"] = tuple(
        ", ".join(filter(None, (each.street, each.postcode, each.city, each.region, each.country))) for each in card.addresses
    )
    if card.revenue_cents is not None:
        values["revenue"] = money.shown(card.revenue_cents, card.currency or "")
    return {name: text for name, value in values.items() if (text := _text(value))}


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}:{each}" for key, each in value.items())
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return "" if value is None else str(value)
