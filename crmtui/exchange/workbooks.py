"""Workbooks of Excel and LibreOffice: the rows of one sheet, held in memory. One that unpacks too far is refused unopened.

Dates come as dates, whole numbers without a point, other numbers with the 15 digits that a spreadsheet keeps.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from crmtui.errors import Refused, Unreadable, nearest
from crmtui.exchange import foreign
from crmtui.exchange.records import Aside, Record, is_plain

LARGEST_UNPACKED = 1024 * 1024 * 1024
"""Bytes of an archive, unpacked."""

HIGHEST_RATIO = 100
"""Bytes unpacked by bytes of the file."""

CHUNK, OVERLAP = 1024 * 1024, 64
"""Bytes of a sheet that are looked through at once, and of those before them."""

LARGEST_SPAN = 64_000_000
"""Cells between the first and the last of a sheet: so much memory is asked for, however few of them hold anything."""

SMALL = 10 * 1024 * 1024
"""Bytes unpacked whose ratio does not matter."""


class Workbook:
    """The rows of one sheet: the one named, else the first that is shown and holds something."""

    encoding = "utf-8"
    header: tuple[str, ...] = ()

    def __init__(self, source: BinaryIO, page: str | None = None) -> None:
        """Open it. Raises `Refused` for one that is damaged, locked or unpacks too far, `Unreadable` for a sheet that it does not have,
        `Failed` when the extra `excel` is not installed."""
        _refuse_bomb(source)
        python_calamine = foreign.package("python_calamine", "excel")
        source.seek(0)
        try:
            book = python_calamine.CalamineWorkbook.from_filelike(source)
            self.notes: list[str] = []
            self._sheet = self._chosen(book, page, python_calamine.SheetVisibleEnum.Visible)
        except (python_calamine.CalamineError, OSError) as why:
            raise Refused("the workbook cannot be opened", f"is it damaged, or locked by a password? ({_first_line(why)})") from None

    def _chosen(self, book: Any, page: str | None, visible: Any) -> Any:
        names = [meta.name for meta in book.sheets_metadata if meta.visible == visible] or book.sheet_names
        if page is not None:
            name = next((name for name in book.sheet_names if name.casefold() == page.strip().casefold()), None)
            if name is None:
                raise Unreadable(f'the workbook has no sheet "{page}"', f"{nearest(page, names)} sheets: {', '.join(names)}".strip())
            return book.get_sheet_by_name(name)
        sheets = [sheet for sheet in map(book.get_sheet_by_name, names) if sheet.total_height]
        if not sheets:
            raise Refused("the workbook holds no rows")
        if len(sheets) > 1:
            others = ", ".join(f'"{sheet.name}"' for sheet in sheets[1:])
            self.notes = [f'read the sheet "{sheets[0].name}"; it also has {others}: --sheet NAME']
        return sheets[0]

    def rows(self, aside: Aside) -> Iterator[Record]:  # noqa: ARG002 — a sheet has nothing but rows
        """Every row, with its number as line; an empty row is a blank line."""
        for number, values in enumerate(self._sheet.iter_rows(), 1):
            cells = list(map(_text, values))
            joined = "".join(cells)
            yield number, cells if joined else [""], is_plain(joined)


def _refuse_bomb(source: BinaryIO) -> None:
    """Raises `Refused` for an archive that is none, or whose members say that they unpack too far."""
    start = source.tell()
    if source.read(2) != b"PK":
        return
    packed = source.seek(0, 2) - start
    try:
        with zipfile.ZipFile(source) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if _goes_too_far(unpacked, packed):
                raise Refused(
                    f"the workbook unpacks to {unpacked / 1024 / 1024:,.0f} MB from {packed / 1024 / 1024:,.1f} MB",
                    f"at most {LARGEST_UNPACKED // 1024 // 1024:,} MB and {HIGHEST_RATIO} times its size are opened; save it as CSV",
                )
            spans = [_span(archive, name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise Refused("the workbook is damaged", "save it again") from None
    if max(spans, default=0) > LARGEST_SPAN:
        raise Refused(f"a sheet of the workbook spans {max(spans):,} cells", "delete what stands far from the table, or save it as CSV")


def _goes_too_far(unpacked: int, packed: int) -> bool:
    return unpacked > LARGEST_UNPACKED or (unpacked > SMALL and unpacked > HIGHEST_RATIO * packed)


_FAR = re.compile(rb" r=[\"'](?:([A-Z]{2,8})(\d+)|[A-Z](\d{5,}))")
"""A cell that is not among the first 26 columns, or not among the first 9,999 rows."""


def _span(archive: zipfile.ZipFile, sheet: str) -> int:
    """How many cells a sheet reaches over, or few more."""
    width, height, rest = 26, 9_999, b""
    with archive.open(sheet) as opened:
        while part := opened.read(CHUNK):
            for letters, row, below in _FAR.findall(rest + part):
                height = max(height, int((row or below)[:9]))
                if letters:
                    width = max(width, _column(letters))
            rest = part[-OVERLAP:]
    return width * height


def _column(letters: bytes) -> int:
    """The number of a column by its letters, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _first_line(why: Exception) -> str:
    return (str(why).splitlines() or [""])[0][:100]


def _text(value: Any) -> str:
    """A cell as people would type it, unmistakably."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
