"""An exported folder as one stream, a tar archive without times and owners: for pipes from one base, or one machine, to another."""

from __future__ import annotations

import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from crmtui.errors import Failed, Refused
from crmtui.exchange import folders
from crmtui.exchange.folders import Exported, Taken

_NAME = re.compile(rf"[a-z_]{{1,60}}\.(csv|json)|{folders.ATTACHED}/[0-9a-f]{{64}}")


def export(stream: BinaryIO) -> Exported:
    """Write what `folders.export` would write, as one archive; the same base gives the same bytes. Raises as it does."""
    with _room() as home:
        made = folders.export(home / "export")
        with tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            for name in (folders.MANIFEST, *(part.file for part in made.files)):
                _add(archive, home / "export" / name, name)
    return made


def _add(archive: tarfile.TarFile, place: Path, name: str) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = place.stat().st_size, 0o600
    with place.open("rb") as source:
        archive.addfile(member, source)


def take(stream: BinaryIO) -> Taken:
    """Bring an archive into the open, empty base. Raises as `folders.take` does, and `Refused` for what is no such archive."""
    with _room() as home:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                for member in archive:
                    _unpack(archive, member, home)
        except (tarfile.TarError, EOFError) as why:
            raise Refused(f"this is no archive of export-all: {why}", "make one by crmtui export-all -") from None
        return folders.take(home, "an archive")


def _unpack(archive: tarfile.TarFile, member: tarfile.TarInfo, home: Path) -> None:
    """A file to its place: only a plain one, only under a name that an export has."""
    source = archive.extractfile(member) if member.isreg() and _NAME.fullmatch(member.name) else None
    if source is None:
        raise Refused(f'an archive of export-all has no "{member.name}"', "make one by crmtui export-all -")
    place = home / member.name
    try:
        place.parent.mkdir(exist_ok=True)
        with place.open("wb") as target:
            shutil.copyfileobj(source, target)
    except OSError as why:
        raise _without_room(why) from None


@contextmanager
def _room() -> Iterator[Path]:
    """A folder of our own, gone after the block."""
    try:
        home = tempfile.TemporaryDirectory(prefix="crmtui-")
    except OSError as why:
        raise _without_room(why) from None
    with home as path:
        yield Path(path)


def _without_room(why: OSError) -> Failed:
    return Failed(f"no room for the files: {why.strerror}", "make room in the temporary folder")
