"""Tasks and meetings as iCalendar, for calendars: tasks are to-dos, meetings events, each with an id that stays.

A task with a time and a length is a meeting that is planned, and so an event. One that came from a calendar keeps its id there.
Moments are in UTC, and the stamp of an entry is its record's last change, so that the same base gives the same bytes. A repeating task is
the one entry that it is now: its next is made here when it is done. Alarms there are none unless they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

from crmtui import clock
from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.errors import Unreadable, nearest
from crmtui.exchange import foreign
from crmtui.store import external, reading
from crmtui.store.connection import current
from crmtui.store.tables import Client, Interaction, Task

KINDS = ("tasks", "meetings")
SYSTEM = "calendar"
"""The system whose ids are those of entries that came from a calendar."""

_STATUS = {"open": "NEEDS-ACTION", "done": "COMPLETED", "cancelled": "CANCELLED"}
_PRIORITY = {"high": 1, "normal": 5, "low": 9}
_END = "END:VCALENDAR\r\n"


def write(stream: TextIO, kinds: Sequence[str] = KINDS, *, rep: int | None = None, remind: int | None = None) -> int:
    """Write the entries of these kinds, all or those of a rep, by their ids; how many they were. Those of deleted clients are left out.

    With `remind` what is open and has a time rings so many minutes before. Raises `Refused` for no such length, `Unreadable` for
    an unknown kind, `Failed` when the package for calendars is not installed.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise Unreadable(f'no "{kind}" in a calendar', nearest(kind, list(KINDS)) or f"kinds: {', '.join(KINDS)}")
    tasks.length(remind)
    clock.now()  # one that makes no sense is told before anything is written
    library = foreign.package("icalendar", "calendar")
    calendar = library.Calendar()
    calendar.add("prodid", "-//crmtui//crmtui//EN")
    calendar.add("version", "2.0")
    stream.write(calendar.to_ical().decode().removesuffix(_END))
    count = 0
    with current().reading():
        for kind in kinds:
            for entry in _todos(library, rep, remind) if kind == "tasks" else _events(library, rep, remind):
                stream.write(entry.to_ical().decode())
                count += 1
    stream.write(_END)
    return count


def _todos(library: Any, rep: int | None, remind: int | None) -> Iterator[Any]:
    query = Task.select(Task.id).where(_with_the_living(Task), ~_PLANNED).order_by(Task.id)
    for job in _loaded(tasks.load, query.where(Task.assignee == rep) if rep else query):
        entry = _entry(library.Todo(), "task", job, job.title, job.updated_at)
        entry.add("status", _STATUS[job.state])
        entry.add("priority", _PRIORITY[job.priority])
        due = job.due_at.astimezone(UTC) if job.due_at else job.due_on
        if due:
            entry.add("due", due)
        if job.done_at:
            entry.add("completed", job.done_at.astimezone(UTC))
        yield _ringing(library, entry, job, remind)


_PLANNED = Task.due_at.is_null(False) & Task.minutes.is_null(False)
"""The condition of a task that is a meeting."""


def _ringing(library: Any, entry: Any, job: Job, remind: int | None) -> Any:
    """An entry with an alarm, where one was asked for and the time is not over."""
    if remind is not None and job.state == "open" and job.due_at and job.due_at > clock.now():
        alarm = library.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", foreign.text(job.title))
        alarm.add("trigger", timedelta(minutes=-remind), parameters={} if job.minutes is not None else {"RELATED": "END"})
        entry.add_component(alarm)
    return entry


def _planned(library: Any, rep: int | None, remind: int | None) -> Iterator[Any]:
    query = Task.select(Task.id).where(_with_the_living(Task), _PLANNED).order_by(Task.id)
    for job in _loaded(tasks.load, query.where(Task.assignee == rep) if rep else query):
        entry = _entry(library.Event(), "task", job, job.title, job.updated_at)
        start = (job.due_at or job.created_at).astimezone(UTC)
        entry.add("dtstart", start)
        entry.add("dtend", start + timedelta(minutes=job.minutes or 0))
        entry.add("status", "CANCELLED" if job.state == "cancelled" else "CONFIRMED")
        yield _ringing(library, entry, job, remind)


def _events(library: Any, rep: int | None, remind: int | None) -> Iterator[Any]:
    yield from _planned(library, rep, remind)
    query = Interaction.select(Interaction.id).where(Interaction.kind == "meeting", _with_the_living(Interaction)).order_by(Interaction.id)
    for contact in _loaded(interactions.load, query.where(Interaction.rep == rep) if rep else query):
        told = contact.subject or (f"Meeting with {contact.client}" if contact.client else "Meeting")
        entry = _entry(library.Event(), "interaction", contact, told, contact.created_at)
        start = contact.at.astimezone(UTC)
        entry.add("dtstart", start)
        if contact.minutes:
            entry.add("dtend", start + timedelta(minutes=contact.minutes))
        yield entry


def _uid(noun: str, record: Job | Contact) -> str:
    """The id that the calendar gave it from which it came, else ours. One meeting of a series has no id of its own there."""
    given = external.of(noun, [record.id]).get(record.id, {}).get(SYSTEM, "")
    return given if given and "/" not in given else foreign.uid(noun, record.id, record.created_at)


def _with_the_living(table: type[Task] | type[Interaction]) -> Any:
    return table.client.is_null() | table.client.not_in(Client.select(Client.id).where(Client.deleted_at.is_null(False)))


def _loaded(load: Callable[[Sequence[int]], list[Any]], query: Any) -> Iterator[Any]:
    return reading.paged(load, reading.ids(query))


def _entry(entry: Any, noun: str, record: Job | Contact, title: str, changed: datetime) -> Any:
    """What every entry has: its id, its times, what it is about, with whom."""
    entry.add("uid", _uid(noun, record))
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
