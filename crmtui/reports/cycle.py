"""Cycle: how many days deals take to be won, by seller and by source.

Population: deals that are won now and were closed in the period, of which both
the opening and the closing moment are known. Deleted deals are left out, and
deals closed before they were opened, which a note counts.

Days are midnights on your calendar: opened on Monday and won on Tuesday is 1,
whatever the hour. The mean is the sum of the days divided by the count. The
median is the middle value, or the mean of the two in the middle. The 90th
percentile lies on the line between the two values nearest to 90 % of the way
from the smallest to the largest (linear interpolation).

Told by the present owner and by source (the deal's own, else its client's), or
by one thing asked for: owner, source, region (of the owner), product and tag (a
deal counts in each of its own), month or week of closing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from crmtui.blocks import Column, Figure, Figures, Kind, Note, Table
from crmtui.reports import dimensions, spreads
from crmtui.reports.population import Answer, Members, Scope, counted, deals, known, living_by, plural, within
from crmtui.reports.spreads import Spread
from crmtui.store.tables import Deal

_SPREAD = (
    Column("deals", "Won deals", Kind.COUNT),
    Column("mean_days", "Mean", Kind.DAYS, bar=True),
    Column("median_days", "Median", Kind.DAYS),
    Column("p90_days", "90th percentile", Kind.DAYS),
)


def compute(scope: Scope) -> Answer:
    """Figures of all won deals, and a table for each thing they are told by."""
    whole = _times(scope, "owner")
    backwards = sum(n for times in whole.values() for days, n in times.items() if days < 0)
    notes = (Note(f"{plural(backwards, 'deal')} left out: closed before it was opened."),) if backwards else ()
    everything = _spread(sum(whole.values(), Counter()))
    tables = [_table(by, _times(scope, by)) for by in ([scope.by] if scope.by else ["owner", "source"])]
    return Answer((_figures(everything), *tables, *notes, *(dimensions.notes(scope.by) if scope.by == "tag" else ())))


OPENS = ("deals",)
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:  # noqa: ARG001 — there is one
    """The deals that the days are reckoned from."""
    return deals([*_won(scope), _days(scope) >= 0], Deal.closed_at)


def _won(scope: Scope) -> list[Any]:
    """The conditions of deals won in the period, of which both moments are known."""
    both = [Deal.opened_at.is_null(False), *(within(Deal.closed_at, scope.period) or [known(Deal.closed_at)])]
    return living_by(scope, *both, stages=scope.stages("won"))


def _days(scope: Scope) -> Any:
    return scope.day(Deal.closed_at) - scope.day(Deal.opened_at)


def _times(scope: Scope, by: str) -> dict[str, Counter[int]]:
    """By row, how often each number of days from opening to winning occurs."""
    key, start = dimensions.key(scope, by, Deal.closed_at)
    # A deal with two lines of one product is one deal of that product.
    own = [Deal.id.alias("deal")] if by == "product" else []
    query = start(key.alias("by"), _days(scope).alias("days"), *own).where(*_won(scope))
    label = dimensions.labels(by)
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for value, days, number in counted(query.distinct() if own else query, ("by", "days")):
        found[label(value)][days] += number
    return found


def _spread(times: Counter[int]) -> Spread:
    return spreads.of({days: number for days, number in times.items() if days >= 0})


def _figures(whole: Spread) -> Figures:
    values = (whole.count, whole.mean_days, whole.median_days, whole.p90_days)
    titles = ("Won deals", "Mean to won", "Median to won", "90th percentile to won")
    told = zip(_SPREAD, titles, values, strict=True)
    return Figures(tuple(Figure(column.name, title, value, column.kind) for column, title, value in told))


def _table(by: str, found: dict[str, Counter[int]]) -> Table:
    spread = {label: _spread(times) for label, times in found.items()}
    cells: list[tuple[Any, ...]] = [(label, s.count, s.mean_days, s.median_days, s.p90_days) for label, s in spread.items() if s.count]
    rows = dimensions.ordered(by, cells, lambda row: -row[1])
    return Table(f"by_{by}", f"From opening to won by {by}", (dimensions.column(by), *_SPREAD), rows, empty="nothing won")
