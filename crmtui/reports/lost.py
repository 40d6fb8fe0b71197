"""Lost: the deals lost in the period, why, from where, to whom, by whom.

Population: deals that are lost now and were closed in the period; in all time
also those of unknown closing day. Deleted deals are left out. Beside the
figures stand those of the period before, or of the same days a year before.

lost value   the sum of the values in the report's currency. Deals without a
             value count and add nothing. Amounts in other currencies are
             converted at the rate of the closing day where there is one; the
             others are told in a table of their own.
share        the row's part of the lost deals, by their number. Of deals told
             by product or tag: of the lost deals, in each of several rows.
refusals     lost / (won + lost) of the period; none when nothing was closed.
stage        the open stage from which the deal was lost: the one it left when
             it last entered a lost stage; "unknown" when its way is not known.
competitor   who else was after it, as written on the deal.

Told by reason, stage, competitor and owner; or by one thing asked for: owner,
region (of the owner), source (the deal's, else its client's), product and tag
(a deal counts in each of its own; its value is split over products by quantity
times price, as in the report won), month or week of closing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from crmtui.blocks import Block, Column, Kind, Table
from crmtui.reports import dimensions, spans, sums
from crmtui.reports.population import Answer, Members, Scope, closed, deals, share
from crmtui.reports.sums import Closing, Sum, closings, summed
from crmtui.reports.won import undated
from crmtui.sales import pipelines
from crmtui.store.tables import Deal, StageChange

OPENS = ("lost", "lost_cents")
"""The figures that can be opened."""

_COLUMNS = (
    Column("lost", "Lost deals", Kind.COUNT, bar=True),
    Column("share", "Share", Kind.SHARE),
    Column("lost_cents", "Value", Kind.MONEY),
)


def compute(scope: Scope) -> Answer:
    """Figures, and a table for each thing the deals are told by."""
    ended = closings(scope, scope.period)
    before = _named(scope, closings(scope, scope.before)) if scope.before else None
    lost = _lost(scope, ended)
    blocks: list[Block] = [spans.compared(scope, _named(scope, ended), before, bad=("lost", "lost_cents", "refusal_rate"))]
    blocks += [_divided(scope, scope.by, lost)] if scope.by else [*_usual(scope, lost), _divided(scope, "owner", lost)]
    return Answer((*blocks, *sums.told(scope, lost, "Value"), *dimensions.notes(scope.by), *spans.notes(scope), *undated(scope, "lost")))


def members(scope: Scope, figure: str) -> Members:  # noqa: ARG001 — every figure is of the same deals
    """The deals that a figure of `OPENS` is made of."""
    return deals(closed(scope, scope.period, "lost"), Deal.closed_at)


def _lost(scope: Scope, ended: Iterable[Closing]) -> list[Closing]:
    return [each for each in ended if each.stage_id in scope.stages("lost")]


def _named(scope: Scope, ended: Sequence[Closing]) -> list[spans.Named]:
    lost = _lost(scope, ended)
    number = sum(each.deals for each in lost)
    return [
        ("lost", "Lost deals", Kind.COUNT, number),
        ("lost_cents", "Lost value", Kind.MONEY, sums.own_cents(scope, lost)),
        ("refusal_rate", "Of all closed", Kind.SHARE, share(number, sum(each.deals for each in ended))),
    ]


def _usual(scope: Scope, lost: Sequence[Closing]) -> list[Table]:
    whole, conditions = sum(each.deals for each in lost), closed(scope, scope.period, "lost")
    keys = {"reason": Deal.lost_reason, "competitor": Deal.competitor, "stage": _left()}
    found = {name: summed(scope, {name: column}, conditions) for name, column in keys.items()}
    stages = {step.id: (step.pipeline, step.name) for step in pipelines.load(deleted=True)}
    unknown = ("", "unknown")
    return [
        _table(scope, "reason", (Column("reason", "Reason"),), found["reason"], whole, lambda key: (key or "no reason",)),
        _table(
            scope, "stage", (scope.pipeline_column(), Column("stage", "Lost from")), found["stage"], whole,
            lambda key: stages.get(key, unknown),
        ),
        _table(scope, "competitor", (Column("competitor", "Competitor"),), found["competitor"], whole, lambda key: (key or "none named",)),
    ]  # fmt: skip


def _left() -> Any:
    """The open stage that a deal left for a lost one, the last time it did."""
    steps = pipelines.load(deleted=True)
    opened, ends = ([step.id for step in steps if step.outcome == outcome] for outcome in ("open", "lost"))
    moves = StageChange.select(StageChange.from_stage).where(
        StageChange.deal == Deal.id, StageChange.to_stage.in_(ends), StageChange.from_stage.in_(opened)
    )
    return moves.order_by(StageChange.at.desc(nulls="last"), StageChange.id.desc()).limit(1)


def _table(scope: Scope, by: str, heads: tuple[Column, ...], found: Sequence[Sum], whole: int, label: Any) -> Table:
    """A row a label: how many deals, their part of the whole, what they are worth."""
    rows: dict[tuple[str, ...], Counter[str]] = {}
    for each in found:
        tally = rows.setdefault(label(each.keys[0]), Counter())
        tally["deals"] += each.deals
        tally["cents"] += each.value_cents if each.currency == scope.currency else 0
    told: list[tuple[Any, ...]] = [(*names, tally["deals"], share(tally["deals"], whole), tally["cents"]) for names, tally in rows.items()]
    told.sort(key=lambda row: (-row[-3], -row[-1], row[:-3]))
    return Table(f"by_{by}", f"Lost by {by}", (*heads, *_COLUMNS), tuple(told), empty="nothing lost")


def _divided(scope: Scope, by: str, lost: Sequence[Closing]) -> Table:
    found = dimensions.divided(scope, by, closed(scope, scope.period, "lost"))
    whole = sum(each.deals for each in lost)
    each = [Sum((part.label,), part.currency, part.deals, part.valued, part.value_cents) for part in found]
    table = _table(scope, by, (dimensions.column(by),), each, whole, lambda key: (key,))
    rows = dimensions.ordered(by, table.rows, lambda row: (-row[1], -row[3]))
    return Table(table.name, table.title, table.columns, rows, empty=table.empty)
