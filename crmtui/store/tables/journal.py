"""The journal: operations, and the changes of rows that each is made of."""

from __future__ import annotations

from peewee import BlobField, ForeignKeyField, IntegerField, TextField

from crmtui.store.tables.base import Moment, Row
from crmtui.store.tables.people import Rep


class Operation(Row):
    """One thing somebody did: one transaction, one step of undo.

    `kind` is do, undo or redo; `undoes` the operation taken back; `origin` the operation that a chain of undos and redos
    began with, None for that one itself.
    """

    rep_id: int | None
    undoes_id: int | None
    origin_id: int | None
    undone_by_id: int | None
    at = Moment()
    rep = ForeignKeyField(Rep, null=True)
    actor = TextField()
    command = TextField()
    summary = TextField()
    kind = TextField(default="do")
    undoes = ForeignKeyField("self", null=True)
    origin = ForeignKeyField("self", null=True)
    undone_by = ForeignKeyField("self", null=True)


class Change(Row):
    """What an operation did to one row (`row_id` = `last_id`), or to a run of rows.

    `action` is insert, update or delete. `data` is JSON, deflated when it holds many rows: for one row
    `{"before": {...}, "after": {...}}` with the columns that changed; for a run of updates or deletes a list of
    `[id, before, after]`; empty for a run of inserts, whose rows speak for themselves until they are deleted.
    `subject_kind` and `subject_id` name the record whose history it belongs to.
    """

    operation_id: int
    operation = ForeignKeyField(Operation)
    table_name = TextField()
    action = TextField()
    row_id = IntegerField()
    last_id = IntegerField()
    subject_kind = TextField(null=True)
    subject_id = IntegerField(null=True)
    data = BlobField(null=True)


class Thinning(Row):
    """An operation that let go of what the operations up to `last` changed, so many `changes`. Outside history and undo."""

    operation_id: int
    last_id: int
    operation = ForeignKeyField(Operation)
    last = ForeignKeyField(Operation)
    changes = IntegerField()


class ImportBatch(Row):
    """What an operation that was an import took in: the file's kind, name and SHA-256, how it was read (`options`, JSON), its rows.

    `taken_back` is the operation that took it back row by row, which may itself have been undone since. Outside history and undo.
    """

    operation_id: int
    taken_back_id: int | None
    operation = ForeignKeyField(Operation)
    taken_back = ForeignKeyField(Operation, null=True)
    kind = TextField()
    file = TextField()
    sha256 = TextField()
    options = TextField()
    rows = IntegerField()
    created = IntegerField()
    updated = IntegerField()
    unchanged = IntegerField()
    skipped = IntegerField()
    rejected = IntegerField()
