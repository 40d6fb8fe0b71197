"""Dates as people type them, on Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from crmtui import clock, dates
from crmtui.activities import repeats
from crmtui.errors import CrmError, Undecided, Unreadable


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-12-31", "2026-12-31"),
        ("today", "2026-03-04"),
        ("Tomorrow", "2026-03-05"),
        ("yesterday", "2026-03-03"),
        ("fri", "2026-03-06"),
        ("wed", "2026-03-11"),
        ("next fri", "2026-03-13"),
        ("next mon", "2026-03-09"),
        ("last fri", "2026-02-27"),
        ("last wed", "2026-02-25"),
        ("Friday", "2026-03-06"),
        ("+3d", "2026-03-07"),
        ("3d", "2026-03-07"),
        ("2w", "2026-03-18"),
        ("+1m", "2026-04-04"),
        ("1y", "2027-03-04"),
        ("in 2 weeks", "2026-03-18"),
        ("3 days ago", "2026-03-01"),
        ("next week", "2026-03-11"),
        ("next month", "2026-04-04"),
        ("next year", "2027-03-04"),
        ("eow", "2026-03-08"),
        ("eom", "2026-03-31"),
        ("eoq", "2026-03-31"),
        ("eoy", "2026-12-31"),
        ("25.12.2026", "2026-12-25"),
        ("02.01.2026", "2026-01-02"),
        ("25/12/2026", "2026-12-25"),
        ("12/25/2026", "2026-12-25"),
        ("4/4/2026", "2026-04-04"),
        ("25 Dec 2026", "2026-12-25"),
        ("Dec 25, 2026", "2026-12-25"),
        ("15-Jan-2024", "2024-01-15"),
        ("1 May", "2026-05-01"),
        ("31.12.99", "1999-12-31"),
    ],
)
def test_a_day_is_read(typed: str, day: str) -> None:
    assert dates.read(typed) == dates.When(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("tomorrow 10am", "2026-03-05T10:00"),
        ("fri 10:00", "2026-03-06T10:00"),
        ("fri at 12pm", "2026-03-06T12:00"),
        ("today noon", "2026-03-04T12:00"),
        ("12:30 am", "2026-03-04T00:30"),
        ("in 2 hours", "2026-03-04T12:00"),
        ("+90min", "2026-03-04T11:30"),
        ("2 hours ago", "2026-03-04T08:00"),
        ("now", "2026-03-04T10:00"),
        ("2026-12-31 18:05", "2026-12-31T18:05"),
        ("2026-12-31T18:05:00+02:00", "2026-12-31T16:05"),
        ("2026-12-31T18:05Z", "2026-12-31T18:05"),
        ("25.12.2026 9:12", "2026-12-25T09:12"),
        ("03/15/2024 9:12 AM", "2024-03-15T09:12"),
        ("25 Dec 2026 14:00", "2026-12-25T14:00"),
    ],
)
def test_a_moment_is_read(typed: str, moment: str) -> None:
    assert dates.read(typed).moment == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "5",
        "garbage",
        "may",
        "2026-02-30",
        "31 feb 2026",
        "99999w",
        "25:00",
        "13pm",
        "fri 25:00",
        "30.02.2026",
        "1800-01-01",
        "2300-01-01",
        "pay 500 by march",
        "12",
        "2026-13-01",
        "next",
        "in",
        "10:99",
    ],
)
def test_what_is_no_date_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        dates.read(typed)


def test_day_and_month_are_never_guessed() -> None:
    with pytest.raises(Undecided, match="may be day or month first"):
        dates.read("03/04/2026")


def test_the_configuration_decides_the_order(settings: Callable[[str], None]) -> None:
    settings('date_order = "dmy"')
    assert dates.day("03/04/2026") == date(2026, 4, 3)
    settings('date_order = "mdy"')
    assert dates.day("03/04/2026") == date(2026, 3, 4)
    assert dates.day("25/04/2026") == date(2026, 4, 25)


@pytest.mark.parametrize(("locale", "order"), [("en_US.UTF-8", "mdy"), ("de_DE.UTF-8", "dmy"), ("ja_JP", "ymd"), ("C", ""), ("xx_YY", "")])
def test_the_locale_decides_when_nothing_is_configured(locale: str, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert dates.locale_order() == order


def test_a_time_is_read_in_the_zone_of_the_rep(settings: Callable[[str], None]) -> None:
    settings('timezone = "Europe/Riga"')
    assert dates.moment("2026-07-01 12:00") == datetime(2026, 7, 1, 9, tzinfo=UTC)
    assert dates.moment("2026-01-01 12:00") == datetime(2026, 1, 1, 10, tzinfo=UTC)
    assert dates.moment("2026-01-01") == datetime(2025, 12, 31, 22, tzinfo=UTC)


def test_the_day_is_the_one_of_the_zone_not_of_utc(settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    settings('timezone = "Pacific/Auckland"')
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-04T12:30:00+00:00")
    assert clock.today() == date(2026, 3, 5)
    assert dates.day("tomorrow") == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-03-29 02:30", "2026-03-29T01:30"),  # Berlin skips 02:00–03:00: the time moves on by the hour
        ("2026-10-25 02:30", "2026-10-25T00:30"),  # it comes twice: the first is meant
        ("2026-10-25 03:00", "2026-10-25T02:00"),
    ],
)
def test_nights_when_the_clock_changes(typed: str, utc: str, settings: Callable[[str], None]) -> None:
    settings('timezone = "Europe/Berlin"')
    assert dates.moment(typed) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_days_between_are_counted_on_the_calendar_across_a_change_of_clock(settings: Callable[[str], None]) -> None:
    settings('timezone = "Europe/Berlin"')
    assert clock.days_between(dates.moment("2026-03-28 12:00"), dates.moment("2026-03-30 12:00")) == 2
    assert clock.days_between(dates.moment("2026-03-28 23:59"), dates.moment("2026-03-29 00:01")) == 1


def test_an_unknown_zone_is_refused(settings: Callable[[str], None]) -> None:
    settings('timezone = "Mars/Olympus"')
    with pytest.raises(Unreadable, match='no time zone "Mars/Olympus"'):
        clock.today()


def test_a_change_never_bears_an_earlier_time_than_the_one_before() -> None:
    last = clock.now() + timedelta(hours=1)
    assert clock.after(last) == last + timedelta(microseconds=1)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_iso_day_is_read_as_itself(day: date) -> None:
    assert dates.day(day.isoformat()) == day
    assert dates.day(f"{day:%d.%m.%Y}") == day


@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        found = dates.read(text)
    except CrmError:
        return
    assert 1900 <= found.day.year <= 2200


@pytest.mark.parametrize("rule", ["FREQ=DAILY;INTERVAL=0", "rrule:freq=weekly;interval=00;byday=mo", "FREQ=DAILY;INTERVAL= -1"])
def test_a_rule_that_never_goes_on_is_refused(rule: str) -> None:
    with pytest.raises(Unreadable, match="no repeat rule"):
        repeats.rule(rule)
