"""Bringing a base to the newest schema: under the queue, after a backup, all or nothing; newer bases are left alone."""

from __future__ import annotations

from pathlib import Path

from crmtui.errors import Failed, Refused
from crmtui.store import strangers
from crmtui.store.connection import APPLICATION_ID, SCHEMA_VERSION, Base

MIGRATIONS = Path(__file__).parent / "migrations"


def bring_up_to_date(base: Base) -> None:
    """Apply the migrations that the base lacks. Costs two pragmas when there are none.

    Raises `Refused` for a file that is not ours or that a newer crmtui made.
    """
    current = _is_current(base)
    strangers.refuse_foreign(base)
    if current:
        return
    if base.read_only:
        raise Failed(f"{base.path} was made by an older crmtui and cannot be written", "make it writable once, to be brought up to date")
    with base.queue.held("upgrade"):
        if _is_current(base):
            return
        if _pragma(base, "user_version"):
            from crmtui.store import backups

            backups.automatic(base, "before-upgrade")
        _apply(base)


def _is_current(base: Base) -> bool:
    version, owner = _pragma(base, "user_version"), _pragma(base, "application_id")
    if version > SCHEMA_VERSION and owner == APPLICATION_ID:
        newer = f"{base.path} was made by a newer crmtui (schema {version}, this one knows {SCHEMA_VERSION})"
        raise Refused(newer, "install the newer crmtui")
    if owner != APPLICATION_ID and (version or owner or _holds_tables(base)):
        raise Refused(f"{base.path} is an SQLite file of another program", "name another file: --db PATH")
    return version == SCHEMA_VERSION


def _pragma(base: Base, name: str) -> int:
    return int(base.database.execute_sql(f"PRAGMA {name}").fetchone()[0])


def _holds_tables(base: Base) -> bool:
    return bool(base.database.execute_sql("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _apply(base: Base) -> None:
    """Every missing migration and the new version in one transaction, checked before it is committed."""
    from playhouse.migrations import Runner

    database = base.database
    if not _pragma(base, "user_version"):
        database.execute_sql("PRAGMA journal_mode = wal")
    runner = Runner(database, str(MIGRATIONS))
    database.execute_sql("PRAGMA foreign_keys = off")  # a rebuilt table must not take its children along
    try:
        with database.atomic():
            runner.up()
            database.execute_sql(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
            broken = database.execute_sql("PRAGMA foreign_key_check").fetchone()
            if broken:
                raise Failed(f"{base.path} would have rows that point nowhere after the upgrade: {broken}", "nothing was changed")
    finally:
        database.execute_sql("PRAGMA foreign_keys = on")
