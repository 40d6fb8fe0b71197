"""Rows of the made-up company on their way into the base: gathered by table, each table written as one run."""

from __future__ import annotations

from datetime import date
from typing import Any

from crmtui.store.journal import Recorder, next_id
from crmtui.store.tables import Row


class Sheet:
    """New rows of one table. Their ids are known as soon as they are added; `len` counts them."""

    def __init__(self, table: type[Row]) -> None:
        self._table = table
        self._fields = {name: field for name, field in table._meta.fields.items() if name != "id"}
        self._first = next_id(table)
        self._rows: list[tuple[Any, ...]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, **values: Any) -> int:
        """Add a row from values by field name, a foreign key as an id; return its id. Fields left out get their defaults."""
        id_ = self._first + len(self._rows)
        found = (values.pop(name, field.default) for name, field in self._fields.items())
        self._rows.append((id_, *(_kept(field, value) for field, value in zip(self._fields.values(), found, strict=True))))
        if values:
            raise TypeError(f"{self._table._meta.table_name} has no {', '.join(values)}")
        return id_

    def write(self, recorder: Recorder) -> None:
        """Write the rows."""
        recorder.insert_run(self._table, ["id", *(field.column_name for field in self._fields.values())], self._rows)


def _kept(field: Any, value: Any) -> Any:
    stored = field.db_value(value)
    return stored.isoformat() if isinstance(stored, date) else stored
