"""Interactions: calls, mails, meetings, notes, messages; logged once, listed in time order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from peewee import JOIN, ModelSelect

from crmtui import clock, texts
from crmtui.activities import mentions
from crmtui.clients import consents
from crmtui.errors import Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.reading import dicts, ids, paged
from crmtui.store.tables import Client, Deal, Interaction, Rep

if TYPE_CHECKING:
    from crmtui.periods import Period

KINDS = ("call", "email", "meeting", "note", "message")
DIRECTIONS = ("in", "out")
HELD = ("call", "meeting")
"""The kinds that take their time of a day."""

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

    Colleagues whom the note names with an @ find it among their mentions (see `mentions`). A deal without a client named brings its
    own. Raises `Unreadable`, and `Refused` for a moment in the future, a length outside 0 to 1,440 minutes, and a note without a word.
    """
    checked = check(kind, direction=direction, outcome=outcome, minutes=minutes, at=at, subject=subject, note=note)
    client = client or _client_of(deal)
    with operation(f"logged {kind} with {_name(client)}") as recorder:
        row = recorder.insert(
            Interaction,
            client=client,
            deal=deal,
            rep=rep or current().actor_id,
            **(checked | {"at": at or recorder.at}),
        )
        mentions.keep(recorder, "interaction", row.id, row.note, new=True)
    if direction != "in":
        consents.warn(client, kind)
    return load([row.id])[0]


def check(
    kind: str,
    *,
    direction: str | None = None,
    outcome: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
    subject: str = "",
    note: str = "",
) -> dict[str, Any]:
    """The fields of an interaction as they are kept. Pure: nothing is asked of the base.

    Raises `Unreadable`, and `Refused` for a moment in the future, a length outside 0 to 1,440 minutes, and a note without a word.
    """
    if kind not in KINDS:
        raise Unreadable(f'no kind of interaction "{kind}"', nearest(kind, list(KINDS)))
    if direction is not None and direction not in DIRECTIONS:
        raise Unreadable(f'no direction "{direction}"', "it is in or out")
    if minutes is not None and not 0 <= minutes <= LONGEST_MINUTES:
        raise Refused(f"{minutes} minutes is no length", f"from 0 to {LONGEST_MINUTES:,}")
    if at is not None and at > clock.now():
        raise Refused(f"{clock.local(at):%Y-%m-%d %H:%M} is in the future", "what is planned is a task")
    if kind == "note" and not (note.strip() or subject.strip()):
        raise Refused("the note is empty", "write what is worth remembering")
    return {
        "kind": kind,
        "direction": direction,
        "outcome": texts.line(outcome, "outcome") or None,
        "minutes": minutes,
        "at": at,
        "subject_line": texts.line(subject, "subject") or None,
        "note": texts.prose(note, "note") or None,
    }


def _client_of(deal: int | None) -> int | None:
    return Deal.get_by_id(deal).client_id if deal else None


def _name(client: int | None) -> str:
    return Client.get_by_id(client).name if client else "nobody"


def load(wanted: Sequence[int]) -> list[Contact]:
    """The interactions of these ids, in their order."""
    found = {row["id"]: Contact(**row) for row in dicts(_rows().where(Interaction.id.in_(list(wanted))))}
    return [found[id_] for id_ in wanted if id_ in found]


def page(*, limit: int = 50, offset: int = 0, **filters: Any) -> list[Contact]:
    """One page of the interactions that pass the filters (see `matching`), newest first."""
    return load(ids(_newest_first(matching(**filters)).limit(limit).offset(offset)))


def every(**filters: Any) -> Iterator[Contact]:
    """All the interactions that pass the filters, newest first, read a page at a time so that memory stays flat."""
    return paged(load, ids(_newest_first(matching(**filters))))


def count(**filters: Any) -> int:
    """How many interactions pass the filters."""
    return matching(**filters).count()


def matching(
    *,
    client: int | None = None,
    deal: int | None = None,
    rep: int | None = None,
    kind: str | None = None,
    direction: str | None = None,
    outcome: str | None = None,
    period: Period | None = None,
) -> ModelSelect[Interaction]:
    """The ids of the interactions that pass every filter given; `outcome` in any case of its letters A to Z."""
    query = Interaction.select(Interaction.id)
    columns = (Interaction.client, client), (Interaction.deal, deal), (Interaction.rep, rep)
    for field, value in (*columns, (Interaction.kind, kind), (Interaction.direction, direction)):
        if value:
            query = query.where(field == value)
    if outcome:
        query = query.where(Interaction.outcome.collate("NOCASE") == outcome.strip())
    if period and period.start:
        query = query.where(Interaction.at >= period.start)
    if period and period.end:
        query = query.where(Interaction.at < period.end)
    return query


def _newest_first(query: ModelSelect[Interaction]) -> ModelSelect[Interaction]:
    return query.order_by(Interaction.at.desc(), Interaction.id.desc())


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
