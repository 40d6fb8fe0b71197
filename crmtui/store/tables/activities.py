"""What was done with a client and what is to be done."""

from __future__ import annotations

from peewee import BigIntegerField, DateField, ForeignKeyField, IntegerField, TextField

from crmtui.store.tables.base import Moment, Row
from crmtui.store.tables.people import Client, Rep
from crmtui.store.tables.sales import Deal


class Interaction(Row):
    """A call, mail, meeting, note or message: which way, what came of it, how many minutes, when, by whom, with whom."""

    client_id: int | None
    deal_id: int | None
    rep_id: int | None
    kind = TextField()
    direction = TextField(null=True)
    outcome = TextField(null=True)
    minutes = IntegerField(null=True)
    at = Moment()
    rep = ForeignKeyField(Rep, null=True)
    client = ForeignKeyField(Client, null=True)
    deal = ForeignKeyField(Deal, null=True)
    subject_line = TextField(null=True)
    note = TextField(null=True)
    created_at = Moment()
    updated_at = Moment()


class Task(Row):
    """Something to do. `due_on` is the day in the rep's zone; `due_at` the moment when a time was named, else None.

    `after` is the task that is to be done before it; `giver` the rep who gave it to the assignee, who may be another than its author.
    `minutes` is how long it takes, None when nobody has said.
    """

    after_id: int | None
    giver_id: int | None
    assignee_id: int | None
    author_id: int | None
    client_id: int | None
    deal_id: int | None
    title = TextField()
    state = TextField(default="open")
    priority = TextField(default="normal")
    due_on = DateField(null=True)
    due_at = Moment(null=True)
    minutes = IntegerField(null=True)
    done_at = Moment(null=True)
    assignee = ForeignKeyField(Rep, null=True)
    author = ForeignKeyField(Rep, null=True)
    client = ForeignKeyField(Client, null=True)
    deal = ForeignKeyField(Deal, null=True)
    repeat = TextField(null=True)
    note = TextField(null=True)
    after = ForeignKeyField("self", null=True)
    giver = ForeignKeyField(Rep, null=True)
    created_at = Moment()
    updated_at = Moment()


class TaskItem(Row):
    """A line of a task's checklist; `position` counts from 1, `done_at` is None until it is done."""

    subject = ("task", "task_id")
    task_id: int
    task = ForeignKeyField(Task)
    text = TextField()
    done_at = Moment(null=True)
    position = IntegerField()


class Mention(Row):
    """A rep whom a note of an interaction or a task (`kind`, `record_id`) names with an @; `seen_at` is None until they have seen it."""

    subject = ("", "record_id")
    rep_id: int
    author_id: int | None
    kind = TextField()
    record_id = BigIntegerField()
    rep = ForeignKeyField(Rep)
    author = ForeignKeyField(Rep, null=True)
    at = Moment()
    seen_at = Moment(null=True)


class Hidden(Row):
    """A suggestion that a rep (None: one who is no rep) does not want to see for a record (`kind`, `record_id`) before `until`.

    `why` is the kind of suggestion, empty for every kind; `seen_at` when the record was last changed then: changed since, it is told.
    """

    subject = ("", "record_id")
    rep_id: int | None
    kind = TextField()
    record_id = BigIntegerField()
    why = TextField(default="")
    rep = ForeignKeyField(Rep, null=True)
    until = Moment()
    seen_at = Moment()
