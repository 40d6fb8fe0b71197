"""The agenda: what is on in a stretch of days, tasks to do beside calls and meetings that were held, and what is overdue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from peewee import fn

from crmtui import clock, periods
from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import HELD, Contact
from crmtui.activities.tasks import Job
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass
from crmtui.periods import Period
from crmtui.store.connection import current
from crmtui.store.reading import ids, paged
from crmtui.store.tables import Interaction, Task

SLOT_MINUTES = 30
"""How long a task with a time takes, and an interaction, of which nobody said how long it takes."""

_CALENDAR = re.compile(r"\d{4}(?:-?q[1-4]|-\d{2})?")
_DAY = timedelta(days=1)
_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """A task or an interaction (`noun`) on its day in the rep's zone, at its moment when it has one, for so many minutes (0 without).

    `kind` is task, call or meeting; `state` open or done. `who` is the rep who shall do it or did it. `clash` says that another entry
    of the same person takes a part of its time.
    """

    noun: str
    id: int
    kind: str
    title: str
    on: date
    at: datetime | None
    minutes: int
    state: str
    overdue: bool
    priority: str | None
    who: str | None
    who_id: int | None
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    clash: bool = False

    @property
    def clock(self) -> str:
        """Its time on the rep's clock, `09:30`; empty without one."""
        return f"{clock.local(self.at):%H:%M}" if self.at else ""


def between(first: date, until: date, *, rep: int | None = None, given_by: int | None = None) -> list[Entry]:
    """What is on from a day up to, not including, another, of a rep or of all: tasks open and done by their due day, calls and meetings.

    By day, those without a time first, then by time. Entries clash when one person's open tasks, calls and meetings overlap, also with
    those of the days beside the stretch. `given_by`: only the tasks that this rep gave to others.
    """
    with current().reading():
        around = [
            *_tasks("open", first - _DAY, until + _DAY, rep, given_by), *_tasks("done", first, until, rep, given_by),
            *(() if given_by else _held(first - _DAY, until + _DAY, rep)),
        ]  # fmt: skip
    clashing = _clashing(around)
    inside = [replace(entry, clash=(entry.noun, entry.id) in clashing) for entry in around if first <= entry.on < until]
    return sorted(inside, key=_place)


def stretch(text: str) -> Period:
    """The days that a person names: a period as `periods.read` reads it, `next-week`, `next-month`, or a day in any words.

    Raises `Unreadable`, also for what has no beginning or no end, and `Undecided` for a day that may be another.
    """
    word = "-".join(text.lower().split())
    if word in ("next-week", "next-month"):
        this = periods.read(word.removeprefix("next-"))
        first = this.until or clock.today()
        return Period(word, first, first + timedelta(weeks=1) if word == "next-week" else periods.month_start(first, 1))
    if word in periods.WORDS or ".." in word or _CALENDAR.fullmatch(word):
        found = periods.read(text)
        if found.first is None or found.until is None:
            raise Unreadable(f'"{text}" has no end', "name its first and its last day: 2026-03-01..2026-03-31")
        return found
    from crmtui import dates

    day = dates.day(text)
    return Period(word, day, day + _DAY)


def soon(minutes: int, *, rep: int | None = None) -> list[Entry]:
    """What begins within so many minutes from now on, of a rep or of all, by time: open tasks with a time. Raises `Refused`."""
    tasks.length(minutes)
    now = clock.now()
    last = now + timedelta(minutes=minutes)
    found = between(clock.local(now).date(), clock.local(last).date() + _DAY, rep=rep)
    return [entry for entry in found if entry.state == "open" and entry.at and now <= entry.at <= last]


def overdue(*, rep: int | None = None, given_by: int | None = None, limit: int = 200) -> list[Entry]:
    """The open tasks, of a rep or of all, or `given_by` a rep to others, whose moment or whole day is over, the oldest first.

    Whether they clash is not asked.
    """
    found = tasks.listed(overdue=True, until=clock.today(), assignee=rep, given_by=given_by, limit=limit)
    return [_of_task(job, job.due_on) for job in found if job.due_on]


def _tasks(state: str, first: date, until: date, rep: int | None, given_by: int | None) -> Iterator[Entry]:
    owned = [*([Task.assignee == rep] if rep else []), *([tasks.is_given_by(given_by)] if given_by else [])]
    # Done tasks have an index by the day they were done alone, which would lead through all of them: reading on is quicker.
    wanted = Task.state == state if state == "open" else fn.COALESCE(Task.state, "") == state
    query = Task.select(Task.id).where(wanted, Task.due_on >= first, Task.due_on < until, *owned)
    return (_of_task(job, job.due_on) for job in paged(tasks.load, ids(query)) if job.due_on)


def _of_task(job: Job, day: date) -> Entry:
    return Entry(
        noun="task", id=job.id, kind="task", title=job.title, on=day, at=job.due_at, minutes=_minutes(job),
        state=job.state, overdue=job.overdue, priority=job.priority, who=job.assignee, who_id=job.assignee_id,
        client=job.client, client_id=job.client_id, deal=job.deal, deal_id=job.deal_id,
    )  # fmt: skip


def _minutes(job: Job) -> int:
    if job.due_at is None:
        return 0
    return SLOT_MINUTES if job.minutes is None else job.minutes


def _held(first: date, until: date, rep: int | None) -> Iterator[Entry]:
    owned = [Interaction.rep == rep] if rep else []
    start, end = clock.midnight(first), clock.midnight(until)
    query = Interaction.select(Interaction.id).where(Interaction.at >= start, Interaction.at < end, Interaction.kind.in_(HELD), *owned)
    return map(_of_contact, paged(interactions.load, ids(query)))


def _of_contact(contact: Contact) -> Entry:
    return Entry(
        noun="interaction", id=contact.id, kind=contact.kind, title=contact.subject or contact.outcome or contact.kind,
        on=clock.local(contact.at).date(), at=contact.at, minutes=SLOT_MINUTES if contact.minutes is None else contact.minutes,
        state="done", overdue=False, priority=None, who=contact.rep, who_id=contact.rep_id,
        client=contact.client, client_id=contact.client_id, deal=contact.deal, deal_id=contact.deal_id,
    )  # fmt: skip


def _place(entry: Entry) -> tuple[date, bool, datetime, str, int]:
    return entry.on, entry.at is not None, entry.at or _BEGINNING, entry.noun, entry.id


Key = tuple[str, int]
Stretch = tuple[datetime, datetime, Key]


def _clashing(entries: Iterable[Entry]) -> set[Key]:
    """The noun and id of those that take a part of each other's time."""
    found: set[Key] = set()
    for stretches in by_person(entries).values():
        ends, last = _BEGINNING, ("", 0)
        for start, end, key in sorted(stretches):
            if start < ends:
                found |= {last, key}
            if end > ends:
                ends, last = end, key
    return found


def by_person(entries: Iterable[Entry]) -> dict[int, list[Stretch]]:
    """Whose time is taken from when to when and by what, by rep; what is done takes none but for calls and meetings."""
    taken: dict[int, list[Stretch]] = defaultdict(list)
    for entry in entries:
        if entry.who_id and entry.at and entry.minutes and (entry.noun != "task" or entry.state == "open"):
            end = entry.at + timedelta(minutes=entry.minutes)
            taken[entry.who_id].append((entry.at, end, (entry.noun, entry.id)))
    return taken
