"""Tasks and meetings as iCalendar, for calendars: tasks are to-dos, meetings events, each with an id that stays.

Moments are in UTC, and the stamp of an entry is its record's last change, so that the same base gives the same bytes. A repeating task is
the one to-do that it is now: its next is made here when it is done. Alarms there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.errors import Unreadable, nearest
from crmtui.exchange import foreign
from crmtui.store import reading
from crmtui.store.connection import current
from crmtui.store.tables import Client, Interaction, Task

KINDS = ("tasks", "meetings")
_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
_PRIORITY = {"high": 1, "normal": 5, "low": 9}
_END = "END:VCALENDAR\r\n"


def write(stream: TextIO, kinds: Sequence[str] = KINDS, *, rep: int | None = None) -> int:
    """Write the entries of these kinds, all or those of a rep, by their ids; how many they were. Those of deleted clients are left out.

    Raises `Unreadable` for an unknown kind, `Failed` when the package for calendars is not installed.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise Unreadable(f'no "{kind}" in a calendar', nearest(kind, list(KINDS)) or f"kinds: {', '.join(KINDS)}")
    library = foreign.package("icalendar", "calendar")
    calendar = library.Calendar()
    calendar.add("prodid", "-//crmtui//crmtui//EN")
    calendar.add("version", "2.0")
    stream.write(calendar.to_ical().decode().removesuffix(_END))
    count = 0
    with current().reading():
        for kind in kinds:
            for entry in _todos(library, rep) if kind == "tasks" else _events(library, rep):
                stream.write(entry.to_ical().decode())
                count += 1
    stream.write(_END)
    return count


def _todos(library: Any, rep: int | None) -> Iterator[Any]:
    query = Task.select(Task.id).where(_with_the_living(Task)).order_by(Task.id)
    for job in _loaded(tasks.load, query.where(Task.assignee == rep) if rep else query):
        entry = _entry(library.Todo(), "task", job, job.title, job.updated_at)
        entry.add("status", _STATUS[job.state])
        entry.add("priority", _PRIORITY[job.priority])
        due = job.due_at.astimezone(UTC) if job.due_at else job.due_on
        if due:
            entry.add("due", due)
        if job.done_at:
            entry.add("completed", job.done_at.astimezone(UTC))
        yield entry


def _events(library: Any, rep: int | None) -> Iterator[Any]:
    query = Interaction.select(Interaction.id).where(Interaction.kind == "meeting", _with_the_living(Interaction)).order_by(Interaction.id)
    for contact in _loaded(interactions.load, query.where(Interaction.rep == rep) if rep else query):
        told = contact.subject or (f"Meeting with {contact.client}" if contact.client else "Meeting")
        entry = _entry(library.Event(), "interaction", contact, told, contact.created_at)
        start = contact.at.astimezone(UTC)
        entry.add("dtstart", start)
        if contact.minutes:
            entry.add("dtend", start + timedelta(minutes=contact.minutes))
        yield entry


def _with_the_living(table: type[Task] | type[Interaction]) -> Any:
    return table.client.is_null() | table.client.not_in(Client.select(Client.id).where(Client.deleted_at.is_null(False)))


def _loaded(load: Callable[[Sequence[int]], list[Any]], query: Any) -> Iterator[Any]:
    return reading.paged(load, reading.ids(query))


def _entry(entry: Any, noun: str, record: Job | Contact, title: str, changed: datetime) -> Any:
    """What every entry has: its id, its times, what it is about, with whom."""
    entry.add("uid", foreign.uid(noun, record.id, record.created_at))
    entry.add("dtstamp", changed.astimezone(UTC))
    entry.add("created", record.created_at.astimezone(UTC))
    entry.add("last-modified", changed.astimezone(UTC))
    entry.add("summary", foreign.text(title))
    about = [part for part in (record.note, record.deal) if part]
    if about:
        entry.add("description", foreign.text("\n".join(about)))
    if record.client:
        entry.add("contact", foreign.text(record.client))
    return entry
