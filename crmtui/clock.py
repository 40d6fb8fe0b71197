"""What time it is and in which zone: the only place that asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from crmtui.errors import Unreadable

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a date may lie in."""

_stands: ContextVar[datetime | None] = ContextVar("stands", default=None)


def now() -> datetime:
    """The present moment, in UTC. `CRMTUI_NOW` (ISO 8601; read in the rep's zone when it has none) stands it still, as `standing` does."""
    if stands := _stands.get():
        return stands
    fixed = os.environ.get("CRMTUI_NOW")
    if not fixed:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(fixed)
        if not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise ValueError(fixed)
    except ValueError:
        raise Unreadable(f'CRMTUI_NOW is "{fixed}", no time', "write it as 2026-03-01T09:30:00+00:00") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=zone()).astimezone(UTC)


@contextmanager
def standing(moment: datetime) -> Iterator[None]:
    """Have it be that moment for the block, on this thread."""
    token = _stands.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stands.reset(token)


def zone() -> tzinfo:
    """The rep's time zone: that of the configuration, else `TZ`, else the machine's."""
    from crmtui import config

    return named_zone(config.current().timezone)


@lru_cache
def named_zone(name: str) -> tzinfo:
    """The zone of this IANA name, `""` for the machine's own."""
    name = name or os.environ.get("TZ", "").lstrip(":") or _machine_zone()
    if name in ("UTC", "Etc/UTC", ""):
        return UTC
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError):  # ZoneInfoNotFoundError is a KeyError with some names, an OSError with others
        raise Unreadable(f'no time zone "{name}"', 'write it like "Europe/Riga"') from None
    except KeyError:
        raise Unreadable(f'no time zone "{name}"', 'write it like "Europe/Riga"') from None


def _machine_zone() -> str:
    target = os.path.realpath("/etc/localtime")
    return target.partition("/zoneinfo/")[2]


def today() -> date:
    """The date in the rep's zone."""
    return now().astimezone(zone()).date()


def local(moment: datetime) -> datetime:
    """The same moment on the rep's clock."""
    return moment.astimezone(zone())


def midnight(day: date) -> datetime:
    """The moment a day begins in the rep's zone, in UTC."""
    return datetime.combine(day, time(), zone()).astimezone(UTC)


def at(day: date, clock: time) -> datetime:
    """The moment of a wall-clock time on a day in the rep's zone, in UTC; a time skipped in spring moves on by the gap."""
    return datetime.combine(day, clock, zone()).astimezone(UTC)


def days_between(earlier: datetime, later: datetime) -> int:
    """Midnights on the rep's calendar between two moments; negative when `later` is the earlier one."""
    return (local(later).date() - local(earlier).date()).days


def after(last: datetime | None) -> datetime:
    """A moment for a change: now, or a microsecond after `last` when the clock was set back."""
    moment = now()
    return moment if last is None or moment > last else last + timedelta(microseconds=1)
