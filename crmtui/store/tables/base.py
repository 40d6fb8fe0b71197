"""What every table shares: the database it is bound to when one is opened, and moments kept in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from peewee import AutoField, DatabaseProxy, DateTimeField, Model, Node

database = DatabaseProxy()
"""Stands for the one open base; `store.connection.open` binds it."""

MOMENT = "%Y-%m-%d %H:%M:%S.%f"


def moment_text(moment: datetime) -> str:
    """A moment as SQLite keeps it: UTC, fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime(MOMENT)


class Moment(DateTimeField):
    """A point in time: aware datetimes in and out, UTC in the base. Naive ones are refused as a bug."""

    field_type = "MOMENT"

    def db_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Node | str):
            return value
        if value.tzinfo is None:
            raise ValueError("a moment needs a zone")
        return moment_text(value)

    def python_value(self, value: Any) -> datetime | None:
        if value is None:
            return None
        found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


class Row(Model):
    """A row of one of our tables. `subject` names the record it is a part of, for its history: the noun and the column with its id.

    Where the noun is empty, the row's own `kind` says it.
    """

    id = AutoField()
    subject: tuple[str, str] | None = None

    class Meta:
        database = database
        legacy_table_names = False
