"""Free time: when one or several people are at work and nothing is on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from crmtui import clock, team
from crmtui.activities import agenda, hours
from crmtui.activities.interactions import LONGEST_MINUTES
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.periods import Period
from crmtui.store.connection import current

DAYS = 7
"""The days that are looked at unless others are named, today the first."""

MOST_DAYS = 366

_DAY = timedelta(days=1)
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of free time on a day in the rep's zone: from when to when, and how many minutes that is."""

    on: date
    start: datetime
    end: datetime
    minutes: int


def free(reps: Sequence[int] = (), *, within: Period | None = None, minutes: int = 60) -> list[Slot]:
    """When all of these reps (without any: the actor) are at work and free for at least so many minutes together, in order of time.

    From now on, within seven days unless a period says which; each in their own working hours, holidays and zone. What takes time is
    what clashes in the agenda. Raises `NotFound`, and `Refused` for nobody, for no length, and for more than a year.
    """
    people = list(dict.fromkeys(reps)) or [each for each in (current().actor_id,) if each]
    if not people:
        raise Refused("it is not said whose time is meant", "name reps: --for REP")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise Refused(f"{minutes} minutes is no length", f"from 1 to {LONGEST_MINUTES:,}")
    first, until = _days(within)
    common: list[Stretch] = [(max(clock.now(), clock.midnight(first)), clock.midnight(until))]
    for rep in people:
        team.get(rep)
        common = _both(common, _free(rep, first, until))
    return [_slot(start, end) for start, end in common if end - start >= timedelta(minutes=minutes)]


def _days(within: Period | None) -> tuple[date, date]:
    today = clock.today()
    if within is None:
        return today, today + timedelta(days=DAYS)
    first = max(within.first or today, today)
    until = max(within.until or first + timedelta(days=MOST_DAYS), first)
    if (until - first).days > MOST_DAYS:
        raise Refused("free time is looked for within a year at most", "name a shorter period: --within month")
    return first, until


def _free(rep: int, first: date, until: date) -> list[Stretch]:
    """When a rep is at work and nothing of theirs is on."""
    taken = sorted(_taken(rep, first, until))
    return list(_without(_at_work(rep, first, until), taken))


def _taken(rep: int, first: date, until: date) -> Iterator[Stretch]:
    for stretches in agenda.by_person(agenda.between(first - _DAY, until + _DAY, rep=rep)).values():
        yield from ((start, end) for start, end, _ in stretches)


def _at_work(rep: int, first: date, until: date) -> Iterator[Stretch]:
    """The stretches of work in order; those that touch are one."""
    begun: Stretch | None = None
    for start, end in hours.of(rep).stretches(clock.midnight(first)):
        if begun and start > begun[1]:
            yield begun
            begun = None
        if start >= clock.midnight(until):
            break
        begun = (begun[0] if begun else start, end)
    if begun:
        yield begun


def _without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> Iterator[Stretch]:
    """What is left of stretches when those taken, in order of their beginning, are cut out."""
    for start, end in stretches:
        for begins, ends in taken:
            if begins < end and ends > start:
                if begins > start:
                    yield start, begins
                start = max(start, ends)
        if start < end:
            yield start, end


def _both(some: Sequence[Stretch], others: Sequence[Stretch]) -> list[Stretch]:
    """What lies in a stretch of either side; both are in order and apart from each other."""
    found: list[Stretch] = []
    one = other = 0
    while one < len(some) and other < len(others):
        start, end = max(some[one][0], others[other][0]), min(some[one][1], others[other][1])
        if start < end:
            found.append((start, end))
        if some[one][1] < others[other][1]:
            one += 1
        else:
            other += 1
    return found


def _slot(start: datetime, end: datetime) -> Slot:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    return Slot(clock.local(start).date(), start, end, int((end - start) / timedelta(minutes=1)))
