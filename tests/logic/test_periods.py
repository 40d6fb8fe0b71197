"""Periods: half-open, on the rep's calendar. Today is Wednesday 4 March 2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from crmtui import periods
from crmtui.errors import Unreadable


@pytest.mark.parametrize(
    ("typed", "first", "until"),
    [
        ("today", "2026-03-04", "2026-03-05"), ("yesterday", "2026-03-03", "2026-03-04"), ("week", "2026-03-02", "2026-03-09"),
        ("last-week", "2026-02-23", "2026-03-02"), ("month", "2026-03-01", "2026-04-01"), ("last-month", "2026-02-01", "2026-03-01"),
        ("quarter", "2026-01-01", "2026-04-01"), ("last-quarter", "2025-10-01", "2026-01-01"), ("year", "2026-01-01", "2027-01-01"),
        ("last-year", "2025-01-01", "2026-01-01"), ("2017", "2017-01-01", "2018-01-01"), ("2017-Q1", "2017-01-01", "2017-04-01"),
        ("2017q4", "2017-10-01", "2018-01-01"), ("2026-02", "2026-02-01", "2026-03-01"), ("2026-02-03", "2026-02-03", "2026-02-04"),
        ("2026-01-05..2026-02", "2026-01-05", "2026-03-01"), ("2026..", "2026-01-01", None), ("..2026-01-31", None, "2026-02-01"),
        ("all", None, None),
    ],
)  # fmt: skip
def test_a_period_is_read(typed: str, first: str | None, until: str | None) -> None:
    found = periods.read(typed)
    assert (found.first and found.first.isoformat(), found.until and found.until.isoformat()) == (first, until)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13", "2026-Q5", "2026-02..2026-01", "20260", "2026-02-30"])
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable, match="is no period"):
        periods.read(typed)


@pytest.mark.parametrize(
    ("typed", "before"),
    [("month", "2026-02-01"), ("2017-Q1", "2016-10-01"), ("year", "2025-01-01"), ("today", "2026-03-03"), ("week", "2026-02-23")],
)
def test_the_previous_period_is_the_one_before_of_the_same_kind(typed: str, before: str) -> None:
    found = periods.read(typed)
    previous = periods.previous(found)
    assert previous is not None
    assert (previous.first, previous.until) == (date.fromisoformat(before), found.first)


def test_without_a_bound_there_is_no_previous_period() -> None:
    assert periods.previous(periods.ALL) is None


def test_a_period_begins_at_midnight_of_the_rep(settings: Callable[[str], None]) -> None:
    settings('timezone = "America/New_York"\nweek_start = 6')
    march = periods.read("2026-03")
    assert march.start == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert march.end == datetime(2026, 4, 1, 4, tzinfo=UTC)
    assert periods.read("week").first == date(2026, 3, 1)
    assert march.start in march
    assert march.end not in march
