"""The page of keys: what every key does in the view that is shown, with the names that a key map uses."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from screens import actions
from screens.forms.reading import Reading
from screens.lines import BLANK, REST, Line, Part, head

if TYPE_CHECKING:
    from screens.app import CrmApp

MOVING = (
    ("↑ ↓", "Go through the lines; ← → between columns."),
    ("PgUp PgDn Home End", "Go further, to the first, to the last."),
    ("Tab ⇧Tab", "Go to the next list of the view, or the one before."),
    ("⏎", "Open what is chosen. A double click does so too."),
)
"""Keys that no action of the table has."""


class Keys(Reading):
    """The keys that do something in the view that is shown, by group, each with the name that a key map calls it by."""

    def __init__(self, app: CrmApp) -> None:
        told = [each for each in actions.ACTIONS if app.available(each)]
        lines = [head("Moving")]
        lines += [Line((Part(keys, 20, "accent"), Part(sentence, REST))) for keys, sentence in MOVING]
        for group, members in groupby(sorted(told, key=lambda each: ORDER.index(each.group)), key=lambda each: each.group):
            lines += [BLANK, head(TITLES[group])]
            lines += [_line(app, each) for each in members]
        super().__init__("Keys of this view", lines, "Esc leave · the last word is the action's name in a key map")


def _line(app: CrmApp, action: actions.Action) -> Line:
    keys = " ".join(actions.sign(key) for key in actions.keys_of(action.name, app.keys))
    return Line((Part(keys, 8, "accent"), Part(action.sentence, REST), Part(action.name, 16, "muted")))


ORDER = ("Go", "Record", "List", "Change", "Program")
TITLES = {"Go": "Going", "Record": "With what is chosen", "List": "In the list", "Change": "Adding and undoing", "Program": "The program"}
