"""A row of a file of clients → its values as they are kept. The rules are those of `clients.rules`, applied cell by cell, quickly.

A checked row is a plain tuple, so that it can be laid aside: line, values (of the columns `names`), points (kind, value, key,
label, position), parts of an address or None, ids as (system, id), owner, company, tags, roles. What is not given is None or empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from crmtui import config, contacts, money, texts
from crmtui.clients import rules
from crmtui.errors import CrmError
from crmtui.exchange.cells import DayOrder, Memo, Read, Rejected, checked, pairs, split
from crmtui.exchange.columns import Columns
from crmtui.exchange.people import Reps
from crmtui.sales.rules import past
from crmtui.store.keys import fold, sort_key
from crmtui.store.search import findable, key_of

STATUSES = {
    "subscriber": "lead", "marketing qualified lead": "lead", "mql": "lead", "other": "lead", "new": "lead", "open": "lead",
    "sales qualified lead": "prospect", "sql": "prospect", "qualified": "prospect", "opportunity": "prospect",
    "client": "customer", "evangelist": "customer", "churned": "former", "unqualified": "disqualified",
}  # fmt: skip
"""What other programs call the statuses."""

ALWAYS = ("kind", "status", "created_at", "name", "sort_key", "search_key")
"""The first columns of the values of each row; kind, status and created_at are None when the file does not say."""

_TEXTS = ("first_name", "last_name", "website", "notes")
_REMEMBERED = (
    "status_reason", "position", "source", "birth_date", "sex", "marital_status", "income", "purpose", "industry", "founded", "employees",
)  # fmt: skip
_NOTHING: dict[str, Any] = {"": None}

Row = tuple[Any, ...]
Point = tuple[str, str, str, str, int]


class ClientRows:
    """Reads the rows of one file: `names` are the columns of a row's values, `parts` those of its address."""

    def __init__(self, columns: Columns, system: str, date_order: str | None, reps: Reps) -> None:
        self.columns = columns
        self.system = texts.required(system, "system")
        self.orders: list[DayOrder] = []
        self.kind = "company" if columns.companies else "person"
        self.says_kind = "kind" in columns.fields
        plain = [field for field in _TEXTS if field in columns.fields]
        memos = [field for field in _REMEMBERED if field in columns.fields]
        self.parts = tuple(part for part in rules.ADDRESS_PARTS if part in columns.fields)
        self._plain_count = len(plain)
        self._first, self._last = (plain.index(f) if f in plain else None for f in ("first_name", "last_name"))
        self._text_columns = [self._place(field) for field in (*plain, *self.parts)]
        self._text_readers = [rules.READERS.get(field, _part(field)) for field in (*plain, *self.parts)]
        dates = {"birth_date": rules.READERS["birth_date"], "created_at": lambda text: past(text, "the creation")}
        self._memos = [self._memo(field, self._dated(field, dates[field]) if field in dates else rules.READERS[field]) for field in memos]
        self._kind = self._memo("kind", lambda text: rules.READERS["kind"](text) if text.strip() else None)
        self._status = self._memo("status", _status)
        self._created = self._memo("created_at", self._dated("created_at", dates["created_at"]))
        self._company = self._memo("company", lambda text: texts.line(text, "company") or None)
        self._owner = self._memo("owner", reps.known)
        self._name = columns.first("name")
        self._id = columns.first("external_id")
        self._ids, self._tags, self._roles = (columns.where(field) for field in ("external_ids", "tags", "roles"))
        self._points = [
            (place, field == "emails", columns.labels[place], contacts.email if field == "emails" else contacts.phone)
            for place, field in enumerate(columns.fields) if field in ("emails", "phones")
        ]  # fmt: skip
        self._revenue = (columns.first("revenue"), columns.first("currency")) if "revenue" in columns.fields else None
        self.names = (*ALWAYS, *plain, *memos, *(("revenue_cents", "currency") if self._revenue else ()))

    def _place(self, field: str) -> int:
        return self.columns.fields.index(field)

    def _memo(self, field: str, read: Read) -> tuple[Callable[[str], Any], int]:
        """How the cell of a field is read, and where it is; a field that the file does not have reads as nothing."""
        place = self.columns.first(field)
        if place is None:
            return (lambda _: None), 0
        column = self.columns.header[place]
        return Memo(lambda text: checked(column, read, text)).__getitem__, place

    def _dated(self, field: str, read: Read) -> Read:
        place = self.columns.first(field)
        if place is None:
            return read
        self.orders.append(DayOrder(self.columns.header[place], self._date_order))
        return self.orders[-1].reader(read)

    _date_order: str | None = None

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Row:
        """One checked row; `plain` as `cells.is_plain` says of it. Raises `Rejected`."""
        if plain:
            found = [cells[place].strip() or None for place in self._text_columns]
        else:
            found = [checked(self.columns.header[place], read, cells[place])
                     for place, read in zip(self._text_columns, self._text_readers, strict=True)]  # fmt: skip
        kind, status, created = (read(cells[place]) for read, place in (self._kind, self._status, self._created))
        company, owner = (read(cells[place]) for read, place in (self._company, self._owner))
        name = self._named(cells, found)
        points = self._points_of(cells) if self._points else ()
        address = tuple(found[self._plain_count :])
        values = (
            kind, status, created, name, sort_key(name), _search_key(name, company, points),
            *found[: self._plain_count], *[read(cells[place]) for read, place in self._memos],
        )  # fmt: skip
        if self._revenue:
            values += self._money(cells)
        if company and (kind or self.kind) == "company" and fold(company) == fold(name):
            raise Rejected(self._header("company"), f'"{name}" cannot belong to itself')
        return (
            line, values, points, address if any(address) else None, self._ids_of(cells) if self._ids else self._id_of(cells),
            owner, company, self._list(cells, self._tags, _tag), self._list(cells, self._roles, rules.role),
        )  # fmt: skip

    def _header(self, field: str) -> str:
        place = self.columns.first(field)
        return "" if place is None else self.columns.header[place]

    def _named(self, cells: Sequence[str], found: Sequence[str | None]) -> str:
        name = ""
        if self._name is not None:
            name = checked(self.columns.header[self._name], rules.READERS["name"], cells[self._name])
        if not name:
            first, last = (None if at is None else found[at] for at in (self._first, self._last))
            name = rules.full_name(first, last)
        if not name:
            raise Rejected(self._header("name") or self._header("first_name"), "the name of the client is empty")
        return name

    def _points_of(self, cells: Sequence[str]) -> tuple[Point, ...]:
        """Mails, then phones, each once."""
        mails: dict[str, tuple[str, str]] = {}
        phones: dict[str, tuple[str, str]] = {}
        for place, is_mail, label, read in self._points:
            cell = cells[place]
            if not cell or cell.isspace():
                continue
            target = mails if is_mail else phones
            try:
                for item in split(cell) if ";" in cell or "\\" in cell else (cell,):
                    said, bare = contacts.labelled(item) if ":" in item else (label, item)
                    value, key = read(bare)
                    target.setdefault(key, (value, said))
            except CrmError as why:
                raise Rejected(self.columns.header[place], str(why)) from None
        points = [("email", value, key, label, at) for at, (key, (value, label)) in enumerate(mails.items())]
        points += [("phone", value, key, label, at) for at, (key, (value, label)) in enumerate(phones.items())]
        return tuple(points)

    def _id_of(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        if self._id is None:
            return ()
        text = checked(self.columns.header[self._id], lambda text: texts.line(text, "id"), cells[self._id])
        return ((self.system, text),) if text else ()

    def _ids_of(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        found = dict(self._id_of(cells))
        for place in self._ids:
            found |= dict(checked(self.columns.header[place], pairs, cells[place]))
        return tuple(found.items())

    def _list(self, cells: Sequence[str], places: Sequence[int], read: Callable[[str], str]) -> tuple[str, ...]:
        if not places:
            return ()
        found: dict[str, None] = {}
        for place in places:
            header = self.columns.header[place]
            found |= dict.fromkeys(checked(header, read, item) for item in split(cells[place]))
        return tuple(found)

    def _money(self, cells: Sequence[str]) -> tuple[int | None, str | None]:
        """The revenue in minor units with its currency: that of the column beside it, else the configured one."""
        assert self._revenue is not None
        amount, named = self._revenue
        assert amount is not None
        code = cells[named].strip() if named is not None else ""
        if not cells[amount].strip():
            return None, None
        if not code:
            return checked(self.columns.header[amount], rules.READERS["revenue"], cells[amount]), config.current().currency
        known = checked(self.columns.header[named or 0], money.currency, code)
        return checked(self.columns.header[amount], lambda text: money.read(text, known)[0], cells[amount]), known

    def settled(self, row: Row) -> Row:
        """The row with its dates decided, once `orders` are settled."""
        order_of = {order.column: order for order in self.orders if order.open}
        values = list(row[1])
        for place, name in enumerate(self.names):
            if name in ("birth_date", "created_at") and (order := order_of.get(self._header(name))):
                values[place] = order.pick(values[place])
        return (row[0], tuple(values), *row[2:])


def _part(name: str) -> Read:
    return lambda text: texts.line(text, name) or None


def _tag(text: str) -> str:
    return texts.required(text, "tag")


def _status(text: str) -> str | None:
    word = " ".join(text.casefold().split())
    return rules.READERS["status"](STATUSES.get(word, text)) if word else None


def _search_key(name: str, company: str | None, points: Sequence[Point]) -> str:
    """As `store.search` makes it: the points by position, mails before phones."""
    ordered = sorted(points, key=itemgetter(4)) if len(points) > 2 else points
    return key_of(name, company or "", *(text for point in ordered for text in findable(point[1], point[2])))
