"""What is wrong with the data: each kind of fault as one condition of the base, how many there are, which records have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import JOIN, ModelSelect, fn

from crmtui import config
from crmtui.frozen import dataclass
from crmtui.reports import ordinals
from crmtui.reports.population import Scope
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, ContactPoint, Deal

SHORTEST, LONGEST = 7, 15
"""Digits of a phone number that can be dialled when its country is not known."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with records of a noun. `query` finds (id, label, detail); `wrong` says it, the detail in its place.

    `check` says it of all of them, where `wrong` speaks of a detail.
    """

    name: str
    kind: str
    noun: str
    wrong: str
    query: ModelSelect[Any]
    check: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One record with one fault."""

    kind: str
    noun: str
    id: int
    label: str
    wrong: str


def known(scope: Scope) -> list[Fault]:
    """Every fault that is looked for, in the order they are told."""
    return [*_missing(scope), *_malformed(scope), *_contradictory(scope), _shared_mails(scope)]


def count(fault: Fault) -> int:
    """How many records have it."""
    return fault.query.count()


def lines(fault: Fault, limit: int | None = None) -> Iterator[Line]:
    """The records that have it, by id; at most so many."""
    for id_, label, detail in tuples(fault.query.limit(limit)):
        yield Line(fault.kind, fault.noun, id_, label, fault.wrong.format(detail))


def _clients(scope: Scope, *conditions: Any, detail: Any = "") -> ModelSelect[Any]:
    owned = [Client.owner == scope.owner] if scope.owner else []
    return Client.select(Client.id, Client.name, _shown(detail)).where(Client.deleted_at.is_null(), *owned, *conditions).order_by(Client.id)


def _deals(scope: Scope, outcomes: Sequence[str], *conditions: Any, detail: Any = "") -> ModelSelect[Any]:
    held = [Deal.deleted_at.is_null(), *([Deal.owner == scope.owner] if scope.owner else []), Deal.stage.in_(scope.stages(*outcomes))]
    return Deal.select(Deal.id, Deal.title, _shown(detail)).where(*held, *conditions).order_by(Deal.id)


def _shown(detail: Any) -> Any:
    from peewee import Value

    return Value(detail) if isinstance(detail, str) else detail


def _missing(scope: Scope) -> Iterator[Fault]:
    reached = fn.EXISTS(ContactPoint.select(ContactPoint.id).where(ContactPoint.client == Client.id))
    yield Fault("client_contact", "missing", "client", "no phone and no mail", _clients(scope, ~reached))
    unowned = _clients(scope, Client.kind == "person", Client.owner.is_null())
    yield Fault("client_owner", "missing", "client", "a person without an owner", unowned)
    for name, column, wrong in (
        ("deal_client", Deal.client, "no client"),
        ("deal_value", Deal.value_cents, "open without a value"),
        ("deal_owner", Deal.owner, "open without an owner"),
        ("deal_expected_close", Deal.expected_close, "open without an expected close"),
        ("deal_next_step", Deal.next_step, "open without a next step"),
    ):
        outcomes = () if name == "deal_client" else ("open",)
        yield Fault(name, "missing", "deal", wrong, _deals(scope, outcomes, column.is_null()))
    yield Fault("deal_closed_at", "missing", "deal", "closed on an unknown day", _deals(scope, ("won", "lost"), Deal.closed_at.is_null()))
    yield Fault("deal_lost_reason", "missing", "deal", "lost without a reason", _deals(scope, ("lost",), Deal.lost_reason.is_null()))


def _malformed(scope: Scope) -> Iterator[Fault]:
    length = fn.LENGTH(ContactPoint.key)
    odd = (length < SHORTEST) | (length > LONGEST) if not config.current().phone_region else (length > 0)
    phone = (ContactPoint.kind == "phone") & ~ContactPoint.key.startswith("+") & odd
    mail = (ContactPoint.kind == "email") & ~(ContactPoint.key ** "%_@_%._%")
    for name, condition, wrong, check in (
        ("client_phone", phone, 'the phone "{}" cannot be dialled', "a phone that cannot be dialled"),
        ("client_email", mail, 'the mail "{}" is no address', "a mail that is no address"),
    ):
        query = _clients(scope, condition, detail=ContactPoint.value).join(ContactPoint, on=(ContactPoint.client == Client.id))
        yield Fault(name, "malformed", "client", wrong, query, check)


def _contradictory(scope: Scope) -> Iterator[Fault]:
    company = Client.alias()
    own = _clients(scope, Client.company == Client.id)
    yield Fault("client_own_company", "contradictory", "client", "belongs to itself", own)
    person = _clients(scope, company.kind == "person", company.id != Client.id, detail=company.name)
    query = person.join(company, on=(Client.company == company.id))
    yield Fault("client_company_kind", "contradictory", "client", 'belongs to "{}", which is a person', query, "belongs to a person")
    expected, opened, closed = Deal.expected_close, scope.day(Deal.opened_at), scope.day(Deal.closed_at)
    early = [Deal.opened_at.is_null(False), expected.is_null(False), ordinals.date_number(expected) < opened]
    yield Fault("deal_expected_early", "contradictory", "deal", "expected to close before it was opened", _deals(scope, ("open",), *early))
    backwards = [Deal.opened_at.is_null(False), Deal.closed_at.is_null(False), closed < opened]
    ended = _deals(scope, ("won", "lost"), *backwards)
    yield Fault("deal_closed_early", "contradictory", "deal", "closed before it was opened", ended)
    undone = _deals(scope, ("open",), Deal.closed_at.is_null(False))
    yield Fault("deal_open_closed", "contradictory", "deal", "open, with a closing day", undone)


def _shared_mails(scope: Scope) -> Fault:
    """Clients with a mail that a client of a lower id has too; the detail is the mail and that client."""
    point, first, other = ContactPoint.alias(), ContactPoint.alias(), Client.alias()
    earlier = (first.key == point.key) & (first.kind == "email") & (first.client < point.client)
    lowest = first.select(fn.MIN(first.client)).join(other, on=(first.client == other.id)).where(earlier, other.deleted_at.is_null())
    several = (
        ContactPoint.select(ContactPoint.key)
        .where(ContactPoint.kind == "email")
        .group_by(ContactPoint.key)
        .having(fn.COUNT(ContactPoint.id) > 1)
    )
    detail = point.value.concat(" as client ").concat(lowest)
    query = _clients(scope, point.kind == "email", point.key.in_(several), fn.EXISTS(_other(point)), detail=detail)
    query = query.join(point, JOIN.INNER, on=(point.client == Client.id))
    return Fault("client_shared_email", "duplicate", "client", "has the same mail {}", query, "has a mail of another client")


def _other(point: Any) -> ModelSelect[Any]:
    first, other = ContactPoint.alias(), Client.alias()
    return (
        first.select(first.id)
        .join(other, on=(first.client == other.id))
        .where(first.key == point.key, first.kind == "email", first.client < point.client, other.deleted_at.is_null())
    )
