"""Chance and the calendar of the made-up company: working days, office hours, weighted choices; the same for the same clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import TypeVar

from crmtui import clock

T = TypeVar("T")
SEED = "oak and glass"


class Days:
    """Draws days and moments around `now`. Nothing but the seed and the clock decides what comes out."""

    def __init__(self, now: datetime) -> None:
        self.rng = Random(SEED)
        self.now = now
        self.today = clock.local(now).date()

    def pick(self, choices: Sequence[tuple[T, int]]) -> T:
        """One of the (value, weight) pairs, by weight."""
        return self.rng.choices([value for value, _ in choices], [weight for _, weight in choices])[0]

    def chance(self, share: float) -> bool:
        """True in that share (0–1) of cases."""
        return self.rng.random() < share

    def moment(self, day: date) -> datetime:
        """A moment in office hours of a day; of today one that is past."""
        found = clock.at(day, time(self.rng.randint(8, 17), self.rng.randrange(0, 60, 5)))
        return found if found <= self.now else self.now - timedelta(minutes=self.rng.randint(2, 40))

    def ago(self, days: int) -> date:
        """The working day that many days ago, or the last one before it."""
        return self.working_before(self.today - timedelta(days=days))

    def ahead(self, days: int) -> date:
        """The working day in that many days, or the next one after it."""
        day = self.today + timedelta(days=days)
        return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)

    @staticmethod
    def working_before(day: date) -> date:
        """The day itself, or the Friday before a weekend."""
        return day - timedelta(days=max(0, day.weekday() - 4))
