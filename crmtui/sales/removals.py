"""Stages and pipelines taken away: their deals go where it is said, and history keeps naming what is gone."""

from __future__ import annotations

from collections.abc import Sequence

from crmtui.errors import Refused
from crmtui.sales import pipelines, requirements, stages
from crmtui.sales.pipelines import PipelineCard, Step
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.tables import Deal, Pipeline, Stage, StageChange


def delete_stage(stage_id: int, move_to: str = "") -> tuple[Step, int]:
    """Take a stage away; say which it was and how many deals were moved.

    Its deals go to `move_to`, a stage of its pipeline and of the same outcome: nothing is won or lost by it.
    What such a deal lacks of the fields its new stage requires stands in its history. Raises `Refused` while it has deals and
    no stage is named for them, for a stage of another outcome, and for the last open stage of a pipeline.
    """
    with operation() as recorder:
        row = stages.row_of(stage_id)
        step = pipelines.get(stage_id)
        recorder.summary = f"deleted stage {row.name}"
        stages.check_remaining(row)
        deals = _inside([stage_id])
        if deals and not move_to:
            raise Refused(f'stage "{row.name}" has {_counted(deals)}', "say where they go: --move-to STAGE")
        if move_to:
            target = pipelines.get(pipelines.find(move_to, row.pipeline_id))
            if target.id == stage_id:
                raise Refused(f'the deals of "{row.name}" cannot stay in it', "name another stage")
            if deals and target.outcome != row.outcome:
                told = f'the deals of "{row.name}" are {row.outcome}, "{target.name}" is {target.outcome}'
                raise Refused(told, "name a stage of the same outcome, or move them first: crmtui move-deal")
            _move(recorder, deals, {row.outcome: target}, {stage_id: row.name})
        recorder.update(row, deleted_at=recorder.at)
    return step, len(deals)


def delete_pipeline(pipeline_id: int, move_to: str = "") -> tuple[PipelineCard, int]:
    """Take a pipeline and its stages away; say which it was and how many deals were moved.

    Its deals go to the pipeline of the stage `move_to` (`Pipeline/Stage`): those of that stage's outcome into it, the others into
    the first stage of their own outcome. Raises `Refused` while it has deals and no stage is named for them, and for the only one.
    """
    with operation() as recorder:
        card = pipelines.card(pipeline_id)
        recorder.summary = f"deleted pipeline {card.name}"
        if len(pipelines.cards()) == 1:
            raise Refused(f'"{card.name}" is the only pipeline', "add another one first: crmtui add-pipeline")
        deals = _inside([step.id for step in card.stages])
        if deals and not move_to:
            raise Refused(f'pipeline "{card.name}" has {_counted(deals)}', "say where they go: --move-to PIPELINE/STAGE")
        if move_to:
            _move(recorder, deals, _targets(move_to, card), {step.id: step.name for step in card.stages})
        for step in card.stages:
            recorder.update(Stage.get_by_id(step.id), deleted_at=recorder.at)
        recorder.update(Pipeline.get_by_id(pipeline_id), deleted_at=recorder.at)
    return card, len(deals)


def _inside(ids: Sequence[int]) -> list[Deal]:
    return list(Deal.select().where(Deal.stage.in_(list(ids)), Deal.deleted_at.is_null()).order_by(Deal.id))


def _counted(deals: Sequence[Deal]) -> str:
    return "a deal" if len(deals) == 1 else f"{len(deals):,} deals"


def _targets(move_to: str, gone: PipelineCard) -> dict[str, Step]:
    """The stage for the deals of each outcome."""
    target = pipelines.get(pipelines.find(move_to))
    if target.pipeline_id == gone.id:
        raise Refused(f'the deals of "{gone.name}" cannot stay in it', "name a stage of another pipeline: --move-to PIPELINE/STAGE")
    found: dict[str, Step] = {}
    for step in [target, *pipelines.load(target.pipeline_id)]:
        found.setdefault(step.outcome, step)
    return found


def _move(recorder: Recorder, deals: Sequence[Deal], targets: dict[str, Step], names: dict[int, str]) -> None:
    """Move deals each to the stage for its outcome; closed ones stay closed when and as they were."""
    outcomes = {step.id: step.outcome for step in pipelines.load(deleted=True)}
    for deal in deals:
        left = deal.stage_id
        target = targets.get(outcomes[left])
        if target is None:
            raise Refused(f"deal {deal.id} {deal.title} is {outcomes[left]}, and no stage there is", "name a stage of another pipeline")
        recorder.update(deal, stage=target.id, stage_since=recorder.at)
        lacking = requirements.check_entry(target, deal, force=True)
        recorder.insert(
            StageChange, deal=deal.id, from_stage=left, to_stage=target.id, at=recorder.at, rep=current().actor_id,
            note=f"{names[left]} was deleted", forced=",".join(lacking) or None,
        )  # fmt: skip
