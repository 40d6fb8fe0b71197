"""What a command hands back: values with the way to look at them, printed in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crmtui.frozen import dataclass

if TYPE_CHECKING:
    from crmtui.blocks import Column, Report


NOT_DONE = "not done: "
"""Stands before what a rehearsal only tried."""


@dataclass(frozen=True, slots=True)
class Done:
    """A change that was made (or was not needed): a sentence with the id, the record as it is now, and its id.

    `notes` say on stderr what follows from it, whatever the form.
    """

    sentence: str
    record: object
    id: int | None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """A change of many records: a sentence that says how many, the records as they are now, their ids, the notes on each."""

    sentence: str
    records: Sequence[object]
    ids: Sequence[int]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Records of one type under columns. `more` is said on stderr when the list was cut; `empty` when there is nothing.

    `code` is what the command leaves with: 9 when findings were asked for and found. Where only the last record tells, it is asked
    for once all are printed.
    """

    records: Iterable[object]
    columns: Sequence[Column]
    type: type
    more: str = ""
    empty: str = ""
    code: int | Callable[[], int] = 0


@dataclass(frozen=True, slots=True)
class Shown:
    """One record and the lines in which people read it; `lines` gets the width (None: no cut) and whether heads are bold."""

    record: object
    lines: Callable[[int | None, bool], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A report. `table` picks one of its tables for csv and tsv; `fails` leaves with 9 when there are findings.

    `quiet` prints nothing at all when there are none. As a mail it is for `to`, who is called `name`.
    """

    report: Report
    table: str = ""
    fails: bool = False
    quiet: bool = False
    to: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several reports, printed one after the other; in JSON as an array, as mails one mailbox."""

    drawn: Sequence[Drawn]


@dataclass(frozen=True, slots=True)
class Printed:
    """Text that is the data itself (a definition, a script), printed as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Streamed:
    """Data that was written to stdout already; the sentence goes to stderr."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Finished:
    """An import: its result object, sentences for people, the code to leave with (6 when rows were rejected), its operation's id.

    `notes` go to stderr, whatever the form.
    """

    record: object
    lines: Sequence[str]
    code: int = 0
    id: int | None = None
    notes: Sequence[str] = ()


Result = Done | Several | Listing | Shown | Drawn | Bundle | Printed | Streamed | Finished
