"""Copies of the base: made while others write, looked through before they count, old automatic ones let go."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from crmtui import clock, config
from crmtui.errors import Failed, NotFound, Refused
from crmtui.store.connection import Base, current


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was verified: where it is and its size in bytes."""

    path: str
    bytes: int


def write(target: Path | None = None) -> Backup:
    """Copy the open base to a new file of mode 0600, `<base>-<time>.backup` beside it unless named, and verify the copy.

    Raises `Refused` when the file exists, `Failed` when it cannot be written or is not sound; then no file is left.
    """
    base = current()
    if base.stands_in:
        raise NotFound(f"there is no base at {base.path}", "name the one to copy: --db PATH")
    path = target or base.path.with_name(f"{base.path.name}-{clock.now():%Y%m%dT%H%M%SZ}.backup")
    return _copied(base, path)


def automatic(base: Base, why: str) -> Backup:
    """A backup of our own before something that might go wrong; beyond the configured number the oldest of its kind go."""
    made = _copied(base, base.path.with_name(f"{base.path.name}-{clock.now():%Y%m%dT%H%M%S.%fZ}-{why}.backup"))
    kept = sorted(base.path.parent.glob(f"{_escaped(base.path.name)}-*-{why}.backup"))
    for old in kept[: -config.current().backups]:
        old.unlink(missing_ok=True)
    return made


def _escaped(name: str) -> str:
    from glob import escape

    return escape(name)


def _copied(base: Base, path: Path) -> Backup:
    draft = path.with_name(path.name + ".part")
    if path.exists():
        raise Refused(f"{path} exists already", "name another file")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as why:
        raise Failed(f"{path} cannot be written: {why.strerror}") from None
    try:
        base.database.execute_sql("VACUUM INTO ?", (str(draft),))
        _verify(draft)
        _settle(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    return Backup(str(path), path.stat().st_size)


def _verify(copy: Path) -> None:
    import peewee

    database = peewee.SqliteDatabase(f"file:{copy}?mode=ro", uri=True)
    try:
        verdict = database.execute_sql("PRAGMA quick_check").fetchone()[0]
    finally:
        database.close()
    if verdict != "ok":
        raise Failed(f"the copy is not sound: {verdict}", "the base itself may be damaged")


def _settle(draft: Path, path: Path) -> None:
    """Give the copy its name once its bytes and the folder's are on the disk."""
    _flush(draft)
    os.link(draft, path)  # unlike a rename it never replaces a file that came in between
    _flush(path.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
