"""The agenda: what is on in a stretch of days, tasks to do beside calls and meetings that were held, and what is overdue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from peewee import fn

from crmtui import clock
from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.store.connection import current
from crmtui.store.reading import ids, paged
from crmtui.store.tables import Interaction, Task

SLOT_MINUTES = 30
"""How long a task with a time takes, and an interaction of which nobody noted how long it took."""

HELD = ("call", "meeting")
"""The kinds of interactions that take their time of a day."""

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


def between(first: date, until: date, *, rep: int | None = None) -> list[Entry]:
    """What is on from a day up to, not including, another, of a rep or of all: tasks open and done by their due day, calls and meetings.

    By day, those without a time first, then by time. Entries clash when one person's open tasks, calls and meetings overlap, also with
    those of the days beside the stretch.
    """
    with current().reading():
        around = [
            *_tasks("open", first - _DAY, until + _DAY, rep), *_tasks("done", first, until, rep), *_held(first - _DAY, until + _DAY, rep)
        ]  # fmt: skip
    clashing = _clashing(around)
    inside = [replace(entry, clash=(entry.noun, entry.id) in clashing) for entry in around if first <= entry.on < until]
    return sorted(inside, key=_place)


def overdue(*, rep: int | None = None, limit: int = 200) -> list[Entry]:
    """The open tasks, of a rep or of all, whose moment or whole day is over, the oldest first. Whether they clash is not asked."""
    found = tasks.listed(overdue=True, until=clock.today(), assignee=rep, limit=limit)
    return [_of_task(job, job.due_on) for job in found if job.due_on]


def _tasks(state: str, first: date, until: date, rep: int | None) -> Iterator[Entry]:
    owned = [Task.assignee == rep] if rep else []
    # Done tasks have an index by the day they were done alone, which would lead through all of them: reading on is quicker.
    wanted = Task.state == state if state == "open" else fn.COALESCE(Task.state, "") == state
    query = Task.select(Task.id).where(wanted, Task.due_on >= first, Task.due_on < until, *owned)
    return (_of_task(job, job.due_on) for job in paged(tasks.load, ids(query)) if job.due_on)


def _of_task(job: Job, day: date) -> Entry:
    return Entry(
        noun="task", id=job.id, kind="task", title=job.title, on=day, at=job.due_at, minutes=SLOT_MINUTES if job.due_at else 0,
        state=job.state, overdue=job.overdue, priority=job.priority, who=job.assignee, who_id=job.assignee_id,
        client=job.client, client_id=job.client_id, deal=job.deal, deal_id=job.deal_id,
    )  # fmt: skip


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
    for stretches in _by_person(entries).values():
        ends, last = _BEGINNING, ("", 0)
        for start, end, key in sorted(stretches):
            if start < ends:
                found |= {last, key}
            if end > ends:
                ends, last = end, key
    return found


def _by_person(entries: Iterable[Entry]) -> dict[int, list[Stretch]]:
    """Whose time is taken from when to when; what is done takes none but for calls and meetings."""
    taken: dict[int, list[Stretch]] = defaultdict(list)
    for entry in entries:
        if entry.who_id and entry.at and entry.minutes and (entry.noun != "task" or entry.state == "open"):
            end = entry.at + timedelta(minutes=entry.minutes)
            taken[entry.who_id].append((entry.at, end, (entry.noun, entry.id)))
    return taken
