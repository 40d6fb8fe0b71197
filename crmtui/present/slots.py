"""What stands beside what in a drawn table: a slot is a column of texts or of bars, with the room it gets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from crmtui.blocks import Kind, Table
from crmtui.frozen import dataclass
from crmtui.present import bars, layout
from crmtui.present.cleaner import show, width
from crmtui.present.text import cells as shown_cells

BAR, LONG_BAR = 16, 32
"""Cells of a bar beside a number, and of one that is the picture itself, where there is room."""

SHORT_BAR, SHORTEST_BAR = 12, 6
"""Cells that a bar keeps while long texts can give way, and in any case."""

LONG_TEXT = 24
"""Cells beyond which a text gives way to a short bar."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One column as drawn: texts in `texts`, or for `bars` (0–1 a row) bars of at most `longest` cells; `cells` is the room it gets."""

    title: str
    texts: tuple[str, ...] = ()
    bars: tuple[float, ...] = ()
    kind: Kind = Kind.TEXT
    centred: bool = False
    longest: int = 0
    cells: int = 0

    @property
    def natural(self) -> int:
        """Cells it takes where there is room for everything: the bar at its longest, the head on one line, no text cut."""
        return self.longest if self.bars else max(width(self.title), self.content)

    @property
    def content(self) -> int:
        """Cells of the longest text."""
        return max(map(width, self.texts), default=0)

    @property
    def right(self) -> bool:
        """Whether its texts end under each other."""
        return not self.bars and self.kind in layout.RIGHT

    def drawn(self, row: int) -> str:
        """What stands in the row: its text, or its bar."""
        if not self.bars:
            return self.texts[row]
        return (bars.centred if self.centred else bars.bar)(self.bars[row], self.cells)


def of(table: Table, currency: str) -> list[Slot]:
    """The slots of a table from left to right, without their room yet."""
    texts = shown_cells(table.columns, table.rows, currency)
    places = [place for place, column in enumerate(table.columns) if not column.only_data]
    picture = _picture_column(table, places)
    labels = list(takewhile(lambda place: table.columns[place].kind not in layout.RIGHT, places))
    found = []
    for place in places:
        column = table.columns[place]
        found.append(Slot(show(column.title), tuple(row[place] for row in texts), kind=column.kind))
        if column.bar and place != picture and _comparable(table, place):
            found.append(_bar(table, place, BAR))
    found += [_spark(table, title) for title in dict.fromkeys(column.series for column in table.columns if column.series)]
    if picture is not None and _comparable(table, picture):
        found.insert(len(labels), _bar(table, picture, LONG_BAR, centred=table.shape == "funnel"))
    return found


def _picture_column(table: Table, places: Sequence[int]) -> int | None:
    """The column that the shape draws: of a funnel the first count, of bars the first marked `bar`; else the first number."""
    if table.shape not in ("funnel", "bars"):
        return None
    numbers = [place for place in places if table.columns[place].kind in layout.RIGHT]
    if table.shape == "funnel":
        wanted = [place for place in numbers if table.columns[place].kind is Kind.COUNT]
    else:
        wanted = [place for place in numbers if table.columns[place].bar]
    return next(iter(wanted or numbers), None)


def _comparable(table: Table, place: int) -> bool:
    """Whether one scale holds for the whole column: amounts in several currencies have none."""
    if table.columns[place].kind is not Kind.MONEY:
        return True
    own = next((each for each, column in enumerate(table.columns) if column.name == "currency"), None)
    return own is None or len({row[own] for row in table.rows}) <= 1


def _bar(table: Table, place: int, longest: int, centred: bool = False) -> Slot:
    numbers = [cell if isinstance(cell, int | float) else None for cell in (row[place] for row in table.rows)]
    return Slot("", bars=tuple(bars.shares(numbers)), centred=centred, longest=longest)


def _spark(table: Table, title: str) -> Slot:
    """The columns of a series as one: every row on the same scale."""
    places = [place for place, column in enumerate(table.columns) if column.series == title]
    rows = [[cell if isinstance(cell, int | float) else None for cell in (row[place] for place in places)] for row in table.rows]
    largest = max((cell for row in rows for cell in row if cell is not None), default=0)
    return Slot(show(title), tuple(bars.spark(row, largest) for row in rows), kind=Kind.COUNT)


def fitted(wished: list[Slot], room: int) -> list[list[Slot]]:
    """The slots with the cells they get in a room, in the bands that are told under each other; one band where it can be.

    Bars give way first and heads break, then long texts are cut, then bars and texts shrink to their least. Numbers are never cut.
    """
    natural = [slot.natural for slot in wished]
    pictures, texts = _places(wished, bar=True), _places(wished, bar=False)
    sizes = layout.shrunk(natural, pictures, room, SHORT_BAR)
    if layout.total(sizes) > room:
        sizes = [_broken(slot, size) for slot, size in zip(wished, sizes, strict=True)]
    sizes = layout.shrunk(sizes, texts, room, LONG_TEXT)
    sizes = layout.shrunk(sizes, pictures, room, SHORTEST_BAR)
    sizes = layout.shrunk(sizes, texts, room)
    return [_grown([replace(wished[place], cells=sizes[place]) for place in band], room) for band in layout.bands(sizes, room)]


def _places(wished: list[Slot], bar: bool) -> list[int]:
    return [place for place, slot in enumerate(wished) if (bool(slot.bars) if bar else not slot.bars and slot.kind is Kind.TEXT)]


def _broken(slot: Slot, size: int) -> int:
    """The width of a slot whose head may take several lines: its longest word or its content."""
    return size if slot.bars else max(slot.content, *map(width, slot.title.split() or [""]))


def _grown(band: list[Slot], room: int) -> list[Slot]:
    """The slots of a band after what is left of the room went to those that gave way, from left to right."""
    left = room - layout.total([slot.cells for slot in band])
    grown = []
    for slot in band:
        more = max(0, min(left, slot.natural - slot.cells))
        grown.append(replace(slot, cells=slot.cells + more))
        left -= more
    return grown
