"""Purchases: what a client bought, when, for how much, paid how; and what that makes together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from peewee import JOIN, ModelSelect, fn

from crmtui import clock, money, texts
from crmtui.clients import clients
from crmtui.errors import Candidate, NotFound, Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.periods import Period
from crmtui.sales import deals, quantities
from crmtui.store import reading, references, search
from crmtui.store.journal import operation
from crmtui.store.tables import Client, Deal, Product, Purchase

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase: `amount_cents` for all of it, in minor units, negative for a refund; `quantity_thousandths` of a unit."""

    id: int
    client: str
    client_id: int
    product: str | None
    product_id: int | None
    deal: str | None
    deal_id: int | None
    description: str | None
    bought_on: date
    quantity_thousandths: int
    amount_cents: int
    currency: str
    payment_method: str | None

    @property
    def what(self) -> str:
        """What was bought, in words."""
        return " – ".join(part for part in (self.product, self.description) if part)

    @property
    def quantity(self) -> str:
        """How much of it, as people read it."""
        return quantities.shown(self.quantity_thousandths)


@dataclass(frozen=True, slots=True)
class Total:
    """What purchases in one currency make together."""

    currency: str
    purchases: int
    amount_cents: int


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """A purchase's typed texts as they are kept. Pure: nothing is asked of the base.

    `values` may hold the texts `amount`, `currency`, `quantity`, `bought_on`, `description`, `payment_method`, and as ids `client`,
    `product`, `deal`. Raises `Unreadable` for what cannot be read, `Refused` for a day that lies ahead or a field too long.
    """
    checked: dict[str, Any] = {name: values[name] for name in ("client", "product", "deal") if name in values}
    if unknown := values.keys() - {*checked, "amount", "currency", "quantity", "bought_on", "description", "payment_method"}:
        raise Unreadable(f'no field "{min(unknown)}" of a purchase')
    for name in ("description", "payment_method"):
        if name in values:
            checked[name] = texts.line(values[name], name.replace("_", " ")) or None
    if values.get("quantity"):
        checked["quantity_thousandths"] = quantities.read(values["quantity"])
    if values.get("bought_on"):
        checked["bought_on"] = _past(values["bought_on"])
    return checked | _amount(values)


def _past(text: str) -> date:
    from crmtui import dates

    day = dates.day(text)
    if day > clock.today():
        raise Refused(f'the day of the purchase "{text}" is in the future')
    return day


def _amount(values: Mapping[str, Any]) -> dict[str, Any]:
    code = money.currency(values["currency"]) if values.get("currency") else None
    if "amount" not in values:
        return {"currency": code} if code else {}
    cents, named = money.read(values["amount"], code)
    if code and named != code:
        raise Refused(f'the amount "{values["amount"]}" is in {named}, the currency says {code}')
    return {"amount_cents": cents, "currency": named}


def add(client: int, amount: str, values: Mapping[str, Any] | None = None) -> Bought:
    """Add a purchase of a client (see `check`): one unit, today, unless said otherwise; a deal must be the client's own.

    Raises `NotFound`, `Refused` and what `check` raises.
    """
    checked = check({**(values or {}), "amount": amount, "client": client})
    with operation() as recorder:
        recorder.summary = f"added a purchase of {clients.get(client).name}"
        check_deal(client, checked.get("deal"))
        checked.setdefault("bought_on", clock.today())
        row = recorder.insert(Purchase, **checked)
    return load([row.id])[0]


def edit(purchase_id: int, values: Mapping[str, Any]) -> Bought:
    """Change what `values` holds (see `check`); an empty text empties a field. Raises `NotFound`, `Refused`."""
    checked = check(values)
    with operation() as recorder:
        row = _row(purchase_id)
        recorder.summary = f"changed a purchase of {clients.get(checked.get('client') or row.client_id).name}"
        check_deal(checked.get("client") or row.client_id, checked.get("deal", row.deal_id))
        recorder.update(row, **checked)
    return get(purchase_id)


def delete(purchase_id: int) -> Bought:
    """Take a purchase away; the client's history and undo keep it. Raises `NotFound`."""
    with operation() as recorder:
        row, bought = _row(purchase_id), get(purchase_id)
        recorder.summary = f"deleted a purchase of {bought.client}"
        recorder.delete(row)
    return bought


def check_deal(client: int, deal: int | None) -> None:
    """Refuse a deal that is another client's. Raises `Refused`, `NotFound`."""
    card = deals.get(deal) if deal else None
    if card is not None and card.client_id not in (None, client):
        raise Refused(f"deal {card.id} {card.title} is that of {card.client}", "name a deal of the client, or none")


def _row(purchase_id: int) -> Purchase:
    row = Purchase.get_or_none(Purchase.id == purchase_id)
    if row is None:
        raise NotFound(f"no purchase {purchase_id}")
    found: Purchase = row
    return found


def get(purchase_id: int) -> Bought:
    """The purchase of an id. Raises `NotFound`."""
    _row(purchase_id)
    return load([purchase_id])[0]


def load(wanted: Sequence[int]) -> list[Bought]:
    """The purchases of these ids in their order; unknown ones are left out."""
    rows = (
        Purchase.select(
            Purchase.id, Client.name.alias("client"), Purchase.client.alias("client_id"), Product.name.alias("product"),
            Purchase.product.alias("product_id"), Deal.title.alias("deal"), Purchase.deal.alias("deal_id"), Purchase.description,
            Purchase.bought_on, Purchase.quantity_thousandths, Purchase.amount_cents, Purchase.currency, Purchase.payment_method,
        )
        .join(Client)
        .switch(Purchase)
        .join(Product, JOIN.LEFT_OUTER, on=(Purchase.product == Product.id))
        .switch(Purchase)
        .join(Deal, JOIN.LEFT_OUTER, on=(Purchase.deal == Deal.id))
        .where(Purchase.id.in_(list(wanted)))
    )  # fmt: skip
    found = {row["id"]: Bought(**row) for row in reading.dicts(rows)}
    return [found[id_] for id_ in wanted if id_ in found]


def page(*, limit: int = 50, offset: int = 0, **filters: Any) -> list[Bought]:
    """One page of the purchases that pass the filters (see `matching`), newest first."""
    return load(reading.ids(_ordered(matching(**filters)).limit(limit).offset(offset)))


def every(**filters: Any) -> Iterator[Bought]:
    """All the purchases that pass the filters, newest first."""
    return reading.paged(load, reading.ids(_ordered(matching(**filters))))


def count(**filters: Any) -> int:
    """How many purchases pass the filters."""
    return matching(**filters).count()


def totals(**filters: Any) -> list[Total]:
    """What the purchases that pass the filters make together, a line a currency: amounts in different ones are never added."""
    columns = (Purchase.currency, fn.COUNT(Purchase.id), fn.SUM(Purchase.amount_cents).converter(int))
    inside = Purchase.select(*columns).where(Purchase.id.in_(matching(**filters)))
    return [Total(*row) for row in reading.tuples(inside.group_by(Purchase.currency).order_by(Purchase.currency))]


def _ordered(query: ModelSelect[Purchase]) -> ModelSelect[Purchase]:
    return query.order_by(Purchase.bought_on.desc(), Purchase.id.desc())


def matching(
    *,
    client: int | None = None,
    product: int | None = None,
    deal: int | None = None,
    payment_method: str | None = None,
    period: Period | None = None,
) -> ModelSelect[Purchase]:
    """The ids of the purchases of living clients that pass every filter given; the period is that of the day of the purchase."""
    query = Purchase.select(Purchase.id)
    if client:
        query = query.where(Purchase.client == client)
    else:
        query = query.where(Purchase.client.not_in(Client.select(Client.id).where(Client.deleted_at.is_null(False))))
    for field, value in ((Purchase.product, product), (Purchase.deal, deal)):
        if value:
            query = query.where(field == value)
    if payment_method:
        query = query.where(fn.LOWER(Purchase.payment_method) == payment_method.strip().lower())
    if period and period.first:
        query = query.where(Purchase.bought_on >= period.first)
    if period and period.until:
        query = query.where(Purchase.bought_on < period.until)
    return query


def find(ref: str) -> int:
    """The id of the purchase that a person means: its id, or words that its client or its product has. Raises `NotFound`, `Ambiguous`."""
    digits = ref.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit():
        found = [int(digits)] if int(digits) <= LARGEST_ID and Purchase.get_or_none(Purchase.id == int(digits)) else []
    else:
        who, what = (search.found(noun, ref, search.COMMON) for noun in ("client", "product"))
        query = Purchase.select(Purchase.id).where(Purchase.client.in_(who) | Purchase.product.in_(what))
        found = reading.ids(_ordered(query).limit(references.OFFERED + 1))
    return references.chosen("purchase", ref, found, labels, lambda: "crmtui list-purchases has their ids")


def labels(wanted: Sequence[int]) -> list[Candidate]:
    """The words that tell purchases apart: client, what, day."""
    return [Candidate(b.id, ", ".join(part for part in (b.client, b.what, b.bought_on.isoformat()) if part)) for b in load(wanted)]
