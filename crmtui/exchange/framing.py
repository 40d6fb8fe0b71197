"""What stands around the rows of a file: titles before the header, totals and notices after the rows, the header once more between them.

Such lines are no rows. They are known by their shape, fewer filled cells than the header has, and within or after the rows also by
what they say or by a blank line before them; each is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from crmtui.exchange.records import Record
from crmtui.store.keys import letters

LOOKED_AT = 60
"""Rows among which the header is looked for."""

MOST_HELD = 40
"""Lines after the rows that may be no rows; more are rows."""

_TOLD = 5
_TOTALS = (
    r"(?:grand |sub ?)?totals?\b|sum\b|(?:record |row )?count\b|(?:zwischen|gesamt)?summe\b|gesamt\b|total g[eé]n[eé]ral\b|"
    r"итого\b|всего\b|合计|总计|小计|合計|小計|합계|총계"
)
_NOTICES = (
    r"(?:this )?report (?:generated|created|run|as of)\b|(?:generated|exported|printed|created|downloaded|run) (?:by|on|at|from)\b|"
    r"confidential\b|copyright\b|©|\(c\) |all rights reserved|page \d+|end of (?:report|file|data)|filter(?:s|ed by)?:|as of\b|source:|"
    r"number of (?:records|rows)|(?:records|rows|report|date|time|author|user|note)s?:|\d[\d,. ]* (?:records?|rows?|entries|results?)\b|"
    r"конфиденциально|отч[её]т (?:создан|сформирован|за)|записей:|сформирован"
)
_TOTAL = re.compile(_TOTALS, re.IGNORECASE)
_NOTICE = re.compile(f"{_TOTALS}|{_NOTICES}", re.IGNORECASE)
_FINAL = re.compile(f"grand total|sub ?totals?\\b|{_NOTICES}", re.IGNORECASE)
_VALUE = re.compile(r"[\d\s.,:/()%$€£₽+-]*|.*@.*\..*|https?:.*|true|false", re.IGNORECASE)


def header_place(rows: Sequence[list[str]]) -> int:
    """Which of the first rows of a file names the columns: the first that is not filled like a title, if its cells can be names."""
    if len(rows) < 2:
        return 0
    filled = [sum(map(bool, map(str.strip, cells))) for cells in rows]
    widths = [len(cells) for cells, count in zip(rows, filled, strict=True) if count]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    most = max(filled)
    for place, cells in enumerate(rows):
        label = cells[0].strip().endswith(":") and filled[place] <= 2 < most
        if len(cells) >= usual and filled[place] * 2 >= most and not label and (filled[place] > 1 or most == 1):
            named = _names(cells) and known(cells) >= max(map(known, rows[:place]), default=0)
            return place if named else 0
    return 0


def _names(cells: Sequence[str]) -> bool:
    """Whether the cells can be names of columns: none is a number, a date, an address."""
    return not any(_VALUE.fullmatch(cell.strip()) for cell in cells if cell.strip())


def known(cells: Iterable[str]) -> int:
    """How many of the cells are words for fields of any kind."""
    return sum(letters(cell) in _words() for cell in cells if cell.strip())


@cache
def _words() -> frozenset[str]:
    from crmtui.exchange.aliases import ALIASES

    return frozenset(letters(word) for kind in ALIASES.values() for field, words in kind.items() for word in (field, *words.split(",")))


class Frame:
    """Sorts out the rows of one pass over a file that are not simply rows; `notes` tell what was left out."""

    def __init__(self, header: Sequence[str]) -> None:
        self._header = [cell.strip() for cell in header]
        self._held: list[tuple[Record, str]] = []
        self._after_blank = self._blanks_are_usual = False
        self._again: list[int] = []
        self._left_out: list[tuple[int, str]] = []

    @property
    def holds(self) -> bool:
        """Whether the next row has to be shown to `rows`, whatever it looks like."""
        return bool(self._held) or self._after_blank

    def rows(self, record: Record) -> Iterator[Record]:
        """What is to be read as rows, now that this one is known: none, this one, or this one after others that were held back."""
        line, cells, _ = record
        stripped = [cell.strip() for cell in cells]
        if stripped == [""]:
            self._after_blank = True
        elif stripped == self._header:
            self._again.append(line)
        elif label := self._label(stripped):
            self._held.append((record, label))
            if len(self._held) > MOST_HELD:
                yield from self._released()
        else:
            self._blanks_are_usual |= self._after_blank
            self._after_blank = False
            yield from self._released()
            yield record

    def _label(self, cells: Sequence[str]) -> str:
        """What the line says that may be no row; empty for a row."""
        label, rest = cells[0], cells[1:]
        if len(self._header) < 2 or not label or any(rest[:1]):
            return ""
        if any(rest):
            return label if _TOTAL.match(label) and sum(map(bool, rest)) * 2 <= len(self._header) else ""
        apart = self._after_blank and not self._blanks_are_usual and len(self._header) > 2
        return label if _NOTICE.match(label) or apart or (self._held and len(self._header) > 2) else ""

    def _released(self) -> Iterator[Record]:
        """The lines held back, now that rows come after them: only what surely is no row stays out."""
        for record, label in self._held:
            if _FINAL.match(label):
                self._left_out.append((record[0], label))
            else:
                yield record
        self._held = []

    def end(self) -> None:
        """The file has ended: what is held back stood after the rows."""
        self._left_out += [(record[0], label) for record, label in self._held]
        self._held = []

    @property
    def notes(self) -> list[str]:
        """Sentences on what was left out."""
        notes = []
        if self._again:
            notes.append(f"the header again, left out: {_lines(self._again)}")
        if self._left_out:
            notes.append(f"no {'row' if len(self._left_out) == 1 else 'rows'}, left out: {told(self._left_out)}")
        return notes


def told(lines: Sequence[tuple[int, str]]) -> str:
    """Lines with what they say."""
    more = f" and {len(lines) - _TOLD:,} more" if len(lines) > _TOLD else ""
    return ", ".join(f'line {line} "{text[:40]}"' for line, text in lines[:_TOLD]) + more


def _lines(lines: Sequence[int]) -> str:
    more = f" and {len(lines) - _TOLD:,} more" if len(lines) > _TOLD else ""
    return f"{'line' if len(lines) == 1 else 'lines'} {', '.join(map(str, lines[:_TOLD]))}{more}"
