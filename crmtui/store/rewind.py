"""Undo and redo: an operation taken back by a further operation, or refused when a later change stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import IntegrityError, fn

from crmtui.errors import NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store import search, thinning
from crmtui.store.bulk import selected
from crmtui.store.connection import current
from crmtui.store.journal import RUN, Recorder, insert_raw, packed, unpacked, update_raw
from crmtui.store.tables import BY_NAME, Change, Operation, Thinning, database

_TIMES = ("updated_at",)


@dataclass(frozen=True, slots=True)
class Rewound:
    """What was taken back (or done again): the new operation, the one it concerns, and its summary."""

    operation: int
    of: int
    summary: str


def undo(operation_id: int | None = None) -> Rewound:
    """Take back the named operation, or the actor's own last one.

    Raises `NotFound` when there is none, `Refused` when it is undone already or a later change stands in the way.
    """
    with current().writing():
        target = _named(operation_id) if operation_id else _last_done()
        thinning.refuse(target)
        if target.undone_by_id:
            raise Refused(f"operation {target.id} ({target.summary}) is undone already", "crmtui redo does it again")
        return _rewind(target, "undo")


def redo() -> Rewound:
    """Do again what the actor undid last, unless they have changed something else since. Raises `NotFound`, `Refused`."""
    with current().writing():
        actor = current().actor
        target = (
            Operation.select()
            .where(Operation.actor == actor, Operation.kind == "undo", Operation.undone_by.is_null())
            .order_by(Operation.id.desc())
            .first()
        )
        newest = Operation.select().where(Operation.actor == actor, Operation.kind == "do").order_by(Operation.id.desc()).first()
        if target is None or (newest and newest.id > target.id):
            raise NotFound("nothing to redo", "only what was undone last, with no change since, can be done again")
        return _rewind(target, "redo")


def _named(operation_id: int) -> Operation:
    found = Operation.get_or_none(Operation.id == operation_id)
    if found is None or found.kind == "undo":
        raise NotFound(f"no operation {operation_id} that could be undone", "crmtui history lists them")
    return found


def _last_done() -> Operation:
    found: Operation | None = (
        Operation.select()
        .where(Operation.actor == current().actor, Operation.kind != "undo", Operation.undone_by.is_null())
        .where(Operation.id.not_in(Thinning.select(Thinning.operation)))
        .order_by(Operation.id.desc())
        .first()
    )
    if found is None:
        raise NotFound(f"nothing to undo for {current().actor or 'you'}", "crmtui history lists what others did; undo it by --id")
    return found


def _rewind(target: Operation, kind: str) -> Rewound:
    summary = target.summary if kind == "undo" else Operation.get_by_id(target.undoes_id).summary
    recorder = Recorder(summary, kind, target)
    lines = Change.select().where(Change.operation == target.id).order_by(Change.id.desc())
    if not lines.exists():
        raise Refused(f"operation {target.id} ({target.summary}) cannot be undone", "crmtui history lists what was done before it")
    for line in lines.iterator():
        _refuse_if_changed_since(line, target)
        try:
            _BACK[line.action](line, recorder)
        except IntegrityError:
            told = f"operation {target.id} ({target.summary}) cannot be undone: what was added later belongs to it"
            raise Refused(told, "undo that first; crmtui history lists it") from None
    recorder.finish()
    assert recorder.id is not None
    Operation.update(undone_by=recorder.id).where(Operation.id == target.id).execute()
    return Rewound(recorder.id, target.id, summary)


def _refuse_if_changed_since(line: Change, target: Operation) -> None:
    """Inserted and deleted rows must not have been touched since; an updated row may, in other columns."""
    later = _later(line, target)
    if line.action == "update":
        columns = set(_columns(line))
        later = [other for other in later if other.action != "update" or columns & set(_columns(other))]
    if later:
        blocker = Operation.get_by_id(later[0].operation_id)
        raise Refused(
            f"operation {target.id} ({target.summary}) cannot be undone: operation {blocker.id} ({blocker.summary}) changed the same later",
            f"undo {blocker.id} first",
        )


def _later(line: Change, target: Operation) -> list[Change]:
    """Changes of the same rows by later operations that still stand, newest first; what is done again keeps its old place."""
    overlaps = Change.row_id.between(line.row_id, line.last_id) | (
        (Change.last_id > Change.row_id) & (Change.row_id < line.row_id) & (Change.last_id >= line.row_id)
    )
    query = (
        Change.select(Change, Operation)
        .join(Operation)
        .where(
            Change.table_name == line.table_name,
            fn.COALESCE(Operation.origin, Operation.id) > (target.origin_id or target.id),
            overlaps,
            Operation.kind != "undo",
            Operation.undone_by.is_null(),
        )
        .order_by(Change.id.desc())
        .limit(20)
    )
    return list(query)


def _columns(line: Change) -> Sequence[str]:
    data = unpacked(line.data)
    names = data.get("columns") or data.get("after") or ()
    return [name for name in names if name not in _TIMES]


def _take_out(line: Change, recorder: Recorder) -> None:
    """Undo an insert: the rows go, and the journal keeps them whole."""
    table, first, last = line.table_name, line.row_id, line.last_id
    if first == last and line.data:
        data = packed({"before": unpacked(line.data)["after"]})
        search.forget_run(table, first, last)
        database.execute_sql(f"DELETE FROM {table} WHERE id = ?", (first,))
        recorder.line(table, "delete", first, last, (line.subject_kind, line.subject_id), data)
        _touch_subject(line, recorder)
        return
    for start in range(first, last + 1, RUN):
        end = min(start + RUN - 1, last)
        names, rows = _read_run(table, start, end)
        _touch_owners(table, names, rows, recorder)
        search.forget_run(table, start, end)
        database.execute_sql(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (start, end))
        recorder.line(table, "delete", start, end, (None, None), packed({"columns": names, "rows": rows}, deflate=True))


def _read_run(table: str, first: int, last: int) -> tuple[list[str], list[list[Any]]]:
    cursor = database.execute_sql(f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    names = [column[0] for column in cursor.description]
    return names, [list(row) for row in cursor.fetchall()]


def _put_back(line: Change, recorder: Recorder) -> None:
    """Undo a delete: the rows come back under their old ids."""
    data = unpacked(line.data)
    table = line.table_name
    if "columns" in data:
        insert_raw(table, data["columns"], data["rows"])
        _touch_owners(table, data["columns"], data["rows"], recorder)
        search.index_run(table, line.row_id, line.last_id)
        recorder.line(table, "insert", line.row_id, line.last_id, (None, None), None)
        return
    row = data["before"]
    filled = row | dict.fromkeys(_derived(table), "")
    insert_raw(table, list(filled), [list(filled.values())])
    recorder.line(table, "insert", line.row_id, line.last_id, (line.subject_kind, line.subject_id), packed({"after": row}))
    _touch_subject(line, recorder)


def _set_back(line: Change, recorder: Recorder) -> None:
    """Undo an update: the columns it changed get their old values; where a later change stands, the time of that one stands too."""
    data = unpacked(line.data)
    table, subject = line.table_name, (line.subject_kind, line.subject_id)
    if "columns" in data:
        _set_run_back(line, data["columns"], data["rows"], recorder)
        return
    later = _changed_later(table, list(data["after"]), [(line.row_id, list(data["after"].values()))])
    before, after = ({n: v for n, v in data[side].items() if not (later and n in _TIMES)} for side in ("before", "after"))
    update_raw(table, list(before), [(line.row_id, list(before.values()))])
    _touch_subject(line, recorder)
    recorder.line(table, "update", line.row_id, line.last_id, subject, packed({"before": after, "after": before}))


def _set_run_back(line: Change, names: Sequence[str], rows: Sequence[Any], recorder: Recorder) -> None:
    later = _changed_later(line.table_name, names, [(id_, after) for id_, _, after in rows])
    untimed = [place for place, name in enumerate(names) if name not in _TIMES]
    for places, part in (
        (range(len(names)), [row for row in rows if row[0] not in later]),
        (untimed, [row for row in rows if row[0] in later]),
    ):
        back = [(id_, [after[place] for place in places], [before[place] for place in places]) for id_, before, after in part]
        if back and places:
            recorder.update_run(BY_NAME[line.table_name], [names[place] for place in places], back)


def _changed_later(table: str, names: Sequence[str], after: Sequence[tuple[int, Sequence[Any]]]) -> set[int]:
    """Which of these rows, by id and values after an update, bear the time of a later change."""
    if "updated_at" not in names:
        return set()
    place = list(names).index("updated_at")
    now = dict(selected(f"SELECT id, updated_at FROM {table} WHERE id IN ({{keys}})", [id_ for id_, _ in after]))
    return {id_ for id_, values in after if now.get(id_) != values[place]}


def _touch_subject(line: Change, recorder: Recorder) -> None:
    if line.subject_kind and line.subject_id:
        recorder.touch(line.subject_kind, line.subject_id)


def _touch_owners(table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], recorder: Recorder) -> None:
    """Clients are searched by their mails and phones too, whose runs tell nothing of them."""
    if table == "contact_point":
        place = names.index("client_id")
        for row in rows:
            recorder.touch("client", row[place])


def _derived(table: str) -> list[str]:
    return [name for name in ("search_key", "sort_key") if name in BY_NAME[table]._meta.fields]


_BACK = {"insert": _take_out, "update": _set_back, "delete": _put_back}
