"""Files that somebody else may have made: what in a base is not ours is refused, and what is restored or saved is read without trust."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

from crmtui.errors import Failed, NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store import cipher
from crmtui.store.connection import APPLICATION_ID, SCHEMA_VERSION, Base
from crmtui.store.engine import driver

SECONDS = 10.0
"""How long a look at a small file may take; a large one gets more."""

BYTES_A_SECOND = 4 * 1024 * 1024
STEPS = 10_000
"""Steps of the database between two looks at the watch."""

SEARCH = frozenset({"client_search", "deal_search"})
"""The virtual tables that our migrations make; they make no trigger and no view."""

_LIVING = """
SELECT type, name, sql FROM sqlite_master
WHERE type NOT IN ('table', 'index') OR (type = 'table' AND sql LIKE 'create%virtual%')
"""
_SEARCH_SQL = (
    "CREATE VIRTUAL TABLE {table}_search USING fts5 (search_key, content='{table}', content_rowid='id', tokenize='trigram', detail='none')"
)
_READING = {"select": 21, "read": 20, "function": 31, "pragma": 19, "recursive": 33, "transaction": 22}
_FORBIDDEN = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob", "randomblob"})


_RECOVER = "name another backup, or save what can be: crmtui recover"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A file that was looked through and found to be a sound base of ours: its schema's number, how many rows some tables have."""

    path: Path
    version: int
    rows: dict[str, int]


def refuse_foreign(base: Base) -> None:
    """Raise `Refused` when the base holds anything that acts by itself (a trigger, a view, a virtual table) and is not ours."""
    _refuse(base.path, base.database.execute_sql(_LIVING).fetchall())


def _refuse(path: Path, living: list[tuple[str, str, str]]) -> None:
    for kind, name, sql in living:
        if kind != "table" or " ".join(sql.split()) != _SEARCH_SQL.format(table=name.removesuffix("_search")) or name not in SEARCH:
            told = "virtual table" if kind == "table" else kind
            raise Refused(f'{path} holds a {told} "{name}" that is not ours', "crmtui recover takes only the records over into a new base")


def is_base(file: Path, base: Path) -> bool:
    """Whether a file begins as a base of ours does, or as this base when it is encrypted; it is not opened as one."""
    try:
        with file.open("rb") as opened:
            head = opened.read(72)
    except OSError:
        return False
    if head.startswith(cipher.PLAIN):
        return head[68:72] == APPLICATION_ID.to_bytes(4, "big")
    return len(head) > cipher.SALT and head[: cipher.SALT] == cipher.beginning(base)


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """A connection to a file for reading alone: nothing of it is trusted, nothing else is opened through it, and time is limited.

    Raises `NotFound`, `Refused` for what is no file, `Failed` when it takes too long.
    """
    if not path.exists():
        raise NotFound(f"no file {path}")
    if not path.is_file():
        raise Refused(f"{path} is no file", "name a file")
    from urllib.parse import quote

    alone = not path.with_name(f"{path.name}-wal").exists()
    name = f"file:{quote(str(path.absolute()))}?mode=ro{'&immutable=1' if alone else ''}"
    connection = driver.connect(name, uri=True, timeout=SECONDS, isolation_level=None)
    limit = time.monotonic() + max(SECONDS, path.stat().st_size / BYTES_A_SECOND)
    try:
        cipher.unlock(connection, path)
        connection.execute("PRAGMA trusted_schema = off")
        connection.execute("PRAGMA cell_size_check = on")
        connection.set_authorizer(_allowed)
        connection.set_progress_handler(lambda: time.monotonic() > limit, STEPS)
        yield connection
    except driver.OperationalError as why:
        if time.monotonic() > limit:
            raise Failed(f"{path} takes too long to be looked through", "it is damaged or made to be so") from None
        raise why
    finally:
        connection.close()


def _allowed(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action == _READING["function"]:
        return 1 if second in _FORBIDDEN else 0
    if action == _READING["pragma"]:
        return 0 if second is None or first in ("integrity_check", "quick_check", "foreign_key_check", "encoding", "table_info") else 1
    return 0 if action in _READING.values() else 1


def examine(path: Path, base: Base) -> Stranger:
    """Look through a file that is to be restored into a base of ours.

    Raises `NotFound`, `Refused` for what is no base of ours, or a newer one, or holds what is not ours, `Failed` for a damaged one.
    """
    with reading(path) as connection:
        try:
            return _examined(path, connection, base)
        except driver.DatabaseError as why:
            if isinstance(why, driver.OperationalError) and "interrupted" in str(why):
                raise
            other = "" if cipher.is_plain(path) else ", or encrypted with another key"
            raise Failed(f"{path} is damaged or no crmtui base{other} ({why})", "name another backup") from None


def _examined(path: Path, connection: Any, base: Base) -> Stranger:
    version, owner = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id"))
    if owner != APPLICATION_ID:
        raise Refused(f"{path} is no crmtui base", "name a copy made by crmtui backup")
    if version > SCHEMA_VERSION:
        raise Refused(f"{path} was made by a newer crmtui (schema {version}, this one knows {SCHEMA_VERSION})", "install the newer crmtui")
    _refuse(path, connection.execute(_LIVING).fetchall())
    if connection.execute("PRAGMA encoding").fetchone()[0] != "UTF-8":
        raise Refused(f"{path} is no copy of ours: its texts are not in UTF-8", _RECOVER)
    verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise Failed(f"{path} is damaged: {verdict}", _RECOVER)
    broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise Failed(f"{path} is damaged: {broken[0]} {broken[1]} points to no {broken[2]}", _RECOVER)
    from crmtui.store import values

    def asked(query: str) -> list[Any]:
        return list(connection.execute(query))

    rules: Iterator[str] = iter(())
    if version == SCHEMA_VERSION:
        rules = values.broken_rules(lambda query: list(base.database.execute_sql(query).fetchall()), asked)
    if wrong := next(chain((each.told for each in values.odd(asked)), rules), ""):
        raise Failed(f"{path} is damaged: {wrong}", _RECOVER)
    rows = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("client", "deal", "operation")}
    return Stranger(path, version, rows)
