"""The entries of an agenda in lines: when, what state they are in, what and with whom; days and what is on in them in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from crmtui import clock
from crmtui.activities.agenda import Entry
from crmtui.frozen import dataclass
from screens import days
from screens.lines import REST, Line, Part
from screens.subject import Subject

ROOMY = 70
"""Cells from which on the client has a column of its own."""

WHO = 12
"""Cells of the rep."""

DAY = "day"
"""The noun of a line or a cell that stands for a day; its id is the day's ordinal."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is on in a stretch: tasks open and done, those of them overdue, calls and meetings held."""

    tasks: int
    overdue: int
    held: int

    def words(self) -> str:
        """`3 tasks, 1 overdue, 2 held`; empty for nothing."""
        told = ((self.tasks, "task" if self.tasks == 1 else "tasks"), (self.overdue, "overdue"), (self.held, "held"))
        return ", ".join(f"{count:,} {word}" for count, word in told if count)

    def signs(self) -> str:
        """The same in few cells: `3t 1! 2h`."""
        return " ".join(f"{count}{sign}" for count, sign in ((self.tasks, "t"), (self.overdue, "!"), (self.held, "h")) if count)


def counts(entries: Collection[Entry]) -> Counts:
    """What these entries are."""
    jobs = [entry for entry in entries if entry.noun == "task"]
    return Counts(len(jobs), sum(entry.overdue for entry in jobs), len(entries) - len(jobs))


def subject(entry: Entry) -> Subject:
    """The record of an entry."""
    return Subject(entry.noun, entry.id)


def day_subject(day: date) -> Subject:
    """What stands for a day."""
    return Subject(DAY, day.toordinal())


def state(entry: Entry) -> str:
    """What is to be known of it in a word: `overdue`, `done`, `high`, `call`; empty for a task that is just to be done."""
    if entry.noun != "task":
        return entry.kind
    return "done" if entry.state == "done" else "overdue" if entry.overdue else "high" if entry.priority == "high" else ""


def clash(entry: Entry) -> str:
    """The word for an entry that takes a part of another's time."""
    return "clash" if entry.clash else ""


def style(entry: Entry) -> str:
    """How it looks: done is quiet, overdue and clashing are not."""
    if entry.clash:
        return "warn" if not entry.overdue else "bad"
    return "bad" if entry.overdue else "muted" if entry.state == "done" else "text"


def time(entry: Entry) -> str:
    """The time on the rep's clock; empty for none."""
    return f"{clock.local(entry.at):%H:%M}" if entry.at else ""


def line(entry: Entry, *, cells: int, who: bool, marked: bool = False, dated: bool = False) -> Line:
    """An entry in a line of so many cells; `who` it is of, and with its day for its time (`dated`), if asked."""
    look = style(entry)
    quiet = "muted" if entry.state == "done" else look
    when = Part(days.short(entry.on), 11, look) if dated else Part(time(entry), 5, quiet)
    parts = [Part("●" if marked else " ", 1, "accent"), when, Part(state(entry), 7, look)]
    person = [Part(entry.who or "nobody", WHO, "muted")] if who else []
    if cells - (WHO if who else 0) >= ROOMY:
        parts += [Part(" ".join(filter(None, (clash(entry), entry.title))), REST, quiet), Part(entry.client or "", REST, "muted")]
    else:
        parts.append(Part(" ".join(filter(None, (clash(entry), titled(entry)))), REST, quiet))
    return Line((*parts, *person), subject(entry), key=f"late{entry.on}" if dated else str(entry.on))


def titled(entry: Entry) -> str:
    """What it is, with whom."""
    return f"{entry.title}, {entry.client}" if entry.client else entry.title


def day_name(day: date) -> str:
    """A day as a title: `Today, Wednesday 4 March 2026`."""
    today = "Today, " if day == clock.today() else ""
    return f"{today}{day:%A} {day.day} {day:%B %Y}"


def day_head(day: date, entries: Sequence[Entry]) -> Line:
    """The line above the entries of a day; it stands for the day."""
    return Line((Part(day_name(day), REST, "head"), Part(counts(entries).words(), 0, "muted")), day_subject(day))


def by_day(entries: Sequence[Entry], days: Sequence[date]) -> Iterator[tuple[date, list[Entry]]]:
    """The entries of each of these days, in order."""
    for day in days:
        yield day, [entry for entry in entries if entry.on == day]
