"""Purchases: what a client bought and what it makes together, to the last cent. Today is Wednesday 4 March 2026."""

from __future__ import annotations

from datetime import date

import pytest

from crmtui import periods
from crmtui.clients import clients
from crmtui.errors import Ambiguous, CrmError, NotFound, Refused
from crmtui.sales import deals, pages, products, purchases, quantities
from crmtui.sales.purchases import Total
from crmtui.store import history, rewind
from crmtui.store.connection import Base


def test_a_purchase_keeps_when_what_how_much_and_how_it_was_paid(base: Base) -> None:
    ann, oak = clients.add({"name": "Ann"}), products.add({"name": "Oak Door"})
    deal = deals.add({"title": "Doors", "client": ann.id})
    bought = purchases.add(
        ann.id,
        "EUR 1.250,50",
        {
            "product": oak.id,
            "bought_on": "2026-02-03",
            "quantity": "2,5",
            "payment_method": "card",
            "description": "oiled",
            "deal": deal.id,
        },
    )
    assert (bought.client, bought.what, bought.deal, bought.bought_on) == ("Ann", "Oak Door – oiled", "Doors", date(2026, 2, 3))
    assert (bought.amount_cents, bought.currency, bought.quantity_thousandths, bought.quantity) == (125_050, "EUR", 2500, "2.5")
    plain = purchases.add(ann.id, "10")
    assert (plain.bought_on, plain.quantity_thousandths, plain.currency) == (date(2026, 3, 4), 1000, "USD")


@pytest.mark.parametrize(
    ("amount", "values", "told"),
    [
        ("much", {}, "no amount"), ("EUR 5", {"currency": "USD"}, "the currency says USD"), ("5", {"quantity": "0"}, "nothing"),
        ("5", {"quantity": "-1"}, "no quantity"), ("5", {"quantity": "1.2345"}, "no quantity"),
        ("5", {"bought_on": "2026-03-05"}, "future"),
        ("5", {"colour": "red"}, "no field"), ("5", {"deal": 1}, "is that of Bob"), ("5", {"bought_on": "soon"}, "no date"),
    ],
)  # fmt: skip
def test_a_purchase_that_cannot_be_is_refused(base: Base, amount: str, values: dict, told: str) -> None:
    ann, bob = clients.add({"name": "Ann"}), clients.add({"name": "Bob"})
    deals.add({"title": "Doors", "client": bob.id})
    with pytest.raises(CrmError) as refused:
        purchases.add(ann.id, amount, values)
    assert told in refused.value.sentence
    assert purchases.count() == 0


def test_the_page_of_a_client_sums_its_purchases_in_each_currency(base: Base) -> None:
    """100.10 + 200.20 − 50.05 USD by hand, and 7 EUR apart."""
    ann, bob = clients.add({"name": "Ann"}), clients.add({"name": "Bob"})
    for amount, day in (("100.10", "2026-01-05"), ("200.20", "2026-03-01"), ("-50.05", "2026-03-02"), ("EUR 7", "2026-02-01")):
        purchases.add(ann.id, amount, {"bought_on": day})
    purchases.add(bob.id, "999")
    page = pages.of_client(ann.id)
    assert [bought.amount_cents for bought in page.purchases] == [-5_005, 20_020, 700, 10_010]
    assert page.purchase_totals == (Total("EUR", 1, 700), Total("USD", 3, 25_025))
    assert purchases.totals(client=ann.id, period=periods.read("2026-03")) == [Total("USD", 2, 15_015)]


def test_purchases_are_listed_by_client_product_payment_and_period(base: Base) -> None:
    ann, oak = clients.add({"name": "Ann"}), products.add({"name": "Oak Door"})
    bob = clients.add({"name": "Bob"})
    purchases.add(ann.id, "1", {"bought_on": "2026-01-31", "payment_method": "Cash"})
    purchases.add(ann.id, "2", {"bought_on": "2026-02-01", "product": oak.id})
    purchases.add(bob.id, "3", {"bought_on": "2026-02-28", "product": oak.id})

    def found(**filters: object) -> list[int]:
        assert purchases.count(**filters) == len(list(purchases.every(**filters)))
        return [bought.id for bought in purchases.page(**filters)]

    assert found() == [3, 2, 1]
    assert found(client=ann.id) == [2, 1]
    assert found(product=oak.id) == [3, 2]
    assert found(payment_method="cash") == [1]
    assert found(period=periods.read("2026-02")) == [3, 2]
    clients.delete(bob.id)
    assert found(product=oak.id) == [2]


def test_a_purchase_is_changed_taken_away_and_brought_back(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    purchases.add(ann.id, "10", {"payment_method": "card"})
    changed = purchases.edit(1, {"amount": "12", "payment_method": ""})
    assert (changed.amount_cents, changed.payment_method) == (1_200, None)
    purchases.delete(1)
    assert pages.of_client(ann.id).purchases == ()
    with pytest.raises(NotFound):
        purchases.get(1)
    rewind.undo()
    assert purchases.get(1) == changed
    assert "purchase.amount_cents" in {change.field for change in history.of("client", ann.id)}


def test_a_purchase_is_meant_by_its_id_its_client_or_its_product(base: Base) -> None:
    ann, oak = clients.add({"name": "Ann"}), products.add({"name": "Oak Door"})
    purchases.add(ann.id, "10", {"product": oak.id})
    assert purchases.find("1") == purchases.find("ann") == purchases.find("oak door") == 1
    purchases.add(ann.id, "20")
    with pytest.raises(Ambiguous, match='"ann" may be 2 purchases'):
        purchases.find("ann")
    for unknown in ("bob", "7", "9" * 40, ""):
        with pytest.raises(NotFound):
            purchases.find(unknown)


@pytest.mark.parametrize(("text", "thousandths", "shown"), [("3", 3000, "3"), (" 0,125 ", 125, "0.125"), ("1200.50", 1_200_500, "1,200.5")])
def test_a_quantity_is_thousandths(text: str, thousandths: int, shown: str) -> None:
    assert quantities.read(text) == thousandths
    assert quantities.shown(thousandths) == shown


def test_no_quantity_is_refused() -> None:
    with pytest.raises(Refused):
        quantities.read("0.000")
