"""Own fields in files: which columns fill them, their cells → values, values → the base, and back into cells.

What a row says is laid aside as (name, value) pairs of the filled cells: a value is what `field_rules.bare` reads; of a date it is the
day as ISO text, or a pair of them until the order of its column is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from crmtui import dates
from crmtui.clients import field_rules, fields
from crmtui.clients.field_rules import Field, Value
from crmtui.clients.field_values import COLUMNS
from crmtui.errors import CrmError, Unreadable
from crmtui.exchange.cells import DayOrder, Memo, Read, checked
from crmtui.exchange.columns import Columns
from crmtui.exchange.terms import Tally
from crmtui.store import bulk
from crmtui.store.bulk import Run, selected
from crmtui.store.journal import Recorder
from crmtui.store.tables import OwnValue

NOUNS = {"clients": "client", "deals": "deal"}
"""The kinds of files whose records have own fields."""

Said = tuple[tuple[str, Any], ...]


def known(kind: str, *, keep_unknown: bool = False) -> list[Field]:
    """The own fields that a file of a kind can fill. Raises `Unreadable` when `keep_unknown` is asked of a kind that has none."""
    if kind in NOUNS:
        return fields.defined(NOUNS[kind])
    if keep_unknown:
        raise Unreadable(f"the unknown columns of {kind} cannot be kept", f"own fields are of {' and '.join(NOUNS)}")
    return []


def made_of(kind: str, header: str, taken: Sequence[Field]) -> Field | None:
    """The text field that an unknown column would become; None when it cannot be called as the column is."""
    name = fields.key_of(header)
    field = Field(0, NOUNS[kind], name, header.strip(), "text", (), 0)
    try:
        fields.refuse_bad_name(name)
        fields.refuse_taken(field, taken)
    except CrmError:
        return None
    return field


class OwnCells:
    """Reads the own fields of the rows of one file; `orders` are those of the dates among them."""

    def __init__(self, columns: Columns, date_order: str | None) -> None:
        self.orders: list[DayOrder] = []
        self._order_of: dict[str, DayOrder] = {}
        self._reads = [(columns.fields.index(field.name), field.name, self._reader(field, columns, date_order)) for field in columns.own]

    def _reader(self, field: Field, columns: Columns, date_order: str | None) -> Callable[[str], Any]:
        header = columns.header[columns.fields.index(field.name)]
        read: Read = partial(field_rules.bare, field)
        if field.kind == "date":
            order = self._order_of[field.name] = DayOrder(header, date_order)
            self.orders.append(order)
            read = order.reader(dates.day)
        if field.kind == "text":
            return lambda text: checked(header, read, text)
        return Memo(lambda text: checked(header, read, text)).__getitem__

    def read(self, cells: Sequence[str]) -> Said:
        """What a row says. Raises `Rejected`."""
        found = ((name, read(cells[place])) for place, name, read in self._reads)
        return tuple(pair for pair in found if pair[1] is not None)

    def settled(self, said: Said) -> Said:
        """What a row says with its dates decided, once `orders` are settled."""
        if not self.orders:
            return said
        return tuple((name, self._order_of[name].pick(value) if name in self._order_of else value) for name, value in said)


class OwnWriting:
    """Writes what rows say within one operation; a field that there is not yet is made when a row first fills it."""

    def __init__(self, recorder: Recorder, noun: str, own: Sequence[Field], tally: Tally) -> None:
        self._recorder, self._noun, self._tally = recorder, noun, tally
        self._fields = {field.name: field for field in own}
        self._run = Run(recorder, OwnValue, ("kind", "record_id", "field_id", *COLUMNS))

    def add(self, record_id: int, said: Said) -> None:
        """Collect what is said of a new record."""
        for name, value in said:
            self._run.add(self._noun, record_id, self._id(name), *_stored(value))

    def _id(self, name: str) -> int:
        field = self._fields[name]
        if not field.id:
            present = next((each for each in fields.defined(self._noun) if each.name == name), None)
            self._fields[name] = field = present or fields.make(self._recorder, self._noun, field.label, name=name)
            self._tally.relate("fields", 0 if present else 1)
        return field.id

    def update(self, known: Sequence[tuple[int, Said]]) -> set[int]:
        """Set what is said of known records; the ids of those in which it changed something."""
        wanted: dict[str, dict[int, Any]] = {}
        for id_, said in known:
            for name, value in said:
                wanted.setdefault(name, {})[id_] = _stored(value)
        changed = set()
        for name, values in wanted.items():
            query = "SELECT record_id, id FROM own_value WHERE field_id = ? AND record_id IN ({keys})"
            rows: dict[int, int] = dict(selected(query, values, self._id(name)))
            owner = {row: record for record, row in rows.items()}
            differing = {rows[id_]: dict(zip(COLUMNS, value, strict=True)) for id_, value in values.items() if id_ in rows}
            changed |= {owner[row] for row in bulk.update_differing(self._recorder, OwnValue, differing)}
            for id_, value in values.items():
                if id_ not in rows:
                    self._run.add(self._noun, id_, self._id(name), *value)
                    changed.add(id_)
        return changed

    def flush(self) -> None:
        """Write what was collected."""
        self._run.flush()


def _stored(value: Any) -> field_rules.Stored:
    return field_rules.of_day(value) if type(value) is str else value


def cells(values: Mapping[str, Value]) -> Iterator[tuple[str, Any]]:
    """Name and cell of each own field: numbers as `Decimal` and days as they are, everything else as text that reads back."""
    for name, value in values.items():
        text = field_rules.written(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield name, Decimal(text) if number else value if type(value) not in (bool, str, field_rules.Amount) else text
