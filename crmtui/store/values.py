"""What kind of value each column holds, looked for where another program has written: SQLite itself takes anything anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from peewee import BlobField, BooleanField, DateField, Field, IntegerField

from crmtui.frozen import dataclass
from crmtui.store.tables import ALL, Row
from crmtui.store.tables.base import Moment

LARGEST = 10**18
"""The largest whole number that a column may hold: beyond it, nothing can be counted with."""

Ask = Callable[[str], list[Any]]
"""Puts a query to a base."""


@dataclass(frozen=True, slots=True)
class Odd:
    """Rows of a table that hold what their columns cannot: how many, the first one's id, and the first such column of that row."""

    table: str
    rows: int
    id: int
    column: str
    wanted: str

    @property
    def told(self) -> str:
        """The first of them in words."""
        return f"{self.table} {self.id}: its {self.column} is no {self.wanted}"


def odd(ask: Ask) -> Iterator[Odd]:
    """Every table with such rows. Tables and columns that a base does not have, since it is older, are passed over."""
    for table in ALL:
        name = table._meta.table_name
        there = {row[1] for row in ask(f"PRAGMA table_info({name})")}
        wrong = {column: _wrong(field) for column, field in table._meta.columns.items() if column in there}
        if not wrong:
            continue
        ((count, first),) = ask(f"SELECT count(*), min(id) FROM {name} WHERE {' OR '.join(wrong.values())}")
        if count:
            cases = " ".join(f"WHEN {condition} THEN '{column}'" for column, condition in wrong.items())
            ((column,),) = ask(f"SELECT CASE {cases} END FROM {name} WHERE id = {int(first)}")
            yield Odd(name, count, first, column, _wanted(table._meta.columns[column]))


def broken_rules(ours: Ask, theirs: Ask) -> Iterator[str]:
    """Rows that break a CHECK of our tables, told in words; SQLite itself passes over them where it may only read.

    `theirs` must have our schema, which `ours` tells.
    """
    for name, sql in ours("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%CHECK (%'"):
        for rule in _rules(sql):
            for (id_,) in theirs(f"SELECT id FROM {name} WHERE NOT ({rule}) LIMIT 1"):
                yield f"{name} {id_} breaks its rule {rule}"


def _rules(sql: str) -> Iterator[str]:
    """What stands in the parentheses after each CHECK."""
    for begun in re.finditer(r"\bCHECK \(", sql):
        depth, end = 1, begun.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        yield sql[begun.end() : end - 1]


def mended(ask: Ask, table: type[Row]) -> tuple[int, int]:
    """Empty such columns; a row that must have a value there goes. How many of each."""
    name, emptied, dropped = table._meta.table_name, 0, 0
    for column, field in table._meta.columns.items():
        ((count,),) = ask(f"SELECT count(*) FROM {name} WHERE {_wrong(field)}")
        if count and field.null:
            ask(f'UPDATE {name} SET "{column}" = NULL WHERE {_wrong(field)}')
            emptied += count
        elif count:
            ask(f"DELETE FROM {name} WHERE {_wrong(field)}")
            dropped += count
    return emptied, dropped


def _wrong(field: Field) -> str:
    """The condition that a column holds what it cannot."""
    column = f'"{field.column_name}"'
    wrong = f"coalesce(NOT ({_right(field, column)}), 1)"
    return f"({column} IS NOT NULL AND {wrong})" if field.null else f"({wrong})"


def _wanted(field: Field) -> str:
    """What a column holds, in a word."""
    whole = field.rel_field if hasattr(field, "rel_field") else field
    kinds: dict[Any, str] = {
        BlobField: "bytes",
        IntegerField | BooleanField: "number that can be counted with",
        Moment: "moment",
        DateField: "day",
    }
    return next((word for kind, word in kinds.items() if isinstance(whole, kind)), "text")


def _right(field: Field, column: str) -> str:
    if isinstance(field, BlobField):
        return f"typeof({column}) = 'blob'"
    whole = field.rel_field if hasattr(field, "rel_field") else field
    if isinstance(whole, IntegerField | BooleanField):
        return f"typeof({column}) = 'integer' AND {column} BETWEEN -{LARGEST} AND {LARGEST}"
    if isinstance(field, Moment):
        time = f"datetime({column}) IS substr({column}, 1, 19) AND substr({column}, 20) GLOB '.[0-9]*'"
        return f"typeof({column}) = 'text' AND {time}"
    if isinstance(field, DateField):
        return f"typeof({column}) = 'text' AND date({column}) IS {column}"
    return f"typeof({column}) = 'text'"
