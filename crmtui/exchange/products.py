"""Importing products: known by their id in the other system, else by name, however it is written."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from crmtui import config, texts
from crmtui.exchange.cells import DayOrder, Rejected, checked, pairs, yes
from crmtui.exchange.columns import Columns
from crmtui.exchange.spool import Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.sales import products
from crmtui.store import bulk
from crmtui.store.bulk import Run, selected
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.search import key_of
from crmtui.store.tables import ExternalId, Product

COLUMNS = ("name", "key", "code", "family", "price_cents", "currency", "unit", "active")

Row = tuple[int, dict[str, Any], tuple[tuple[str, str], ...]]


class Products:
    """One import of products. A row is (line, values by column, ids)."""

    read_many: ReadMany | None = None

    def __init__(self, columns: Columns, options: Options) -> None:
        self.orders: list[DayOrder] = []
        self._columns = columns
        self._system = texts.required(options.system, "system")

    def settle(self) -> None:
        """Nothing is open."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> tuple[()]:
        """Catalogues are small: every row is looked up."""
        spools["known"].extend(list(rows))
        return ()

    def read(self, line: int, cells: Sequence[str], plain: bool) -> Row:  # noqa: ARG002 — few rows, no short cut
        """One checked row. Raises `Rejected`."""
        columns = self._columns
        values: dict[str, Any] = {}
        for place, (column, field) in enumerate(zip(columns.header, columns.fields, strict=True)):
            text = cells[place]
            if field == "active":
                values["active"] = checked(column, yes, text)
            elif field == "price":
                values |= self._price(column, cells, text)
            elif field in ("name", "code", "family", "unit", "currency"):
                values |= checked(column, lambda text, field=field: products.check({field: text}), text)  # type: ignore[misc]
        if not values.get("name"):
            raise Rejected("", "the name of the product is empty")
        return line, {name: value for name, value in values.items() if value is not None}, self._ids(cells)

    def _price(self, column: str, cells: Sequence[str], text: str) -> dict[str, Any]:
        place = self._columns.first("currency")
        beside = {"currency": cells[place]} if place is not None else {}
        found: dict[str, Any] = checked(column, lambda text: products.check({"price": text, **beside}), text)
        return found

    def _ids(self, cells: Sequence[str]) -> tuple[tuple[str, str], ...]:
        found: dict[str, str] = {}
        for place, (column, field) in enumerate(zip(self._columns.header, self._columns.fields, strict=True)):
            if field == "external_id" and cells[place].strip():
                found[self._system] = checked(column, lambda text: texts.line(text, "id"), cells[place])
            elif field == "external_ids":
                found |= dict(checked(column, pairs, cells[place]))
        return tuple(found.items())

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:  # noqa: ARG002
        """Write all rows."""
        run = Run(recorder, Product, (*COLUMNS, "search_key", "created_at", "updated_at"))
        ids = Run(recorder, ExternalId, ("kind", "system", "value", "record_id"))
        for chunk in spools["known"].chunks():
            for batch in bulk.batches(chunk, _keys, _keys):
                self._write_batch(recorder, batch, run, ids, tally, late)

    def _write_batch(self, recorder: Recorder, batch: Sequence[Any], run: Run, ids: Run, tally: Tally, late: Late) -> None:
        by_key = dict(selected('SELECT "key", id FROM product WHERE "key" IN ({keys})', (row[1]["key"] for row, _ in batch)))
        by_id = known_ids("product", [row for row, _ in batch])
        wanted: dict[int, dict[str, Any]] = {}
        linked = set()
        for row, cells in batch:
            found = {by_id[pair] for pair in row[2] if pair in by_id}
            same_name = by_key.get(row[1]["key"])
            if len(found) > 1 or (found and same_name not in (None, *found)):
                late(row[0], cells, f'there is another product "{row[1]["name"]}" ({same_name}) already')
                continue
            target = next(iter(found), same_name)
            if target is None:
                target = _add(run, row, recorder)
                tally.created += 1
            else:
                wanted[target] = row[1]
            for system, value in row[2]:
                if (system, value) not in by_id:
                    ids.add("product", system, value, target)
                    linked.add(target)
        changed = bulk.update_differing(recorder, Product, wanted) | (linked & wanted.keys())
        run.flush()
        ids.flush()
        tally.updated += len(changed)
        tally.unchanged += len(wanted) - len(changed)


def _keys(pair: Any) -> Iterator[Hashable]:
    yield pair[0][1]["key"]
    yield from pair[0][2]


def _add(run: Run, row: Row, recorder: Recorder) -> int:
    values = {"currency": config.current().currency, "active": 1, **row[1]}
    now = moment_text(recorder.at)
    key = key_of(values["name"], values.get("code") or "", values.get("family") or "")
    return run.add(*(values.get(name) for name in COLUMNS), key, now, now)


def known_ids(kind: str, rows: Sequence[Any]) -> dict[tuple[str, str], int]:
    """(system, id) → record, of those in the rows (their last element) that are known."""
    found: dict[tuple[str, str], int] = {}
    query = "SELECT value, record_id FROM external_id WHERE kind = ? AND system = ? AND value IN ({keys})"
    for system in dict.fromkeys(system for row in rows for system, _ in row[-1]):
        values = (value for row in rows for other, value in row[-1] if other == system)
        found |= {(system, value): record for value, record in selected(query, values, kind, system)}
    return found
