"""What lies beside the base and what the journal says of it: contents that are missing, changed, or needed by nothing any more."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from crmtui.store import contents, files, strangers
from crmtui.store.connection import current
from crmtui.store.contents import Content
from crmtui.store.journal import unpacked
from crmtui.store.tables import ALL, Change, database

SETTLED_SECONDS = 3600
"""How long a content lies there before it can be called unneeded: whoever puts it there names it only afterwards."""


def naming() -> list[str]:
    """The tables whose rows name contents: all that know a hash and a size."""
    return [table._meta.table_name for table in ALL if {"sha256", "size"} <= set(table._meta.columns)]


def held() -> dict[str, Content]:
    """The contents that rows of the base name, by hash."""
    rows = (row for name in naming() for row in database.execute_sql(f"SELECT DISTINCT sha256, size FROM {name}").fetchall())
    return {sha256: Content(sha256, size) for sha256, size in rows}


def needed() -> set[str]:
    """The hashes that rows name, and those that the journal would bring back."""
    found = set(held())
    for line in Change.select(Change.data).where(Change.table_name.in_(naming()), Change.data.is_null(False)).iterator():
        found.update(_hashes(unpacked(line.data)))
    return found


def _hashes(data: Any) -> Iterator[str]:
    """Whatever in the data of a change looks like a hash."""
    if isinstance(data, dict):
        for value in data.values():
            yield from _hashes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _hashes(value)
    elif isinstance(data, str) and contents.is_hash(data):
        yield data


def damaged(*, thorough: bool = False) -> list[str]:
    """The hashes of contents that rows name and that are missing or changed; `thorough` reads every byte."""
    return sorted(sha256 for sha256, content in held().items() if contents.state(content, thorough=thorough) != "kept")


def unneeded() -> list[Path]:
    """The files beside the base that no row names and the journal does not need, settled for a while; also what was half written."""
    home = contents.folder()
    if not home.is_dir():
        return []
    wanted = needed()
    files = (each for each in sorted(home.iterdir()) if each.is_file() and each.name not in wanted and _is_settled(each))
    return [each for each in files if contents.is_hash(each.name) or each.suffix == ".part"]


def _is_settled(path: Path) -> bool:
    return path.stat().st_mtime < time.time() - SETTLED_SECONDS


def half_copies(settled: bool = True) -> list[Path]:
    """Backups that were never finished, since whoever made them was killed: those under names of ours, and drafts of what holds a base.

    Without `settled` those too that may still be in the making.
    """
    base = current().path
    found = (each for each in files.drafts(base.parent) if ".backup-" in each.name or strangers.is_base(each, base))
    return [each for each in found if not settled or _is_settled(each) or files.is_abandoned(each)]


def remove_half_copies() -> None:
    """Remove the backups that were never finished."""
    for each in half_copies():
        each.unlink(missing_ok=True)


def remove() -> int:
    """Remove what is unneeded, and unfinished backups, while nobody writes; how many files that were."""
    with current().queue.held("check"):
        found = [*unneeded(), *half_copies()]
        for each in found:
            each.unlink(missing_ok=True)
    return len(found)


def unreadable() -> int:
    """How many changes of the journal cannot be read."""
    return sum(not _reads(line.data) for line in Change.select(Change.data).where(Change.data.is_null(False)).iterator())


def _reads(data: bytes) -> bool:
    try:
        return isinstance(unpacked(data), dict)
    except (ValueError, zlib.error, json.JSONDecodeError):
        return False
