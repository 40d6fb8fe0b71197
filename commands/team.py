"""Commands on reps and on the stages of the pipelines."""

from __future__ import annotations

from typing import Annotated, Literal

from typer import Argument, Option

from commands.parameters import PipelineRef, RepRef, StageRef
from commands.results import Done, Listing


def add_rep(
    name: Annotated[str, Argument(help="First and last name.")],
    *,
    email: Annotated[str, Option(help="The rep's mail.", metavar="MAIL")] = "",
    manager: Annotated[RepRef | None, Option(help="The rep who manages them.", metavar="REP")] = None,
    region: Annotated[str, Option(help="Where they sell.", metavar="TEXT")] = "",
) -> Done:
    """Add someone who works here."""
    from crmtui import team

    member = team.add({"name": name, "email": email, "region": region, "manager": manager})
    return Done(f"added rep {member.id} {member.name}", member, member.id)


def list_reps() -> Listing:
    """List the reps by name."""
    from crmtui import team
    from crmtui.present import lists

    return Listing(team.load(), lists.REPS, team.Member, empty="no reps")


def list_stages(*, pipeline: Annotated[PipelineRef | None, Option(help="Only of this pipeline.", metavar="PIPELINE")] = None) -> Listing:
    """List the stages of the pipelines in the order a deal passes them."""
    from crmtui.present import lists
    from crmtui.sales import pipelines

    return Listing(pipelines.load(pipeline), lists.STAGES, pipelines.Step)


def edit_stage(
    stage: Annotated[StageRef, Argument(help="The stage; Pipeline/Stage where several have it.")],
    *,
    name: Annotated[str | None, Option(help="What it is called.", metavar="TEXT")] = None,
    probability: Annotated[int | None, Option(help="Percent of deals here that are won, 0 to 100.")] = None,
    limit_days: Annotated[int | None, Option(help="Days until a deal here goes cold; 0 for no limit.")] = None,
    outcome: Annotated[Literal["open", "won", "lost"] | None, Option(help="What a deal here is; only while it has none.")] = None,
) -> Done:
    """Change a stage. Deals and history keep pointing at it."""
    from crmtui.sales import pipelines

    step = pipelines.edit(stage, name=name, probability=probability, limit_days=limit_days, outcome=outcome)
    return Done(f"changed stage {step.id} {step.pipeline}/{step.name}", step, step.id)
