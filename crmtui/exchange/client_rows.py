"""A row of a file of clients → its values as they are kept. The rules are those of `clients.rules`, applied cell by cell, quickly.

A checked row is a plain tuple, so that it can be laid aside: line, values (of the columns `names`), points (kind, value, key,
label, position), parts of an address or None, ids as (system, id), owner, company, tags, roles, own fields (see `own`). What is not
given is None or empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from crmtui import config, contacts, money, texts
from crmtui.clients import rules
from crmtui.errors import CrmError, Unreadable
from crmtui.exchange.cells import STATUS, DayOrder, Memo, Missing, Read, Rejected, checked, pairs, split
from crmtui.exchange.columns import Columns
from crmtui.exchange.links import RepRefs
from crmtui.exchange.own import OwnCells
from crmtui.exchange.parties import CompanyNames
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
Row = tuple[Any, ...]
Point = tuple[str, str, str, str, int]
Ids = tuple[tuple[str, str], ...]


class ClientRows:
    """Reads the rows of one file: `names` are the columns of a row's values, `parts` those of its address."""

    def __init__(self, columns: Columns, system: str, date_order: str | None, reps: RepRefs, companies: CompanyNames | None = None) -> None:
        self.columns = columns
        self.system = texts.required(system, "system")
        self.orders: list[DayOrder] = []
        self._date_order = date_order
        self.own = OwnCells(columns, date_order)
        self.kind = "company" if columns.companies else "person"
        plain = [field for field in _TEXTS if field in columns.fields]
        memos = [field for field in _REMEMBERED if field in columns.fields]
        leading = [field for field in ("external_id", "name") if field in columns.fields]
        self.parts = tuple(part for part in rules.ADDRESS_PARTS if part in columns.fields)
        texts_of = (*leading, *plain, *self.parts)
        self._text_columns = [columns.fields.index(field) for field in texts_of]
        self._text_readers = [_TEXT_READERS[field] for field in texts_of]
        self._plain = slice(len(leading), len(leading) + len(plain))
        self._address = slice(len(leading) + len(plain), None)
        self._id, self._name, self._first, self._last = (
            texts_of.index(field) if field in texts_of else None for field in ("external_id", "name", "first_name", "last_name")
        )
        readers: dict[str, Read] = {
            **rules.READERS,
            "kind": lambda text: rules.READERS["kind"](text) if text.strip() else None,
            "status": _status,
            "birth_date": self._dated("birth_date", rules.READERS["birth_date"]),
            "created_at": self._dated("created_at", lambda text: past(text, "the creation")),
            "company": lambda text: texts.line(text, "company") or None,
            "owner": reps.known,
        }
        self._domain = columns.first("company_domain")
        self._of_domain = Memo((companies or CompanyNames(make=False)).known)
        self._memos = [self._memo(field, readers[field]) for field in ("kind", "status", "created_at", "company", "owner", *memos)]
        self._ids, self._tags, self._roles = (columns.where(field) for field in ("external_ids", "tags", "roles"))
        self._points = [
            (place, field == "emails", columns.labels[place], contacts.email if field == "emails" else contacts.phone)
            for wanted in ("emails", "phones") for place, field in enumerate(columns.fields) if field == wanted
        ]  # fmt: skip
        self._revenue = (columns.first("revenue"), columns.first("currency")) if "revenue" in columns.fields else None
        self.orders += self.own.orders
        self._quick = not (self._ids or self._tags or self._roles or self._revenue or self._domain is not None)
        self.names = (*ALWAYS, *plain, *memos, *(("revenue_cents", "currency") if self._revenue else ()))

    def _memo(self, field: str, read: Read) -> tuple[Callable[[str], Any], int]:
        """How the cell of a field is read, and where it is; a field that the file does not have reads as nothing."""
        place = self.columns.first(field)
        if place is None:
            return _NOTHING.get, 0
        column = self.columns.header[place]
        return Memo(lambda text: checked(column, read, text)).__getitem__, place

    def _dated(self, field: str, read: Read) -> Read:
        place = self.columns.first(field)
        if place is None:
            return read
        self.orders.append(DayOrder(self.columns.header[place], self._date_order))
        return self.orders[-1].reader(read)

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Row:
        """One checked row; `plain` as `cells.is_plain` says of it. Raises `Rejected`."""
        if plain:
            found = [cells[place].strip() or None for place in self._text_columns]
        else:
            found = [checked(self.columns.header[place], read, cells[place])
                     for place, read in zip(self._text_columns, self._text_readers, strict=True)]  # fmt: skip
        kind, status, created, company, owner, *memos = [read(cells[place]) for read, place in self._memos]
        if self._domain is not None and not company and cells[self._domain].strip():
            company = checked(self.columns.header[self._domain], self._of_domain.__getitem__, cells[self._domain].strip())
        name = (self._name is not None and found[self._name]) or self._full_name(found)
        points, reached = self._points_of(cells) if self._points else ((), ())
        values = (kind, status, created, name, sort_key(name), key_of(name, company or "", *reached), *found[self._plain], *memos)
        if self._revenue:
            values += self._money(cells)
        if company and (kind or self.kind) == "company" and fold(company) == fold(name):
            raise Rejected(self._header("company"), f'"{name}" cannot belong to itself')
        address = found[self._address]
        id_ = found[self._id] if self._id is not None else None
        ids: Ids = ((self.system, id_),) if id_ else ()
        ids = self._more_ids(ids, cells) if self._ids else ids
        return (
            line, values, points, tuple(address) if any(address) else None, ids, owner, company,
            self._list(cells, self._tags, _tag) if self._tags else (), self._list(cells, self._roles, rules.role) if self._roles else (),
            self.own.read(cells) if self.columns.own else (),
        )  # fmt: skip

    def read_many(self, lines: Sequence[int], columns: Sequence[Sequence[str]]) -> list[Row] | None:
        """What `read` makes of plain rows, from their columns; None for what only `read` can do. Raises when one of them is refused."""
        points = self._points_by_column(columns)
        if points is None or not self._quick:
            return None
        found = [[text or None for text in map(str.strip, columns[place])] for place in self._text_columns]
        kinds, statuses, created, companies, owners, *memos = [list(map(read, columns[place])) for read, place in self._memos]
        if self.kind == "company" or "company" in kinds:
            return None
        if self._name is not None:
            names: list[Any] = found[self._name]
        else:
            nothing = repeat(None)
            names = list(map(rules.full_name, *(nothing if at is None else found[at] for at in (self._first, self._last))))
        if not all(names):
            return None
        keys = [key_of(*texts) for texts in zip(names, companies, *points[1], strict=True)]
        values = zip(kinds, statuses, created, names, map(sort_key, names), keys, *found[self._plain], *memos, strict=True)
        addresses = [address if any(address) else None for address in zip(*found[self._address], strict=True)] or repeat(None)
        ids = [((self.system, id_),) if id_ else () for id_ in found[self._id]] if self._id is not None else repeat(())
        met = [tuple(filter(None, row)) for row in zip(*points[0], strict=True)] or repeat(())
        own = map(self.own.read, zip(*columns, strict=True)) if self.columns.own else repeat(())
        return list(zip(lines, values, met, addresses, ids, owners, companies, repeat(()), repeat(()), own))

    def _points_by_column(self, columns: Sequence[Sequence[str]]) -> tuple[list[list[Point | None]], list[list[str]]] | None:
        """The points of each column, and the texts under which each is found; None when a cell may hold several or a label."""
        points: list[list[Point | None]] = []
        reached: list[list[str]] = []
        earlier: dict[bool, list[list[tuple[str, str] | None]]] = {True: [], False: []}
        for place, is_mail, label, read in self._points:
            joined = "".join(columns[place])
            if ";" in joined or ":" in joined or "\\" in joined or (is_mail and earlier[True]):
                return None
            pairs = [read(cell) if cell else None for cell in columns[place]]
            kind, before = "email" if is_mail else "phone", earlier[is_mail]
            if before:
                met = [sum(map(bool, others)) for others in zip(*before, strict=True)]
                pairs = [None if pair and any(other and other[1] == pair[1] for other in others) else pair
                         for pair, *others in zip(pairs, *before, strict=True)]  # fmt: skip
                points.append([(kind, *pair, label, at) if pair else None for pair, at in zip(pairs, met, strict=True)])
            else:
                points.append([(kind, *pair, label, 0) if pair else None for pair in pairs])
            before.append(pairs)
            reached.append(["" if not pair else pair[0] if pair[0] == pair[1] else " ".join(findable(*pair)) for pair in pairs])
        return points, reached

    def _full_name(self, found: Sequence[str | None]) -> str:
        first, last = (None if at is None else found[at] for at in (self._first, self._last))
        name = rules.full_name(first, last)
        if not name:
            raise Rejected(self._header("name") or self._header("first_name"), "the name of the client is empty")
        return name

    def _header(self, field: str) -> str:
        place = self.columns.first(field)
        return "" if place is None else self.columns.header[place]

    def _points_of(self, cells: Sequence[str]) -> tuple[tuple[Point, ...], Sequence[str]]:
        """Mails, then phones, each once; and the texts under which the client is found by them, in the order of `store.search`."""
        points: list[Point] = []
        for place, is_mail, label, read in self._points:
            cell = cells[place]
            if not cell or cell.isspace():
                continue
            try:
                if ";" in cell or ":" in cell or "\\" in cell:
                    for item in split(cell):
                        said, bare = contacts.labelled(item)
                        _append(points, is_mail, *read(bare), said or label)
                else:
                    _append(points, is_mail, *read(cell), label)
            except CrmError as why:
                raise Rejected(self.columns.header[place], str(why)) from None
        ordered = sorted(points, key=itemgetter(4)) if len(points) > 1 and points[1][0] == "email" else points
        reached = [text for point in ordered for text in (point[1:2] if point[1] == point[2] else findable(point[1], point[2]))]
        return tuple(points), reached

    def _more_ids(self, ids: Ids, cells: Sequence[str]) -> Ids:
        found = dict(ids)
        for place in self._ids:
            found |= dict(checked(self.columns.header[place], pairs, cells[place]))
        return tuple(found.items())

    def _list(self, cells: Sequence[str], places: Sequence[int], read: Callable[[str], str]) -> tuple[str, ...]:
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
        return (row[0], tuple(values), *row[2:9], self.own.settled(row[9]))


def _part(name: str) -> Read:
    return lambda text: texts.line(text, name) or None


def _tag(text: str) -> str:
    return texts.required(text, "tag")


def _status(text: str) -> str | None:
    word = " ".join(text.casefold().split())
    try:
        return rules.READERS["status"](STATUSES.get(word, text)) if word else None
    except Unreadable as why:
        raise Missing(STATUS, text.strip(), why.sentence, why.hint) from None


def _append(points: list[Point], is_mail: bool, value: str, key: str, label: str) -> None:
    """Add a mail or phone that is not there yet, at the next position of its kind."""
    kind = "email" if is_mail else "phone"
    position = 0
    for other in points:
        if other[0] == kind:
            if other[2] == key:
                return
            position += 1
    points.append((kind, value, key, label, position))


_NOTHING: dict[str, Any] = {}
_TEXT_READERS: dict[str, Read] = {
    **{field: rules.READERS[field] for field in ("name", *_TEXTS)},
    **{part: _part(part) for part in rules.ADDRESS_PARTS},
    "external_id": lambda text: texts.line(text, "id") or None,
}
