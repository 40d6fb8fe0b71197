"""The catalogue: products with price, currency and unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from peewee import ModelSelect, fn

from crmtui import config, money, texts
from crmtui.errors import Candidate, NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store import external, reading, references
from crmtui.store.journal import operation
from crmtui.store.keys import fold, letters
from crmtui.store.keys import words as split
from crmtui.store.tables import Product


@dataclass(frozen=True, slots=True)
class Item:
    """A product. `price_cents` in minor units of `currency`, None when it has no list price."""

    id: int
    name: str
    code: str | None
    family: str | None
    price_cents: int | None
    currency: str
    unit: str | None
    active: bool
    external_ids: dict[str, str]
    created_at: datetime
    updated_at: datetime


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """A product's typed texts (name, code, family, unit, price, currency; `active` true or false) as they are kept. Pure.

    Raises `Unreadable` for a price or a currency that is none, `Refused` for a negative price.
    """
    checked: dict[str, Any] = {name: texts.line(values[name], name) or None for name in ("code", "family", "unit") if name in values}
    if "name" in values:
        checked["name"] = texts.required(values["name"], "name of the product")
        checked["key"] = letters(checked["name"])
    if "active" in values:
        checked["active"] = bool(values["active"])
    if values.get("currency"):
        checked["currency"] = money.currency(values["currency"])
    if "price" in values:
        checked |= _price(values["price"], checked.get("currency"))
    return checked


def _price(text: str, currency: str | None) -> dict[str, Any]:
    if not text.strip():
        return {"price_cents": None}
    cents, code = money.read(text, currency)
    if cents < 0:
        raise Refused(f'the price "{text}" is negative')
    return {"price_cents": cents, "currency": code}


def add(values: Mapping[str, Any]) -> Item:
    """Add a product (see `check`). Raises `Refused` without a name, or for a second one of that name."""
    checked = {"currency": config.current().currency, **check(values)}
    name = texts.required(checked.get("name") or "", "name of the product")
    with operation(f"added product {name}") as recorder:
        twin = Product.get_or_none(Product.key == checked["key"])
        if twin is not None:
            raise Refused(f'there is a product "{twin.name}" ({twin.id}) already')
        row = recorder.insert(Product, **checked)
        external.write(recorder, "product", row.id, values.get("external_ids", {}))
    return load([row.id])[0]


def edit(product_id: int, values: Mapping[str, Any]) -> Item:
    """Change what `values` holds (see `check`). Raises `NotFound`, `Refused` for another product's name."""
    checked = check(values)
    with operation() as recorder:
        row = Product.get_or_none(Product.id == product_id)
        if row is None:
            raise NotFound(f"no product {product_id}")
        recorder.summary = f"changed product {row.name}"
        twin = Product.get_or_none(Product.key == checked["key"]) if "key" in checked else None
        if twin is not None and twin.id != product_id:
            raise Refused(f'there is a product "{twin.name}" ({twin.id}) already')
        recorder.update(row, **checked)
        external.write(recorder, "product", product_id, values.get("external_ids", {}))
    return load([product_id])[0]


def delete(product_id: int) -> Item:
    """Take a product out of the catalogue: it is no longer offered, and the deals and purchases that have it keep it. Raises `NotFound`."""
    with operation() as recorder:
        row = Product.get_or_none(Product.id == product_id)
        if row is None:
            raise NotFound(f"no product {product_id}")
        recorder.summary = f"deleted product {row.name}"
        recorder.update(row, active=False)
    return load([product_id])[0]


def page(*, limit: int = 50, offset: int = 0, **filters: Any) -> list[Item]:
    """One page of the products that pass the filters (see `matching`), by name."""
    return load(reading.ids(matching(**filters).order_by(Product.search_key, Product.id).limit(limit).offset(offset)))


def every(**filters: Any) -> Iterator[Item]:
    """All the products that pass the filters, by name."""
    return reading.paged(load, reading.ids(matching(**filters).order_by(Product.search_key, Product.id)))


def count(**filters: Any) -> int:
    """How many products pass the filters."""
    return matching(**filters).count()


def matching(*, words: str = "", family: str | None = None, active: bool | None = None) -> ModelSelect[Product]:
    """The ids of the products that pass every filter given; every one of `words` must be found in name, code or family."""
    query = Product.select(Product.id)
    for word in split(words):
        query = query.where(fn.INSTR(Product.search_key, word) > 0)
    if words and not split(words):
        query = query.where(Product.id.is_null())
    if active is not None:
        query = query.where(Product.active == active)
    if family:
        wanted = {name for (name,) in reading.tuples(Product.select(Product.family).distinct()) if fold(name or "") == fold(family.strip())}
        query = query.where(Product.family.in_(wanted))
    return query


def load(ids: Sequence[int] | None = None) -> list[Item]:
    """The products of these ids in their order, or all by name."""
    query = Product.select().order_by(Product.search_key, Product.id)
    rows = list(query if ids is None else query.where(Product.id.in_(list(ids))))
    outside = external.of("product", [row.id for row in rows])
    items = {
        r.id: Item(
            r.id, r.name, r.code, r.family, r.price_cents, r.currency, r.unit, bool(r.active),
            outside.get(r.id, {}), r.created_at, r.updated_at,
        )
        for r in rows
    }  # fmt: skip
    return list(items.values()) if ids is None else [items[id_] for id_ in ids if id_ in items]


def find(ref: str) -> int:
    """The id of the product that a person means: id, code, name (written apart or together) or part of it.

    Raises `NotFound`, `Ambiguous`.
    """
    rows = Product.select(Product.id).where((Product.key == letters(ref)) | (Product.code == ref.strip()))
    return references.resolve("product", "product", ref, labels, [row.id for row in rows])


def labels(ids: Sequence[int]) -> list[Candidate]:
    """The words that tell them apart."""
    return [Candidate(item.id, item.name) for item in load(ids)]
