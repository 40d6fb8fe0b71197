"""What rules of the playbook did, and the notices that wait to be sent to reps."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, TextField

from crmtui.store.tables.base import Moment, Row
from crmtui.store.tables.people import Rep


class Firing(Row):
    """A rule met a client or a deal (`kind`, `record_id`). `occasion` is what it fires at most once for: an entry into a stage, a call.

    `state` is done or failed, then `trouble` says why; a command that failed after a rule was done is told there too. `rep` is who
    was given the record by it.
    """

    subject = ("", "record_id")
    rep_id: int | None
    rule = TextField()
    kind = TextField()
    record_id = BigIntegerField()
    occasion = TextField()
    at = Moment()
    state = TextField(default="done")
    trouble = TextField(null=True)
    rep = ForeignKeyField(Rep, null=True)


class Notice(Row):
    """Something a rep is to be told, once for each `key`; `sent_at` is None while it waits."""

    rep_id: int
    rep = ForeignKeyField(Rep)
    subject_line = TextField()
    body = TextField()
    key = TextField()
    created_at = Moment()
    sent_at = Moment(null=True)
