"""Figures opened to the records that make them, reports written into a folder, and rates in what stands open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import periods, team
from crmtui.blocks import Figures, Kind, Report
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.present import plain, text
from crmtui.reports import publishing, registry
from crmtui.reports.registry import Options
from crmtui.sales import rates
from crmtui.store import connection
from crmtui.store.tables import ContactPoint, Deal, Product
from tests.logic import ledger
from tests.logic.examples import few
from tests.logic.test_report_properties import books, written
from tests.logic.test_report_sales import BOOK

WORK = "\ncall Ann 02-03\ncall Ben 01-31\nemail - 02-03\nmeeting Ben 02-28\ntask T Ben 02-01 done=02-02\ntask U Ann 03-04\ntask V Ben 02-01"
REASONS = {
    Kind.SHARE: "a share is a ratio of two figures",
    Kind.DAYS: "a mean, a median and a percentile are reckoned from the deals that the count beside them opens",
    "business calls_per_rep": "a mean; the calls are opened by `calls`",
    **dict.fromkeys(
        ("quality missing", "quality malformed", "quality contradictory", "quality duplicate"),
        "counts faults, several of one record, of clients and of deals; each check is opened by its own name",
    ),
}
"""The figures that open no list of records, and why."""


def options(name: str, period: str, owner: int | None = None) -> Options:
    known = registry.entry(name)
    return Options(period=periods.read(period) if known.period else None, owner=owner if "owner" in known.options else None)


def opens(name: str) -> tuple[str, ...]:
    return tuple(getattr(import_module(registry.entry(name).module), "OPENS"))  # noqa: B009 — modules have no type for it


def agree(asked: Callable[[str], Options]) -> None:
    """Every figure of every report has the records that it says, worth what it says, or a reason why it opens none."""
    for name in registry.names():
        report = registry.run(name, asked(name))
        for figure in (each for block in report.blocks if isinstance(block, Figures) for each in block.items):
            if figure.kind in REASONS or f"{name} {figure.name}" in REASONS:
                assert figure.name not in opens(name), (name, figure.name)
                continue
            noun, wanted = registry.opened(name, figure.name, asked(name))
            assert len(wanted) == len(set(wanted)), (name, figure.name)
            found = worth(figure.name, wanted, report.currency) if figure.kind is Kind.MONEY else len(wanted)
            assert (figure.value, noun) == (found, "deal" if figure.kind is Kind.MONEY else noun), (name, figure.name)


def worth(figure: str, wanted: list[int], currency: str) -> int | None:
    """What the values of deals in the currency come to: their sum, their mean, or their sum by the chances of their stages."""
    rows = [row for row in Deal.select().where(Deal.id.in_(wanted)) if row.currency == currency and row.value_cents is not None]
    cents = [row.value_cents for row in rows]
    if figure.startswith("average"):
        return half_up(Fraction(sum(cents), len(cents))) if cents else None
    if figure.startswith("weighted"):
        return half_up(sum((Fraction(row.value_cents * row.stage.probability, 100) for row in rows), Fraction(0)))
    return sum(cents)


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def test_whatever_can_be_opened_is_a_figure_or_a_check(base: connection.Base) -> None:
    for name in registry.names():
        report = registry.run(name)
        checks = {row["check"] for row in ledger.tables(report).get("checks", ())}
        assert set(opens(name)) <= (checks or set(ledger.figures(report))), name
        assert len(opens(name)) == len(set(opens(name))) > 0
        assert set(opens(name)) >= checks


@pytest.mark.parametrize("owner", [None, 1])
def test_every_figure_opens_as_many_records_as_it_says(base: connection.Base, owner: int | None) -> None:
    ledger.write(BOOK + WORK + "\nclient Cube lead 2026-02-03 Ann\nclient Dot lead 2026-03-03")
    for period in ("2026-02", "all", "2026"):
        agree(lambda name, period=period: options(name, period, owner))  # type: ignore[misc]


SOLD = ["", "", " sold=Glass:1:-", " sold=Glass:2:1.00 sold=Oak:1:-", " sold=Oak:1:0.10 sold=Oak:3:0.20"]
DONE = [
    "call Ann 2026-01-05", "call Ben 2025-12-31", "call - 2026-01-15", "email Ann 2026-01-05", "meeting - 2026-02-01",
    "note Ben 2026-01-09", "client Dot lead 2026-01-03 Ann", "client Egg prospect 2026-01-20", "task U - 2026-03-04",
    "task T Ann 2026-01-05 done=2026-01-06", "task V Ben 2026-02-01",
]  # fmt: skip
works = st.lists(st.sampled_from(DONE), max_size=6, unique=True)
sold = st.lists(st.sampled_from(SOLD), min_size=8, max_size=8)


@few(10)
@given(books, works, sold, st.sampled_from(["all", "2026-01", "..2026-01-15"]), st.booleans(), st.booleans())
def test_in_any_book_every_figure_opens_as_many_records_as_it_says(
    base: connection.Base, book: list[str], work: list[str], things: list[str], period: str, owned: bool, piped: bool
) -> None:
    with written(["product Glass 20.00", "product Oak -", *work, *(line + thing for line, thing in zip(book, things, strict=False))]):
        who = team.load()[0].id if owned else None

        def asked(name: str) -> Options:
            return replace(options(name, period, who), pipeline=1 if piped and "pipeline" in registry.entry(name).options else None)

        agree(asked)


def test_the_checks_of_quality_open_their_records_each_once(base: connection.Base) -> None:
    ledger.write("rep Ann\nclient Acme\ndeal A Acme Ann - Lead@02-01\ndeal B - - 1.00 Lead@02-01 next=x\ndeal C Acme - - Lost@?")
    assert registry.opened("quality", "deal_value") == ("deal", [1])
    assert registry.opened("quality", "deal_client") == ("deal", [2])
    assert registry.opened("quality", "deal_next_step", Options(owner=1)) == ("deal", [1])
    assert registry.opened("quality", "deal_lost_reason") == registry.opened("quality", "deal_closed_at") == ("deal", [3])
    assert registry.opened("quality", "client_contact") == ("client", [1])
    for number, raw in enumerate(("12", "34")):
        ContactPoint.create(client=1, kind="phone", value=raw, key=raw, position=number)
    assert registry.opened("quality", "client_phone") == ("client", [1])
    assert ledger.figures(registry.run("quality"))["malformed"] == 2


def test_products_and_clients_are_opened_in_the_order_of_the_report(base: connection.Base) -> None:
    ledger.write(
        "client Acme\nclient Bolt\nproduct Glass 20.00\nproduct Oak -\ndeal A Acme - 1.00 Won@02-01 sold=Oak:1:-"
        "\ndeal B Bolt - 9.00 Won@02-01\ndeal C Bolt - 2.00 Lead@02-01 sold=Glass:1:-"
    )
    assert registry.opened("products", "products") == ("product", [1, 2])
    assert registry.opened("products", "products_won") == ("product", [2])
    assert registry.opened("products", "won_cents") == ("deal", [1])
    assert registry.opened("products", "won_without_cents") == ("deal", [2])
    assert registry.opened("ranking", "clients") == ("client", [2, 1])
    assert registry.opened("ranking", "clients_to_80") == ("client", [2])


def test_a_deal_expected_on_the_last_day_there_is_is_in_the_forecast(base: connection.Base) -> None:
    ledger.write("deal A - - 1.00 Lead@02-01 expected=9999-12-31\ndeal B - - 1.00 Lead@02-01 expected=0001-01-01")
    report = registry.run("forecast")
    assert ledger.figures(report)["open_deals"] == 2
    assert {row["month"]: row["deals"] for row in ledger.tables(report)["months"] if row["deals"]} == {"overdue": 1, "later": 1}


def test_a_product_called_no_product_is_one(base: connection.Base) -> None:
    ledger.write("product Glass 1.00\ndeal A - - 1.00 Won@02-01 sold=Glass:1:-\ndeal B - - 2.00 Won@02-01")
    Product.update(name="no product").execute()
    figures = ledger.figures(registry.run("products"))
    assert figures == {"products": 1, "products_won": 1, "won_cents": 100, "won_without_cents": 200}


def test_the_deals_of_one_stage_are_opened(base: connection.Base) -> None:
    ledger.write(BOOK)
    assert registry.opened("pipeline", "open_deals", Options(stage=1)) == ("deal", [7])
    assert registry.opened("pipeline", "open_deals", Options(stage=2)) == ("deal", [])
    assert registry.run("pipeline", Options(stage=1)).title == "Pipeline by stage, Lead"


def test_a_figure_that_cannot_be_opened_is_refused_with_those_that_can(base: connection.Base) -> None:
    with pytest.raises(NotFound, match='the report "won" cannot open "wonn"; did you mean "won"\\? it opens won, won_cents'):
        registry.opened("won", "wonn")
    with pytest.raises(NotFound, match=r'the report "funnel" cannot open "won_share"; .*it opens deals, won, lost, open'):
        registry.opened("funnel", "won_share")
    with pytest.raises(Unreadable):
        registry.opened("today", "won", Options(pipeline=1))


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
