"""Queries that are asked again and again: their SQL is built once, for building it takes longer than the base needs to answer."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

from peewee import DateField, DateTimeField, ModelSelect, Value

from crmtui.store.connection import current

KEPT = 200
"""Prepared queries that are kept; all are forgotten beyond that."""


class Given:
    """The place of a number that is given when the query is asked."""

    def __init__(self, place: int) -> None:
        self.place = place


def given(place: int) -> Value:
    """What stands in a query for the number that `Prepared.rows` takes at this place."""
    return Value(Given(place), converter=False)


class Prepared:
    """A query as SQL, and what makes days and moments of the texts that the base holds."""

    def __init__(self, query: ModelSelect[Any]) -> None:
        self._sql, self._asked = query.sql()
        columns = enumerate(query.selected_columns)
        self._readers = [(place, _reader(column)) for place, column in columns if isinstance(column, DateField | DateTimeField)]

    def rows(self, *numbers: int) -> list[tuple[Any, ...]]:
        """The rows, with these numbers at the places of `given`."""
        values = [numbers[each.place] if isinstance(each, Given) else each for each in self._asked]
        found = []
        for row in current().database.execute_sql(self._sql, values).fetchall():
            read = list(row)
            for place, reader in self._readers:
                read[place] = reader(read[place])
            found.append(tuple(read))
        return found


def _reader(column: Any) -> Callable[[Any], Any]:
    return _day if isinstance(column, DateField) else column.python_value


@lru_cache(5000)
def _day(value: Any) -> Any:
    return DateField().python_value(value)


_kept: dict[Hashable, Prepared] = {}


def kept(key: Hashable, build: Callable[[], ModelSelect[Any]]) -> Prepared:
    """The query of that key, built the first time that it is asked; it must be the same each time but for what is `given`."""
    whole = (type(current().database), key)
    if whole not in _kept:
        if len(_kept) >= KEPT:
            _kept.clear()
        _kept[whole] = Prepared(build())
    return _kept[whole]
