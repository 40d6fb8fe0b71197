"""What people were told of, each once, and the letters to reps on their way. History and undo know of neither: what was said was said."""

from __future__ import annotations

from peewee import BigIntegerField, TextField

from crmtui.store.tables.base import Moment, Row


class Telling(Row):
    """A rep (None: nobody in particular) was told of a record (`noun`, `record_id`): which `kind` of finding, at which `level`.

    `occasion` is what it is told once for: the day or moment at which it was due, so that what is put off is told again.
    """

    noun = TextField()
    record_id = BigIntegerField()
    kind = TextField()
    occasion = TextField()
    level = TextField()
    rep_id = BigIntegerField(null=True)
    at = Moment()


class Letter(Row):
    """A mail to a rep, once for each `key`. `state` is waiting, sending, sent or refused; `trouble` what went wrong last.

    One that is `sending` was handed over since `claimed_at`, and nobody knows yet whether it arrived. Once sent its text is let go.
    """

    key = TextField()
    rep_id = BigIntegerField()
    recipient = TextField()
    subject_line = TextField()
    message = TextField()
    state = TextField(default="waiting")
    trouble = TextField(null=True)
    created_at = Moment()
    claimed_at = Moment(null=True)
    sent_at = Moment(null=True)
