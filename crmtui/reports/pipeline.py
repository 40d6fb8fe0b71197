"""Pipeline: what stands in each stage now, its worth, how long it stands there.

Every deal that is not deleted counts, in the stage it is in at this moment;
there is no period. Stages and their outcome are those set up for the pipeline.

value        the sum of the values of the deals in the stage.
weighted     the value times the stage's probability, added up exactly and
             rounded once, half a minor unit upwards.
mean age     the mean number of midnights on your calendar since the deals
             entered the stage; deals of which that day is not known are left
             out of it.
past limit   the share of the stage's deals that have been there for more days
             than the stage's limit; none without a limit.

Amounts are in one currency: the configured one when any deal with a value has
it, else the one most deals have. Amounts of open deals in other currencies are
converted at today's rate, those of closed ones at the rate of their closing
day. Without such a rate the deals are counted, their amounts are told in a
table of their own and are not in the sums. Deals without a value are counted
and add nothing. Won and lost deals stand in a second
table, so that the two tables together count every deal once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.money import weighted
from crmtui.reports import sums
from crmtui.reports.population import Answer, Members, Scope, deals, left_out, living, plural, share
from crmtui.reports.sums import Standing
from crmtui.sales.pipelines import Step
from crmtui.store.tables import Deal


def compute(scope: Scope) -> Answer:
    """Figures of the open deals, a table of the open stages, one of the closing ones."""
    opened, closed = sums.standing(scope, aged=True), sums.ended(scope)
    blocks: list[Block] = [figures(scope, opened), _open_table(scope, opened), _closed_table(scope, closed)]
    converted = (*sums.conversions(scope, opened, sums.TODAY), *sums.conversions(scope, closed))
    return Answer((*blocks, *_others(scope, opened + closed), *_notes(opened), *converted))


def figures(scope: Scope, opened: Sequence[Standing]) -> Figures:
    """How many open deals there are, their value, their weighted value."""
    valued = [each for each in opened if each.currency == scope.currency]
    chances = {step.id: step.probability for step in scope.steps}
    return Figures(
        (
            Figure("open_deals", "Open deals", sum(each.deals for each in opened), Kind.COUNT),
            Figure("open_cents", "Open value", sum(each.value_cents for each in valued), Kind.MONEY),
            Figure("weighted_cents", "Weighted", weighted((each.value_cents, chances[each.stage_id]) for each in valued), Kind.MONEY),
        )
    )


OPENS = ("open_deals", "open_cents", "weighted_cents")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:  # noqa: ARG001 — every figure is of the same deals
    """The deals that a figure of `OPENS` is made of."""
    return deals(living(scope, scope.stages("open")), Deal.stage_since)


def _open_table(scope: Scope, opened: Sequence[Standing]) -> Table:
    columns = (
        scope.pipeline_column(),
        Column("stage", "Stage"),
        Column("deals", "Deals", Kind.COUNT),
        Column("value_cents", "Value", Kind.MONEY),
        Column("weighted_cents", "Weighted", Kind.MONEY),
        Column("mean_age_days", "Mean age", Kind.DAYS),
        Column("past_limit", "Past limit", Kind.SHARE),
    )
    return Table("stages", "Open deals by stage", columns, open_rows(scope, opened), shape="funnel", empty="no stages")


def open_rows(scope: Scope, opened: Sequence[Standing]) -> tuple[tuple[Value, ...], ...]:
    """A row an open stage in the order deals pass them: pipeline, stage, deals, value, weighted, mean age in days, share past the limit."""
    return tuple(_open_row(scope, step, parts) for step, parts in _by_step(scope, opened, "open"))


def _open_row(scope: Scope, step: Step, parts: Sequence[Standing]) -> tuple[Value, ...]:
    number, value_cents = _totals(scope, parts)
    age = share(sum(part.days for part in parts), sum(part.dated for part in parts))
    past = share(sum(part.past for part in parts), number) if step.limit_days else None
    return (step.pipeline, step.name, number, value_cents, weighted([(value_cents, step.probability)]), age, past)


def _closed_table(scope: Scope, closed: Sequence[Standing]) -> Table:
    columns = (
        scope.pipeline_column(),
        Column("stage", "Stage"),
        Column("outcome", "Outcome", only_data=True),
        Column("deals", "Deals", Kind.COUNT),
        Column("value_cents", "Value", Kind.MONEY),
    )
    steps = _by_step(scope, closed, "won", "lost")
    rows = tuple((step.pipeline, step.name, step.outcome, *_totals(scope, parts)) for step, parts in steps)
    return Table("closed", "Closed deals", columns, rows, empty="no stages")


def _totals(scope: Scope, parts: Sequence[Standing]) -> tuple[int, int]:
    return sum(part.deals for part in parts), sum(part.value_cents for part in parts if part.currency == scope.currency)


def _by_step(scope: Scope, parts: Sequence[Standing], *outcomes: str) -> Iterator[tuple[Step, list[Standing]]]:
    found: dict[int, list[Standing]] = defaultdict(list)
    for part in parts:
        found[part.stage_id].append(part)
    return ((step, found[step.id]) for step in scope.steps if step.outcome in outcomes and (found[step.id] or not step.deleted))


def _others(scope: Scope, parts: Sequence[Standing]) -> Iterator[Block]:
    """The amounts in other currencies, a row a stage and currency, when there are any."""
    steps = {step.id: step for step in scope.steps}
    order = list(steps)
    others = [part for part in parts if part.currency != scope.currency and part.valued]
    others.sort(key=lambda part: (order.index(part.stage_id), part.currency))
    columns = (
        scope.pipeline_column(),
        Column("stage", "Stage"),
        Column("currency", "Currency"),
        Column("deals", "Deals", Kind.COUNT),
        Column("value_cents", "Value", Kind.MONEY),
        Column("weighted_cents", "Weighted", Kind.MONEY),
    )
    rows = tuple(_other_row(steps[part.stage_id], part) for part in others)
    if rows:
        yield Table("currencies", "In other currencies", columns, rows)
        yield from left_out(sum(part.valued for part in others), scope.currency)


def _other_row(step: Step, part: Standing) -> tuple[Value, ...]:
    expected = weighted([(part.value_cents, step.probability)]) if step.outcome == "open" else None
    return (step.pipeline, step.name, part.currency, part.deals, part.value_cents, expected)


def _notes(opened: Sequence[Standing]) -> Iterator[Note]:
    bare = sum(each.deals - each.valued for each in opened)
    if bare:
        yield Note(f"{plural(bare, 'open deal')} without a value: counted, nothing in the sums.")
    undated = sum(each.deals - each.dated for each in opened)
    if undated:
        yield Note(f"{plural(undated, 'open deal')} of unknown age, not in the mean age and not past a limit.")
