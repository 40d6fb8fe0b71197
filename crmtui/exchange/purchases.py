"""Importing purchases: each row one thing bought, known by its id in the other system, else by saying the same.

A sale of many lines is as many purchases. Where client and day stand in a file of their own, beside the number of the sale, that file
is joined (see `joining`). The amount is that of the row, else quantity times unit price.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from crmtui import clock, config, money
from crmtui.exchange.cells import DayOrder, Memo, Rejected, checked
from crmtui.exchange.columns import Columns
from crmtui.exchange.deal_refs import DealRefs, client_of, resolve, told
from crmtui.exchange.entries import Entries, Entry
from crmtui.exchange.fields import Fields
from crmtui.exchange.links import ProductRefs
from crmtui.exchange.parties import ClientRefs, Who
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.sales import purchases
from crmtui.store import bulk
from crmtui.store.journal import Recorder
from crmtui.store.tables import Purchase

COLUMNS = (
    "client_id", "product_id", "deal_id", "description", "bought_on", "quantity_thousandths", "amount_cents", "currency", "payment_method",
)  # fmt: skip
ALIKE = ("client_id", "product_id", "bought_on", "amount_cents", "currency", "description", "quantity_thousandths")


class Purchases:
    """One import of purchases."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:
        self._options = options
        self._fields = Fields(columns, options, ("bought_on",))
        self._clients = ClientRefs(options.system, options.create_missing)
        self._deals = DealRefs(options.system)
        self._products = Memo(ProductRefs(options.create_missing, options.system).known)
        self.orders: list[DayOrder] = list(self._fields.order_of.values())

    def settle(self) -> None:
        """Nothing is open but the dates."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Every row is looked up while it is written."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Any:  # noqa: ARG002 — every text goes through its rule
        """One checked row: line, values, day, client, product, deal, ids. Raises `Rejected`."""
        fields, text = self._fields, self._fields.text
        name, mail = text(cells, "client"), text(cells, "client_email")
        who = Who(name, mail, "" if name or mail else text(cells, "client_domain"))
        found = None
        if who.said:
            named = next(f for f in ("client", "client_domain", "client_email") if text(cells, f))
            found = checked(fields.header(named), lambda _: self._clients.find(who), "")
        deal = told(fields, cells)
        if deal:
            self._own_deal(resolve(fields, deal, found[0] if found else None, self._deals, self._clients), found[0] if found else None)
        elif not who.said:
            raise Rejected(fields.header("client", "client_email", "client_domain"), "the client is missing")
        product = fields.checked("product", cells, self._products.__getitem__) if text(cells, "product") else ""
        day = fields.when("bought_on", cells)
        if not day:
            raise Rejected(fields.header("bought_on"), "the day it was bought is missing")
        return line, self._values(cells), day, tuple(who), product, deal, fields.ids(cells)

    def _own_deal(self, deal: int, client: int | None) -> None:
        checked(self._fields.header("deal"), lambda _: purchases.check_deal(client, deal) if client else None, "")

    def _values(self, cells: Sequence[str]) -> dict[str, Any]:
        fields = self._fields
        values: dict[str, Any] = {}
        for name in ("quantity", "description", "payment_method"):
            if fields.text(cells, name):
                values |= fields.checked(name, cells, lambda text, name=name: purchases.check({name: text}))  # type: ignore[misc]
        named = "amount" if fields.text(cells, "amount") else "price"
        if not fields.text(cells, named):
            raise Rejected(fields.header("amount", "price"), "the amount is missing")
        beside = {"currency": fields.text(cells, "currency") or config.current().currency} if fields.text(cells, "currency") else {}
        found: dict[str, Any] = fields.checked(named, cells, lambda text: purchases.check({"amount": text, **beside}))
        if named == "price":
            amount = _times(found["amount_cents"], values.get("quantity_thousandths", 1000))
            found["amount_cents"] = fields.checked(named, cells, lambda text: money.within(amount, text))
        return values | found

    def settled(self, row: Any) -> str:
        """The day of a row, once the order of its column is settled. Raises `Rejected` for one that lies ahead."""
        text = self._fields.settled("bought_on", row[2])
        found = checked(self._fields.header("bought_on"), lambda _: purchases.check({"bought_on": text})["bought_on"], "")
        return date.fromisoformat(found).isoformat()

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows."""
        clients = ClientRefs(self._options.system, self._options.create_missing)
        products = ProductRefs(self._options.create_missing, self._options.system)
        deals = DealRefs(self._options.system)
        entries = Entries(recorder, Purchase, COLUMNS, ALIKE, indexed="bought_on")
        for chunk in spools["known"].chunks():
            for batch in bulk.batches(chunk, _keys, _keys):
                made = []
                for row, cells in batch:
                    line, values, _, who, product, deal, ids = row
                    try:
                        found = {"quantity_thousandths": 1000} if not ids and "quantity_thousandths" not in values else {}
                        found |= values | {"bought_on": self.settled(row)}
                    except Rejected as why:
                        late(line, cells, why.reason, why.column)
                        continue
                    made.append(Entry(line, cells, found | self._links(Who(*who), product, deal, (clients, products, deals)), ids))
                entries.write(made, {"quantity_thousandths": 1000, "bought_on": clock.today().isoformat()}, tally, late)
        tally.relate("clients", clients.made)
        tally.relate("products", products.made)

    def _links(self, who: Who, product: str, deal: Any, refs: tuple[ClientRefs, ProductRefs, DealRefs]) -> dict[str, int]:
        """The ids of what a row names; what is missing is made."""
        clients, products, deals = refs
        client = clients.get(who)[0] if who.said else None
        deal_id = resolve(self._fields, deal, client, deals, clients) if deal else None
        found: dict[str, int | None] = {"deal_id": deal_id}
        found["client_id"] = client or (client_of(deal_id) if deal_id else None)
        found["product_id"] = products.get(product) if product else None
        return {name: id_ for name, id_ in found.items() if id_ is not None}


def _keys(pair: Any) -> Iterator[Hashable]:
    yield from pair[0][-1]


def _times(cents: int, thousandths: int) -> int:
    """A price for a quantity, rounded to whole minor units, a half away from zero."""
    whole, rest = divmod(abs(cents) * thousandths, 1000)
    amount = whole + (rest >= 500)
    return -amount if cents < 0 else amount
