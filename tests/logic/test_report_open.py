"""Figures opened to the records that make them, reports written into a folder, and rates in what stands open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import periods, team
from crmtui.blocks import Report
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.present import plain, text
from crmtui.reports import publishing, registry
from crmtui.reports.registry import Options
from crmtui.sales import rates, records
from crmtui.store import connection
from tests.logic import ledger
from tests.logic.examples import few
from tests.logic.test_report_properties import books, written
from tests.logic.test_report_sales import BOOK

WORK = "\ncall Ann 02-03\ncall Ben 01-31\nemail - 02-03\nmeeting Ben 02-28\ntask T Ben 02-01 done=02-02\ntask U Ann 03-04\ntask V Ben 02-01"
OPENED = [
    *(("kpi", figure) for figure in ("won", "lost", "opened", "calls", "emails", "meetings", "tasks_done", "new_leads", "new_clients")),
    *(("today", figure) for figure in ("open_deals", "won", "tasks_overdue", "tasks_due_today", "new_leads")),
    *(("overdue", figure) for figure in ("tasks", "closes", "stages", "next_steps")),
    ("pipeline", "open_deals"), ("won", "won"), ("lost", "lost"),
]  # fmt: skip


def options(name: str, period: str, owner: int | None = None) -> Options:
    return Options(period=periods.read(period) if registry.entry(name).period else None, owner=owner)


def agrees(name: str, figure: str, asked: Options) -> None:
    _, wanted = registry.opened(name, figure, asked)
    assert len(wanted) == len(set(wanted)) == ledger.figures(registry.run(name, asked))[figure], (name, figure)


@pytest.mark.parametrize(("name", "figure"), OPENED)
@pytest.mark.parametrize("owner", [None, 1])
def test_an_opened_figure_has_as_many_records_as_it_says(base: connection.Base, name: str, figure: str, owner: int | None) -> None:
    ledger.write(BOOK + WORK + "\nclient Cube lead 2026-02-03 Ann\nclient Dot lead 2026-03-03")
    for period in ("2026-02", "all", "2026"):
        agrees(name, figure, options(name, period, owner))


@few(15)
@given(books, st.sampled_from(["all", "2026-01", "..2026-01-15"]), st.sampled_from([None, 1]))
def test_in_any_book_an_opened_figure_has_as_many_records_as_it_says(
    base: connection.Base, lines: list[str], period: str, owner: int | None
) -> None:
    with written(lines):
        who = team.load()[0].id if owner else None
        for name, figure in OPENED:
            agrees(name, figure, options(name, period, who))
        for name in ("won", "kpi"):
            _, wanted = registry.opened(name, "won_cents", options(name, period, who))
            report = registry.run(name, options(name, period, who))
            own = [deal.value_cents or 0 for deal in records.load(wanted) if deal.currency == report.currency]
            assert sum(own) == ledger.figures(report)["won_cents"]


def test_the_deals_of_one_stage_are_opened(base: connection.Base) -> None:
    ledger.write(BOOK)
    assert registry.opened("pipeline", "open_deals", Options(stage=1)) == ("deal", [7])
    assert registry.opened("pipeline", "open_deals", Options(stage=2)) == ("deal", [])
    assert registry.run("pipeline", Options(stage=1)).title == "Pipeline by stage, Lead"


def test_a_figure_that_cannot_be_opened_is_refused_with_those_that_can(base: connection.Base) -> None:
    with pytest.raises(NotFound, match='the report "won" cannot open "wonn"; did you mean "won"\\? it opens won, won_cents'):
        registry.opened("won", "wonn")
    with pytest.raises(NotFound, match="reports with figures to open: today, pipeline, kpi, overdue, won, lost"):
        registry.opened("forecast", "open_deals")
    with pytest.raises(Unreadable):
        registry.opened("today", "won", Options(limit=3))


def test_every_report_is_written_in_three_forms_with_the_same_numbers(demo_base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with connection.opened(demo_base):
        found = publishing.write(folder, Options(period=periods.read("2026"), owner=3))
        kpi = registry.run("kpi", Options(period=periods.read("2026"), owner=3))
    names = {"index.md", "index.html", *(f"{name}.{kind}" for name in registry.names() for kind in publishing.KINDS)}
    assert {path.name for path in folder.iterdir()} == names == set(found.files)
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    forms = [(folder / f"kpi.{kind}").read_text("utf-8") for kind in publishing.KINDS]
    for amount in amounts(kpi):
        assert all(amount in re.sub(r"&#160;|<[^>]+>", lambda found: " " if found[0] == "&#160;" else "", form) for form in forms), amount
    assert "http" not in forms[2].replace("http://www.w3.org", "").replace("https://www.textualize.io", "").replace("https://www.", "")


def amounts(report: Report) -> list[str]:
    """The numbers of the figures as people read them."""
    shown: dict[str, Any] = plain.report_dict(report)["figures"]
    kinds = {figure.name: figure.kind for block in report.blocks for figure in getattr(block, "items", ())}
    return [text.value(number, kinds[name], report.currency) for name, number in shown.items() if number is not None]


def test_a_folder_that_holds_such_files_is_left_alone(demo_base: Path, tmp_path: Path) -> None:
    (tmp_path / "kpi.svg").write_text("mine")
    with connection.opened(demo_base), pytest.raises(Refused, match="exists already"):
        publishing.write(tmp_path, Options())
    assert not (tmp_path / "index.md").exists()
    with connection.opened(demo_base), pytest.raises(Refused, match="is no folder"):
        publishing.write(tmp_path / "kpi.svg", Options())


def test_open_deals_are_told_at_todays_rate_and_closed_ones_at_that_of_their_day(base: connection.Base) -> None:
    """10.00 USD and 5.00 EUR open, at 1.2 today 6.00; 1.00 EUR won in February at 1.1."""
    ledger.write("deal A - - 10.00 Lead@02-01\ndeal B - - 5.00EUR Lead@02-01 expected=2026-03-09\ndeal C - - 1.00EUR Won@02-01")
    assert ledger.figures(registry.run("pipeline"))["open_cents"] == 1000
    rates.add("EUR", "1.1", on=periods.read("2026-01-15").first)
    rates.add("EUR", "1.2", on=periods.read("2026-03-01").first)
    rates.add("EUR", "9", on=periods.read("2026-03-05").first)
    pipeline = registry.run("pipeline")
    assert ledger.figures(pipeline) == {"open_deals": 2, "open_cents": 1600, "weighted_cents": 160}
    assert [row["value_cents"] for row in ledger.tables(pipeline)["closed"]] == [110, 0]
    assert "currencies" not in ledger.tables(pipeline)
    assert ledger.notes(pipeline) == [
        "1 deal of other currencies converted into USD, each at today's rate.",
        "1 deal of other currencies converted into USD, each at the rate of its closing day.",
    ]
    assert ledger.figures(registry.run("forecast"))["best_case_cents"] == ledger.figures(registry.run("today"))["open_cents"] == 1600
    assert ledger.figures(registry.run("ranking"))["won_cents"] == 0
    assert ledger.tables(registry.run("kpi", Options(period=periods.ALL)))["months"][0]["won_cents"] == 110


def test_a_rate_told_the_other_way_round_is_turned(base: connection.Base) -> None:
    rates.add("EUR", "1.25", on=periods.read("2026-01-01").first)
    day = periods.read("2026-02-01").first
    assert rates.into("EUR").convert(1000, "USD", day) == 800
    assert rates.into("USD").convert(1, "EUR", day) == 1
    assert rates.into("USD").convert(-2, "EUR", day) == -2
    rates.add("JPY", "0.00671", on=day)
    assert rates.into("USD").convert(1000, "JPY", day) == 671
    assert rates.into("USD").convert(1000, "JPY", None) is None


def test_a_rate_is_set_once_a_day_and_can_be_undone(base: connection.Base) -> None:
    from crmtui.store import rewind

    rates.add("eur", "1.10")
    assert rates.add("EUR", "1.2").id == 1
    assert [(quote.currency, quote.rate, str(quote.on)) for quote in rates.listed()] == [("EUR", "1.2", "2026-03-04")]
    rewind.undo()
    assert [quote.rate for quote in rates.listed()] == ["1.10"]


@pytest.mark.parametrize(
    ("currency", "rate"), [("USD", "1"), ("EUR", "0"), ("EUR", "-1"), ("EUR", "1e99"), ("EUR", "nan"), ("EUR", "x"), ("ABC", "1")]
)
def test_a_rate_that_makes_no_sense_is_refused(base: connection.Base, currency: str, rate: str) -> None:
    with pytest.raises((Refused, Unreadable)):
        rates.add(currency, rate)
    assert rates.listed() == []
