"""Commands on products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from commands.clients import external_ids
from commands.paging import Limit, Page, listed
from commands.parameters import ProductRef
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.sales.products import Item
    from crmtui.sales.sold import ProductPage

Code = Annotated[str | None, Option(help="Its code or article number.", metavar="TEXT")]
Family = Annotated[str | None, Option(help="The group of products it belongs to.")]
Price = Annotated[str | None, Option(help="The list price of one unit: 450, 'EUR 450'.", metavar="AMOUNT")]
Currency = Annotated[str | None, Option(help="Three letters; the configured currency otherwise.", metavar="CODE")]
Unit = Annotated[str | None, Option(help="What one is: piece, m², hour.")]
ExternalId = Annotated[list[str] | None, Option(help="The id in another system, as system:id; may be given again.", metavar="SYSTEM:ID")]


def add_product(
    name: Annotated[str, Argument(help="What it is called.")],
    *,
    code: Code = None,
    family: Family = None,
    price: Price = None,
    currency: Currency = None,
    unit: Unit = None,
    external_id: ExternalId = None,
) -> Done:
    """Add a product to the catalogue."""
    from crmtui.sales import products

    return _done("added", products.add(_values(locals())))


def edit_product(
    product: ProductRef,
    *,
    name: Annotated[str | None, Option(help="What it is called.")] = None,
    code: Code = None,
    family: Family = None,
    price: Price = None,
    currency: Currency = None,
    unit: Unit = None,
    active: Annotated[bool | None, Option("--active/--inactive", help="Whether it is offered.")] = None,
    external_id: ExternalId = None,
) -> Done:
    """Change a product: what is given is set, an empty text ('') empties a field, the rest stays."""
    from crmtui.sales import products

    return _done("changed", products.edit(product, _values(locals())))


def show_product(product: ProductRef) -> Shown:
    """Show a product: its price, in how many deals it is, what was bought of it."""
    from crmtui.present import text
    from crmtui.sales import sold

    page = sold.page(product)
    return Shown(page, lambda _, bold: text.card(_rows(page), bold=bold))


def list_products(
    words: Annotated[list[str] | None, Argument(help="Words that must all be found, as search finds them.")] = None,
    *,
    family: Annotated[str | None, Option(help="Only of this family.")] = None,
    state: Annotated[Literal["active", "inactive", "all"], Option(help="Only those offered, or no longer offered.")] = "active",
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List products by name; those that are offered unless --state says otherwise."""
    from crmtui.present import lists
    from crmtui.sales import products

    filters = {"words": " ".join(words or ()), "family": family, "active": None if state == "all" else state == "active"}
    return listed(products, filters, {}, limit, page, lists.PRODUCTS, products.Item, "products")


def delete_product(product: ProductRef) -> Done:
    """Take a product out of the catalogue. Deals and purchases that have it keep it; edit-product --active offers it again."""
    from crmtui.sales import products

    return _done("deleted", products.delete(product))


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, under the names of the fields."""
    found = {name: value for name, value in given.items() if value is not None and name not in ("product", "products", "external_id")}
    return found | ({"external_ids": external_ids(given["external_id"])} if given["external_id"] else {})


def _done(verb: str, item: Item) -> Done:
    return Done(f"{verb} product {item.id} {item.name}", item, item.id)


def _rows(page: ProductPage) -> list[tuple[str, Any]]:
    from crmtui import money
    from crmtui.sales import quantities

    unit = f" a {page.unit}" if page.unit else ""
    price = f"{money.shown(page.price_cents, page.currency)}{unit}" if page.price_cents is not None else None
    rows: list[tuple[str, Any]] = [("product", f"{page.name}  (id {page.id})"), ("code", page.code), ("family", page.family)]
    rows += [("price", price), ("offered", "yes" if page.active else "no, deals keep it")]
    rows += [("open deals", page.open_deals), ("deals", page.deals), ("purchases", page.purchases)]
    rows += [("bought", f"{money.shown(total.amount_cents, total.currency)}") for total in page.purchase_totals]
    rows += [("quantity bought", quantities.shown(page.quantity_thousandths) if page.purchases else None)]
    return [*rows, *((f"id in {system}", value) for system, value in page.external_ids.items())]
