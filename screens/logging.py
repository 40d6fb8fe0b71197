"""Logging what was done with a client: a call by two keys, with its note, its next step and the deal's move in one form."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmtui import clock, dates
from crmtui.activities import dialling, interactions, outcomes, tasks
from crmtui.clients import clients
from crmtui.errors import NotFound
from crmtui.sales import deals, followups, losses, pipelines
from crmtui.sales.followups import Logged
from screens import cards, keeper
from screens.forms import fields
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.lines import Line
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

TITLES = {"call": "Call with", "email": "Mail to", "meeting": "Meeting with", "message": "Message to", "note": "Note on"}
SPOKEN = ("call", "meeting")
"""The kinds in which the script of the deal's stage is spoken."""

WAYS = (("out", "we to them"), ("in", "they to us"))


def call(app: CrmApp, chosen: list[Subject]) -> None:
    """Log a call."""
    form(app, "call", chosen)


def email(app: CrmApp, chosen: list[Subject]) -> None:
    """Log a mail."""
    form(app, "email", chosen)


def meeting(app: CrmApp, chosen: list[Subject]) -> None:
    """Log a meeting."""
    form(app, "meeting", chosen)


def message(app: CrmApp, chosen: list[Subject]) -> None:
    """Log a short message."""
    form(app, "message", chosen)


def note(app: CrmApp, chosen: list[Subject]) -> None:
    """Keep a note."""
    form(app, "note", chosen)


async def dial(app: CrmApp, chosen: list[Subject]) -> None:
    """Dial the client's number with the configured program, and log the call with the minutes it took."""
    found = keeper.ask(lambda: about(chosen))
    if found.value is None:
        app.refuse(found)
        return
    client = found.value[0]
    outcome = keeper.ask(lambda: dialling.dial(client))
    if outcome.refused:
        app.refuse(outcome)
        return
    app.say("dialling; the length of the call is counted")
    form(app, "call", chosen, since=now())


def about(chosen: list[Subject]) -> tuple[int, int | None]:
    """The client, and the deal if any, that a record is about. Raises `NotFound`."""
    client, deal = named(chosen[0])
    return _known(client), deal


def named(subject: Subject) -> tuple[int | None, int | None]:
    """The client and the deal that a record names, as far as it names them. Raises `NotFound`."""
    if subject.noun == "client":
        return subject.id, None
    if subject.noun == "deal":
        return deals.get(subject.id).client_id, subject.id
    record: Any = tasks.get(subject.id) if subject.noun == "task" else interactions.load([subject.id])[0]
    return record.client_id, record.deal_id


def now() -> datetime:
    """The moment at which something begins whose minutes will be counted."""
    return clock.now()


def minutes_since(began: datetime | None) -> int | None:
    """Whole minutes since then, each begun one counted; None for no beginning."""
    return None if began is None else max(1, math.ceil((clock.now() - began).total_seconds() / 60))


def _known(client: int | None) -> int:
    if client is None:
        raise NotFound("this has no client", "e gives it one")
    return client


def form(
    app: CrmApp, kind: str, chosen: list[Subject], *, since: datetime | None = None, then: Callable[[Logged], object] | None = None
) -> None:
    """Show the form that logs an interaction of a kind; `since` is when it began, to count its minutes."""
    if not chosen:
        app.say("choose a client first; / finds one")
        return
    outcome = keeper.ask(lambda: _plan(kind, chosen, since))
    if outcome.value is None:
        app.refuse(outcome)
        return
    fill_in(app, outcome.value, then)


def _plan(kind: str, chosen: list[Subject], since: datetime | None) -> Plan:
    client, deal = about(chosen)
    card = clients.get(client)
    open_deals = deals.page(client=client, outcome="open", limit=9)
    about_deal = deal or (open_deals[0].id if len(open_deals) == 1 else None)
    beside = " · ".join([*card.phones[:2], *card.emails[:1], *(f"{each.title}, {each.stage}" for each in open_deals[:2])])

    def save(typed: dict[str, str]) -> Logged:
        given = {name: text.strip() for name, text in typed.items()}
        minutes = fields.number(given["minutes"]) if given.get("minutes") else minutes_since(since)
        return followups.log(
            kind,
            client,
            deal=deals.find(given["deal"]) if given.get("deal") else about_deal,
            direction=given.get("direction") or None,
            outcome=given.get("words") or given.get("outcome", ""),
            minutes=minutes,
            subject=given.get("subject", ""),
            note=given.get("note", ""),
            next_step=given.get("next_step", ""),
            due=dates.read(given["due"]) if given.get("due") else None,
            move_to=given.get("move", ""),
            reason=given.get("reason", ""),
        )

    made = _fields(kind, about_deal, [each.id for each in open_deals])
    said = _script(about_deal) if kind in SPOKEN and about_deal else []
    return Plan(
        f"{TITLES[kind]} {card.name}", made, save, told, place=f"log-{kind}-{client}", beside=beside, aside=(lambda: said) if said else None
    )


def _script(deal: int) -> list[Line]:
    """What is said at the stage of a deal."""
    card = deals.get(deal)
    return cards.script(pipelines.get(card.stage_id)) if card.outcome == "open" else []


def _fields(kind: str, deal: int | None, open_deals: list[int]) -> list[Field]:
    note = Field("note", "Note", prose=True, required=kind == "note")
    if kind == "note":
        return [note, Field("subject", "Subject")]
    usual = outcomes.usual(kind)
    many = len(open_deals) > 1 and deal is None
    return [
        *([Field("outcome", "Outcome", choices=[(word, word) for word in usual])] if usual else []),
        note,
        *([Field("subject", "Subject")] if kind in ("email", "meeting") else []),
        *([fields.whole("minutes", "Minutes")] if kind in ("call", "meeting") else []),
        Field("words", "Other outcome" if usual else "Outcome"),
        Field("direction", "Way", "out", choices=WAYS),
        *([fields.deal("deal", "About the deal")] if many else []),
        Field("next_step", "Next step"),
        fields.day("due", "Due"),
        *([_move(deal), Field("reason", "Why, if lost", offers=_reasons)] if deal else []),
    ]


def _reasons(text: str) -> list[str]:
    return [each for each in losses.reasons() if text.strip().casefold() in each.casefold()]


def _move(deal: int) -> Field:
    """The stage to which the deal moves with this; empty: it stays."""
    card = deals.get(deal)
    home = next(step.pipeline_id for step in pipelines.load(deleted=True) if step.id == card.stage_id)
    return fields.stage("move", "Deal moves to", home, hint=f"it is in {card.stage}")


def told(logged: Logged) -> str:
    """What was logged, in words."""
    parts = [f"logged {logged.interaction.kind} with {logged.interaction.client}"]
    if logged.task:
        parts.append(f"task {logged.task.title}")
    if logged.move:
        parts.append(f"deal to {logged.move.entered}")
    return "; ".join(parts)
