"""When a rep works: their own hours, holidays and zone, or those of the configuration; due dates counted in them."""

from __future__ import annotations

from datetime import datetime, timedelta

from crmtui import clock, config, dates, worktimes
from crmtui.dates import When
from crmtui.store.connection import current
from crmtui.store.tables import Rep
from crmtui.worktimes import Calendar


def of(rep: int | None) -> Calendar:
    """The calendar of a rep; what is not their own is the configuration's, but holidays of their own come beside its. None: that one."""
    row = Rep.get_or_none(Rep.id == rep) if rep else None
    if row is None:
        return worktimes.configured()
    given = config.current()
    return Calendar(
        worktimes.week(row.hours or given.working_hours),
        worktimes.holidays(given.holidays) | worktimes.holidays(row.holidays or ""),
        clock.named_zone(row.timezone) if row.timezone else clock.zone(),
    )


def mine() -> Calendar:
    """The calendar of whoever works."""
    return of(current().actor_id)


def after(start: datetime, amount: timedelta, rep: int | None = None) -> datetime:
    """The moment (UTC) at which so much of a rep's working time has gone by since `start` (see `Calendar.after`)."""
    return of(rep).after(start, amount)


def read(text: str, rep: int | None = None) -> When:
    """A due date as people type it (see `dates.read`); working hours and days are those of a rep, of the actor unless one is named."""
    return dates.read(text, calendar=lambda: of(rep) if rep else mine())
