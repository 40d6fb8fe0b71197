"""The page of keys: what every key does in the view that is shown, with the names that a key map uses."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from screens import actions
from screens.lines import BLANK, REST, Line, Part, head
from screens.sheet import Sheet

MOVING = (
    ("↑ ↓", "Go through the lines; ← → between columns."),
    ("PgUp PgDn Home End", "Go further, to the first, to the last."),
    ("Tab ⇧Tab", "Go to the next list of the view, or the one before."),
    ("⏎", "Open what is chosen. A double click does so too."),
)
"""Keys that no action of the table has."""


class Keys(ModalScreen[None]):
    """The keys that do something here, by group; any of Escape, Enter, q and ? leaves."""

    DEFAULT_CSS = """
    Keys { align: center middle; background: $background 60%; }
    Keys > Vertical { width: 84; max-width: 96%; height: auto; max-height: 96%; background: $surface; border: round $primary;
        border-title-color: $text-primary; border-subtitle-color: $text-muted; padding: 0 1; }
    Keys Sheet { height: auto; max-height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,question_mark", "dismiss", "leave")]

    def compose(self) -> ComposeResult:
        """All of it in one list that scrolls."""
        app = self.app
        told = [each for each in actions.ACTIONS if app.available(each)]  # type: ignore[attr-defined]
        lines = [head("Moving")]
        lines += [Line((Part(keys, 20, "accent"), Part(sentence, REST))) for keys, sentence in MOVING]
        for group, members in groupby(sorted(told, key=lambda each: ORDER.index(each.group)), key=lambda each: each.group):
            lines += [BLANK, head(TITLES[group])]
            lines += [self._line(each) for each in members]
        with Vertical() as box:
            box.border_title = "Keys of this view"
            box.border_subtitle = "Esc leave · the word at the end is the action's name in a key map"
            yield Sheet(lines)

    def _line(self, action: actions.Action) -> Line:
        keys = " ".join(actions.sign(key) for key in actions.keys_of(action.name, self.app.keys))  # type: ignore[attr-defined]
        return Line((Part(keys, 8, "accent"), Part(action.sentence, REST), Part(action.name, 16, "muted")))


ORDER = ("Go", "Record", "List", "Change", "Program")
TITLES = {"Go": "Going", "Record": "With what is chosen", "List": "In the list", "Change": "Adding and undoing", "Program": "The program"}
