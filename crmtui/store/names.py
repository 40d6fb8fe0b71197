"""Names that begin with what was typed, for completion: read straight from the file, without the tables and their builder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crmtui.store import cipher
from crmtui.store.keys import fold

OFFERED = 50
"""Names offered at once; a longer list helps nobody."""

_QUERIES = {
    "client": (
        "SELECT name FROM client WHERE deleted_at IS NULL AND sort_key >= ? AND sort_key < ? ORDER BY sort_key LIMIT ?",
        "SELECT name FROM client WHERE deleted_at IS NULL AND instr(search_key, ?) > 0 ORDER BY sort_key LIMIT ?",
    ),
    "deal": (
        "",
        "SELECT DISTINCT title FROM deal WHERE deleted_at IS NULL AND closed_at IS NULL AND instr(search_key, ?) > 0"
        " ORDER BY id DESC LIMIT ?",
    ),
    "deleted client": ("", "SELECT DISTINCT name FROM client WHERE deleted_at IS NOT NULL AND instr(search_key, ?) > 0 LIMIT ?"),
    "deleted deal": ("", "SELECT DISTINCT title FROM deal WHERE deleted_at IS NOT NULL AND instr(search_key, ?) > 0 LIMIT ?"),
    "rep": ("", "SELECT name FROM rep WHERE active AND instr(search_key, ?) > 0 ORDER BY search_key LIMIT ?"),
    "product": ("", "SELECT name FROM product WHERE active AND instr(search_key, ?) > 0 ORDER BY search_key LIMIT ?"),
    "stage": ("", 'SELECT DISTINCT name FROM stage WHERE deleted_at IS NULL AND instr("key", ?) > 0 ORDER BY position LIMIT ?'),
    "pipeline": ("", 'SELECT name FROM pipeline WHERE deleted_at IS NULL AND instr("key", ?) > 0 ORDER BY position LIMIT ?'),
    "field": ("", "SELECT DISTINCT name FROM own_field WHERE deleted_at IS NULL AND instr(name, ?) > 0 ORDER BY position LIMIT ?"),
    "attachment": ("", "SELECT DISTINCT name FROM attachment WHERE instr(lower(name), ?) > 0 ORDER BY id DESC LIMIT ?"),
    "tag": ("", 'SELECT name FROM tag WHERE instr("key", ?) > 0 ORDER BY "key" LIMIT ?'),
    "task": ("", "SELECT DISTINCT title FROM task WHERE state = 'open' AND instr(lower(title), ?) > 0 ORDER BY due_on LIMIT ?"),
}


def beginning(base: str, noun: str, word: str) -> list[str]:
    """The names of records of a noun that begin with a word, else that hold it; at most 50. Nothing for a base that is not there.

    Names with control characters are left out: they cannot be completed to.
    """
    path = Path(base).expanduser()
    if noun not in _QUERIES or not path.is_file():
        return []
    from urllib.parse import quote

    driver = _driver()
    ranged, holding = _QUERIES[noun]
    key = fold(word)
    connection = driver.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=0.5)
    try:
        cipher.unlock(connection, path)
        rows = connection.execute(ranged, (key, key + "\U0010ffff", OFFERED)).fetchall() if ranged else []
        rows = rows or connection.execute(holding, (key, OFFERED)).fetchall()
    except driver.Error:
        return []
    finally:
        connection.close()
    return [name for (name,) in rows if name.isprintable()]


def _driver() -> Any:
    """The SQLite library that the program would choose, without peewee."""
    import sqlite3

    if cipher.wanted() and (chosen := cipher.library()) is not None:
        return chosen
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    return dbapi2 if dbapi2.sqlite_version_info >= sqlite3.sqlite_version_info else sqlite3
