"""Commands on leads."""

from __future__ import annotations

from typing import Annotated, Unpack

from typer import Option

from commands.deals import SaleFields, entered, values
from commands.parameters import ClientRef, Many, PipelineRef
from commands.results import Done


def convert_lead(
    client: Annotated[ClientRef, Many("converted")],
    *,
    title: Annotated[str | None, Option(help="What is to be sold; the name of the lead otherwise.")] = None,
    stage: Annotated[str | None, Option(help="The stage the deal enters; the first one otherwise.")] = None,
    pipeline: Annotated[PipelineRef | None, Option(help="The pipeline of that stage; the first one otherwise.")] = None,
    **fields: Unpack[SaleFields],
) -> Done:
    """Make a lead a prospect with a first deal, which takes over the lead's source and owner. A lead is converted once."""
    from crmtui.sales import leads

    deal = leads.convert(client, values(fields, title), stage=entered(stage, pipeline))
    return Done(f"converted lead {client} {deal.client}; deal {deal.id} {deal.title} in {deal.stage}", deal, deal.id)


def disqualify_lead(
    client: Annotated[ClientRef, Many("disqualified")],
    *,
    reason: Annotated[str, Option(help="Why nothing will come of it.")],
) -> Done:
    """Give a lead or prospect up, for a reason that is kept."""
    from crmtui.sales import leads

    card = leads.disqualify(client, reason)
    return Done(f"disqualified lead {card.id} {card.name}: {card.status_reason}", card, card.id)
