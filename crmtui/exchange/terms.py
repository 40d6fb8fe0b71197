"""What an import is asked, what it counts, and what each kind of record must be able to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, Protocol

from crmtui.exchange.cells import DayOrder, Rejected
from crmtui.exchange.spool import Spool
from crmtui.frozen import dataclass
from crmtui.store.journal import Recorder


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read and what may be made of it.

    `mapping` is column → field (`-`: leave the column out); `system` names the system whose ids the file holds, by default that of the
    program that wrote it. `usual` is a mapping too: `mapping` comes before it, and columns that the file lacks are passed over.
    `profile` names that program (see `profiles`), by default the one that the header tells. `stages` are made in
    this order in `pipeline`, which is made too when it is missing; `pipelines` is pipeline → stages for several. `joins` are files with
    further columns for the rows (see `joining`). `create_missing` makes reps, and the clients and products of
    deals, that are not there. `rejects` is where rejected rows go, by default `FILE.rejects.csv`. `progress` is told the rows read.
    `sheet` is the one of a workbook to be read; `decimal_mark` is that of all amounts, by default the one that each column shows.
    `keep_unknown` makes own fields, texts, of the columns that are no field's. `reject_missing` puts rows aside that name what is not
    here, however many they are; else it is asked about when they are most of the file.
    """

    file_name: str = "-"
    mapping: Mapping[str, str] = field(default_factory=dict)
    usual: Mapping[str, str] = field(default_factory=dict)
    system: str = ""
    profile: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    decimal_mark: str | None = None
    date_order: str | None = None
    dry_run: bool = False
    all_or_nothing: bool = False
    pipeline: str | None = None
    stages: tuple[str, ...] = ()
    pipelines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joins: tuple[Path, ...] = ()
    create_missing: bool = False
    reject_missing: bool = False
    keep_unknown: bool = False
    rejects: Path | None = None
    progress: Callable[[int], None] | None = None


@dataclass(slots=True)
class Tally:
    """Rows by what became of them, and what else was made on the way (`related`: word → how many)."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    related: dict[str, int] = field(default_factory=dict)

    def relate(self, what: str, count: int) -> None:
        """Count what was made beside the rows."""
        if count:
            self.related[what] = self.related.get(what, 0) + count


class Late(Protocol):
    """Takes a row that turns out, while it is written, not to fit the base."""

    def __call__(self, line: int, cells: Sequence[str] | None, reason: str, column: str = "") -> None: ...


ReadMany = Callable[[Sequence[int], Sequence[Sequence[str]]], list[Any] | None]
"""The checked values of many plain rows, by their lines and columns; None, or a raised `Rejected` or `CrmError`: one by one, please."""


class Kind(Protocol):
    """What is special to a kind of record. `read_many` is there where a file may be very long."""

    orders: list[DayOrder]
    read_many: ReadMany | None

    def read(self, line: int, cells: list[str], plain: bool) -> Any:
        """A row's checked values, as built-in values that can be laid aside. Raises `Rejected`."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> Iterable[tuple[Any, Rejected]]:
        """Put checked rows into the spools: `company` and `person` those surely not in the base, `known` (with cells) the others.

        What is returned, each (row, cells) with its reason, clashes with the base.
        """

    def settle(self) -> None:
        """Decide what only the whole file can tell. Raises `Undecided`."""

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:
        """Write all rows; `stale` says that the base has changed since they were sorted out."""
