"""Commands on purchases."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, Unpack

from typer import Argument, Option

from commands.paging import Limit, Page, listed
from commands.parameters import ClientRef, DealRef, PeriodText, ProductRef, PurchaseRef, current_format
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.sales.purchases import Bought


class PurchaseFields(TypedDict, total=False):
    """The options that adding and changing a purchase share."""

    product: Annotated[ProductRef | None, Option(help="The product that was bought.", metavar="PRODUCT")]
    bought_on: Annotated[str | None, Option("--bought-on", "--on", help="The day it was bought, if not today.", metavar="DAY")]
    quantity: Annotated[str | None, Option(help="How much of it, like 3 or 2.5; 1 otherwise.", metavar="NUMBER")]
    payment_method: Annotated[str | None, Option(help="How it was paid: cash, card, transfer, …, in your own words.")]
    description: Annotated[str | None, Option(help="What was bought, in words.")]
    deal: Annotated[DealRef | None, Option(help="The deal it came of.", metavar="DEAL")]
    currency: Annotated[str | None, Option(help="Three letters; the configured currency otherwise.", metavar="CODE")]


def add_purchase(
    client: ClientRef,
    amount: Annotated[str, Argument(help="What it cost in all: 1250, 'EUR 300'; below zero for a refund.", metavar="AMOUNT")],
    **fields: Unpack[PurchaseFields],
) -> Done:
    """Add something that a client bought: when, what, for how much, paid how."""
    from crmtui.sales import purchases

    return _done("added", purchases.add(client, amount, _given({**fields})))


def edit_purchase(
    purchase: PurchaseRef,
    *,
    client: Annotated[ClientRef | None, Option(help="Who bought it.", metavar="CLIENT")] = None,
    amount: Annotated[str | None, Option(help="What it cost in all.", metavar="AMOUNT")] = None,
    **fields: Unpack[PurchaseFields],
) -> Done:
    """Change a purchase: what is given is set, an empty text ('') empties a field, the rest stays."""
    from crmtui.sales import purchases

    return _done("changed", purchases.edit(purchase, _given({"client": client, "amount": amount, **fields})))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """The options that were given, under the names of the fields."""
    return {name: value for name, value in options.items() if value is not None}


def show_purchase(purchase: PurchaseRef) -> Shown:
    """Show a purchase."""
    from crmtui.present import text
    from crmtui.sales import purchases

    bought = purchases.get(purchase)
    return Shown(bought, lambda _, bold: text.card(_rows(bought), bold=bold))


def list_purchases(
    *,
    client: Annotated[ClientRef | None, Option(help="Only of this client.", metavar="CLIENT")] = None,
    product: Annotated[ProductRef | None, Option(help="Only of this product.", metavar="PRODUCT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only of this deal.", metavar="DEAL")] = None,
    payment_method: Annotated[str | None, Option(help="Only those paid so.")] = None,
    period: Annotated[PeriodText | None, Option(help="Only those bought in it: month, 2026-Q1, 2026-01-01..2026-03-31.")] = None,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """List purchases, newest first. For people, what they all make together is said below, a sum a currency."""
    from crmtui import money
    from crmtui.present import lists
    from crmtui.sales import purchases

    filters = {"client": client, "product": product, "deal": deal, "payment_method": payment_method, "period": period}
    found = listed(purchases, filters, {}, limit, page, lists.PURCHASES, purchases.Bought, "purchases")
    if current_format() != "table":
        return found
    sums = ", ".join(money.shown(total.amount_cents, total.currency) for total in purchases.totals(**filters))
    return replace(found, more="; ".join(part for part in (f"in all {sums}" if sums else "", found.more) if part))


def delete_purchase(purchase: PurchaseRef) -> Done:
    """Delete a purchase. Undo brings it back."""
    from crmtui.sales import purchases

    return _done("deleted", purchases.delete(purchase))


def _done(verb: str, bought: Bought) -> Done:
    from crmtui import money

    return Done(f"{verb} purchase {bought.id} of {bought.client}: {money.shown(bought.amount_cents, bought.currency)}", bought, bought.id)


def _rows(bought: Bought) -> list[tuple[str, Any]]:
    from crmtui import money

    rows: list[tuple[str, Any]] = [("purchase", str(bought.id)), ("client", bought.client), ("product", bought.product)]
    rows += [("description", bought.description), ("bought on", bought.bought_on), ("quantity", bought.quantity)]
    rows += [("amount", money.shown(bought.amount_cents, bought.currency)), ("paid by", bought.payment_method)]
    return [*rows, ("deal", bought.deal)]
