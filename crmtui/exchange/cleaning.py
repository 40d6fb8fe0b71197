"""Cells as they are meant: words that stand for nothing are empty, and a whole column of amounts decides what its points and commas are.

What is read is cleaned, what is rejected stays as it came. A file that this program wrote is read as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crmtui import config, money
from crmtui.errors import Question, Undecided, Unreadable
from crmtui.exchange.columns import Columns
from crmtui.exchange.twins import Readable

NOTHING = frozenset(
    (
        "-", "--", "---", "–", "—", "N/A", "n/a", "N/a", "#N/A", "Select", "select", "Select...", "-Select-", "--Select--", "- Select -",
        "-- Select --", "-None-", "--None--", "- None -", "-- None --", "0/0/00", "0/0/0000", "00/00/00", "00/00/0000", "00.00.0000",
        "0000-00-00", "0000-00-00 00:00:00",
    )
)  # fmt: skip
"""What other programs write where nothing was said."""

MARKS = {".": ".", ",": ",", "point": ".", "comma": ","}
"""The decimal marks, and their names."""

_AMOUNTS = {"clients": ("revenue",), "deals": ("value",), "products": ("price",), "purchases": ("amount", "price")}
_OTHER = {".": ",", ",": "."}
_SIGNS = re.compile(r"[^\d.,]")
_OPEN = re.compile(r"(?<![\d.,])([1-9]\d{0,2})([.,])(\d{3})(?![\d.,kKmM])")


class Cleaner:
    """Cleans the rows of one file. It reads the whole file once when there are amounts in it."""

    def __init__(self, kind: str, columns: Columns, sheet: Readable, decimal_mark: str | None = None) -> None:
        """Raises `Unreadable` for a mark that is none, `Undecided` when amounts of a column can be read in two ways."""
        if decimal_mark is not None and decimal_mark not in MARKS:
            raise Unreadable(f'no decimal mark "{decimal_mark}"', 'it is "." or ","')
        wanted = {*_AMOUNTS.get(kind, ()), *(field.name for field in columns.own if field.kind == "money")}
        self._amounts = [place for place, field in enumerate(columns.fields) if field in wanted]
        self._currency = columns.first("currency")
        self.needed = not _is_our_own(kind, columns)
        self._marks: dict[int, str] = {}
        if self.needed and self._amounts:
            told = MARKS[decimal_mark] if decimal_mark else ""
            self._marks = dict.fromkeys(self._amounts, told) if told else self._shown(columns, sheet)

    def cells(self, cells: list[str]) -> list[str]:
        """The cells of a row as they are to be read."""
        if not NOTHING.isdisjoint(cells):
            cells = ["" if cell in NOTHING else cell for cell in cells]
        for place, mark in self._marks.items():
            if match := _OPEN.search(cells[place]):
                cells = [*cells[:place], _plain(cells[place], match, mark), *cells[place + 1 :]]
        return cells

    def by_column(self, columns: Sequence[Sequence[str]]) -> list[Sequence[str]]:
        """The columns of rows as `cells` cleans each."""
        cleaned = [cells if NOTHING.isdisjoint(cells) else ["" if cell in NOTHING else cell for cell in cells] for cells in columns]
        for place, mark in self._marks.items():
            cleaned[place] = [_plain(cell, match, mark) if (match := _OPEN.search(cell)) else cell for cell in cleaned[place]]
        return cleaned

    def _shown(self, columns: Columns, sheet: Readable) -> dict[int, str]:
        """The decimal mark of each column whose amounts show one and that has amounts which could be read in two ways."""
        shown: dict[int, set[str]] = {place: set() for place in self._amounts}
        unclear: dict[int, str] = {}
        for _, cells, _ in sheet.rows(lambda *_: None):
            for place in self._amounts:
                text = cells[place]
                if ("." in text or "," in text) and not self._is_fine(cells):
                    mark = decimal_mark(text)
                    if mark:
                        shown[place].add(mark)
                    elif _OPEN.search(text) and (place not in unclear or "." in text):
                        unclear[place] = text.strip()
        for place, text in unclear.items():
            if not shown[place] and "." in text:
                raise _undecided(text, columns.header[place])
        return {place: min(marks) for place, marks in shown.items() if len(marks) == 1 and place in unclear}

    def _is_fine(self, cells: Sequence[str]) -> bool:
        """Whether the currency of a row has so many decimals that three digits after a point are no thousands."""
        code = cells[self._currency].strip().upper() if self._currency is not None else ""
        return money.digits(code or config.current().currency) > 2 if len(code) in (0, 3) else False


def decimal_mark(text: str) -> str:
    """The decimal mark that an amount shows, by itself or because the other one groups thousands; empty when it shows none."""
    body = _SIGNS.sub("", text).strip(".,")
    marks = [sign for sign in body if sign in _OTHER]
    if not marks:
        return ""
    last = marks[-1]
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else ""
    if len(marks) > 1:
        return _OTHER[last]
    head, _, tail = body.partition(last)
    return last if len(tail) != 3 or len(head) > 3 or head in ("", "0") else ""


def _plain(text: str, match: re.Match[str], mark: str) -> str:
    """The amount, written so that there is one way to read it."""
    number = match[1] + (match[3] if match[2] != mark else f".{match[3].rstrip('0').ljust(2, '0')}")
    return text[: match.start()] + number + text[match.end() :]


def _undecided(text: str, column: str) -> Undecided:
    match = _OPEN.search(text)
    assert match
    whole, parted = f"{match[1]}{match[3]}", f"{match[1]}.{match[3]}"
    return Undecided(
        f'"{text}" in column "{column}" may be {whole} or {parted}',
        "pass --decimal-mark , for the first or --decimal-mark . for the second",
        Question("decimal_mark", ((",", f"thousands: {whole}"), (".", f"decimals: {parted}"))),
    )


def _is_our_own(kind: str, columns: Columns) -> bool:
    """Whether the columns are those of an export of ours, which says what it says and nothing else."""
    if not _named_as_fields(columns):
        return False
    from crmtui.exchange import exporting

    return kind in exporting.KINDS and set(exporting.KINDS[kind][0]) <= set(columns.header)


def _named_as_fields(columns: Columns) -> bool:
    named: Iterable[tuple[str, str | None]] = zip(columns.header, columns.fields, strict=True)
    return all(name == field for name, field in named if field)
