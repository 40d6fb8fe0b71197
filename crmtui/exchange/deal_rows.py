"""A row of a file of deals → its values as they are kept. The rules are those of `sales.rules`.

A checked row is a plain tuple: line, values by column, (pipeline key, stage key, whether it was given), outcome, client (see
`parties.Who`), owner, contacts, products, tags, own fields (see `own`), ids. What is not given is left out of the values or empty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from crmtui import texts
from crmtui.exchange.cells import Memo, Read, Rejected, checked, split
from crmtui.exchange.columns import Columns
from crmtui.exchange.fields import Fields
from crmtui.exchange.links import ProductRefs, RepRefs
from crmtui.exchange.own import OwnCells
from crmtui.exchange.parties import HERE, ClientRefs, Who
from crmtui.exchange.stages import Stages
from crmtui.exchange.terms import Options
from crmtui.sales import rules

DAYS = ("opened_at", "expected_close", "closed_at", "close_date", "next_step_on")
PLAIN = ("title", "source", "need", "next_step", "lost_reason", "competitor", "notes")

Row = tuple[Any, ...]


class DealRows(Fields):
    """Reads the rows of one file."""

    def __init__(self, columns: Columns, options: Options, stages: Stages) -> None:
        super().__init__(columns, options, DAYS)
        self._stages = stages
        self._clients = ClientRefs(options.system, options.create_missing)
        self._products = Memo(ProductRefs(options.create_missing, options.system).known)
        self._owners = Memo(RepRefs(options.create_missing).known)
        self._days = {(field, read): self._day(field, read) for field, read in _day_rules() if field in self.place}
        self._tags = columns.where("tags")
        self.own = OwnCells(columns, options.date_order)

    def _day(self, field: str, read: str) -> Memo:
        return Memo(self.order_of[field].reader(_READS[read]))

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Row:  # noqa: ARG002 — every text goes through its rule
        """One checked row. Raises `Rejected`."""
        filled = len(cells) - cells.count("")
        pipeline, stage, outcome = self._stages.read(self.text(cells, "pipeline"), self.text(cells, "stage"), filled)
        who, mail = self._who(cells)
        owner = self.checked("owner", cells, self._owners.__getitem__) if self.text(cells, "owner").strip() else None
        values = self._values(cells) | self._when(cells, outcome)
        products = self._list("products", cells, self._products.__getitem__)
        ids = self.ids(cells)
        if "title" not in values:
            values["title"] = self._title(products, "" if who.name.startswith(HERE) else who.name, ids)
        if outcome == "open" and "lost_reason" in values:
            del values["lost_reason"]
        contacts = self._list("contacts", cells, lambda text: text)
        if mail:
            self.checked("client_email", cells, lambda _: self._clients.find(Who(mail)))
        for contact in contacts:
            self.checked("contacts", cells, lambda _, contact=contact: self._clients.find(Who(contact)))  # type: ignore[misc]
        contacts = tuple(dict.fromkeys((*contacts, mail))) if mail else contacts
        given = bool(self.text(cells, "stage").strip())
        linked = (contacts, products, self._tags_of(cells), self.own.read(cells))
        return line, values, (pipeline, stage, given), outcome, tuple(who), owner, *linked, ids

    def _who(self, cells: Sequence[str]) -> tuple[Who, str]:
        """The client of a row, and the mail of the person beside a company that is named by its domain. Raises `Rejected`."""
        name, mail, domain = (self.text(cells, field) for field in ("client", "client_email", "client_domain"))
        through = self.text(cells, "through")
        if name:
            who = Who(name, mail)
        elif domain:
            who = Who(domain=domain)
        else:
            who = Who(mail=mail) if mail else Who(through=through, column=self.header("through") if through else "")
        if who.said:
            field = "client" if name else "client_domain" if who.domain else "client_email" if mail else "through"
            self.checked(field, cells, lambda _: self._clients.find(who))
        return who, mail if who.domain else ""

    def _values(self, cells: Sequence[str]) -> dict[str, Any]:
        """The plain fields that are filled, and the amount."""
        values: dict[str, Any] = {}
        for field in PLAIN:
            if self.text(cells, field).strip():
                values[field] = self.checked(field, cells, rules.READERS[field])
        if self.text(cells, "value").strip():
            currency = self.text(cells, "currency").strip()
            values |= self.checked("value", cells, lambda text: rules.amount({"value": text, "currency": currency}))
        elif self.text(cells, "currency").strip():
            values |= self.checked("currency", cells, lambda text: rules.amount({"currency": text}))
        return values

    def _when(self, cells: Sequence[str], outcome: str) -> dict[str, Any]:
        """The days that are filled. What is called just a close date is expected of an open deal and past of a closed one."""
        closing = "expected_close" if outcome == "open" else "closed_at"
        wanted = {"opened_at": "opened_at", "next_step_on": "next_step_on", "close_date": closing, "expected_close": "expected_close"}
        wanted["closed_at"] = "closed_at"
        values = {}
        for field, column in wanted.items():
            if field in self.place and (text := self.text(cells, field)).strip():
                values[column] = checked(self.columns.header[self.place[field]], self._days[field, column].__getitem__, text)
        if outcome != "open" and "closed_at" not in values:
            missing = f"the deal is {outcome}, but the day it was closed is missing"
            known = self.header("closed_at", "close_date")
            raise Rejected(
                known or self.header("stage"), missing if known else f"{missing}: export that column too, or add one called Closed"
            )
        if outcome == "open" and "closed_at" in values:
            raise Rejected(self.header("closed_at"), "the deal has a closing day, but its stage is open")
        return values

    def _title(self, products: Sequence[str], client: str, ids: Sequence[tuple[str, str]]) -> str:
        """What a deal without a title is called: the product for the client, else what is known of these, else its id."""
        title = f"{products[0]} for {client}" if products and client else (products or [client])[0]
        title = title or next((value for _, value in ids), "")
        if not title:
            raise Rejected("", "the deal has neither title nor product nor client nor id")
        return title

    def _list(self, field: str, cells: Sequence[str], read: Callable[[str], str]) -> tuple[str, ...]:
        items = split(self.text(cells, field))
        return tuple(dict.fromkeys(self.checked(field, cells, lambda _, item=item: read(item)) for item in items))  # type: ignore[misc]

    def _tags_of(self, cells: Sequence[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for place in self._tags:
            header = self.columns.header[place]
            found |= dict.fromkeys(checked(header, lambda text: texts.required(text, "tag"), item) for item in split(cells[place]))
        return tuple(found)

    def settled_row(self, row: Row) -> Row:
        """The row with its dates decided, once their orders are settled."""
        values = dict(row[1])
        for column in ("opened_at", "expected_close", "closed_at", "next_step_on"):
            if type(values.get(column)) is tuple:
                field = column if column in self.order_of and self.order_of[column].open else "close_date"
                values[column] = self.order_of[field].pick(values[column])
        return (row[0], values, *row[2:-2], self.own.settled(row[-2]), row[-1])


_READS: dict[str, Read] = {
    "opened_at": rules.READERS["opened_at"],
    "expected_close": rules.READERS["expected_close"],
    "next_step_on": rules.READERS["next_step_on"],
    "closed_at": lambda text: rules.past(text, "the closing"),
}


def _day_rules() -> list[tuple[str, str]]:
    """Field of the file and column of the table that it can fill."""
    own = [(field, field) for field in ("opened_at", "expected_close", "closed_at", "next_step_on")]
    return [*own, ("close_date", "closed_at"), ("close_date", "expected_close")]
