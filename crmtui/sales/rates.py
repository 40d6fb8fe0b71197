"""Exchange rates: what one unit of a currency is worth in another from a day on, and amounts told in another currency."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from crmtui import clock, config, money
from crmtui.errors import Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.store.journal import operation
from crmtui.store.reading import tuples
from crmtui.store.tables import Rate

MOST_DIGITS = 20
"""Digits that a rate may have before and after its point together."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What one unit of `currency` is worth in `base` from the day `on` until the next quote; `rate` is a decimal number as text."""

    id: int
    currency: str
    base: str
    rate: str
    on: date


def add(currency: str, rate: str, *, on: date | None = None) -> Quote:
    """Set what one unit of a currency is worth in the configured one from a day on, today unless it is named.

    A second rate of the same day takes the place of the first. Raises `Unreadable` for what is no currency or no number, `Refused`
    for a rate of the configured currency itself, or one that is not above zero.
    """
    code, base, worth, day = money.currency(currency), config.current().currency, _number(rate), on or clock.today()
    if code == base:
        raise Refused(f"{code} is the currency that rates are told in", "add a rate of another currency")
    with operation(f"set rate of {code}: {worth} {base}") as recorder:
        row = Rate.get_or_none(Rate.currency == code, Rate.base == base, Rate.on == day)
        if row is None:
            row = recorder.insert(Rate, currency=code, base=base, on=day, rate=worth)
        else:
            recorder.update(row, rate=worth)
    return Quote(row.id, code, base, worth, day)


def _number(text: str) -> str:
    bare = text.strip()
    try:
        found = Decimal(bare)
    except ArithmeticError:
        raise Unreadable(f'"{text}" is no rate', "write it like 1.0825") from None
    if not found.is_finite() or len(found.as_tuple().digits) > MOST_DIGITS or abs(found.adjusted()) > MOST_DIGITS:
        raise Unreadable(f'"{text}" is no rate', "write it like 1.0825")
    if found <= 0:
        raise Refused(f'the rate "{text}" is not above zero')
    return f"{found:f}"


def listed() -> list[Quote]:
    """Every rate, by currency, the newest day first."""
    query = Rate.select(Rate.id, Rate.currency, Rate.base, Rate.rate, Rate.on)
    return [Quote(*row) for row in tuples(query.order_by(Rate.currency, Rate.base, Rate.on.desc(), Rate.id))]


@dataclass(frozen=True, slots=True)
class Rates:
    """How amounts of other currencies are told in `currency`: for each code the days in order and what a minor unit is worth since."""

    currency: str
    quotes: Mapping[str, tuple[tuple[date, ...], tuple[Fraction, ...]]] = field(default_factory=dict)

    def convert(self, cents: int, code: str, day: date | None) -> int | None:
        """An amount in minor units of `currency`, rounded half up, at the newest rate on or before the day; None without one."""
        days, worths = self.quotes.get(code, ((), ()))
        place = bisect_right(days, day) if day else 0
        if not place:
            return None
        worth = worths[place - 1]
        return (2 * cents * worth.numerator + worth.denominator) // (2 * worth.denominator)


def into(currency: str) -> Rates:
    """The rates that lead to a currency: those told in it, and turned round those of it told in another."""
    found: dict[str, list[tuple[date, Fraction]]] = {}
    for quote in reversed(listed()):
        if quote.base == currency:
            found.setdefault(quote.currency, []).append((quote.on, Fraction(quote.rate)))
        elif quote.currency == currency:
            found.setdefault(quote.base, []).append((quote.on, 1 / Fraction(quote.rate)))
    return Rates(currency, {code: _in_order(code, currency, quotes) for code, quotes in found.items()})


def _in_order(code: str, currency: str, quotes: list[tuple[date, Fraction]]) -> tuple[tuple[date, ...], tuple[Fraction, ...]]:
    quotes.sort(key=lambda quote: quote[0])
    minor = Fraction(10 ** money.digits(currency), 10 ** money.digits(code))
    return tuple(day for day, _ in quotes), tuple(worth * minor for _, worth in quotes)
