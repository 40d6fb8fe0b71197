"""Commands on what the program suggests to do next."""

from __future__ import annotations

from typing import Annotated, Literal

from typer import Argument, Option

from commands.parameters import RepRef
from commands.results import Done, Listing


def suggest(
    *,
    owner: Annotated[RepRef | None, Option(help="Only about this rep's deals, tasks and clients; me for yours.", metavar="REP")] = None,
    limit: Annotated[int, Option(help="How many lines at most.", min=1, max=1_000_000_000)] = 20,
) -> Listing:
    """Suggest what to do now and whom to call, each with its reason, most money at risk first.

    What was hidden by hide-suggestion is left out.
    """
    from crmtui.present import lists
    from crmtui.sales import suggestions

    found = suggestions.listed(owner, limit=limit)
    return Listing(found, lists.SUGGESTIONS, suggestions.Suggestion, empty="nothing waits: every deal and client is looked after")


def hide_suggestion(
    noun: Annotated[Literal["client", "deal", "task"], Argument(help="About what it is.")],
    ref: Annotated[str, Argument(help="Which one: its id, its name, or a part of it that only one has.", metavar="REF")],
    *,
    why: Annotated[
        Literal["step", "task", "late", "cold", "idle", "call back", "lead", "silent"] | None,
        Option(help="Hide it only while this is the first reason."),
    ] = None,
    days: Annotated[int, Option(help="For how many days.")] = 7,
) -> Done:
    """Hide from yourself what is suggested about a record. It comes back after some days, and at once when the record is changed."""
    from crmtui.present import text
    from crmtui.sales import finding, suggestions

    hidden = suggestions.hide(noun, finding.NOUNS[noun].find(ref), why or "", days=days)
    return Done(f"hid what is suggested about {noun} {hidden.id} {hidden.title} until {text.value(hidden.until)}", hidden, hidden.id)
