"""Imports as they were done: which file, how it was read, what became of its rows, and whether it has been taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from crmtui.errors import NotFound
from crmtui.frozen import dataclass
from crmtui.store.bulk import selected
from crmtui.store.journal import Recorder, unpacked
from crmtui.store.reading import paged, tuples
from crmtui.store.references import LARGEST_ID
from crmtui.store.tables import ALL, Change, ImportBatch, Operation, database

LABELS = {
    "client": "name", "deal": "title", "product": "name", "rep": "name", "pipeline": "name", "stage": "name", "task": "title",
    "interaction": "coalesce(subject_line, kind)", "purchase": "coalesce(description, bought_on)",
}  # fmt: skip
"""The tables whose rows are records of their own, and what tells such a record from the others; rows of the others are parts of them."""


@dataclass(frozen=True, slots=True)
class Import:
    """An operation that was an import: of which file, which kind of records; what became of its rows, as `Imported` counts them."""

    id: int
    at: datetime
    actor: str
    kind: str
    file: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    undone: bool


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that an import created or updated; `label` is None when it is not there any more."""

    noun: str
    id: int
    label: str | None
    change: str


@dataclass(frozen=True, slots=True)
class ImportPage(Import):
    """An import with the records that it created or updated: how many in all, and those of the page asked for."""

    touched: int
    records: tuple[Touched, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What tells that the very same file comes again, read in the same way: kind, name, SHA-256 in hexadecimal, options as JSON."""

    kind: str
    file: str
    sha256: str
    options: str


def keep(recorder: Recorder, source: Source, counts: dict[str, int]) -> None:
    """Note with the operation that is being recorded that it is an import; nothing is kept of one that changes nothing."""
    values = {"kind": source.kind, "file": source.file, "sha256": source.sha256, "options": source.options}
    recorder.imported = True
    recorder.beside = lambda operation: ImportBatch.create(operation=operation, **values, **counts)


def earlier(source: Source) -> Import | None:
    """The last import that took in this very file in the same way and still stands."""
    same = (ImportBatch.sha256 == source.sha256) & (ImportBatch.kind == source.kind) & (ImportBatch.options == source.options)
    found = load([id_ for (id_,) in tuples(ImportBatch.select(ImportBatch.operation).where(same))])
    return max((each for each in found if not each.undone), key=lambda each: each.id, default=None)


def load(ids: Sequence[int]) -> list[Import]:
    """The imports of these operations in their order."""
    rows = ImportBatch.select(ImportBatch, Operation).join(Operation, on=ImportBatch.operation).where(ImportBatch.operation.in_(list(ids)))
    found = {row.operation_id: _told(row) for row in rows}
    return [found[id_] for id_ in ids if id_ in found]


def _told(row: ImportBatch) -> Import:
    done = row.operation
    undone = not stands(done.id) or (row.taken_back_id is not None and stands(row.taken_back_id))
    return Import(
        done.id, done.at, done.actor, row.kind, row.file, row.rows, row.created, row.updated, row.unchanged, row.skipped, row.rejected,
        undone,
    )  # fmt: skip


def stands(operation_id: int) -> bool:
    """Whether what an operation did is in force: it was not undone, or done again since."""
    step = Operation.get_by_id(operation_id)
    while step.undone_by_id:
        step = Operation.get_by_id(step.undone_by_id)
    return step.kind != "undo"


def find(ref: str) -> int:
    """The operation of an import by its id, or by the word `last` of the last one that stands. Raises `NotFound`."""
    text = ref.strip().removeprefix("#")
    if text.lower() == "last":
        newest = ImportBatch.select(ImportBatch.operation).order_by(ImportBatch.operation.desc())
        last = next((each for (id_,) in newest.tuples().iterator() for each in load([id_]) if not each.undone), None)
        if last is None:
            raise NotFound("nothing that was imported is there to be taken back", "crmtui list-imports lists all imports")
        return last.id
    if text.isascii() and text.isdigit() and int(text) <= LARGEST_ID and load([int(text)]):
        return int(text)
    raise NotFound(f'no import "{ref}"', "crmtui list-imports lists them")


def page(*, limit: int = 50, offset: int = 0) -> list[Import]:
    """Some of the imports, the newest first."""
    return load(_ids()[offset : offset + limit])


def every() -> Iterator[Import]:
    """All the imports, the newest first."""
    return paged(load, _ids())


def count() -> int:
    """How many imports there were."""
    return ImportBatch.select().count()


def _ids() -> list[int]:
    return [id_ for (id_,) in tuples(ImportBatch.select(ImportBatch.operation).order_by(ImportBatch.operation.desc()))]


def show(operation_id: int, *, limit: int = 0, offset: int = 0) -> ImportPage:
    """An import with the records it touched, created ones first; `limit` 0 shows all. Raises `NotFound`."""
    done = next(iter(load([operation_id])), None)
    if done is None:
        raise NotFound(f"no import {operation_id}", "crmtui list-imports lists them")
    touched = records(operation_id)
    wanted = list(islice(touched, offset, offset + limit if limit else None))
    own = {name: getattr(done, name) for name in Import.__slots__}
    return ImportPage(**own, touched=len(touched), records=tuple(_named(wanted)))


def _named(wanted: Sequence[tuple[str, int, str]]) -> Iterator[Touched]:
    labels = {noun: labelled(noun, [id_ for other, id_, _ in wanted if other == noun]) for noun in {noun for noun, _, _ in wanted}}
    return (Touched(noun, id_, labels[noun].get(id_), change) for noun, id_, change in wanted)


def labelled(noun: str, ids: Sequence[int]) -> dict[int, str]:
    """What tells these records of a noun from others, by id; those that are not there are left out."""
    return dict(selected(f"SELECT id, {LABELS[noun]} FROM {noun} WHERE id IN ({{keys}})", ids))


def records(operation_id: int) -> list[tuple[str, int, str]]:
    """The records that an operation touched: noun, id, created or updated; created ones first, each once."""
    made: dict[tuple[str, int], str] = {}
    changed: dict[tuple[str, int], str] = {}
    for line in Change.select().where(Change.operation == operation_id).order_by(Change.id):
        if line.action == "insert" and line.table_name in LABELS:
            made |= dict.fromkeys(((line.table_name, id_) for id_ in range(line.row_id, line.last_id + 1)), "created")
        else:
            changed |= dict.fromkeys(_owners(line), "updated")
    return [(noun, id_, change) for (noun, id_), change in (made | {key: how for key, how in changed.items() if key not in made}).items()]


def _owners(line: Change) -> Iterator[tuple[str, int]]:
    """The records that a line of the journal changes, whether it changes them or parts of them."""
    if line.subject_kind in LABELS and line.subject_id:
        yield line.subject_kind, line.subject_id
    elif line.table_name in LABELS:
        yield from ((line.table_name, id_) for id_, *_ in unpacked(line.data)["rows"])
    elif line.table_name in PARTS:
        yield from database.execute_sql(f"{whose(line.table_name)} WHERE id BETWEEN ? AND ?", (line.row_id, line.last_id)).fetchall()


def whose(table: str) -> str:
    """The beginning of a query for the records, noun and id, whose parts some rows of a table are."""
    noun, column = PARTS[table]
    return f"SELECT DISTINCT '{noun}', {column} FROM {table}" if noun else f"SELECT DISTINCT kind, {column} FROM {table}"


PARTS = {table._meta.table_name: table.subject for table in ALL if table.subject and table._meta.table_name not in LABELS}
PARTS["external_id"] = ("", "record_id")
"""The tables whose rows are parts of a record: its noun (empty where the row's own `kind` says it) and the column with its id."""
