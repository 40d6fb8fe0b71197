"""Told once: late and coming work by the minute, after putting it off, to managers; and the digest. By hand; a Wednesday, 4 March 2026."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmtui import dates, team
from crmtui.activities import tasks
from crmtui.blocks import Report
from crmtui.clients import clients
from crmtui.errors import NotFound, Unreadable
from crmtui.reports import registry, tellings
from crmtui.reports.registry import Options
from crmtui.reports.tellings import Wish
from crmtui.sales import deals, moves
from crmtui.store import connection
from crmtui.store.tables import Telling
from tests.logic import ledger

pytestmark = pytest.mark.usefixtures("base")

NEW = Wish(new_only=True, escalate=True)


@pytest.fixture
def crew(base: connection.Base) -> tuple[int, int]:
    """A manager and a seller below; the seller works."""
    boss = team.add({"name": "Boss", "email": "boss@example.com"})
    ann = team.add({"name": "Ann", "email": "ann@example.com", "manager": boss.id})
    base.actor_id = ann.id
    return boss.id, ann.id


def titles(report: Report, table: str = "items") -> list[str]:
    return [row["title"] for row in ledger.tables(report).get(table, [])]


def told(wish: Wish = NEW, **options: Any) -> list[str]:
    return titles(tellings.report(Options(**options), wish))


@pytest.mark.parametrize(
    ("first", "dues"),
    [
        ("2026-03-29T00:30", ("2026-03-29 01:45", "2026-03-29 01:59", "2026-03-29 03:00", "2026-03-29 03:15")),
        ("2026-10-25T00:30", ("2026-10-25T02:45+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:15+01:00", "2026-10-25T02:20+01:00")),
    ],
)
@pytest.mark.usefixtures("crew")
def test_a_run_each_minute_by_two_across_the_change_of_the_clock_tells_each_item_once_at_each_level(
    settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, first: str, dues: tuple[str, ...]
) -> None:
    settings('timezone = "Europe/Berlin"\nescalate_after = "5min"')
    start = datetime.fromisoformat(first).replace(tzinfo=UTC)
    monkeypatch.setenv("CRMTUI_NOW", (start - timedelta(days=1)).isoformat())
    moments = {due: dates.moment(due) for due in dues}
    for due in dues:
        tasks.add(due, due=due)
    tasks.add("the whole day before", due=(start - timedelta(days=1)).date().isoformat())
    seen: dict[str, Counter[str]] = {"coming": Counter(), "items": Counter(), "alerts": Counter()}
    when: dict[tuple[str, str], datetime] = {}
    for now in (start + timedelta(minutes=passed) for passed in range(61)):
        monkeypatch.setenv("CRMTUI_NOW", now.isoformat())
        for _ in range(2):
            report = tellings.report(Options(within=dates.read("10min")), NEW)
            for table, counter in seen.items():
                counter.update(titles(report, table))
                when |= {(table, title): now for title in titles(report, table)}
    every = {*dues, "the whole day before"}
    assert seen == {"coming": Counter(dues), "items": Counter(every), "alerts": Counter(every)}
    minute = timedelta(minutes=1)
    for due, moment in moments.items():
        assert when["coming", due] == moment - 10 * minute
        assert when["items", due] == moment + minute
        assert when["alerts", due] == moment + 5 * minute


@pytest.mark.usefixtures("crew")
def test_what_is_put_off_is_told_again_once_it_is_late_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    job = tasks.add("call", due="2026-03-04 09:00")
    assert (told(), told()) == (["call"], [])
    tasks.snooze(job.id, "2026-03-04 11:00")
    assert told() == []
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-04T11:01:00Z")
    again = tellings.report(Options(), NEW)
    assert (titles(again), titles(again, "alerts")) == (["call"], ["call"])
    assert told() == []


def test_another_owner_is_told_too_and_the_same_manager_is_not(crew: tuple[int, int]) -> None:
    boss, _ = crew
    bob = team.add({"name": "Bob", "manager": boss})
    job = tasks.add("call", due="2026-03-03")
    assert told() == ["call"]
    tasks.delegate(job.id, bob.id)
    report = tellings.report(Options(), NEW)
    assert (titles(report), titles(report, "alerts")) == (["call"], [])


@pytest.mark.usefixtures("crew")
def test_it_is_repeated_without_a_note_and_told_again_after_an_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    tasks.add("call", due="2026-03-04 09:30")
    assert told(Wish(new_only=True, repeat=True)) == ["call"]
    assert Telling.select().count() == 0
    assert told() == ["call"]
    assert told(Wish(new_only=True, repeat=True)) == ["call"]
    hourly = Wish(new_only=True, escalate=True, every=timedelta(hours=1))
    assert told(hourly) == []
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-04T10:31:00Z")
    report = tellings.report(Options(), hourly)
    assert (titles(report), titles(report, "alerts")) == (["call"], [])
    assert told(hourly) == []


@pytest.mark.usefixtures("crew")
def test_a_limit_puts_the_others_off_to_the_next_time() -> None:
    for day in ("2026-03-01", "2026-03-02", "2026-03-03"):
        tasks.add(day, due=day)
    report = tellings.report(Options(limit=2), Wish(new_only=True))
    assert titles(report) == ["2026-03-01", "2026-03-02"]
    assert (report.findings, ledger.figures(report)["tasks"]) == (3, 3)
    assert told(Wish(new_only=True), limit=2) == ["2026-03-03"]


def test_the_nearest_manager_who_still_works_here_is_told_once_after_the_time_set(
    crew: tuple[int, int], settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings('escalate_after = "1d"')
    boss, _ = crew
    head = team.add({"name": "Head"})
    team.edit(boss, {"manager": head.id, "active": False})
    tasks.add("call", due="2026-03-03")
    tasks.add("nobody's", due="2026-03-02", assignee=team.add({"name": "Alone"}).id)
    report = tellings.report(Options(), Wish(escalate=True))
    assert (len(titles(report)), titles(report, "alerts")) == (2, [])
    assert report.blocks[-1].text == "1 late item without a manager to tell."  # type: ignore[union-attr]
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T00:00:00Z")
    alerts = ledger.tables(tellings.report(Options(), Wish(escalate=True)))["alerts"]
    assert [(row["title"], row["owner"], row["manager"], row["late_days"]) for row in alerts] == [("call", "Ann", "Head", 2)]
    assert titles(tellings.report(Options(), Wish(escalate=True)), "alerts") == []


@pytest.mark.usefixtures("crew")
def test_a_missing_next_step_is_told_once_until_there_was_one() -> None:
    client = clients.add({"name": "Mara"})
    deal = deals.add({"title": "gate", "client": client.id})
    assert (told(), told()) == (["gate"], [])
    deals.edit(deal.id, {"next_step": "measure"})
    assert told() == []
    deals.edit(deal.id, {"next_step": ""})
    assert (told(), told()) == (["gate"], [])


@pytest.mark.usefixtures("crew")
def test_what_comes_is_told_before_it_is_late_by_the_day_or_by_the_hour() -> None:
    client = clients.add({"name": "Mara"})
    deals.add({"title": "gate", "client": client.id, "expected_close": "2026-03-06", "next_step": "measure"})
    for due in ("2026-03-04 09:00", "2026-03-04 12:00", "2026-03-04", "2026-03-07", "2026-03-08"):
        tasks.add(due, due=due)

    def coming(within: str) -> list[str]:
        return titles(registry.run("overdue", Options(within=dates.read(within))), "coming")

    assert coming("3d") == ["2026-03-04 12:00", "2026-03-04", "2026-03-07", "gate"]
    assert coming("2h") == ["2026-03-04 12:00"]
    assert coming("15h") == ["2026-03-04 12:00", "2026-03-04"]
    assert "coming" not in ledger.tables(registry.run("overdue"))


def test_a_stretch_of_time_that_is_none_is_refused() -> None:
    assert [tellings.span(text, "x") for text in ("0", "90min", "4h", "2 d", "1w")] == [
        timedelta(0), timedelta(minutes=90), timedelta(hours=4), timedelta(days=2), timedelta(weeks=1)
    ]  # fmt: skip
    for text in ("", "5", "1m", "-1d", "d"):
        with pytest.raises(Unreadable):
            tellings.span(text, "x")


def test_reps_are_named_one_by_one_and_in_groups(crew: tuple[int, int]) -> None:
    boss, ann = crew
    team.add({"name": "Gone", "manager": ann, "active": False})
    assert (team.named("all"), team.named(" Managers"), team.named("me")) == ([ann, boss], [boss], [ann])
    with pytest.raises(NotFound):
        team.named("nobody")


@pytest.fixture
def week(crew: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """What happened from Thursday to Monday, 9 March, at ten."""

    def at(moment: str) -> None:
        monkeypatch.setenv("CRMTUI_NOW", f"2026-03-{moment}Z")

    def deal(title: str, value: str) -> int:
        return deals.add({"title": title, "client": mara.id, "value": value, "next_step": "measure"}).id

    at("05T09:00")
    mara = clients.add({"name": "Mara", "owner": crew[1]})
    sold, given_up, kept = deal("sold", "1000"), deal("given up", "70"), deal("kept", "500")
    at("06T09:00")
    moves.move(kept, "next")
    at("07T09:00")
    moves.move(sold, "won")
    at("09T09:00")
    moves.move(given_up, "lost", reason="price")
    clients.add({"name": "Noa", "owner": crew[1]})
    deal("new", "20")
    for due in ("2026-03-09", "2026-03-09 12:00", "2026-03-09 09:30", "2026-03-06", "2026-03-10"):
        tasks.add(due, due=due)
    at("09T10:00")
    return crew


def test_the_digest_of_a_monday_tells_what_changed_since_friday(week: tuple[int, int]) -> None:
    report = registry.run("digest", Options(owner=week[1]))
    found, rows = ledger.figures(report), ledger.tables(report)
    assert {name: found[name] for name in list(found)[:-1]} == {
        "due_today": 2, "overdue_tasks": 2, "overdue_deals": 0, "added": 1, "moved": 1, "won": 1, "won_cents": 100000, "lost": 1,
        "clients_added": 1,
    }  # fmt: skip
    assert [row["title"] for row in rows["today"]] == ["2026-03-09", "2026-03-09 12:00"]
    assert [row["title"] for row in rows["overdue"]] == ["2026-03-06", "2026-03-09 09:30"]
    assert {(row["what"], row["title"]) for row in rows["changed"]} == {
        ("added", "new"), ("added", "Noa"), ("lost", "given up"), ("won", "sold"), ("moved", "kept")
    }  # fmt: skip
    assert "team" not in rows
    assert report.findings == 4


def test_the_digest_of_a_manager_has_a_line_for_each_rep_below(week: tuple[int, int]) -> None:
    report = registry.run("digest", Options(owner=week[0]))
    (line,) = ledger.tables(report)["team"]
    assert {name: line[name] for name in ("rep", "due_today", "overdue", "added", "moved", "won", "lost")} == {
        "rep": "Ann", "due_today": 2, "overdue": 2, "added": 1, "moved": 1, "won": 1, "lost": 1
    }  # fmt: skip
    assert ledger.figures(report)["due_today"] == 0
    assert registry.opened("digest", "due_today", Options(owner=week[1])) == ("task", [1, 2])
