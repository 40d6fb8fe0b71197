"""Products: which products are asked for, which are sold, and for how much.

deals        deals opened in the period that have the product.
won, lost    deals with it that are won or lost now and were closed in the
             period; in all time also those of unknown day. A deal counts once
             for each of its products, whatever the number of its lines.
win rate     won / (won + lost); none when nothing was closed.
won money    its part of the values of the won deals. A deal's value is split
             over its lines by quantity times price (of the line, else of the
             catalogue in the deal's currency); evenly when a line has no price
             or all of them come to nothing. The running sum of the parts is
             rounded half up, so that they add up to the value exactly.
             Amounts in other currencies are converted at the rate of the
             closing day where there is one, else told in a table of their own.

"no product" tells the deals without any line, so that the money of all rows is
that of the report won. Products with nothing in the period are not listed.
Deleted deals are left out. Divided by owner, source, region, month or week of
closing, a second table tells what was closed of each product by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table
from crmtui.reports import dimensions, lines, sums
from crmtui.reports.population import Answer, Members, Scope, closed, deals, opened, share
from crmtui.reports.sums import Sum
from crmtui.reports.won import undated, won_in
from crmtui.store.tables import Deal, DealProduct

_CLOSED = (
    Column("won", "Won", Kind.COUNT),
    Column("lost", "Lost", Kind.COUNT),
    Column("win_rate", "Win rate", Kind.SHARE),
    Column("won_cents", "Won money", Kind.MONEY, bar=True),
)


def compute(scope: Scope) -> Answer:
    """Figures, a row a product, and with `by` a table of each product by it."""
    rows = _rows(scope)
    ordered = dimensions.ordered("product", rows.values(), lambda row: (-row[5], -row[2], -row[1]))
    columns = (Column("product", "Product"), Column("deals", "New deals", Kind.COUNT), *_CLOSED)
    blocks: list[Block] = [_figures(rows), Table("products", "By product", columns, ordered, empty="no deals")]
    if scope.by:
        blocks.append(_divided(scope, scope.by))
    note = Note("A deal with several products counts in each of their rows; its money is split.")
    return Answer(
        (*blocks, *sums.told(scope, won_in(scope, scope.period), "Won"), *([note] if rows else []), *undated(scope, "won", "lost"))
    )


OPENS = ("products", "products_won", "won_cents", "won_without_cents")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The products, or the won deals, that a figure of `OPENS` is made of."""
    if figure in ("products", "products_won"):
        rows = _rows(scope)
        return "product", sorted(id_ for id_ in rows if id_ and (figure == "products" or rows[id_][2]))
    lined = Deal.id.in_(DealProduct.select(DealProduct.deal))
    return deals([*closed(scope, scope.period, "won"), lined if figure == "won_cents" else ~lined], Deal.closed_at)


def _rows(scope: Scope) -> dict[int | None, tuple[Any, ...]]:
    """By product, None for none: its name, new deals, won, lost, win rate, won money in minor units."""
    label = dimensions.labels("product")
    asked, ended = _of_product(lines.split(scope, {"stage": Deal.stage}, opened(scope, scope.period))), _ended(scope, {})
    return {
        product: (label(product), sum(each.deals for each in asked.get(product, ())), *_closed(scope, ended.get(product, ())))
        for product in asked.keys() | ended.keys()
    }


def _ended(scope: Scope, keys: dict[str, Any]) -> dict[int | None, list[Sum]]:
    return _of_product(lines.split(scope, {"stage": Deal.stage, **keys}, closed(scope, scope.period, "won", "lost")))


def _of_product(found: Sequence[Sum]) -> dict[int | None, list[Sum]]:
    grouped: dict[int | None, list[Sum]] = defaultdict(list)
    for each in found:
        grouped[each.keys[0]].append(each)
    return grouped


def _closed(scope: Scope, parts: Sequence[Sum]) -> tuple[Any, ...]:
    """Won, lost, win rate, won money in minor units."""
    won = [each for each in parts if each.keys[1] in scope.stages("won")]
    number, whole = sum(each.deals for each in won), sum(each.deals for each in parts)
    return (number, whole - number, share(number, whole), sums.own_cents(scope, won))


def _figures(rows: Mapping[int | None, tuple[Any, ...]]) -> Figures:
    named = [row for product, row in rows.items() if product]
    return Figures(
        (
            Figure("products", "Products asked for or closed", len(named), Kind.COUNT),
            Figure("products_won", "Products sold", sum(1 for row in named if row[2]), Kind.COUNT),
            Figure("won_cents", "Won with a product", sum(row[5] for row in named), Kind.MONEY),
            Figure("won_without_cents", "Won without one", rows[None][5] if None in rows else 0, Kind.MONEY),
        )
    )


def _divided(scope: Scope, by: str) -> Table:
    key, _ = dimensions.key(scope, by, Deal.closed_at)
    name, label = dimensions.labels("product"), dimensions.labels(by)
    grouped: dict[tuple[str, str], list[Sum]] = defaultdict(list)
    for product, parts in _ended(scope, {"by": key}).items():
        for each in parts:
            grouped[label(each.keys[2]), name(product)].append(each)
    columns = (dimensions.column(by), Column("product", "Product"), *_CLOSED)
    ordered = dimensions.ordered(by, _cells(scope, grouped), lambda row: (-row[5], -row[2]))
    return Table(f"by_{by}", f"Closed by {by} and product", columns, ordered, empty="nothing closed")


def _cells(scope: Scope, grouped: dict[tuple[str, str], list[Sum]]) -> Iterator[tuple[Any, ...]]:
    for labels, parts in grouped.items():
        yield (*labels, *_closed(scope, parts))
