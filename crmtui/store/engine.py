"""The SQLite library of this process, and how it opens a base."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import peewee

from crmtui.store import cipher

TYPES = {"MOMENT": "TEXT"}
"""What the types of our columns are called here."""

_PRAGMAS = {
    "foreign_keys": "on",
    "synchronous": "full",
    "secure_delete": "on",
    "cell_size_check": "on",
    "trusted_schema": "off",
    "journal_size_limit": 64 * 1024 * 1024,
    "cache_size": -16 * 1024,
}
_SAFE_LIBRARIES = (((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), (3, 52, 0)), ((3, 53, 0), (4, 0, 0)))


def _driver() -> Any:
    """The one SQLite library of the process: as peewee chose it, SQLCipher once a key was told."""
    chosen = cipher.library() if cipher.wanted() else None
    if chosen is not None:
        for kind in (date, time, datetime, Decimal):
            chosen.register_adapter(kind, str)
        setattr(peewee, "sqlite3", chosen)  # noqa: B010
    return getattr(peewee, "sqlite3")  # noqa: B009


driver: Any = _driver()


def library_is_safe() -> bool:
    """Whether the SQLite library in use has the fix of the WAL-reset fault (3.44.6, 3.50.7, 3.51.3, 3.53.0 and later)."""
    version = driver.sqlite_version_info
    return any(first <= version < after for first, after in _SAFE_LIBRARIES)


class Sqlite(peewee.SqliteDatabase):
    """A database each of whose connections has the key of its file."""

    def __init__(self, path: Path, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._path = path

    def _add_conn_hooks(self, connection: Any) -> None:
        cipher.unlock(connection, self._path)
        super()._add_conn_hooks(connection)  # type: ignore[misc]


def database(path: Path, read_only: bool, patience: float) -> peewee.SqliteDatabase:
    """The database of a base, not yet connected; whoever finds it locked waits for `patience` seconds."""
    options: dict[str, Any] = {}
    name = str(path)
    if read_only:
        from urllib.parse import quote

        alone = not path.with_name(path.name + "-wal").exists()
        name = f"file:{quote(str(path))}?mode=ro{'&immutable=1' if alone else ''}"
        options["uri"] = True
    return Sqlite(
        path,
        name,
        pragmas=_PRAGMAS,
        lock_type="IMMEDIATE",
        timeout=patience,
        autoconnect=False,
        field_types=TYPES,
        **options,
    )
