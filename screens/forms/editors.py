"""The editors of fields: a line of text that offers what is known, a choice of a few, text of many lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click, Key
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, TextArea

from crmtui.present.cleaner import masked, show, width


def letters(words: Sequence[str]) -> list[str]:
    """A letter for each word to pick it by: the first of its letters that no word before it took; "" when all are taken."""
    found: list[str] = []
    for word in words:
        found.append(next((char.lower() for char in word if char.isalnum() and char.lower() not in found), ""))
    return found


class Changed(Message):
    """What is typed in an editor has changed."""


class Wanted(Message):
    """Enter was pressed in an editor: the form is to be saved."""


class TextLine(Input):
    """A line of text. Down and up go through what is offered below it; Enter takes the offer that is chosen, else saves the form."""

    DEFAULT_CSS = (
        "TextLine { height: 1; border: none; padding: 0 1; background: $surface; } TextLine:focus { background: $panel; border: none; }"
    )

    def __init__(self, value: str) -> None:
        super().__init__(value, compact=True, select_on_focus=False)

    @property
    def _value(self) -> Text:
        """What is drawn: pasted or stored text may hold what would steer the terminal."""
        return Text(masked(self.value), no_wrap=True, overflow="ignore", end="")

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.value

    @typed.setter
    def typed(self, text: str) -> None:
        self.value = text
        self.cursor_position = len(text)


class Prose(TextArea):
    """Text of several lines; Enter begins a new one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", show=False)]
    DEFAULT_CSS = "Prose { height: 3; border: none; padding: 0 1; background: $surface; } Prose:focus { background: $panel; border: none; }"

    def __init__(self, value: str) -> None:
        super().__init__(value, compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)

    def get_line(self, line_index: int) -> Text:
        """What is drawn of a line, harmless."""
        return Text(masked(self.document.get_line(line_index)), end="", no_wrap=True)

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.text

    @typed.setter
    def typed(self, text: str) -> None:
        self.text = text


class Choice(Widget, can_focus=True):
    """One of a few: left and right go through them, the first letter of a word (or its number) picks one."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"choice--one", "choice--other"}
    DEFAULT_CSS = """
    Choice { height: 1; padding: 0 1; background: $surface; }
    Choice:focus { background: $panel; }
    Choice > .choice--one { background: $primary; color: $background; text-style: bold; }
    Choice > .choice--other { color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("enter", "save", show=False),
    ]

    class Picked(Message):
        """One was picked by its own key: whoever fills the form wants to go on."""

    def __init__(self, choices: list[tuple[str, str]], value: str) -> None:
        super().__init__()
        self._choices = choices
        self._keys = letters([word for _, word in choices])
        self._left = 0
        self.typed = value

    @property
    def typed(self) -> str:
        """The value that is chosen; "" for none."""
        return self._typed

    @typed.setter
    def typed(self, text: str) -> None:
        self._typed = text
        if self.is_attached:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The words side by side, the chosen one set off, the key of each told by its underline."""
        start = 0
        spans: list[tuple[int, int]] = []
        segments: list[Segment] = []
        for place, (value, word) in enumerate(self._choices):
            style = self.get_component_rich_style("choice--one" if value == self.typed else "choice--other")
            parts = self._word(show(word), self._keys[place], style)
            spans.append((start, start + width(show(word)) + 2))
            segments += [Segment(" ", style), *parts, Segment(" ", style), Segment(" ", self.rich_style)]
            start += width(show(word)) + 3
        room = self.size.width
        ahead = next((end for place, (_, end) in enumerate(spans) if self._choices[place][0] == self.typed), 0)
        ahead += ahead < start - 1  # for the sign that there are more
        self._left = left = max(0, ahead - room)
        if start - 1 <= left + room:
            return Strip(segments).crop(left, left + room).adjust_cell_length(room, self.rich_style)
        more = Strip([Segment("…", self.rich_style)])
        return Strip.join([Strip(segments).crop(left, left + room - 1).adjust_cell_length(room - 1, self.rich_style), more])

    def _word(self, word: str, key: str, style: Style) -> list[Segment]:
        at = word.lower().find(key) if key else -1
        if at < 0:
            return [Segment(word, style)]
        under = style + Style(underline=True)
        return [Segment(word[:at], style), Segment(word[at : at + 1], under), Segment(word[at + 1 :], style)]

    def _pick(self, place: int) -> None:
        self.typed = self._choices[place][0]
        self.post_message(Changed())

    def action_step(self, by: int) -> None:
        """The next choice, or the one before, round and round."""
        values = [value for value, _ in self._choices]
        here = values.index(self.typed) if self.typed in values else -1 if by > 0 else 0
        self._pick((here + by) % len(values))

    def action_save(self) -> None:
        """Enter saves, as in a line of text."""
        self.post_message(Wanted())

    def on_key(self, event: Key) -> None:
        """A choice's own key picks it."""
        key = (event.character or "").lower()
        if key and key in self._keys:
            event.stop()
            self._pick(self._keys.index(key))
            self.post_message(self.Picked())

    def on_click(self, event: Click) -> None:
        """A click picks."""
        start = 1
        for place, (_, word) in enumerate(self._choices):
            end = start + width(show(word)) + 3
            if start <= event.x + self._left < end:
                self._pick(place)
                return
            start = end

    def on_focus(self) -> None:
        """Redraw: the ground differs where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """Redraw as above."""
        self.refresh()
