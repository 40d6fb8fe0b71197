"""Won, lost, products, leaderboard and sales cycle on a small book, worked out by hand; it is Wednesday, 4 March 2026."""

from __future__ import annotations

from typing import Any

import pytest

from crmtui import periods
from crmtui.blocks import Report
from crmtui.reports import lines, registry
from crmtui.reports.registry import Options
from crmtui.sales import rates
from crmtui.store.tables import Client, Deal
from tests.logic import ledger

pytestmark = pytest.mark.usefixtures("base")

BOOK = """
rep Ann region=North
rep Ben region=South
rep Cid away
client Acme source=web
client Bolt
product Glass 20.00
product Oak 5.00
product Fit -
deal A Acme Ann 100.00 Lead@02-01 Qualified@02-03 Won@02-10 tag=vip tag=new sold=Glass:3:10.00 sold=Oak:2:5.00
deal B Bolt Ann 50.01 Lead@02-01 Won@02-28 source=fair sold=Glass:1:- sold=Oak:1:-
deal C Acme Ben - Lead@01-20 Proposal@01-25 Won@02-20 tag=vip
deal D Acme Ben 30.00 Lead@01-20 Qualified@01-21 Lost@02-20 reason=price rival=Zed
deal E - - 5.00EUR Lead@02-05 Won@02-06
deal F Bolt Cid 20.00 Lead@01-01 Won@01-31 sold=Oak:1:1.00 sold=Fit:1:- sold=Oak:1:1.00
deal G Acme Ann 9.00 Lead@02-01 Proposal@02-04 Lead@02-07
deal H Acme Ann 9.00 Lost@02-01 reason=time
deal I Acme Ann 9.00 Lead@02-01 Won@02-02 deleted
deal J Bolt Ann 4.00 Lead@02-01 Proposal@02-02 Lost@02-03 Lead@02-04 Lost@02-05 reason=price
"""


def ran(name: str, period: str = "2026-02", **options: Any) -> Report:
    return registry.run(name, Options(period=periods.read(period), **options))


def told(report: Report, table: str, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in ledger.tables(report)[table]]


def test_won_deals_of_february_stand_beside_those_of_january() -> None:
    """Won A, B, C, E; 150.01 / 2 = 75.005 → 75.01. January: F."""
    ledger.write(BOOK)
    report = ran("won")
    assert ledger.figures(report) == {"won": 4, "won_cents": 15001, "average_won_cents": 7501}
    assert ledger.before(report) == {"won": 1, "won_cents": 2000, "average_won_cents": 2000}
    assert told(report, "by_owner", "owner", "won", "won_cents", "average_won_cents", "share") == [
        ("Ann", 2, 15001, 7501, 1.0), ("Ben", 1, 0, None, None), ("nobody", 1, 0, None, None),
    ]  # fmt: skip
    assert ledger.tables(report)["currencies"] == [{"currency": "EUR", "deals": 1, "value_cents": 500}]


def test_a_deal_is_split_over_its_products_by_quantity_times_price() -> None:
    """A: 30 to 10 of 40. B: 20 to 5 of the catalogue's 25, 40.008 → 40.01. Without: C and E (EUR)."""
    ledger.write(BOOK)
    report = ran("won")
    assert told(report, "by_product", "product", "won", "won_cents") == [
        ("Glass", 2, 7500 + 4001), ("Oak", 2, 2500 + 1000), ("no product", 2, 0),
    ]  # fmt: skip


def test_without_every_price_a_deal_is_split_evenly_and_adds_up() -> None:
    """F has two lines of Oak and one of Fit, whose price nobody knows: 6.67, 6.66, 6.67."""
    ledger.write(BOOK)
    assert told(ran("won", "2026-01"), "by_product", "product", "won", "won_cents") == [("Oak", 1, 1334), ("Fit", 1, 666)]
    assert lines.parts(2000, [(1, 100), (1, None), (1, 100)]) == [667, 666, 667]
    assert lines.parts(None, [(1, 100), (1, 100)]) == [0, 0]
    assert lines.parts(-100, [(1000, 1), (2000, 1)]) == [-33, -67]
    assert lines.parts(7, [(0, 5), (0, 5)]) == [4, 3]


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("owner", [("Ann", 2, 15001), ("Ben", 1, 0), ("nobody", 1, 0)]),
        ("region", [("North", 2, 15001), ("South", 1, 0), ("no region", 1, 0)]),
        ("source", [("web", 2, 10000), ("fair", 1, 5001), ("no source", 1, 0)]),
        ("tag", [("new", 1, 10000), ("vip", 2, 10000), ("no tag", 2, 5001)]),
        ("month", [("2026-02", 4, 15001)]),
        ("week", [("2026-02-02", 1, 0), ("2026-02-09", 1, 10000), ("2026-02-16", 1, 0), ("2026-02-23", 1, 5001)]),
    ],
)
def test_won_deals_by_one_thing(by: str, rows: list[tuple[Any, ...]]) -> None:
    ledger.write(BOOK)
    found = told(ran("won", by=by), f"by_{by}", by, "won", "won_cents")
    assert sorted(found) == sorted(rows)


def test_a_long_period_tells_every_month_also_without_anything() -> None:
    ledger.write(BOOK)
    assert told(ran("won", "2025-12-01..2026-03-31"), "by_month", "month", "won", "won_cents") == [
        ("2025-12", 0, 0), ("2026-01", 1, 2000), ("2026-02", 4, 15001), ("2026-03", 0, 0),
    ]  # fmt: skip


def test_a_period_is_compared_with_the_same_one_a_year_before() -> None:
    ledger.write("deal A - - 7.00 Won@2025-02-10\ndeal B - - 5.00 Won@01-10")
    assert ledger.before(ran("won", compare="year"))["won_cents"] == 700
    assert ledger.before(ran("won", compare="previous"))["won_cents"] == 500
    assert ledger.before(ran("kpi", compare="year"))["won_cents"] == 700
    assert ledger.before(ran("won", "all", compare="year"))["won_cents"] is None
    leap = periods.year_before(periods.read("2024-02-29..2024-03-31"))
    assert leap is not None
    assert str(leap) == "2023-02-28 – 2023-03-31"


def test_lost_deals_by_reason_stage_competitor_and_owner() -> None:
    """Lost D from Qualified, H from nowhere known, J from Lead the last time: 43.00 in all, of 7 closed 3."""
    ledger.write(BOOK)
    report = ran("lost")
    assert ledger.figures(report) == {"lost": 3, "lost_cents": 4300, "refusal_rate": 3 / 7}
    assert ledger.before(report) == {"lost": 0, "lost_cents": 0, "refusal_rate": 0.0}
    assert told(report, "by_reason", "reason", "lost", "share", "lost_cents") == [("price", 2, 2 / 3, 3400), ("time", 1, 1 / 3, 900)]
    assert told(report, "by_stage", "stage", "lost", "lost_cents") == [("Qualified", 1, 3000), ("unknown", 1, 900), ("Lead", 1, 400)]
    assert told(report, "by_competitor", "competitor", "lost") == [("none named", 2), ("Zed", 1)]
    assert told(report, "by_owner", "owner", "lost", "share") == [("Ann", 2, 2 / 3), ("Ben", 1, 1 / 3)]
    assert told(ran("lost", by="source"), "by_source", "source", "lost") == [("web", 2), ("no source", 1)]


def test_products_asked_for_in_a_period_and_closed_in_it() -> None:
    """Opened in February: A and B with both, E, G, H and J without, and I is deleted."""
    ledger.write(BOOK)
    report = ran("products")
    assert told(report, "products", "product", "deals", "won", "lost", "win_rate", "won_cents") == [
        ("Glass", 2, 2, 0, 1.0, 11501), ("Oak", 2, 2, 0, 1.0, 3500), ("no product", 4, 2, 3, 0.4, 0),
    ]  # fmt: skip
    assert ledger.figures(report) == {"products": 2, "products_won": 2, "won_cents": 15001, "won_without_cents": 0}
    assert told(ran("products", by="source"), "by_source", "source", "product", "won", "won_cents")[:2] == [
        ("web", "Glass", 1, 7500), ("fair", "Glass", 1, 4001),
    ]  # fmt: skip


def test_the_leaderboard_ranks_reps_and_shows_where_they_stood() -> None:
    """January: Cid 20.00 first. Cid is away and has nothing in February."""
    ledger.write(BOOK + "call Ben 02-03\ncall Ben 02-04")
    report = ran("leaderboard")
    assert told(report, "reps", "rank", "rep", "won_cents", "before_won_cents", "before_rank", "won", "lost", "win_rate", "calls") == [
        (1, "Ann", 15001, 0, 2, 2, 2, 0.5, 0), (2, "Ben", 0, 0, 3, 1, 1, 0.5, 2),
    ]  # fmt: skip
    assert ledger.figures(report) == {"won_cents": 15001, "won": 3, "lost": 3, "win_rate": 0.5, "calls": 2}
    assert ledger.notes(report) == [
        "1 won deal of nobody (0 USD): in no rank.",
        "1 deal is in other currencies and not in the amounts in USD; the report won tells them.",
    ]


def test_the_cycle_by_seller_and_by_source() -> None:
    """To won: A 9, B 27, C 31, E 1, F 30 days."""
    ledger.write(BOOK)
    report = ran("cycle", "all")
    assert ledger.figures(report) == {"deals": 5, "mean_days": 19.6, "median_days": 27.0, "p90_days": pytest.approx(30.6)}
    assert told(report, "by_owner", "owner", "deals", "mean_days", "median_days") == [
        ("Ann", 2, 18.0, 18.0), ("Ben", 1, 31.0, 31.0), ("Cid", 1, 30.0, 30.0), ("nobody", 1, 1.0, 1.0),
    ]  # fmt: skip
    assert sorted(told(report, "by_source", "source", "deals", "mean_days")) == [
        ("fair", 1, 27.0), ("no source", 2, 15.5), ("web", 2, 20.0),
    ]  # fmt: skip
    assert sorted(told(ran("cycle", "all", by="product"), "by_product", "product", "deals")) == [
        ("Fit", 1), ("Glass", 2), ("Oak", 3), ("no product", 2),
    ]  # fmt: skip


def test_a_deal_closed_before_it_was_opened_is_in_no_cycle() -> None:
    ledger.write("deal A - - 1.00 Won@02-05 opened=02-09")
    report = ran("cycle", "all")
    assert ledger.figures(report)["deals"] == 0
    assert ledger.notes(report) == ["1 deal left out: closed before it was opened."]


def test_a_rate_of_its_closing_day_brings_a_deal_into_the_sums() -> None:
    """E was won on 6 February: 5.00 EUR at 1.101 is 5.505 → 5.51; the rate of the 10th came later."""
    ledger.write(BOOK)
    rates.add("EUR", "1.101", on=periods.read("2026-02-01").first)
    rates.add("EUR", "2", on=periods.read("2026-02-10").first)
    report = ran("won")
    assert ledger.figures(report) == {"won": 4, "won_cents": 15552, "average_won_cents": 5184}
    assert "currencies" not in ledger.tables(report)
    assert "1 deal of other currencies converted into USD, each at the rate of its closing day." in ledger.notes(report)
    assert ledger.figures(ran("kpi"))["won_cents"] == 15552
    assert told(report, "by_product", "product", "won_cents")[-1] == ("no product", 551)


def test_a_rate_that_came_after_the_closing_day_converts_nothing() -> None:
    ledger.write(BOOK)
    rates.add("EUR", "2", on=periods.read("2026-02-10").first)
    assert ledger.figures(ran("won"))["won_cents"] == 15001
    assert ledger.tables(ran("won"))["currencies"] == [{"currency": "EUR", "deals": 1, "value_cents": 500}]


def test_a_deleted_client_still_names_the_source_of_its_deals_and_deleted_deals_are_nowhere() -> None:
    ledger.write(BOOK)
    Deal.update(deleted_at="2026-03-02 00:00:00.000000").execute()
    Client.update(deleted_at="2026-03-02 00:00:00.000000").execute()
    for name in ("won", "lost", "sources", "products", "leaderboard", "cycle", "business"):
        assert not any(ledger.figures(ran(name)).values()), name
