"""Interactions: calls, mails, meetings, notes, messages; logged once, listed in time order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN

from crmtui import clock, texts
from crmtui.errors import Refused, Unreadable, nearest
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.reading import dicts
from crmtui.store.tables import Client, Deal, Interaction, Rep

KINDS = ("call", "email", "meeting", "note", "message")
DIRECTIONS = ("in", "out")
LONGEST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Contact:
    """An interaction: what kind, which way (`in`, `out`, None), its outcome, its length in minutes, when, who, with whom."""

    id: int
    kind: str
    direction: str | None
    outcome: str | None
    minutes: int | None
    at: datetime
    rep: str | None
    rep_id: int | None
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    subject: str | None
    note: str | None
    created_at: datetime


def log(
    kind: str,
    *,
    client: int | None,
    deal: int | None = None,
    direction: str | None = None,
    outcome: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
    subject: str = "",
    note: str = "",
    rep: int | None = None,
) -> Contact:
    """Log an interaction with a client, about a deal when one is named; now and by the actor unless said otherwise.

    A deal without a client named brings its own. Raises `Unreadable`, and `Refused` for a moment in the future or a length
    outside 0 to 1,440 minutes.
    """
    if kind not in KINDS:
        raise Unreadable(f'no kind of interaction "{kind}"', nearest(kind, list(KINDS)))
    if direction is not None and direction not in DIRECTIONS:
        raise Unreadable(f'no direction "{direction}"', "it is in or out")
    if minutes is not None and not 0 <= minutes <= LONGEST_MINUTES:
        raise Refused(f"{minutes} minutes is no length", f"from 0 to {LONGEST_MINUTES:,}")
    if at is not None and at > clock.now():
        raise Refused(f"{clock.local(at):%Y-%m-%d %H:%M} is in the future", "what is planned is a task")
    client = client or _client_of(deal)
    with operation(f"logged {kind} with {_name(client)}") as recorder:
        row = recorder.insert(
            Interaction,
            kind=kind,
            client=client,
            deal=deal,
            direction=direction,
            outcome=texts.line(outcome, "outcome") or None,
            minutes=minutes,
            at=at or recorder.at,
            subject_line=texts.line(subject, "subject") or None,
            note=texts.prose(note, "note") or None,
            rep=rep or current().actor_id,
        )
    return load([row.id])[0]


def _client_of(deal: int | None) -> int | None:
    return Deal.get_by_id(deal).client_id if deal else None


def _name(client: int | None) -> str:
    return Client.get_by_id(client).name if client else "nobody"


def load(ids: Sequence[int]) -> list[Contact]:
    """The interactions of these ids, in their order."""
    found = {row["id"]: Contact(**row) for row in dicts(_rows().where(Interaction.id.in_(list(ids))))}
    return [found[id_] for id_ in ids if id_ in found]


def of(*, client: int | None = None, deal: int | None = None, limit: int | None = None) -> list[Contact]:
    """What was done with a client or about a deal, newest first."""
    query = _rows().order_by(Interaction.at.desc(), Interaction.id.desc())
    query = query.where(Interaction.client == client) if client else query.where(Interaction.deal == deal)
    return [Contact(**row) for row in dicts(query.limit(limit) if limit else query)]


def _rows() -> Any:
    return (
        Interaction.select(
            Interaction.id, Interaction.kind, Interaction.direction, Interaction.outcome, Interaction.minutes, Interaction.at,
            Rep.name.alias("rep"), Interaction.rep.alias("rep_id"), Client.name.alias("client"), Interaction.client.alias("client_id"),
            Deal.title.alias("deal"), Interaction.deal.alias("deal_id"), Interaction.subject_line.alias("subject"), Interaction.note,
            Interaction.created_at,
        )
        .join(Rep, JOIN.LEFT_OUTER, on=(Interaction.rep == Rep.id))
        .switch(Interaction)
        .join(Client, JOIN.LEFT_OUTER, on=(Interaction.client == Client.id))
        .switch(Interaction)
        .join(Deal, JOIN.LEFT_OUTER, on=(Interaction.deal == Deal.id))
    )  # fmt: skip
