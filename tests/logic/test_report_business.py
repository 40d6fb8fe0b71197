"""Sources, business, activity and quality on small books, worked out by hand; it is Wednesday, 4 March 2026."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from crmtui import periods
from crmtui.blocks import Report
from crmtui.present import drawing, heat
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store.journal import operation
from crmtui.store.tables import Client, ContactPoint, Deal, Interaction
from tests.logic import ledger
from tests.logic.test_report_sales import BOOK, told

pytestmark = pytest.mark.usefixtures("base")


def ran(name: str, period: str = "2026-02", **options: Any) -> Report:
    return registry.run(name, Options(period=periods.read(period), **options))


def test_sources_tell_clients_and_what_became_of_the_deals_they_opened() -> None:
    """Opened in February: A, G, H of web's Acme, B of the fair, E and J of nowhere. B's client Bolt has no source of its own."""
    ledger.write(BOOK + "client Cube lead 2026-02-03 - source=web")
    report = ran("sources")
    names = ("source", "clients", "deals", "won", "lost", "open", "won_cents", "conversion")
    assert told(report, "sources", *names) == [
        ("web", 1, 3, 1, 1, 1, 10000, 1 / 3), ("fair", 0, 1, 1, 0, 0, 5001, 1.0), ("no source", 0, 2, 1, 1, 0, 0, 0.5),
    ]  # fmt: skip
    assert ledger.figures(report) == {
        "clients": 1, "deals": 6, "won": 3, "lost": 2, "open": 1, "won_cents": 15001, "conversion": 0.5,
    }  # fmt: skip
    assert ledger.tables(report)["currencies"] == [{"currency": "EUR", "deals": 1, "value_cents": 500}]
    rows = told(ran("sources", by="owner"), "by_owner", "owner", "source", "deals", "won")
    assert rows == [("Ann", "web", 3, 1), ("Ann", "fair", 1, 1), ("nobody", "no source", 1, 1), ("Ann", "no source", 1, 0)]


def test_a_deal_of_unknown_opening_day_is_in_the_sources_of_all_time_only() -> None:
    ledger.write("deal A - - 1.00 Won@02-01 opened=?")
    assert ledger.figures(ran("sources"))["deals"] == 0
    assert ledger.notes(ran("sources")) == ["1 deal of unknown opening day left out."]
    assert ledger.figures(ran("sources", "all"))["deals"] == 1


def test_the_business_on_one_page() -> None:
    """Closed in February: won A, B, C, E, lost D, H, J. Opened in it: six, three of them won. Five calls of two reps."""
    ledger.write(BOOK + "call Ann 02-03\ncall Ann 02-04\ncall Ben 02-04\ncall - 02-04\ncall Ann 02-05\ncall Ann 03-01")
    report = ran("business")
    assert ledger.figures(report) == {
        "closed": 7, "won": 4, "lost": 3, "won_cents": 15001, "average_won_cents": 7501, "calls": 5, "calls_per_rep": 2.0,
        "requests": 6, "requests_won": 3, "conversion": 0.5,
    }  # fmt: skip
    assert ledger.before(report)["requests"] == 3
    names = ("rep", "calls", "closed", "won", "lost", "won_cents", "requests", "requests_won", "conversion")
    assert told(report, "reps", *names) == [
        ("Ann", 3, 4, 2, 2, 15001, 5, 2, 0.4), ("Ben", 1, 2, 1, 1, 0, 0, 0, None), ("nobody", 1, 1, 1, 0, 0, 1, 1, 1.0),
    ]  # fmt: skip
    assert [row["source"] for row in ledger.tables(report)["sources"]] == ["web", "fair", "no source"]


def test_activity_by_week_kind_and_rep() -> None:
    ledger.write("rep Ann\nrep Ben\ncall Ann 02-03\ncall Ann 02-08\nemail - 02-09\nnote Ben 02-20\ncall Ann 03-01")
    report = ran("activity")
    assert ledger.figures(report) == {"calls": 2, "emails": 1, "meetings": 0, "notes": 1, "messages": 0, "total": 4}
    assert told(report, "weeks", "week", "calls", "total") == [
        ("2026-01-26", 0, 0), ("2026-02-02", 2, 2), ("2026-02-09", 0, 1), ("2026-02-16", 0, 1), ("2026-02-23", 0, 0),
    ]  # fmt: skip
    assert told(report, "reps", "rep", "calls", "emails", "notes", "share") == [
        ("Ann", 2, 0, 0, 0.5), ("Ben", 0, 0, 1, 0.25), ("nobody", 0, 1, 0, 0.25),
    ]  # fmt: skip
    assert told(report, "reps", "rep", *(f"weeks_ago_{ago}" for ago in (4, 3, 2, 1, 0))) == [
        ("Ann", 0, 2, 0, 0, 0), ("Ben", 0, 0, 0, 1, 0), ("nobody", 0, 0, 1, 0, 0),
    ]  # fmt: skip
    assert told(ran("activity", "all", by="month"), "by_month", "month", "total") == [("2026-02", 4), ("2026-03", 1)]
    assert ledger.figures(ran("activity", owner=2))["total"] == 1


def test_the_hours_are_those_of_the_reps_calendar(settings: Callable[[str], None]) -> None:
    """Noon UTC on Tuesday 3 February is 14:00 in Riga; 23:30 UTC on Saturday is Sunday there, the first day of this week."""
    settings('timezone = "Europe/Riga"\nweek_start = 6')
    ledger.write("rep Ann\ncall Ann 02-03\ncall Ann 02-07")
    Interaction.update(at="2026-02-07 23:30:00.000000").where(Interaction.id == 2).execute()
    rows = ledger.tables(ran("activity"))["hours"]
    assert [row["day"] for row in rows][:2] == ["Sunday", "Monday"]
    assert {(row["day"], name): count for row in rows for name, count in row.items() if count and name[0] == "h"} == {
        ("Sunday", "h01"): 1, ("Tuesday", "h14"): 1,
    }  # fmt: skip
    assert sum(row["total"] for row in rows) == 2


def test_a_heat_map_shades_by_quarters_of_the_largest() -> None:
    assert [heat.level(number, 8) for number in (0, 1, 2, 3, 4, 5, 7, 8)] == [0, 1, 1, 2, 2, 3, 4, 4]
    assert heat.level(0, 0) == 0
    assert heat.legend(8) == "░ 1–2  ▒ 3–4  ▓ 5–6  █ 7–8"
    assert heat.legend(1) == "█ 1"
    assert heat.legend(0) == "nothing"


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_heat_map_fits_the_width_and_keeps_its_totals(width: int) -> None:
    ledger.write("rep Ann\ncall Ann 02-03\ncall Ann 02-04\ncall Ann 02-04")
    out = io.StringIO()
    drawing.print_report(ran("activity"), out, width=width, colour=False)
    lines = out.getvalue().splitlines()
    start, cells = lines.index("When in the week"), 1 if width == 60 else 2
    assert max(map(len, lines)) <= width
    assert lines[start + 1].split()[:3] == ["Day", "0", "2" if cells == 2 else "3"]
    assert [line.split() for line in lines[start + 3 : start + 5]] == [["Tuesday", "▒" * cells, "1"], ["Wednesday", "█" * cells, "2"]]


def faulty() -> list[tuple[Any, ...]]:
    return told(registry.run("quality"), "lines", "kind", "noun", "id", "wrong")


def test_a_sound_base_has_no_findings() -> None:
    ledger.write("rep Ann\nclient Acme customer 2026-01-01 Ann\ndeal A Acme Ann 1.00 Lead@02-01 expected=2026-04-01 next=call")
    with operation() as recorder:
        recorder.insert(ContactPoint, client=1, kind="email", value="a@x.example", key="a@x.example")
    assert faulty() == []
    assert registry.run("quality").findings == 0


def test_what_is_missing_names_the_record() -> None:
    ledger.write(
        "client Acme\ndeal A - - - Lead@02-01\ndeal B Acme - 1.00 Won@?\ndeal C Acme - 1.00 Lost@02-01\ndeal D - - - Lead@02-01 deleted"
    )
    Client.update(kind="person").execute()
    assert faulty() == [
        ("missing", "client", 1, "no phone and no mail"),
        ("missing", "client", 1, "a person without an owner"),
        ("missing", "deal", 1, "no client"),
        ("missing", "deal", 1, "open without a value"),
        ("missing", "deal", 1, "open without an owner"),
        ("missing", "deal", 1, "open without an expected close"),
        ("missing", "deal", 1, "open without a next step"),
        ("missing", "deal", 2, "closed on an unknown day"),
        ("missing", "deal", 3, "lost without a reason"),
    ]
    assert registry.run("quality").findings == 9
    some = registry.run("quality", Options(limit=2))
    assert (some.findings, len(ledger.tables(some)["lines"]), ledger.notes(some)) == (9, 2, ["7 more lines not listed."])


def test_what_is_malformed_contradictory_or_kept_twice_names_the_record(settings: Callable[[str], None]) -> None:
    ledger.write(
        "rep Ann\nclient Acme\nclient Bolt\nclient Cube\n"
        "deal A Acme Ann 1.00 Lead@02-01 expected=2026-01-31 next=x\ndeal B Acme Ann 1.00 Won@02-01 opened=02-02\n"
        "deal C Acme Ann 1.00 Lead@02-01 expected=2026-02-01 next=x"
    )
    Client.update(company=1).where(Client.id << [1, 3]).execute()
    Client.update(kind="person", owner=1).where(Client.id == 1).execute()
    Deal.update(closed_at="2026-02-02 00:00:00.000000").where(Deal.id == 3).execute()
    with operation() as recorder:
        for client, kind, value in ((1, "email", "a@x.example"), (2, "email", "a@x.example"), (3, "phone", "123"), (1, "email", "nobody")):
            recorder.insert(ContactPoint, client=client, kind=kind, value=value, key=value)
        recorder.insert(ContactPoint, client=2, kind="phone", value="8 (495) 123-45-67", key="84951234567")
    assert faulty() == [
        ("malformed", "client", 3, 'the phone "123" cannot be dialled'),
        ("malformed", "client", 1, 'the mail "nobody" is no address'),
        ("contradictory", "client", 1, "belongs to itself"),
        ("contradictory", "client", 3, 'belongs to "Acme", which is a person'),
        ("contradictory", "deal", 1, "expected to close before it was opened"),
        ("contradictory", "deal", 2, "closed before it was opened"),
        ("contradictory", "deal", 3, "open, with a closing day"),
        ("duplicate", "client", 2, "has the same mail a@x.example as client 1"),
    ]
    Client.update(deleted_at="2026-03-02 00:00:00.000000").where(Client.id == 1).execute()
    assert ("duplicate", "client", 2, "has the same mail a@x.example as client 1") not in faulty()
    settings('phone_region = "LV"')
    assert ("malformed", "client", 2, 'the phone "8 (495) 123-45-67" cannot be dialled') in faulty()
