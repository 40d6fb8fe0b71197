"""Short questions: one of a few, a line of text, yes or no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from crmtui.present.cleaner import show, width
from screens.forms.editors import letters
from screens.lines import REST, Line, Part
from screens.sheet import Sheet
from screens.subject import Subject

FITTING = 40
"""Cells of a question that stands in the border; a longer one stands below it."""


class Pick(ModalScreen[str]):
    """One of a few, by its letter, by Enter, or by a double click; Escape gives none."""

    DEFAULT_CSS = """
    Pick { align: center middle; background: $background 60%; }
    Pick > Vertical { width: 48; max-width: 96%; height: auto; max-height: 90%; background: $surface; border: round $primary;
        border-title-color: $text-primary; border-subtitle-color: $text-muted; padding: 0 1; }
    Pick #question { height: auto; max-height: 6; padding-bottom: 1; color: $text-primary; text-style: bold; }
    Pick Sheet { height: auto; max-height: 18; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "leave")]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._keys = letters([word for _, word in choices])

    def compose(self) -> ComposeResult:
        """A line for each."""
        with Vertical() as box:
            if width(show(self._title)) > FITTING:
                yield Static(Content(show(self._title)), id="question")
            else:
                box.border_title = Content(show(self._title))
            box.border_subtitle = "⏎ take · Esc leave"
            yield Sheet(
                [
                    Line((Part(key or " ", 1, "accent"), Part(word, REST)), Subject("choice", place))
                    for place, (key, (_, word)) in enumerate(zip(self._keys, self._choices, strict=True))
                ]
            )

    def on_key(self, event: events.Key) -> None:
        """The letter of a choice takes it."""
        key = (event.character or "").lower()
        if key and key in self._keys:
            event.stop()
            self.dismiss(self._choices[self._keys.index(key)][0])

    @on(Sheet.Opened)
    def _taken(self, event: Sheet.Opened) -> None:
        event.stop()
        self.dismiss(self._choices[event.subject.id][0])


def pick(app: App[Any], title: str, choices: Sequence[tuple[str, str]], then: Callable[[str], Awaitable[None]]) -> None:
    """Ask for one of a few (value and word each), and go on with its value; nothing happens when none is taken."""

    def taken(value: str | None) -> None:
        if value is not None:
            app.call_later(then, value)

    app.push_screen(Pick(title, choices), taken)
