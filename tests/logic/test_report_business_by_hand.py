"""The five figures of a manager on the demo company, counted by hand for the week of Monday 16 February 2026.

Deals closed that week:  114 lost, Brigid · 134 won, Елена, 3,524
Deals opened that week, by source (won now: 153, of 22,800; lost: 154):
    phone-in    153 Brigid · 155 Tomás · 156 Brigid
    referral    157 Tomás · 161 Tomás · 163 Brigid
    showroom    158 Елена · 162 Jun
    trade fair  164 Noor · 165 Noor
    newsletter  154 Елена
    website     159 Tomás
    partner     160 Tomás
Calls, Monday to Friday: Brigid 1 1 1 0 3 · Jun 0 0 0 2 0 · Noor 1 0 1 1 3 · Tomás 0 0 0 2 2 · Елена 1 0 0 0 3
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmtui import periods
from crmtui.blocks import Report
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store import connection
from tests.logic import ledger
from tests.logic.test_report_sales import told


@pytest.fixture
def report(demo_base: Path) -> Iterator[Report]:
    with connection.opened(demo_base):
        yield registry.run("business", Options(period=periods.read("2026-02-16..2026-02-22")))


def test_the_figures_of_a_week_are_those_counted_by_hand(report: Report) -> None:
    """6 + 2 + 6 + 4 + 4 = 22 calls of five reps; 3 + 3 + 2 + 2 + 1 + 1 + 1 = 13 requests."""
    assert ledger.figures(report) == {
        "closed": 2, "won": 1, "lost": 1, "won_cents": 352400, "average_won_cents": 352400, "calls": 22, "calls_per_rep": 4.4,
        "requests": 13, "requests_won": 1, "conversion": pytest.approx(1 / 13),
    }  # fmt: skip


def test_each_rep_has_what_was_counted_by_hand(report: Report) -> None:
    assert set(told(report, "reps", "rep", "calls", "won", "lost", "won_cents", "requests", "requests_won")) == {
        ("Brigid Fallow", 6, 0, 1, 0, 3, 1), ("Jun Takamori", 2, 0, 0, 0, 1, 0), ("Noor Haddadin", 6, 0, 0, 0, 2, 0),
        ("Tomás Villaseca", 4, 0, 0, 0, 5, 0), ("Елена Ракитина", 4, 1, 0, 352400, 2, 0), ("Marta Vidrike", 0, 0, 0, 0, 0, 0),
    }  # fmt: skip


def test_the_best_sources_are_those_counted_by_hand(report: Report) -> None:
    """The one that brought money first; of the others those with the most deals."""
    assert told(report, "sources", "source", "deals", "won", "lost", "won_cents")[:4] == [
        ("phone-in", 3, 1, 0, 2280000), ("referral", 3, 0, 0, 0), ("showroom", 2, 0, 0, 0), ("trade fair", 2, 0, 0, 0),
    ]  # fmt: skip
    assert len(told(report, "sources", "source")) == 5
