"""The catalogue: listed, taken out, kept by old deals."""

from __future__ import annotations

import pytest

from crmtui.clients import clients
from crmtui.errors import NotFound, Refused
from crmtui.sales import deals, moves, products, purchases, sold
from crmtui.sales.purchases import Total
from crmtui.store import rewind
from crmtui.store.connection import Base


def listed(**filters: object) -> list[str]:
    return [item.name for item in products.every(**filters)]


def test_products_are_listed_by_words_family_and_whether_they_are_offered(base: Base) -> None:
    for name, family in (("Oak Door", "Doors"), ("Oak Window", "Вікна"), ("Pine Door", "doors")):
        products.add({"name": name, "family": family, "code": f"{name[:1]}-{family[:1]}"})
    products.delete(products.find("pine"))
    assert listed() == ["Oak Door", "Oak Window", "Pine Door"]
    assert listed(family="DOORS") == ["Oak Door", "Pine Door"]
    assert listed(family="вікна") == ["Oak Window"]
    assert listed(active=True, words="door") == ["Oak Door"]
    assert listed(active=False) == ["Pine Door"]
    assert listed(words="o-d") == ["Oak Door"]
    assert listed(words="steel") == []
    assert (products.count(words="oak"), [item.name for item in products.page(limit=1, offset=1)]) == (2, ["Oak Window"])


def test_a_product_taken_out_stays_in_the_deals_that_have_it_and_enters_no_other(base: Base) -> None:
    oak = products.add({"name": "Oak Door", "price": "450"})
    deal = deals.add({"title": "Doors", "products": [oak.id]})
    assert products.delete(oak.id).active is False
    assert [line.product for line in deals.edit(deal.id, {"title": "Old doors", "products": [oak.id]}).products] == ["Oak Door"]
    with pytest.raises(Refused, match='"Oak Door" is no longer sold'):
        deals.add({"title": "More doors", "products": [oak.id]})
    assert products.edit(oak.id, {"active": True}).active is True
    assert deals.add({"title": "More doors", "products": [oak.id]}).id == 2
    for unknown in (products.delete, sold.page):
        with pytest.raises(NotFound):
            unknown(99)


def test_taking_a_product_out_can_be_undone(base: Base) -> None:
    oak = products.add({"name": "Oak Door"})
    products.delete(oak.id)
    rewind.undo()
    assert listed(active=True) == ["Oak Door"]


def test_the_page_of_a_product_counts_its_deals_and_sums_what_was_bought(base: Base) -> None:
    oak, ann = products.add({"name": "Oak Door"}), clients.add({"name": "Ann"})
    for title in ("Won one", "Open one"):
        deals.add({"title": title, "products": [oak.id]})
    moves.move(1, "won")
    purchases.add(ann.id, "450", {"product": oak.id, "quantity": "1.5"})
    purchases.add(ann.id, "USD 50.50", {"product": oak.id})
    purchases.add(ann.id, "EUR 20", {"product": oak.id})
    page = sold.page(oak.id)
    assert (page.open_deals, page.deals, page.purchases, page.quantity_thousandths) == (1, 2, 3, 3500)
    assert page.purchase_totals == (Total("EUR", 1, 2_000), Total("USD", 2, 50_050))
