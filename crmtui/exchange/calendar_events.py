"""The events of an iCalendar file, each read by itself, whatever else the file holds: alarms, attached files and to-dos are passed over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, BinaryIO

from crmtui import clock, texts
from crmtui.activities import repeats
from crmtui.activities.interactions import LONGEST_MINUTES
from crmtui.errors import CrmError, Refused, Unreadable
from crmtui.exchange import foreign
from crmtui.frozen import dataclass
from crmtui.store.keys import fold

LARGEST = 16 * 1024 * 1024
"""Bytes of a file."""

LARGEST_EVENT = 256 * 1024
"""Characters of one event, without its attached files."""

MOST = 5_000
"""Events of a file."""

MOST_SERIES = 100
"""Series of a file: to find the next meeting of one, those before are gone through."""

MOST_MAILS = 200
"""Attendees of an event who are looked up."""

LONGEST_NOTE = 100_000
_LONGEST_UID = 500
_FIRST_SERIES = 1970
_MOST_MEETINGS = 5_000
_MOST_BAD = 5
_LAST_CYCLE = 9600
_PASSED_OVER = re.compile(r"(?:ATTACH|X-[\w-]+|IMAGE|CONFERENCE)[;:]", re.IGNORECASE)
_UNTIL = re.compile(r"UNTIL=(\d{8})T?\d*Z?")
_COUNT = re.compile(r"COUNT=\d+")

_BROKEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, OverflowError, RecursionError, LookupError)


@dataclass(frozen=True, slots=True)
class Event:
    """An event: on which line it begins, its id, its day in the rep's zone and its moment (None: the whole day), how long it takes.

    `ahead` says that it is not over yet, `rule` how it repeats from then on; `over_series` that all of its meetings are over.
    """

    line: int
    uid: str
    title: str
    day: date
    moment: datetime | None
    minutes: int | None
    ahead: bool
    cancelled: bool
    place: str
    about: str
    mails: tuple[str, ...]
    rule: str = ""
    over_series: bool = False


Reject = Callable[[int, str], object]


def kept(source: BinaryIO) -> tuple[str, str]:
    """What a file holds, as text, and its SHA-256. Raises `Refused` when it is too large, `Unreadable` for what is no calendar."""
    held = source.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise Refused(f"the calendar is larger than {LARGEST // 1024 // 1024} MB", "split it")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the calendar is no UTF-8 text", "export it as iCalendar (.ics)") from None
    if "BEGIN:VCALENDAR" not in text.upper():
        raise Unreadable("this is no calendar", "give an iCalendar file (.ics)")
    return text, hashlib.sha256(held).hexdigest()


def events(text: str, library: Any, reject: Reject) -> list[Event]:
    """The events of a calendar in its order, each id once: of two the later. Those that cannot be read are handed to `reject`.

    `library` is the package that reads them. Raises `Refused` for too many.
    """
    reading = _Reading(library)
    found: dict[str, Event] = {}
    for number, (line, block) in enumerate(_blocks(text), 1):
        if number > MOST:
            raise Refused(f"the calendar has more than {MOST:,} events", "split it, or export a shorter time")
        try:
            event = reading.event(line, block)
            found.pop(event.uid, None)
            found[event.uid] = event
        except CrmError as why:
            reject(line, str(why))
        except _BROKEN:
            reject(line, "the event cannot be read")
    return list(reading.with_series(found.values(), reject))


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """The line on which each event begins, and the event, without what is passed over and without what is nested in it."""
    lines: list[str] = []
    begun = depth = size = 0
    over = False
    for number, line in enumerate(re.split(r"\r\n?|\n", text), 1):
        word = line.strip().upper()
        if word == "BEGIN:VEVENT" and not depth:
            begun, depth, lines, size, over = number, 1, ["BEGIN:VEVENT"], 0, False
        elif depth and word == "END:VEVENT":
            yield begun, "\r\n".join([*lines, "END:VEVENT", ""])
            depth = 0
        elif depth and word.startswith(("BEGIN:", "END:")):
            depth = max(1, depth + (1 if word.startswith("BEGIN:") else -1))
        elif depth == 1 and word:
            over = over if line[0] in " \t" else _PASSED_OVER.match(line) is not None
            size += 0 if over else len(line)
            if not over and size <= LARGEST_EVENT:
                lines.append(line)


class _Reading:
    """One file on its way from text to events; series are settled once all events are known."""

    def __init__(self, library: Any) -> None:
        self._library = library
        self._now = clock.now()
        self._rules: dict[str, tuple[str, frozenset[date]]] = {}
        self._moved: dict[str, set[date]] = {}

    def event(self, line: int, block: str) -> Event:
        """One event. Raises `CrmError`, and whatever the package does for what it cannot read."""
        given = self._library.Event.from_ical(block)
        begins = _start(given)
        day, moment = _when(begins)
        minutes = _minutes(given, begins) if moment else None
        ends = (moment + timedelta(minutes=minutes or 0)) if moment else clock.midnight(day + timedelta(days=1))
        uid = _text(given, "uid", _LONGEST_UID) or hashlib.sha256(f"{begins}{given.get('summary', '')}".encode()).hexdigest()
        if (other := given.get("recurrence-id")) is not None:
            self._moved.setdefault(uid, set()).add(_when(other.dt)[0])
            uid = f"{uid}/{other.dt.isoformat()}"
        elif given.get("rrule") is not None:
            self._rules[uid] = given["rrule"].to_ical().decode(), _left_out(given)
        return Event(
            line, uid, _text(given, "summary", texts.LONGEST_NAME).replace("\n", " ") or "Meeting", day, moment, minutes, ends > self._now,
            str(given.get("status", "")).upper() == "CANCELLED", _text(given, "location", texts.LONGEST_NAME),
            _text(given, "description", LONGEST_NOTE), tuple(_mails(given)),
        )  # fmt: skip

    def with_series(self, found: Iterable[Event], reject: Reject) -> Iterator[Event]:
        """The events, each series at the next of its meetings."""
        series = bad = 0
        for event in found:
            if event.uid not in self._rules or event.cancelled:
                yield event
                continue
            series += 1
            try:
                if series > MOST_SERIES or bad >= _MOST_BAD:
                    raise Refused(f"the calendar has more than {MOST_SERIES} series, or {_MOST_BAD} that cannot be kept", "split it")
                yield self._next(event)
            except CrmError as why:
                bad += 1
                reject(event.line, str(why))
            except _BROKEN:
                bad += 1
                reject(event.line, "the rule of the series cannot be read")

    def _next(self, event: Event) -> Event:
        from dateutil import rrule

        if event.day.year < _FIRST_SERIES:
            raise Refused(f"the series begins before {_FIRST_SERIES}")
        written, left_out = self._rules[event.uid]
        rule = _checked(_UNTIL.sub(r"UNTIL=\1", written), event.day)
        steps = rrule.rrulestr(rule, dtstart=datetime.combine(event.day, time()))
        if _COUNT.search(rule):
            last = max(islice(steps, _MOST_MEETINGS))
            rule = _COUNT.sub(f"UNTIL={last:%Y%m%d}", rule)
        spoken = clock.local(event.moment).time() if event.moment else None
        without = left_out | self._moved.get(event.uid, set())
        for found in islice(steps.xafter(datetime.combine(clock.today(), time()), inc=True), len(without) + 2):
            day = found.date()
            moment = clock.at(day, spoken) if spoken else None
            if day not in without and (moment is None or moment >= self._now) and day.year <= clock.LAST_YEAR:
                return replace(event, day=day, moment=moment, ahead=True, rule=rule)
        return replace(event, ahead=False, over_series=True)


def _checked(written: str, first: date) -> str:
    """The rule of a series. Raises `Refused` for one that comes in parts of a day, and for one that never comes.

    Whether it ever comes is sought until the end of the calendar of dates, which takes seconds; so it is sought in the last of its
    cycles of 400 years, in which every day falls as in all others.
    """
    from dateutil import rrule

    rest = ";".join(part for part in written.upper().split(";") if not part.startswith(("UNTIL=", "COUNT=")))
    late = datetime.combine(first.replace(year=_LAST_CYCLE + first.year % 400), time())
    small = any(word in rest for word in ("HOURLY", "MINUTELY", "SECONDLY", "BYHOUR", "BYMINUTE", "BYSECOND"))
    if small or repeats.stands_still(rest) or next(iter(rrule.rrulestr(rest, dtstart=late)), None) is None:
        raise Refused(f'the rule of the series "{written[:80]}" cannot be kept', "it comes in parts of a day, or never goes on")
    return repeats.rule(written)


def _start(given: Any) -> date:
    found = getattr(given.get("dtstart"), "dt", None)
    if not isinstance(found, date):
        raise Refused("the event does not say when it begins")
    return found


def _when(found: date) -> tuple[date, datetime | None]:
    """The day in the rep's zone, and the moment of what has a time; one without a zone is the rep's own."""
    if not clock.FIRST_YEAR <= found.year < clock.LAST_YEAR:
        raise Refused(f"the year {found.year} is too far away")
    if not isinstance(found, datetime):
        return found, None
    moment = (found if found.tzinfo else found.replace(tzinfo=clock.zone())).astimezone(UTC)
    return clock.local(moment).date(), moment


def _minutes(given: Any, begins: date) -> int | None:
    """How long it takes, a day at most; None when it does not say."""
    end, length = getattr(given.get("dtend"), "dt", None), getattr(given.get("duration"), "dt", None)
    if isinstance(end, datetime):
        length = (_when(end)[1] or clock.now()) - (_when(begins)[1] or clock.now())
    if not isinstance(length, timedelta):
        return None
    return max(0, min(int(length / timedelta(minutes=1)), LONGEST_MINUTES))


def _left_out(given: Any) -> frozenset[date]:
    """The days on which a series has no meeting."""
    found = given.get("exdate")
    lists = found if isinstance(found, list) else [found] if found is not None else []
    return frozenset(_when(each.dt)[0] for dates in lists for each in dates.dts)


def _text(given: Any, name: str, longest: int) -> str:
    """A text of an event, as we keep it. Of several the first."""
    found = given.get(name)
    value = found[0] if isinstance(found, list) and found else found
    clean = foreign.text(str(value)).encode("utf-8", "replace").decode() if value is not None else ""
    return clean.replace("\0", "").strip()[:longest].strip()


def _mails(given: Any) -> Iterator[str]:
    """The mails of who invited and who is invited, folded, each once."""
    people: list[Any] = []
    for name in ("organizer", "attendee"):
        found = given.get(name)
        people += found if isinstance(found, list) else [found] if found is not None else []
    mails = (str(person).strip() for person in people[:MOST_MAILS])
    yield from dict.fromkeys(fold(mail[len("mailto:") :]) for mail in mails if mail.lower().startswith("mailto:"))
