"""The period of a report: whether it still runs, which months it has, how a figure stands beside that of another period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from crmtui.blocks import Figure, Figures, Kind, Note
from crmtui.periods import Period, month_start
from crmtui.reports.population import Scope

LONGEST_WITHOUT_MONTHS = 62
"""Days up to which a period is told as one."""

Named = tuple[str, str, Kind, int | float | None]
"""A figure before it is compared: its key, its title, its kind, its value."""


def runs(scope: Scope) -> bool:
    """Whether the period has days ahead."""
    return scope.period.until is not None and scope.period.until > scope.today + timedelta(days=1)


def is_long(period: Period) -> bool:
    """Whether a period is so long that it is told by month too."""
    first, until = period.first, period.until
    return first is None or until is None or (until - first).days > LONGEST_WITHOUT_MONTHS


def months(scope: Scope, seen: Sequence[date]) -> Iterator[date]:
    """The first day of every month of the period up to the present one; where the period has no bound, from or to the days `seen`."""
    first, until = scope.period.first or min(seen, default=None), scope.period.until
    last = min(until - timedelta(days=1), scope.today) if until else max(seen, default=None)
    last = max([day for day in (last, *seen) if day], default=None)
    month = month_start(first) if first else None
    while month and last and month <= last:
        yield month
        month = month_start(month, 1)


def compared(scope: Scope, now: Sequence[Named], then: Iterable[Named] | None, bad: Sequence[str] = ()) -> Figures:
    """Figures with those of the period beside, None for none; more of what is named in `bad` is worse."""
    beside = [value for *_, value in then] if then is not None else [None] * len(now)
    return Figures(
        tuple(
            Figure(name, title, value, kind, before, "open" if runs(scope) else "bad" if name in bad else "good")
            for (name, title, kind, value), before in zip(now, beside, strict=True)
        )
    )


def notes(scope: Scope) -> Iterator[Note]:
    """What must be known of the comparison: that the period is not over yet."""
    if scope.before and runs(scope):
        yield Note(f"The period still runs; beside it stands the whole one before, {scope.before}.")
