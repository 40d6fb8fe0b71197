"""Records as a workbook for spreadsheets (XLSX): texts are texts and never formulas, numbers and amounts are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, BinaryIO

from crmtui import clock
from crmtui.errors import Refused
from crmtui.exchange import exporting, foreign
from crmtui.store.connection import current

MOST_ROWS = 1_048_575
"""Below the header."""

LONGEST_CELL = 32_767
EXACT = 2**53
"""Whole numbers beyond it a spreadsheet would round."""

_SETTINGS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


def write(kind: str, target: BinaryIO, ids: Sequence[int] | None = None) -> int:
    """Write the records of a kind (see `exporting`), under a header that stays in sight; how many they were. Memory stays flat.

    Raises `Unreadable` for an unknown kind, `Refused` for what no workbook holds, `Failed` when the package for workbooks is missing.
    """
    book = foreign.package("xlsxwriter", "excel").Workbook(target, _SETTINGS)
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    sheet, bold = book.add_worksheet(kind), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    count = 0
    with current().reading():
        header, rows = exporting.table(kind, ids)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name, bold)
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                raise Refused(f"a workbook holds {MOST_ROWS:,} {kind} and no more", f"crmtui export-csv {kind}")
            for place, value in enumerate(row):
                _put(sheet, (count, place), value, f"{kind}, row {count}, {header[place]}")
    book.close()
    return count


def _put(sheet: Any, cell: tuple[int, int], value: Any, where: str) -> None:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and -EXACT < value < EXACT:
        sheet.write_number(*cell, value)
    elif written := exporting.text(value):
        if len(written) > LONGEST_CELL:
            raise Refused(f"{where}: {len(written):,} characters, a cell holds {LONGEST_CELL:,}", "crmtui export-csv takes any length")
        sheet.write_string(*cell, written)
