"""What a deal may be: every field, how it is read from text, and what is refused. Pure: nothing is asked of the base."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from crmtui import clock, money, texts
from crmtui.errors import Refused, Unreadable


@dataclass(slots=True)
class Checked:
    """A deal's values as they are kept. `columns` are fields of the table; tags and products are None when they were not given."""

    columns: dict[str, Any] = field(default_factory=dict)
    tags: list[str] | None = None
    products: list[int] | None = None
    contacts: list[int] | None = None
    external_ids: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def _short(what: str) -> Callable[[str], str | None]:
    return lambda text: texts.line(text, what) or None


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    from crmtui import dates

    return dates.day(text)


def past(text: str, what: str) -> datetime | None:
    """The moment of a typed date that must not lie ahead; None for an empty text. Raises `Refused` for the future."""
    if not text.strip():
        return None
    from crmtui import dates

    moment = dates.moment(text)
    if moment > clock.now():
        raise Refused(f'{what} "{text}" is in the future')
    return moment


READERS: dict[str, Callable[[str], Any]] = {
    "title": lambda text: texts.required(text, "title of the deal"),
    "source": _short("source"),
    "need": lambda text: texts.prose(text, "need") or None,
    "next_step": _short("next step"),
    "next_step_on": _day,
    "expected_close": _day,
    "opened_at": lambda text: past(text, "the opening"),
    "lost_reason": _short("reason"),
    "competitor": _short("competitor"),
    "notes": lambda text: texts.prose(text, "notes") or None,
}
"""Every plain field of a deal and how its text is read."""

IDS = ("client", "owner")


def check(values: Mapping[str, Any]) -> Checked:
    """A deal's typed texts as they are kept.

    `values` may hold the fields of `READERS`, `value` and `currency`, `tags` (texts), `external_ids` (system → id), `fields` (own
    fields by name or label, left as they are typed), and as ids `client`, `owner`, `products` (list), `contacts` (list).
    Raises `Unreadable`, `Refused`.
    """
    checked = Checked()
    for name, given in values.items():
        if name in READERS:
            checked.columns[name] = READERS[name](given)
        elif name in IDS:
            checked.columns[name] = given
        elif name == "tags":
            checked.tags = list(dict.fromkeys(texts.required(text, "tag") for text in given if text.strip()))
        elif name in ("products", "contacts"):
            setattr(checked, name, list(dict.fromkeys(given)))
        elif name == "external_ids":
            checked.external_ids = dict(given)
        elif name == "fields":
            checked.fields = dict(given)
        elif name not in ("value", "currency"):
            raise Unreadable(f'no field "{name}" of a deal')
    checked.columns |= amount(values)
    return checked


def amount(values: Mapping[str, Any]) -> dict[str, Any]:
    """`value_cents` and `currency` of the texts `value` and `currency`, as far as they are given. Raises `Unreadable`, `Refused`."""
    found: dict[str, Any] = {}
    code = money.currency(values["currency"]) if values.get("currency") else None
    if code:
        found["currency"] = code
    if "value" in values:
        text = values["value"]
        if not text.strip():
            return found | {"value_cents": None}
        cents, named = money.read(text, code)
        if code and named != code:
            raise Refused(f'the value "{text}" is in {named}, the currency says {code}')
        if cents < 0:
            raise Refused(f'the value "{text}" is negative')
        found |= {"value_cents": cents, "currency": named}
    return found
