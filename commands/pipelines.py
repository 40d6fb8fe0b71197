"""Commands on pipelines and their stages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Option

from commands.parameters import PipelineRef, StageRef
from commands.results import Done, Listing, Shown

if TYPE_CHECKING:
    from crmtui.sales.pipelines import PipelineCard, Step
    from crmtui.sales.stages import StageCard

Outcome = Literal["open", "won", "lost"]
Stage = Annotated[StageRef, Argument(help="The stage; Pipeline/Stage where several have it.")]
Probability = Annotated[int | None, Option(help="Percent of deals here that are won, 0 to 100.")]
LimitDays = Annotated[int | None, Option(help="Days until a deal here goes cold; 0 for no limit.")]
After = Annotated[str, Option(help="The stage of the pipeline after which it stands.", metavar="STAGE")]
Before = Annotated[str, Option(help="The stage of the pipeline before which it stands.", metavar="STAGE")]
Require = Annotated[
    list[str] | None,
    Option(help="A field that a deal must have filled to enter, like value or next_step; may be given again.", metavar="FIELD"),
]
Script = Annotated[str | None, Option(help="What a seller says to a client here; shown while a call is logged.", metavar="TEXT")]
Checklist = Annotated[list[str] | None, Option(help="Something to do or to ask here; may be given again.", metavar="TEXT")]


def add_pipeline(
    name: Annotated[str, Argument(help="What it is called.")],
    *,
    stages: Annotated[str, Option(help="Its stages, in the order a deal passes them.", metavar="A,B,…")] = "",
) -> Done:
    """Add a pipeline with its stages. One for won and one for lost deals are added unless they are named."""
    from crmtui.sales import pipelines

    return _pipeline("added", pipelines.add(name, [stage for stage in stages.split(",") if stage.strip()]))


def edit_pipeline(
    pipeline: PipelineRef,
    *,
    name: Annotated[str | None, Option(help="What it is called.", metavar="TEXT")] = None,
    position: Annotated[int | None, Option(help="Its place among the pipelines; new deals enter the first, 1.")] = None,
) -> Done:
    """Rename a pipeline, or put it at another place."""
    from crmtui.sales import pipelines

    return _pipeline("changed", pipelines.edit(pipeline, name=name, position=position))


def show_pipeline(pipeline: PipelineRef) -> Shown:
    """Show a pipeline: its stages with what each requires, and how many deals it holds."""
    from crmtui.sales import pipelines

    card = pipelines.card(pipeline)
    return Shown(card, lambda width, bold: _pipeline_lines(card, width, bold))


def list_pipelines() -> Listing:
    """List the pipelines in order, with their stages."""
    from crmtui.present import lists
    from crmtui.sales import pipelines

    return Listing(pipelines.cards(), lists.PIPELINES, pipelines.PipelineCard, empty="no pipelines")


def delete_pipeline(
    pipeline: PipelineRef,
    *,
    move_to: Annotated[str, Option(help="Where its deals go: a stage of another pipeline.", metavar="PIPELINE/STAGE")] = "",
) -> Done:
    """Delete a pipeline. Open deals go to the stage named, closed ones to the stage of their outcome there; history keeps it."""
    from crmtui.sales import removals

    card, moved = removals.delete_pipeline(pipeline, move_to)
    return Done(f"deleted pipeline {card.id} {card.name}{_moved(moved)}", card, card.id)


def add_stage(
    name: Annotated[str, Argument(help="What it is called.")],
    *,
    pipeline: Annotated[PipelineRef | None, Option(help="Its pipeline; the first one otherwise.", metavar="PIPELINE")] = None,
    after: After = "",
    before: Before = "",
    outcome: Annotated[Outcome, Option(help="What a deal here is.")] = "open",
    probability: Probability = None,
    limit_days: LimitDays = None,
    require: Require = None,
    script: Script = None,
    checklist: Checklist = None,
) -> Done:
    """Add a stage to a pipeline: where --after or --before says, else as the last one of its outcome."""
    from crmtui.sales import pipelines, stages

    step = stages.add(
        name, pipeline or pipelines.first_pipeline(), after=after, before=before, outcome=outcome,
        probability=probability, limit_days=limit_days, require=require or (), script=script or "", checklist=checklist or (),
    )  # fmt: skip
    return _stage("added", step)


def edit_stage(
    stage: Stage,
    *,
    name: Annotated[str | None, Option(help="What it is called.", metavar="TEXT")] = None,
    after: After = "",
    before: Before = "",
    outcome: Annotated[Outcome | None, Option(help="What a deal here is; only while it has none.")] = None,
    probability: Probability = None,
    limit_days: LimitDays = None,
    require: Require = None,
    script: Script = None,
    checklist: Checklist = None,
) -> Done:
    """Change a stage. Deals and history keep pointing at it. --require replaces what it required; --require '' takes it away.

    So do --script and --checklist.
    """
    from crmtui.sales import stages

    step = stages.edit(
        stage, name=name, after=after, before=before, outcome=outcome, probability=probability, limit_days=limit_days,
        require=require, script=script, checklist=checklist,
    )  # fmt: skip
    return _stage("changed", step)


def show_stage(stage: Stage) -> Shown:
    """Show a stage: what it means for a deal, what it requires, how many deals are in it and ever were."""
    from crmtui.present import text
    from crmtui.sales import stages

    card = stages.card(stage)
    return Shown(card, lambda _, bold: text.card(_stage_rows(card), bold=bold))


def list_stages(*, pipeline: Annotated[PipelineRef | None, Option(help="Only of this pipeline.", metavar="PIPELINE")] = None) -> Listing:
    """List the stages of the pipelines in the order a deal passes them."""
    from crmtui.present import lists
    from crmtui.sales import pipelines

    return Listing(pipelines.load(pipeline), lists.STAGES, pipelines.Step)


def delete_stage(
    stage: Stage,
    *,
    move_to: Annotated[str, Option(help="The stage of its pipeline to which its deals go.", metavar="STAGE")] = "",
) -> Done:
    """Delete a stage. Its deals go where --move-to says; the history of deals that passed it keeps its name."""
    from crmtui.sales import removals

    step, moved = removals.delete_stage(stage, move_to)
    return Done(f"deleted stage {step.id} {step.pipeline}/{step.name}{_moved(moved)}", step, step.id)


def _pipeline(verb: str, card: PipelineCard) -> Done:
    return Done(f"{verb} pipeline {card.id} {card.name}: {card.way}", card, card.id)


def _stage(verb: str, step: Step) -> Done:
    return Done(f"{verb} stage {step.id} {step.pipeline}/{step.name}", step, step.id)


def _moved(deals: int) -> str:
    return f"; moved {deals:,} deal{'' if deals == 1 else 's'}" if deals else ""


def _pipeline_lines(card: PipelineCard, width: int | None, bold: bool) -> Iterator[str]:
    from crmtui.present import lists, text

    heads = [("pipeline", f"{card.name}  (id {card.id})"), ("place", card.position)]
    yield from text.card([*heads, ("open deals", card.open_deals), ("deals", card.deals)], bold=bold)
    yield ""
    yield from text.table(lists.STAGES, lists.rows(lists.STAGES, card.stages), width=width, bold=bold)
    for step in card.stages:
        if step.script or step.checklist:
            yield ""
            yield from text.card([("stage", step.name), *_told_here(step)], bold=bold)


def _stage_rows(card: StageCard) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [("stage", f"{card.name}  (id {card.id})"), ("pipeline", card.pipeline), ("outcome", card.outcome)]
    rows += [("probability", f"{card.probability} %"), ("limit", f"{card.limit_days} d" if card.limit_days else None)]
    rows += [("requires", card.requires or None), ("deals here", card.deals), ("ever here", card.entered)]
    return [*rows, *_told_here(card)]


def _told_here(step: Step) -> list[tuple[str, Any]]:
    """What a stage says to its sellers."""
    return [("script", step.script), *(("check", item) for item in step.checklist)]
