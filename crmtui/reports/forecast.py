"""Forecast: what the open deals promise, by the month they should close in.

Population: deals in an open stage now, not deleted. There is no period: the
rows are this month (from today on) and the five after it, what is expected
later, what was expected before today and is still open ("overdue"), and what
has no expected day. Each open deal is in exactly one row.

best case    the sum of the values: every deal is won.
weighted     the values times the probability of the deals' stages, added up
             exactly and rounded once, half a minor unit upwards.
committed    the sum of the values of deals in stages with a probability of
             75 % or more.

Amounts are in the report's currency; those in others are converted at today's
rate. Without one the deals are counted and their amounts told in a table of
their own. Deals without a value are counted and add nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.frozen import dataclass
from crmtui.money import weighted
from crmtui.periods import month_start
from crmtui.reports import sums
from crmtui.reports.population import Answer, Members, Scope, deals, left_out, living_by, plural
from crmtui.store.tables import Deal

MONTHS = 6
"""Months told one by one, this one included."""

COMMITTED_FROM = 75
"""The probability of a stage, in percent, from which its deals are taken as committed."""

_MONEY = (
    Column("best_case_cents", "Best case", Kind.MONEY),
    Column("weighted_cents", "Weighted", Kind.MONEY, bar=True),
    Column("committed_cents", "Committed", Kind.MONEY),
)


@dataclass(frozen=True, slots=True)
class Part:
    """The open deals expected in one row's time, in one stage and one currency."""

    when: str
    stage_id: int
    currency: str
    deals: int
    valued: int
    value_cents: int
    converted: int


def compute(scope: Scope) -> Answer:
    """Figures over all open deals, and a row a month."""
    parts = _parts(scope)
    grouped: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        grouped[part.when].append(part)
    rows = tuple((when, sum(p.deals for p in grouped[when]), *_money(scope, grouped[when])) for when in _order(scope))
    columns = (Column("month", "Month"), Column("deals", "Deals", Kind.COUNT), *_MONEY)
    table = Table("months", "By expected close", columns, rows, shape="bars")
    return Answer((_figures(scope, parts), table, *_others(scope, parts), *_notes(parts), *sums.conversions(scope, parts, sums.TODAY)))


OPENS = ("open_deals", "best_case_cents", "weighted_cents", "committed_cents")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The deals that a figure of `OPENS` is made of."""
    sure = [step.id for step in scope.steps if step.probability >= COMMITTED_FROM]
    committed = [Deal.stage.in_(sure)] if figure == "committed_cents" else []
    return deals([*_open(scope), *committed], Deal.expected_close)


def _open(scope: Scope, *held: Any) -> list[Any]:
    """The conditions of the open deals, under further ones that an index can lead to."""
    return living_by(scope, Deal.closed_at.is_null(), *held, stages=scope.stages("open"))


def _order(scope: Scope) -> list[str]:
    return ["overdue", *(f"{month_start(scope.today, ahead):%Y-%m}" for ahead in range(MONTHS)), "later", "no date"]


def _parts(scope: Scope) -> list[Part]:
    """The sums by row, stage and currency; each row is a stretch of one index."""
    day = Deal.expected_close
    starts = [scope.today, *(month_start(scope.today, ahead) for ahead in range(1, MONTHS + 1))]
    rows = [[day >= first, day < until] for first, until in pairwise(starts)]
    # Bounds on both sides lead the query to the index of expected closes.
    past, later = [day >= date.min, day < starts[0]], [day >= starts[-1], day <= date.max]
    conditions = [past, *rows, later, [day.is_null()]]
    return [part for when, held in zip(_order(scope), conditions, strict=True) for part in _row_parts(scope, when, held)]


def _row_parts(scope: Scope, when: str, held: Sequence[Any]) -> list[Part]:
    found = sums.summed(scope, {"stage": Deal.stage}, _open(scope, *held), now=True)
    return [Part(when, each.keys[0], each.currency, each.deals, each.valued, each.value_cents, each.converted) for each in found]


def _money(scope: Scope, parts: Sequence[Part], currency: str = "") -> tuple[int, int, int]:
    """Best case, weighted and committed, in minor units of a currency, that of the report unless named."""
    chances = {step.id: step.probability for step in scope.steps}
    valued = [(p.value_cents, chances[p.stage_id]) for p in parts if p.currency == (currency or scope.currency)]
    return sum(cents for cents, _ in valued), weighted(valued), sum(cents for cents, chance in valued if chance >= COMMITTED_FROM)


def _figures(scope: Scope, parts: Sequence[Part]) -> Figures:
    best, likely, committed = _money(scope, parts)
    return Figures(
        (
            Figure("open_deals", "Open deals", sum(part.deals for part in parts), Kind.COUNT),
            Figure("best_case_cents", "Best case", best, Kind.MONEY),
            Figure("weighted_cents", "Weighted", likely, Kind.MONEY),
            Figure("committed_cents", "Committed", committed, Kind.MONEY),
        )
    )


def _others(scope: Scope, parts: Sequence[Part]) -> Iterator[Block]:
    """The amounts in other currencies, a row a month and currency, when there are any."""
    others: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.currency != scope.currency and part.valued:
            others[part.when, part.currency].append(part)
    order = _order(scope)
    rows: list[tuple[Value, ...]] = []
    for when, code in sorted(others, key=lambda key: (order.index(key[0]), key[1])):
        held = others[when, code]
        rows.append((when, code, sum(part.deals for part in held), *_money(scope, held, code)))
    columns = (Column("month", "Month"), Column("currency", "Currency"), Column("deals", "Deals", Kind.COUNT), *_MONEY)
    if rows:
        yield Table("currencies", "In other currencies", columns, tuple(rows))
        yield from left_out(sum(part.valued for held in others.values() for part in held), scope.currency)


def _notes(parts: Sequence[Part]) -> Iterator[Note]:
    bare = sum(part.deals - part.valued for part in parts)
    if bare:
        yield Note(f"{plural(bare, 'open deal')} without a value: counted, nothing in the sums.")
