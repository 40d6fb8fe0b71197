"""Days side by side, drawn line by line: a week in seven columns, a month as a grid of weeks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from crmtui import clock
from crmtui.activities.agenda import Entry
from crmtui.periods import month_start
from crmtui.present.cleaner import width
from screens import entries, lines
from screens.lines import GAP, LEAST, REST, Line, Part
from screens.sheet import LINE_CLASSES, LINE_STYLES, MOVES
from screens.subject import Subject

DAYS = 7
BETWEEN = 1
"""Cells between two columns."""

HEAD = 1
"""Lines above the days, for their names."""

ENTRY_LINES = 3
"""Lines of an entry in a column of a week: when and its state, what, with whom."""

Cell = tuple[Line, bool]
"""A line of a column, and whether the cursor lies on it."""

ASIDE: list[BindingType] = [
    Binding("left", "aside(-1)", "left", show=False, id="move.left"),
    Binding("right", "aside(1)", "right", show=False, id="move.right"),
]
"""The keys that move between columns; their names are those of the key map."""


class Grid(ScrollView, can_focus=True):
    """Seven columns of days, and a cursor. What a week and a month have in common."""

    COMPONENT_CLASSES: ClassVar[set[str]] = LINE_CLASSES
    DEFAULT_CSS = "Grid { background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;" + LINE_STYLES + "}"
    BINDINGS: ClassVar[list[BindingType]] = [*MOVES, *ASIDE]

    class Opened(Message):
        """An entry or a day was opened."""

        def __init__(self, subject: Subject) -> None:
            super().__init__()
            self.subject = subject

    class Chosen(Message):
        """The cursor has come to another day or entry."""

    class Left(Message):
        """The cursor was to move beyond the top (-1) or the bottom (1)."""

        def __init__(self, by: int) -> None:
            super().__init__()
            self.by = by

    class Turned(Message):
        """The cursor was to move before the first day (-1) or behind the last one (1), to another day."""

        def __init__(self, day: date) -> None:
            super().__init__()
            self.day = day

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.days: list[tuple[date, list[Entry]]] = []
        self.day = clock.today()
        self.marked: Collection[Subject] = ()

    @property
    def subject(self) -> Subject:
        """The entry under the cursor, else the day."""
        return entries.day_subject(self.day)

    @property
    def column(self) -> int:
        """The cells of a column."""
        return max(1, (self.size.width - BETWEEN * (DAYS - 1)) // DAYS)

    def fill(self, days: Sequence[tuple[date, list[Entry]]], day: date, marked: Collection[Subject] = ()) -> None:
        """Show these days with their entries, the cursor on a day."""
        self.days, self.day, self.marked = list(days), day, marked
        self.refresh()

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """The names of the days, or a line of what is in view."""
        if not self.days:
            return Strip.blank(self.size.width, self._look("text"))
        row = self.scroll_offset.y + y - HEAD
        cells = [self.cell(place, row) if y >= HEAD else self.top(place) for place in range(DAYS)]
        gap = Strip.blank(BETWEEN, self._look("text"))
        drawn = [self._drawn(line, over) for line, over in cells]
        whole = [part for strip in drawn for part in (gap, strip)][1:]
        return Strip.join(whole).adjust_cell_length(self.size.width, self._look("text"))

    def _drawn(self, line: Line, under: bool) -> Strip:
        name = "line--cursor" if self.has_focus else "line--idle"
        over = self.get_component_rich_style(name, partial=True) if under else None
        return lines.strip(line, self.column, self._look, over)

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"line--{name}")

    def top(self, place: int) -> Cell:
        """What stands above a column."""
        raise NotImplementedError

    def cell(self, place: int, row: int) -> Cell:
        """A line of a column, counted from the top of what can be scrolled."""
        raise NotImplementedError

    # -- moving

    def go(self, day: date) -> None:
        """Put the cursor on a day; one that is not shown is asked for."""
        if not any(shown == day for shown, _ in self.days):
            self.post_message(self.Turned(day))
            return
        self.day = day
        self.refresh()
        self.post_message(self.Chosen())

    def action_move(self, by: int) -> None:
        """Up or down."""
        raise NotImplementedError

    def action_aside(self, by: int) -> None:
        """To the next day, or the one before."""
        self.go(self.day + timedelta(days=by))

    def action_page(self, by: int) -> None:
        """A stretch further."""
        edge = self.days[-1][0] if by > 0 else self.days[0][0]
        self.go(edge + timedelta(days=by))

    def action_edge(self, side: int) -> None:
        """The first or the last day."""
        self.go(self.days[0 if side < 0 else -1][0])

    def action_open(self) -> None:
        """Open what the cursor is on."""
        self.post_message(self.Opened(self.subject))

    def on_click(self, event: Click) -> None:
        """Choose what was clicked; a double click opens it."""
        place = min(DAYS - 1, int(event.x) // (self.column + BETWEEN))
        before = self.subject
        self.click(place, self.scroll_offset.y + int(event.y) - HEAD)
        if event.chain > 1 and self.subject == before:
            self.action_open()

    def click(self, place: int, row: int) -> None:
        """Put the cursor on a line of a column."""
        raise NotImplementedError

    def on_focus(self) -> None:
        """The cursor looks different where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different where the keys do not go."""
        self.refresh()


class Week(Grid):
    """Seven days, their entries below them. Above its first entry the cursor stands on the day itself."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place = -1

    @property
    def subject(self) -> Subject:
        """The entry under the cursor, else the day."""
        found = self._entries(self.day)
        return entries.subject(found[self._place]) if 0 <= self._place < len(found) else entries.day_subject(self.day)

    def _entries(self, day: date) -> list[Entry]:
        return next((found for shown, found in self.days if shown == day), [])

    def fill(self, days: Sequence[tuple[date, list[Entry]]], day: date, marked: Collection[Subject] = ()) -> None:
        """Show these days; the cursor stays with its entry, else with its place in the day."""
        before = self.subject
        super().fill(days, day, marked)
        same = next(((shown, place) for shown, found in days for place, each in enumerate(found) if entries.subject(each) == before), None)
        self.day, self._place = same if same and same[0] == day else (day, self._near(day))
        self._measure()

    def _measure(self) -> None:
        longest = max((len(found) for _, found in self.days), default=0)
        self.virtual_size = Size(self.size.width, HEAD + longest * ENTRY_LINES)

    def on_resize(self, event: Resize) -> None:
        """Know how far there is to scroll."""
        self._measure()

    def top(self, place: int) -> Cell:
        """The day's name; today says so."""
        day, found = self.days[place]
        today = day == clock.today()
        name = f"{'▸' if today else ''}{day:%a} {day.day}{' today' if today else f' {day:%b}'}"
        line = Line((Part(name, REST, "head" if day == self.day or today else "muted"), Part(str(len(found) or ""), 0, "muted")))
        return line, day == self.day and self._place < 0

    def cell(self, place: int, row: int) -> Cell:
        """A line of an entry."""
        day, found = self.days[place]
        number, part = divmod(row, ENTRY_LINES)
        if number >= len(found):
            return Line((Part("–" if not found and row == 0 else "", REST, "muted"),)), False
        return self._line(found[number], part), day == self.day and number == self._place

    def _line(self, entry: Entry, part: int) -> Line:
        look = entries.style(entry)
        sign = "● " if entries.subject(entry) in self.marked else ""
        words = " ".join(filter(None, (entries.time(entry), entries.state(entry), entries.clash(entry)))) or "task"
        texts = ((f"{sign}{words}", look), (entry.title, look), (entry.client or "", "muted"))
        return Line((Part(texts[part][0], REST, texts[part][1]),))

    def go(self, day: date) -> None:
        """Put the cursor on a day, at the height where it was."""
        super().go(day)
        self._place = self._near(self.day)
        self._show()

    def _near(self, day: date) -> int:
        """The place in a day that is nearest to the one of the cursor; -1 in a day on which nothing is."""
        return min(max(0, self._place), len(self._entries(day)) - 1)

    def action_move(self, by: int) -> None:
        """The next entry of the day, or the one before; above the first is the day."""
        place, last = self._place + by, len(self._entries(self.day)) - 1
        if not -1 <= place <= last:
            self.post_message(self.Left(by))
            return
        self._place = place
        self._show()
        self.post_message(self.Chosen())

    def action_page(self, by: int) -> None:
        """Some entries further."""
        step = max(1, (self.size.height - HEAD) // ENTRY_LINES)
        self._place = max(0, min(len(self._entries(self.day)) - 1, self._place + by * step))
        self._show()
        self.post_message(self.Chosen())

    def _show(self) -> None:
        """Have the entry under the cursor in view."""
        top, room = max(0, self._place) * ENTRY_LINES, max(1, self.size.height - HEAD)
        if not self.scroll_offset.y <= top <= self.scroll_offset.y + room - ENTRY_LINES:
            y = top if top < self.scroll_offset.y else top + ENTRY_LINES - room
            self.scroll_to(y=max(0, y), animate=False, force=True, immediate=True)
        self.refresh()

    def click(self, place: int, row: int) -> None:
        """The entry that was clicked, or the day."""
        day, found = self.days[place]
        self.day, self._place = day, max(-1, min(row // ENTRY_LINES, len(found) - 1))
        self.refresh()
        self.post_message(self.Chosen())


class Month(Grid):
    """The weeks that a month touches. Each day tells its counts and as many titles as fit."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._cells: dict[tuple[int, int], list[Line]] = {}

    def fill(self, days: Sequence[tuple[date, list[Entry]]], day: date, marked: Collection[Subject] = ()) -> None:
        """Show these weeks, the cursor on a day of the month that is meant."""
        self._cells.clear()
        super().fill(days, day, marked)

    @property
    def _rows(self) -> int:
        """Lines of a day."""
        return max(1, (self.size.height - HEAD) // max(1, len(self.days) // DAYS))

    def on_resize(self, event: Resize) -> None:
        """The days have other lines now."""
        self._cells.clear()
        self.virtual_size = Size(event.size.width, HEAD + self._rows * (len(self.days) // DAYS))

    def top(self, place: int) -> Cell:
        """The day of the week."""
        return Line((Part(f"{self.days[place][0]:%a}", REST, "head"),)), False

    def cell(self, place: int, row: int) -> Cell:
        """A line of a day."""
        week, part = divmod(row, self._rows)
        number = week * DAYS + place
        if number >= len(self.days):
            return Line((Part("", REST),)), False
        key = number, self.column
        if key not in self._cells:
            self._cells[key] = self._lines(*self.days[number])
        found = self._cells[key]
        return found[part] if part < len(found) else Line((Part("", REST),)), self.days[number][0] == self.day

    def _lines(self, day: date, found: list[Entry]) -> list[Line]:
        """Its number with its counts beside it, or below it where that is too narrow; then its entries."""
        other = day.month != self.day.month
        counted = entries.counts(found)
        number = f"{'▸' if day == clock.today() else ''}{day.day}{f' {day:%b}' if day.day == 1 else ''}"
        look = "muted" if other else "head" if day == clock.today() else "text"
        late = "bad" if counted.overdue else "muted"
        room = self.column - GAP - max(LEAST, width(number))
        signs = next((told for told in (counted.words(), counted.signs()) if width(told) <= room), None)
        above = [Line((Part(number, REST, look), Part(signs, 0, late)))] if signs else [Line((Part(number, REST, look),))]
        if signs is None:
            above.append(Line((Part(counted.signs().replace(" ", "" if width(counted.signs()) > self.column else " "), REST, late),)))
        return [*above, *(self._title(each, other) for each in found[: max(0, self._rows - len(above))])]

    def _title(self, entry: Entry, quiet: bool) -> Line:
        return Line((Part(f"{entries.time(entry)} {entry.title}".strip(), REST, "muted" if quiet else entries.style(entry)),))

    def go(self, day: date) -> None:
        """Put the cursor on a day; one of another month turns to that month."""
        if (day.year, day.month) != (self.day.year, self.day.month):
            self.post_message(self.Turned(day))
            return
        super().go(day)

    def action_move(self, by: int) -> None:
        """The same day a week on, or a week back."""
        self.go(self.day + timedelta(days=by * DAYS))

    def action_page(self, by: int) -> None:
        """The month after, or the one before."""
        self.go(month_start(self.day, by))

    def action_edge(self, side: int) -> None:
        """The first or the last day of the month."""
        inside = [day for day, _ in self.days if day.month == self.day.month]
        self.go(inside[0 if side < 0 else -1])

    def click(self, place: int, row: int) -> None:
        """The day that was clicked."""
        number = row // self._rows * DAYS + place
        if row >= 0 and number < len(self.days):
            self.go(self.days[number][0])
