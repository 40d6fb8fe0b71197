"""The values of own fields, read quickly: a page of records asks whether there are such fields at all, and only then for values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmtui.store.bulk import selected
from crmtui.store.tables import database

_FIELDS = "SELECT id, name, kind FROM own_field WHERE noun = ? AND deleted_at IS NULL ORDER BY position, id"
_VALUES = (
    "SELECT record_id, field_id, text, number, currency FROM own_value"
    " WHERE field_id IN ({fields}) AND text IS NOT NULL AND record_id IN ({{keys}})"
)


def defined(noun: str) -> list[tuple[int, str, str]]:
    """Id, name and kind of the own fields of a noun, in their order."""
    return list(database.execute_sql(_FIELDS, (noun,)).fetchall())


def held(fields: Sequence[int], ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Record, field, text, number and currency of what these records have in these fields."""
    return selected(_VALUES.format(fields=",".join("?" * len(fields))), ids, *fields) if fields else []
