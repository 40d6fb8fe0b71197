"""How wide the columns of a table are: what fits, which texts give way, and when a table is told in several bands."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from crmtui.blocks import Kind

GAP = 2
"""Blanks between two columns."""

NARROWEST = 8
"""Cells that a text keeps when others need its room."""

RIGHT = frozenset({Kind.COUNT, Kind.ID, Kind.MONEY, Kind.SHARE, Kind.DAYS})
"""Kinds that are read from the right: digits under digits."""


def total(widths: Sequence[int]) -> int:
    """Cells of a line with columns of these widths and the gaps between them."""
    return sum(widths) + GAP * max(0, len(widths) - 1)


def shrunk(widths: Sequence[int], texts: Sequence[int], room: int, narrowest: int = NARROWEST) -> list[int]:
    """The widths after the widest of the columns at places `texts` gave way, so that the line fits into `room` cells.

    No text goes below `narrowest`, nor below its own width; then the line stays wider than the room.
    """
    result = list(widths)
    excess = total(result) - room
    while excess > 0:
        widest = max(texts, key=lambda place: result[place], default=None)
        if widest is None or result[widest] <= narrowest:
            break
        result[widest] -= 1
        excess -= 1
    return result


def head(title: str, cells: int) -> list[str]:
    """The title over as many lines as it needs to stay within the cells; a longer word stays whole."""
    return wrap(title, max(1, cells), break_long_words=False, break_on_hyphens=False) or [""]


def bands(widths: Sequence[int], room: int) -> list[list[int]]:
    """Which columns stand together so that each line fits: the first column, the key, begins every band."""
    found: list[list[int]] = []
    band = [0]
    for place in range(1, len(widths)):
        if len(band) > 1 and total([widths[each] for each in [*band, place]]) > room:
            found.append(band)
            band = [0]
        band.append(place)
    return [*found, band] if widths else []
