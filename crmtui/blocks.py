"""What a report is made of: values with a kind, never with a format. Every door draws the same blocks."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from crmtui.frozen import dataclass
from crmtui.periods import Period

Value = str | int | float | date | datetime | None


class Kind(StrEnum):
    """What a value is: it decides the unit, the alignment, and the ending of its name in JSON."""

    TEXT = "text"
    COUNT = "count"
    ID = "id"  # the number a record is named by, never grouped
    MONEY = "money"  # minor units of the currency beside it; its name ends in _cents
    SHARE = "share"  # 0–1
    DAYS = "days"  # whole or broken days; its name ends in _days
    DAY = "day"  # a date
    MOMENT = "moment"  # an aware datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that answers a question. `name` is its key in JSON; `before` the same number of the previous period, or None.

    `rise` says what more of it is: good, bad, or open while the period still runs, when the two cannot be compared yet.
    """

    name: str
    title: str
    value: int | float | None
    kind: Kind
    before: int | float | None = None
    rise: str = "good"


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers at the head of a report, in the order of their weight."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `name` is its key in JSON and CSV, `title` its head for people. `bar` asks for a bar beside the number.

    `only_data` columns (ids) are in JSON and CSV and not drawn; `spare` ones of a list give way first where room is short.
    Columns of data that stand together under one `series` are drawn as one small picture with that title.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    bar: bool = False
    only_data: bool = False
    spare: bool = False
    series: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, in a fixed order. Money columns take the row's `currency` cell, else the report's currency.

    `shape` says how it is best looked at: `table`; `funnel` (one bar a row, centred, by the first count column);
    `bars` (one bar a row by the first column with `bar`); `heat` (a shade for each count, but for those with `bar`). The numbers
    are the same in each.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    shape: str = "table"
    empty: str = "none"


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence that belongs to the figures: what was left out, and how much."""

    text: str


Block = Figures | Table | Note


@dataclass(frozen=True, slots=True)
class Report:
    """A report as computed: figures at a moment, for a period or for none, amounts in `currency` where no row says otherwise.

    `findings` counts the lines that call for action; a report that has none leaves `--fail-on-findings` content.
    """

    name: str
    title: str
    as_of: datetime
    period: Period | None
    currency: str
    blocks: tuple[Block, ...]
    findings: int = 0
