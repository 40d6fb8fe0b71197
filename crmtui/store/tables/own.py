"""Own fields: what users add to clients and deals, and the values that these have."""

from __future__ import annotations

from peewee import BigIntegerField, ForeignKeyField, IntegerField, TextField

from crmtui.store.tables.base import Moment, Row


class OwnField(Row):
    """A field that users added to a noun (client, deal). `choices` is a JSON array; a deleted one is kept with its values, for undo."""

    noun = TextField()
    name = TextField()
    label = TextField()
    kind = TextField()
    choices = TextField(null=True)
    position = IntegerField()
    deleted_at = Moment(null=True)


class OwnValue(Row):
    """What a record of a noun (`kind`) has in an own field: `text` in its one form, None once it is emptied; `key` is that folded.

    `number` orders numbers (in millionths) and money (in minor units of `currency`).
    """

    subject = ("", "record_id")
    field_id: int
    kind = TextField()
    record_id = BigIntegerField()
    field = ForeignKeyField(OwnField)
    text = TextField(null=True)
    key = TextField(default="")
    number = BigIntegerField(null=True)
    currency = TextField(null=True)
