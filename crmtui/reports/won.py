"""Won: the deals won in the period, how many, their money, whose they are.

Population: deals that are won now and were closed in the period; in all time
also those of unknown closing day. Deleted deals are left out. Beside the
figures stand those of the period before, or of the same days a year before.

won money    the sum of the values in the report's currency. Deals without a
             value count and add nothing. Amounts in other currencies are
             converted at the rate of the closing day where there is one; the
             others are told in a table of their own.
average      won money / won deals with a value in it, rounded half up.
share        the row's part of the won money of all rows above zero.

Told by owner, by month of closing when the period is longer than 62 days, and
by product; or by one thing asked for:

owner, region   the present owner of the deal, and that rep's region.
source          the deal's own, else that of its client.
product         a deal counts in each of its products. Its money is split over
                its lines by quantity times price (of the line, else of the
                catalogue in the deal's currency), evenly when a price is
                missing; the parts add up to the deal's value exactly.
tag             a deal counts, with all its money, in each of its tags.
month, week     those of the closing day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from crmtui.blocks import Block, Column, Kind, Note, Table
from crmtui.money import rounded
from crmtui.periods import Period
from crmtui.reports import dimensions, spans, sums
from crmtui.reports.dimensions import Part
from crmtui.reports.population import Answer, Members, Scope, closed, deals, living, plural, share, within
from crmtui.reports.sums import Closing, closings
from crmtui.store.tables import Deal

OPENS = ("won", "won_cents", "average_won_cents")
"""The figures that can be opened."""

_COLUMNS = (
    Column("won", "Won deals", Kind.COUNT),
    Column("won_cents", "Won", Kind.MONEY, bar=True),
    Column("average_won_cents", "Average", Kind.MONEY),
    Column("share", "Share", Kind.SHARE),
)


def compute(scope: Scope) -> Answer:
    """Figures, and a table for each thing the deals are told by."""
    won = won_in(scope, scope.period)
    before = _named(scope, won_in(scope, scope.before)) if scope.before else None
    usual = ["owner", *(["month"] if spans.is_long(scope.period) else []), "product"]
    blocks: list[Block] = [spans.compared(scope, _named(scope, won), before)]
    blocks += [table(scope, by) for by in ([scope.by] if scope.by else usual)]
    return Answer(
        (
            *blocks,
            *sums.told(scope, won, "Won"),
            *dimensions.notes((scope.by or "product") if won else None),
            *spans.notes(scope),
            *undated(scope, "won"),
        )
    )


def members(scope: Scope, figure: str) -> Members:  # noqa: ARG001 — every figure is of the same deals
    """The deals that a figure of `OPENS` is made of."""
    return deals(closed(scope, scope.period, "won"), Deal.closed_at)


def won_in(scope: Scope, period: Period) -> list[Closing]:
    """The won deals of a period."""
    return [each for each in closings(scope, period) if each.stage_id in scope.stages("won")]


def _named(scope: Scope, won: Sequence[Closing]) -> list[spans.Named]:
    return [
        ("won", "Won deals", Kind.COUNT, sum(each.deals for each in won)),
        ("won_cents", "Won", Kind.MONEY, sums.own_cents(scope, won)),
        ("average_won_cents", "Average won", Kind.MONEY, average(scope, won)),
    ]


def average(scope: Scope, won: Sequence[Any]) -> int | None:
    """The mean value of the deals that have one in the report's currency, in minor units."""
    valued = sum(each.valued for each in won if each.currency == scope.currency)
    return rounded(sums.own_cents(scope, won), valued) if valued else None


def table(scope: Scope, by: str) -> Table:
    """The won deals of the period by a word of `dimensions.TITLES`."""
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in dimensions.divided(scope, by, closed(scope, scope.period, "won")):
        grouped[part.label].append(part)
    if by == "month":
        for month in spans.months(scope, [date.fromisoformat(f"{label}-01") for label in grouped if label[0].isdigit()]):
            grouped[f"{month:%Y-%m}"] += []
    whole = sum(max(sums.own_cents(scope, parts), 0) for parts in grouped.values())
    rows = dimensions.ordered(by, [_row(scope, label, parts, whole) for label, parts in grouped.items()], lambda row: (-row[2], -row[1]))
    shape = "bars" if by in ("month", "week") else "table"
    return Table(f"by_{by}", f"Won by {by}", (dimensions.column(by), *_COLUMNS), rows, shape=shape, empty="nothing won")


def _row(scope: Scope, label: str, parts: Sequence[Part], whole: int) -> tuple[Any, ...]:
    cents = sums.own_cents(scope, parts)
    return (label, sum(part.deals for part in parts), cents, average(scope, parts), share(cents, whole) if cents > 0 else None)


def undated(scope: Scope, *outcomes: str) -> Iterator[Note]:
    """The note on closed deals of unknown closing day in all time, when there are any."""
    if not within(Deal.closed_at, scope.period):
        unknown = Deal.select(Deal.id).where(*living(scope, scope.stages(*outcomes)), Deal.closed_at.is_null()).count()
        if unknown:
            yield Note(f"{plural(unknown, 'closed deal')} of unknown closing day: in the totals of all time, in no month.")
