"""The whole base as a folder of plain files, and a folder back into an empty base, where every record has its id again.

For each table there is a CSV file under the names of its columns: links are ids, money is minor units, moments are ISO 8601 in UTC;
what was deleted and can be restored is there too. What is attached lies in `files/` under its SHA-256. `manifest.json` has the version,
the schema, and the rows, bytes and SHA-256 of each file; it holds no time, so that the same base gives the same bytes. Not part of it are
the history (an import begins a new one), drafts and settings. Nothing and an empty text are one.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import crmtui
from crmtui.errors import Failed, NotFound, Refused
from crmtui.exchange import exporting
from crmtui.frozen import dataclass
from crmtui.store import contents, files, whole
from crmtui.store.connection import SCHEMA_VERSION, current
from crmtui.store.contents import Content
from crmtui.store.journal import Recorder, operation

MANIFEST = "manifest.json"
ATTACHED = "files"
LONGEST_CELL = 4 * 1024 * 1024
"""Characters in one cell; more than any text of the base has."""

_CHUNK = 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an export: its place in the folder, its rows (None for what is attached), its size, its SHA-256."""

    file: str
    rows: int | None
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """An export: where it is, by which version and schema, its files; `missing` counts attached files whose content is gone or changed."""

    folder: str
    version: str
    schema: int
    files: tuple[Part, ...]
    missing: int

    @property
    def rows(self) -> int:
        """All rows of all files."""
        return sum(part.rows or 0 for part in self.files)


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import of a folder brought: rows by file, how many attached files, the operation (None when there was nothing)."""

    folder: str
    rows: dict[str, int]
    attached: int
    operation: int | None


def export(target: Path) -> Exported:
    """Write the base to a new folder, for its owner's eyes: the whole of it or no folder. An empty one may be there already.

    Raises `Refused` when something is there, `Failed` when it cannot be written.
    """
    home = _free(target)
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{home.name[:100]}-", dir=home.parent))
    except OSError as why:
        raise Failed(f"{target} cannot be written: {why.strerror}") from None
    try:
        made = _written(draft, target)
        os.rename(draft, home)  # never replaces a folder in which something is
    except OSError as why:
        raise Failed(f"{target} cannot be written: {why.strerror}") from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _free(target: Path) -> Path:
    home = target.absolute()
    if not home.name:
        raise Refused(f'"{target}" is no name for a folder')
    if os.path.lexists(home) and not (home.is_dir() and not home.is_symlink() and not any(home.iterdir())):
        raise Refused(f"{target} exists already", "name another folder")
    return home


def _written(draft: Path, target: Path) -> Exported:
    with current().reading():
        parts = [_table(draft, table) for table in whole.tables()]
        beside = whole.beside()
    found = [_copied(draft, content) for content in beside]
    parts += filter(None, found)
    made = Exported(str(target), crmtui.__version__, SCHEMA_VERSION, tuple(parts), found.count(None))
    with files.new(draft / MANIFEST) as stream:
        told = {"program": "crmtui", "version": made.version, "schema": made.schema, "files": [asdict(part) for part in parts]}
        stream.write(f"{json.dumps(told, indent=1)}\n")
    return made


def _table(draft: Path, table: whole.Table) -> Part:
    place = draft / f"{whole.noun(table)}.csv"
    rows = 0
    with files.new(place) as stream:
        out = exporting.writer(stream)
        out.writerow(whole.columns(table))
        for cells in whole.read(table):
            out.writerow(cells)
            rows += 1
    return _part(draft, place, rows)


def _copied(draft: Path, content: Content) -> Part | None:
    """A content beside the tables; None when it is missing or no longer what was attached."""
    if contents.state(content, thorough=True) != "kept":
        return None
    place = draft / ATTACHED / content.sha256
    place.parent.mkdir(mode=0o700, exist_ok=True)
    contents.write(content, place)
    return Part(f"{ATTACHED}/{content.sha256}", None, content.size, content.sha256)


def _part(home: Path, place: Path, rows: int | None) -> Part:
    digest = hashlib.sha256()
    with place.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return Part(place.relative_to(home).as_posix(), rows, place.stat().st_size, digest.hexdigest())


def take(source: Path, called: str = "") -> Taken:
    """Bring an exported folder into the open, empty base, as one operation that undo takes back; every record has its id again.

    `called` is what history says of the folder, its name unless told otherwise.

    Raises `NotFound` for what is no export, `Refused` when the base holds records, when a file is not what the manifest says,
    when a newer crmtui wrote it.
    """
    parts = _manifest(source)
    for part in parts.values():
        _refuse_changed(source, part)
    whole.refuse_held("import-all")
    attached = [part for part in parts.values() if part.rows is None]
    for part in attached:
        contents.keep(source / part.file)
    with operation() as recorder:
        recorder.quiet = True
        whole.refuse_held("import-all")
        rows = _tables(recorder, source, parts)
        recorder.summary = f"imported {sum(rows.values()):,} rows from {called or source.name}"
    return Taken(called or str(source), rows, len(attached), recorder.id)


def _tables(recorder: Recorder, source: Path, parts: dict[str, Part]) -> dict[str, int]:
    whole.clear(recorder)
    counts = {}
    for table in whole.tables():
        name = f"{whole.noun(table)}.csv"
        if name in parts:
            header, *_ = _rows(source / name, first=True)
            counts[name] = whole.write(recorder, table, header, _rows(source / name))
            whole.link(recorder, table, header, _rows(source / name))
    for table in whole.tables():
        whole.index(table)
    return counts


def _rows(place: Path, *, first: bool = False) -> Iterator[list[str]]:
    """The rows of a file, its header alone when it is the `first` that is asked for."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        with place.open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream, strict=True)
            header = next(rows, [])
            yield from [header] if first else rows
    except (csv.Error, UnicodeError) as why:
        raise Refused(f"{place.name} is no CSV file of ours: {why}", "take it as export-all wrote it") from None
    except OSError as why:
        raise Failed(f"{place} cannot be read: {why.strerror}") from None


def _manifest(source: Path) -> dict[str, Part]:
    """The files of an export by name. What it says is taken for nothing but names and sums of files that this crmtui knows."""
    place = source / MANIFEST
    if not place.is_file():
        raise NotFound(f"no {MANIFEST} in {source}", "name a folder that export-all wrote")
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        if told["program"] != "crmtui":
            raise ValueError
        if int(told["schema"]) > SCHEMA_VERSION:
            newer = f"{source} was written by a newer crmtui ({told['version']})"
            raise Refused(newer, "install the newer crmtui")
        parts = [Part(**part) for part in told["files"]]
    except OSError as why:
        raise Failed(f"{place} cannot be read: {why.strerror}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"{place} is no manifest of crmtui", "name a folder that export-all wrote") from None
    return {part.file: part for part in map(_known, parts)}


def _known(part: Part) -> Part:
    tables = {f"{whole.noun(table)}.csv" for table in whole.tables()}
    name = str(part.file)
    attached = name.startswith(f"{ATTACHED}/") and _HASH.fullmatch(name.removeprefix(f"{ATTACHED}/")) is not None
    if not (attached and part.rows is None and name.endswith(str(part.sha256))) and not (name in tables and isinstance(part.rows, int)):
        raise Refused(f'this crmtui knows no file "{name}" of an export', "export with the same version")
    return part


def _refuse_changed(source: Path, part: Part) -> None:
    place = source / part.file
    try:
        found: Any = _part(source, place, part.rows) if place.is_file() else None
    except OSError as why:
        raise Failed(f"{place} cannot be read: {why.strerror}") from None
    if found != part:
        trouble = "is missing" if found is None else "is not what the manifest says: it was changed or damaged"
        raise Refused(f"{place} {trouble}", "take it as export-all wrote it; what was edited goes in by import-csv")
