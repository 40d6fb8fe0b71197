"""Repeat rules of tasks: how they are written, and when the next one is due."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from crmtui import clock
from crmtui.dates import When
from crmtui.errors import Unreadable

WORDS = {"daily": "FREQ=DAILY", "weekly": "FREQ=WEEKLY", "monthly": "FREQ=MONTHLY", "yearly": "FREQ=YEARLY"}
_INTERVAL = re.compile(r"INTERVAL=\s*([^;\s]*)", re.IGNORECASE)


def rule(text: str) -> str:
    """The RRULE (RFC 5545) of a word or of a rule as written. Raises `Unreadable`; rules under a day apart are refused."""
    from dateutil import rrule

    written = WORDS.get(text.strip().lower(), text.strip().upper().removeprefix("RRULE:"))
    try:
        start = datetime(2000, 1, 1)
        if stands_still(written) or rrule.rrulestr(written, dtstart=start).after(start) is None:
            written = ""
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        written = ""
    if not written or any(freq in written for freq in ("HOURLY", "MINUTELY", "SECONDLY")):
        raise Unreadable(
            f'"{text}" is no repeat rule, or one that never comes', f"write {', '.join(WORDS)} or an RRULE like FREQ=WEEKLY;BYDAY=MO"
        ) from None
    return written


def stands_still(written: str) -> bool:
    """Whether a rule goes on by nothing, so that whoever goes through its days never comes to an end. Raises `ValueError`."""
    return any(int(number) < 1 for number in _INTERVAL.findall(written))


def following(written: str, due_on: date | None, due_at: datetime | None) -> When | None:
    """When the next one is due after the one that was due then: the first not in the past; None when the rule has ended.

    The clock time stays the same on the rep's clock, across daylight saving too.
    """
    from dateutil import rrule

    if due_on is None:
        return None
    steps = rrule.rrulestr(written, dtstart=datetime.combine(due_on, time()))
    after = max(datetime.combine(due_on, time()), datetime.combine(clock.today(), time()))
    found = steps.after(after)
    if found is None or found.year > clock.LAST_YEAR:
        return None
    spoken = clock.local(due_at).time() if due_at else None
    return When(found.date(), clock.at(found.date(), spoken) if spoken else None)
