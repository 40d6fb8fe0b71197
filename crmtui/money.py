"""Money: whole minor units with a currency; read as people write it, shown as they read it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from crmtui import config
from crmtui.errors import Undecided, Unreadable

LARGEST_EXPONENT = 15
"""Amounts beyond 10^15 major units are refused before any arithmetic: a huge exponent costs minutes to expand."""

LARGEST = 10**15 - 1
"""The largest amount in minor units, nearly 10 trillion dollars: so far from what SQLite counts to (2^63) that many can be summed."""

_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₴": "UAH", "₹": "INR", "₩": "KRW", "zł": "PLN"}
_TWO_DIGITS = {"USD", "EUR", "GBP", "RUB", "CHF", "PLN", "UAH", "SEK", "NOK", "DKK", "CAD", "AUD", "CNY", "INR", "CZK"}
_PLAIN = re.compile(r"-?\d{1,13}(?:\.\d{1,2})?")
_AMOUNT = re.compile(r"\(?[+-]?\d[\d.,'’ \u00a0\u202f]*[kKmM]?\)?")


def digits(currency: str) -> int:
    """How many decimal places the currency has: 2 for most, 0 for JPY, 3 for KWD."""
    if currency in _TWO_DIGITS:
        return 2
    from babel.numbers import get_currency_precision

    return get_currency_precision(currency)


def currency(text: str) -> str:
    """The three-letter code, checked. Raises `Unreadable` for a code that no country uses."""
    code = text.strip().upper()
    if code in _TWO_DIGITS:
        return code
    from babel.numbers import is_currency

    if not is_currency(code):
        raise Unreadable(f'no currency "{text}"', "write three letters like USD or EUR")
    return code


def cents(text: str, code: str) -> int:
    """Minor units of an amount written with digits and an optional decimal point; no grouping, no sign of a currency.

    Raises `Unreadable` when it has more decimals than the currency, or is beyond `LARGEST`.
    """
    if _PLAIN.fullmatch(text) and code in _TWO_DIGITS:
        whole, _, part = text.partition(".")
        return int(whole + part.ljust(2, "0"))
    try:
        amount = Decimal(text)
    except ArithmeticError:
        raise _unreadable(text) from None
    if not amount.is_finite() or amount.adjusted() < -LARGEST_EXPONENT or len(amount.as_tuple().digits) > 30:
        raise _unreadable(text)
    if amount.adjusted() > LARGEST_EXPONENT:
        raise _too_much(text)
    minor = amount.scaleb(digits(code))
    if minor != minor.to_integral_value():
        raise Unreadable(f'"{text}" has more decimals than {code} has', f"{code} has {digits(code)}")
    return within(int(minor), text)


def within(minor: int, text: str) -> int:
    """An amount in minor units, once it is known to be one that can be counted with. Raises `Unreadable` beyond `LARGEST`."""
    if abs(minor) > LARGEST:
        raise _too_much(text)
    return minor


def _too_much(text: str) -> Unreadable:
    return Unreadable(f'"{text}" is more money than can be counted', "at most 9,999,999,999,999.99")


def read(text: str, default: str | None = None) -> tuple[int, str]:
    """Minor units and currency of an amount as people write it: `12500`, `12,500.00`, `350 000`, `€1.250,50`, `USD 300`, `$2k`.

    `default` is the currency of an amount that names none, the configured one when left out.
    A comma before exactly three digits (`12,500`) groups thousands; before one or two it is the decimal point.
    Raises `Unreadable` when it is no amount, `Undecided` for a lone point before three digits (`12.500`).
    """
    bare = text.strip()
    if bare.isascii() and _PLAIN.fullmatch(bare):
        code = default or config.current().currency
        return cents(bare, code), code
    number, code = _without_currency(bare)
    code = code or default or config.current().currency
    if not _AMOUNT.fullmatch(number):
        raise _unreadable(text)
    return _signed(number, code, text), code


def _without_currency(text: str) -> tuple[str, str]:
    for sign, code in _SIGNS.items():
        if sign in text:
            return text.replace(sign, "").strip(), code
    if match := re.match(r"([A-Za-z]{3})\s*(?=[\d(+-])", text):
        return text[match.end() :].strip(), currency(match[1])
    if match := re.search(r"\d[kKmM.)]?\s*([A-Za-z]{3})$", text):
        return text[: match.start(1)].strip(), currency(match[1])
    return text, ""


def _signed(number: str, code: str, original: str) -> int:
    negative = number.startswith(("(", "-"))
    if number.startswith("(") != number.endswith(")"):
        raise _unreadable(original)
    body = number.strip("()+-")
    scale = {"k": 3, "m": 6}.get(body[-1:].lower(), 0)
    if scale:
        body = body[:-1]
    plain = _plain_number(re.sub(r"['’ \u00a0\u202f]", "", body), original)
    if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", body) and not scale and digits(code) < 3:
        either = f"{body.replace('.', '')} or {body.rstrip('0').rstrip('.')}"
        raise Undecided(f'"{original}" may be {either}', "write it without the point, or with two decimals")
    if scale:
        plain = str(Decimal(plain).scaleb(scale).normalize())
    amount = cents(plain, code)
    return -amount if negative else amount


def _plain_number(body: str, original: str) -> str:
    """Digits with one decimal point: the last kind of separator is the decimal one unless it groups thousands."""
    kinds = [mark for mark in ".," if mark in body]
    if len(kinds) == 2:
        decimal = max(kinds, key=body.rfind)
        other = "," if decimal == "." else "."
        if body.count(decimal) > 1 or not _grouped(body.split(decimal, maxsplit=1)[0], other):
            raise _unreadable(original)
        return body.replace(other, "").replace(decimal, ".")
    if len(kinds) == 1:
        mark = kinds[0]
        if _grouped(body, mark) and (mark == "," or body.count(mark) > 1):
            return body.replace(mark, "")
        if body.count(mark) > 1:
            raise _unreadable(original)
        return body.replace(mark, ".")
    return body


def _grouped(body: str, mark: str) -> bool:
    head, *rest = body.split(mark)
    return bool(rest) and 1 <= len(head) <= 3 and all(len(part) in (2, 3) for part in rest) and len(rest[-1]) == 3


def _unreadable(text: str) -> Unreadable:
    return Unreadable(f'"{text}" is no amount', "write it like 12500, 12,500.00 or EUR 300")


def weighted(parts: Iterable[tuple[int, int]]) -> int:
    """The weighted value of (amount in minor units, probability 0–100) pairs: added up exactly, rounded once, half up."""
    return rounded(sum(amount * probability for amount, probability in parts), 100)


def rounded(amount_cents: int, parts: int) -> int:
    """One of so many equal parts of an amount, in whole minor units, rounded half up."""
    return (2 * amount_cents + parts) // (2 * parts)


def plain(amount_cents: int, code: str) -> str:
    """The amount with a point and no grouping, for machines: `12500.00`."""
    places = digits(code)
    if not places:
        return str(amount_cents)
    whole, part = divmod(abs(amount_cents), 10**places)
    return f"{'-' if amount_cents < 0 else ''}{whole}.{part:0{places}d}"


def shown(amount_cents: int, code: str, minor: bool = False) -> str:
    """The amount for a person's eye: grouped, minor units when there are any or they are asked for: `12,500 USD`, `4.50 EUR`."""
    places = digits(code)
    whole, part = divmod(abs(amount_cents), 10**places)
    tail = f".{part:0{places}d}" if places and (part or minor) else ""
    return f"{'-' if amount_cents < 0 else ''}{whole:,}{tail} {code}"
