"""A task as people and scripts see it, read from the base by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from crmtui import clock
from crmtui.activities import checklists
from crmtui.activities.checklists import Check
from crmtui.frozen import dataclass
from crmtui.store.reading import dicts
from crmtui.store.tables import Client, Deal, Rep, Task


@dataclass(frozen=True, slots=True)
class Job:
    """A task. `due_on` is a day in the rep's zone; `due_at` the moment when a time was named, else None.

    `given_by` is who handed it on to the assignee, None when nobody did; the author stays. `after` is the task that is to be done
    before it; `waiting` says that both are open.
    """

    id: int
    title: str
    state: str
    priority: str
    due_on: date | None
    due_at: datetime | None
    minutes: int | None
    overdue: bool
    assignee: str | None
    assignee_id: int | None
    author: str | None
    author_id: int | None
    given_by: str | None
    given_by_id: int | None
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    after: str | None
    after_id: int | None
    waiting: bool
    items: int
    items_done: int
    repeat: str | None
    note: str | None
    done_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TaskPage(Job):
    """A task with its checklist, in order, and the ids of the open tasks that wait for it."""

    checklist: tuple[Check, ...]
    followed_by: tuple[int, ...]


def load(wanted: Sequence[int]) -> list[Job]:
    """The tasks of these ids in their order."""
    found = {job.id: job for job in _jobs(_rows().where(Task.id.in_(list(wanted))), checklists.counts(wanted))}
    return [found[id_] for id_ in wanted if id_ in found]


def _rows() -> Any:
    author, giver, before = Rep.alias(), Rep.alias(), Task.alias()
    plain = ("id", "title", "state", "priority", "due_on", "due_at", "minutes", "repeat", "note", "done_at", "created_at", "updated_at")
    return (
        Task.select(
            *(getattr(Task, name) for name in plain),
            Rep.name.alias("assignee"), Task.assignee.alias("assignee_id"), author.name.alias("author"), Task.author.alias("author_id"),
            Client.name.alias("client"), Task.client.alias("client_id"), Deal.title.alias("deal"), Task.deal.alias("deal_id"),
            giver.name.alias("given_by"), Task.giver.alias("given_by_id"), before.title.alias("after"), Task.after.alias("after_id"),
            before.state.alias("waiting"),
        )
        .join(Rep, JOIN.LEFT_OUTER, on=(Task.assignee == Rep.id))
        .switch(Task)
        .join(author, JOIN.LEFT_OUTER, on=(Task.author == author.id))
        .switch(Task)
        .join(giver, JOIN.LEFT_OUTER, on=(Task.giver == giver.id))
        .switch(Task)
        .join(before, JOIN.LEFT_OUTER, on=(Task.after == before.id))
        .switch(Task)
        .join(Client, JOIN.LEFT_OUTER, on=(Task.client == Client.id))
        .switch(Task)
        .join(Deal, JOIN.LEFT_OUTER, on=(Task.deal == Deal.id))
    )  # fmt: skip


def _jobs(query: Any, items: Mapping[int, tuple[int, int]]) -> Iterator[Job]:
    today, now = clock.today(), clock.now()
    for row in dicts(query):
        due_on, due_at = row["due_on"], row["due_at"]
        late = row["state"] == "open" and due_on is not None and (due_on < today or (due_at is not None and due_at < now))
        held, done = items.get(row["id"], (0, 0))
        waits = row["state"] == "open" and row["waiting"] == "open"
        yield Job(**(row | {"waiting": waits}), overdue=late, items=held, items_done=done)
