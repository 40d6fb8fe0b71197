"""Importing a file: read and checked without a lock, then written as one operation, which one undo takes back.

Each row of the file ends in exactly one of created, updated, unchanged, skipped (an empty row, or one whose record was deleted
here) and rejected (put aside with its reason). Importing the same file again changes nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from crmtui.errors import CrmError, Refused, Unreadable, nearest
from crmtui.exchange import columns, encodings, own, profiles, reading, records, sameness, twins
from crmtui.exchange.cells import Rejected, settle
from crmtui.exchange.cleaning import Cleaner
from crmtui.exchange.columns import Columns
from crmtui.exchange.joining import Joined
from crmtui.exchange.lacking import Lacking
from crmtui.exchange.profiles import Export
from crmtui.exchange.reading import Sheet
from crmtui.exchange.rejects import HALVES, Rejects
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Kind, Options, Tally
from crmtui.exchange.translating import Translator
from crmtui.exchange.twins import Readable
from crmtui.frozen import dataclass
from crmtui.store import bulk, files, imports
from crmtui.store.journal import Recorder, operation

TOGETHER = 500
"""Rows checked together: so few that one bad row among them does not slow the others down for long."""

ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did (or, in a dry run, would do).

    `created` to `rejected` add up to `rows`. `operation` is None when nothing changed. `columns` maps each column to its field,
    None for one that was not read. `related` counts what else was made. `rejects` tells the first 20 as (line, column, reason).
    `notes` tell what had to be decided about the file, and which of its lines are no rows.
    `already` is the operation that took in this very file before, in the same way, and still stands; `already_at` when.
    """

    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    operation: int | None
    columns: dict[str, str | None]
    rejects_file: str | None
    related: dict[str, int]
    rejects: tuple[tuple[int, str, str], ...]
    notes: tuple[str, ...]
    already: int | None
    already_at: datetime | None


class _Rehearsed(Exception):
    """Ends a dry run, so that the transaction is rolled back."""


def run(kind: str, source: BinaryIO, options: Options) -> Imported:
    """Import a file of one of `KINDS`.

    Raises `Unreadable` for an unknown kind or option value, `Undecided` when only a person can tell (encoding, order of dates,
    unknown stages), `Refused` for a file without usable columns, and with `all_or_nothing` for any rejected row. Then nothing has
    changed. A dry run changes nothing either and tells what would happen.
    """
    if kind not in KINDS:
        raise Unreadable(f'no kind "{kind}"', f"{nearest(kind, list(KINDS))} kinds: {', '.join(KINDS)}".strip())
    if options.date_order and options.date_order not in ORDERS:
        raise Unreadable(f'no date order "{options.date_order}"', "it is dmy, mdy or ymd")
    with _collector_off():
        watched, sha256 = sameness.watched(records.kept(source))
        return _Import(kind, *understood(kind, watched, options)).run(sha256)


def understood(kind: str, source: BinaryIO, options: Options, *, whole: bool = True) -> tuple[Readable, Columns, Options, Export | None]:
    """The rows of a file, which of its columns is which field, the options with what the file itself tells, whose export it is.

    Raises as `run` does of a file that cannot be read; without `whole` one that lacks what its kind needs is not refused.
    """
    sheet: Readable = Sheet(source, options.encoding, options.delimiter, options.sheet)
    for path in options.joins:
        sheet = Joined(sheet, path, options)
    export = profiles.recognised(kind, sheet.header, options.profile)
    sheet = twins.merged(sheet, options.mapping, export.together(kind, sheet.header) if export else ())
    options = replace(options, system=options.system or (export.system if export else profiles.NO_SYSTEM))
    keeps = options.keep_unknown or columns.KEPT in options.mapping.values()
    known = own.known(kind, keep_unknown=keeps)
    keep = partial(own.made_of, kind) if keeps else None
    usual = (export.claimed(kind, sheet.header) if export else {}) | profiles.saved(options.usual, sheet.header)
    try:
        found = columns.assign(
            kind, sheet.header, options.mapping, known, keep=keep, keep_all=options.keep_unknown, usual=usual, whole=whole
        )  # fmt: skip
    except Refused as why:
        raise Refused(why.sentence, "; ".join((*profiles.told(kind, sheet.header, export, options), why.hint))) from None
    return sheet, found, options, export


class _Import:
    """One run, from the file to the result."""

    def __init__(self, kind: str, sheet: Readable, found: Columns, options: Options, export: Export | None) -> None:
        self.sheet, self.columns, self.options, self.noun, self.export = sheet, found, options, kind, export
        self.cleaner = Cleaner(kind, found, sheet, options.decimal_mark)
        self.translator = Translator(kind, found, export, options.system) if self.cleaner.needed else None
        self.kind = KINDS[kind](self.translator.columns if self.translator else found, options)
        self.lacking = Lacking(options)
        self.rejects = Rejects(sheet.header)
        self.tally = Tally()
        self.spools = {name: Spool() for name in ("company", "person", "known")}
        self.rows = 0
        self.undecoded: list[list[str]] = []
        self.undecoded_count = 0

    def run(self, sha256: Callable[[], str]) -> Imported:
        if self.options.rejects:
            files.refuse_taken(self.options.rejects)
        try:
            return self._run(sha256)
        finally:
            self.rejects.close()
            for spool in self.spools.values():
                spool.close()

    def _run(self, sha256: Callable[[], str]) -> Imported:
        seen = bulk.count("operation")
        self._read()
        if self.undecoded_count > encodings.UNDECODED_SHARE * self.rows:
            raise encodings.doubted([*self._name_cells(), *self.undecoded], self.sheet.encoding)
        settle(self.kind.orders)
        self.lacking.settle(self.kind.settle, self.rows)
        self._refuse_rejects()
        source = sameness.source_of(self.noun, sha256(), self.options)
        before = imports.earlier(source)
        return self._result(self._write(seen, source), before)

    def _read(self) -> None:
        """Read, check and lay aside every row."""
        chunk: list[tuple[int, list[str], bool]] = []
        for row in self.sheet.rows(self._aside):
            chunk.append(row)
            if len(chunk) == TOGETHER:
                self._take(chunk)
                chunk = []
        self._take(chunk)

    def _take(self, chunk: list[tuple[int, list[str], bool]]) -> None:
        """Check rows together when all of them are good, else one by one, and lay them aside."""
        if not chunk:
            return
        self.rows += len(chunk)
        lines, rows, plain = zip(*chunk, strict=True)
        try:
            found = self._together(lines, rows) if all(plain) else None
        except (CrmError, Rejected):
            found = None
        pairs = list(zip(found, rows, strict=True)) if found else list(self._one_by_one(chunk))
        for (row, cells), why in self.kind.lay_aside(pairs, self.spools):
            self.rejects.add(row[0], cells, why.reason, why.column)
        if self.options.progress:
            self.options.progress(self.rows)

    def _together(self, lines: Sequence[int], rows: Sequence[list[str]]) -> list[Any] | None:
        """The checked values of plain rows, column by column; None when they must be read one by one."""
        if self.kind.read_many is None:
            return None
        columns: Sequence[Sequence[str]] | None = list(zip(*rows, strict=True))
        if columns and self.translator:
            columns = self.translator.by_column(self.cleaner.by_column(columns))
        return self.kind.read_many(lines, columns) if columns else None

    def _one_by_one(self, chunk: list[tuple[int, list[str], bool]]) -> Iterator[tuple[Any, list[str]]]:
        for line, cells, plain in chunk:
            if not any(cell.strip() for cell in cells):
                self.tally.skipped += 1
                continue
            try:
                if not plain:
                    self._refuse_bytes("".join(cells), cells)
                yield self.kind.read(line, self._cleaned(cells), plain), cells
            except Rejected as why:
                self.rejects.add(line, cells, why.reason, why.column)
                self.lacking.note(why)

    def _cleaned(self, cells: list[str]) -> list[str]:
        return self.translator.cells(self.cleaner.cells(cells)) if self.translator else cells

    def _refuse_bytes(self, joined: str, cells: list[str]) -> None:
        if "\0" in joined:
            raise Rejected("", "it holds a NUL character")
        if HALVES.search(joined):
            raise Rejected("", "it holds half a character")
        if reading.undecoded(joined):
            self.undecoded_count += 1
            if len(self.undecoded) < 100:
                self.undecoded.append(cells)
            raise Rejected("", f"it holds bytes that are no {self.sheet.encoding}")

    def _aside(self, line: int, cells: list[str], reason: str) -> None:
        self.rows += 1
        self.rejects.add(line, cells, reason)

    def _name_cells(self) -> list[list[str]]:
        naming = ("name", "first_name", "last_name", "title", "client")
        places = [place for place, found in enumerate(self.columns.fields) if found in naming]
        return [[cells[place] for place in places if place < len(cells)] for cells in self.undecoded]

    def _refuse_rejects(self) -> None:
        if self.options.all_or_nothing and self.rejects.count:
            line, column, reason = self.rejects.first[0]
            where = f"line {line}, {column}" if column else f"line {line}"
            count = "1 row is" if self.rejects.count == 1 else f"{self.rejects.count:,} rows are"
            raise Refused(f"{count} rejected, nothing was imported: {where}: {reason}", "mend the file, or import without --all-or-nothing")

    def _write(self, seen: int, source: imports.Source) -> Recorder:
        """Write everything as one operation; in a dry run take it back again."""
        with suppress(_Rehearsed), bulk.hurried(), operation() as recorder:
            self.kind.write(recorder, self.spools, self.tally, self._late, stale=bulk.count("operation") != seen)
            self._refuse_rejects()
            recorder.summary = f"imported {self.tally.created + self.tally.updated:,} {self.noun} from {self.file}"
            imports.keep(recorder, source, self._counts())
            if self.options.dry_run:
                recorder.follow()
                raise _Rehearsed
            if self.rejects.count:
                self.rejects.draft(self.rejects_file)
        return recorder

    def _late(self, line: int, cells: Any, reason: str, column: str = "") -> None:
        if cells is None:
            raise Refused(f"the base has changed while the file was read: line {line}: {reason}", "import it again")
        self.rejects.add(line, cells, reason, column)

    @property
    def file(self) -> str:
        return "stdin" if self.options.file_name in ("", "-") else Path(self.options.file_name).name

    @property
    def rejects_file(self) -> Path:
        """Where the options say, else beside the file that was read, under a name that no file has."""
        named = Path("import.csv" if self.options.file_name in ("", "-") else self.options.file_name)
        return self.options.rejects or files.free(named.with_name(f"{named.stem}.rejects.csv"))

    def _counts(self) -> dict[str, int]:
        tally = self.tally
        return {
            "rows": self.rows, "created": tally.created, "updated": tally.updated, "unchanged": tally.unchanged,
            "skipped": tally.skipped, "rejected": self.rejects.count,
        }  # fmt: skip

    def _result(self, recorder: Recorder, before: imports.Import | None) -> Imported:
        dry = self.options.dry_run
        kept = None if dry else self.rejects.keep()
        notes = (*profiles.told(self.noun, self.sheet.header, self.export, self.options), *self.sheet.notes)
        return Imported(
            **self._counts(), operation=None if dry else recorder.id, columns=self._used(), rejects_file=kept,
            related=self.tally.related, rejects=tuple(self.rejects.first), notes=notes,
            already=before.id if before else None, already_at=before.at if before else None,
        )  # fmt: skip

    def _used(self) -> dict[str, str | None]:
        """The field of each column; of one that overrules another's words, the field that it decides."""
        decided = {one.column: one.field for one in (self.export.overrules if self.export else ())}
        return {column: field or decided.get(column) for column, field in self.columns.told().items()}


@contextmanager
def _collector_off() -> Iterator[None]:
    """No garbage collector for the block: millions of small rows without a circle among them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _kinds() -> dict[str, Callable[[Columns, Options], Kind]]:
    from crmtui.exchange.activities import Activities, Tasks
    from crmtui.exchange.clients import Clients
    from crmtui.exchange.deals import Deals
    from crmtui.exchange.leads import Leads
    from crmtui.exchange.pipelines import Pipelines
    from crmtui.exchange.products import Products
    from crmtui.exchange.purchases import Purchases
    from crmtui.exchange.reps import Reps

    return {
        "clients": Clients, "deals": Deals, "products": Products, "reps": Reps, "interactions": Activities, "tasks": Tasks,
        "purchases": Purchases, "pipelines": Pipelines, "leads": Leads,
    }  # fmt: skip


KINDS = _kinds()

__all__ = ["KINDS", "Imported", "Options", "run"]
