"""Funnel: how far deals come, and where they stay behind.

Population: the deals opened in the period (a cohort: what became of them may
have happened later). In all time everyone is in, also deals of which the
opening day is not known. Deleted deals are left out.

reached      the deals that have ever been in the stage or in a later one of
             their pipeline, by the moves in their history and the stage they
             are in now. All stages with the outcome won are one last step.
             Every deal reached the first step: that is where a pipeline
             begins. Losing is never progress: a lost deal counts as far as it
             came before. Lost deals of which only the loss is known, as
             imports bring them, count in the first step and are lost from no
             step; a note tells how many.
             Being in a stage several times counts once, so no step is larger
             than the one before it.
from previous, from first
             reached, divided by that of the step before, or of the first step.
open, lost   the deals that came this far and no further, and are open or lost
             now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from peewee import Case, fn

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.reports.population import Answer, Members, Scope, counted, deals, living, opened, plural, share, within
from crmtui.sales.pipelines import Step
from crmtui.store.tables import Deal, StageChange

Reached = Counter[tuple[int, int]]
"""How many deals by the furthest step they reached (1 for the first of their pipeline, 0 for none) and the stage they are in."""

_COLUMNS = (
    Column("stage", "Stage"),
    Column("reached", "Reached", Kind.COUNT),
    Column("from_previous", "From previous", Kind.SHARE),
    Column("from_first", "From first", Kind.SHARE),
    Column("open", "Open here", Kind.COUNT),
    Column("lost", "Lost from here", Kind.COUNT),
)


def compute(scope: Scope) -> Answer:
    """Figures of the cohort and a table of its steps."""
    reached = _reached(scope)
    table = Table("stages", "Conversion by stage", (scope.pipeline_column(), *_COLUMNS), tuple(_rows(scope, reached)), shape="funnel")
    return Answer((_figures(scope, reached), table, *_notes(scope, reached)))


OPENS = ("deals", "won", "lost", "open")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The deals of the cohort that a figure of `OPENS` is made of."""
    outcome = [] if figure == "deals" else [Deal.stage.in_(scope.stages(figure))]
    return deals([*opened(scope, scope.period), *outcome], Deal.opened_at)


def _ranks(scope: Scope) -> dict[int, int]:
    """The step of each stage that is one: open stages in order from 1, those won all one after the last; lost ones have none."""
    ranks: dict[int, int] = {}
    for _, steps in groupby(scope.steps, key=lambda step: step.pipeline_id):
        ways = list(steps)
        first = [step.id for step in ways if step.outcome == "open"]
        ranks |= {id_: place for place, id_ in enumerate(first, start=1)}
        ranks |= {step.id: len(first) + 1 for step in ways if step.outcome == "won"}
    return ranks


def _reached(scope: Scope) -> Reached:
    ranks = _ranks(scope)
    if not ranks:
        return Counter()
    moves = StageChange.select(fn.MAX(_rank(StageChange.to_stage, ranks))).where(StageChange.deal == Deal.id)
    histories = Deal.select(Deal.stage.alias("stage"), moves.alias("furthest")).where(*opened(scope, scope.period))
    found: Reached = Counter()
    for stage, rank, number in counted(histories, ("stage", "furthest")):
        found[max(rank or 0, ranks.get(stage, 0)), stage] += number
    return found


def _rank(stage: Any, ranks: dict[int, int]) -> Any:
    return Case(stage, list(ranks.items()), 0)


def _figures(scope: Scope, reached: Reached) -> Figures:
    counts = {outcome: sum(n for (_, stage), n in reached.items() if stage in scope.stages(outcome)) for outcome in ("open", "won", "lost")}
    whole = sum(reached.values())
    return Figures(
        (
            Figure("deals", "Deals", whole, Kind.COUNT),
            Figure("won", "Won", counts["won"], Kind.COUNT),
            Figure("lost", "Lost", counts["lost"], Kind.COUNT),
            Figure("open", "Still open", counts["open"], Kind.COUNT),
            Figure("won_share", "Won of all", share(counts["won"], whole), Kind.SHARE),
        )
    )


def _rows(scope: Scope, reached: Reached) -> Iterator[tuple[Value, ...]]:
    for _, group in groupby(scope.steps, key=lambda step: step.pipeline_id):
        yield from _pipeline_rows(list(group), reached)


def _pipeline_rows(steps: list[Step], reached: Reached) -> Iterator[tuple[Value, ...]]:
    outcomes = {step.id: step.outcome for step in steps}
    names = [step.name for step in steps if step.outcome == "open"]
    gone = {rank for rank, step in enumerate((step for step in steps if step.outcome == "open"), start=1) if step.deleted}
    held = {stage for _, stage in reached}
    won = " / ".join(step.name for step in steps if step.outcome == "won" and (step.id in held or not step.deleted))
    first = before = None
    for rank, name in enumerate([*names, won] if won else names, start=1):
        here = sum(n for (furthest, stage), n in reached.items() if stage in outcomes and max(furthest, 1) >= rank)
        stayed = Counter({"open": 0, "lost": 0})
        for (furthest, stage), n in reached.items():
            if furthest == rank and stage in outcomes:
                stayed[outcomes[stage]] += n
        if rank in gone and not any(max(furthest, 1) == rank for furthest, stage in reached if stage in outcomes):
            continue
        first = here if first is None else first
        yield (
            steps[0].pipeline, name, here, None if before is None else share(here, before), share(here, first),
            stayed["open"], stayed["lost"],
        )  # fmt: skip
        before = here


def _notes(scope: Scope, reached: Reached) -> Iterator[Block]:
    nowhere = sum(n for (furthest, _), n in reached.items() if not furthest)
    if nowhere:
        yield Note(f"{plural(nowhere, 'lost deal')} of which only the loss is known: in the first step, lost from none.")
    if within(Deal.opened_at, scope.period):
        unknown = Deal.select(Deal.id).where(*living(scope), Deal.opened_at.is_null()).count()
        if unknown:
            yield Note(f"{plural(unknown, 'deal')} of unknown opening day left out.")
