"""How a client's or a deal's page reads in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmtui.present import lists, text

if TYPE_CHECKING:
    from crmtui.activities.tasks import Job
    from crmtui.blocks import Column
    from crmtui.sales.handovers import RepPage
    from crmtui.sales.pages import ClientPage, DealPage

SHOWN = 15
"""Interactions on a page; the JSON has them all."""


def client(page: ClientPage, width: int | None, bold: bool) -> Iterator[str]:
    """The lines of a client's page."""
    yield from text.card(_client(page), bold=bold)
    yield from _part("Deals", lists.DEALS, page.deals, width, bold)
    yield from _part("Planned", lists.TASKS, page.tasks, width, bold)
    yield from _part("Done", lists.INTERACTIONS, page.interactions[:SHOWN], width, bold)
    yield from _rest(len(page.interactions))
    yield from _part("Bought", lists.without(lists.PURCHASES, "client"), page.purchases[:SHOWN], width, bold)
    yield from _rest(len(page.purchases))
    yield from _part("Bought in all", lists.TOTALS, page.purchase_totals, width, bold)
    yield from _part("Files", lists.without(lists.FILES, "noun", "record"), page.files, width, bold)


def deal(page: DealPage, width: int | None, bold: bool) -> Iterator[str]:
    """The lines of a deal's page."""
    yield from text.card(_deal(page), bold=bold)
    yield from _part("Stages", lists.MOVES, page.moves, width, bold)
    yield from _part("Planned", lists.TASKS, page.tasks, width, bold)
    yield from _part("Done", lists.INTERACTIONS, page.interactions[:SHOWN], width, bold)
    yield from _rest(len(page.interactions))
    yield from _part("Files", lists.without(lists.FILES, "noun", "record"), page.files, width, bold)


def task(job: Job, bold: bool) -> Iterator[str]:
    """The lines of a task's page."""
    state = " ".join([job.state, *(["overdue"] if job.overdue else [])])
    rows: list[tuple[str, Any]] = [("task", f"{job.title}  (id {job.id})"), ("state", state), ("due", job.due_at or job.due_on)]
    rows += [("for", job.assignee), ("by", job.author), ("priority", job.priority), ("repeat", job.repeat)]
    rows += [("client", job.client), ("deal", job.deal), ("note", job.note), ("done", job.done_at), ("added", job.created_at)]
    yield from text.card(rows, bold=bold)


def rep(page: RepPage, bold: bool) -> Iterator[str]:
    """The lines of a rep's page."""
    rows: list[tuple[str, Any]] = [("rep", f"{page.name}  (id {page.id})"), ("mail", page.email), ("manager", page.manager)]
    rows += [("region", page.region), ("works here", "yes" if page.active else "no longer"), ("open deals", page.open_deals)]
    rows += [("open tasks", page.open_tasks), ("clients", page.clients)]
    yield from text.card(rows, bold=bold)


def _part(title: str, columns: Sequence[Column], records: Sequence[object], width: int | None, bold: bool) -> Iterator[str]:
    if records:
        yield ""
        yield f"\x1b[1m{title}\x1b[0m" if bold else title
        yield from text.table(columns, lists.rows(columns, records), width=width)


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"and {count - SHOWN} more; --format json has them all"


def _client(page: ClientPage) -> list[tuple[str, Any]]:
    from crmtui.blocks import Kind

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
    return [*rows, ("notes", page.notes)]


def _deal(page: DealPage) -> list[tuple[str, Any]]:
    from crmtui.blocks import Kind

    days = f", {page.stage_days} d" if page.stage_days is not None else ""
    limit = f" of {page.limit_days} d" if page.limit_days and page.outcome == "open" else ""
    marks = " ".join(word for word in ("late", "cold") if getattr(page, word))
    value = text.value(page.value_cents, Kind.MONEY, page.currency) if page.value_cents is not None else None
    rows: list[tuple[str, Any]] = [("deal", f"{page.title}  (id {page.id})"), ("client", page.client)]
    rows += [("contacts", ", ".join(page.contacts) or None), ("stage", f"{page.stage}{days}{limit} {marks}".rstrip())]
    rows += [("value", value), ("weighted at", f"{page.probability} %" if page.outcome == "open" else None)]
    rows += [("owner", page.owner), ("next step", _next(page)), ("need", page.need)]
    rows += [("opened", page.opened_at), ("expected close", page.expected_close), ("closed", page.closed_at)]
    rows += [("lost reason", page.lost_reason), ("competitor", page.competitor), ("source", page.source)]
    rows += [("product", f"{line.product} × {line.quantity_thousandths / 1000:g}") for line in page.products]
    rows += [("tags", ", ".join(page.tags) or None), *_own("deal", page.fields)]
    rows += [(f"id in {system}", value) for system, value in page.external_ids.items()]
    return [*rows, ("notes", page.notes)]


def _own(noun: str, values: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The own fields of a page that hold something, under their labels."""
    from crmtui.clients import fields

    held = any(value is not None for value in values.values())
    return [(each.label, fields.shown(values.get(each.name))) for each in (fields.defined(noun) if held else ())]


def _next(page: DealPage) -> str | None:
    if not page.next_step:
        return "none" if page.outcome == "open" else None
    return f"{page.next_step} ({page.next_step_on})" if page.next_step_on else page.next_step
