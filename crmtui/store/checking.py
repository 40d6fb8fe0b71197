"""Looking a base through: what is wrong with it, what is only to be known, and what can be mended without asking anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Literal

import peewee

from crmtui import clock, progress
from crmtui.errors import CrmError
from crmtui.frozen import dataclass
from crmtui.store import backups, cipher, leftovers, places, search, strangers, values
from crmtui.store.connection import current
from crmtui.store.engine import driver, library_is_safe
from crmtui.store.tables import BY_NAME, database

SAMPLE = 1000
"""Records of a kind whose keys are computed anew, unless all of them are asked for."""

LARGE_LOG = 64 * 1024 * 1024
OLD_BACKUP = timedelta(days=7)

Level = Literal["quick", "usual", "deep"]
Verdict = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: sound, wrong (so many times), mended, or advice: nothing is wrong, and yet it should be known."""

    name: str
    state: str
    found: int
    told: str


def check(level: Level = "usual", *, repair: bool = False) -> list[Finding]:
    """Look the open base through: quickly (what costs no more than a moment), as usual, or deep (every key and every attached byte).

    `repair` mends search keys, the search index and permissions, and removes contents that nothing needs any more; nothing else.
    """
    mended = _repaired() if repair else {}
    asked = [each for each in _CHECKS if level != "quick" or each[0] in _QUICK]
    found = []
    for place, (name, looking) in enumerate(asked, 1):
        progress.told(f"looking at {name},", place, len(asked))
        found.append(_found(name, looking, level == "deep", mended))
    return found


def _found(name: str, looking: Callable[[bool], Verdict], deep: bool, mended: dict[str, int]) -> Finding:
    try:
        state, found, told = looking(deep)
    except (peewee.PeeweeException, driver.Error) as why:
        state, found, told = "wrong", 1, f"cannot be read: {why}"
    except CrmError as why:
        state, found, told = "wrong", 1, str(why)
    except (TypeError, ValueError) as why:  # a value of a wrong kind, which `values` tells
        state, found, told = "wrong", 1, f"cannot be looked at: {why}"
    if state == "sound" and mended.get(name):
        return Finding(name, "mended", mended[name], told)
    return Finding(name, state, found, told)


def _repaired() -> dict[str, int]:
    """What was mended, by the name of the check that would have found it."""
    base = current()
    before = len(places.open_to_others(base.path)), _drift(True)[1]
    places.close_to_others(base.path)
    with base.writing():
        mended = search.rebuild()
    return {"permissions": before[0], "search": max(mended, before[1]), "contents": leftovers.remove()}


# ── the surroundings


def _library(_: bool) -> Verdict:
    version = f"SQLite {driver.sqlite_version}"
    if library_is_safe():
        return "sound", 0, version
    return "advice", 1, f"{version} can lose changes when two programs write at once; the queue of crmtui keeps them apart"


def _encryption(_: bool) -> Verdict:
    if not cipher.is_plain(current().path):
        return "sound", 0, "encrypted"
    return ("advice", 1, "a key is set, and this base is not encrypted") if cipher.wanted() else ("sound", 0, "none")


def _file_system(_: bool) -> Verdict:
    kind = places.file_system(current().path)
    if kind in places.NETWORKS:
        return "wrong", 1, f"{kind}: a base on a network disk is damaged when two machines write; keep it on a disk of one machine"
    return "sound", 0, kind or "unknown"


def _permissions(_: bool) -> Verdict:
    found = places.open_to_others(current().path)
    return _counted(len(found), f"open to others: {', '.join(each.name for each in found[:3])}")


def _log(_: bool) -> Verdict:
    log = current().path.with_name(current().path.name + "-wal")
    size = log.stat().st_size if log.exists() else 0
    if size > LARGE_LOG:
        return "advice", 1, f"{size:,} bytes; close the programs that have the base open for long"
    return "sound", 0, f"{size:,} bytes"


def _backups(_: bool) -> Verdict:
    days = [day for each in backups.beside(current().path) if (day := backups.taken_on(each))]
    row = database.execute_sql("SELECT max(at) FROM operation").fetchone()
    newest = max(days, default=None)
    if newest is None:
        return "advice" if row[0] else "sound", 0, "none beside the base; crmtui backup makes one"
    late = row[0] is not None and date.fromisoformat(row[0][:10]) > newest and clock.today() - newest > OLD_BACKUP
    return ("advice", 1, f"the newest is of {newest}") if late else ("sound", 0, f"{len(days)}, the newest of {newest}")


# ── the content


def _schema(_: bool) -> Verdict:
    strangers.refuse_foreign(current())
    missing = [name for name in BY_NAME if not database.execute_sql("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()]
    return _counted(len(missing), f"missing: {', '.join(missing)}")


def _integrity(_: bool) -> Verdict:
    rows = [row[0] for row in database.execute_sql("PRAGMA integrity_check(20)").fetchall()]
    wrong = [row for row in rows if row != "ok"]
    return _counted(len(wrong), "; ".join(wrong[:3]))


def _pages(_: bool) -> Verdict:
    rows = [row[0] for row in database.execute_sql("PRAGMA quick_check(20)").fetchall() if row[0] != "ok"]
    return _counted(len(rows), "; ".join(rows[:3]))


def _links(_: bool) -> Verdict:
    rows = database.execute_sql("PRAGMA foreign_key_check").fetchall()
    return _counted(len(rows), "; ".join(f"{table} {id_} points to no {target}" for table, id_, target, _ in rows[:3]))


def _values(_: bool) -> Verdict:
    found = list(values.odd(lambda query: list(database.execute_sql(query).fetchall())))
    told = "; ".join(each.told for each in found[:3])
    return _counted(sum(each.rows for each in found), f"{told}; crmtui recover takes over what can be read")


def _drift(deep: bool) -> Verdict:
    """The index against the keys, and the keys against the names: all of them, or the newest."""
    wrong = [table for table in search.INDEXED if not _index_is_sound(table)]
    drifted = 0
    for table in ("client", "deal", "rep", "product"):
        some = "" if deep else f" LIMIT {SAMPLE}"
        ids = [row[0] for row in database.execute_sql(f"SELECT id FROM {table} ORDER BY id DESC{some}").fetchall()]
        drifted += sum(len(search.drifted(table, ids[start : start + search.CHUNK])) for start in range(0, len(ids), search.CHUNK))
    told = [f"the index of {table}s is wrong" for table in wrong] + ([f"{drifted:,} keys are not those of their names"] if drifted else [])
    return _counted(len(wrong) + drifted, f"{'; '.join(told)}; crmtui check --repair mends it")


def _index_is_sound(table: str) -> bool:
    """Compare the index with the keys in the table; the question is put as a change, which is taken back."""
    if current().read_only:
        return True
    name = f"{table}_search"
    try:
        with _tried():
            database.execute_sql(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
    except (peewee.DatabaseError, driver.DatabaseError):
        return False
    return True


@contextmanager
def _tried() -> Iterator[None]:
    with current().queue.held("check"), database.atomic() as transaction:
        yield
        transaction.rollback()


_ABOVE = "SELECT count(*) FROM {table} WHERE id > coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'), 0)"
_DERIVED = (
    ("imports whose rows do not add up",
     'SELECT count(*) FROM import_batch WHERE "rows" <> created + updated + unchanged + skipped + rejected'),
    ("deals that are in another stage than they entered last",
     "SELECT count(*) FROM deal d WHERE stage_id <>"
     " (SELECT to_stage_id FROM stage_change s WHERE s.deal_id = d.id ORDER BY id DESC LIMIT 1)"),
    ("clients who were merged into one that was merged itself",
     "SELECT count(*) FROM client g JOIN client k ON k.id = g.merged_into_id WHERE k.merged_into_id IS NOT NULL"),
)  # fmt: skip
"""What is kept beside the rows that it can be told from."""


def _counters(_: bool) -> Verdict:
    queries = [(f"rows of {table} above the last id given out", _ABOVE.format(table=table)) for table in BY_NAME]
    return _asked([*queries, *_DERIVED])


_CHAIN = (
    ("undos that name nothing", "SELECT count(*) FROM operation WHERE kind <> 'do' AND undoes_id IS NULL"),
    ("undos of which the undone knows nothing",
     "SELECT count(*) FROM operation o JOIN operation t ON t.id = o.undoes_id WHERE t.undone_by_id IS NOT o.id"),
    ("operations undone by what does not undo them",
     "SELECT count(*) FROM operation t JOIN operation o ON o.id = t.undone_by_id WHERE o.undoes_id IS NOT t.id"),
    ("changes of no operation", "SELECT count(*) FROM change WHERE operation_id NOT IN (SELECT id FROM operation)"),
    ("runs that end before they begin", "SELECT count(*) FROM change WHERE last_id < row_id"),
)  # fmt: skip


def _history(deep: bool) -> Verdict:
    state, found, told = _asked(list(_CHAIN))
    if deep and state == "sound":
        lines = leftovers.unreadable()
        return _counted(lines, f"{lines:,} changes cannot be read")
    return state, found, told


def _asked(queries: list[tuple[str, str]]) -> Verdict:
    found = [(told, count) for told, query in queries if (count := database.execute_sql(query).fetchone()[0])]
    return _counted(sum(count for _, count in found), "; ".join(f"{count:,} {told}" for told, count in found))


def _contents(deep: bool) -> Verdict:
    bad = leftovers.damaged(thorough=deep)
    copies = leftovers.half_copies()
    unneeded = [*leftovers.unneeded(), *copies]
    if bad:
        return "wrong", len(bad), f"missing or changed: {', '.join(bad[:3])}"
    if unneeded:
        what = f"{len(copies)} copies of the base that were never finished, " if copies else ""
        return "advice", len(unneeded), f"{what}nothing needs them any more; crmtui check --repair removes them"
    return "sound", 0, ""


def _counted(found: int, told: str) -> Verdict:
    return ("wrong", found, told) if found else ("sound", 0, "")


_CHECKS: tuple[tuple[str, Callable[[bool], Verdict]], ...] = (
    ("library", _library), ("encryption", _encryption), ("file system", _file_system), ("permissions", _permissions),
    ("log", _log), ("backups", _backups), ("schema", _schema), ("pages", _pages), ("integrity", _integrity), ("links", _links),
    ("values", _values), ("search", _drift), ("counters", _counters), ("history", _history), ("contents", _contents),
)  # fmt: skip
_QUICK = ("library", "encryption", "file system", "permissions", "log", "backups", "schema", "pages")


def is_wrong(found: list[Finding]) -> bool:
    """Whether anything is wrong with the base."""
    return any(each.state == "wrong" for each in found)
