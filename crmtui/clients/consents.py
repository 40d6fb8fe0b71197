"""Consent: whether a client may be reached by call, mail, message or post, since when, and where we know it from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crmtui import clock, texts
from crmtui.errors import NotFound, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Consent

CHANNELS = ("call", "email", "message", "post")
STATES = ("granted", "refused", "unknown")
_ANSWERS = {"yes": "granted", "no": "refused", "unknown": "unknown"}
_SAID = {"call": "to be called", "email": "to get mails", "message": "to get messages", "post": "to get post"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client said to one channel (call, email, message, post): granted, refused, or unknown; when, and how we know it."""

    client_id: int
    client: str
    channel: str
    state: str
    at: datetime
    source: str | None
    note: str | None


def answer(client_id: int, channel: str, said: str, *, source: str = "", note: str = "") -> Answer:
    """Keep what a client said to a channel: yes, no, or unknown when it is no longer sure; it stands instead of what was kept before.

    Raises `NotFound`, `Unreadable` for another channel or answer.
    """
    _known(channel, CHANNELS, "channel")
    state = _ANSWERS[_known(said, tuple(_ANSWERS), "answer")]
    told = {"source": texts.line(source, "source") or None, "note": texts.line(note, "note") or None}
    with operation() as recorder:
        client = Client.get_or_none(Client.id == client_id, Client.deleted_at.is_null())
        if client is None:
            raise NotFound(f"no client {client_id}")
        recorder.summary = f"{state} by {client.name}: {channel}"
        row = Consent.get_or_none(Consent.client == client_id, Consent.channel == channel)
        if row is None:
            recorder.insert(Consent, client=client_id, channel=channel, state=state, at=recorder.at, **told)
        elif (row.state, row.source, row.note) != (state, told["source"], told["note"]):
            recorder.update(row, state=state, at=recorder.at, **told)
    return next(each for each in of(client_id) if each.channel == channel)


def _known(word: str, words: Sequence[str], noun: str) -> str:
    if word not in words:
        raise Unreadable(f'no {noun} "{word}"', nearest(word, list(words)) or f"it is one of {', '.join(words)}")
    return word


def of(client_id: int) -> tuple[Answer, ...]:
    """What a client said, channel by channel; channels of which nothing was ever said are left out."""
    fields = (Consent.client, Client.name, Consent.channel, Consent.state, Consent.at, Consent.source, Consent.note)
    rows = Consent.select(*fields).join(Client).where(Consent.client == client_id)
    return tuple(sorted((Answer(*row) for row in tuples(rows)), key=lambda each: CHANNELS.index(each.channel)))


def granted(channel: str) -> Any:
    """The query for the ids of the clients who said yes to a channel. Raises `Unreadable`."""
    _known(channel, CHANNELS, "channel")
    return Consent.select(Consent.client).where(Consent.channel == channel, Consent.state == "granted")


def warn(client_id: int | None, channel: str) -> None:
    """Have whoever reached out to a client told that the client does not want it; nothing when there is nothing to tell."""
    row = Consent.get_or_none(Consent.client == client_id, Consent.channel == channel) if client_id and channel in CHANNELS else None
    if row is not None and row.state == "refused":
        known = f" ({row.source})" if row.source else ""
        current().notes.append(f"client {client_id} does not want {_SAID[channel]}, since {clock.local(row.at):%Y-%m-%d}{known}")


def lead_over(recorder: Recorder, kept: int, gone: int) -> None:
    """Where two clients become one: a refusal of either stands, else what the kept one said, else what the other said."""
    own = {row.channel: row for row in Consent.select().where(Consent.client == kept)}
    for row in list(Consent.select().where(Consent.client == gone).order_by(Consent.id)):
        present = own.get(row.channel)
        if present is None:
            recorder.update(row, client=kept)
            continue
        recorder.delete(row)
        if present.state != "refused" and (row.state == "refused" or present.state == "unknown"):
            recorder.update(present, state=row.state, at=row.at, source=row.source, note=row.note)
