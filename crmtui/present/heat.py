"""Heat maps out of shade characters: plain text, one shade a number, and a legend that says which numbers a shade stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crmtui.blocks import Kind, Table, Value
from crmtui.present.cleaner import fit, show, width

SHADES = "░▒▓█"
"""From few to many; nothing is a blank."""

GAP = 2


def level(number: float, largest: float) -> int:
    """Which shade a number gets: 0 for none, 1 to 4 for the quarters of the largest."""
    return 0 if number <= 0 or largest <= 0 else min(len(SHADES), -int(-number * len(SHADES) // largest))


def needed(table: Table) -> int:
    """Cells of a line where there is room for everything."""
    labels, shaded, totals = _parts(table)
    return max(map(width, labels)) + GAP + 2 * len(shaded[0]) + sum(GAP + max(map(width, column)) for column in totals)


def lines(table: Table, room: int) -> list[str] | None:
    """Heads, a row of shades a row, and the legend, within so many cells; None where they do not fit."""
    labels, shaded, totals = _parts(table)
    cells = 2 if needed(table) <= room else 1
    if needed(table) - (2 - cells) * len(shaded[0]) > room:
        return None
    titles, *rows = shaded
    widths = [max(map(width, column)) for column in totals]
    first = max(map(width, labels))
    largest = max((number for row in rows for number in row if isinstance(number, int | float)), default=0)
    drawn = [_heads([str(title) for title in titles], cells), *("".join(_cell(number, largest) * cells for number in row) for row in rows)]
    told = [
        f"{fit(label, first)}{' ' * GAP}{fit(row, cells * len(titles))}"
        + "".join(" " * GAP + fit(column[place], size, True) for column, size in zip(totals, widths, strict=True))
        for place, (label, row) in enumerate(zip(labels, drawn, strict=True))
    ]
    return [*(line.rstrip() for line in told), " " * (first + GAP) + legend(largest)]


def _parts(table: Table) -> tuple[list[str], list[Sequence[Value]], list[list[str]]]:
    """The labels with their head; the shaded numbers under their titles; the columns told as numbers, with their heads."""
    places = [place for place, column in enumerate(table.columns) if not column.only_data]
    shaded = [place for place in places[1:] if table.columns[place].kind is Kind.COUNT and not table.columns[place].bar]
    labels = [show(table.columns[places[0]].title), *(show(str(row[places[0]] or "")) for row in table.rows)]
    numbers: list[Sequence[Value]] = [[table.columns[place].title for place in shaded]]
    numbers += [[row[place] for place in shaded] for row in table.rows]
    rest = [place for place in places[1:] if place not in shaded]
    return (
        labels,
        numbers,
        [[show(table.columns[p].title), *(f"{row[p]:,}" if row[p] is not None else "–" for row in table.rows)] for p in rest],
    )


def _cell(number: Value, largest: float) -> str:
    found = level(number, largest) if isinstance(number, int | float) else 0
    return SHADES[found - 1] if found else " "


def _heads(titles: Sequence[str], cells: int) -> str:
    """Titles over their own columns: every one, or every second, every third, as there is room for the longest and a blank."""
    step = -(-(max(len(title) for title in titles) + 1) // cells)
    return show("".join(title.ljust(step * cells) for title in titles[::step]))[: len(titles) * cells]


def legend(largest: float) -> str:
    """Which numbers each shade stands for: `░ 1–6  ▒ 7–12  ▓ 13–18  █ 19–24`."""
    return "  ".join(_stretches(int(largest))) or "nothing"


def _stretches(largest: int) -> Iterator[str]:
    for place, shade in enumerate(SHADES):
        first, last = largest * place // len(SHADES) + 1, largest * (place + 1) // len(SHADES)
        if first <= last:
            yield f"{shade} {first:,}" if first == last else f"{shade} {first:,}–{last:,}"
