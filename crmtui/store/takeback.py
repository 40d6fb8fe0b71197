"""Taking an import back row by row: what people have changed since, or hung something on, is kept and named; all else goes.

Unlike `undo`, which takes a whole operation back or refuses, this looks at each row. A record that the import made goes with its parts
unless a later operation that still stands changed it or a part of it, or a row that stays points to it. A record that was there before
gets its old values back in the columns that nobody has changed since.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import Any

from peewee import ForeignKeyField, fn

from crmtui.errors import NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store import bulk, imports, search, thinning
from crmtui.store.bulk import selected
from crmtui.store.imports import LABELS, PARTS, Import
from crmtui.store.journal import RUN, Recorder, operation, packed, rows_of, unpacked
from crmtui.store.tables import ALL, BY_NAME, Change, ImportBatch, Operation, database

_WHOLE = {"stage": ("pipeline", "pipeline_id")}
"""Records of their own without which another would be no whole, as their parts are named."""

_FEW = 500
"""Ids named in one statement that changes rows."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that stays as it is, at least in part, and why. `changed_by` is the later operation that changed it; None when
    it is there only for the sake of others."""

    noun: str
    id: int
    label: str | None
    why: str
    changed_by: int | None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of an import: how many records were removed, how many got old values back, which were kept.

    `operation` is the one that did it, None when nothing could be taken back; `of` the import.
    """

    operation: int | None
    of: int
    summary: str
    removed: int
    restored: int
    kept: tuple[Kept, ...]


def run(import_id: int) -> TakenBack:
    """Take an import back as one operation.

    Raises `NotFound` for what is no import, `Refused` when it is taken back already or what it changed is not known any more.
    """
    with bulk.hurried(), operation() as recorder:
        database.execute_sql("PRAGMA defer_foreign_keys = on")
        recorder.quiet = True
        done = next(iter(imports.load([import_id])), None)
        if done is None:
            raise NotFound(f"no import {import_id}", "crmtui list-imports lists them")
        if done.undone:
            raise Refused(f"import {import_id} ({_what(done)}) is taken back already", "crmtui redo does again what was undone last")
        thinning.refuse(Operation.get_by_id(import_id))
        recorder.summary = f"took back import {import_id} ({_what(done)})"
        recorder.beside = lambda own: ImportBatch.update(taken_back=own).where(ImportBatch.operation == import_id).execute()
        back = _TakingBack(recorder, import_id)
        removed, restored = back.carry_out()
        kept = tuple(back.kept())
    return TakenBack(recorder.id, import_id, recorder.summary, removed, restored, kept)


def _what(done: Import) -> str:
    return f"{done.created + done.updated:,} {done.kind} from {done.file}"


class _TakingBack:
    """One import on its way back. A set of rows is a dictionary: table → ids.

    All rows that one operation inserts into a table have consecutive ids, since nobody else writes meanwhile: `made` holds the first
    and the last of them.
    """

    def __init__(self, recorder: Recorder, import_id: int) -> None:
        self._recorder = recorder
        self._id = import_id
        self.made: dict[str, tuple[int, int]] = {}
        self.before: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self.columns: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        self.stays: dict[str, dict[int, int | None]] = defaultdict(dict)
        self.named: dict[tuple[str, int], tuple[str, int | None]] = {}
        self._restored: set[tuple[str, int]] = set()

    def carry_out(self) -> tuple[int, int]:
        """Take back what can be; how many records went, how many were restored."""
        self._read_import()
        self._read_later()
        self._keep_changed_columns()
        self._keep_referred()
        self._keep_along()
        self._name_kept()
        self._set_back()
        return self._remove(), len(self._restored)

    # ── what was done, and what was done since

    def _read_import(self) -> None:
        """What the import inserted, and what the rows that it updated were before."""
        for line in Change.select().where(Change.operation == self._id).order_by(Change.id):
            table = line.table_name
            if line.action == "insert":
                first, last = self.made.get(table, (line.row_id, line.last_id))
                self.made[table] = min(first, line.row_id), max(last, line.last_id)
            elif line.action == "update":
                for id_, before, _ in rows_of(line, unpacked(line.data)):
                    if not self._is_made(table, id_):
                        self.before[table][id_] = (before or {}) | self.before[table].get(id_, {})

    def _is_made(self, table: str, id_: int) -> bool:
        first, last = self.made.get(table, (1, 0))
        return first <= id_ <= last

    def _read_later(self) -> None:
        """What later operations that still stand changed of the same rows; what is done again keeps its old place."""
        near = [(Change.table_name == t) & (Change.row_id <= last) & (Change.last_id >= first) for t, (first, last) in self.made.items()]
        near += [(Change.subject_kind == t) & Change.subject_id.between(*run) for t, run in self.made.items()]
        near += [Change.table_name == table for table in self.before]
        later = (Change.operation > self._id) & (fn.COALESCE(Operation.origin, Operation.id) > self._id)
        standing = (Operation.kind != "undo") & Operation.undone_by.is_null()
        query = Change.select(Change).join(Operation).where(later, standing, reduce(or_, near)).order_by(Change.id)
        for line in query.iterator() if near else ():
            if line.subject_kind and self._is_made(line.subject_kind, line.subject_id):
                self.stays[line.subject_kind][line.subject_id] = line.operation_id
            self._note_later(line)

    def _note_later(self, line: Change) -> None:
        if line.action == "insert":
            return
        for id_, before, _ in rows_of(line, unpacked(line.data)):
            if self._is_made(line.table_name, id_):
                self.stays[line.table_name][id_] = line.operation_id
            elif id_ in self.before.get(line.table_name, ()):
                self.columns[line.table_name, id_] |= dict.fromkeys(before or (), line.operation_id)

    # ── what stays

    def _keep_changed_columns(self) -> None:
        """Columns that were changed since keep what they were changed to, and the time of that change stands."""
        for (table, id_), changed in self.columns.items():
            wanted = self.before[table][id_]
            lost = [name for name in wanted if name in changed and name != "updated_at"]
            self.before[table][id_] = {name: value for name, value in wanted.items() if name not in changed}
            if lost and table in LABELS:
                self.named[table, id_] = f"{' and '.join(name.removesuffix('_id') for name in lost)} changed since", changed[lost[0]]

    def _keep_referred(self) -> None:
        """What was made stays when a row that was not made with it points to it, unless that row is about to get its old value back."""
        for table, column, target, kind in _links():
            if target not in self.made:
                continue
            first, last = self.made.get(table, (1, 0))
            query = f'SELECT id, "{column}" FROM {table} WHERE "{column}" BETWEEN ? AND ? AND NOT id BETWEEN ? AND ?{kind}'
            for id_, pointed in database.execute_sql(query, (*self.made[target], first, last)).fetchall():
                if column not in self.before.get(table, {}).get(id_, {}):
                    self.stays[target].setdefault(pointed, None)
                    self._reason(target, pointed, f"{_noun(table)} {id_} was added to it since")

    def _reason(self, table: str, id_: int, why: str) -> None:
        if table in LABELS:
            self.named.setdefault((table, id_), (why, None))

    def _keep_along(self) -> None:
        """With each record that stays, its parts stay, and what any of these points to."""
        fresh = {table: set(ids) for table, ids in self.stays.items()}
        while fresh:
            found: dict[str, set[int]] = defaultdict(set)
            for table, column, target, kind in _links():
                self._follow(table, column, target, kind, fresh, found)
            for table, ids in found.items():
                self.stays[table] |= dict.fromkeys(ids)
            fresh = found

    def _follow(self, table: str, column: str, target: str, kind: str, fresh: dict[str, set[int]], found: dict[str, set[int]]) -> None:
        """Along one link: forth to what fresh rows point to, back to the parts of fresh records."""
        if target in self.made and fresh.get(table):
            query = f'SELECT id, "{column}" FROM {table} WHERE "{column}" BETWEEN ? AND ?{kind} AND id IN ({{keys}})'
            for id_, pointed in selected(query, fresh[table], *self.made[target]):
                if pointed not in self.stays[target]:
                    found[target].add(pointed)
                    self._reason(target, pointed, f"{_noun(table)} {id_}, which stays, belongs to it")
        if table in self.made and fresh.get(target) and (PARTS | _WHOLE).get(table, ("", ""))[1] == column:
            query = f'SELECT id, "{column}" FROM {table} WHERE id BETWEEN ? AND ?{kind} AND "{column}" IN ({{keys}})'
            for id_, whole in selected(query, fresh[target], *self.made[table]):
                if id_ not in self.stays[table]:
                    found[table].add(id_)
                    self._reason(table, id_, f"it is of {_noun(target)} {whole}, which stays")

    def _name_kept(self) -> None:
        """Those that were changed themselves are told by the operation that did it; a part that stays speaks for its record."""
        for table, ids in self.stays.items():
            changed = {id_: by for id_, by in ids.items() if by is not None}
            if table in LABELS:
                self.named |= {(table, id_): ("changed since", by) for id_, by in changed.items()}
            elif table in PARTS:
                for id_, by in changed.items():
                    for owner in selected(f"{imports.whose(table)} WHERE id IN ({{keys}})", [id_]):
                        self.named.setdefault(owner, (f"its {_noun(table)} was changed since", by))

    def kept(self) -> Iterator[Kept]:
        """The records that stay, by noun and id, with the reason."""
        nouns = [noun for noun in LABELS if any(table == noun for table, _ in self.named)]
        for noun in nouns:
            ids = sorted(id_ for table, id_ in self.named if table == noun)
            labels = imports.labelled(noun, ids)
            yield from (Kept(noun, id_, labels.get(id_), *self.named[noun, id_]) for id_ in ids)

    # ── what goes

    def _set_back(self) -> None:
        """Give the rows that were there before their old values again."""
        for table, wanted in self.before.items():
            groups: dict[tuple[str, ...], dict[int, list[Any]]] = defaultdict(dict)
            for id_, values in wanted.items():
                if set(values) - {"updated_at"}:
                    groups[tuple(values)][id_] = list(values.values())
            for names, after in groups.items():
                quoted = ", ".join(f'"{name}"' for name in names)
                now = selected(f"SELECT id, {quoted} FROM {table} WHERE id IN ({{keys}})", after)
                rows = [(id_, values, after[id_]) for id_, *values in now if values != after[id_]]
                self._recorder.update_run(BY_NAME[table], names, rows)
                self._note_restored(table, [id_ for id_, *_ in rows])

    def _note_restored(self, table: str, ids: Sequence[int]) -> None:
        if table in LABELS:
            self._restored |= {(table, id_) for id_ in ids}
        elif table in PARTS:
            self._restored |= set(selected(f"{imports.whose(table)} WHERE id IN ({{keys}})", ids))

    def _remove(self) -> int:
        """Take away what was made and does not stay, what points before what is pointed to; how many records that were."""
        removed = 0
        for table in reversed([table._meta.table_name for table in ALL if table._meta.table_name in self.made]):
            if table in PARTS:
                self._remove_of_others(table)
            self._let_go(table)
            gone = sum(self._remove_run(table, first, last) for first, last in reversed(list(self._going(table))))
            removed += gone if table in LABELS else 0
        return removed

    def _remove_of_others(self, table: str) -> None:
        """Parts that were added to records that were there before go one by one, so that the journal knows whose they were."""
        noun, column = PARTS[table]
        first, last = self.made[table]
        for kind in [noun] if noun else LABELS:
            own = self.made.get(kind, (1, 0))
            query = f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? AND NOT {column} BETWEEN ? AND ?"
            cursor = database.execute_sql(query if noun else f"{query} AND kind = '{kind}'", (first, last, *own))
            names = [name for name, *_ in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            going = [row for row in rows if row["id"] not in self.stays[table]]
            for row in going:
                subject = (kind, row[column])
                self._recorder.line(table, "delete", row["id"], row["id"], subject, packed({"before": row}))
                self._recorder.touch(*subject)
                self._restored.add(subject)
            for start in range(0, len(going), _FEW):
                ids = [row["id"] for row in going[start : start + _FEW]]
                database.execute_sql(f"DELETE FROM {table} WHERE id IN ({','.join('?' * len(ids))})", ids)

    def _let_go(self, table: str) -> None:
        """Rows go from the last to the first, so that undo puts them back in order; so none may point to a later one of its table."""
        for name, column, target, _ in _links():
            if name == target == table:
                query = f'SELECT id, "{column}" FROM {table} WHERE id BETWEEN ? AND ? AND "{column}" > id'
                ahead = database.execute_sql(query, self.made[table]).fetchall()
                rows = [(id_, [pointed], [None]) for id_, pointed in ahead if id_ not in self.stays[table]]
                self._recorder.update_run(BY_NAME[table], (column,), rows)

    def _going(self, table: str) -> Iterator[tuple[int, int]]:
        """The runs of ids that go, between those that stay, none longer than the journal's."""
        start, last = self.made[table]
        for stop in [*sorted(self.stays[table]), last + 1]:
            yield from ((first, min(first + RUN, stop) - 1) for first in range(start, stop, RUN))
            start = stop + 1

    def _remove_run(self, table: str, first: int, last: int) -> int:
        cursor = database.execute_sql(f"SELECT * FROM {table} WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
        names = [name for name, *_ in cursor.description]
        rows = cursor.fetchall()
        if not rows:
            return 0
        search.forget_run(table, first, last)
        database.execute_sql(f"DELETE FROM {table} WHERE id BETWEEN ? AND ?", (first, last))
        subject = (table, first) if first == last and table in LABELS else (None, None)
        data = packed({"columns": names, "rows": rows}, deflate=True)
        self._recorder.line(table, "delete", rows[0][0], rows[-1][0], subject, data)
        return len(rows)


def _links() -> Iterator[tuple[str, str, str, str]]:
    """Every way in which a row can point to another: table, column, target, and what else must be true (may be empty)."""
    for table in ALL:
        if table is Change:
            continue
        name = table._meta.table_name
        for field in table._meta.sorted_fields:
            if isinstance(field, ForeignKeyField):
                yield name, field.column_name, field.rel_model._meta.table_name, ""
        if PARTS.get(name, ("-", ""))[0] == "":
            yield from ((name, PARTS[name][1], noun, f" AND kind = '{noun}'") for noun in LABELS)


def _noun(table: str) -> str:
    return table.replace("_", " ")
