"""Rows of a query as plain values; what the query builder's types cannot say."""

from __future__ import annotations

from typing import Any

from peewee import ModelSelect


def tuples(query: ModelSelect[Any]) -> list[tuple[Any, ...]]:
    """The rows as tuples, in the order of the selected columns."""
    return list(query.tuples())


def dicts(query: ModelSelect[Any]) -> list[dict[str, Any]]:
    """The rows as dictionaries by the names of the selected columns."""
    return list(query.dicts())


def ids(query: ModelSelect[Any]) -> list[int]:
    """The first column of each row, an id."""
    return [row[0] for row in query.tuples()]
