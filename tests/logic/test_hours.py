"""Working hours, holidays and deadlines counted in them, against a calendar on the wall."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crmtui import dates, team, worktimes
from crmtui.activities import hours, tasks
from crmtui.dates import When
from crmtui.errors import Unreadable
from crmtui.store.connection import Base
from crmtui.worktimes import Calendar

OFFICE = "mon-fri 9:00-18:00"
RIGA = ZoneInfo("Europe/Riga")


def calendar(text: str = OFFICE, holidays: str = "", zone: ZoneInfo | None = None) -> Calendar:
    return Calendar(worktimes.week(text), worktimes.holidays(holidays), zone or UTC)


def march(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of March 2026, in which the 4th is a Wednesday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        (march(4, 10), 2, march(4, 12)),
        (march(4, 17), 2, march(5, 10)),  # an hour today, one tomorrow
        (march(6, 17), 2, march(9, 10)),  # over the weekend
        (march(4, 7), 1, march(4, 10)),  # before the hours
        (march(4, 20), 1, march(5, 10)),  # after them
        (march(7, 12), 1, march(9, 10)),  # on a Saturday
        (march(4, 16), 2, march(4, 18)),  # it ends with the day, and not at nine tomorrow
        (march(4, 10), 45, march(11, 10)),  # a week of nine hours a day
        (march(4, 18), 0, march(5, 9)),  # no time: when work begins again
        (march(4, 10), 0, march(4, 10)),
    ],
)
def test_hours_go_by_while_there_is_work(start: datetime, amount: int, end: datetime) -> None:
    assert calendar().after(start, timedelta(hours=amount)) == end


def test_a_break_and_a_holiday_are_left_out() -> None:
    split = calendar("mon-fri 9-13 14:00-18:00, sat 10:00-14:00", "2026-03-05, 03-06")
    assert split.after(march(4, 12), timedelta(hours=2)) == march(4, 15)
    # Thursday and Friday are holidays: the hour that is left is Saturday's first.
    assert split.after(march(4, 17), timedelta(hours=2)) == march(7, 11)
    assert not split.works_on(date(2027, 3, 6))
    assert split.works_on(date(2027, 3, 5))


def test_days_are_counted_without_the_day_itself() -> None:
    office = calendar(holidays="2026-03-09")
    assert office.days_after(date(2026, 3, 4), 1) == date(2026, 3, 5)
    assert office.days_after(date(2026, 3, 6), 1) == date(2026, 3, 10)  # Monday is a holiday
    assert office.days_after(date(2026, 3, 7), 1) == date(2026, 3, 10)
    assert office.days_after(date(2026, 3, 7), 0) == date(2026, 3, 10)
    assert office.days_after(date(2026, 3, 4), 0) == date(2026, 3, 4)


def test_the_wall_clock_rules_when_the_clock_is_put_forward() -> None:
    """In Riga 3:00 on 29 March 2026 is 4:00; the office opens at 9:00, which is 7:00 UTC before and 6:00 UTC after."""
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)  # 17:00 in Riga: an hour is left
    assert calendar(zone=RIGA).after(friday, timedelta(hours=2)) == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)


def test_a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() -> None:
    nights = calendar("mon-sun 0:00-6:00", zone=RIGA)
    spring, autumn = datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 21, tzinfo=UTC)  # midnight in Riga
    # Five hours until 6:00 on the night of spring; the sixth is the first of the night after, which begins at 21:00 UTC.
    assert nights.after(spring, timedelta(hours=5)) == datetime(2026, 3, 29, 3, tzinfo=UTC)
    assert nights.after(spring, timedelta(hours=6)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert nights.after(autumn, timedelta(hours=7)) == datetime(2026, 10, 25, 4, tzinfo=UTC)


def test_hours_up_to_midnight_and_across_the_end_of_the_week_are_read() -> None:
    late = calendar("fri-mon 22:00-24:00")
    assert late.after(march(6, 23), timedelta(hours=2)) == march(7, 23)
    assert late.after(march(9, 23, 30), timedelta(hours=1)) == march(13, 22, 30)


@pytest.mark.parametrize(
    "text", ["", "mon", "9:00-18:00", "mon-fri 18:00-9:00", "mon-fri 9:00-25:00", "mon-fri 9:60-18:00", "xyz 9-18", "mon 9-12, mon 11-13"]
)
def test_hours_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="working hours"):
        worktimes.week(text)


@pytest.mark.parametrize("text", ["christmas", "2026-13-01", "02-30", "12-25-26"])
def test_holidays_that_are_no_days_are_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="holidays"):
        worktimes.holidays(text)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("in 2 working hours", When(date(2026, 3, 4), march(4, 12))),
        ("+9wh", When(date(2026, 3, 5), march(5, 10))),
        ("90 business minutes", When(date(2026, 3, 4), march(4, 11, 30))),
        ("3 working days", When(date(2026, 3, 9))),
        ("in 1 working day", When(date(2026, 3, 5))),
        ("+3wd", When(date(2026, 3, 9))),
    ],
)
def test_due_dates_may_be_typed_in_working_time(text: str, when: When) -> None:
    assert dates.read(text) == when


def test_the_settings_say_when_people_work(settings: Callable[[str], None]) -> None:
    settings('working_hours = "mon-thu 8:00-12:00"\nholidays = "2026-03-05"\n')
    assert dates.read("in 3 working hours").moment == march(9, 9)
    settings('working_hours = "always"\n')
    with pytest.raises(Unreadable, match='the working hours "always" cannot be read'):
        dates.read("in 3 working hours")


def test_a_deadline_counts_the_hours_of_whoever_is_to_do_it(base: Base) -> None:
    ann = team.add({"name": "Ann"}).id
    ben = team.add({"name": "Ben", "hours": "mon-fri 12:00-20:00", "holidays": "2026-03-05", "timezone": "Europe/Riga"}).id
    base.actor_id = ann
    due = [tasks.add("x", due="in 9 working hours", assignee=rep).due_at for rep in (None, ben)]
    # Ben's clock stands at noon: eight hours today, the first of Friday.
    assert due == [march(5, 10), march(6, 11)]
    late = tasks.add("x", due="2026-03-04 9:00", assignee=ben).id
    assert tasks.edit(late, {"due": "+1wd"}).due_on == date(2026, 3, 6)
    assert tasks.snooze(late, "in 1 working hour").due_at == march(4, 11)
    assert hours.after(march(4, 17), timedelta(hours=2), ben) == march(6, 11)


@pytest.mark.parametrize(("field", "text"), [("hours", "always"), ("holidays", "soon"), ("timezone", "Mars/Olympus")])
def test_hours_of_a_rep_that_cannot_be_read_are_refused_at_once(base: Base, field: str, text: str) -> None:
    with pytest.raises(Unreadable, match=text):
        team.add({"name": "Ann", field: text})
    assert team.load() == []
