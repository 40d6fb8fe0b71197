"""What holds for any book: shares between nothing and all, funnels that never widen, rows that add up to their headline."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Value

from crmtui import clock, config, periods
from crmtui.blocks import Kind, Report, Table
from crmtui.reports import ordinals, ranking, registry, spreads
from crmtui.reports.registry import Options
from crmtui.sales import pipelines
from crmtui.store.journal import operation
from crmtui.store.tables import Deal, Rep
from tests.logic import ledger
from tests.logic.examples import few

pytestmark = pytest.mark.usefixtures("base")

FEW = few(30)
STAGES = ("Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost")
DAYS = [(date(2025, 12, 1) + timedelta(days=n)).isoformat() for n in range(0, 90, 3)]


@st.composite
def deals(draw: st.DrawFn) -> str:
    """A deal's line: any way through the stages on days in order, some of them unknown."""
    path = draw(st.lists(st.sampled_from(STAGES), min_size=1, max_size=5))
    on = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=len(path), max_size=len(path))))
    known = draw(st.booleans())
    words = [
        "D",
        draw(st.sampled_from(["-", "Acme", "Bolt", "Cube"])),
        draw(st.sampled_from(["-", "Ann", "Ben"])),
        draw(st.sampled_from(["-", "0", "0.01", "0.05", "12.34", "99999.99", "3.00EUR"])),
        *(f"{stage}@{day if known else '?'}" for stage, day in zip(path, on, strict=True)),
        draw(st.sampled_from(["", "expected=2026-02-01", "expected=2026-03-04", "expected=2026-06-30", "expected=2027-01-01"])),
        draw(st.sampled_from(["", "next=call"])),
        draw(st.sampled_from(["", "opened=2025-11-15", "opened=?"])),
        draw(st.sampled_from(["", "", "", "deleted"])),
    ]
    return " ".join(["deal", *filter(None, words)])


books = st.lists(deals(), max_size=8)


class Back(Exception):
    """Leaves an operation so that nothing of it stays."""


@contextmanager
def written(lines: list[str]) -> Iterator[None]:
    """The base holding a book, for the block only."""
    try:
        with operation():
            ledger.write("\n".join(["rep Ann", "rep Ben", "client Acme", "client Bolt", "client Cube", *lines]))
            yield
            raise Back
    except Back:
        pass


def shares(report: Report) -> Iterator[object]:
    for block in report.blocks:
        if isinstance(block, Table):
            places = [place for place, column in enumerate(block.columns) if column.kind is Kind.SHARE]
            yield from (row[place] for row in block.rows for place in places)
    yield from (value for name, value in ledger.figures(report).items() if name.endswith(("share", "rate")))


@FEW
@given(books, st.sampled_from(["all", "2026-01", "2026", "..2026-01-15"]))
def test_every_share_is_between_nothing_and_all(lines: list[str], period: str) -> None:
    with written(lines):
        for name in registry.names():
            takes = "period" in registry.entry(name).options
            report = registry.run(name, Options(period=periods.read(period) if takes else None))
            assert all(share is None or 0 <= share <= 1 for share in shares(report)), name  # type: ignore[operator]


@FEW
@given(books, st.sampled_from(["all", "2026-01"]))
def test_a_funnel_never_widens_and_loses_nobody(lines: list[str], period: str) -> None:
    with written(lines):
        report = registry.run("funnel", Options(period=periods.read(period)))
    found = ledger.figures(report)
    assert found["deals"] == found["won"] + found["lost"] + found["open"]
    first, *rows = ledger.tables(report)["stages"]
    assert first["reached"] == found["deals"]
    assert first["reached"] >= rows[0]["reached"] + first["open"] + first["lost"]
    for row, further in pairwise(rows):
        assert row["reached"] == further["reached"] + row["open"] + row["lost"]


@FEW
@given(books)
def test_what_stands_adds_up_and_agrees_between_reports(lines: list[str]) -> None:
    with written(lines):
        pipeline, forecast, today = (registry.run(name) for name in ("pipeline", "forecast", "today"))
        living = Deal.select().where(Deal.deleted_at.is_null()).count()
    told, found = ledger.tables(pipeline), ledger.figures(pipeline)
    assert found["open_deals"] == sum(row["deals"] for row in told["stages"])
    assert found["open_cents"] == sum(row["value_cents"] for row in told["stages"])
    assert abs(found["weighted_cents"] - sum(row["weighted_cents"] for row in told["stages"])) <= len(told["stages"]) / 2
    assert living == sum(row["deals"] for table in ("stages", "closed") for row in told[table])
    months, expected = ledger.tables(forecast)["months"], ledger.figures(forecast)
    assert expected["best_case_cents"] == sum(row["best_case_cents"] for row in months) == found["open_cents"]
    assert expected["committed_cents"] == sum(row["committed_cents"] for row in months)
    assert expected["open_deals"] == sum(row["deals"] for row in months) == found["open_deals"]
    assert expected["weighted_cents"] == found["weighted_cents"]
    assert {name: ledger.figures(today)[name] for name in found} == found


@FEW
@given(books, st.sampled_from(["all", "2026-01", "2025-12-01..2026-02-28"]))
def test_reps_months_and_clients_add_up_to_the_headline(lines: list[str], period: str) -> None:
    with written(lines):
        kpi, ranked = (registry.run(name, Options(period=periods.read(period))) for name in ("kpi", "ranking"))
        without = Deal.select().where(Deal.client.is_null()).count()
    found, told = ledger.figures(kpi), ledger.tables(kpi)
    for name in ("won", "won_cents", "lost", "opened"):
        assert found[name] == sum(row[name] for row in told["reps"])
    if "months" in told and not any("unknown closing day" in note for note in ledger.notes(kpi)):
        assert found["won_cents"] == sum(row["won_cents"] for row in told["months"])
        assert found["won"] == sum(row["won"] for row in told["months"])
    clients = ledger.tables(ranked)["clients"]
    assert ledger.figures(ranked)["won_cents"] == sum(row["won_cents"] for row in clients)
    assert without or ledger.figures(ranked)["won_cents"] == found["won_cents"]
    assert [row["rank"] for row in clients] == list(range(1, len(clients) + 1))
    assert not clients or clients[-1]["cumulative_share"] in (1.0, None)


@FEW
@given(books, st.integers(1, 10))
def test_overdue_counts_what_it_lists_and_a_limit_takes_the_first(lines: list[str], limit: int) -> None:
    with written(lines):
        whole, some = registry.run("overdue"), registry.run("overdue", Options(limit=limit))
        cold = sum(late(row) for row in Deal.select().where(Deal.deleted_at.is_null()))
    items = ledger.tables(whole)["items"]
    assert whole.findings == some.findings == len(items) == sum(ledger.figures(whole).values())
    assert ledger.tables(some)["items"] == items[:limit]
    assert Counter(row["kind"] for row in items)["stage"] == cold
    for kind, group in groupby(items, key=lambda row: row["kind"]):
        order = [(-(row["late_days"] or 0), row["id"]) for row in group]
        assert order == sorted(order), kind


def late(row: Deal) -> bool:
    step = pipelines.get(row.stage_id)
    since = row.stage_since
    return bool(step.outcome == "open" and step.limit_days and since and clock.days_between(since, clock.now()) > step.limit_days)


ZONES = ("UTC", "Europe/Riga", "America/Los_Angeles", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca")
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2026, 12, 31)).map(lambda naive: naive.replace(tzinfo=UTC, microsecond=0))


@few(100)
@given(MOMENTS, st.sampled_from(ZONES))
def test_the_base_counts_days_as_the_calendar_does(moment: datetime, zone: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", zone)
        clock.named_zone.cache_clear()
        counted = ordinals.day(Value(moment, converter=Deal.closed_at.db_value), datetime(1995, 1, 1, tzinfo=UTC))
        found = next(iter(Rep.select(counted).tuples().execute()))[0] if Rep.select().exists() else _one(counted)
        assert date.fromordinal(found) == clock.local(moment).date()
    clock.named_zone.cache_clear()
    config.current.cache_clear()


def _one(expression: object) -> int:
    ledger.write("rep Ann")
    return int(Rep.select(expression).scalar())


@given(st.lists(st.integers(0, 400), min_size=2))
def test_spreads_are_those_of_the_statistics_library(values: list[int]) -> None:
    found = spreads.of(Counter(values))
    assert found.count == len(values)
    assert found.mean_days == pytest.approx(statistics.mean(values))
    assert found.median_days == statistics.median(values)
    assert found.p90_days == pytest.approx(statistics.quantiles(values, n=10, method="inclusive")[8])


def test_the_spread_of_nothing_and_of_one() -> None:
    assert spreads.of({}) == spreads.Spread(0)
    assert spreads.of({7: 1}) == spreads.Spread(1, 7.0, 7.0, 7.0)


@given(st.lists(st.integers(-5, 1000)))
def test_the_fewest_clients_that_make_most_of_the_money(amounts: list[int]) -> None:
    amounts.sort(reverse=True)
    few, total = ranking.most_of(amounts), sum(amount for amount in amounts if amount > 0)
    if not total:
        assert few == 0
    else:
        assert sum(amounts[:few]) * 10 >= total * 8 > sum(amounts[: few - 1]) * 10
