"""A sheet: a list of lines of which some can be chosen and opened; drawn line by line, without a widget each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from screens import lines
from screens.lines import Line
from screens.subject import Subject

MOVES: list[BindingType] = [
    Binding("up", "move(-1)", "up", show=False, id="move.up"),
    Binding("down", "move(1)", "down", show=False, id="move.down"),
    Binding("pageup", "page(-1)", "page up", show=False, id="move.page_up"),
    Binding("pagedown", "page(1)", "page down", show=False, id="move.page_down"),
    Binding("home", "edge(-1)", "first", show=False, id="move.first"),
    Binding("end", "edge(1)", "last", show=False, id="move.last"),
    Binding("enter", "open", "open", show=False, id="open"),
]
"""The keys that move in every list; their names are those of the key map."""

LINE_STYLES = """
    & > .line--text { color: $foreground; }
    & > .line--muted { color: $text-muted; }
    & > .line--accent { color: $text-accent; }
    & > .line--good { color: $text-success; }
    & > .line--warn { color: $text-warning; }
    & > .line--bad { color: $text-error; text-style: bold; }
    & > .line--head { color: $text-primary; text-style: bold; }
    & > .line--cursor { background: $block-cursor-background; color: $block-cursor-foreground; text-style: bold; }
    & > .line--idle { background: $surface-lighten-2; }
    & > .line--marked { background: $primary-muted; }
"""
"""How the styles of `lines.STYLES` look in a widget that draws lines."""

LINE_CLASSES = {*(f"line--{name}" for name in lines.STYLES), "line--cursor", "line--idle", "line--marked"}


class Sheet(ScrollView, can_focus=True):
    """Lines, and a cursor on one of those that have a subject. The cursor follows its subject when the lines are drawn anew."""

    COMPONENT_CLASSES: ClassVar[set[str]] = LINE_CLASSES
    DEFAULT_CSS = "Sheet { background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden;" + LINE_STYLES + "}"
    BINDINGS: ClassVar[list[BindingType]] = MOVES

    class Opened(Message):
        """A line was opened, by Enter or by a click on the chosen one."""

        def __init__(self, sheet: Sheet, subject: Subject) -> None:
            super().__init__()
            self.sheet, self.subject = sheet, subject

        @property
        def control(self) -> Sheet:
            """The sheet it was opened in."""
            return self.sheet

    class Chosen(Message):
        """The cursor has come to another line."""

        def __init__(self, sheet: Sheet, subject: Subject | None) -> None:
            super().__init__()
            self.sheet, self.subject = sheet, subject

        @property
        def control(self) -> Sheet:
            """The sheet it moved in."""
            return self.sheet

    class Left(Message):
        """The cursor was to move beyond the first (-1) or the last (1) line."""

        def __init__(self, sheet: Sheet, by: int) -> None:
            super().__init__()
            self.sheet, self.by = sheet, by

        @property
        def control(self) -> Sheet:
            """The sheet it was in."""
            return self.sheet

    def __init__(self, content: Sequence[Line] = (), *, id: str | None = None, steered: bool = False) -> None:
        """`steered`: the keys that move its cursor go to another widget."""
        super().__init__(id=id)
        self._steered = steered
        self.lines: list[Line] = list(content)
        self._given = self.lines
        self._room = 0
        self._cursor = self._first()

    @property
    def subject(self) -> Subject | None:
        """The subject of the line under the cursor."""
        return self.lines[self._cursor].subject if 0 <= self._cursor < len(self.lines) else None

    @property
    def key(self) -> str:
        """What tells the line under the cursor from others of its subject."""
        return self.lines[self._cursor].key if 0 <= self._cursor < len(self.lines) else ""

    @property
    def subjects(self) -> list[Subject]:
        """The subjects of all lines, in order, each once."""
        return list(dict.fromkeys(line.subject for line in self.lines if line.subject))

    def fill(self, content: Sequence[Line]) -> None:
        """Show these lines instead; the cursor stays with its subject, or else where it was."""
        before = self.lines[self._cursor] if 0 <= self._cursor < len(self.lines) else None
        room = self._cells - (not self.show_vertical_scrollbar)  # as if there were a scroll bar: there may be one with these lines
        laid_out = [part for line in content for part in lines.wrapped(line, room)]
        self._given = list(content)
        if before is not None and laid_out == self.lines:
            return
        self.lines = laid_out
        same = [
            i for i, line in enumerate(self.lines) if before and line.subject and (line.subject, line.key) == (before.subject, before.key)
        ]
        self._cursor = same[0] if same else self._nearest(self._cursor)
        self.virtual_size = Size(self._cells, len(self.lines))
        self.refresh()

    def choose(self, subject: Subject, key: str | None = None) -> bool:
        """Put the cursor on the line of a subject, of this key if one is given; say whether there is one."""
        same = (place for place, line in enumerate(self.lines) if line.subject == subject and key in (None, line.key))
        found = next(same, None)
        if found is not None:
            self._go(found)
        return found is not None

    def on_mount(self) -> None:
        """Know how many lines there are."""
        self.virtual_size = Size(self._cells, len(self.lines))

    def on_resize(self) -> None:
        """What is wrapped is wrapped anew."""
        if any(line.wraps for line in self._given):
            self.fill(self._given)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view; how wide they are is the same for all, and found out once."""
        self._room = self._cells
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """One line of what is in view."""
        place = self.scroll_offset.y + y
        if place >= len(self.lines):
            return Strip.blank(self._room, self._look("text"))
        over = None
        if place == self._cursor and self.lines[place].subject:
            over = self.get_component_rich_style("line--cursor" if self.has_focus or self._steered else "line--idle", partial=True)
        return lines.strip(self.lines[place], self._room, self._look, over)

    @property
    def _cells(self) -> int:
        """Cells of a line, beside the scroll bar."""
        return self.scrollable_content_region.width

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"line--{name}")

    def _choosable(self) -> list[int]:
        return [place for place, line in enumerate(self.lines) if line.subject]

    def _first(self) -> int:
        return next((place for place, line in enumerate(self.lines) if line.subject), -1)

    def _nearest(self, place: int) -> int:
        return min(self._choosable(), key=lambda each: abs(each - place), default=-1)

    def _go(self, place: int) -> None:
        if place == self._cursor:
            return
        before, self._cursor = self._cursor, place
        top = 0 if place == self._first() else place  # the head above the first line comes into view with it
        self.scroll_to_region(Region(0, top, 1, place - top + 1), animate=False, force=True)
        for each in (before, place):
            self.refresh_lines(each, 1)
        self.post_message(self.Chosen(self, self.subject))

    def action_move(self, by: int) -> None:
        """Go to the next line that can be chosen, or the one before; without one, scroll."""
        places = self._choosable()
        ahead = [place for place in places if (place - self._cursor) * by > 0]
        if ahead:
            self._go(ahead[0] if by > 0 else ahead[-1])
        elif (by > 0 and self.scroll_offset.y < self.max_scroll_y) or (by < 0 and self.scroll_offset.y > 0):
            self.scroll_relative(y=by, animate=False, force=True)
        else:
            self.post_message(self.Left(self, by))

    def action_page(self, by: int) -> None:
        """Go a screen further."""
        step = max(1, self.size.height - 1)
        if self._choosable():
            self._go(self._nearest(max(0, min(len(self.lines) - 1, self._cursor + by * step))))
        else:
            self.scroll_relative(y=by * step, animate=False, force=True)

    def action_edge(self, side: int) -> None:
        """Go to the first or the last line."""
        places = self._choosable()
        if places:
            self._go(places[0] if side < 0 else places[-1])

    def action_open(self) -> None:
        """Open the chosen line."""
        if self.subject:
            self.post_message(self.Opened(self, self.subject))

    def on_click(self, event: Click) -> None:
        """Choose the line that was clicked; open it when it was chosen already."""
        place = self.scroll_offset.y + int(event.y)
        if place < len(self.lines) and self.lines[place].subject:
            if place == self._cursor and (self.has_focus and event.chain > 1):
                self.action_open()
            else:
                self._go(place)

    def on_focus(self) -> None:
        """The cursor looks different where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different where the keys do not go."""
        self.refresh()
