"""The money of deals split over their products, so that the parts of a deal add up to its value exactly."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import Any

from peewee import JOIN, Case, ModelSelect, fn

from crmtui.reports.population import Scope
from crmtui.reports.sums import Sum, summed
from crmtui.store.tables import Deal, DealProduct, Product


def split(scope: Scope, keys: Mapping[str, Any], conditions: Sequence[Any]) -> list[Sum]:
    """The deals under the conditions grouped by product (None: without any) and the named columns, with their part of the money.

    A deal counts once for each of its products.
    """
    several = DealProduct.select(DealProduct.deal).group_by(DealProduct.deal).having(fn.COUNT(DealProduct.id) > 1)
    found = summed(scope, {"product": DealProduct.product, **keys}, [*conditions, Deal.id.not_in(several)], start=with_lines)
    return [*found, *_shared(scope, keys, [*conditions, Deal.id.in_(several)])]


def with_lines(*columns: Any) -> ModelSelect[Any]:
    """Columns of deals beside each of their lines."""
    return Deal.select(*columns).join(DealProduct, JOIN.LEFT_OUTER, on=(DealProduct.deal == Deal.id))


def _shared(scope: Scope, keys: Mapping[str, Any], conditions: Sequence[Any]) -> Iterator[Sum]:
    """The deals of several lines, whose values are split one by one."""
    listed = Case(None, [(Product.currency == Deal.currency, Product.price_cents)], None)
    price = fn.COALESCE(DealProduct.price_cents, listed)
    closed_on = scope.day(Deal.closed_at)
    columns = (Deal.id, Deal.currency, Deal.value_cents, closed_on, DealProduct.product, DealProduct.quantity_thousandths, price)
    rows = with_lines(*columns, *keys.values()).join(Product).where(*conditions).order_by(Deal.id, DealProduct.id)
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for (_, code, cents, day, *_), lines in groupby(rows.tuples(), key=lambda row: (*row[:4], *row[7:])):
        held = list(lines)
        worth = scope.rates.convert(cents, code, date.fromordinal(day) if day else None) if cents is not None else None
        told = code if worth is None else scope.currency
        amounts = parts(cents if worth is None else worth, [(row[5], row[6]) for row in held])
        for product, amount in _by_product(held, amounts).items():
            tally = found[(product, *held[0][7:], told)]
            tally["deals"] += 1
            tally["valued"] += cents is not None
            tally["value_cents"] += amount
            tally["converted"] += worth is not None
    for (*group, code), tally in found.items():
        yield Sum(tuple(group), code, tally["deals"], tally["valued"], tally["value_cents"], tally["converted"])


def _by_product(rows: Sequence[tuple[Any, ...]], amounts: Sequence[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for row, amount in zip(rows, amounts, strict=True):
        found[row[4]] += amount
    return found


def parts(cents: int | None, lines: Sequence[tuple[int, int | None]]) -> list[int]:
    """A value split over (quantity, price) lines by quantity times price; evenly when a line has no price or all come to nothing.

    The running sum of the parts is rounded half up, so that they add up to the value exactly; a value of None is nothing.
    """
    weights = [quantity * (price or 0) for quantity, price in lines]
    if any(price is None for _, price in lines) or any(weight < 0 for weight in weights) or not sum(weights):
        weights = [1] * len(lines)
    total, so_far, value = sum(weights), 0, cents or 0
    sums = [0]
    for weight in weights:
        so_far += weight
        sums.append((2 * value * so_far + total) // (2 * total))
    return [after - before for before, after in pairwise(sums)]
