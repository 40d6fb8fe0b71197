"""What stands now: pipeline, forecast, overdue and today, on small books; it is Wednesday, 4 March 2026.

Stages of the first pipeline: Lead (10 %, 14 days), Qualified (25 %, 14), Proposal (50 %, 21), Negotiation (75 %, 21), Won, Lost.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store.tables import Client, Deal, Interaction, StageChange, Task
from tests.logic import ledger

pytestmark = pytest.mark.usefixtures("base")

BOOK = """
rep Ann
rep Ben
client Acme
deal A Acme Ann 100.00 Lead@02-22 next=mail
deal B Acme Ann 50.05 Lead@02-02 expected=02-20
deal C Acme Ben - Proposal@03-04 expected=03-04 next=call
deal D - Ben 1000.00 Lead@01-01 Negotiation@02-10 expected=05-31 next=meet
deal E Acme Ann 70.00 Lead@01-05 Won@02-10
deal F Acme Ben 30.00 Lead@01-05 Lost@02-10
deal G Acme Ben 999.00 Lead@01-05 deleted
deal H Acme - 10.00EUR Lead@02-12 expected=2027-01-01 next=x
"""


def test_the_pipeline_counts_and_adds_up_each_stage() -> None:
    """Lead: A 10 days, B 30 (past 14), H 20 (past): 60 / 3 = 20; 10 % of 150.05 is 15.005 → 15.01. Negotiation: D 22 days (past 21)."""
    ledger.write(BOOK)
    report = registry.run("pipeline")
    rows = [tuple(row.values())[1:] for row in ledger.tables(report)["stages"]]
    assert rows == [
        ("Lead", 3, 15005, 1501, 20.0, 2 / 3),
        ("Qualified", 0, 0, 0, None, None),
        ("Proposal", 1, 0, 0, 0.0, 0.0),
        ("Negotiation", 1, 100000, 75000, 22.0, 1.0),
    ]
    assert ledger.figures(report) == {"open_deals": 5, "open_cents": 115005, "weighted_cents": 76501}
    closed = [tuple(row.values())[1:] for row in ledger.tables(report)["closed"]]
    assert closed == [("Won", "won", 1, 7000), ("Lost", "lost", 1, 3000)]


def test_amounts_in_other_currencies_stand_apart_and_are_named() -> None:
    ledger.write(BOOK)
    report = registry.run("pipeline")
    assert [tuple(row.values())[1:] for row in ledger.tables(report)["currencies"]] == [("Lead", "EUR", 1, 1000, 100)]
    assert ledger.notes(report) == [
        "1 deal is in other currencies and not in the amounts in USD; the table of currencies has them.",
        "1 open deal without a value: counted, nothing in the sums.",
    ]


def test_the_currency_is_the_most_used_one_where_no_value_is_in_the_configured(settings: Callable[[str], None]) -> None:
    ledger.write(BOOK)
    assert registry.run("pipeline").currency == "USD"
    settings('currency = "GBP"')
    assert registry.run("pipeline").currency == "USD"
    settings('currency = "EUR"')
    assert registry.run("pipeline").currency == "EUR"


def test_owner_and_pipeline_limit_what_is_counted() -> None:
    ledger.write(BOOK + "pipeline Partners Talks 20 7 Signed Broken\ndeal P - Ann 5.00 Talks@03-01 in=Partners\n")
    assert ledger.figures(registry.run("pipeline"))["open_deals"] == 6
    assert ledger.figures(registry.run("pipeline", Options(owner=1)))["open_deals"] == 3
    assert ledger.figures(registry.run("pipeline", Options(owner=1, pipeline=1)))["open_deals"] == 2
    rows = ledger.tables(registry.run("pipeline", Options(pipeline=2)))["stages"]
    assert [(row["pipeline"], row["stage"], row["deals"]) for row in rows] == [("Partners", "Talks", 1)]
    assert [row["pipeline"] for row in ledger.tables(registry.run("pipeline"))["stages"]] == ["Sales"] * 4 + ["Partners"]


def test_ages_are_days_of_the_rep_calendar_also_across_the_change_of_clocks(
    settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Riga clocks went on 29 March 2026: noon UTC is 14:00 before, 15:00 after. At 21:30 UTC on 1 April it is 2 April there."""
    settings('timezone = "Europe/Riga"')
    monkeypatch.setenv("CRMTUI_NOW", "2026-04-01T21:30:00+00:00")
    ledger.write("deal A - - - Lead@03-28")
    assert ledger.tables(registry.run("pipeline"))["stages"][0]["mean_age_days"] == 5.0


def test_deals_of_unknown_age_are_in_no_mean() -> None:
    ledger.write("deal A - - 1.00 Lead@?\ndeal B - - 1.00 Lead@03-01")
    report = registry.run("pipeline")
    assert ledger.tables(report)["stages"][0]["mean_age_days"] == 3.0
    assert ledger.notes(report) == ["1 open deal of unknown age, not in the mean age and not past a limit."]


def test_the_forecast_puts_every_open_deal_into_one_row() -> None:
    """B was due in February, C is due today without a value, D on the last day of May, A has no day, H is far off and in EUR."""
    ledger.write(BOOK)
    report = registry.run("forecast")
    rows = {row.pop("month"): tuple(row.values()) for row in ledger.tables(report)["months"]}
    nothing = (0, 0, 0, 0)
    assert rows == {
        "overdue": (1, 5005, 501, 0), "2026-03": (1, 0, 0, 0), "2026-04": nothing, "2026-05": (1, 100000, 75000, 100000),
        "2026-06": nothing, "2026-07": nothing, "2026-08": nothing, "later": (1, 0, 0, 0), "no date": (1, 10000, 1000, 0),
    }  # fmt: skip
    assert ledger.figures(report) == {"open_deals": 5, "best_case_cents": 115005, "weighted_cents": 76501, "committed_cents": 100000}
    assert ledger.tables(report)["currencies"] == [
        {"month": "later", "currency": "EUR", "deals": 1, "best_case_cents": 1000, "weighted_cents": 100, "committed_cents": 0}
    ]


def test_overdue_tells_each_item_once_a_kind_in_a_fixed_order() -> None:
    """Beyond the limit: B since 2 February + 14 = due on 16 February, 16 days; H 12 + 14 = 26 February, 6; D 10 + 21 = 3 March, 1."""
    ledger.write(BOOK + "task Late Ann 03-01\ntask Later Ben 02-01\ntask Today Ann 03-04\ntask Done Ann 02-01 done=02-02\ntask Some Ann -")
    report = registry.run("overdue")
    lines = [(r["kind"], r["title"], r["owner"], r["due"] and r["due"].isoformat(), r["late_days"]) for r in ledger.tables(report)["items"]]
    assert lines == [
        ("task", "Later", "Ben", "2026-02-01", 31),
        ("task", "Late", "Ann", "2026-03-01", 3),
        ("close", "B", "Ann", "2026-02-20", 12),
        ("stage", "B", "Ann", "2026-02-16", 16),
        ("stage", "H", None, "2026-02-26", 6),
        ("stage", "D", "Ben", "2026-03-03", 1),
        ("next step", "B", "Ann", None, None),
    ]
    assert report.findings == 7
    assert ledger.figures(report) == {"tasks": 2, "closes": 1, "stages": 3, "next_steps": 1}


def test_a_task_with_an_hour_is_overdue_once_the_hour_is_over() -> None:
    ledger.write("task Morning - 03-04\ntask Evening - 03-04")
    for title, hour in (("Morning", "09:59:00"), ("Evening", "10:01:00")):
        Task.update(due_at=f"2026-03-04 {hour}.000000").where(Task.title == title).execute()
    assert [(row["title"], row["late_days"]) for row in ledger.tables(registry.run("overdue"))["items"]] == [("Morning", 0)]


def test_a_limit_lists_the_first_items_and_says_how_many_more() -> None:
    ledger.write(BOOK)
    whole, some = registry.run("overdue"), registry.run("overdue", Options(limit=2))
    assert ledger.tables(some)["items"] == ledger.tables(whole)["items"][:2]
    assert ledger.notes(some) == ["3 more items not listed."]
    assert some.findings == whole.findings == 5
    assert [row["title"] for row in ledger.tables(registry.run("overdue", Options(owner=2)))["items"]] == ["D"]


def test_deals_cold_for_the_same_days_stand_by_id_whatever_the_hour() -> None:
    ledger.write("deal A - - - Lead@01-10 next=x\ndeal B - - - Lead@01-10 next=x")
    Deal.update(stage_since="2026-01-10 23:00:00.000000").where(Deal.title == "A").execute()
    assert [row["title"] for row in ledger.tables(registry.run("overdue"))["items"]] == ["A", "B"]


def test_today_shows_the_business_on_one_screen() -> None:
    """March: won W1 (20.00). February to the 4th: W2 (10.00); W3 on the 5th is not beside. Leads: two in March, one on 1 February."""
    ledger.write(
        BOOK
        + """
deal W1 Acme Ann 20.00 Won@03-02
deal W2 Acme Ann 10.00 Won@02-04
deal W3 Acme Ann 40.00 Won@02-05
client One lead 03-01
client Two lead 03-03 Ann
client Three lead 02-01
client Four prospect 03-02
task Late Ann 03-01
task Today Ben 03-04
task Tomorrow Ben 03-05
"""
    )
    report = registry.run("today")
    assert ledger.figures(report) == {
        "open_deals": 5, "open_cents": 115005, "weighted_cents": 76501, "won": 1, "won_cents": 2000,
        "tasks_overdue": 1, "tasks_due_today": 1, "new_leads": 2,
    }  # fmt: skip
    beside = {name: value for name, value in ledger.before(report).items() if value is not None}
    assert beside == {"won": 1, "won_cents": 1000, "new_leads": 1}
    told = ledger.tables(report)
    assert [(row["title"], row["overdue"]) for row in told["tasks"]] == [("Late", "yes"), ("Today", "no")]
    assert [(row["title"], row["why"]) for row in told["attention"]] == [("B", "cold"), ("H", "cold"), ("D", "cold")]
    assert [row["name"] for row in told["leads"]] == ["Two", "One", "Three"]
    assert [row["deals"] for row in told["stages"]] == [3, 0, 1, 1]
    assert [block.title for block in report.blocks if hasattr(block, "columns")] == [
        "Tasks: 1 overdue, 1 due today",
        "Calls and meetings today: 0 calls, 0 meetings",
        "Open deals by stage",
        "Deals to look after: 3 cold, 1 without a next step",
        "Newest of 3 leads",
    ]


def test_today_for_an_owner_is_of_that_rep_alone() -> None:
    ledger.write(BOOK + "client Two lead 03-03 Ann\nclient One lead 03-03\ntask Late Ann 03-01\ntask Late2 Ben 03-01")
    report = registry.run("today", Options(owner=1))
    found = ledger.figures(report)
    assert (found["open_deals"], found["tasks_overdue"], found["new_leads"]) == (2, 1, 1)
    assert [row["name"] for row in ledger.tables(report)["leads"]] == ["Two"]


def test_today_tells_the_calls_and_meetings_of_the_day_the_latest_first(settings: Callable[[str], None]) -> None:
    """In Riga 4 March goes from 22:00 UTC of the 3rd to 22:00 UTC of the 4th. Of eight five are listed; a mail is none."""
    settings('timezone = "Europe/Riga"')
    ledger.write("rep Ann\nrep Ben\nclient Acme\nemail Ann 03-04\n" + "call Ann 03-04\n" * 7 + "meeting Ben 03-04\n" * 2 + "call Ben 03-04")
    moments = ("03 21:59", "03 22:00", "04 06:00", "04 07:00", "04 08:00", "04 08:30", "04 09:00", "04 09:00", "04 22:00", "04 09:30")
    for id_, moment in enumerate(moments, start=2):
        Interaction.update(at=f"2026-03-{moment}:00.000000", outcome=f"{id_}", client=1).where(Interaction.id == id_).execute()
    report = registry.run("today")
    assert [(r["id"], r["kind"], r["rep"], r["client"], r["outcome"]) for r in ledger.tables(report)["contacts"]] == [
        (11, "call", "Ben", "Acme", "11"), (9, "meeting", "Ben", "Acme", "9"), (8, "call", "Ann", "Acme", "8"),
        (7, "call", "Ann", "Acme", "7"), (6, "call", "Ann", "Acme", "6"),
    ]  # fmt: skip
    assert "Calls and meetings today: 7 calls, 1 meeting" in [getattr(block, "title", "") for block in report.blocks]
    of_ben = registry.run("today", Options(owner=2))
    assert [row["id"] for row in ledger.tables(of_ben)["contacts"]] == [11, 9]
    assert "Calls and meetings today: 1 call, 1 meeting" in [getattr(block, "title", "") for block in of_ben.blocks]


def test_the_days_beside_are_at_most_the_whole_month_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-31T10:00:00+00:00")
    ledger.write("deal A - - 1.00 Won@02-28\ndeal B - - 1.00 Won@03-01")
    assert ledger.before(registry.run("today"))["won"] == 1


def test_deleted_deals_and_clients_are_in_no_figure() -> None:
    ledger.write("client Gone lead 03-01\nclient Here lead 03-01")
    ledger.write("deal A Gone - 1.00 Lead@01-01 deleted\ndeal B Gone - 1.00 Won@03-01 deleted")
    Client.update(deleted_at="2026-03-02 00:00:00.000000").where(Client.name == "Gone").execute()
    found = ledger.figures(registry.run("today"))
    assert (found["open_deals"], found["won"], found["new_leads"]) == (0, 0, 1)
    assert registry.run("overdue").findings == 0
    assert StageChange.select().count() == 2
