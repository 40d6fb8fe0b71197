"""Cells that a spreadsheet could take for a formula: guarded by a leading `'` on the way out, as they were again on the way in.

A guarded file says so by its last column, `crmtui_safe`, which holds `true` in each row: a column keeps its place and its name when
the file is opened and saved by a spreadsheet, where a line of comment or an empty cell may not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

MARK = "crmtui_safe"
"""The name of the last column of a guarded file."""

GUARDED = "true"
"""What that column holds."""

_RISKY = re.compile("['\t\r\n]|[\\s\x00-\x1f\x7f-\x9f\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?[\d\s().,/-]+")


def guarded(cell: str) -> str:
    """The cell, after a `'` when it begins as a formula does, or with what hides one; numbers and phone numbers stay as they are."""
    return f"'{cell}" if _RISKY.match(cell) and not _NUMBER.fullmatch(cell) else cell


def is_guarded(header: Sequence[str]) -> bool:
    """Whether a file with this header is a guarded one."""
    return len(header) > 1 and header[-1] == MARK


def bare(cell: str) -> str:
    """The cell that `guarded` was given."""
    return cell.removeprefix("'")
