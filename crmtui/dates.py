"""Dates and times as people type them: ISO first, then words, then the order of the locale; never a silent guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from crmtui import clock, config
from crmtui.clock import FIRST_YEAR, LAST_YEAR
from crmtui.errors import Undecided, Unreadable
from crmtui.frozen import dataclass
from crmtui.periods import month_start

if TYPE_CHECKING:
    from crmtui.worktimes import Calendar

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"d": "days", "w": "weeks", "m": "months", "y": "years", "h": "hours", "min": "minutes"}
_LONG_UNITS = {"day": "d", "week": "w", "month": "m", "year": "y", "hour": "h", "minute": "min", "mo": "m", "mon": "m", "hr": "h"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}.*")
_CLOCK = re.compile(r"(?:at )?(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))? ?(am|pm)?")
_NEXT = {"next week": "1w", "next month": "1m", "next year": "1y"}
_STEP = re.compile(r"(?:in |\+)?(\d{1,4}) ?(min|mo|hr|[dwmyh]|days?|weeks?|months?|years?|hours?|minutes?)")
_WORKING = re.compile(r"(?:in |\+)?(\d{1,4}) ?(?:(?:working|business) (day|hour|minute)s?|w([dh]))")
_NUMBERS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})")


@dataclass(frozen=True, slots=True)
class When:
    """A day in the rep's zone, with the moment (UTC) when a time was named too; `moment` is None for a whole day."""

    day: date
    moment: datetime | None = None

    @property
    def start(self) -> datetime:
        """The moment named, else the midnight at which the day begins; in UTC."""
        return self.moment or clock.midnight(self.day)


def read(text: str, order: str | None = None, calendar: Callable[[], Calendar] | None = None) -> When:
    """The day or moment that a person typed.

    Understands ISO 8601; `today`, `tomorrow 10am`, `yesterday`, `now`; `fri`, `next fri 10:00`, `last monday`; `+3d`, `2w`, `in 2 hours`,
    `3 days ago`, `next week` (a week on); `in 2 working hours`, `3 working days`, `+3wd`; `eow`, `eom`, `eoy`; `25.12.2026`;
    `25 Dec 2026 14:00`. `order` (dmy, mdy, ymd) rules `03/04/2026`; when it is not given the configuration and then the locale do.
    `calendar` says when those work for whom the date is, where that is asked for; the configuration's otherwise.
    Raises `Unreadable` for what is no date, `Undecided` when day and month cannot be told apart and nothing rules.
    """
    words = " ".join(text.strip().lower().replace(",", " ").split())
    try:
        counted = _relative(words) or _working(words, calendar)
        found = _iso(words, text) or counted or _day_and_clock(words, order) or _by_library(words, text)
    except (ValueError, OverflowError):  # a year or a zone that no calendar has
        raise _unreadable(text) from None
    if not FIRST_YEAR <= found.day.year <= LAST_YEAR:
        raise Unreadable(f'"{text}" is outside the years {FIRST_YEAR} to {LAST_YEAR}')
    return found


def day(text: str, order: str | None = None) -> date:
    """The day that a person typed; a time beside it is read and left out. Raises as `read` does."""
    return read(text, order).day


def moment(text: str, order: str | None = None) -> datetime:
    """The moment that a person typed, in UTC: of a whole day its midnight in the rep's zone. Raises as `read` does."""
    return read(text, order).start


def _on(day: date, clock_time: time | None) -> When:
    return When(day, clock.at(day, clock_time) if clock_time is not None else None)


def _at(moment: datetime) -> When:
    return When(clock.local(moment).date(), moment.astimezone(UTC))


def _iso(words: str, text: str) -> When | None:
    try:
        if _ISO_DAY.fullmatch(words):
            return When(date.fromisoformat(words))
        if _ISO_MOMENT.fullmatch(words):
            found = datetime.fromisoformat(words.upper().replace(" UTC", "+00:00"))
            return _at(found) if found.tzinfo else _on(found.date(), found.time())
    except (ValueError, OverflowError):
        raise _unreadable(text) from None
    return None


def _relative(words: str) -> When | None:
    """`now`, and a number of units from now: hours and minutes give a moment, longer units a day."""
    if words == "now":
        return _at(clock.now())
    ago = words.endswith(" ago")
    match = _STEP.fullmatch(_NEXT.get(words) or words.removesuffix(" ago"))
    if not match:
        return None
    count = -int(match[1]) if ago else int(match[1])
    unit = match[2] if match[2] in _UNITS else _LONG_UNITS[match[2].rstrip("s")]
    if unit in ("h", "min"):
        return _at(clock.now() + timedelta(**{_UNITS[unit]: count}))
    return When(_stepped(clock.today(), count, unit))


def _working(words: str, calendar: Callable[[], Calendar] | None) -> When | None:
    """A number of working hours or minutes from now, which is a moment, or of working days from today, which is a day."""
    match = _WORKING.fullmatch(words)
    if not match:
        return None
    from crmtui import worktimes

    found, count, unit = (calendar or worktimes.configured)(), int(match[1]), match[2] or match[3]
    if unit[0] == "d":
        return When(found.days_after(clock.now().astimezone(found.zone).date(), count))
    return _at(found.after(clock.now(), timedelta(**{"minutes" if unit == "minute" else "hours": count})))


def _stepped(start: date, count: int, unit: str) -> date:
    if unit in ("d", "w"):
        return start + timedelta(**{_UNITS[unit]: count})
    first = month_start(start, count * (12 if unit == "y" else 1))
    last = month_start(first, 1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))


def _day_and_clock(words: str, order: str | None) -> When | None:
    """A day word or a numeric date, with or without a time after it; a time alone is today's."""
    day = _day(words, order)
    if day:
        return When(day)
    alone = _clock(words)
    if alone is not None:
        return _on(clock.today(), alone)
    head, _, tail = words.rpartition(" ")
    while head:
        day, spoken = _day(head, order), _clock(tail)
        if day and spoken is not None:
            return _on(day, spoken)
        head, _, last = head.rpartition(" ")
        tail = f"{last} {tail}"
    return None


def _clock(words: str) -> time | None:
    if words == "noon":
        return time(12)
    match = _CLOCK.fullmatch(words)
    if not match or not (match[2] or match[4]):
        return None
    hour, half = int(match[1]), match[4]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    minute, second = int(match[2] or 0), int(match[3] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _day(words: str, order: str | None) -> date | None:
    today = clock.today()
    named = {"today": 0, "tomorrow": 1, "tmrw": 1, "yesterday": -1}.get(words)
    if named is not None:
        return today + timedelta(days=named)
    if words in ("eow", "eom", "eoq", "eoy"):
        return _end_of(words[-1], today)
    if _ISO_DAY.fullmatch(words):
        return _iso_day(words)
    return _weekday(words, today) or _numeric(words, order)


def _iso_day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _end_of(unit: str, today: date) -> date:
    """The last day of this week (its sixth after the configured first), month, quarter or year."""
    if unit == "w":
        return today + timedelta(days=6 - (today.weekday() - config.current().week_start) % 7)
    months = {"m": 1, "q": 3, "y": 12}[unit]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    return month_start(first, months) - timedelta(days=1)


def _weekday(words: str, today: date) -> date | None:
    """`fri`: the coming one, today included never; `next fri`: that of next week; `last fri`: the one gone by."""
    which, _, name = words.rpartition(" ")
    index = next((i for i, day in enumerate(WEEKDAYS) if len(name) >= 3 and day.startswith(name)), None)
    if index is None or which not in ("", "on", "this", "next", "last"):
        return None
    ahead = (index - today.weekday() - 1) % 7 + 1
    if which == "last":
        return today + timedelta(days=ahead - 7 if ahead < 7 else -7)
    if which == "next":
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=7 + index)
    return today + timedelta(days=ahead)


def _numeric(words: str, order: str | None) -> date | None:
    match = _NUMBERS.fullmatch(words)
    if not match:
        return None
    first, mark, second, third = match[1], match[2], match[3], match[4]
    if len(first) > 2:
        return _real(first, second, third, words)
    order = order or ("dmy" if mark == "." else _order_of(first, second, third, words))
    year, month, day = {"dmy": (third, second, first), "mdy": (third, first, second), "ymd": (first, second, third)}[order]
    return _real(year, month, day, words)


def _order_of(first: str, second: str, third: str, words: str) -> str:
    """The order of a date with slashes: what the numbers allow, then the configuration, then the locale."""
    a, b = int(first), int(second)
    ruled = config.current().date_order or locale_order()
    if ruled == "ymd" and len(third) <= 2:
        return "ymd"
    if a > 12 >= b:
        return "dmy"
    if b > 12 >= a:
        return "mdy"
    if ruled in ("dmy", "mdy"):
        return ruled
    if a == b:
        return "dmy"
    raise Undecided(f'"{words}" may be day or month first', "write it as 2026-12-31, or set date_order in the configuration")


def locale_order() -> str:
    """Which of dmy, mdy, ymd the locale writes (`LC_ALL`, `LC_TIME`, `LANG`); empty when it does not say."""
    import os

    name = (os.environ.get("LC_ALL") or os.environ.get("LC_TIME") or os.environ.get("LANG") or "").partition(".")[0]
    if name in ("", "C", "POSIX"):
        return ""
    from babel import Locale, UnknownLocaleError

    try:
        pattern = str(Locale.parse(name).date_formats["short"].pattern).lower()
    except (UnknownLocaleError, ValueError):
        return ""
    return "".join(sorted("dmy", key=pattern.find))


def _real(year: str, month: str, day: str, words: str) -> date:
    full = int(year) if len(year) > 2 else 2000 + int(year) if int(year) < 70 else 1900 + int(year)
    try:
        return date(full, int(month), int(day))
    except ValueError:
        raise Unreadable(f'there is no day "{words}"') from None


def _by_library(words: str, text: str) -> When:
    """Month names and the like, by python-dateutil; what it completes from nothing but a number is refused."""
    import warnings

    from dateutil import parser

    if not re.search(r"[^\W\d_]{3}", words) or not re.search(r"\d", words):
        raise _unreadable(text)
    base = datetime.combine(clock.today(), time())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            first = parser.parse(words, default=base, dayfirst=True)
            other = parser.parse(words, default=base + timedelta(days=3, hours=1), dayfirst=True)
    except (parser.ParserError, OverflowError, ValueError, Warning):
        raise _unreadable(text) from None
    if first.date() != other.date():
        raise _unreadable(text)
    if first.tzinfo:
        return _at(first)
    return _on(first.date(), first.time() if first.time() == other.time() else None)


def _unreadable(text: str) -> Unreadable:
    return Unreadable(f'"{text}" is no date', 'write it like 2026-12-31, "fri 10:00", tomorrow, +3d or 2w')
