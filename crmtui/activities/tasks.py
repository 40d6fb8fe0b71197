"""Tasks: added, changed, put off, given to another, completed, cancelled, listed; a repeating one makes its next when it is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crmtui import clock, team, texts
from crmtui.activities import checklists, mentions, waiting
from crmtui.activities.interactions import LONGEST_MINUTES
from crmtui.activities.jobs import Job, TaskPage, load
from crmtui.errors import Candidate, NotFound, Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store import references
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.reading import ids, paged, tuples
from crmtui.store.tables import Deal, Task

if TYPE_CHECKING:
    from crmtui.dates import When

PRIORITIES = ("low", "normal", "high")
STATES = ("open", "done", "cancelled")


@dataclass(frozen=True, slots=True)
class Completed:
    """A task done, and the next one that its repeat rule made, None without a rule.

    `left` are the items of its checklist that were not done, `freed` the open tasks that waited for it.
    """

    task: Job
    following: Job | None
    left: tuple[str, ...] = ()
    freed: tuple[Job, ...] = ()


def add(
    title: str,
    *,
    due: When | str | None = None,
    client: int | None = None,
    deal: int | None = None,
    assignee: int | None = None,
    priority: str = "normal",
    repeat: str = "",
    note: str = "",
    after: int | None = None,
    items: Sequence[str] = (),
    minutes: int | None = None,
) -> Job:
    """Add a task, for the actor unless it is assigned. `repeat` is daily, weekly, monthly, yearly or an RRULE, and needs a due date.

    `due` as text is read with the working hours of whoever is to do it. It waits for the task `after`; `items` are its checklist.
    `minutes` is how long it takes; colleagues whom the note names with an @ find it among their mentions.
    Raises `Refused` without a title and when there is nothing to wait for, `Unreadable` for another priority or rule, or no date.
    """
    _known_priority(priority)
    due = _when(due, assignee) if isinstance(due, str) else due
    if repeat and due is None:
        raise Refused("a repeating task needs a due date", "pass --due")
    named = texts.required(title, "title of the task")
    with operation(f"added task {named}") as recorder:
        waiting.refuse_done(after)
        row = recorder.insert(
            Task,
            title=named,
            priority=priority,
            due_on=due.day if due else None,
            due_at=due.moment if due else None,
            minutes=length(minutes),
            client=client,
            deal=deal,
            assignee=assignee or current().actor_id,
            author=current().actor_id,
            repeat=_rule(repeat),
            note=texts.prose(note, "note") or None,
            after=after,
        )
        checklists.append(recorder, row.id, items)
        mentions.keep(recorder, "task", row.id, row.note, new=True)
    return get(row.id)


def _known_priority(word: str) -> str:
    if word not in PRIORITIES:
        raise Unreadable(f'no priority "{word}"', nearest(word, list(PRIORITIES)) or f"it is one of {', '.join(PRIORITIES)}")
    return word


def length(minutes: int | None) -> int | None:
    """The minutes that something takes, from 0 to a day. Raises `Refused`."""
    if minutes is not None and not 0 <= minutes <= LONGEST_MINUTES:
        raise Refused(f"{minutes} minutes is no length", f"from 0 to {LONGEST_MINUTES:,}")
    return minutes


def _minutes(text: str) -> int | None:
    bare = text.strip()
    if bare and not (bare.isascii() and bare.isdigit() and len(bare) < 6):
        raise Unreadable(f'"{text}" is no number of minutes', f"write a whole number from 0 to {LONGEST_MINUTES:,}")
    return length(int(bare)) if bare else None


def _when(text: str, rep: int | None) -> When | None:
    """A typed due date, None for an empty text."""
    from crmtui.activities import hours

    return hours.read(text, rep) if text.strip() else None


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
    "after": lambda text: find(text) if text.strip() else None,
    "minutes": _minutes,
}
"""The plain fields of a task that can be changed, and how their text is read."""

LISTS = ("items", "done_items", "dropped_items")
"""What `edit` does to the checklist: texts that are put at its end, items that are done, items that are taken off."""


def edit(task_id: int, values: Mapping[str, Any]) -> Job:
    """Change what `values` holds: the fields of `READERS` and `due` as texts, `client`, `deal` and `assignee` as ids, `LISTS` as lists.

    An empty text empties a field. Raises `NotFound`, `Ambiguous` for an item, `Unreadable`, and `Refused` without a title, for a rule
    of repetition without a due date, and for a task that would wait for itself.
    """
    plain = (name for name in values if name not in ("due", *LISTS))
    columns = {name: READERS[name](values[name]) if name in READERS else values[name] for name in plain}
    with operation() as recorder:
        row = _row(task_id)
        recorder.summary = f"changed task {row.title}"
        if "due" in values:
            columns |= _due(values["due"], columns.get("assignee", row.assignee_id))
        if columns.get("repeat", row.repeat) and columns.get("due_on", row.due_on) is None:
            raise Refused("a repeating task needs a due date", "pass --due")
        if columns.get("after", row.after_id) != row.after_id:
            waiting.refuse_done(columns["after"])
            waiting.refuse_circle(task_id, columns["after"])
        if columns.get("assignee", row.assignee_id) != row.assignee_id:
            columns["giver"] = current().actor_id
        recorder.update(row, **columns)
        checklists.append(recorder, task_id, values.get("items", ()))
        checklists.check(task_id, values.get("done_items", ()))
        checklists.drop(recorder, task_id, values.get("dropped_items", ()))
        if "note" in values:
            mentions.keep(recorder, "task", task_id, row.note)
    return get(task_id)


def _due(text: str, rep: int | None) -> dict[str, Any]:
    when = _when(text, rep)
    return {"due_on": when.day if when else None, "due_at": when.moment if when else None}


def delegate(task_id: int, rep: int, *, note: str = "") -> Job:
    """Give an open task to another rep; its author stays, and with whoever gave it finds it under `given_by`. A note is put below its own.

    Raises `NotFound`, and `Refused` when it is not open, when the rep has it already, or works here no longer.
    """
    with operation() as recorder:
        row, other = _open(task_id), team.get(rep)
        recorder.summary = f"gave task {row.title} to {other.name}"
        if row.assignee_id == rep or not other.active:
            why = "has it already" if row.assignee_id == rep else "works here no longer"
            raise Refused(f'task {task_id} "{row.title}" cannot be given to {other.name}, who {why}')
        told = texts.prose("\n".join(part for part in (row.note, texts.prose(note, "note")) if part), "note")
        recorder.update(row, assignee=rep, giver=current().actor_id, note=told or None)
        mentions.keep(recorder, "task", task_id, row.note)
    return get(task_id)


def snooze(task_id: int, until: When | str) -> Job:
    """Put an open task off to another day or moment, not one past; a day alone keeps the time that the task was due at.

    A typed one is read with the working hours of whoever is to do it. Raises `NotFound`, `Refused`, `Unreadable`.
    """
    with operation() as recorder:
        row = _open(task_id)
        recorder.summary = f"snoozed task {row.title}"
        if isinstance(until, str):
            from crmtui.activities import hours

            until = hours.read(until, row.assignee_id)
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
    """Mark a task done, now or at a moment past; a repeating one makes the next of its kind, with the same checklist.

    Neither items that are left nor a task that it waits for stands in the way: who says that it is done knows. Where it was the next
    step of an open deal, the first of the deal's other open tasks takes its place. Raises `NotFound`, `Refused` when it is not open.
    """
    if at is not None and at > clock.now():
        raise Refused(f"{clock.local(at):%Y-%m-%d %H:%M} is in the future")
    with operation() as recorder:
        row = _open(task_id)
        recorder.summary = f"completed task {row.title}"
        recorder.update(row, state="done", done_at=at or recorder.at)
        following = _follow(row) if row.repeat else None
        _pass_step_on(recorder, row)
    freed = tuple(load(waiting.following(task_id)))
    return Completed(get(task_id), get(following) if following else None, checklists.left(task_id), freed)


def _pass_step_on(recorder: Recorder, row: Task) -> None:
    deal = Deal.get_or_none(Deal.id == row.deal_id, Deal.closed_at.is_null(), Deal.deleted_at.is_null()) if row.deal_id else None
    if deal is not None and fold(deal.next_step or "") == fold(row.title):
        ahead = listed(deal=deal.id, limit=1)
        step = (ahead[0].title, ahead[0].due_on) if ahead else (None, None)
        recorder.update(deal, next_step=step[0], next_step_on=step[1])


def _follow(row: Task) -> int | None:
    from crmtui.activities import repeats

    due = repeats.following(row.repeat or "", row.due_on, row.due_at)
    if due is None:
        return None
    with operation() as recorder:
        names = ("title", "priority", "minutes", "client", "deal", "assignee", "author", "repeat", "note")
        made = recorder.insert(Task, **{name: row.__data__[name] for name in names}, due_on=due.day, due_at=due.moment)
        checklists.copy(recorder, row.id, made.id)
    return made.id


def get(task_id: int) -> Job:
    """The task of an id. Raises `NotFound`."""
    _row(task_id)
    return load([task_id])[0]


def page(task_id: int) -> TaskPage:
    """A task with all that belongs to it. Raises `NotFound`."""
    shown = {field.name: getattr(job, field.name) for job in (get(task_id),) for field in fields(Job)}
    return TaskPage(**shown, checklist=checklists.of(task_id), followed_by=tuple(waiting.following(task_id)))


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


def listed(*, state: str | None = "open", limit: int | None = None, offset: int = 0, **filters: Any) -> list[Job]:
    """Tasks by due day and time, those without one after them, those that wait for another last. `state` None: of every state.

    Filters, each left out when empty: `assignee`, `given_by`, `client`, `deal` (ids), `overdue`, `until` (a day, included). What a
    rep gave are the tasks of others of which they are the author or which they handed on.
    """
    query = _filtered(state, **filters)
    due = (Task.due_on.asc(nulls="last"), Task.due_at.asc(nulls="last"), Task.id)
    ordered = query.order_by(*waiting.last(state), *due).offset(offset)
    return list(paged(load, ids(ordered.limit(limit) if limit else ordered)))


def _filtered(
    state: str | None,
    *,
    assignee: int | None = None,
    given_by: int | None = None,
    client: int | None = None,
    deal: int | None = None,
    overdue: bool = False,
    until: date | None = None,
) -> Any:
    query = Task.select(Task.id)
    if state is not None:
        if state not in STATES:
            raise Unreadable(f'no state "{state}"', f"it is one of {', '.join(STATES)}")
        query = query.where(Task.state == state)
    for field, value in ((Task.assignee, assignee), (Task.client, client), (Task.deal, deal)):
        if value:
            query = query.where(field == value)
    if given_by:
        query = query.where(is_given_by(given_by))
    if overdue:
        query = query.where(is_overdue())
    if until:
        query = query.where(Task.due_on <= until)
    return query


def count(*, state: str | None = "open", **filters: Any) -> int:
    """How many tasks pass the filters of `listed`."""
    found: int = _filtered(state, **filters).count()
    return found


def is_given_by(rep: int) -> Any:
    """The condition of a task of another of which a rep is the author, or which the rep handed on."""
    return ((Task.author == rep) | (Task.giver == rep)) & (Task.assignee.is_null() | (Task.assignee != rep))


def is_overdue() -> Any:
    """The condition of an open task whose moment, or whose whole day, is over."""
    today, now = clock.today(), clock.now()
    return (Task.state == "open") & ((Task.due_on < today) | ((Task.due_on == today) & (Task.due_at < now)))


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


__all__ = [
    "LISTS", "PRIORITIES", "READERS", "STATES", "Completed", "Job", "TaskPage", "add", "cancel", "complete", "count", "delegate", "edit",
    "find", "get", "is_given_by", "is_overdue", "labels", "length", "listed", "load", "page", "snooze",
]  # fmt: skip
