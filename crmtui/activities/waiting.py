"""Tasks that wait for another: which one is to be done before, who is free once it is, and that no circle arises."""

from __future__ import annotations

from typing import Any

from peewee import Case

from crmtui.errors import NotFound, Refused
from crmtui.store.reading import ids
from crmtui.store.tables import Task


def refuse_circle(task_id: int, after: int | None) -> None:
    """Raises `Refused` when a task would wait for itself, directly or through others, `NotFound` for one that is not there."""
    step, seen = after, {task_id}
    while step is not None:
        if step in seen:
            raise Refused(f"task {task_id} cannot wait for task {after}, which waits for it", "name one that can be done before")
        seen.add(step)
        row = Task.get_or_none(Task.id == step)
        if row is None:
            raise NotFound(f"no task {step}")
        step = row.after_id


def refuse_done(after: int | None) -> None:
    """Raises `Refused` for a task that nobody need wait for: it is not open any more."""
    row = Task.get_or_none(Task.id == after) if after else None
    if row is not None and row.state != "open":
        raise Refused(f'task {after} "{row.title}" is {row.state} already', "there is nothing to wait for")


def following(task_id: int) -> list[int]:
    """The open tasks that wait for this one, in the order in which they were added."""
    return ids(Task.select(Task.id).where(Task.after == task_id, Task.state == "open").order_by(Task.id))


def last(state: str | None) -> list[Any]:
    """How tasks of this state (None: any) are ordered so that those which wait come last; nothing where none of them waits."""
    known = Task.select(Task.id).where(Task.after.is_null(False), Task.state == "open")
    if state not in (None, "open") or not known.exists():
        return []
    before = Task.alias()
    unfinished = before.select(before.id).where(before.state == "open")
    return [Case(None, [((Task.state == "open") & Task.after.is_null(False) & Task.after.in_(unfinished), 1)], 0)]
