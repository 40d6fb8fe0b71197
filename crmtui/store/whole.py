"""Every table of the base as rows of text cells, and back under the same ids into a base that holds nothing yet.

Left out are the journal and what points into it, what people have begun and not saved, and what is computed from the rest. The tables are
asked what they hold, so that a new one, or a new column, comes along by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from typing import Any

from peewee import AutoField, BooleanField, DateField, ForeignKeyField, IntegerField, IntegrityError, TextField

from crmtui.errors import Refused
from crmtui.store import search, thinning
from crmtui.store.contents import Content
from crmtui.store.engine import driver
from crmtui.store.journal import DERIVED, Recorder
from crmtui.store.tables import ALL, Change, Draft, Operation, Row, database
from crmtui.store.tables.base import Moment, moment_text

PAGE = 1000
"""Rows read and written at a time."""

LARGEST = 2**63 - 1
_WIDTH = len("2026-03-04 10:00:00.000000")

Table = type[Row]
Cells = list[str]


def tables() -> tuple[Table, ...]:
    """The tables in the order in which they depend on each other."""
    return tuple(table for table in ALL if table not in (Operation, Draft) and Operation not in _linked(table))


def _linked(table: Table) -> set[Table]:
    """The tables that the rows of a table name."""
    return {field.rel_model for field in table._meta.fields.values() if isinstance(field, ForeignKeyField)}


def noun(table: Table) -> str:
    """What the rows of a table are called: `contact_points`."""
    name: str = table._meta.table_name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}es" if name.endswith("s") else f"{name}s"


def columns(table: Table) -> tuple[str, ...]:
    """The columns of a table, the id first; without those that are computed from others."""
    return tuple(field.column_name for name, field in table._meta.fields.items() if name not in DERIVED)


def read(table: Table) -> Iterator[Cells]:
    """The rows of a table by their ids, a page at a time; moments as ISO 8601 in UTC, nothing as an empty cell."""
    names = columns(table)
    told = [_told(table, name) for name in names]
    quoted = ", ".join(f'"{name}"' for name in names)
    query = f"SELECT {quoted} FROM {table._meta.table_name} WHERE id > ? ORDER BY id LIMIT ?"
    last = 0
    while page := database.execute_sql(query, (last, PAGE)).fetchall():
        for row in page:
            yield ["" if value is None else tell(value) for tell, value in zip(told, row, strict=True)]
        last = page[-1][0]


def beside() -> list[Content]:
    """What rows keep beside the base, by hash: that of every table which names a hash and a size."""
    keeping = [table for table in tables() if {"sha256", "size"} <= set(table._meta.columns)]
    queries = (f"SELECT DISTINCT sha256, size FROM {table._meta.table_name}" for table in keeping)
    found = {Content(*row) for query in queries for row in database.execute_sql(query).fetchall()}
    return sorted(found, key=lambda content: (content.sha256, content.size))


def _told(table: Table, name: str) -> Callable[[Any], str]:
    field = table._meta.columns[name]
    return _instant if isinstance(field, Moment) else _truth if isinstance(field, BooleanField) else str


def _instant(value: str) -> str:
    whole = value if len(value) == _WIDTH else moment_text(datetime.fromisoformat(value).replace(tzinfo=UTC))
    return f"{whole[:10]}T{whole[11:].removesuffix('.000000')}+00:00"


def _truth(value: Any) -> str:
    return "true" if value else "false"


def refuse_held(purpose: str) -> None:
    """Raise `Refused` when the base holds more than what every new base comes with, untouched."""
    counts = [(table, table.select().count()) for table in tables() if _is_touched(table)]
    held = [f"{count:,} {table._meta.table_name if count == 1 else noun(table)}".replace("_", " ") for table, count in counts if count]
    if held:
        told = ", ".join(held[:4]) + (" and more" if held[4:] else "")
        raise Refused(f"the base holds {told}; {purpose} is for an empty one", "name a new file: --db PATH")


def _is_touched(table: Table) -> bool:
    """Whether any change of the table stands that was not undone, as far as is known."""
    if thinning.through() and table.select().exists():
        return True
    changes = Change.select(Change.id).join(Operation).where(Change.table_name == table._meta.table_name)
    standing: bool = changes.where(Operation.kind != "undo", Operation.undone_by.is_null()).exists()
    return standing


def clear(recorder: Recorder) -> None:
    """Take away what a new base comes with."""
    for table in reversed(tables()):
        for row in table.select().order_by(table.id.desc()):
            recorder.delete(row)


def write(recorder: Recorder, table: Table, header: Sequence[str], rows: Iterable[Cells]) -> int:
    """Write rows under their ids into an empty table, all but the links to other rows of it (see `link`); how many they were.

    Raises `Refused` for a column that the table does not have, a cell that is none of its kind, a row that names what is not there.
    """
    kept = _header(table, header)
    reads = [(name, place, _reader(table, name)) for name, place in kept.items()]
    names = [*kept, *(name for name in DERIVED if name in table._meta.fields)]
    blank = [""] * (len(names) - len(kept))
    own = _own_links(table)
    count = 0
    for page in _pages(rows):
        values = [[None if name in own else _value(table, cells, name, place, read) for name, place, read in reads] for cells in page]
        for run in _runs([[*row, *blank] for row in values]):
            with _explained(table):
                recorder.insert_run(table, names, run, index=False)
        count += len(page)
    return count


def link(recorder: Recorder, table: Table, header: Sequence[str], rows: Iterable[Cells]) -> None:
    """Set the links between rows of the same table, once all of them are there. Raises as `write` does."""
    kept = _header(table, header)
    names = [name for name in kept if name in _own_links(table)]
    nothing = [None] * len(names)
    reads = [(name, kept[name], _reader(table, name)) for name in names]
    linked = (cells for cells in rows if any(cells[place] for _, place, _ in reads))
    for page in _pages(linked if names else ()):
        values = [[_value(table, cells, name, place, read) for name, place, read in reads] for cells in page]
        with _explained(table):
            recorder.update_run(table, names, [(int(cells[0]), nothing, after) for cells, after in zip(page, values, strict=True)])


def index(table: Table) -> None:
    """Compute what is derived, and put the rows into the search index; once every table is written."""
    if not DERIVED & set(table._meta.fields):
        return
    last = 0
    while page := database.execute_sql(
        f"SELECT id FROM {table._meta.table_name} WHERE id > ? ORDER BY id LIMIT ?", (last, PAGE)
    ).fetchall():
        search.refresh(table._meta.table_name, [id_ for (id_,) in page])
        last = page[-1][0]


def _header(table: Table, header: Sequence[str]) -> dict[str, int]:
    """Column → place. A column that a newer crmtui added may be missing where the table can do without."""
    known = columns(table)
    unknown = [name for name in header if name not in known]
    missing = [name for name in known if name not in header and not _can_miss(table, name)]
    if unknown or missing or list(header[:1]) != ["id"] or len({*header}) < len(header):
        told = ", ".join(unknown or missing or header)
        raise Refused(f"the columns of {noun(table)} are not those of this crmtui: {told}", "export with the same version")
    return {name: place for place, name in enumerate(header)}


def _can_miss(table: Table, name: str) -> bool:
    return bool(table._meta.columns[name].null)


def _own_links(table: Table) -> set[str]:
    links = (field for field in table._meta.fields.values() if isinstance(field, ForeignKeyField) and field.rel_model is table)
    return {field.column_name for field in links}


def _pages(rows: Iterable[Cells]) -> Iterator[list[Cells]]:
    rest = iter(rows)
    while page := list(islice(rest, PAGE)):
        yield page


def _runs(rows: Sequence[list[Any]]) -> Iterator[list[list[Any]]]:
    """The rows cut where their ids leave a gap."""
    start = 0
    for place in range(1, len(rows) + 1):
        if place == len(rows) or rows[place][0] != rows[place - 1][0] + 1:
            yield list(rows[start:place])
            start = place


@contextmanager
def _explained(table: Table) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, driver.IntegrityError) as why:
        raise Refused(f"the {noun(table).replace('_', ' ')} do not fit to the rest: {why}", "was a file changed or left out?") from None


def _value(table: Table, cells: Cells, name: str, place: int, read: Callable[[str], Any]) -> Any:
    try:
        return read(cells[place])
    except (ValueError, IndexError):
        which = cells[0] if cells else ""
        raise Refused(f'{noun(table)} {which}: {name} cannot be "{cells[place] if place < len(cells) else ""}"') from None


def _reader(table: Table, name: str) -> Callable[[str], Any]:
    field = table._meta.columns[name]
    found: Callable[[str], Any] = next((read for kind, read in _READERS if isinstance(field, kind)), _text)
    return partial(_or_nothing, found) if field.null else found


def _or_nothing(read: Callable[[str], Any], cell: str) -> Any:
    return read(cell) if cell else None


def _whole(cell: str) -> int:
    if len(cell) > 20 or not -LARGEST <= (number := int(cell)) <= LARGEST:
        raise ValueError
    return number


def _id(cell: str) -> int:
    if (number := _whole(cell)) < 1:
        raise ValueError
    return number


def _moment(cell: str) -> str:
    moment = datetime.fromisoformat(cell)
    if moment.tzinfo is None:
        raise ValueError
    if len(cell) == len("2026-03-04T10:00:00+00:00") and cell.endswith("+00:00"):  # nearly all of them
        return f"{cell[:10]} {cell[11:19]}.000000"
    return moment_text(moment)


def _bool(cell: str) -> int:
    return ("false", "true").index(cell)


def _day(cell: str) -> str:
    return date.fromisoformat(cell).isoformat()


def _text(cell: str) -> str:
    if "\0" in cell:
        raise ValueError
    return cell


_READERS: tuple[tuple[Any, Callable[[str], Any]], ...] = (
    (BooleanField, _bool), (AutoField, _id), ((IntegerField, ForeignKeyField), _whole), (Moment, _moment), (DateField, _day),
    (TextField, _text),
)  # fmt: skip
"""How a cell is read, by the kind of its column."""
