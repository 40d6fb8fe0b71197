"""Velocity: how many days deals stay in a stage, and take from opening to the end.

stage        a stay in an open stage: from entering it to the next move of the
             deal, when both moments are known. A deal that comes back to a
             stage makes a second stay. A stay that has not ended is not in.
             The period is that of the end of the stay.
won, lost    from opening to closing, of the deals that are won or lost now and
             of which both moments are known. The period is that of closing.

Days are midnights on your calendar: opened on Monday and won on Tuesday is 1,
whatever the hour. The mean is the sum of the days divided by the count. The
median is the middle value, or the mean of the two in the middle. The 90th
percentile lies on the line between the two values nearest to 90 % of the way
from the smallest to the largest (linear interpolation).

Deleted deals are left out, and spans that end before they begin, which a note
counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from peewee import fn

from crmtui.blocks import Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.periods import Period
from crmtui.reports import spreads
from crmtui.reports.population import Answer, Members, Scope, counted, deals, known, living_by, plural, within
from crmtui.reports.spreads import Spread
from crmtui.store.tables import Deal, StageChange

Times = dict[int, Counter[int]]
"""By stage, how often each number of days occurs."""

_SPREAD = (
    Column("deals", "Count", Kind.COUNT),
    Column("mean_days", "Mean", Kind.DAYS, bar=True),
    Column("median_days", "Median", Kind.DAYS),
    Column("p90_days", "90th percentile", Kind.DAYS),
)


def compute(scope: Scope) -> Answer:
    """Figures of the way to winning, a table of the ways to the end, one of the stays in each stage."""
    stays, ends = _stays(scope), _ends(scope)
    backwards = sum(n for times in (*stays.values(), *ends.values()) for days, n in times.items() if days < 0)
    notes = (Note(f"{plural(backwards, 'span')} left out: the end is before the beginning."),) if backwards else ()
    won, lost = (_merged(ends, scope.stages(outcome)) for outcome in ("won", "lost"))
    ways = Table("ways", "From opening to the end", (Column("to", "To"), *_SPREAD), (("won", *_cells(won)), ("lost", *_cells(lost))))
    columns = (scope.pipeline_column(), Column("stage", "Stage"), *_SPREAD)
    stages = Table("stages", "In each stage", columns, tuple(_rows(scope, stays)))
    return Answer((_figures(won), ways, stages, *notes))


OPENS = ("won",)
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The deals that the days to a figure of `OPENS` are reckoned from."""
    return deals([*_ended(scope, figure), _days(scope) >= 0], Deal.closed_at)


def _figures(won: Spread) -> Figures:
    return Figures(
        (
            Figure("won", "Won deals", won.count, Kind.COUNT),
            Figure("mean_days", "Mean to won", won.mean_days, Kind.DAYS),
            Figure("median_days", "Median to won", won.median_days, Kind.DAYS),
            Figure("p90_days", "90th percentile to won", won.p90_days, Kind.DAYS),
        )
    )


def _rows(scope: Scope, stays: Times) -> Iterator[tuple[Value, ...]]:
    for step in scope.steps:
        if step.outcome == "open" and (step.id in stays or not step.deleted):
            yield (step.pipeline, step.name, *_cells(_merged(stays, [step.id])))


def _cells(spread: Spread) -> tuple[Value, ...]:
    return (spread.count, spread.mean_days, spread.median_days, spread.p90_days)


def _merged(times: Times, stages: list[int]) -> Spread:
    merged: Counter[int] = Counter()
    for stage in stages:
        merged.update({days: n for days, n in times.get(stage, Counter()).items() if days >= 0})
    return spreads.of(merged)


def _ended(scope: Scope, *outcomes: str) -> list[Any]:
    """The conditions of deals closed in the period in a stage of these outcomes, of which both moments are known."""
    both = [Deal.opened_at.is_null(False), *(within(Deal.closed_at, scope.period) or [known(Deal.closed_at)])]
    return living_by(scope, *both, stages=scope.stages(*outcomes))


def _days(scope: Scope) -> Any:
    return scope.day(Deal.closed_at) - scope.day(Deal.opened_at)


def _ends(scope: Scope) -> Times:
    return _counted(Deal.select(Deal.stage.alias("stage"), _days(scope).alias("days")).where(*_ended(scope, "won", "lost")))


def _stays(scope: Scope) -> Times:
    """The ended stays: each entry beside the next one of the same deal, in the order of time."""
    order: Any = {"partition_by": [StageChange.deal], "order_by": [StageChange.at.asc(nulls="first"), StageChange.id]}
    entries = StageChange.select(
        StageChange.deal.alias("deal"),
        StageChange.to_stage.alias("stage"),
        StageChange.at.alias("at"),
        fn.LEAD(StageChange.at).over(**order).alias("left_at"),
    )
    if when := within(StageChange.at, scope.period):
        entries = entries.where(StageChange.deal.in_(StageChange.select(StageChange.deal).where(*when)))
    stay = entries.c
    ended = [stay.at.is_null(False), stay.left_at.is_null(False), stay.stage.in_(scope.stages("open"))]
    days = scope.day(stay.left_at) - scope.day(stay.at)
    query = Deal.select(stay.stage.alias("stage"), days.alias("days")).join(entries, on=(stay.deal == Deal.id))
    return _counted(query.where(*living_by(scope, *ended, *_left_within(stay.left_at, scope.period))))


def _left_within(left_at: Any, period: Period) -> list[Any]:
    """The conditions of a moment in the period, where it is the column of a subquery and knows no type."""
    as_kept = StageChange.at.db_value
    bounds = [left_at >= as_kept(period.start)] if period.start else []
    return bounds + ([left_at < as_kept(period.end)] if period.end else [])


def _counted(spans: Any) -> Times:
    found: Times = defaultdict(Counter)
    for stage, days, number in counted(spans, ("stage", "days")):
        found[stage][days] += number
    return found
