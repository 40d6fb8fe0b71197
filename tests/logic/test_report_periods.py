"""What happened in a period: kpi, funnel, velocity and ranking, on small books; it is Wednesday, 4 March 2026."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crmtui import periods
from crmtui.blocks import Report
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store import connection
from crmtui.store.tables import Client, Deal, StageChange
from tests.logic import ledger

pytestmark = pytest.mark.usefixtures("base")

BOOK = """
rep Ann
rep Ben
rep Cid away
rep Dan away
client Acme
client Bolt
client Cube
deal A Acme Ann 100.00 Lead@02-01 Qualified@02-03 Won@02-10
deal B Bolt Ann 50.01 Lead@02-01 Won@02-28
deal C Acme Ben - Lead@01-20 Proposal@01-25 Won@02-20
deal D Acme Ben 30.00 Lead@01-20 Qualified@01-21 Lost@02-20
deal E Cube - 5.00EUR Lead@02-05 Won@02-06
deal F Bolt Cid 20.00 Lead@01-01 Won@01-31
deal G Acme Ann 9.00 Lead@02-01 Proposal@02-04 Lead@02-07
deal H Acme Ann 9.00 Lost@02-01
deal I Acme Ann 9.00 Lead@02-01 Won@02-02 deleted
"""


def ran(name: str, period: str, **options: int) -> Report:
    return registry.run(name, Options(period=periods.read(period), **options))


def test_key_figures_of_february_stand_beside_those_of_january() -> None:
    """Won A, B, C, E; lost D, H: 4 / 6. Average 150.01 / 2 = 75.005 → 75.01. January: won F."""
    ledger.write(BOOK + "call Ann 02-03\ncall Ann 01-31\nemail - 02-03\nmeeting Ben 02-28\nnote Ben 02-28\ntask T Ben 02-01 done=02-02")
    report = ran("kpi", "2026-02")
    assert ledger.figures(report) == {
        "won": 4, "won_cents": 15001, "lost": 2, "win_rate": 4 / 6, "average_won_cents": 7501, "opened": 5,
        "calls": 1, "emails": 1, "meetings": 1, "tasks_done": 1, "new_leads": 0, "new_clients": 0,
    }  # fmt: skip
    beside = ledger.before(report)
    assert (beside["won"], beside["won_cents"], beside["lost"], beside["win_rate"], beside["opened"], beside["calls"]) == (
        1, 2000, 0, 1.0, 3, 1,
    )  # fmt: skip


def test_key_figures_by_rep_go_from_most_won_to_nobody() -> None:
    ledger.write(BOOK + "call Ann 02-03\nemail - 02-03\ntask T Ben 02-01 done=02-02")
    rows = ledger.tables(ran("kpi", "2026-02"))["reps"]
    names = ("rep", "won_cents", "before_won_cents", "won", "lost", "win_rate", "opened", "calls", "emails", "tasks_done")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("Ann", 15001, 0, 2, 1, 2 / 3, 4, 1, 0, 0),
        ("Ben", 0, 0, 1, 1, 0.5, 0, 0, 0, 1),
        ("Cid", 0, 2000, 0, 0, None, 0, 0, 0, 0),
        ("nobody", 0, 0, 1, 0, 1.0, 1, 0, 1, 0),
    ]


def test_money_won_in_other_currencies_has_a_table_of_its_own() -> None:
    ledger.write(BOOK)
    report = ran("kpi", "2026-02")
    assert ledger.tables(report)["currencies"] == [{"rep": "nobody", "currency": "EUR", "won": 1, "won_cents": 500}]
    assert ledger.notes(report) == ["1 deal is in other currencies and not in the amounts in USD; the table of currencies has them."]


def test_a_long_period_tells_the_money_by_month() -> None:
    ledger.write(BOOK)
    months = ledger.tables(ran("kpi", "2026"))["months"]
    assert [tuple(row.values()) for row in months] == [("2026-01", 1, 2000), ("2026-02", 4, 15001), ("2026-03", 0, 0)]
    assert [row["month"] for row in ledger.tables(ran("kpi", "all"))["months"]] == ["2026-01", "2026-02"]
    assert "months" not in ledger.tables(ran("kpi", "2026-01-01..2026-03-03"))


def test_a_period_that_still_runs_is_compared_with_a_whole_one_and_says_so() -> None:
    assert ledger.notes(registry.run("kpi")) == ["The period still runs; beside it stands the whole one before, 2026-02-01 – 2026-02-28."]


def test_nothing_closed_has_no_win_rate() -> None:
    ledger.write("deal A - - 1.00 Lead@03-01")
    assert ledger.figures(registry.run("kpi"))["win_rate"] is None


def test_a_deal_closed_on_an_unknown_day_is_only_in_all_time() -> None:
    ledger.write("deal A - - 1.00 Won@?\ndeal B - - 2.00 Won@02-01")
    assert ledger.figures(ran("kpi", "2026"))["won_cents"] == 200
    whole = ran("kpi", "all")
    assert ledger.figures(whole)["won_cents"] == 300
    assert ledger.notes(whole) == ["1 closed deal of unknown closing day: in the totals of all time, in no month."]


def test_months_end_at_midnight_of_the_rep(settings: Callable[[str], None]) -> None:
    """23:30 UTC on 31 January is February in Riga."""
    ledger.write("deal A - - 1.00 Won@01-31")
    Deal.update(closed_at="2026-01-31 23:30:00.000000").execute()
    assert ledger.figures(ran("kpi", "2026-01"))["won"] == 1
    settings('timezone = "Europe/Riga"')
    assert ledger.figures(ran("kpi", "2026-01"))["won"] == 0
    assert [row["month"] for row in ledger.tables(ran("kpi", "all"))["months"]] == ["2026-02"]


def test_key_figures_of_one_owner_and_one_pipeline() -> None:
    ledger.write(BOOK + "pipeline Partners Talks 20 7 Signed Broken\ndeal P - Ann 5.00 Signed@02-01 in=Partners")
    ledger.write("call Ann 02-03\ncall Ben 02-03")
    assert ledger.figures(ran("kpi", "2026-02", pipeline=2))["won_cents"] == 500
    own = ran("kpi", "2026-02", owner=1)
    assert (ledger.figures(own)["won"], ledger.figures(own)["calls"]) == (3, 1)
    assert [row["rep"] for row in ledger.tables(own)["reps"]] == ["Ann"]


def test_the_funnel_counts_how_far_deals_came_and_never_losing() -> None:
    """Eight deals: H's way before its loss is unknown. Qualified or further: A, B, C, D, E, F, G; Proposal or further: all but D."""
    ledger.write(BOOK)
    report = ran("funnel", "all")
    rows = [tuple(row.values())[1:] for row in ledger.tables(report)["stages"]]
    assert rows == [
        ("Lead", 8, None, 1.0, 0, 0),
        ("Qualified", 7, 7 / 8, 7 / 8, 0, 1),
        ("Proposal", 6, 6 / 7, 6 / 8, 1, 0),
        ("Negotiation", 5, 5 / 6, 5 / 8, 0, 0),
        ("Won", 5, 1.0, 5 / 8, 0, 0),
    ]
    assert ledger.figures(report) == {"deals": 8, "won": 5, "lost": 2, "open": 1, "won_share": 5 / 8}
    assert ledger.notes(report) == ["1 lost deal of which only the loss is known: in the first step, lost from none."]


def test_the_funnel_of_a_period_is_of_the_deals_opened_in_it() -> None:
    ledger.write(BOOK + "deal U - - 1.00 Lead@02-09 opened=?")
    report = ran("funnel", "2026-01")
    assert [(row["stage"], row["reached"]) for row in ledger.tables(report)["stages"]] == [
        ("Lead", 3), ("Qualified", 3), ("Proposal", 2), ("Negotiation", 2), ("Won", 2),
    ]  # fmt: skip
    assert ledger.notes(report) == ["1 deal of unknown opening day left out."]
    assert ledger.figures(ran("funnel", "all"))["deals"] == 9


def test_each_pipeline_has_a_funnel_of_its_own() -> None:
    ledger.write(BOOK + "pipeline Partners Talks 20 7 Signed Broken\ndeal P - - 5.00 Talks@02-01 Signed@02-03 in=Partners")
    rows = ledger.tables(ran("funnel", "all"))["stages"]
    assert [(r["pipeline"], r["stage"], r["reached"], r["from_previous"]) for r in rows[-2:]] == [
        ("Partners", "Talks", 1, None), ("Partners", "Signed", 1, 1.0),
    ]  # fmt: skip
    assert rows[0]["reached"] == 8


def test_velocity_tells_mean_median_and_ninetieth_percentile() -> None:
    """To won: A 9, B 27, C 31, E 1, F 30 days: mean 19.6, median 27, 90 % lies 0.6 between 30 and 31. To lost: D 31 days, H 0."""
    ledger.write(BOOK)
    report = ran("velocity", "all")
    assert ledger.figures(report) == {"won": 5, "mean_days": 19.6, "median_days": 27.0, "p90_days": pytest.approx(30.6)}
    ways = {row.pop("to"): tuple(row.values()) for row in ledger.tables(report)["ways"]}
    assert ways["lost"] == (2, 15.5, 15.5, pytest.approx(27.9))


def test_stays_in_a_stage_end_with_the_next_move() -> None:
    """Lead: A 2, B 27, C 5, D 1, E 1, F 30, G 3 days, its second stay has not ended. Proposal: C 26, G 3."""
    ledger.write(BOOK)
    rows = {row["stage"]: (row["deals"], row["mean_days"], row["median_days"]) for row in ledger.tables(ran("velocity", "all"))["stages"]}
    assert rows == {"Lead": (7, 69 / 7, 3.0), "Qualified": (2, 18.5, 18.5), "Proposal": (2, 14.5, 14.5), "Negotiation": (0, None, None)}


def test_velocity_of_a_period_is_of_what_ended_in_it() -> None:
    """January: F was won; Lead was left by C, D and F."""
    ledger.write(BOOK)
    report = ran("velocity", "2026-01")
    assert ledger.figures(report)["won"] == 1
    assert ledger.tables(report)["stages"][0]["deals"] == 3


def test_moves_of_unknown_day_and_spans_that_end_before_they_begin_are_in_no_velocity() -> None:
    ledger.write("deal A - - 1.00 Lead@? Qualified@02-01 Won@02-03\ndeal B - - 1.00 Lead@02-02 Won@02-05 opened=02-09")
    report = ran("velocity", "all")
    assert [(row["stage"], row["deals"]) for row in ledger.tables(report)["stages"][:2]] == [("Lead", 1), ("Qualified", 1)]
    assert ledger.figures(report)["won"] == 0
    assert ledger.notes(report) == ["1 span left out: the end is before the beginning."]


def test_ranking_orders_clients_by_money_then_name() -> None:
    """Acme 100.00 + nothing for C, Bolt 50.01 + 20.00, Cube only in EUR; Acme and Bolt together make 80 %."""
    ledger.write(BOOK + "client Ajax\ndeal X Ajax - 70.01 Won@02-09\ndeal Y - - 500.00 Won@02-09")
    report = ran("ranking", "all")
    rows = [tuple(row.values()) for row in ledger.tables(report)["clients"]]
    total = 10000 + 7001 + 7001
    assert rows == [
        (1, 1, "Acme", 2, 10000, 10000 / total, 10000 / total),
        (2, 4, "Ajax", 1, 7001, 7001 / total, 17001 / total),
        (3, 2, "Bolt", 2, 7001, 7001 / total, 1.0),
    ]
    assert ledger.figures(report) == {"clients": 3, "won_cents": total, "clients_to_80": 3, "clients_to_80_share": 1.0}
    assert ledger.tables(report)["currencies"] == [{"currency": "EUR", "clients": 1, "deals": 1, "won_cents": 500}]
    assert ledger.notes(report) == [
        "1 deal is in other currencies and not in the amounts in USD; the table of currencies has them.",
        "1 won deal without a client (500 USD): in no share.",
    ]


def test_ranking_of_a_period_counts_what_closed_in_it_and_a_limit_shortens_the_list_only() -> None:
    ledger.write(BOOK)
    report = ran("ranking", "2026-02", limit=1)
    assert [(row["client"], row["won_cents"]) for row in ledger.tables(report)["clients"]] == [("Acme", 10000)]
    assert ledger.figures(report)["won_cents"] == 15001
    assert "1 more client not listed." in ledger.notes(report)


def test_a_deleted_client_is_ranked_no_more_and_its_money_is_named() -> None:
    ledger.write(BOOK)
    Client.update(deleted_at="2026-03-02 00:00:00.000000").where(Client.name == "Bolt").execute()
    report = ran("ranking", "all")
    assert [row["client"] for row in ledger.tables(report)["clients"]] == ["Acme"]
    assert "2 won deals without a client (70.01 USD): in no share." in ledger.notes(report)


def test_money_given_back_makes_no_share() -> None:
    ledger.write("client Acme\nclient Bolt\ndeal A Acme - 10.00 Won@02-01\ndeal B Bolt - -4.00 Won@02-01")
    rows = [(row["client"], row["share"], row["cumulative_share"]) for row in ledger.tables(ran("ranking", "all"))["clients"]]
    assert rows == [("Acme", 1.0, 1.0), ("Bolt", None, 1.0)]


def test_a_report_sees_one_state_of_the_base(base: connection.Base) -> None:
    ledger.write(BOOK)
    with base.reading():
        assert ran("kpi", "all") == ran("kpi", "all")


def test_a_deal_without_a_history_came_as_far_as_the_stage_it_is_in() -> None:
    ledger.write("deal A - - 1.00 Proposal@02-01")
    StageChange.delete().execute()
    assert [row["reached"] for row in ledger.tables(ran("funnel", "all"))["stages"]] == [1, 1, 1, 0, 0]
