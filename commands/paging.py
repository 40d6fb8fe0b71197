"""Lists by page: for people so many at a time, for machines all, unless a limit is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from commands.parameters import current_format
from commands.results import Listing

if TYPE_CHECKING:
    from crmtui.blocks import Column

SHOWN = 50
"""Records a list shows to people when no limit is given."""

Limit = Annotated[int | None, Option(min=0, max=1_000_000_000, help="At most so many; 0 for all.", show_default="50 in a table, else all")]
Page = Annotated[int, Option(min=1, max=1_000_000, help="Which page of that many.")]


def size(limit: int | None) -> int:
    """How many records a page has, 0 for all."""
    if limit is None:
        return SHOWN if current_format() == "table" else 0
    return limit


def more(shown: int, total: int, limit: int, page: int, noun: str) -> str:
    """What is said when a list was cut: how many there are and how to see the rest; empty when it was not."""
    if not limit or total <= limit * page:
        return ""
    return f"{shown} of {total:,} {noun}; --page {page + 1} for the next, --limit 0 for all"


def listed(
    module: Any,
    filters: dict[str, Any],
    order: dict[str, Any],
    limit: int | None,
    page: int,
    columns: Sequence[Column],
    record: type,
    noun: str,
) -> Listing:
    """A page, or all, of what a module with `page`, `every` and `count` finds."""
    many = size(limit)
    if not many:
        return Listing(module.every(**order, **filters), columns, record, empty=f"no {noun}")
    found = module.page(limit=many, offset=(page - 1) * many, **order, **filters)
    total = module.count(**filters) if len(found) == many else 0
    return Listing(found, columns, record, more(len(found), total, many, page, noun), f"no {noun}")
