"""Days on the screen: short, in the same eleven cells everywhere."""

from __future__ import annotations

from datetime import date

from crmtui import clock


def short(day: date) -> str:
    """A day in eleven cells: `Wed 4 Mar`, with the year in front when it is another."""
    return f"{day:%a} {day.day} {day:%b}" if day.year == clock.today().year else f"{day:%Y-%m-%d}"
