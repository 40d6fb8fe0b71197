"""Stages: added, changed, put in order. Taking them away is in `removals`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from crmtui import texts
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.sales import pipelines, requirements
from crmtui.sales.pipelines import OUTCOMES, Step
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.tables import Deal, Stage, StageChange

LONGEST_LIMIT = 3650
"""Days."""


@dataclass(frozen=True, slots=True)
class StageCard(Step):
    """A stage with how many deals are in it now, and how many have ever entered it."""

    deals: int
    entered: int


def card(stage_id: int) -> StageCard:
    """The stage of an id. Raises `NotFound`."""
    step = pipelines.get(stage_id)
    living = Deal.select(Deal.id).where(Deal.deleted_at.is_null())
    inside = living.where(Deal.stage == stage_id).count()
    entered = StageChange.select(StageChange.deal).where(StageChange.to_stage == stage_id, StageChange.deal.in_(living)).distinct().count()
    return StageCard(**{field.name: getattr(step, field.name) for field in fields(step)}, deals=inside, entered=entered)


def add(
    name: str,
    pipeline: int,
    *,
    after: str = "",
    before: str = "",
    outcome: str = "open",
    probability: int | None = None,
    limit_days: int | None = None,
    require: Sequence[str] = (),
    script: str = "",
    checklist: Sequence[str] = (),
) -> Step:
    """Add a stage to a pipeline, after or before one of its stages, else as the last of its outcome.

    Without a probability it is 100 for a won stage, 0 for a lost one, and halfway between its neighbours for an open one.
    Raises `Refused` for a name the pipeline has, for numbers out of range, and for a place that its outcome cannot have.
    """
    pipelines.card(pipeline)
    with operation() as recorder:
        row = Stage(pipeline=pipeline, outcome=_known(outcome), name="", key="", position=0)
        values = _named(row, name) | _numbers(probability, limit_days)
        recorder.summary = f"added stage {values['name']}"
        order = _order(row, after, before)
        values.setdefault("probability", _between(order, row))
        made = recorder.insert(
            Stage, pipeline=pipeline, outcome=outcome, position=len(order), required=requirements.read(require),
            script=texts.prose(script, "script") or None, checklist=_lines(checklist), **values,
        )  # fmt: skip
        _number(recorder, [made if each is row else each for each in order])
    return pipelines.get(made.id)


def edit(
    stage_id: int,
    *,
    name: str | None = None,
    probability: int | None = None,
    limit_days: int | None = None,
    outcome: str | None = None,
    after: str = "",
    before: str = "",
    require: Sequence[str] | None = None,
    script: str | None = None,
    checklist: Sequence[str] | None = None,
) -> Step:
    """Change a stage; None leaves a value, a limit of 0 takes the limit away, `require` replaces the fields it requires.

    `script` is what a seller says to a client here, `checklist` what is to be done or asked; an empty one takes the former away.

    Deals and history keep pointing at it. Raises `Refused` for a name the pipeline has already, for numbers out of range, for an
    outcome changed while deals are there, for a place that its outcome cannot have; `Unreadable` for an unknown field.
    """
    with operation() as recorder:
        row = row_of(stage_id)
        recorder.summary = f"changed stage {row.name}"
        changes = (_named(row, name) if name is not None else {}) | _numbers(probability, limit_days)
        if outcome is not None:
            changes["outcome"] = _turned(row, outcome)
        if require is not None:
            changes["required"] = requirements.read(require)
        if script is not None:
            changes["script"] = texts.prose(script, "script") or None
        if checklist is not None:
            changes["checklist"] = _lines(checklist)
        turned = changes.get("outcome", row.outcome) != row.outcome
        recorder.update(row, **changes)
        if after or before or turned:
            _number(recorder, _order(row, after, before))
    return pipelines.get(stage_id)


def row_of(stage_id: int) -> Stage:
    """The row of a stage that is not deleted, for the other modules of this area. Raises `NotFound`."""
    row = Stage.get_or_none(Stage.id == stage_id, Stage.deleted_at.is_null())
    if row is None:
        raise NotFound(f"no stage {stage_id}")
    found: Stage = row
    return found


def _named(row: Stage, name: str) -> dict[str, Any]:
    wanted = texts.required(name, "name of the stage")
    twin = Stage.get_or_none(Stage.pipeline == row.pipeline_id, Stage.key == fold(wanted), Stage.deleted_at.is_null())
    if twin is not None and twin.id != row.id:
        raise Refused(f'the pipeline has a stage "{twin.name}" already')
    return {"name": wanted, "key": fold(wanted)}


def _lines(items: Sequence[str]) -> str | None:
    """A checklist as it is kept: a line for each thing, each once; None for none."""
    lines = [texts.line(line, "line of the checklist") for item in items for line in item.split("\n")]
    return "\n".join(dict.fromkeys(line for line in lines if line)) or None


def _numbers(probability: int | None, limit_days: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if probability is not None:
        found["probability"] = _within(probability, 100, "probability")
    if limit_days is not None:
        found["limit_days"] = _within(limit_days, LONGEST_LIMIT, "limit in days") or None
    return found


def _within(value: int, most: int, what: str) -> int:
    if not 0 <= value <= most:
        raise Refused(f"{value} is no {what}", f"from 0 to {most}")
    return value


def _known(outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise Unreadable(f'no outcome "{outcome}"', f"it is one of {', '.join(OUTCOMES)}")
    return outcome


def _turned(row: Stage, outcome: str) -> str:
    if _known(outcome) != row.outcome and Deal.select().where(Deal.stage == row.id).exists():
        raise Refused(f'stage "{row.name}" has deals, its outcome cannot change', "move them first")
    if outcome != row.outcome:
        check_remaining(row)
    return outcome


def check_remaining(row: Stage) -> None:
    """Refuse to take the last open stage from a pipeline. Raises `Refused`."""
    others = Stage.select(Stage.id).where(Stage.pipeline == row.pipeline_id, Stage.outcome == "open", Stage.deleted_at.is_null())
    if row.outcome == "open" and not others.where(Stage.id != row.id).exists():
        raise Refused(f'"{row.name}" is the only stage of its pipeline for open deals', "add another one first: crmtui add-stage")


def _order(row: Stage, after: str, before: str) -> list[Stage]:
    """The stages of the pipeline, deleted ones included, with this one at its new place. Open ones come first, lost ones last."""
    if after and before:
        raise Refused("a stage stands after one or before one, not both", "pass --after or --before")
    query = Stage.select().where(Stage.pipeline == row.pipeline_id).order_by(Stage.position, Stage.id)
    others = [each for each in query if each.id != row.id]
    rank = OUTCOMES.index(row.outcome)
    if not (after or before):
        place = sum(OUTCOMES.index(each.outcome) <= rank for each in others)
        return [*others[:place], row, *others[place:]]
    anchor = pipelines.find(after or before, row.pipeline_id)
    if anchor == row.id:
        raise Refused(f'"{row.name}" cannot stand {"after" if after else "before"} itself')
    place = next(i for i, each in enumerate(others) if each.id == anchor) + bool(after)
    order = [*others[:place], row, *others[place:]]
    ranks = [OUTCOMES.index(each.outcome) for each in order if each.deleted_at is None]
    if ranks != sorted(ranks):
        told = f"{'an' if row.outcome == 'open' else 'a'} {row.outcome} stage cannot stand there"
        raise Refused(told, "open stages come first, then won ones, then lost ones")
    return order


def _between(order: Sequence[Stage], row: Stage) -> int:
    """The probability of a new stage: that of its outcome, or halfway between the open stages beside it."""
    if row.outcome != "open":
        return 100 if row.outcome == "won" else 0
    steps = [each for each in order if each.outcome == "open" and (each is row or each.deleted_at is None)]
    here = next(i for i, each in enumerate(steps) if each is row)
    below = steps[here - 1].probability if here else 0
    above = steps[here + 1].probability if here + 1 < len(steps) else 100
    return (below + above) // 2


def _number(recorder: Recorder, order: Sequence[Stage]) -> None:
    for position, row in enumerate(order):
        recorder.update(row, position=position)
