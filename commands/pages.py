"""How a page of a client, a deal, a task or a rep reads in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crmtui.present import lists, text

if TYPE_CHECKING:
    from crmtui.activities.tasks import TaskPage
    from crmtui.blocks import Column
    from crmtui.sales.handovers import RepPage
    from crmtui.sales.pages import ClientPage, DealPage

SHOWN = 15
"""Interactions on a page; the JSON has them all."""


def client(page: ClientPage, width: int | None, bold: bool) -> Iterator[str]:
    """The lines of a client's page."""
    from crmtui.sales import facts

    yield from text.card([*facts.of_client(page), *_utm(page)], bold=bold)
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
    from crmtui.sales import facts

    said = [("script", page.script), *(("check", item) for item in page.checklist)]
    yield from text.card([*facts.of_deal(page), *_utm(page), *said], bold=bold)
    yield from _part("Stages", lists.MOVES, page.moves, width, bold)
    yield from _part("Planned", lists.TASKS, page.tasks, width, bold)
    yield from _part("Done", lists.INTERACTIONS, page.interactions[:SHOWN], width, bold)
    yield from _rest(len(page.interactions))
    yield from _part("Files", lists.without(lists.FILES, "noun", "record"), page.files, width, bold)


def task(job: TaskPage, bold: bool) -> Iterator[str]:
    """The lines of a task's page."""
    waits = [f"waits for {job.after_id} {job.after}"] if job.waiting else []
    state = ", ".join([" ".join([job.state, *(["overdue"] if job.overdue else [])]), *waits])
    rows: list[tuple[str, Any]] = [("task", f"{job.title}  (id {job.id})"), ("state", state), ("due", job.due_at or job.due_on)]
    rows += [("for", job.assignee), ("by", job.author), ("priority", job.priority), ("repeat", job.repeat)]
    rows += [("minutes", job.minutes)]
    rows += [("given by", job.given_by), ("after", f"{job.after_id} {job.after}" if job.after_id else None)]
    rows += [("before", ", ".join(map(str, job.followed_by)) or None)]
    rows += [("client", job.client), ("deal", job.deal), ("note", job.note), ("done", job.done_at), ("added", job.created_at)]
    yield from text.card(rows, bold=bold)
    yield from _part("Checklist", lists.ITEMS, job.checklist, None, bold)


def rep(page: RepPage, bold: bool) -> Iterator[str]:
    """The lines of a rep's page."""
    rows: list[tuple[str, Any]] = [("rep", f"{page.name}  (id {page.id})"), ("mail", page.email), ("manager", page.manager)]
    rows += [("region", page.region), ("role", page.role), ("works here", "yes" if page.active else "no longer")]
    rows += [("hours", page.hours), ("holidays", page.holidays), ("zone", page.timezone), ("open deals", page.open_deals)]
    rows += [("open tasks", page.open_tasks), ("clients", page.clients)]
    yield from text.card(rows, bold=bold)


def _part(title: str, columns: Sequence[Column], records: Sequence[object], width: int | None, bold: bool) -> Iterator[str]:
    if records:
        yield ""
        yield f"\x1b[1m{title}\x1b[0m" if bold else title
        yield from text.table(columns, lists.rows(columns, records), width=width)


def _utm(page: ClientPage | DealPage) -> list[tuple[str, Any]]:
    return [(name.replace("_", " "), value) for name, value in page.utm.items()]


def _rest(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"and {count - SHOWN} more; --format json has them all"
