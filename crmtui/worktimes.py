"""Working hours and holidays: read as people write them, and deadlines counted in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise

from crmtui import clock, config
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GROUP = re.compile(r"([a-z]+)(?: ?- ?([a-z]+))?((?: \d{1,2}(?::\d{2})? ?- ?\d{1,2}(?::\d{2})?)+)")
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))? ?- ?(\d{1,2})(?::(\d{2}))?")
_HOLIDAY = re.compile(r"(?:\d{4}-)?\d{2}-\d{2}")
_DAY_MINUTES = 24 * 60
_NEXT = timedelta(days=1)

Week = tuple[tuple[tuple[int, int], ...], ...]
"""For each day from Monday on, when work begins and ends: minutes of the wall clock from midnight, in order, apart from each other."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works: hours of the week, days on which nobody does (`2026-12-25`, or `12-25` for every year), the zone of both."""

    week: Week
    holidays: frozenset[str]
    zone: tzinfo

    def works_on(self, day: date) -> bool:
        """Whether there is work on a day."""
        told = day.isoformat()
        return bool(self.week[day.weekday()]) and told not in self.holidays and told[5:] not in self.holidays

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The moment (UTC) at which so much working time has gone by since `start`; for no time the first moment of work from then on.

        Time is that which passes: a night shift in which the clock is put forward is an hour shorter. Where the time ends together
        with the hours of a day, it is the end of that day's and not the beginning of the next.
        """
        left = amount
        for begins, ends in self.stretches(start):
            if left <= ends - begins and (left or begins < ends):
                return begins + left
            left -= ends - begins
        raise Unreadable(f"so much working time ends after the year {clock.LAST_YEAR}")

    def days_after(self, start: date, count: int) -> date:
        """The working day that is so many working days after a day, which itself does not count; 0: that day, else the next that works."""
        day, left = start, count
        while left > 0 or not self.works_on(day):
            day += _NEXT
            left -= self.works_on(day)
            if day.year > clock.LAST_YEAR:
                raise Unreadable(f"so many working days end after the year {clock.LAST_YEAR}")
        return day

    def stretches(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of work from a moment on, in UTC; the first begins no sooner than that."""
        day = start.astimezone(self.zone).date()
        while day.year <= clock.LAST_YEAR:
            for first, last in self.week[day.weekday()] if self.works_on(day) else ():
                begins, ends = max(start, self._moment(day, first)), self._moment(day, last)
                if begins <= ends:
                    yield begins, ends
            day += _NEXT

    def _moment(self, day: date, minute: int) -> datetime:
        day, minute = (day + _NEXT, 0) if minute == _DAY_MINUTES else (day, minute)
        return datetime.combine(day, time(minute // 60, minute % 60), self.zone).astimezone(UTC)


def configured() -> Calendar:
    """The hours and holidays of the configuration, in the zone in which times are typed. Raises `Unreadable`."""
    given = config.current()
    return Calendar(week(given.working_hours), holidays(given.holidays), clock.zone())


@lru_cache
def week(text: str) -> Week:
    """The hours that a text like `mon-fri 9:00-13:00 14:00-18:00, sat 10:00-14:00` tells. Raises `Unreadable`, also for none at all."""
    found: list[list[tuple[int, int]]] = [[] for _ in _DAYS]
    for group in text.lower().split(","):
        match = _GROUP.fullmatch(" ".join(group.split()))
        if not match:
            raise _unreadable(text)
        spans = [_span(part, text) for part in _SPAN.finditer(match[3])]
        for day in _days(match[1], match[2] or match[1], text):
            found[day] += spans
    return tuple(tuple(_apart(spans, text)) for spans in found)


def _days(first: str, last: str, text: str) -> list[int]:
    """The days from one to another, 0 for Monday; past Sunday it goes on with Monday."""
    places = [next((i for i, day in enumerate(_DAYS) if len(name) >= 3 and name.startswith(day)), None) for name in (first, last)]
    start, end = places
    if start is None or end is None:
        raise _unreadable(text)
    return [(start + ahead) % 7 for ahead in range((end - start) % 7 + 1)]


def _span(match: re.Match[str], text: str) -> tuple[int, int]:
    first, last = (int(match[at]) * 60 + int(match[at + 1] or 0) for at in (1, 3))
    if not first < last <= _DAY_MINUTES or max(match[2] or "", match[4] or "") >= "60":
        raise _unreadable(text)
    return first, last


def _apart(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    spans = sorted(spans)
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise Unreadable(f'the working hours "{text}" overlap', _EXAMPLE)
    return spans


@lru_cache
def holidays(text: str) -> frozenset[str]:
    """The days that a text like `2026-04-06, 12-25` tells; a day without a year is every year's. Raises `Unreadable`."""
    found = [word for part in text.split(",") for word in part.split()]
    for word in found:
        try:
            date.fromisoformat(word if len(word) == 10 else f"2000-{word}")
        except ValueError:
            word = ""
        if not _HOLIDAY.fullmatch(word):
            raise Unreadable(f'the holidays "{text}" cannot be read', 'write them like "2026-04-06, 12-25"')
    return frozenset(found)


_EXAMPLE = 'write them like "mon-fri 9:00-13:00 14:00-18:00, sat 10:00-14:00"'


def _unreadable(text: str) -> Unreadable:
    return Unreadable(f'the working hours "{text}" cannot be read', _EXAMPLE)
