"""What a client may be: every field, how it is read from text, and what is refused. Pure: nothing is asked of the base."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmtui import contacts, texts
from crmtui.errors import Refused, Unreadable, nearest

KINDS = ("person", "company")
STATUSES = ("lead", "prospect", "customer", "former", "disqualified")
ROLES = ("supplier", "partner", "competitor")
ADDRESS_PARTS = ("street", "city", "region", "postcode", "country")


@dataclass(slots=True)
class Checked:
    """A client's values as they are kept. `columns` are fields of the table; a list is None when it was not given."""

    columns: dict[str, Any] = field(default_factory=dict)
    emails: list[tuple[str, str, str]] | None = None
    phones: list[tuple[str, str, str]] | None = None
    address: dict[str, str | None] = field(default_factory=dict)
    tags: list[str] | None = None
    roles: list[str] | None = None
    external_ids: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def _one_of(allowed: Sequence[str], what: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        word = text.strip().lower()
        if word not in allowed:
            hint = nearest(word, list(allowed))
            raise Unreadable(f'no {what} "{text}"', f"{hint + ' ' if hint else ''}it is one of {', '.join(allowed)}")
        return word

    return read


def _short(what: str) -> Callable[[str], str | None]:
    return lambda text: texts.line(text, what) or None


def _birth_date(text: str) -> Any:
    from crmtui import clock, dates

    if not text.strip():
        return None
    day = dates.day(text)
    if day > clock.today():
        raise Refused(f'the birth date "{text}" is in the future')
    return day


def _whole(what: str, least: int, most: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        bare = text.strip().replace(",", "")
        if not bare:
            return None
        if not (bare.isascii() and bare.isdigit() and least <= int(bare[:18]) <= most):
            raise Unreadable(f'"{text}" is no {what}', f"write a whole number from {least} to {most}")
        return int(bare)

    return read


def _money(text: str) -> int | None:
    from crmtui import money

    return money.read(text)[0] if text.strip() else None


READERS: dict[str, Callable[[str], Any]] = {
    "kind": _one_of(KINDS, "kind of client"),
    "name": lambda text: texts.line(text, "name"),
    "first_name": _short("first name"),
    "last_name": _short("last name"),
    "status": _one_of(STATUSES, "status"),
    "status_reason": _short("reason"),
    "position": _short("position"),
    "source": _short("source"),
    "website": _short("website"),
    "birth_date": _birth_date,
    "sex": _short("sex"),
    "marital_status": _short("marital status"),
    "income": _short("income"),
    "purpose": _short("purpose"),
    "industry": _short("industry"),
    "founded": _whole("year", 1000, 2200),
    "employees": _whole("number of employees", 0, 10_000_000),
    "revenue": _money,
    "notes": lambda text: texts.prose(text, "notes") or None,
}
"""Every plain field of a client and how its text is read; `revenue` is kept in minor units."""


def check(values: Mapping[str, Any]) -> Checked:
    """A client's typed texts as they are kept.

    `values` may hold the fields of `READERS`, `emails`, `phones`, `tags` and `roles` (lists of texts, a mail or phone as
    `value` or `label:value`), the parts of one address, `external_ids` (system → id), `owner` and `company` as ids, and
    `fields`: own fields by name or label, whose texts are left as they are typed, since only the base knows how they read.
    Raises `Unreadable` for a word that is none of the allowed, `Refused` for an invalid value.
    """
    checked = Checked()
    for name, value in values.items():
        if name in READERS:
            column = "revenue_cents" if name == "revenue" else name
            checked.columns[column] = READERS[name](value)
        elif name in ("owner", "company"):
            checked.columns[name] = value
        elif name in ADDRESS_PARTS:
            checked.address[name] = texts.line(value, name) or None
        else:
            _check_list(checked, name, value)
    _complete(checked.columns)
    return checked


def _check_list(checked: Checked, name: str, value: Any) -> None:
    if name == "emails":
        checked.emails = [_point(text, contacts.email) for text in value if text.strip()]
    elif name == "phones":
        checked.phones = [_point(text, contacts.phone) for text in value if text.strip()]
    elif name == "tags":
        checked.tags = list(dict.fromkeys(texts.required(text, "tag") for text in value if text.strip()))
    elif name == "roles":
        checked.roles = list(dict.fromkeys(role(text) for text in value if text.strip()))
    elif name == "external_ids":
        checked.external_ids = {texts.required(system, "system"): texts.line(id_, "id") for system, id_ in value.items()}
    elif name == "fields":
        checked.fields = dict(value)
    else:
        raise Unreadable(f'no field "{name}" of a client')


role = _one_of(ROLES, "role")


def _point(text: str, read: Callable[[str], tuple[str, str]]) -> tuple[str, str, str]:
    """Value, key and label of one way to reach somebody."""
    label, bare = contacts.labelled(text)
    value, key = read(bare)
    return value, key, label


def full_name(first: str | None, last: str | None) -> str:
    """The name of one whose first and last name are given, or one of them."""
    return f"{first} {last}" if first and last else first or last or ""


def _complete(columns: dict[str, Any]) -> None:
    """A name is made of first and last name when only they are given; a currency goes with a revenue."""
    if not columns.get("name") and (columns.get("first_name") or columns.get("last_name")):
        columns["name"] = full_name(columns.get("first_name"), columns.get("last_name"))
    if columns.get("revenue_cents") is not None:
        from crmtui import config

        columns["currency"] = config.current().currency
