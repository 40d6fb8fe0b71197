"""What is told of a client or a deal, label by label, in the order in which people want to know it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmtui import clock
from crmtui.blocks import Kind
from crmtui.clients import consents, fields
from crmtui.clients.consents import Answer
from crmtui.clients.records import Card
from crmtui.present import text
from crmtui.sales import health
from crmtui.sales.health import Health
from crmtui.sales.records import DealCard


def of_client(page: Card) -> list[tuple[str, Any]]:
    """The labels of a client and their values; None for what is not known."""
    revenue = text.value(page.revenue_cents, Kind.MONEY, page.currency or "") if page.revenue_cents is not None else None
    rows: list[tuple[str, Any]] = [(page.kind, f"{page.name}  (id {page.id})")]
    rows += [("company", page.company), ("position", page.position)]
    rows += [(f"{p.kind} {p.label}".strip(), p.value) for p in page.contact_points]
    rows += [("address", ", ".join(part for part in (a.street, a.postcode, a.city, a.region, a.country) if part)) for a in page.addresses]
    status = f"{page.status} ({page.status_reason})" if page.status_reason else page.status
    rows += [("status", status), ("owner", page.owner), ("source", page.source)]
    rows += [("roles", ", ".join(page.roles) or None), ("tags", ", ".join(page.tags) or None)]
    names = ("website", "birth_date", "sex", "marital_status", "income", "purpose", "industry")
    rows += [(name.replace("_", " "), getattr(page, name)) for name in names]
    rows += [("founded", str(page.founded) if page.founded else None), ("employees", page.employees), ("revenue", revenue)]
    rows += _own("client", page.fields)
    rows += [(f"id in {system}", value) for system, value in page.external_ids.items()]
    rows += [(f"consent, {each.channel}", _answer(each)) for each in consents.of(page.id)]
    return [*rows, ("notes", page.notes)]


def _answer(said: Answer) -> str:
    """`refused since 2026-03-04 (by phone)`."""
    since = f"{said.state} since {clock.local(said.at):%Y-%m-%d}"
    beside = "; ".join(part for part in (said.source, said.note) if part)
    return f"{since} ({beside})" if beside else since


def of_deal(page: DealCard) -> list[tuple[str, Any]]:
    """The labels of a deal and their values; None for what is not known."""
    days = f", {page.stage_days} d" if page.stage_days is not None else ""
    limit = f" of {page.limit_days} d" if page.limit_days and page.outcome == "open" else ""
    marks = " ".join(word for word in ("late", "cold") if getattr(page, word))
    value = text.value(page.value_cents, Kind.MONEY, page.currency) if page.value_cents is not None else None
    rows: list[tuple[str, Any]] = [("deal", f"{page.title}  (id {page.id})"), ("client", page.client)]
    rows += [("contacts", ", ".join(page.contacts) or None), ("stage", f"{page.stage}{days}{limit} {marks}".rstrip())]
    rows += [("value", value), ("weighted at", f"{page.probability} %" if page.outcome == "open" else None)]
    rows += [("health", next(map(_health, health.of([page.id])), None))]
    rows += [("owner", page.owner), ("next step", _next(page)), ("need", page.need)]
    rows += [("opened", page.opened_at), ("expected close", page.expected_close), ("closed", page.closed_at)]
    rows += [("lost reason", page.lost_reason), ("competitor", page.competitor), ("source", page.source)]
    rows += [("product", f"{line.product} × {line.quantity_thousandths / 1000:g}") for line in page.products]
    rows += [("tags", ", ".join(page.tags) or None), *_own("deal", page.fields)]
    rows += [(f"id in {system}", value) for system, value in page.external_ids.items()]
    return [*rows, ("notes", page.notes)]


def _health(found: Health) -> str:
    """The score, and what keeps it from a hundred, the weightiest first: `75: no next step (−25)`."""
    told = ", ".join(f"{part.words} (−{part.most - part.points})" for part in health.worst(found))
    return f"{found.score}: {told}" if told else str(found.score)


def _own(noun: str, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The own fields of a page that hold something, under their labels."""
    held = any(value is not None for value in values.values())
    return [(each.label, fields.shown(values.get(each.name))) for each in (fields.defined(noun) if held else ())]


def _next(page: DealCard) -> str | None:
    if not page.next_step:
        return "none" if page.outcome == "open" else None
    return f"{page.next_step} ({page.next_step_on})" if page.next_step_on else page.next_step
