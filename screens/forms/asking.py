"""Short questions: one of a few, a line of text, yes or no."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from crmtui.present.cleaner import show, width
from crmtui.store.keys import fold
from screens.forms.editors import letters
from screens.lines import REST, Line, Part
from screens.sheet import Sheet
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

FITTING = 40
"""Cells of a question that stands in the border; a longer one stands below it."""


class Pick(ModalScreen[str]):
    """One of a few, by its letter, by Enter, or by a double click; Escape gives none.

    Of `named` ones, such as people, the first letters are typed: those stay whose words begin so. One alone is taken, the first by Enter.
    """

    DEFAULT_CSS = """
    Pick { align: center middle; background: $background 60%; }
    Pick > Vertical { width: 48; max-width: 96%; height: auto; max-height: 90%; background: $surface; border: round $primary;
        border-title-color: $text-primary; border-subtitle-color: $text-muted; padding: 0 1; }
    Pick #question { height: auto; max-height: 6; padding-bottom: 1; color: $text-primary; text-style: bold; }
    Pick Sheet { height: auto; max-height: 18; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "leave")]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], named: bool = False) -> None:
        super().__init__()
        self._title = title
        self._choices = list(choices)
        self._keys = [""] * len(choices) if named else letters([word for _, word in choices])
        self._named = named
        self._typed = ""
        self._over = False

    def compose(self) -> ComposeResult:
        """A line for each."""
        with Vertical() as box:
            if width(show(self._title)) > FITTING:
                yield Static(Content(show(self._title)), id="question")
            else:
                box.border_title = Content(show(self._title))
            box.border_subtitle = "type the name · ⏎ take · Esc leave" if self._named else "⏎ take · Esc leave"
            yield Sheet(self._lines())

    def _lines(self) -> list[Line]:
        """A line for each that the typed letters leave."""
        wanted = fold(self._typed)
        left = [place for place, (_, word) in enumerate(self._choices) if any(part.startswith(wanted) for part in fold(word).split())]
        return [Line((Part(self._keys[at] or " ", 1, "accent"), Part(self._choices[at][1], REST)), Subject("choice", at)) for at in left]

    def on_key(self, event: events.Key) -> None:
        """The letter of a choice takes it; of named ones it leaves those that begin so."""
        key = (event.character or "").lower()
        if self._named and ((key.isprintable() and key) or event.key == "backspace"):
            event.stop()
            typed = self._typed[:-1] if event.key == "backspace" else self._typed + key
            kept, self._typed = self._typed, typed
            lines = self._lines()
            if len(lines) == 1 and typed and lines[0].subject:
                self._take(lines[0].subject.id, by_letter=True)
            elif lines:
                self.query_one(Sheet).fill(lines)
            else:
                self._typed = kept
                self.app.bell()
        elif key and key in self._keys:
            event.stop()
            self._take(self._keys.index(key), by_letter=True)

    @on(Sheet.Opened)
    def _taken(self, event: Sheet.Opened) -> None:
        event.stop()
        self._take(event.subject.id)

    def _take(self, place: int, by_letter: bool = False) -> None:
        """Give a choice, once: whoever types its word whole has typed further letters by now."""
        if not self._over:
            self._over = True
            if by_letter:
                cast("CrmApp", self.app).deafen()
            self.dismiss(self._choices[place][0])


def pick(
    app: CrmApp, title: str, choices: Sequence[tuple[str, str]], then: Callable[[str], Awaitable[None]], *, named: bool = False
) -> None:
    """Ask for one of a few (value and word each), and go on with its value; nothing happens when none is taken.

    `named`: they are called by names, which people type.
    """

    def taken(value: str | None) -> None:
        if value is not None:
            app.call_later(then, value)

    app.push_screen(Pick(title, choices, named), taken)
