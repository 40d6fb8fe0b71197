"""Copies of the base: made while others write, looked through before they count, kept by their age."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Hashable, Iterable
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import peewee

from crmtui import clock, config, progress
from crmtui.errors import CrmError, Failed, NotFound
from crmtui.frozen import dataclass
from crmtui.store import cipher, contents, files, strangers
from crmtui.store.connection import Base, current, daily_place
from crmtui.store.engine import driver

ROOM = 3
"""How many times the size of the base must be free before a daily backup is made."""

TAKEN = re.compile(r"-(\d{4})(\d\d)(\d\d)(?:T[\d.]+Z)?(?:-[a-z-]+)?\.backup$")
DAILY = re.compile(r"-(\d{4})(\d\d)(\d\d)-daily\.backup")


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
    made = _copied(base, unused(base, why))
    kept = sorted(base.path.parent.glob(f"{_escaped(base.path.name)}-*-{why}.backup"))
    for old in kept[: -config.current().backups]:
        old.unlink(missing_ok=True)
    return made


def daily(base: Base) -> None:
    """A backup before the first change of a day, once something was done on an earlier one; what goes wrong is a note and no more."""
    if config.current().daily_backup == "off" or not _begins_day(base):
        return
    path = daily_place(base.path)
    try:
        if shutil.disk_usage(base.path.parent).free < ROOM * base.path.stat().st_size:
            raise Failed("the disk has too little room", f"make room beside {base.path}")
        _copied(base, path)
        thin(base)
    except (CrmError, OSError, peewee.PeeweeException, driver.Error) as why:
        if not path.exists():  # another program may have made it meanwhile
            base.notes.append(f"no backup of the day was made: {why}")


def _begins_day(base: Base) -> bool:
    """Whether the last thing that was done was done on an earlier day."""
    row = base.database.execute_sql("SELECT at FROM operation ORDER BY id DESC LIMIT 1").fetchone()
    return row is not None and row[0] < _beginning_of_day()


def _beginning_of_day() -> str:
    from crmtui.store.tables.base import moment_text

    return moment_text(clock.midnight(clock.today()))


def thin(base: Base) -> None:
    """Let go the daily backups that are neither of the last days nor the last of their week or month; the newest always stays."""
    settings = config.current()
    days = {day: path for path in beside(base.path) if (day := day_of(path))}
    kept = _last(days, lambda day: day, settings.backups)
    kept |= _last(days, lambda day: day.isocalendar()[:2], settings.backups_weekly)
    kept |= _last(days, lambda day: (day.year, day.month), settings.backups_monthly)
    for day in days.keys() - kept:
        days[day].unlink(missing_ok=True)


def _last(days: Iterable[date], group: Callable[[date], Hashable], count: int) -> set[date]:
    """The last day of each group of days, for the newest groups."""
    newest = {group(day): day for day in sorted(days)}
    return set(sorted(newest.values())[-count:] if count else ())


def beside(path: Path) -> list[Path]:
    """The copies that lie beside a base under names that we give, the oldest first."""
    found = path.parent.glob(f"{_escaped(path.name)}-*.backup")
    return sorted(found, key=lambda each: (each.stat().st_mtime, each.name))


def others(path: Path) -> list[Path]:
    """Files beside a base that hold a base too and have no name of ours: copies that somebody named, or bases of their own."""
    known = {path, *beside(path)}
    return sorted(
        each
        for each in path.parent.iterdir()
        if each not in known and not each.name.startswith(".") and each.is_file() and strangers.is_base(each, path)
    )


def taken_on(path: Path) -> date | None:
    """The day of a copy as its name tells it."""
    match = TAKEN.search(path.name)
    return date(*map(int, match.groups())) if match else None


def day_of(path: Path) -> date | None:
    """The day of a daily backup; None for another one."""
    match = DAILY.search(path.name)
    return date(*map(int, match.groups())) if match else None


def unused(base: Base, why: str) -> Path:
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
        with progress.growing("copying the base", draft.path, base.path.stat().st_size):
            base.database.execute_sql("VACUUM INTO ?", (str(draft.path),))
        progress.told("looking the copy through")
        _verify(draft.path)
        draft.keep()
    finally:
        draft.drop()
    return Backup(str(path), path.stat().st_size)


def _verify(copy: Path) -> None:
    from urllib.parse import quote

    connection = driver.connect(f"file:{quote(str(copy))}?mode=ro", uri=True)
    try:
        cipher.unlock(connection, copy)
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
    finally:
        connection.close()
    if verdict != "ok":
        raise Failed(f"the copy is not sound: {verdict}", "the base itself may be damaged")


def recast(target: Path, told: str) -> Backup:
    """Write the open base to a new file, encrypted with a passphrase or a raw key, or plain for an empty one; what is attached comes along.

    Raises as `write` and `cipher.recast` do.
    """
    base = current()
    if base.stands_in:
        raise NotFound(f"there is no base at {base.path}", "name the one to copy: --db PATH")
    files.refuse_taken(target)
    from crmtui.store import leftovers

    leftovers.remove_half_copies()  # one that was killed on its way may lie there in plain
    with ExitStack() as made:
        draft = files.Draft(target, mark=".backup")
        made.callback(draft.drop)
        copy = files.Draft(unused(base, "recast"))
        made.callback(copy.drop)
        with progress.growing("copying the base", copy.path, base.path.stat().st_size):
            base.database.execute_sql("VACUUM INTO ?", (str(copy.path),))
        with progress.growing("writing it anew", draft.path, copy.path.stat().st_size):
            cipher.recast(copy.path, draft.path, told)
        draft.keep()
    contents.copy_along(target)
    return Backup(str(target), target.stat().st_size)
