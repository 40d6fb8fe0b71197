"""The rows that an import could not take: with line, column and reason beside the untouched cells, ready to be mended and read again."""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from crmtui.errors import Failed
from crmtui.exchange.reading import OWN_COLUMNS

SHOWN = 20
"""Rejected rows told with the result; all of them are in the file."""


class Rejects:
    """Collects rejected rows; `write` puts them into a file. `first` holds the first (line, column, reason)."""

    def __init__(self, header: Sequence[str]) -> None:
        self.count = 0
        self.first: list[tuple[int, str, str]] = []
        self._width = len(header)
        self._file = tempfile.TemporaryFile(prefix="crmtui-")  # noqa: SIM115 — closed by `close`
        self._text = io.TextIOWrapper(self._file, "utf-8", errors="surrogateescape", newline="")
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        self._csv.writerow([*header, *OWN_COLUMNS])

    def add(self, line: int, cells: Sequence[str], reason: str, column: str = "") -> None:
        """Put a row aside."""
        self.count += 1
        if len(self.first) < SHOWN:
            self.first.append((line, column, reason))
        padding = [""] * (self._width - len(cells))
        self._csv.writerow([*cells, *padding, line, column, reason])

    def write(self, path: Path) -> None:
        """Write the file, readable by its owner alone, in place of an older one. Raises `Failed`."""
        self._text.flush()
        self._file.seek(0)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.chmod(path, 0o600)
            with os.fdopen(descriptor, "wb") as target:
                shutil.copyfileobj(self._file, target)
        except OSError as why:
            raise Failed(f"the rejected rows cannot be written to {path}: {why.strerror}", "name another file: --rejects PATH") from None

    def close(self) -> None:
        """Let go of the temporary file."""
        self._text.close()
