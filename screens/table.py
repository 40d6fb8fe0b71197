"""A table that scrolls a million rows: it holds their ids, reads a page of rows when they come into view, and draws lines."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.timer import Timer

from crmtui.frozen import dataclass
from screens import lines
from screens.lines import REST, Line, Part
from screens.sheet import LINE_CLASSES, LINE_STYLES, MOVES
from screens.subject import Subject
from screens.whole_lines import WholeLines

PAGE = 100
"""Rows read at once."""

PAGES_KEPT = 12
"""Pages kept in memory; the one looked at longest ago goes first."""

AHEAD_SECONDS = 0.05
"""How long after a page key the rows of the next pages are read."""

HEAD = 1
"""Lines above the rows, for the titles."""

MARGIN = 1
"""Cells left blank on both sides of a line."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its width (`REST` shares what is left), the text of a row, its style, the word to sort by it ("" for none).

    `least` is the width of the table from which on it is shown.
    """

    title: str
    cells: int
    text: Callable[[Any], str]
    style: Callable[[Any], str] | None = None
    sort: str = ""
    right: bool = False
    least: int = 0


class Table(WholeLines, ScrollView, can_focus=True):
    """Rows of one noun under titles. The cursor and the marks follow the records when the rows come in another order."""

    COMPONENT_CLASSES: ClassVar[set[str]] = LINE_CLASSES
    DEFAULT_CSS = "Table { background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;" + LINE_STYLES + "}"
    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Opened(Message):
        """A row was opened."""

        def __init__(self, table: Table, subject: Subject) -> None:
            super().__init__()
            self.table, self.subject = table, subject

        @property
        def control(self) -> Table:
            """The table it was opened in."""
            return self.table

    class Chosen(Message):
        """The cursor has come to another row."""

        def __init__(self, table: Table, subject: Subject | None) -> None:
            super().__init__()
            self.table, self.subject = table, subject

        @property
        def control(self) -> Table:
            """The table it moved in."""
            return self.table

    class Sorted(Message):
        """The title of a column that can be sorted by was clicked."""

        def __init__(self, sort: str) -> None:
            super().__init__()
            self.sort = sort

    def __init__(
        self, noun: str, columns: Sequence[Column], read: Callable[[Sequence[int]], Sequence[Any]], *, id: str | None = None
    ) -> None:
        """`read` gives the rows of some ids, in their order; each has an `id`."""
        super().__init__(id=id)
        self.noun = noun
        self.ids: Sequence[int] = array("q")
        self.marked: set[int] = set()
        self.sort, self.descending = "", False
        self._columns = tuple(columns)
        self._read = read
        self._pages: OrderedDict[int, list[Any]] = OrderedDict()
        self._cursor = 0
        self._room = 0
        self._columns_shown: list[Column] = []
        self._reading_ahead: Timer | None = None

    # -- what it holds

    @property
    def subject(self) -> Subject | None:
        """The record under the cursor."""
        return Subject(self.noun, self.ids[self._cursor]) if self._cursor < len(self.ids) else None

    @property
    def subjects(self) -> list[Subject]:
        """The marked records in the order of the list, after them those that it does not show now; else the one under the cursor."""
        if self.marked:
            shown = [id_ for id_ in self.ids if id_ in self.marked]
            return [Subject(self.noun, id_) for id_ in (*shown, *sorted(self.marked - set(shown)))]
        return [self.subject] if self.subject else []

    @property
    def place(self) -> int:
        """Where the cursor is, from 0."""
        return self._cursor

    def fill(self, ids: Sequence[int], *, top: bool = False) -> None:
        """Show these records instead. The cursor stays with its record, at the same height of the screen if it can; or goes to the top."""
        if top:
            self._cursor = 0
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        at = self.ids[self._cursor] if self._cursor < len(self.ids) and not top else None
        height = self._cursor - self.scroll_offset.y
        unmoved = not top and self._cursor < len(ids) and ids[self._cursor] == at
        self.ids = ids
        self._pages.clear()
        if not unmoved:
            self._cursor = self._found(at)
        self.virtual_size = Size(self._cells, len(ids) + HEAD)
        if not unmoved:
            self.scroll_to(y=max(0, self._cursor - height), animate=False, force=True, immediate=True)
        self.refresh()
        if not unmoved:
            self.post_message(self.Chosen(self, self.subject))

    def _found(self, id_: int | None) -> int:
        if id_ is not None and id_ in self.ids:
            return self.ids.index(id_)
        return max(0, min(self._cursor, len(self.ids) - 1))

    def renew(self) -> None:
        """Read the rows in view anew; their order stays."""
        self._pages.clear()
        self.refresh()

    def show_sorted(self, sort: str, descending: bool) -> None:
        """Mark the column that the rows are sorted by."""
        self.sort, self.descending = sort, descending
        self.refresh()

    def choose(self, id_: int) -> bool:
        """Put the cursor on a record; say whether it is there."""
        if id_ not in self.ids:
            return False
        self._go(self._found(id_))
        return True

    def mark(self) -> None:
        """Mark the record under the cursor, or unmark it, and go on to the next."""
        if self.subject:
            self.marked ^= {self.subject.id}
            self._go(min(self._cursor + 1, len(self.ids) - 1))
            self.refresh()

    def mark_all(self) -> None:
        """Mark all the records of the list; none, when all are marked."""
        self.marked = set() if len(self.marked) == len(self.ids) else set(self.ids)
        self.refresh()

    def row(self, place: int) -> Any:
        """The row at a place, read with its page when it is not at hand; None when the record has gone meanwhile."""
        number, within = divmod(place, PAGE)
        page = self._pages.get(number)
        if page is None:
            wanted = self.ids[number * PAGE : (number + 1) * PAGE]
            found = {row.id: row for row in self._read(list(wanted))}
            page = self._pages[number] = [found.get(id_) for id_ in wanted]
            while len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return page[within]

    # -- drawing

    def on_mount(self) -> None:
        """Know how many lines there are."""
        self.virtual_size = Size(self._cells, len(self.ids) + HEAD)

    def on_resize(self, event: Resize) -> None:
        """Other columns may fit now."""
        self.virtual_size = Size(event.size.width, len(self.ids) + HEAD)

    def render_line(self, y: int) -> Strip:
        """The titles, or one of the rows in view."""
        if y < HEAD:
            return self._between_margins(lines.strip(self._titles(), self._room, self._look))
        place = self.scroll_offset.y + y - HEAD
        if place >= len(self.ids):
            return Strip.blank(self._room + 2 * MARGIN, self._look("text"))
        return self._between_margins(self._row_line(place))

    def _row_line(self, place: int) -> Strip:
        over = None
        if place == self._cursor:
            over = self.get_component_rich_style("line--cursor" if self.has_focus else "line--idle", partial=True)
        elif self.ids[place] in self.marked:
            over = self.get_component_rich_style("line--marked", partial=True)
        return lines.strip(self._line(place), self._room, self._look, over)

    def _between_margins(self, strip: Strip) -> Strip:
        margin = Segment(" " * MARGIN, self._look("text"))
        return Strip([margin, *strip, margin], self._room + 2 * MARGIN)

    @property
    def _cells(self) -> int:
        """Cells of a line between its margins, beside the scroll bar."""
        return max(0, self.scrollable_content_region.width - 2 * MARGIN)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view; how wide they are and which columns they have is the same for all, and found out once."""
        self._room = self._cells
        self._columns_shown = [column for column in self._columns if self._room >= column.least]
        return super().render_lines(crop)

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"line--{name}")

    def _titles(self) -> Line:
        def title(column: Column) -> str:
            return f"{column.title} {'▼' if self.descending else '▲'}" if column.sort and column.sort == self.sort else column.title

        return Line((Part(" ", 1), *(Part(title(column), column.cells, "head", column.right) for column in self._columns_shown)))

    def _line(self, place: int) -> Line:
        row = self.row(place)
        if row is None:
            return Line((Part(" ", 1), Part("gone", REST, "muted")))
        sign = Part("●" if row.id in self.marked else " ", 1, "accent")
        return Line(
            (
                sign,
                *(
                    Part(column.text(row), column.cells, column.style(row) if column.style else "text", column.right)
                    for column in self._columns_shown
                ),
            )
        )

    # -- moving

    def _go(self, place: int) -> None:
        if place == self._cursor or not 0 <= place < len(self.ids):
            return
        before, self._cursor = self._cursor, place
        top, room = self.scroll_offset.y, max(1, self.size.height - HEAD)
        if not top <= place < top + room:
            self.scroll_to(y=place if place < top else place - room + 1, animate=False, force=True, immediate=True)
        for each in (before, place):
            self.refresh(Region(0, each - self.scroll_offset.y + HEAD, self.size.width, 1))
        self.post_message(self.Chosen(self, self.subject))

    def action_move(self, by: int) -> None:
        """Go to the next row, or the one before."""
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Go a screen further, and scroll with it."""
        step = max(1, self.size.height - HEAD - 1)
        target = max(0, min(len(self.ids) - 1, self._cursor + by * step))
        self.scroll_to(y=self.scroll_offset.y + target - self._cursor, animate=False, force=True, immediate=True)
        self._go(target)
        if self._reading_ahead is not None:
            self._reading_ahead.stop()
        self._reading_ahead = self.set_timer(AHEAD_SECONDS, lambda: self._read_ahead(target + 2 * by * step))

    def _read_ahead(self, place: int) -> None:
        """Read the rows that the next page keys will show, while nobody waits for them."""
        if 0 <= place < len(self.ids):
            self.row(place)

    def action_edge(self, side: int) -> None:
        """Go to the first or the last row."""
        self._go(0 if side < 0 else len(self.ids) - 1)

    def action_open(self) -> None:
        """Open the row under the cursor."""
        if self.subject:
            self.post_message(self.Opened(self, self.subject))

    def on_click(self, event: Click) -> None:
        """A title sorts; a row is chosen, and opened by a double click."""
        if event.y < HEAD:
            self._click_title(int(event.x) - MARGIN)
            return
        place = self.scroll_offset.y + int(event.y) - HEAD
        if place == self._cursor and event.chain > 1:
            self.action_open()
        else:
            self._go(place)

    def _click_title(self, x: int) -> None:
        end = 1 + lines.GAP
        for column, size in zip(self._columns_shown, lines.sizes(self._titles().parts, self._cells)[1:], strict=True):
            if x < end + size:
                if column.sort:
                    self.post_message(self.Sorted(column.sort))
                return
            end += size + lines.GAP

    def on_focus(self) -> None:
        """The cursor looks different where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different where the keys do not go."""
        self.refresh()
