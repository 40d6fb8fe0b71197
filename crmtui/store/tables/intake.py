"""Requests that came in from outside, and where they came from."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, TextField

from crmtui.store.tables.activities import Task
from crmtui.store.tables.base import Row
from crmtui.store.tables.people import Rep
from crmtui.store.tables.sales import Deal


class Origin(Row):
    """Which campaign brought a client or a deal (`kind`, `record_id`): the utm parameters of the page it came from."""

    subject = ("", "record_id")
    kind = TextField()
    record_id = BigIntegerField()
    utm_source = TextField(null=True)
    utm_medium = TextField(null=True)
    utm_campaign = TextField(null=True)
    utm_term = TextField(null=True)
    utm_content = TextField(null=True)


class Capture(Row):
    """A request that was taken in: the key by which its source delivers it again, the deal it made, the first task, who got it."""

    subject = ("deal", "deal_id")
    deal_id: int
    task_id: int | None
    rep_id: int | None
    source = TextField()
    key = TextField()
    deal = ForeignKeyField(Deal)
    task = ForeignKeyField(Task, null=True)
    rep = ForeignKeyField(Rep, null=True)
