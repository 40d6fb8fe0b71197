"""What lies on a person's desk: begun and not yet saved. No part of the business, so neither history nor undo know of it."""

from __future__ import annotations

from peewee import TextField

from crmtui.store.tables.base import Moment, Row


class Draft(Row):
    """What one actor has begun at one place of the full screen, as JSON text."""

    actor = TextField()
    place = TextField()
    content = TextField()
    updated_at = Moment()
