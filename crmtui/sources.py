"""Files that are read because somebody named them: what has an end, and never a device that gives bytes for ever."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from crmtui.errors import Refused


def opened(path: str | Path) -> BinaryIO:
    """A file or a pipe, to be read. Raises `Refused` for a device, but for the one that holds nothing, and `OSError` as `open` does."""
    stream = open(path, "rb")  # noqa: SIM115 — closed by who asked for it
    status = os.fstat(stream.fileno())
    if stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode) or os.path.samestat(status, os.stat(os.devnull)):
        return stream
    stream.close()
    raise Refused(f"{path} is no file", "name a file or a pipe")


def contents(path: Path) -> bytes:
    """All that a file or a pipe holds. Raises as `opened` does."""
    with opened(path) as stream:
        return stream.read()
