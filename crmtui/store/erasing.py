"""Erasing a person: the rows that tell of them emptied, the journal rewritten, every text of others that names them cleaned, no byte left.

What others need stays without the person: sums, stages, days, who did what when. It cannot be undone.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import peewee
from peewee import BlobField, TextField

from crmtui import clock
from crmtui.errors import NotFound
from crmtui.store import contents, erased, leftovers, search
from crmtui.store.bulk import selected
from crmtui.store.connection import current
from crmtui.store.engine import driver
from crmtui.store.journal import packed, unpacked
from crmtui.store.personal import BLANK, ERASED, GOING, NAMING_CONTENT, Strings, blanked
from crmtui.store.tables import ALL, BY_NAME, Change, Client, ContactPoint, Draft, Letter, Operation, database

_RECORDS = ("deal", "purchase", "interaction", "task")
"""The tables of records that are a client's."""

_OTHERS = frozenset({
    "rep", "product", "pipeline", "stage", "rate", "tag", "own_field", "contact_point", "external_id", "erased", "operation", "change",
    "draft", "letter",
})  # fmt: skip
"""Tables whose texts are not cleaned as those of others are: what has names of its own, and what is done in its own way."""

_SYSTEM = frozenset({
    "kind", "state", "status", "action", "currency", "repeat", "sha256", "salt", "hash", "search_key", "sort_key", "key", "rule",
    "occasion", "channel", "level", "noun", "first_name", "last_name", "payment_method", "timezone", "options",
})  # fmt: skip
"""Columns that hold words of ours, or are computed from others; and the parts of the names of others, who may be called the same."""


@dataclass(slots=True)
class Erasure:
    """What was erased: rows emptied or taken away by table, lines of history rewritten, texts of others cleaned, contents removed."""

    client_id: int
    strings: Strings
    keys: list[str]
    rows: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    lines: int = 0
    cleaned: int = 0
    contents: int = 0
    operation: int | None = None
    log_emptied: bool = False


def find(client_id: int) -> Erasure:
    """Who is to be erased, with those who were merged into them, and all rows that tell of them. Raises `NotFound`."""
    people = list(Client.select().where((Client.id == client_id) | (Client.merged_into == client_id)))
    if client_id not in {row.id for row in people}:
        raise NotFound(f"no client {client_id}")
    persons = [row.id for row in people]
    points = list(ContactPoint.select().where(ContactPoint.client.in_(persons))) + _former_points(persons)
    names = [name for row in people for name in (row.name, _joined(row.first_name, row.last_name), _joined(row.last_name, row.first_name))]
    mails = [text for point in points if point.kind == "email" for text in (point.value, point.key)]
    phones = [text for point in points if point.kind == "phone" for text in (point.value, point.key)]
    found = Erasure(client_id, Strings([*names, *_former_names(persons)], mails, phones), [point.key for point in points])
    found.rows["client"].update(persons)
    _collect(found.rows)
    return found


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part) if all(parts) else ""


def _former_points(persons: Sequence[int]) -> list[ContactPoint]:
    """Mails and phones that they had once."""
    rows = (row for row in _former("contact_point", persons) if row.get("key"))
    return [ContactPoint(**{name: row.get(name, "") for name in ("kind", "value", "key")}) for row in rows]


def _former_names(persons: Sequence[int]) -> list[str]:
    return [row["name"] for row in _former("client", persons) if row.get("name")]


def _former(table: str, persons: Sequence[int]) -> Iterator[dict[str, Any]]:
    """What rows of a table were once, of these clients."""
    lines = Change.select().where(
        Change.table_name == table, Change.subject_kind == "client", Change.subject_id.in_(list(persons)), Change.data.is_null(False)
    )
    for line in lines:
        data = unpacked(line.data)
        kept = "email" if "@" in str(data) else "phone"
        yield from ({"kind": kept, **side} for side in (data.get("before"), data.get("after")) if side)


def _collect(rows: dict[str, set[int]]) -> None:
    """Everything that hangs on these clients: their records, what hangs on these, and the parts of all of them."""
    for noun in _RECORDS:
        rows[noun].update(_pointing(noun, "client_id", rows["client"]))
    for noun in ("purchase", "interaction", "task"):
        rows[noun].update(_pointing(noun, "deal_id", rows["deal"]))
    for table in ALL:
        name, columns = table._meta.table_name, table._meta.columns
        for column, noun in (("client_id", "client"), ("deal_id", "deal"), ("task_id", "task"), ("a_id", "client"), ("b_id", "client")):
            whole = noun != "deal" or name in ("stage_change", "deal_contact", "capture")
            if column in columns and name not in (*_RECORDS, "erased") and whole:
                rows[name].update(_pointing(name, column, rows[noun]))
        if {"kind", "record_id"} <= columns.keys():
            for noun in ("client", *_RECORDS):
                rows[name].update(_pointing(name, "record_id", rows[noun], f" AND kind = '{noun}'"))
    rows["deal_contact"] = set(_pointing("deal_contact", "client_id", rows["client"]))
    rows["own_value"] -= {id_ for (id_,) in selected(_PLAIN_VALUES, rows["own_value"])}
    rows["origin"] -= set(_pointing("origin", "record_id", rows["deal"], " AND kind = 'deal'"))


_PLAIN_VALUES = (
    "SELECT v.id FROM own_value v JOIN own_field f ON f.id = v.field_id"
    " WHERE v.kind = 'deal' AND f.kind IN ('choice', 'yes-no', 'number', 'money') AND v.id IN ({keys})"
)
"""Own fields of a deal that divide sums and tell nothing of a person."""


def _pointing(table: str, column: str, targets: Iterable[int], also: str = "") -> Iterator[int]:
    return (id_ for (id_,) in selected(f'SELECT id FROM {table} WHERE "{column}" IN ({{keys}}){also}', targets))


def carry_out(found: Erasure) -> None:
    """Erase the person from the base, in one transaction, then from the file, its log and the contents beside it."""
    base = current()
    moment = clock.now()
    before = leftovers.needed()
    with base.writing():
        erased.remember(found.client_id, found.keys, moment)
        _empty_rows(found, moment)
        _rewrite_journal(found, moment)
        _clean_others(found)
        _clean_letters(found)
        _renew_keys(found)
        found.operation = _noted(found, moment)
    _remove_contents(found, before)
    found.log_emptied = _sweep()


# ── rows


def _empty_rows(found: Erasure, moment: datetime) -> None:
    naming = leftovers.naming()
    for name, chosen in found.rows.items():
        if name in GOING or name in naming or name == "deal_contact":
            _delete(name, chosen)
        elif name in BLANK:
            _blank(name, chosen)
    _each("UPDATE client SET deleted_at = coalesce(deleted_at, ?) WHERE id = ?", [(_text(moment), id_) for id_ in found.rows["client"]])
    _each("UPDATE deal SET deleted_at = ? WHERE closed_at IS NULL AND deleted_at IS NULL AND id = ?",
          [(_text(moment), id_) for id_ in found.rows["deal"]])  # fmt: skip
    _each("UPDATE task SET state = 'cancelled' WHERE state = 'open' AND id = ?", [(id_,) for id_ in found.rows["task"]])


def _delete(name: str, chosen: Iterable[int]) -> None:
    _each(f"DELETE FROM {name} WHERE id = ?", [(id_,) for id_ in sorted(chosen)])


def _blank(name: str, chosen: Iterable[int]) -> None:
    columns = [column for column in BLANK[name] if column in BY_NAME[name]._meta.columns and column not in ("search_key", "sort_key")]
    quoted = ", ".join(f'"{column}"' for column in columns)
    rows = selected(f"SELECT id, {quoted} FROM {name} WHERE id IN ({{keys}})", chosen)
    assigned = ", ".join(f'"{column}" = ?' for column in columns)
    values = [(*blanked(BLANK[name], id_, dict(zip(columns, row, strict=True))).values(), id_) for id_, *row in rows]
    _each(f"UPDATE {name} SET {assigned} WHERE id = ?", values)


def _each(query: str, rows: Sequence[Sequence[Any]]) -> None:
    database.cursor().executemany(query, rows)


def _text(moment: datetime) -> str:
    from crmtui.store.tables.base import moment_text

    return moment_text(moment)


# ── the journal


def _rewrite_journal(found: Erasure, moment: datetime) -> None:
    """Lines on the person's rows are emptied; in all others the person's strings. Operations that tell of them lose their words."""
    told: set[int] = set()
    rewritten: dict[int, bytes] = {}
    known = -1
    while known != (known := sum(map(len, found.rows.values()))):  # a line may tell that rows of earlier ones were theirs
        for line in Change.select().where(Change.data.is_null(False)).order_by(Change.id).iterator():
            data = unpacked(line.data)
            own = _without(found, line, data)
            changed = own if line.table_name in _NAMESAKES else found.strings.cleaned(own)
            if changed != data:
                rewritten[line.id] = packed(changed, deflate="rows" in changed)
            if own != data and "rows" not in own:
                told.add(line.operation_id)
    _each("UPDATE change SET data = ? WHERE id = ?", [(stored, id_) for id_, stored in rewritten.items()])
    found.lines = len(rewritten)
    words = f"{ERASED} on {clock.local(moment):%Y-%m-%d}"
    for row in Operation.select(Operation.id, Operation.summary).iterator():
        if row.id in told or found.strings.within(row.summary):
            database.execute_sql("UPDATE operation SET summary = ? WHERE id = ?", (words, row.id))


_NAMESAKES = frozenset({"client", "contact_point", "rep"})
"""Tables whose rows of others keep their texts: another may be called the same, or share a phone."""


def _without(found: Erasure, line: Change, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a change without what it tells of the person's rows."""
    blank = NAMING_CONTENT if line.table_name in leftovers.naming() else BLANK.get(line.table_name)
    if blank is None:
        return data
    if "rows" not in data:
        if not _is_theirs(found, line, data):
            return data
        found.rows[line.table_name].add(line.row_id)
        return {side: blanked(blank, line.row_id, row) if isinstance(row, dict) else row for side, row in data.items()}
    names = data["columns"]
    return {**data, "rows": [_row_without(found, line, blank, names, row) for row in data["rows"]]}


def _row_without(found: Erasure, line: Change, blank: Any, names: list[str], row: list[Any]) -> list[Any]:
    whole = line.action == "delete"
    values = dict(zip(names, row if whole else row[1], strict=True))
    if row[0] not in found.rows[line.table_name] and not (whole and _points(found, line.table_name, values)):
        return row
    found.rows[line.table_name].add(row[0])
    if whole:
        return list(blanked(blank, row[0], values).values())
    sides = (list(blanked(blank, row[0], dict(zip(names, side, strict=True))).values()) for side in row[1:])
    return [row[0], *sides]


def _is_theirs(found: Erasure, line: Change, data: dict[str, Any]) -> bool:
    if line.row_id in found.rows[line.table_name] or (line.subject_kind == "client" and line.subject_id in found.rows["client"]):
        return True
    return any(_points(found, line.table_name, side) for side in data.values() if isinstance(side, dict))


def _points(found: Erasure, table: str, row: dict[str, Any]) -> bool:
    """Whether a row that may not be there any more was the person's."""
    if row.get("client_id") in found.rows["client"]:
        return True
    if row.get("kind") == "client" and row.get("record_id") in found.rows["client"]:
        return True
    if table == "task_item":
        return row.get("task_id") in found.rows["task"]
    return table in ("interaction", "task", "stage_change", "purchase") and row.get("deal_id") in found.rows["deal"]


# ── texts of others


def _clean_others(found: Erasure) -> None:
    for table in ALL:
        name = table._meta.table_name
        columns = [column for column, kind in table._meta.columns.items() if type(kind) is TextField and column not in _SYSTEM]
        columns = [column for column in columns if (name, column) != ("client", "name")]
        if name not in _OTHERS and columns and not any(isinstance(kind, BlobField) for kind in table._meta.fields.values()):
            found.cleaned += _clean(found.strings, name, columns)
    for row in list(Draft.select()):
        if found.strings.within(row.content):
            row.delete_instance()
            found.cleaned += 1


def _clean(strings: Strings, name: str, columns: Sequence[str]) -> int:
    """Clean the texts of a table; how many rows named the person."""
    quoted = ", ".join(f'"{column}"' for column in columns)
    joined = " || char(10) || ".join(f"coalesce(\"{column}\", '')" for column in columns)
    hits = [id_ for id_, text in database.execute_sql(f"SELECT id, {joined} FROM {name}") if strings.within(text)]
    rows = selected(f"SELECT id, {quoted} FROM {name} WHERE id IN ({{keys}})", hits)
    assigned = ", ".join(f'"{column}" = ?' for column in columns)
    _each(f"UPDATE {name} SET {assigned} WHERE id = ?", [(*strings.cleaned(row), id_) for id_, *row in rows])
    if name in search.INDEXED:
        search.refresh(name, hits)
    return len(rows)


def _clean_letters(found: Erasure) -> None:
    """Letters that wait to be sent and name the person are sent no more; their texts may be written in any encoding of mails."""
    from email import message_from_string

    for row in list(Letter.select().where(Letter.message != "")):
        parts = (part.get_payload(decode=True) for part in message_from_string(row.message).walk())
        texts = [part.decode(errors="replace") for part in parts if isinstance(part, bytes)]
        if any(map(found.strings.within, (row.subject_line, row.message, *texts))):
            row.subject_line, row.message, row.state, row.trouble = ERASED, "", "refused", ERASED
            row.save()
            found.cleaned += 1


def _renew_keys(found: Erasure) -> None:
    """Keys of search and order, computed from what is left; the segments of the index are made one, so that nothing old stays in them."""
    for table in search.INDEXED:
        search.refresh(table, found.rows[table])
        database.execute_sql(f"INSERT INTO {table}_search ({table}_search) VALUES ('optimize')")


def _noted(found: Erasure, moment: datetime) -> int:
    """A line in the journal that names nobody; it has no changes, so that nothing can be undone by it."""
    base = current()
    done = Operation.create(
        at=moment, rep=base.actor_id, actor=base.actor, command=base.command, summary=f"erased the person who was client {found.client_id}"
    )
    return int(done.id)


# ── beyond the rows


def _remove_contents(found: Erasure, before: set[str]) -> None:
    """Remove the contents that only the person's rows named, with the copies that were laid out to be opened, and unfinished backups."""
    for sha256 in sorted(before - leftovers.needed()):
        contents.place(sha256).unlink(missing_ok=True)
        shutil.rmtree(contents.folder() / "opened" / sha256, ignore_errors=True)
        found.contents += 1
    leftovers.remove_half_copies()


def _sweep() -> bool:
    """Write the file anew, so that nothing is left in its unused corners, and empty its log; whether that could be done.

    Another program that reads at this moment keeps the log; it is emptied when the last one closes.
    """
    base = current()
    try:
        with base.queue.held(base.command):
            database.execute_sql("VACUUM")
            busy: int = database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except (peewee.OperationalError, driver.OperationalError):  # the disk is full, or somebody reads at this moment
        return False
    return not busy
