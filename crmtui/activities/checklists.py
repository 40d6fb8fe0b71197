"""Checklists: the items of a task, in order, each done or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peewee import fn

from crmtui import texts
from crmtui.errors import Ambiguous, Candidate, NotFound
from crmtui.frozen import dataclass
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Task, TaskItem

MOST_DIGITS = 9
"""Digits of a number that may be an item's place."""


@dataclass(frozen=True, slots=True)
class Check:
    """An item of a checklist: its place, 1 for the first; when it was done, None when it is not."""

    position: int
    text: str
    done_at: datetime | None


def of(task_id: int) -> tuple[Check, ...]:
    """The items of a task in order."""
    return tuple(Check(row.position, row.text, row.done_at) for row in _rows(task_id))


def left(task_id: int) -> tuple[str, ...]:
    """The items of a task that are not done, in order."""
    return tuple(item.text for item in of(task_id) if item.done_at is None)


def counts(task_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many items these tasks have and how many of them are done, by task; those without any are left out."""
    columns = (TaskItem.task, fn.COUNT(TaskItem.id), fn.COUNT(TaskItem.done_at))
    query = TaskItem.select(*columns).where(TaskItem.task.in_(list(task_ids))).group_by(TaskItem.task)
    return {task: (items, done) for task, items, done in tuples(query)}


def append(recorder: Recorder, task_id: int, items: Sequence[str]) -> None:
    """Put items at the end of a task's list. Raises `Refused` for an empty one."""
    last = max((item.position for item in of(task_id)), default=0)
    for place, text in enumerate(items, last + 1):
        recorder.insert(TaskItem, task=task_id, text=texts.required(text, "item"), position=place)


def copy(recorder: Recorder, task_id: int, to: int) -> None:
    """Give another task the same items, none of them done."""
    append(recorder, to, [item.text for item in of(task_id)])


def check(task_id: int, items: Sequence[str], *, done: bool = True) -> tuple[str, ...]:
    """Mark items of a task done, or not done after all: each named by its place or a part of its text. Their texts.

    What is so already stays as it is. Raises `NotFound`, `Ambiguous`.
    """
    with operation() as recorder:
        recorder.summary = f"{'checked' if done else 'unchecked'} an item of task {_title(task_id)}"
        rows = [_meant(task_id, item) for item in items]
        for row in rows:
            if (row.done_at is None) == done:
                recorder.update(row, done_at=recorder.at if done else None)
    return tuple(row.text for row in rows)


def drop(recorder: Recorder, task_id: int, items: Sequence[str]) -> None:
    """Take items off a task's list; those below move up. Raises `NotFound`, `Ambiguous`."""
    gone = {row.id: row for row in [_meant(task_id, item) for item in items]}
    for row in gone.values():
        recorder.delete(row)
    for place, row in enumerate(_rows(task_id), 1):
        recorder.update(row, position=place)


def _rows(task_id: int) -> list[TaskItem]:
    return list(TaskItem.select().where(TaskItem.task == task_id).order_by(TaskItem.position, TaskItem.id))


def _meant(task_id: int, ref: str) -> TaskItem:
    """The item that a person means: by its place, else by its text or words of it; one that is not done before one that is."""
    rows, bare = _rows(task_id), ref.strip()
    if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS:
        found = [row for row in rows if row.position == int(bare)]
    else:
        key = " ".join(fold(ref).split())
        named = [row for row in rows if key and key in " ".join(fold(row.text).split())]
        found = [row for row in named if fold(row.text).strip() == key] or [row for row in named if row.done_at is None] or named
    listed = ", ".join(f"{row.position} {row.text}" for row in rows)
    if not found:
        raise NotFound(f'no item "{ref}" in task {task_id}', f"items: {listed}" if rows else "it has none")
    if len(found) > 1:
        candidates = [Candidate(row.position, row.text) for row in found]
        raise Ambiguous(f'"{ref}" may be {len(found)} items', candidates, f"say which by its number: {listed}")
    return found[0]


def _title(task_id: int) -> str:
    row = Task.get_or_none(Task.id == task_id)
    if row is None:
        raise NotFound(f"no task {task_id}")
    title: str = row.title
    return title
