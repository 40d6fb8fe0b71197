"""Rows of a query as plain values; what the query builder's types cannot say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from peewee import ModelSelect

PAGE = 500
"""Records read at a time when all are asked for."""

T = TypeVar("T")


def paged(load: Callable[[Sequence[int]], list[T]], wanted: Sequence[int]) -> Iterator[T]:
    """The records of many ids in their order, read a page at a time so that memory stays flat."""
    for start in range(0, len(wanted), PAGE):
        yield from load(wanted[start : start + PAGE])


def tuples(query: ModelSelect[Any]) -> list[tuple[Any, ...]]:
    """The rows as tuples, in the order of the selected columns."""
    return list(query.tuples())


def dicts(query: ModelSelect[Any]) -> list[dict[str, Any]]:
    """The rows as dictionaries by the names of the selected columns."""
    return list(query.dicts())


def ids(query: ModelSelect[Any]) -> list[int]:
    """The first column of each row, an id."""
    return [row[0] for row in query.tuples()]
