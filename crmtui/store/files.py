"""Files we write for people: new ones only, for their owner's eyes, whole or not there at all."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from crmtui.errors import Failed, Refused

try:
    import fcntl
except ImportError:  # not on this platform
    fcntl = None  # type: ignore[assignment]


class Draft:
    """A file in the making, beside its target under a name that nobody else has, mode 0600.

    `keep` gives it its name and never takes the place of another file; until then, and after `drop`, nothing is there. A `mark` in the
    name under which it is made tells what it is. As long as it is in the making it is locked (see `is_abandoned`).
    Raises `Refused` when the target exists or is no name of a file, `Failed` when its folder cannot be written.
    """

    def __init__(self, target: Path, mark: str = "") -> None:
        refuse_taken(target)
        self.target = target
        try:
            self._handle, name = tempfile.mkstemp(prefix=f".{target.name[:100]}{mark}-", dir=target.parent)
        except OSError as why:
            raise _unwritable(target, why) from None
        if fcntl is not None:
            fcntl.flock(self._handle, fcntl.LOCK_EX)
        self.path = Path(name)

    def keep(self) -> None:
        """Put the bytes on the disk, then the name."""
        try:
            _flush(self.path)
            os.link(self.path, self.target)  # unlike a rename it never replaces a file that came in between
            _flush(self.target.parent)
        except FileExistsError:
            refuse_taken(self.target)
        except OSError as why:
            raise _unwritable(self.target, why) from None
        finally:
            self.drop()

    def drop(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


def is_abandoned(draft: Path) -> bool:
    """Whether nobody is making a draft any more; False where that cannot be told."""
    if fcntl is None:
        return False
    try:
        with draft.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


_DRAFT = re.compile(r"\..+-[a-z0-9_]{8}")


def drafts(folder: Path) -> list[Path]:
    """The files of a folder that are in the making, or were when their program was killed, as their names tell."""
    return sorted(each for each in folder.glob(".*-*") if _DRAFT.fullmatch(each.name) and each.is_file())


def refuse_taken(target: Path) -> None:
    """Raise `Refused` for a name that something has already (a link that leads nowhere too), or that no file can have."""
    if not target.name or target.is_dir():
        raise Refused(f'"{target}" is a folder', "name a file")
    if os.path.lexists(target):
        raise Refused(f"{target} exists already", "name another file")


def _unwritable(target: Path, why: OSError) -> Failed:
    return Failed(f"{target} cannot be written: {why.strerror}")


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def new(target: Path) -> Iterator[TextIO]:
    """A new text file (UTF-8, line ends as written) that is there whole after the block, or not at all. Raises as `Draft` does."""
    draft = Draft(target)
    try:
        with open(draft.path, "w", encoding="utf-8", newline="") as stream:
            yield stream
        draft.keep()
    finally:
        draft.drop()


@contextmanager
def new_bytes(target: Path) -> Iterator[BinaryIO]:
    """As `new`, for what is no text."""
    draft = Draft(target)
    try:
        with open(draft.path, "wb") as stream:
            yield stream
        draft.keep()
    finally:
        draft.drop()


def free(target: Path) -> Path:
    """The name itself when nobody has it, else with the first number that makes it free: `x.csv`, `x-2.csv`, …"""
    found, number = target, 1
    while os.path.lexists(found):
        number += 1
        found = target.with_name(f"{target.stem}-{number}{target.suffix}")
    return found


def beginning(text: str, limit: int) -> list[str]:
    """The paths of folders (ending in `/`) and files that begin as the text does, at most `limit`; hidden ones only when asked for."""
    typed = Path(text.strip() or "./").expanduser()
    inside = not text.strip() or text.strip().endswith("/")
    folder, begun = (typed, "") if inside else (typed.parent, typed.name)
    try:
        found = sorted(each for each in folder.iterdir() if each.name.startswith(begun) and (begun or not each.name.startswith(".")))
        return [f"{each}/" if each.is_dir() else str(each) for each in found[:limit]]
    except (OSError, ValueError):  # no such folder, not ours to read, or no name that a file could have
        return []
