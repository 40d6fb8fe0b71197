"""The bytes of a CSV file → its header and its rows; what cannot be read is put aside line by line, never the good rows around it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

from crmtui import texts
from crmtui.errors import Failed, Refused, Undecided, Unreadable

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes without a line break; more is no CSV file."""

LONGEST_CELL = 1024 * 1024
"""Characters in one cell."""

MOST_COLUMNS = 1000
HEAD = 64 * 1024
DELIMITERS = (",", ";", "\t", "|")
OWN_COLUMNS = ("line", "column", "reason")
"""The last columns of a file of rejected rows, left out when the mended file is read."""

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_WIDE = ("utf-16", "utf-32", "utf_16", "utf_32")
_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?')
_REASONS = {
    "unexpected end of data": "a quote is opened and never closed",
    "field larger than": "a cell is longer than 1 MB, or a quote is never closed",
    "expected after": "there is text after a closing quote",
}

Aside = Callable[[int, list[str], str], None]
"""Takes a row that cannot be used: its line, its cells, the reason."""


class Sheet:
    """An opened file: `header` trimmed, then `rows` once. `own` counts columns of ours at the end that are left out."""

    def __init__(self, source: BinaryIO, encoding: str | None = None, delimiter: str | None = None) -> None:
        """Read the header. Raises `Refused` for a file without one, `Unreadable` for an encoding or a separator that is none."""
        csv.field_size_limit(LONGEST_CELL)
        raw = _Bytes(source)
        head = raw.peek(HEAD)
        self.encoding = _encoding(head, encoding)
        errors = "strict" if self.encoding.startswith(_WIDE) else "surrogateescape"
        self._text = io.TextIOWrapper(io.BufferedReader(raw, HEAD), self.encoding, errors=errors, newline="")
        self._back: list[str] = []
        self._record: list[str] = []
        self._pushed = ""
        self._line = 0
        start = head.decode(self.encoding, "replace")
        told = _SEPARATOR_LINE.match(start)
        self.delimiter = _delimiter(delimiter) if delimiter else told[1] if told else _sniffed(start)
        cells = self._first_row(skip=bool(told))
        self.own = len(OWN_COLUMNS) if tuple(cells[-len(OWN_COLUMNS) :]) == OWN_COLUMNS and len(cells) > len(OWN_COLUMNS) else 0
        self.header = tuple(cells[: len(cells) - self.own])

    def _first_row(self, skip: bool) -> list[str]:
        def refuse(_line: int, _cells: list[str], reason: str) -> None:
            raise Refused(f"the header of the file cannot be read: {reason}")

        for _, cells, _ in self._records(refuse):
            if any(cell.strip() for cell in cells) and not skip:
                return self._named(cells)
            skip = False
        raise Refused("the file has no header", "its first line must name the columns")

    def _named(self, cells: list[str]) -> list[str]:
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"the file has {len(cells):,} columns", f"at most {MOST_COLUMNS:,} are read")
        if any("\0" in cell for cell in cells):
            raise Refused("the header of the file holds a NUL character", "save it as CSV again")
        if undecoded("".join(cells)):
            raise undecided([cells], [cells], self.encoding)
        return [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]

    def rows(self, aside: Aside) -> Iterator[tuple[int, list[str], bool]]:
        """Each row: the line it begins on, its cells, and whether it is plain (see `is_plain`).

        Blank lines are no rows. Rows of another length than the header go to `aside`.
        """
        width, own = len(self.header) + self.own, self.own
        for line, cells, plain in self._records(aside):
            if len(cells) == width:
                yield line, cells[:-own] if own else cells, plain
            elif len(cells) > 1 or cells[0].strip():
                aside(line, cells, f"{len(cells)} cells, the header has {width}")

    def _records(self, aside: Aside) -> Iterator[tuple[int, list[str], bool]]:
        """Rows of any length; what is no CSV goes to `aside`, a line at a time. A line without a quote is cut without ado."""
        mark = self.delimiter
        try:
            while True:
                self._lines = self._source()
                self._reader = csv.reader(self._feed(), delimiter=mark, strict=True, skipinitialspace=True)
                for line in self._lines:
                    self._line += 1
                    if '"' not in line and len(line) <= LONGEST_CELL:
                        yield self._line, line.rstrip("\r\n").split(mark), is_plain(line)
                    elif cells := self._quoted(line, aside):
                        start, self._line = self._line, self._line + len(self._record) - 1
                        yield start, cells, is_plain("".join(cells))
                    else:
                        break
                else:
                    return
        except UnicodeError as why:
            raise Refused(f"the file is no {self.encoding}: {getattr(why, 'reason', why)}", "name its encoding: --encoding NAME") from None

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

    def _source(self) -> Iterator[str]:
        """The lines of the file, those given back first."""
        while self._back:
            yield self._back.pop()
        for line in self._text:  # noqa: UP028 — `yield from` would close the file together with the generator
            yield line


def is_plain(text: str) -> bool:
    """Whether no rule of texts can refuse anything in a row: it is so short, and of characters that can be kept.

    For the cells of such a row `texts.line` and `texts.prose` come down to taking off the blanks around them.
    """
    if len(text) > texts.LONGEST_NAME or "\0" in text:
        return False
    return text.isascii() or not undecoded(text)


class _Bytes(io.RawIOBase):
    """The source with its beginning looked at first, refused when a line never ends."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._head = b""
        self._since_break = 0

    def peek(self, size: int) -> bytes:
        while len(self._head) < size and (more := self._read(size - len(self._head))):
            self._head += more
        return self._head

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        data, self._head = (self._head[:size], self._head[size:]) if self._head else (self._read(size), b"")
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


def _encoding(head: bytes, named: str | None) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if not named:
        return "utf-8"
    try:
        "a".encode(named)  # some codecs turn bytes into bytes, or text into something else
        found = codecs.lookup(named).name
        head[: len(head) // 4 * 4].decode(found, "replace")
    except (LookupError, UnicodeError, ValueError):
        raise Unreadable(f'no encoding "{named}" for this file', "write it like utf-8, cp1252 or cp1251") from None
    return found


def _delimiter(named: str) -> str:
    found = _NAMES.get(named.lower(), named)
    if len(found) != 1 or found in '"\r\n\0 ':
        raise Unreadable(f'"{named}" is no separator', "one character, or tab")
    return found


def _sniffed(start: str) -> str:
    """The separator that cuts most of the first rows into as many cells as the header has."""
    lines = start.splitlines(keepends=True)
    lines = lines[:-1] if len(lines) > 1 and len(start) >= HEAD // 4 else lines
    return max(DELIMITERS, key=lambda mark: _evenness(lines, mark))


def _evenness(lines: list[str], mark: str) -> tuple[float, int]:
    widths = []
    try:
        for cells in csv.reader(lines, delimiter=mark):
            if cells:
                widths.append(len(cells))
            if len(widths) == 50:
                break
    except csv.Error:
        pass
    if not widths or widths[0] == 1:
        return (0.0, 0)
    return sum(width == widths[0] for width in widths) / len(widths), widths[0]


def _reason(why: csv.Error) -> str:
    return next((reason for sign, reason in _REASONS.items() if sign in str(why)), "it is no CSV row")


def undecoded(text: str) -> bool:
    """Whether bytes that are no text in the file's encoding are left in it."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def undecided(rows: list[list[str]], names: list[list[str]], encoding: str) -> Undecided:
    """The question which encoding the file has: a guess by the bytes of `rows`, with the cells of `names` as it would read them."""
    raw = b" ".join(cell.encode("utf-8", "surrogateescape") for row in rows for cell in row)
    candidates = ["cp1251", "cp1252"] if len(re.findall(rb"[\xc0-\xff]{3,}", raw)) else ["cp1252", "cp1251"]
    shown = [cell for row in names for cell in row if undecoded(cell)][:3] or [cell for row in rows for cell in row if undecoded(cell)][:3]
    previews = [f"{name} would read {', '.join(_as(cell, name) for cell in shown)}" for name in candidates]
    return Undecided(f"the file is not in {encoding}", f"--encoding {candidates[0]}? {'; '.join(previews)}")


def _as(cell: str, encoding: str) -> str:
    return f'"{cell.encode("utf-8", "surrogateescape").decode(encoding, "replace").strip()}"'
