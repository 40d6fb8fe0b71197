"""What every format of file becomes: numbered rows of texts, which can be read from the start again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from crmtui import texts
from crmtui.errors import Failed

Aside = Callable[[int, list[str], str], None]
"""Takes a row that cannot be used: its line, its cells, the reason."""

Record = tuple[int, list[str], bool]
"""The line on which a row begins, its cells, and whether it is plain (see `is_plain`)."""

PIECE = 1024 * 1024


class Records(Protocol):
    """The rows of a file. `encoding` is how its bytes are read; `notes` tell what had to be decided about it.

    `header` names the columns where the format itself does; where it is empty one of the first rows is the header.
    """

    encoding: str
    notes: list[str]
    header: tuple[str, ...]

    def rows(self, aside: Aside) -> Iterator[Record]:
        """Every row from the first on, at each call; what is no row goes to `aside`."""


def kept(source: BinaryIO) -> BinaryIO:
    """The source, or what a pipe gives, copied into a temporary file without a name: one that can be read from the start again.

    Raises `Failed` when it cannot be read or the temporary folder is full.
    """
    try:
        if source.seekable():
            return source
        copy = tempfile.TemporaryFile(prefix="crmtui-")  # noqa: SIM115 — goes with the last reference
        while piece := source.read(PIECE):
            copy.write(piece)
        copy.seek(0)
    except OSError as why:
        raise Failed(f"the file cannot be read: {why.strerror}") from None
    return copy


def is_plain(text: str) -> bool:
    """Whether no rule of texts can refuse anything in a row: it is so short, and of characters that can be kept.

    For the cells of such a row `texts.line` and `texts.prose` come down to taking off the blanks around them.
    """
    if len(text) > texts.LONGEST_NAME or "\0" in text:
        return False
    return text.isascii() or not undecoded(text)


def undecoded(text: str) -> bool:
    """Whether bytes that are no text in the file's encoding are left in it."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
