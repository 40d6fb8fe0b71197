"""Any file → its header and its rows, whatever its format, its encoding, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from crmtui.errors import Refused
from crmtui.exchange import encodings, formats, framing, guards
from crmtui.exchange.framing import Frame
from crmtui.exchange.records import Aside, Record, Records, is_plain, kept, undecoded

MOST_COLUMNS = 1000
OWN_COLUMNS = ("line", "column", "reason")
"""The last columns of a file of rejected rows, left out when the mended file is read."""


class Sheet:
    """An opened file: its `header`, trimmed, and its `rows`. `own` counts columns of ours at the end that are left out."""

    def __init__(self, source: BinaryIO, encoding: str | None = None, delimiter: str | None = None, page: str | None = None) -> None:
        """Find the format and read the header; `page` is the sheet of a workbook.

        Raises `Refused` for a file without a header or of no known format, `Unreadable` for an encoding, a separator or a page that is
        none, `Undecided` when it cannot be told which encoding it is.
        """
        self._records: Records = formats.opened(kept(source), encoding, delimiter, page)
        self.encoding = self._records.encoding
        self._frame: Frame | None = None
        self._begin, self._notes = 0, []
        cells = list(self._records.header) or self._found_header()
        self.guarded = guards.is_guarded(cells)
        self.own = len(OWN_COLUMNS) if tuple(cells[-len(OWN_COLUMNS) :]) == OWN_COLUMNS and len(cells) > len(OWN_COLUMNS) else 0
        self.own = 1 if self.guarded else self.own
        self._full = cells
        self.header = tuple(cells[: len(cells) - self.own])

    _notes: list[str]

    @property
    def notes(self) -> list[str]:
        """What had to be decided about the file, and what was left out of the rows read so far; a sentence each."""
        return [*self._records.notes, *self._notes, *(self._frame.notes if self._frame else ())]

    def _found_header(self) -> list[str]:
        broken: list[tuple[int, str]] = []
        rows = self._records.rows(lambda line, _, reason: broken.append((line, reason)))
        first = [(line, cells) for line, cells, _ in islice(rows, framing.LOOKED_AT)]
        while first and not any(cell.strip() for cell in first[0][1]):
            del first[0]
        if broken and not (first and first[0][0] < broken[0][0]):
            raise Refused(f"the header of the file cannot be read: {broken[0][1]}")
        if not first:
            raise Refused("the file has no header", "its first line must name the columns")
        place = framing.header_place([cells for _, cells in first])
        self._begin, cells = first[place]
        titles = [(line, next(filter(None, map(str.strip, row)))) for line, row in first[:place] if any(map(str.strip, row))]
        if titles:
            self._notes = [f"before the header, left out: {framing.told(titles)}"]
        return self._named(cells)

    def _named(self, cells: list[str]) -> list[str]:
        if len(cells) > MOST_COLUMNS:
            raise Refused(f"the file has {len(cells):,} columns", f"at most {MOST_COLUMNS:,} are read")
        if any("\0" in cell for cell in cells):
            raise Refused("the header of the file holds a NUL character", "save it as CSV again")
        if undecoded("".join(cells)):
            raise encodings.doubted([cells], self.encoding)
        return [cell.strip() or f"column {number}" for number, cell in enumerate(cells, 1)]

    def rows(self, aside: Aside) -> Iterator[Record]:
        """Each row: the line it begins on, its cells, and whether it is plain (see `is_plain`). Each call begins anew.

        Blank lines and lines around the rows are no rows. Cells missing at the end of a row are empty; a row with more filled cells
        than the header has goes to `aside`.
        """
        if self._records.header:
            yield from self._records.rows(aside)
            return
        width, own, first, begin = len(self._full), self.own, self._full[0], self._begin
        second = min(1, width - 1)
        frame = self._frame = Frame(self._full)
        for record in self._records.rows(aside):
            line, cells, plain = record
            if line <= begin:
                continue
            if len(cells) == width and cells[second] and cells[0] != first and not frame.holds and not self.guarded:
                yield (line, cells[:-own], plain) if own else record
                continue
            for found in frame.rows(record):
                yield from self._fitted(found, aside)
        frame.end()

    def _fitted(self, record: Record, aside: Aside) -> Iterator[Record]:
        """The row as wide as the header, without what is our own."""
        line, cells, plain = record
        width = len(self._full)
        if any(cell.strip() for cell in cells[width:]):
            aside(line, cells, f"{len(cells)} cells, the header has {width}")
            return
        cells = [*cells[:width], *[""] * (width - len(cells))]
        if self.guarded:
            cells = list(map(guards.bare, cells))
        yield line, cells[: width - self.own], plain


__all__ = ["OWN_COLUMNS", "Aside", "Sheet", "is_plain", "undecoded"]
