"""The page of a product: the product with what became of it, in deals and in purchases."""

from __future__ import annotations

from dataclasses import fields

from peewee import fn

from crmtui.errors import NotFound
from crmtui.frozen import dataclass
from crmtui.sales import products, purchases
from crmtui.sales.products import Item
from crmtui.sales.purchases import Total
from crmtui.store.connection import current
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal, DealProduct, Purchase


@dataclass(frozen=True, slots=True)
class ProductPage(Item):
    """A product with how many living deals have it, how many purchases there were of it, how much, and their sum in each currency."""

    open_deals: int
    deals: int
    purchases: int
    quantity_thousandths: int
    purchase_totals: tuple[Total, ...]


def page(product_id: int) -> ProductPage:
    """The page of a product. Raises `NotFound`."""
    with current().reading():
        item = next(iter(products.load([product_id])), None)
        if item is None:
            raise NotFound(f"no product {product_id}")
        having = DealProduct.select(DealProduct.deal).where(DealProduct.product == product_id)
        living = Deal.select(fn.COUNT(Deal.id), fn.COUNT(Deal.closed_at)).where(Deal.deleted_at.is_null(), Deal.id.in_(having))
        ((deals, closed),) = tuples(living)
        bought = purchases.matching(product=product_id)
        amount = fn.COALESCE(fn.SUM(Purchase.quantity_thousandths), 0).converter(int)
        ((quantity,),) = tuples(Purchase.select(amount).where(Purchase.id.in_(bought)))
        return ProductPage(
            **{field.name: getattr(item, field.name) for field in fields(item)},
            open_deals=deals - closed,
            deals=deals,
            purchases=bought.count(),
            quantity_thousandths=quantity,
            purchase_totals=tuple(purchases.totals(product=product_id)),
        )
