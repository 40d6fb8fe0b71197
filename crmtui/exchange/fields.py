"""The cells of a row by field: each read by its rule, a refusal told with its column; days whose order the whole column decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crmtui import dates, texts
from crmtui.exchange.cells import DayOrder, Memo, Read, checked, pairs
from crmtui.exchange.columns import Columns
from crmtui.exchange.terms import Options

Ids = tuple[tuple[str, str], ...]


class Fields:
    """Reads the cells of the rows of one file; `days` are the fields that hold days or moments."""

    def __init__(self, columns: Columns, options: Options, days: Sequence[str] = ()) -> None:
        self.columns = columns
        self.system = texts.required(options.system, "system")
        self.place = {field: place for place, field in reversed(list(enumerate(columns.fields))) if field}
        self.order_of = {field: DayOrder(columns.header[self.place[field]], options.date_order) for field in days if field in self.place}
        self._moments = {field: Memo(order.reader(_written)) for field, order in self.order_of.items()}

    def text(self, cells: Sequence[str], *fields: str) -> str:
        """The trimmed text of the first of these fields that is filled, empty without one."""
        for field in fields:
            place = self.place.get(field)
            if place is not None and (found := cells[place].strip()):
                return found
        return ""

    def every(self, cells: Sequence[str], field: str) -> list[str]:
        """The filled cells of a field that several columns may fill."""
        return [found for place in self.columns.where(field) if (found := cells[place].strip())]

    def header(self, *fields: str) -> str:
        """The name of the column of the first of these fields that the file has, empty without one."""
        return next((self.columns.header[self.place[field]] for field in fields if field in self.place), "")

    def checked(self, field: str, cells: Sequence[str], read: Read) -> Any:
        """The value of a cell as it is stored. Raises `Rejected` with its column."""
        place = self.place.get(field)
        return checked(self.header(field), read, "" if place is None else cells[place])

    def filled(self, cells: Sequence[str], rules: Sequence[tuple[str, Callable[[str], Any]]]) -> dict[str, Any]:
        """The values of those of these fields that are filled, each by its rule. Raises `Rejected`."""
        return {field: self.checked(field, cells, read) for field, read in rules if self.text(cells, field)}

    def when(self, field: str, cells: Sequence[str]) -> Any:
        """The day or moment of a cell as ISO text, None for none; a pair until the order of its column is settled (see `settled`)."""
        return self.checked(field, cells, self._moments[field].__getitem__) if self.text(cells, field) else None

    def settled(self, field: str, value: Any) -> Any:
        """What `when` gave, once the orders are settled."""
        return self.order_of[field].pick(value) if type(value) is tuple else value

    def ids(self, cells: Sequence[str]) -> Ids:
        """The ids of the row's record as (system, id). Raises `Rejected`."""
        found: dict[str, str] = {}
        if self.text(cells, "external_id"):
            found[self.system] = self.checked("external_id", cells, lambda text: texts.line(text, "id"))
        if self.text(cells, "external_ids"):
            found |= dict(self.checked("external_ids", cells, pairs))
        return tuple(found.items())


def _written(text: str) -> str:
    """A date of ISO text as text again: a day, or a moment in UTC."""
    when = dates.read(text)
    return (when.moment or when.day).isoformat()
