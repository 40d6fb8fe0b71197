"""Commands on leads."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Unpack

from typer import Argument, Option

from commands.deals import SaleFields, entered, values
from commands.output import say
from commands.parameters import ClientRef, Many, PipelineRef
from commands.results import Done, Listing

if TYPE_CHECKING:
    from crmtui.exchange.forms import Defaults
    from crmtui.sales.intake import Captured


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


def capture_lead(
    file: Annotated[str, Argument(help="The file, or - for stdin.")],
    *,
    source: Annotated[str, Option(help="Where requests come from that do not say.")] = "web",
    system: Annotated[str, Option(help="Whose ids the external ids are.")] = "web",
    key_field: Annotated[
        str, Option("--key-field", help="The field that is the same when a request is delivered again.", show_default="delivery")
    ] = "",
    pipeline: Annotated[PipelineRef | None, Option(help="The pipeline the deals enter; the first one otherwise.")] = None,
) -> Listing:
    """Take in requests, a JSON object or a URL-encoded form a line: each finds or makes its client and makes a deal with a first task.

    Each request is one operation. One that is delivered again changes nothing. Bad lines are told with their number; the others go in.
    """
    from crmtui.exchange.forms import Defaults
    from crmtui.present import lists
    from crmtui.sales.intake import Captured

    bad: list[int] = []
    found = _captured(file, Defaults(source, system, key_field), pipeline, bad)
    return Listing(found, lists.CAPTURED, Captured, empty="no request was taken in", code=lambda: 6 if bad else 0)


def _captured(file: str, defaults: Defaults, pipeline: int | None, bad: list[int]) -> Iterator[Captured]:
    from crmtui import sources
    from crmtui.exchange import capturing

    def aside(line: int, reason: str) -> None:
        bad.append(line)
        say(f"line {line}: {reason}")

    if file == "-":
        yield from capturing.run(sys.stdin.buffer, defaults, aside, pipeline=pipeline)
        return
    with sources.opened(file) as stream:
        yield from capturing.run(stream, defaults, aside, pipeline=pipeline)
