"""Days of the rep's calendar, counted inside the base, so that a million moments are averaged without being read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from peewee import Case

from crmtui import clock

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Moments before it are put on the calendar by the zone's offset of this day."""

_DAY = 86_400
_WEEK = timedelta(weeks=1)
_TO_EPOCH = date(1970, 1, 1).toordinal() * _DAY


def day(field: Any) -> Any:
    """The day a moment falls on in the rep's zone, as an expression of the base: the number that `date.fromordinal` takes.

    A difference of two such numbers is what `clock.days_between` counts. Exact to the millisecond.
    """
    zone, today = clock.zone(), clock.today()
    (_, offset), *changes = _offsets(zone, today)
    shift: Any = offset
    if changes:
        shift = Case(None, [(field >= at, seconds) for at, seconds in reversed(changes)], offset)
    return (field.to_timestamp().cast("BIGINT") + shift + _TO_EPOCH) / _DAY


@lru_cache
def _offsets(zone: tzinfo, today: date) -> tuple[tuple[datetime, int], ...]:
    """From when on which offset to UTC holds, in seconds, oldest first; a year beyond today, for what is planned."""
    last = datetime(today.year + 2, 1, 1, tzinfo=UTC)
    found = [(EARLIEST, _offset(EARLIEST, zone))]
    at = EARLIEST
    while zone is not UTC and at < last:
        if _offset(at + _WEEK, zone) != found[-1][1]:
            change = _change(at, at + _WEEK, zone)
            found.append((change, _offset(change, zone)))
        at += _WEEK
    return tuple(found)


def _offset(moment: datetime, zone: tzinfo) -> int:
    shift = moment.astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _change(before: datetime, after: datetime, zone: tzinfo) -> datetime:
    """The first second with another offset than `before` has, where `after` has another."""
    old, low, high = _offset(before, zone), 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(before + timedelta(seconds=middle), zone) == old else (low, middle)
    return before + timedelta(seconds=high)
