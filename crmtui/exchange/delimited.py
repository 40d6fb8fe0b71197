"""CSV and its like: bytes → rows of cells. What is no CSV is put aside a line at a time, never the good rows around it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from crmtui.errors import Failed, Refused, Unreadable
from crmtui.exchange.encodings import LONGEST_LINE, WIDE, Found
from crmtui.exchange.records import Aside, Record, is_plain

LONGEST_CELL = 1024 * 1024
"""Characters in one cell."""

HEAD = 64 * 1024
DELIMITERS = (",", ";", "\t", "|")

_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?')
_LOOKED_AT = 50
_REASONS = {
    "unexpected end of data": "a quote is opened and never closed",
    "field larger than": "a cell is longer than 1 MB, or a quote is never closed",
    "expected after": "there is text after a closing quote",
}


class Delimited:
    """The rows of a file of cells with a sign between them; `delimiter` is that sign."""

    header: tuple[str, ...] = ()

    def __init__(self, source: BinaryIO, found: Found, delimiter: str | None = None) -> None:
        """Look at the beginning. Raises `Unreadable` for a separator that is none."""
        csv.field_size_limit(LONGEST_CELL)
        self.encoding = found.name
        self.notes: list[str] = []
        self._source, self._start = source, source.tell()
        start = _Bytes(source).head(HEAD).decode(self.encoding, "replace")
        source.seek(self._start)
        told = _SEPARATOR_LINE.match(start)
        self._told = bool(told)
        self.delimiter = _delimiter(delimiter) if delimiter else told[1] if told else _sniffed(start)
        self._back: list[str] = []
        self._record: list[str] = []
        self._pushed = ""
        self._line = 0

    def rows(self, aside: Aside) -> Iterator[Record]:
        """Rows of any length. A line without a quote is cut without ado."""
        mark = self.delimiter
        self._rewind()
        try:
            while True:
                self._lines = self._read()
                self._reader = csv.reader(self._feed(), delimiter=mark, strict=True, skipinitialspace=True)
                for line in self._lines:
                    self._line += 1
                    if '"' not in line and len(line) <= LONGEST_CELL:
                        yield self._line, line.rstrip("\r\n").split(mark), is_plain(line)
                    elif cells := self._quoted(line, aside):
                        start, self._line = self._line, self._line + len(self._record) - 1
                        yield start, cells, is_plain(line) if start == self._line else is_plain("".join(cells))
                    else:
                        break
                else:
                    return
        except UnicodeError as why:
            raise Refused(f"the file is no {self.encoding}: {getattr(why, 'reason', why)}", "name its encoding: --encoding NAME") from None

    def _rewind(self) -> None:
        self._source.seek(self._start)
        errors = "strict" if self.encoding.startswith(WIDE) else "surrogateescape"
        self._text = io.TextIOWrapper(io.BufferedReader(_Bytes(self._source), HEAD), self.encoding, errors=errors, newline="")
        self._back, self._pushed, self._line = [], "", 0
        if self._told:
            self._line = int(bool(self._text.readline()))

    def _quoted(self, line: str, aside: Aside) -> list[str] | None:
        """The cells of a row with quotes, which may go on over further lines; None when it was put aside.

        Then all its lines but the first are read again, so that a quote never closed costs one line and not the rest of the file.
        """
        self._record = [line]
        self._pushed = line
        try:
            return next(self._reader)
        except csv.Error as why:
            aside(self._line, [line.rstrip("\r\n")], _reason(why))
            self._back += self._record[:0:-1]
            return None

    def _feed(self) -> Iterator[str]:
        """What the reader of quoted rows reads: the line at hand, then what follows it."""
        while True:
            if self._pushed:
                line, self._pushed = self._pushed, ""
            else:
                line = next(self._lines, "")
                if not line:
                    return
                self._record.append(line)
            yield line

    def _read(self) -> Iterator[str]:
        """The lines of the file, those given back first."""
        while self._back:
            yield self._back.pop()
        for line in self._text:  # noqa: UP028 — `yield from` would close the file together with the generator
            yield line


class _Bytes(io.RawIOBase):
    """The source, refused when a line never ends; closing it leaves the source open."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._since_break = 0

    def head(self, size: int) -> bytes:
        return self._read(size)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        last = max(data.rfind(b"\n"), data.rfind(b"\r"))
        self._since_break = len(data) - last if last >= 0 else self._since_break + len(data)
        if self._since_break > LONGEST_LINE:
            raise Refused("the file has a line of more than 4 MB", "is it a CSV file?")
        buffer[: len(data)] = data
        return len(data)

    def _read(self, size: int) -> bytes:
        try:
            return self._source.read(size) or b""
        except OSError as why:
            raise Failed(f"the file cannot be read: {why.strerror}") from None


def _delimiter(named: str) -> str:
    found = _NAMES.get(named.lower(), named)
    if len(found) != 1 or found in '"\r\n\0 ':
        raise Unreadable(f'"{named}" is no separator', "one character, or tab")
    return found


def _sniffed(start: str) -> str:
    """The separator that cuts most of the first rows into equally many cells."""
    lines = list(io.StringIO(start, newline=""))
    lines = lines[:-1] if len(lines) > 1 and len(start) >= HEAD // 4 else lines
    return max(DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines: list[str], mark: str) -> tuple[float, int]:
    """The share of rows of the commonest width from the first such row on, and that width; rows before it count a little against it."""
    widths = []
    try:
        for cells in csv.reader(lines, delimiter=mark):
            if any(cells):
                widths.append(len(cells))
            if len(widths) == _LOOKED_AT:
                break
    except csv.Error:
        pass
    common = Counter(width for width in widths if width > 1).most_common(1)
    if not common:
        return (0.0, 0)
    width, times = common[0]
    first = widths.index(width)
    return times / (len(widths) - first) - 0.1 * min(first, 5) / 5, width


def _reason(why: csv.Error) -> str:
    return next((reason for sign, reason in _REASONS.items() if sign in str(why)), "it is no CSV row")
