"""Stretches of time that reports speak of: half-open, on the rep's calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from crmtui import clock, config
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass

WORDS = ("today", "yesterday", "week", "last-week", "month", "last-month", "quarter", "last-quarter", "year", "last-year", "all")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day up to, not including, the day after the last, in the rep's zone; None: without a bound."""

    name: str
    first: date | None
    until: date | None

    @property
    def start(self) -> datetime | None:
        """The moment it begins, in UTC."""
        return clock.midnight(self.first) if self.first else None

    @property
    def end(self) -> datetime | None:
        """The moment it is over, in UTC; not part of it."""
        return clock.midnight(self.until) if self.until else None

    def __contains__(self, moment: datetime) -> bool:
        return (self.start is None or self.start <= moment) and (self.end is None or moment < self.end)

    def __str__(self) -> str:
        if self.first is None and self.until is None:
            return "all time"
        first = self.first.isoformat() if self.first else "the beginning"
        last = (self.until - timedelta(days=1)).isoformat() if self.until else "now"
        return first if first == last else f"{first} – {last}"


ALL = Period("all", None, None)


def month_start(day: date, months: int = 0) -> date:
    """The first of the month, that many months later (negative: earlier)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def week_start(day: date) -> date:
    """The day its week began, by the configured first day of the week."""
    return day - timedelta(days=(day.weekday() - config.current().week_start) % 7)


def read(text: str, today: date | None = None) -> Period:
    """The period that a person names: a word of `WORDS`, `2026`, `2026-Q2`, `2026-03`, a day, or `2026-01-01..2026-03-31`.

    Both ends of `..` are included and either may be left out. Raises `Unreadable`.
    """
    word = "-".join(text.lower().split()) if ".." not in text else text.strip().lower()
    today = today or clock.today()
    if word in WORDS:
        return _word(word, today)
    try:
        found = _bounds(word) if ".." in word else _calendar(word)
        if any(day and not clock.FIRST_YEAR <= day.year <= clock.LAST_YEAR for day in (found.first, found.until)):
            raise ValueError(word)
        return found
    except (ValueError, OverflowError):
        hint = f"write {', '.join(WORDS)}, 2026, 2026-Q2, 2026-03 or 2026-01-01..2026-03-31"
        raise Unreadable(f'"{text}" is no period', hint) from None


def _word(word: str, today: date) -> Period:
    if word == "all":
        return ALL
    if word in ("today", "yesterday"):
        day = today - timedelta(days=word == "yesterday")
        return Period(word, day, day + timedelta(days=1))
    back = -1 if word.startswith("last-") else 0
    unit = word.removeprefix("last-")
    if unit == "week":
        first = week_start(today) + timedelta(weeks=back)
        return Period(word, first, first + timedelta(weeks=1))
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    aligned = date(today.year, (today.month - 1) // months * months + 1, 1)
    first = month_start(aligned, back * months)
    return Period(word, first, month_start(first, months))


def _calendar(word: str) -> Period:
    if match := re.fullmatch(r"(\d{4})-?q([1-4])", word):
        first = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return Period(word, first, month_start(first, 3))
    if re.fullmatch(r"\d{4}", word):
        first = date(int(word), 1, 1)
        return Period(word, first, month_start(first, 12))
    if re.fullmatch(r"\d{4}-\d{2}", word):
        first = date.fromisoformat(word + "-01")
        return Period(word, first, month_start(first, 1))
    first = date.fromisoformat(word)
    return Period(word, first, first + timedelta(days=1))


def _bounds(word: str) -> Period:
    left, right = (part.strip() for part in word.split("..", 1))
    first = _calendar(left).first if left else None
    until = _calendar(right).until if right else None
    if first and until and until <= first:
        raise ValueError(word)
    return Period(word, first, until)


def previous(period: Period) -> Period | None:
    """The period just before, of the same kind and length; None when there is no bound to count from."""
    first, until = period.first, period.until
    if first is None or until is None:
        return None
    months = (until.year - first.year) * 12 + until.month - first.month
    if first.day == 1 and until.day == 1 and months:
        return Period("previous", month_start(first, -months), first)
    return Period("previous", first - (until - first), first)


def year_before(period: Period) -> Period | None:
    """The same days a year before (29 February: the 28th); None when there is no bound to count from."""
    if period.first is None or period.until is None:
        return None
    return Period("year before", _year_before(period.first), _year_before(period.until))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)
