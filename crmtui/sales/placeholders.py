"""The placeholders of documents: what is known of a deal, its client, its rep and of ourselves, as texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from crmtui import clock, config, money, team
from crmtui.clients import clients, fields
from crmtui.clients.records import Card
from crmtui.errors import Refused
from crmtui.sales import quantities
from crmtui.sales.records import DealCard
from crmtui.sales.sandbox import LOOP, Empty

MOST_LINES = 1_000
"""Products of a deal that a document can list."""

CLIENT = (
    "id", "name", "first_name", "last_name", "company", "position", "email", "phone", "address", "street", "city", "region", "postcode",
    "country", "website", "birth_date", "industry", "notes",
)  # fmt: skip
DEAL = (
    "id", "title", "amount", "currency", "service", "need", "pipeline", "stage", "contacts", "source", "next_step", "next_step_on",
    "opened_on", "expected_close", "notes", LOOP,
)  # fmt: skip
REP = ("name", "email", "role", "region")
COMPANY = ("name", "address", "payment_details")
LINE = frozenset({"number", "name", "quantity", "price", "amount"})
"""The names of a line of `deal.products`."""

_SEVERAL_LINES = frozenset({"notes", "need", "service", "address", "payment_details"})
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_OPTIONS = {"address": "street", "amount": "value", "service": "product", "contacts": "contact", LOOP: "product"}
_SETTINGS = {"name": "company_name", "address": "company_address", "payment_details": "payment_details"}

Values = dict[str, Any]


def known() -> dict[str, frozenset[str]]:
    """The names behind `client.`, `deal.`, `rep.` and `company.`, own fields included; those that stand alone are under the empty text."""
    found = {"client": {*CLIENT}, "deal": {*DEAL}, "rep": {*REP}, "company": {*COMPANY}, "": {"today"}}
    for noun in ("client", "deal"):
        found[noun] |= {each.name for each in fields.defined(noun)}
    return {noun: frozenset(names) for noun, names in found.items()}


def values(deal: DealCard, needed: list[str], *, markdown: bool = False) -> Values:
    """The placeholders of a deal with their texts; an empty one notes its name in `needed` when it is written.

    Whatever hides or moves in a text is taken out, and no value but a long one has more than one line. In Markdown no value is HTML.
    """
    client = clients.get(deal.client_id) if deal.client_id else None
    rep = team.get(deal.owner_id) if deal.owner_id else None
    given = config.current()
    groups: dict[str, Mapping[str, Any]] = {
        "client": _client(client) if client else {}, "deal": _deal(deal),
        "rep": {name: getattr(rep, name) for name in REP} if rep else {},
        "company": {name: getattr(given, setting) for name, setting in _SETTINGS.items()},
    }  # fmt: skip
    names = known()
    found: Values = {
        noun: {name: _text(f"{noun}.{name}", group.get(name), needed, markdown) for name in names[noun]} for noun, group in groups.items()
    }
    found["deal"][LOOP] = [
        {name: _text(f"{name} of {line['name']}", value, needed, markdown) for name, value in line.items()} for line in _lines(deal)
    ]
    return found | {"today": clock.today().isoformat()}


def _client(card: Card) -> dict[str, Any]:
    main = card.addresses[0] if card.addresses else None
    parts = {name: getattr(main, name, None) for name in ("street", "city", "region", "postcode", "country")}
    town = " ".join(part for part in (parts["postcode"], parts["city"]) if part)
    address = ", ".join(part for part in (parts["street"], town, parts["region"], parts["country"]) if part)
    plain = {name: getattr(card, name) for name in CLIENT if hasattr(card, name)}
    own = {name: fields.shown(value) for name, value in card.fields.items()}
    points = {"email": next(iter(card.emails), None), "phone": next(iter(card.phones), None), "address": address}
    return own | plain | parts | points


def _deal(card: DealCard) -> dict[str, Any]:
    plain = {name: getattr(card, name) for name in DEAL if hasattr(card, name)}
    own = {name: fields.shown(value) for name, value in card.fields.items()}
    sold = ", ".join(_sold(line.product, line.quantity_thousandths) for line in card.products)
    return own | plain | {
        "amount": money.shown(card.value_cents, card.currency) if card.value_cents is not None else None,
        "service": sold or card.need, "contacts": ", ".join(card.contacts),
        "opened_on": clock.local(card.opened_at).date() if card.opened_at else None,
    }  # fmt: skip


def _sold(name: str, thousandths: int) -> str:
    return name if thousandths == 1000 else f"{name} × {quantities.shown(thousandths)}"


def _lines(card: DealCard) -> Iterable[dict[str, Any]]:
    """The products of a deal, each as a line of the document."""
    if len(card.products) > MOST_LINES:
        raise Refused(f"deal {card.id} has {len(card.products):,} products", f"a document lists {MOST_LINES:,} at most")
    for number, line in enumerate(card.products, 1):
        amount = None if line.price_cents is None else money.rounded(line.price_cents * line.quantity_thousandths, 1000)
        yield {
            "number": number, "name": line.product, "quantity": quantities.shown(line.quantity_thousandths),
            "price": None if line.price_cents is None else money.shown(line.price_cents, card.currency),
            "amount": None if amount is None else money.shown(amount, card.currency),
        }  # fmt: skip


def _text(path: str, value: Any, needed: list[str], markdown: bool) -> str | Empty:
    """A value as it stands in a document."""
    told = value.isoformat() if isinstance(value, date) else "" if value is None or isinstance(value, tuple) else str(value)
    clean = _HIDDEN.sub("", told.replace("\r\n", "\n").replace("\r", "\n"))
    if path.partition(".")[2] not in _SEVERAL_LINES:
        clean = " ".join(clean.split())
    clean = clean.strip()
    return (clean.replace("<", "&lt;") if markdown else clean) if clean else Empty(path, needed)


def hint(path: str, deal: DealCard) -> str:
    """What fills an empty placeholder."""
    noun, _, name = path.partition(".")
    if noun == "company" and name in _SETTINGS:
        return f"set {_SETTINGS[name]} in {config.path()}"
    if noun == "client" and deal.client_id is None:
        return f"crmtui edit-deal {deal.id} --client CLIENT"
    if noun == "rep":
        return f"crmtui edit-rep {deal.owner_id} --{name} …" if deal.owner_id else f"crmtui edit-deal {deal.id} --owner REP"
    if noun == "client":
        return f"crmtui edit-client {deal.client_id} {_option(name, CLIENT)}"
    return f"crmtui edit-deal {deal.id} {_option(name, DEAL)}" if noun == "deal" else "crmtui edit-product"


def _option(name: str, plain: tuple[str, ...]) -> str:
    return f"--{_OPTIONS.get(name, name).replace('_', '-')} …" if name in plain else f"--set {name}=…"
