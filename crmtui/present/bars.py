"""Bars out of block characters: plain text, an eighth of a cell exact."""

from __future__ import annotations

from collections.abc import Sequence

_EIGHTHS = " ▏▎▍▌▋▊▉"
_HEIGHTS = "·▁▂▃▄▅▆▇█"


def bar(share: float, cells: int) -> str:
    """A bar from the left, `share` (0–1) of so many cells long; nothing for zero or less, at least `▏` for anything above."""
    if share <= 0 or cells < 1:
        return ""
    eighths = max(1, round(min(share, 1) * cells * 8))
    return "█" * (eighths // 8) + (_EIGHTHS[eighths % 8] if eighths % 8 else "")


def centred(share: float, cells: int) -> str:
    """A bar in the middle of the cells, `share` (0–1) of them long, with the blanks before it; half a cell exact on each side."""
    if share <= 0 or cells < 2:
        return ""
    side = cells // 2
    halves = max(1, round(min(share, 1) * side * 2))
    whole, half = divmod(halves, 2)
    return " " * (side - whole - half) + "▐" * half + "█" * (whole * 2) + "▌" * half


def spark(values: Sequence[float | None], largest: float) -> str:
    """A series as one character a value, as high as its share of the largest; a dot for nothing."""
    heights = [0 if value is None or value <= 0 or largest <= 0 else max(1, round(min(value / largest, 1) * 8)) for value in values]
    return "".join(_HEIGHTS[height] for height in heights)


def shares(values: list[float | None]) -> list[float]:
    """Each value as a share of the largest; 0 for what is missing, zero or negative."""
    largest = max((value for value in values if value is not None), default=0)
    return [value / largest if value is not None and value > 0 else 0.0 for value in values]
