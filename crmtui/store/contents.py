"""The contents of attached files: each kept once, under its hash, in a folder beside the base that only its owner can read."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import BinaryIO

from crmtui.errors import Failed, NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store.connection import current

CHUNK = 1024 * 1024
LONGEST_NAME = 100
"""Characters of a name that a copy of a content gets; far less than what any file system takes."""

_HASH = re.compile(r"[0-9a-f]{64}")
_UNNAMEABLE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds: its SHA-256 in hexadecimal digits, its size in bytes."""

    sha256: str
    size: int


def folder() -> Path:
    """Where the contents of the open base lie: `<base>-files`."""
    path = current().path
    return path.with_name(f"{path.name}-files")


def place(sha256: str) -> Path:
    """Where the content of a hash lies."""
    return folder() / sha256


def is_hash(text: str) -> bool:
    """Whether a text is the name of a content."""
    return _HASH.fullmatch(text) is not None


def keep(source: Path | BinaryIO) -> Content:
    """Copy a file, or what a stream holds, to its place; in a rehearsal only say what it holds. A damaged one there is replaced.

    Raises `NotFound` for a file that is not there, `Refused` for what is no file, `Failed` when it cannot be read or written.
    """
    if not isinstance(source, Path):
        return _kept(source)
    if not source.exists():
        raise NotFound(f"no file {source}")
    if not source.is_file():
        raise Refused(f"{source} is no file", "only files can be attached")
    try:
        with source.open("rb") as stream:
            return _kept(stream)
    except OSError as why:
        raise Failed(f"{source} cannot be read: {why.strerror}") from None


def _kept(stream: BinaryIO) -> Content:
    if current().rehearsal:
        return _copied(stream, None)
    home = folder()
    draft = home / f".{os.getpid()}.part"
    try:
        home.mkdir(mode=0o700, exist_ok=True)
        with open(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as target:
            found = _copied(stream, target)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(place(found.sha256))
        _flush(home)
    except OSError as why:
        raise Failed(f"{home} cannot be written: {why.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return found


def _flush(home: Path) -> None:
    """A name is only there for good once its folder is on the disk."""
    handle = os.open(home, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _copied(stream: BinaryIO, target: BinaryIO | None) -> Content:
    digest, size = hashlib.sha256(), 0
    while part := stream.read(CHUNK):
        digest.update(part)
        size += len(part)
        if target is not None:
            target.write(part)
    return Content(digest.hexdigest(), size)


def state(content: Content, *, thorough: bool = False) -> str:
    """How a content is: kept, missing, or changed. By its size alone, unless `thorough`: then every byte is read."""
    path = place(content.sha256)
    try:
        if path.stat().st_size != content.size:
            return "changed"
        if thorough:
            with path.open("rb") as stream:
                return "kept" if _copied(stream, None) == content else "changed"
    except FileNotFoundError:
        return "missing"
    except OSError as why:
        raise Failed(f"{path} cannot be read: {why.strerror}") from None
    return "kept"


def copy_along(base: Path) -> None:
    """Copy every content to the folder of another base at that path; what lies there already is the same by its name.

    Raises `Failed` when the folder cannot be written.
    """
    home = base.with_name(f"{base.name}-files")
    for source in sorted(folder().glob("*")) if folder().is_dir() else ():
        if _HASH.fullmatch(source.name) and not (home / source.name).exists():
            try:
                home.mkdir(mode=0o700, exist_ok=True)
            except OSError as why:
                raise Failed(f"{home} cannot be made: {why.strerror}") from None
            write(Content(source.name, source.stat().st_size), home / source.name)


def copy_from(base: Path) -> None:
    """Copy every content from the folder of another base that is missing here; one that is not what its name says is left there.

    Raises `Failed` when it cannot be read or written.
    """
    away = base.with_name(f"{base.name}-files")
    for source in sorted(away.glob("*")) if away.is_dir() else ():
        if _HASH.fullmatch(source.name) and not place(source.name).exists():
            found = keep(source)
            if found.sha256 != source.name:
                place(found.sha256).unlink()


def begins_as_program(content: Content) -> bool:
    """Whether the first bytes are those of a program or of a script that names its interpreter."""
    with place(content.sha256).open("rb") as stream:
        return stream.read(4).startswith((b"#!", b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe"))


def write(content: Content, target: Path) -> None:
    """Copy a content to a new file of mode 0600. Raises `Refused` when it exists, `Failed` when it cannot be written."""
    try:
        with place(content.sha256).open("rb") as source, open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as made:
            _copied(source, made)
    except FileExistsError:
        raise Refused(f"{target} exists already", "name another file") from None
    except OSError as why:
        raise Failed(f"{target} cannot be written: {why.strerror}") from None


def laid_out(content: Content, name: str) -> Path:
    """A copy under a name that a program can open, for reading only: what is changed in it never reaches the content itself."""
    home = folder() / "opened" / content.sha256
    path = home / harmless(name)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    write(content, path)
    path.chmod(0o400)
    return path.absolute()


def harmless(name: str) -> str:
    """A given name as the name of a file: no folder, no control character, no leading dot or dash, its ending kept."""
    bare = _UNNAMEABLE.sub("_", name).strip().lstrip(".-") or "file"
    stem, dot, ending = bare.rpartition(".")
    if len(bare) <= LONGEST_NAME:
        return bare
    return f"{stem[: LONGEST_NAME - 12]}{dot}{ending[:11]}" if stem else bare[:LONGEST_NAME]
