"""What the rows of a file name that is not here: asked about, with the stages, when it keeps most of the file out."""

from __future__ import annotations

from collections.abc import Callable

from crmtui.errors import Question, Undecided
from crmtui.exchange.cells import Rejected
from crmtui.exchange.terms import Options
from crmtui.store.keys import letters

_TOLD = 5
_MISSING = (("create", "make what the rows name"), ("reject", "put the rows aside"))


class Lacking:
    """Collects what rows were rejected for, as far as `--create-missing` would make it."""

    def __init__(self, options: Options) -> None:
        self._asks = not (options.create_missing or options.reject_missing)
        self._names: dict[str, dict[str, None]] = {}
        self._rows = 0

    def note(self, why: Rejected) -> None:
        """A rejected row. What a column of ids names is made by its own file alone."""
        if why.missing and not letters(why.column).endswith(("id", "ids")):
            self._names.setdefault(why.missing.noun, {})[why.missing.name] = None
            self._rows += 1

    def settle(self, stages: Callable[[], None], rows: int) -> None:
        """Raise `Undecided` for unknown stages, which `stages` does, and for what is missing; for both at once when both are."""
        asks = self._asks and self._rows * 2 > rows
        try:
            stages()
        except Undecided as why:
            if not asks:
                raise
            raise Undecided(f"{why.sentence}; {self._told()}", f"{why.hint}; and {self._hint()}", why.question) from None
        if asks:
            raise Undecided(self._told(), self._hint(), Question("missing", _MISSING))

    def _told(self) -> str:
        return " and ".join(f"no {noun} {_listed(list(names))}" for noun, names in self._names.items())

    def _hint(self) -> str:
        nouns = " and ".join(f"the {noun}s" for noun in self._names)
        return f"pass --create-missing to make what the rows name, or import {nouns} first, or pass --reject-missing to put the rows aside"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _TOLD:,} more" if len(names) > _TOLD else ""
    return ", ".join(f'"{name}"' for name in names[:_TOLD]) + more
