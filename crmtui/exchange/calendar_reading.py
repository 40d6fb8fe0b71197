"""Meetings from iCalendar files: what lies ahead becomes a task with its time and length, what is over a meeting that was held.

An event is known again by its UID, so that a second run of the same file changes nothing, and one that was moved there moves here too.
A series becomes one task that repeats, for the next of its meetings; those of it that are over are not logged. Attendees are found among
clients and reps by their mail. A task that was done or deleted here stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from crmtui import clock, team
from crmtui.activities import interactions, tasks
from crmtui.dates import When
from crmtui.errors import CrmError
from crmtui.exchange import foreign
from crmtui.exchange.calendar_events import Event, events, kept
from crmtui.exchange.calendar_writing import SYSTEM
from crmtui.exchange.importing import Imported
from crmtui.store import external, imports
from crmtui.store.bulk import selected
from crmtui.store.connection import current
from crmtui.store.imports import Source
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.tables import Interaction, Task

TOLD = 20
"""Rejected events that the result tells."""

_TIMES = ("due_on", "due_at", "at", "minutes")
"""What a calendar may change of our own records: it has their other fields from us, in its own words."""

_CLIENTS = """SELECT p.key, MIN(c.id) FROM contact_point p JOIN client c ON c.id = p.client_id
    WHERE p.kind = 'email' AND c.deleted_at IS NULL AND p.key IN ({keys}) GROUP BY p.key"""
_KNOWN = "SELECT value, kind, record_id FROM external_id WHERE kind IN ('task', 'interaction') AND system = ? AND value IN ({keys})"


@dataclass(slots=True)
class _Tally:
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("created", "updated", "unchanged", "skipped", "rejected"), 0))
    rejects: list[tuple[int, str, str]] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        self.counts["rejected"] += 1
        if len(self.rejects) < TOLD:
            self.rejects.append((line, "", reason))


def run(source: BinaryIO, *, file_name: str = "", rep: int | None = None, clients_only: bool = False) -> Imported:
    """Take in the events of a file as one operation, for a rep: the actor, or who attends, unless one is named.

    With `clients_only` meetings that no client attends are skipped. An event that cannot be read is rejected alone. Raises `Failed` when
    the package for calendars is not installed, `Unreadable` for what is no calendar, `Refused` for too large a file.
    """
    content, sha256 = kept(source)
    tally = _Tally()
    found = events(content, foreign.package("icalendar", "calendar"), tally.reject)
    batch = Source("meetings", file_name or "stdin", sha256, f'{{"rep": {rep or 0}, "clients_only": {int(clients_only)}}}')
    before = imports.earlier(batch)
    with operation() as recorder:
        writing = _Writing(recorder, found, rep)
        for event in found:
            try:
                with recorder.attempt():
                    tally.counts[writing.take(event, clients_only)] += 1
            except CrmError as why:
                tally.reject(event.line, str(why))
        rows = sum(tally.counts.values())
        recorder.summary = f"imported {tally.counts['created'] + tally.counts['updated']:,} meetings from {batch.file}"
        imports.keep(recorder, batch, {"rows": rows, **tally.counts})
    return Imported(
        rows=rows, **tally.counts, operation=None if current().rehearsal else recorder.id, columns={}, rejects_file=None, related={},
        rejects=tuple(sorted(tally.rejects)), notes=(), already=before.id if before else None, already_at=before.at if before else None,
    )  # fmt: skip


class _Writing:
    """The events of one file on their way into the base; who attends and what is known is looked up at once."""

    def __init__(self, recorder: Recorder, found: Sequence[Event], rep: int | None) -> None:
        self._recorder, self._rep = recorder, rep
        mails = {mail for event in found for mail in event.mails}
        self._reps = {fold(member.email): member.id for member in team.load() if member.email and member.active}
        self._clients: dict[str, int] = dict(selected(_CLIENTS, mails - self._reps.keys()))
        self._known = {value: (kind, id_) for value, kind, id_ in selected(_KNOWN, (event.uid for event in found), SYSTEM)}
        missing = {event.uid for event in found} - self._known.keys()
        self._own = _ours(missing) if missing else {}
        self._known |= self._own

    def take(self, event: Event, clients_only: bool) -> str:
        """Write an event; what became of it."""
        clients = [self._clients[mail] for mail in event.mails if mail in self._clients]
        kind, id_ = self._known.get(event.uid, ("", 0))
        if id_:
            return self._renewed(event, kind, id_, clients[:1])
        if event.cancelled or event.over_series or (clients_only and not clients):
            return "skipped"
        made = self._planned(event, clients) if event.ahead else self._held(event, clients)
        external.write(self._recorder, *made, {SYSTEM: event.uid})
        self._known[event.uid] = made
        return "created"

    def _who(self, event: Event) -> int | None:
        """Whose meeting it is: whoever was named, else the actor if they attend or no rep does, else the first rep who does."""
        attending = [self._reps[mail] for mail in event.mails if mail in self._reps]
        actor = current().actor_id
        return self._rep or (actor if actor in attending or not attending else attending[0])

    def _planned(self, event: Event, clients: Sequence[int]) -> tuple[str, int]:
        job = tasks.add(
            event.title, due=When(event.day, event.moment), client=next(iter(clients), None), assignee=self._who(event), repeat=event.rule,
            note=_note(event, clients), minutes=event.minutes if event.moment else None,
        )  # fmt: skip
        return "task", job.id

    def _held(self, event: Event, clients: Sequence[int]) -> tuple[str, int]:
        contact = interactions.log(
            "meeting", client=next(iter(clients), None), at=event.moment or clock.midnight(event.day), subject=event.title,
            note=_note(event, clients), minutes=event.minutes if event.moment else None, rep=self._who(event),
        )  # fmt: skip
        return "interaction", contact.id

    def _renewed(self, event: Event, kind: str, id_: int, clients: Sequence[int]) -> str:
        """Bring a record that is known to what its event says now; in a series the day stays what it has come to here."""
        row: Any = Task.get_or_none(Task.id == id_) if kind == "task" else Interaction.get_or_none(Interaction.id == id_)
        if row is None or (kind == "task" and row.state != "open") or (kind != "task" and event.ahead):
            return "unchanged"
        if event.cancelled:
            if kind == "task":
                tasks.cancel(id_)
            return "updated" if kind == "task" else "unchanged"
        values: dict[str, Any] = {"minutes": event.minutes if event.moment else None, "note": _note(event, clients) or None}
        values |= {"client": clients[0]} if clients else {}
        if kind != "task":
            values |= {"subject_line": event.title, "at": event.moment or clock.midnight(event.day)}
        else:
            values |= {"title": event.title} | ({} if event.rule else {"due_on": event.day, "due_at": event.moment})
        if event.uid in self._own:
            values = {name: value for name, value in values.items() if name in _TIMES and value is not None}
        return "updated" if self._recorder.update(row, **values) else "unchanged"


def _note(event: Event, clients: Sequence[int]) -> str:
    """Where it is and what it is about; the clients who attend beside the first."""
    from crmtui.clients import clients as people

    others = ", ".join(f"{label.label} (client {label.id})" for label in people.labels(list(dict.fromkeys(clients[1:]))))
    return "\n".join(part for part in (event.place, event.about, f"Also: {others}" if others else "") if part)


def _ours(wanted: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Our own records among the UIDs: those that `export-ics` gave out."""
    wanted = set(wanted)
    found: dict[str, tuple[str, int]] = {}
    for noun, query in (
        ("task", Task.select(Task.id, Task.created_at).where(Task.due_on.is_null(False))),
        ("interaction", Interaction.select(Interaction.id, Interaction.created_at).where(Interaction.kind == "meeting")),
    ):
        for row in query.iterator():
            uid = foreign.uid(noun, row.id, row.created_at)
            if uid in wanted:
                found[uid] = (noun, row.id)
    return found
