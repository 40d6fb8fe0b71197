"""Checked rows on their way into the base: kept in a temporary file without a name, so that memory stays flat however long the file."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator
from typing import Any

from crmtui.errors import Failed

CHUNK = 1000
"""Rows written and read back at a time: few enough to stay in the processor's cache, a tenth of an import's time."""


class Spool:
    """Rows (tuples of built-in values) in the order they were added; read as often as wanted once `add` is no longer called."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="crmtui-")  # noqa: SIM115 — closed by `close`
        self._sizes: list[int] = []
        self._rows: list[Any] = []
        self.count = 0

    def extend(self, rows: list[Any]) -> None:
        """Add rows. Raises `Failed` when the temporary folder is full."""
        self._rows += rows
        self.count += len(rows)
        if len(self._rows) >= CHUNK:
            self._write()

    def _write(self) -> None:
        try:
            self._sizes.append(self._file.write(marshal.dumps(self._rows)))
        except OSError as why:
            raise Failed(f"no room for the rows while they are checked: {why.strerror}", "make room in the temporary folder") from None
        self._rows = []

    def chunks(self) -> Iterator[list[Any]]:
        """The rows, a list at a time."""
        if self._rows:
            self._write()
        self._file.seek(0)
        for size in self._sizes:
            yield marshal.loads(self._file.read(size))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
