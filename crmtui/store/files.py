"""Files we write for people: new ones only, for their owner's eyes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from crmtui.errors import Failed, Refused


@contextmanager
def new(path: Path) -> Iterator[TextIO]:
    """A new text file (UTF-8, line ends as written, mode 0600) that is there whole after the block, or not at all.

    Raises `Refused` when the file exists, `Failed` when it cannot be written.
    """
    draft = path.with_name(path.name + ".part")
    if path.exists():
        raise Refused(f"{path} exists already", "name another file")
    try:
        handle = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    except OSError as why:
        raise Failed(f"{path} cannot be written: {why.strerror}") from None
    try:
        with open(handle, "w", encoding="utf-8", newline="") as stream:
            yield stream
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
