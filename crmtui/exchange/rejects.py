"""The rows that an import could not take: with line, column and reason beside the untouched cells, ready to be mended and read again."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crmtui.errors import Failed
from crmtui.exchange.reading import OWN_COLUMNS
from crmtui.store.files import Draft

SHOWN = 20
"""Rejected rows told with the result; all of them are in the file."""


HALVES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters, as JSON can spell them; the others stand for bytes that could not be decoded."""


class Rejects:
    """Collects rejected rows; `draft` and `keep` put them into a file. `first` holds the first (line, column, reason)."""

    def __init__(self, header: Sequence[str]) -> None:
        self.count = 0
        self.first: list[tuple[int, str, str]] = []
        self._width = len(header)
        self._draft: Draft | None = None
        self._file = tempfile.TemporaryFile(prefix="crmtui-")  # noqa: SIM115 — closed by `close`
        self._text = io.TextIOWrapper(self._file, "utf-8", errors="surrogateescape", newline="")
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        self._csv.writerow(map(_writable, [*header, *OWN_COLUMNS]))

    def add(self, line: int, cells: Sequence[str], reason: str, column: str = "") -> None:
        """Put a row aside."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append((line, column, reason))
        padding = [""] * (self._width - len(cells))
        self._csv.writerow(map(_writable, [*cells, *padding, str(line), column, reason]))

    def draft(self, target: Path) -> None:
        """Write the file under a passing name, before anything is committed. Raises `Failed`, `Refused` when the target is taken."""
        self._text.flush()
        self._file.seek(0)
        self._draft = Draft(target)
        try:
            with open(self._draft.path, "wb") as stream:
                shutil.copyfileobj(self._file, stream)
        except OSError as why:
            raise Failed(f"the rejected rows cannot be written to {target}: {why.strerror}", "name another file: --rejects PATH") from None

    def keep(self) -> str | None:
        """Give the file its name, once the import stands; where it is, None when no row was rejected."""
        if self._draft is None:
            return None
        self._draft.keep()
        return str(self._draft.target)

    def close(self) -> None:
        """Let go of what was not kept."""
        self._text.close()
        if self._draft is not None:
            self._draft.drop()


def _writable(cell: str) -> str:
    """The cell as a file can hold it: undecoded bytes stay what they were, half a character is spelt out."""
    return cell if cell.isascii() else HALVES.sub(lambda half: f"\\u{ord(half[0]):04x}", cell)
