"""Where the lanes of a board stand: how many are in view beside each other, from which on, and how wide each is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from crmtui.frozen import dataclass

LEAST, NARROW = 24, 18
"""Cells that a lane takes at least, with the border after it: one of open deals, one of closed ones."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A lane in view: its number, its first cell, how many cells it has without the border after it."""

    lane: int
    x: int
    cells: int


def shown(opens: Sequence[bool], first: int, cells: int) -> list[Frame]:
    """The lanes in view in so many cells: all when they go in, those of closed deals narrower, else as many as do, from `first` on.

    `opens` says of each lane whether its deals are open.
    """
    room, least = cells + 1, [LEAST if is_open else NARROW for is_open in opens]
    if sum(least) > room:
        count = max(1, room // LEAST)
        begin = max(0, min(first, len(opens) - count))
        lanes, weights = range(begin, begin + count), [1] * count
    else:
        lanes, weights = range(len(opens)), least
    edges = [0, *(room * so_far // sum(weights) for so_far in accumulate(weights))]
    return [Frame(lane, start, end - start - 1) for lane, start, end in zip(lanes, edges, edges[1:], strict=False)]
