"""Records → CSV, JSON, or rows for other kinds of files; importing the CSV into an empty base and exporting again gives the same bytes.

The header names the fields of the commands. Lists stand in one cell between semicolons (`\\;` is a semicolon within an item), a mail or
phone with its label before it (`work: ann@x.lv`), ids of other systems as `system=id`. Money is a plain decimal with its
currency beside it; moments are ISO 8601 in UTC. Ids of this base are left out, since in another base they mean something else;
so are, as CSV has one row a record, further addresses, the path of a deal through its stages, and quantities of products.
A client is named by name, or by mail when others have the name too; a deal by title, client and
opening. Into an empty base go first reps, pipelines, products
and clients, then deals, then interactions, tasks and purchases.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, TextIO

from crmtui import money, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.clients.records import Card, Point
from crmtui.clients.records import load as load_clients
from crmtui.errors import Unreadable, nearest
from crmtui.exchange import guards, own
from crmtui.exchange.cells import joined
from crmtui.present import plain
from crmtui.sales import deals, pipelines, products, purchases
from crmtui.sales.products import Item
from crmtui.sales.records import DealCard
from crmtui.sales.records import load as load_deals
from crmtui.store import external, reading
from crmtui.store.bulk import selected
from crmtui.store.connection import current
from crmtui.store.tables import Interaction, Purchase, Row, Task
from crmtui.team import Member

CLIENT = (
    "kind", "name", "first_name", "last_name", "status", "status_reason", "company", "position", "emails", "phones",
    "street", "city", "region", "postcode", "country", "owner", "source", "roles", "tags", "website", "birth_date", "sex",
    "marital_status", "income", "purpose", "industry", "founded", "employees", "revenue", "currency", "notes", "external_ids", "created_at",
)  # fmt: skip
DEAL = (
    "title", "client", "contacts", "pipeline", "stage", "value", "currency", "owner", "source", "need",
    "next_step", "next_step_on", "opened_at", "expected_close", "closed_at", "lost_reason", "competitor", "products", "tags", "notes",
    "external_ids",
)  # fmt: skip
PRODUCT = ("name", "code", "family", "price", "currency", "unit", "active", "external_ids")
REP = ("name", "email", "manager", "region", "role", "active")
INTERACTION = (
    "kind", "at", "direction", "outcome", "minutes", "rep", "client", "deal", "deal_client", "deal_opened_at", "subject", "note",
    "external_ids",
)  # fmt: skip
TASK = (
    "title", "state", "priority", "due", "minutes", "done_at", "assignee", "author", "client", "deal", "deal_client", "deal_opened_at",
    "repeat", "note",
    "created_at", "external_ids",
)  # fmt: skip
PURCHASE = (
    "bought_on", "client", "product", "deal", "deal_client", "deal_opened_at", "description", "quantity", "amount", "currency",
    "payment_method",
    "external_ids",
)  # fmt: skip
STAGE = ("pipeline", "stage", "position", "outcome", "probability", "limit_days", "required", "external_ids")

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
"""What may stand between the cells, by its name."""


def write(kind: str, stream: TextIO, ids: Sequence[int] | None = None, *, delimiter: str = ",", safe: bool = False) -> int:
    """Write the records of a kind (see `KINDS`) as CSV, all of them or those of `ids` in their order; how many they were.

    Rows end in a line feed; memory stays flat. The file shows one state of the base. `safe` guards what a spreadsheet could take for
    a formula, and says so in a last column (see `guards`). Raises `Unreadable` for an unknown kind.
    """
    out = writer(stream, delimiter)
    count = 0
    with current().reading():
        header, rows = table(kind, ids)
        out.writerow([*header, guards.MARK] if safe else header)
        for row in rows:
            cells = [text(value) for value in row]
            out.writerow([*map(guards.guarded, cells), guards.GUARDED] if safe else cells)
            count += 1
    return count


def write_json(kind: str, stream: TextIO, ids: Sequence[int] | None = None, *, lines: bool = False) -> int:
    """Write the records of a kind as one JSON array, or a line each: what their list prints; how many they were.

    Otherwise as `write`.
    """
    count = 0

    def counted() -> Iterator[object]:
        nonlocal count
        for record, _ in _known(kind)[1](ids):
            count += 1
            yield record

    with current().reading():
        plain.write_records(counted(), "jsonl" if lines else "json", stream)
    return count


def table(kind: str, ids: Sequence[int] | None = None) -> tuple[Sequence[str], Iterator[list[Any]]]:
    """The columns of a kind, and its records as rows of values: texts, whole numbers, amounts as `Decimal`, days, moments, None.

    They are read a page at a time; the caller sees to it that all show one state of the base. Raises `Unreadable` for an unknown kind.
    """
    header = [*_known(kind)[0], *(field.name for field in own.known(kind))]
    return header, ([row.get(name) for name in header] for _, row in _known(kind)[1](ids))


def _known(kind: str) -> tuple[Sequence[str], Rows]:
    if kind not in KINDS:
        raise Unreadable(f'no kind "{kind}"', f"{nearest(kind, list(KINDS))} kinds: {', '.join(KINDS)}".strip())
    return KINDS[kind]


def writer(stream: TextIO, delimiter: str = ",") -> Any:
    """Writes rows of CSV that end in a line feed."""
    return csv.writer(_LineFeeds(stream), delimiter=delimiter, lineterminator="\r\n")


class _LineFeeds:
    """Ends rows in a line feed. The writer itself is left to believe in CR LF, so that it quotes cells that hold either."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, row: str) -> int:
        return self._stream.write(row[:-2] + "\n")


def text(value: Any) -> str:
    """A value as it stands in a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _plain(record: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(record, name, None) for name in names}


def _amount(cents: int | None, currency: str | None) -> Decimal | None:
    return None if cents is None or currency is None else Decimal(money.plain(cents, currency))


def _ids(found: Mapping[str, str]) -> str:
    return joined(f"{system}={value}" for system, value in found.items())


def _clients(ids: Sequence[int] | None) -> Iterator[tuple[Card, dict[str, Any]]]:
    cards: Iterator[Card] = clients.every() if ids is None else reading.paged(load_clients, list(ids))
    for card in cards:
        row = _plain(card, CLIENT)
        if card.addresses:
            row |= {part: getattr(card.addresses[0], part) for part in ("street", "city", "region", "postcode", "country")}
        row |= {"emails": _points(card, "email"), "phones": _points(card, "phone"), "roles": joined(card.roles), "tags": joined(card.tags)}
        row |= {"revenue": _amount(card.revenue_cents, card.currency), "external_ids": _ids(card.external_ids)}
        yield card, row | dict(own.cells(card.fields))


def _points(card: Card, kind: str) -> str:
    return joined(_labelled(point) for point in card.contact_points if point.kind == kind)


def _labelled(point: Point) -> str:
    return f"{point.label}: {point.value}" if point.label else point.value


def _deals(ids: Sequence[int] | None) -> Iterator[tuple[DealCard, dict[str, Any]]]:
    cards: Iterator[DealCard] = deals.every() if ids is None else reading.paged(load_deals, list(ids))
    for page in _grouped(cards):
        linked = selected("SELECT deal_id, client_id FROM deal_contact WHERE deal_id IN ({keys}) ORDER BY id", (card.id for card in page))
        names = _known_as([*(client for _, client in linked), *(card.client_id for card in page if card.client_id)])
        for card in page:
            row = _plain(card, DEAL) | dict(own.cells(card.fields))
            row |= {"value": _amount(card.value_cents, card.currency), "external_ids": _ids(card.external_ids)}
            yield (
                card,
                row
                | {
                    "client": names.get(card.client_id or 0, card.client),
                    "contacts": joined(names[client] for deal, client in linked if deal == card.id and client in names),
                    "products": joined(line.product for line in card.products),
                    "tags": joined(card.tags),
                },
            )


def _grouped(cards: Iterator[DealCard]) -> Iterator[list[DealCard]]:
    while page := list(islice(cards, reading.PAGE)):
        yield page


def _products(ids: Sequence[int] | None) -> Iterator[tuple[Item, dict[str, Any]]]:
    item: Item
    for item in products.load(ids):
        yield item, _plain(item, PRODUCT) | {"price": _amount(item.price_cents, item.currency), "external_ids": _ids(item.external_ids)}


def _reps(ids: Sequence[int] | None) -> Iterator[tuple[Member, dict[str, Any]]]:
    member: Member
    for member in team.load(ids):
        yield member, _plain(member, REP)


def _hanging(
    table: type[Row], ids: Sequence[int] | None, load: Callable[[Sequence[int]], list[Any]]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Records that hang on clients, those of deleted clients left out, in the order they were written: each with what is not in it."""
    wanted = reading.ids(table.select(table.id).order_by(table.id)) if ids is None else list(ids)
    for start in range(0, len(wanted), reading.PAGE):
        cards = load(wanted[start : start + reading.PAGE])
        outside = external.of(table._meta.table_name, [card.id for card in cards])
        names = _known_as(card.client_id for card in cards if card.client_id)
        sold = _sold(card.deal_id for card in cards if card.deal_id)
        for card in cards:
            if card.client_id is None or card.client_id in names:
                beside = {"client": names.get(card.client_id), "external_ids": _ids(outside.get(card.id, {}))}
                yield card, beside | sold.get(card.deal_id, {"deal": None})


def _known_as(clients: Iterable[int]) -> dict[int, str]:
    """Living clients → the words that mean them in a file: the name, or the main mail when others have the name too."""
    query = "SELECT id, name, sort_key FROM client WHERE deleted_at IS NULL AND id IN ({keys})"
    found = {id_: (name, key) for id_, name, key in selected(query, clients)}
    query = "SELECT sort_key FROM client WHERE deleted_at IS NULL AND sort_key IN ({keys}) GROUP BY sort_key HAVING COUNT(*) > 1"
    shared = {key for (key,) in selected(query, (key for _, key in found.values()))}
    query = "SELECT client_id, value FROM contact_point WHERE kind = 'email' AND client_id IN ({keys}) ORDER BY position DESC, id DESC"
    mails = dict(selected(query, (id_ for id_, (_, key) in found.items() if key in shared)))
    return {id_: mails.get(id_, name) for id_, (name, _) in found.items()}


def _sold(wanted: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Living deals → what tells them from others: title, client, the moment they were opened."""
    rows = selected("SELECT id, title, client_id, opened_at FROM deal WHERE deleted_at IS NULL AND id IN ({keys})", wanted)
    names = _known_as(client for _, _, client, _ in rows if client)
    return {
        id_: {"deal": title, "deal_client": names.get(client), "deal_opened_at": f"{opened.replace(' ', 'T')}+00:00" if opened else None}
        for id_, title, client, opened in rows
    }


def _interactions(ids: Sequence[int] | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    for contact, beside in _hanging(Interaction, ids, interactions.load):
        yield contact, _plain(contact, INTERACTION) | beside


def _tasks(ids: Sequence[int] | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    for job, beside in _hanging(Task, ids, tasks.load):
        yield job, _plain(job, TASK) | {"due": job.due_at or job.due_on} | beside


def _purchases(ids: Sequence[int] | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    for bought, beside in _hanging(Purchase, ids, purchases.load):
        amount = _amount(bought.amount_cents, bought.currency)
        yield bought, _plain(bought, PURCHASE) | {"quantity": bought.quantity.replace(",", ""), "amount": amount} | beside


def _stages(ids: Sequence[int] | None) -> Iterator[tuple[Any, dict[str, Any]]]:
    steps = [step for step in pipelines.load() if ids is None or step.id in ids]
    outside = external.of("stage", [step.id for step in steps])
    places: dict[int, int] = {}
    for step in steps:
        places[step.pipeline_id] = place = places.get(step.pipeline_id, 0) + 1
        row = _plain(step, STAGE) | {"stage": step.name, "position": place, "required": joined(step.required)}
        yield step, row | {"external_ids": _ids(outside.get(step.id, {}))}


Rows = Callable[[Sequence[int] | None], Iterator[tuple[Any, dict[str, Any]]]]
"""Gives each record of a kind as its list knows it, and its row by column."""

KINDS: dict[str, tuple[Sequence[str], Rows]] = {
    "clients": (CLIENT, _clients),
    "deals": (DEAL, _deals),
    "products": (PRODUCT, _products),
    "reps": (REP, _reps),
    "interactions": (INTERACTION, _interactions),
    "tasks": (TASK, _tasks),
    "purchases": (PURCHASE, _purchases),
    "pipelines": (STAGE, _stages),
}
