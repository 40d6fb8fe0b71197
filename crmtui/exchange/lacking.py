"""What the rows of a file name that is not here, or call a status that is none: asked about when it keeps most of the file out."""

from __future__ import annotations

from collections.abc import Callable

from crmtui.errors import Question, Undecided
from crmtui.exchange.cells import ID, STATUS, Rejected
from crmtui.exchange.terms import Options
from crmtui.store.keys import letters

_TOLD = 5
_MISSING = (("create", "make what the rows name"), ("reject", "put the rows aside"))


class Lacking:
    """Collects what rows were rejected for, as far as `--create-missing` would make it."""

    def __init__(self, options: Options) -> None:
        self._makes, self._rejects = options.create_missing, options.reject_missing
        self._names: dict[str, dict[str, None]] = {}
        self._words: dict[tuple[str, str], dict[str, None]] = {}
        self._rows = 0

    def note(self, why: Rejected) -> None:
        """A rejected row. What a column of ids names is made by its own file alone."""
        if why.missing and why.missing.noun in (STATUS, ID):
            self._words.setdefault((why.missing.noun, why.column), {})[why.missing.name] = None
            self._rows += 1
        elif why.missing and not self._makes and not letters(why.column).endswith(("id", "ids")):
            self._names.setdefault(why.missing.noun, {})[why.missing.name] = None
            self._rows += 1

    def settle(self, stages: Callable[[], None], rows: int) -> None:
        """Raise `Undecided` for unknown stages, which `stages` does, and for what is missing; for both at once when both are."""
        asks = not self._rejects and self._rows * 2 > rows
        try:
            stages()
        except Undecided as why:
            if not asks:
                raise
            raise Undecided(f"{why.sentence}; {self._told()}", f"{why.hint}; and {self._hint()}", why.question) from None
        if asks:
            raise Undecided(self._told(), self._hint(), None if self._words else Question("missing", _MISSING))

    def _told(self) -> str:
        said = [f"no {noun} {_listed(list(names))}" for noun, names in self._names.items()]
        said += [f'no {noun} {_listed(list(words))} of column "{column}"' for (noun, column), words in self._words.items()]
        return " and ".join(said)

    def _hint(self) -> str:
        ways = []
        if self._names:
            nouns = " and ".join(f"the {noun}s" for noun in self._names)
            ways.append(f"pass --create-missing to make what the rows name, or import {nouns} first")
        for noun, column in self._words:
            first = (
                f'pass --map "{column}=tags" to keep the words as tags' if noun == STATUS else "import the file that has these ids first"
            )
            ways.append(f'{first}, or pass --map "{column}=" to leave them out')
        return f"{', and '.join(ways)}, or pass --reject-missing to put the rows aside"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else ""
    return ", ".join(f'"{name}"' for name in names[:_TOLD]) + more
