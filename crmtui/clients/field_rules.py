"""What an own field may be and what it may hold: each kind, how its text is read, its one written form. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from crmtui import money, texts
from crmtui.errors import CrmError, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store.keys import fold

NOUNS = ("client", "deal")
KINDS = ("text", "number", "money", "date", "choice", "yes-no")

LONGEST = 10_000
"""Characters of a text."""

MILLION = 1_000_000
_YES, _NO = ("yes", "y", "true", "1", "да"), ("no", "n", "false", "0", "нет")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,6})?")
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"-?\d+,\d+")
_BLANKS = re.compile("[ \u00a0\u202f'’]")
_DIGITS = 15
"""Digits of a number: so many a JSON number keeps exactly."""


@dataclass(frozen=True, slots=True)
class Field:
    """An own field of clients or deals (`noun`). `name` is its key in options, JSON and CSV, `label` what people read over it.

    `kind` is one of `KINDS`; `choices` are in the user's order, empty for other kinds; `position` is 1 for the first of its noun.
    """

    id: int
    noun: str
    name: str
    label: str
    kind: str
    choices: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in an own field, in minor units of its currency."""

    amount_cents: int
    currency: str


Value = str | int | float | bool | date | Amount | None
"""What a record has in an own field: text and choice as str, a number as int or float, money, a day, yes or no; None for nothing."""

Stored = tuple[str, str, int | None, str | None]
"""A value as it is kept: its one written form, that folded, its number, its currency."""


def read(field: Field, text: str) -> Stored | None:
    """A typed text as it is kept in a field, None when it is empty. Raises `Unreadable`, `Refused`, `Undecided` naming the label."""
    try:
        return bare(field, text)
    except CrmError as why:
        why.sentence = f"{field.label}: {why.sentence}"
        raise


def bare(field: Field, text: str) -> Stored | None:
    """What `read` reads; its refusals do not name the field."""
    return _READERS[field.kind](field, text) if text.strip() else None


def _text(field: Field, text: str) -> Stored:
    found = texts.line(text, field.label, LONGEST)
    return found, fold(found), None, None


def _number(_: Field, text: str) -> Stored:
    plain = _BLANKS.sub("", text.strip())
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if "." in plain:
        plain = plain.rstrip("0").removesuffix(".")
    if not (_NUMBER.fullmatch(plain) and plain.isascii()) or sum(map(str.isdigit, plain)) > _DIGITS:
        raise Unreadable(f'"{text}" is no number', f"write it like 12, 1,250 or 2.5, with up to {_DIGITS} digits, 6 of them decimals")
    number = int(Decimal(plain).scaleb(6))
    written = number_text(number)
    return written, written, number, None


def number_text(millionths: int) -> str:
    """A number of millionths as it is written: `2.5`."""
    whole, part = divmod(abs(millionths), MILLION)
    return f"{'-' if millionths < 0 else ''}{whole}" + (f".{part:06d}".rstrip("0") if part else "")


def _money(_: Field, text: str) -> Stored:
    cents, code = money.read(text)
    written = f"{money.plain(cents, code)} {code}"
    return written, fold(written), cents, code


def _date(_: Field, text: str) -> Stored:
    from crmtui import dates

    return of_day(dates.day(text).isoformat())


def of_day(day: str) -> Stored:
    """A day of ISO text as it is kept."""
    return day, day, None, None


def _choice(field: Field, text: str) -> Stored:
    known = {fold(choice): choice for choice in field.choices}
    key = fold(text.strip())
    if key not in known:
        hint = nearest(text.strip(), list(field.choices))
        raise Unreadable(f'no choice "{text}"', f"{hint} it is one of {', '.join(field.choices)}".strip())
    return known[key], key, None, None


def _yes_no(_: Field, text: str) -> Stored:
    word = text.strip().casefold()
    if word not in (*_YES, *_NO):
        raise Unreadable(f'"{text}" is neither yes nor no', "write yes or no")
    said = "yes" if word in _YES else "no"
    return said, said, None, None


_READERS: dict[str, Callable[[Field, str], Stored]] = {
    "text": _text, "number": _number, "money": _money, "date": _date, "choice": _choice, "yes-no": _yes_no,
}  # fmt: skip


def value(kind: str, text: str | None, number: int | None, currency: str | None) -> Value:
    """What is kept as what it is."""
    if text is None:
        return None
    if kind == "number" and number is not None:
        return float(text) if number % MILLION else number // MILLION
    if kind == "money" and number is not None and currency is not None:
        return Amount(number, currency)
    if kind == "date":
        return date.fromisoformat(text)
    return text == "yes" if kind == "yes-no" else text


def written(value: Value) -> str:
    """A value in its one written form, which reads back as that value: `2.5`, `1250.00 EUR`, `2026-03-04`, `yes`; empty for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Amount):
        return f"{money.plain(value.amount_cents, value.currency)} {value.currency}"
    if isinstance(value, int | float):
        return number_text(int(Decimal(str(value)).scaleb(6)))
    return value.isoformat() if isinstance(value, date) else value
