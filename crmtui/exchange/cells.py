"""Cells → values: each text read once by its rule, lists in one cell, days whose order the whole column decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from crmtui import config, dates, texts
from crmtui.errors import CrmError, NotFound, Question, Refused, Undecided, Unreadable
from crmtui.store.journal import moment_text

REMEMBERED = 20_000
"""Distinct texts of a column whose value is kept."""

_YES, _NO = ("true", "yes", "y", "1", "active", "да"), ("false", "no", "n", "0", "inactive", "нет")
_BETWEEN_ITEMS = re.compile(r"(?<!\\)((?:\\\\)*);")
_ESCAPED = re.compile(r"\\([;\\])")
_OPEN_ORDER = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})\2(\d{2}|\d{4})(?!\d)")

Read = Callable[[str], Any]


STATUS, ID = "status", "id"


class Missing(NotFound):
    """A row names what is not here and could be made, or a status or an id that is none: `noun`, such as client, and the name."""

    def __init__(self, noun: str, name: str, sentence: str, hint: str) -> None:
        super().__init__(sentence, hint)
        self.noun = noun
        self.name = name


class Rejected(Exception):
    """A row that cannot be taken: the column at fault (may be empty), the reason, and what could be made so that it can be taken."""

    def __init__(self, column: str, reason: str, missing: Missing | None = None) -> None:
        super().__init__(reason)
        self.column = column
        self.reason = reason
        self.missing = missing


class Memo(dict[str, Any]):
    """The values of texts that come again and again, each read once; looking one up costs what a dictionary costs."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) >= REMEMBERED:
            self.clear()
        self[text] = value
        return value


def stored(value: Any) -> Any:
    """A value as the base keeps it: days and moments as text, truth as 1 and 0."""
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value


def checked(column: str, read: Read, text: str) -> Any:
    """The value of a cell as it is stored; raises `Rejected` with the column when the rule refuses it."""
    try:
        return stored(read(text))
    except CrmError as why:
        raise Rejected(column, str(why), why if isinstance(why, Missing) else None) from None


def yes(text: str) -> bool | None:
    """True or false from the words for them; None for an empty cell. Raises `Unreadable`."""
    word = text.strip().casefold()
    if not word:
        return None
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable(f'"{text}" is neither yes nor no', "write true or false")


def split(text: str) -> list[str]:
    """The items of a cell, between semicolons; `\\;` is a semicolon within an item."""
    if ";" not in text and "\\" not in text:
        return [text.strip()] if text.strip() else []
    parts = _BETWEEN_ITEMS.sub("\\1\0", text).split("\0")
    return [item for part in parts if (item := _ESCAPED.sub(r"\1", part).strip())]


def joined(items: Iterable[str]) -> str:
    """Items in one cell, as `split` takes them apart."""
    return "; ".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)


def pairs(text: str) -> list[tuple[str, str]]:
    """The ids in other systems, written `system=id; system=id`. Raises `Refused` for an item without a system."""
    found = []
    for item in split(text):
        system, mark, value = item.partition("=")
        if not mark or not system.strip() or not value.strip():
            raise Refused(f'"{item}" is no id in another system', "write it as system=id")
        found.append((texts.required(system, "system"), texts.line(value, "id")))
    return found


class DayOrder:
    """Which comes first in the dates of a column, day or month: as told, else as its unmistakable dates show, else as configured.

    Values of dates that could be either are pairs (day first, month first) until `settle` is called; `pick` takes the right one.
    """

    def __init__(self, column: str, told: str | None) -> None:
        self.column = column
        self._told = told
        self._shown: set[str] = set()
        self._either = ""
        self._place = 0

    def reader(self, read: Read) -> Read:
        """A rule that reads ISO dates → one that reads the dates of this column."""

        def find(text: str) -> Any:
            if not text.strip():
                return None
            if self._told:
                return stored(read(_iso(text, self._told)))
            match = _OPEN_ORDER.match(text)
            if not match or match[1].zfill(2) == match[3].zfill(2):
                return stored(read(_iso(text, None)))
            return self._both(text, read)

        return find

    def _both(self, text: str, read: Read) -> Any:
        values, errors = {}, []
        for order in ("dmy", "mdy"):
            try:
                values[order] = stored(read(_iso(text, order)))
            except CrmError as why:
                errors.append(why)
        if not values:
            raise errors[0]
        if len(values) == 1:
            self._shown |= set(values)
            return next(iter(values.values()))
        self._either = self._either or text.strip()
        return values["dmy"], values["mdy"]

    def settle(self) -> None:
        """Decide, after all rows. Raises `Undecided` when dates that could be either are left and nothing shows the order."""
        ruled = next(iter(self._shown)) if len(self._shown) == 1 else ""
        ruled = ruled or config.current().date_order or dates.locale_order()
        if self._either and ruled not in ("dmy", "mdy"):
            raise Undecided(
                f'"{self._either}" in column "{self.column}" may be day or month first',
                "pass --date-order dmy (25/12/2026) or --date-order mdy (12/25/2026)",
                Question("date_order", (("dmy", "day first: 25/12/2026"), ("mdy", "month first: 12/25/2026"))),
            )
        self._place = 1 if ruled == "mdy" else 0

    @property
    def open(self) -> bool:
        """Whether some values are pairs."""
        return bool(self._either)

    def pick(self, value: Any) -> Any:
        """The value of a date after `settle`."""
        return value[self._place] if type(value) is tuple else value


def _iso(text: str, order: str | None) -> str:
    when = dates.read(text, order)
    return (when.moment or when.day).isoformat()


def settle(orders: Sequence[DayOrder]) -> None:
    """Settle them all; raises `Undecided` for the first that cannot be."""
    for order in orders:
        order.settle()
