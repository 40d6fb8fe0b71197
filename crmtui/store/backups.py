"""Copies of the base: made while others write, looked through before they count, old automatic ones let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from crmtui import clock, config
from crmtui.errors import Failed, NotFound
from crmtui.store import contents, files
from crmtui.store.connection import Base, current


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy that was verified: where it is and its size in bytes."""

    path: str
    bytes: int


def write(target: Path | None = None) -> Backup:
    """Copy the open base to a new file of mode 0600, `<base>-<time>.backup` beside it unless named, and verify the copy.

    What is attached goes into a folder beside the copy, where the copy opened as a base finds it.

    Raises `Refused` when the file exists, `Failed` when it cannot be written or is not sound; then no file is left.
    """
    base = current()
    if base.stands_in:
        raise NotFound(f"there is no base at {base.path}", "name the one to copy: --db PATH")
    path = target or base.path.with_name(f"{base.path.name}-{clock.now():%Y%m%dT%H%M%SZ}.backup")
    made = _copied(base, path)
    contents.copy_along(path)
    return made


def automatic(base: Base, why: str) -> Backup:
    """A backup of our own before something that might go wrong; beyond the configured number the oldest of its kind go."""
    made = _copied(base, _unused(base, why))
    kept = sorted(base.path.parent.glob(f"{_escaped(base.path.name)}-*-{why}.backup"))
    for old in kept[: -config.current().backups]:
        old.unlink(missing_ok=True)
    return made


def _unused(base: Base, why: str) -> Path:
    """A name that no file has yet, also where the clock stands still."""
    moment = clock.now()
    while True:
        path = base.path.with_name(f"{base.path.name}-{moment:%Y%m%dT%H%M%S.%fZ}-{why}.backup")
        if not path.exists():
            return path
        moment += timedelta(microseconds=1)


def _escaped(name: str) -> str:
    from glob import escape

    return escape(name)


def _copied(base: Base, path: Path) -> Backup:
    draft = files.Draft(path)
    try:
        base.database.execute_sql("VACUUM INTO ?", (str(draft.path),))
        _verify(draft.path)
        draft.keep()
    finally:
        draft.drop()
    return Backup(str(path), path.stat().st_size)


def _verify(copy: Path) -> None:
    from urllib.parse import quote

    import peewee

    database = peewee.SqliteDatabase(f"file:{quote(str(copy))}?mode=ro", uri=True)
    try:
        verdict = database.execute_sql("PRAGMA quick_check").fetchone()[0]
    finally:
        database.close()
    if verdict != "ok":
        raise Failed(f"the copy is not sound: {verdict}", "the base itself may be damaged")
