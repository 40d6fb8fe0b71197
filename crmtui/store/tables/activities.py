"""What was done with a client and what is to be done."""

from __future__ import annotations

from peewee import DateField, ForeignKeyField, IntegerField, TextField

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
    """Something to do. `due_on` is the day in the rep's zone; `due_at` the moment when a time was named, else None."""

    assignee_id: int | None
    author_id: int | None
    client_id: int | None
    deal_id: int | None
    title = TextField()
    state = TextField(default="open")
    priority = TextField(default="normal")
    due_on = DateField(null=True)
    due_at = Moment(null=True)
    done_at = Moment(null=True)
    assignee = ForeignKeyField(Rep, null=True)
    author = ForeignKeyField(Rep, null=True)
    client = ForeignKeyField(Client, null=True)
    deal = ForeignKeyField(Deal, null=True)
    repeat = TextField(null=True)
    note = TextField(null=True)
    created_at = Moment()
    updated_at = Moment()
