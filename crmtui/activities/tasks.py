"""Tasks: added, changed, put off, completed, cancelled, listed; a repeating one makes its next when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from peewee import JOIN

from crmtui import clock, texts
from crmtui.errors import Candidate, NotFound, Refused, Unreadable, nearest
from crmtui.store import references
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.keys import fold
from crmtui.store.reading import dicts, ids, paged, tuples
from crmtui.store.tables import Client, Deal, Rep, Task

if TYPE_CHECKING:
    from crmtui.dates import When

PRIORITIES = ("low", "normal", "high")
STATES = ("open", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Job:
    """A task. `due_on` is a day in the rep's zone; `due_at` the moment when a time was named, else None."""

    id: int
    title: str
    state: str
    priority: str
    due_on: date | None
    due_at: datetime | None
    overdue: bool
    assignee: str | None
    assignee_id: int | None
    author: str | None
    author_id: int | None
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    repeat: str | None
    note: str | None
    done_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Completed:
    """A task done, and the next one that its repeat rule made, None without a rule."""

    task: Job
    following: Job | None


def add(
    title: str,
    *,
    due: When | None = None,
    client: int | None = None,
    deal: int | None = None,
    assignee: int | None = None,
    priority: str = "normal",
    repeat: str = "",
    note: str = "",
) -> Job:
    """Add a task, for the actor unless it is assigned. `repeat` is daily, weekly, monthly, yearly or an RRULE, and needs a due date.

    Raises `Refused` without a title, `Unreadable` for another priority or rule.
    """
    _known_priority(priority)
    if repeat and due is None:
        raise Refused("a repeating task needs a due date", "pass --due")
    named = texts.required(title, "title of the task")
    with operation(f"added task {named}") as recorder:
        row = recorder.insert(
            Task,
            title=named,
            priority=priority,
            due_on=due.day if due else None,
            due_at=due.moment if due else None,
            client=client,
            deal=deal,
            assignee=assignee or current().actor_id,
            author=current().actor_id,
            repeat=_rule(repeat),
            note=texts.prose(note, "note") or None,
        )
    return get(row.id)


def _known_priority(word: str) -> str:
    if word not in PRIORITIES:
        raise Unreadable(f'no priority "{word}"', nearest(word, list(PRIORITIES)) or f"it is one of {', '.join(PRIORITIES)}")
    return word


def _rule(text: str) -> str | None:
    if not text:
        return None
    from crmtui.activities import repeats

    return repeats.rule(text)


READERS: dict[str, Callable[[str], Any]] = {
    "title": lambda text: texts.required(text, "title of the task"),
    "priority": _known_priority,
    "repeat": lambda text: _rule(text.strip()),
    "note": lambda text: texts.prose(text, "note") or None,
}
"""The plain fields of a task that can be changed, and how their text is read."""


def edit(task_id: int, values: Mapping[str, Any]) -> Job:
    """Change what `values` holds: the fields of `READERS` and `due` as texts, `client`, `deal` and `assignee` as ids.

    An empty text empties a field. Raises `NotFound`, `Unreadable`, and `Refused` without a title, and for a rule of repetition
    without a due date.
    """
    columns = {name: READERS[name](value) if name in READERS else value for name, value in values.items() if name != "due"}
    if "due" in values:
        columns |= _due(values["due"])
    with operation() as recorder:
        row = _row(task_id)
        recorder.summary = f"changed task {row.title}"
        if columns.get("repeat", row.repeat) and columns.get("due_on", row.due_on) is None:
            raise Refused("a repeating task needs a due date", "pass --due")
        recorder.update(row, **columns)
    return get(task_id)


def _due(text: str) -> dict[str, Any]:
    from crmtui import dates

    when = dates.read(text) if text.strip() else None
    return {"due_on": when.day if when else None, "due_at": when.moment if when else None}


def snooze(task_id: int, until: When) -> Job:
    """Put an open task off to another day or moment, not one past; a day alone keeps the time that the task was due at.

    Raises `NotFound`, `Refused`.
    """
    with operation() as recorder:
        row = _open(task_id)
        recorder.summary = f"snoozed task {row.title}"
        moment = until.moment
        if moment is None and row.due_at is not None:
            moment = clock.at(until.day, clock.local(row.due_at).time())
        if until.day < clock.today() or (moment is not None and moment < clock.now()):
            told = clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else until.day
            raise Refused(f"{told} is past", "a task is put off to a time to come")
        recorder.update(row, due_on=until.day, due_at=moment)
    return get(task_id)


def cancel(task_id: int) -> Job:
    """Take an open task off the lists without its being done, and so the end of a repeating one; it is kept as cancelled.

    Raises `NotFound`, `Refused` when it is not open.
    """
    with operation() as recorder:
        row = _open(task_id)
        recorder.summary = f"deleted task {row.title}"
        recorder.update(row, state="cancelled")
    return get(task_id)


def complete(task_id: int, *, at: datetime | None = None) -> Completed:
    """Mark a task done, now or at a moment past; a repeating one makes the next of its kind.

    Raises `NotFound`, `Refused` when it is not open.
    """
    if at is not None and at > clock.now():
        raise Refused(f"{clock.local(at):%Y-%m-%d %H:%M} is in the future")
    with operation() as recorder:
        row = _open(task_id)
        recorder.summary = f"completed task {row.title}"
        recorder.update(row, state="done", done_at=at or recorder.at)
        following = _follow(row) if row.repeat else None
    return Completed(get(task_id), get(following) if following else None)


def _follow(row: Task) -> int | None:
    from crmtui.activities import repeats

    due = repeats.following(row.repeat or "", row.due_on, row.due_at)
    if due is None:
        return None
    with operation() as recorder:
        names = ("title", "priority", "client", "deal", "assignee", "author", "repeat", "note")
        made = recorder.insert(Task, **{name: row.__data__[name] for name in names}, due_on=due.day, due_at=due.moment)
    return made.id


def get(task_id: int) -> Job:
    """The task of an id. Raises `NotFound`."""
    _row(task_id)
    return load([task_id])[0]


def find(ref: str) -> int:
    """The id of the task that a person means: id, title or part of it; an open one before a done one. Raises `NotFound`, `Ambiguous`."""
    digits = ref.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit() and int(digits) <= references.LARGEST_ID and Task.get_or_none(Task.id == int(digits)):
        return int(digits)
    wanted = fold(ref).split()
    query = Task.select(Task.id, Task.title).where(Task.state == "open").order_by(Task.id)
    found = [id_ for id_, title in tuples(query) if wanted and all(word in fold(title) for word in wanted)]
    return references.chosen("task", ref, found, labels)


def labels(wanted: Sequence[int]) -> list[Candidate]:
    """The words that tell tasks apart: title, due day, client."""
    return [Candidate(job.id, _label(job)) for job in load(wanted)]


def _label(job: Job) -> str:
    beside = [str(part) for part in (job.due_on, job.client) if part]
    return f"{job.title} ({', '.join(beside)})" if beside else job.title


def load(wanted: Sequence[int]) -> list[Job]:
    """The tasks of these ids in their order."""
    found = {job.id: job for job in _jobs(_rows().where(Task.id.in_(list(wanted))))}
    return [found[id_] for id_ in wanted if id_ in found]


def listed(
    *,
    state: str | None = "open",
    assignee: int | None = None,
    client: int | None = None,
    deal: int | None = None,
    overdue: bool = False,
    until: date | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Job]:
    """Tasks by due day and time, those without one last. `state` None: of every state; `until` includes its day."""
    query = _filtered(state, assignee, client, deal, overdue, until)
    ordered = query.order_by(Task.due_on.asc(nulls="last"), Task.due_at.asc(nulls="last"), Task.id).offset(offset)
    return list(paged(load, ids(ordered.limit(limit) if limit else ordered)))


def _filtered(state: str | None, assignee: int | None, client: int | None, deal: int | None, overdue: bool, until: date | None) -> Any:
    query = Task.select(Task.id)
    if state is not None:
        if state not in STATES:
            raise Unreadable(f'no state "{state}"', f"it is one of {', '.join(STATES)}")
        query = query.where(Task.state == state)
    for field, value in ((Task.assignee, assignee), (Task.client, client), (Task.deal, deal)):
        if value:
            query = query.where(field == value)
    if overdue:
        query = query.where(is_overdue())
    if until:
        query = query.where(Task.due_on <= until)
    return query


def count(**filters: Any) -> int:
    """How many tasks pass the filters of `listed`."""
    names = {"state": "open", "assignee": None, "client": None, "deal": None, "overdue": False, "until": None}
    found: int = _filtered(**(names | filters)).count()
    return found


def is_overdue() -> Any:
    """The condition of an open task whose moment, or whose whole day, is over."""
    today, now = clock.today(), clock.now()
    return (Task.state == "open") & ((Task.due_on < today) | ((Task.due_on == today) & (Task.due_at < now)))


def _rows() -> Any:
    author = Rep.alias()
    fields = ("id", "title", "state", "priority", "due_on", "due_at", "repeat", "note", "done_at", "created_at", "updated_at")
    return (
        Task.select(
            *(getattr(Task, name) for name in fields),
            Rep.name.alias("assignee"), Task.assignee.alias("assignee_id"), author.name.alias("author"), Task.author.alias("author_id"),
            Client.name.alias("client"), Task.client.alias("client_id"), Deal.title.alias("deal"), Task.deal.alias("deal_id"),
        )
        .join(Rep, JOIN.LEFT_OUTER, on=(Task.assignee == Rep.id))
        .switch(Task)
        .join(author, JOIN.LEFT_OUTER, on=(Task.author == author.id))
        .switch(Task)
        .join(Client, JOIN.LEFT_OUTER, on=(Task.client == Client.id))
        .switch(Task)
        .join(Deal, JOIN.LEFT_OUTER, on=(Task.deal == Deal.id))
    )  # fmt: skip


def _jobs(query: Any) -> Iterator[Job]:
    today, now = clock.today(), clock.now()
    for row in dicts(query):
        due_on, due_at = row["due_on"], row["due_at"]
        late = row["state"] == "open" and due_on is not None and (due_on < today or (due_at is not None and due_at < now))
        yield Job(**row, overdue=late)


def _open(task_id: int) -> Task:
    row = _row(task_id)
    if row.state != "open":
        raise Refused(f'task {task_id} "{row.title}" is {row.state} already')
    return row


def _row(task_id: int) -> Task:
    row = Task.get_or_none(Task.id == task_id)
    if row is None:
        raise NotFound(f"no task {task_id}")
    found: Task = row
    return found
