"""Days of the rep's calendar, counted inside the base, so that a million moments are averaged without being read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from peewee import Case, Value, fn

from crmtui import clock
from crmtui.store.tables import Deal, StageChange

FIRST = datetime(1990, 1, 1, tzinfo=UTC)
"""Moments before it are put on the calendar by the offset that the zone had then."""

_DAY, _HOUR = 86_400, 3_600
_WEEK = timedelta(weeks=1)
_TO_EPOCH = date(1970, 1, 1).toordinal() * _DAY


def day(field: Any, since: datetime) -> Any:
    """The day a moment falls on in the rep's zone, as an expression of the base: the number that `date.fromordinal` takes.

    `since` is a moment from which on the zone's changes of offset are known to matter (see `earliest`): few make a quick query.
    A difference of two such numbers is what `clock.days_between` counts. Exact to the millisecond.
    """
    return _local_seconds(field, since) / _DAY


def hour(field: Any, since: datetime) -> Any:
    """The hour a moment falls in on the rep's calendar, counted so that 24 of them make the number of `day`."""
    return _local_seconds(field, since) / _HOUR


def date_number(field: Any) -> Any:
    """A date kept without a time as the same kind of number as `day`."""
    return (Deal._meta.database.to_timestamp(field).cast("BIGINT") + _TO_EPOCH) / _DAY


def _local_seconds(field: Any, since: datetime) -> Any:
    """Seconds on the rep's clock since the midnight before day number 0."""
    (_, offset), *changes = _offsets(clock.zone(), since, clock.today())
    shift: Any = offset
    if changes:
        shift = Case(None, [(field >= _kept(at), seconds) for at, seconds in reversed(changes)], offset)
    return Deal._meta.database.to_timestamp(field).cast("BIGINT") + shift + _TO_EPOCH


def earliest() -> datetime:
    """The day in UTC of the first moment that any deal or move has, at the earliest `FIRST`; each is the first entry of an index."""
    opened = Deal.select(fn.MIN(Deal.opened_at)).where(Deal.deleted_at.is_null()).scalar()
    moved = StageChange.select(fn.MIN(StageChange.at)).scalar()
    first = min([first for first in (opened, moved) if first], default=clock.now())
    return max(FIRST, first.replace(hour=0, minute=0, second=0, microsecond=0))


def _kept(moment: datetime) -> Any:
    return Value(moment, converter=Deal.closed_at.db_value)


@lru_cache
def _offsets(zone: tzinfo, since: datetime, today: date) -> tuple[tuple[datetime, int], ...]:
    """From when on which offset to UTC holds, in seconds, oldest first; a year beyond today is enough for all that has happened."""
    last = datetime(today.year + 1, 12, 31, tzinfo=UTC)
    found = [(since, _offset(since, zone))]
    at = since
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
