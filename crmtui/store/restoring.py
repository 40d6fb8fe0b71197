"""Restoring: the content of a backup put into the open base in one step, so that whoever has it open reads it from then on."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from crmtui import clock, progress
from crmtui.errors import Busy, Refused
from crmtui.frozen import dataclass
from crmtui.store import backups, cipher, contents, erased, files, strangers, upgrade
from crmtui.store.connection import Base, current
from crmtui.store.engine import driver
from crmtui.store.queue import DEADLINE_SECONDS
from crmtui.store.strangers import Stranger
from crmtui.store.tables import Operation

STEP = 4096
"""Pages of the base that are copied at once; nobody reads or writes in between."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put in place: how many clients, deals and operations it holds; where the content before it was saved (None: it had
    none); the clients in it who were erased after it was made."""

    path: str
    clients: int
    deals: int
    operations: int
    saved: str | None
    operation: int | None
    erased: tuple[int, ...]


def restore(source: Path, *, rehearse: bool = False) -> Restored:
    """Put the content of a backup into the open base, after a backup of what is there; what lies beside comes along. In a rehearsal only
    look the source through.

    An older schema is brought up to date afterwards. Undo does not take it back: the backup before it does.
    Raises `NotFound`, `Refused` and `Failed` as `strangers.examine` does, `Refused` for the base itself, `Busy`.
    """
    base = current()
    if source.exists() and base.path.exists() and source.samefile(base.path):
        raise Refused(f"{source} is the base itself", "name a backup of it")
    progress.told("looking the copy through")
    found = strangers.examine(source, base)
    if rehearse:
        return _told(found, None, None, ())
    with base.queue.held("restore"):
        saved = backups.automatic(base, "before-restore").path if Operation.select().exists() else None
        known = erased.kept()
        _copy_pages(found.path, base)
        upgrade.bring_up_to_date(base)
        aware = erased.returned().keys()
        with base.writing():
            erased.carry(known)
            done = _noted(base, found, saved)
    contents.copy_from(source)
    return _told(found, saved, done, tuple(sorted(erased.returned().keys() - aware)))


def _told(found: Stranger, saved: str | None, operation: int | None, again: tuple[int, ...]) -> Restored:
    rows = found.rows
    return Restored(str(found.path), rows["client"], rows["deal"], rows["operation"], saved, operation, again)


def _copy_pages(source: Path, base: Base) -> None:
    """Between bases that are both encrypted, or both plain, pages can be copied; else a copy that is as the base is comes first."""
    if cipher.is_plain(source) == cipher.is_plain(base.path):
        _put(source, base)
        return
    draft = files.Draft(backups.unused(base, "recast"))
    try:
        cipher.as_base(source, draft.path, base.path)
        _put(draft.path, base)
    finally:
        draft.drop()


def _put(source: Path, base: Base) -> None:
    with strangers.reading(source) as pages:
        pages.set_progress_handler(None, 0)
        pages.backup(base.database.connection(), pages=STEP, progress=_patience(base.path))


def _patience(path: Path) -> Callable[..., None]:
    """Whoever writes without standing in the queue is waited for, but not for ever; meanwhile it is told how far the copy has come."""
    limit = time.monotonic() + DEADLINE_SECONDS

    def waiting(status: int, left: int, pages: int) -> None:
        progress.told("putting it in place", pages - left, pages, "pages")
        if status in (driver.SQLITE_BUSY, driver.SQLITE_LOCKED) and time.monotonic() > limit:
            raise Busy(f"{path} is busy: another program has been writing for {DEADLINE_SECONDS:.0f} s", "try again in a moment")

    return waiting


def _noted(base: Base, found: Stranger, saved: str | None) -> int:
    """A line in the journal that came with the content."""
    beside = f"; what was there is in {Path(saved).name}" if saved else ""
    done = Operation.create(at=clock.now(), rep=None, actor=base.actor, command=base.command, summary=f"restored {found.path.name}{beside}")
    return int(done.id)
