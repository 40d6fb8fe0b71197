"""Time travel: what every report said at a moment it says again as of that moment, whatever was done since."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from crmtui import clock, dates, periods, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients, fields, merging
from crmtui.errors import Refused, Unreadable
from crmtui.exchange import folders
from crmtui.present import plain
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.sales import deals, followups, handovers, moves, pipelines, products, purchases, rates, removals, stages, trash
from crmtui.store import connection, history, rewind, takeback, thinning, travel, whole
from crmtui.store.connection import Base
from crmtui.store.tables import Client
from tests.logic.exchanging import taken

SHEET = "ID,Name,Email,Phone,City,Tags\n"
OUTSIDE = ("letter", "telling", "draft", "change", "import_batch", "thinning")
"""What is kept beside the journal."""


@pytest.fixture
def at(base: Base, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Sets the clock of the open base; the moment."""

    def put(text: str) -> datetime:
        monkeypatch.setenv("CRMTUI_NOW", text)
        return clock.now()

    return put


def told(turn: int) -> dict[str, Any]:
    """What every report says now: by turns as it is, and divided and narrowed in the ways that it offers."""
    found: dict[str, Any] = {}
    for name in registry.names():
        known = registry.entry(name)
        wanted = [Options(), *(Options(by=word) for word in known.by)]
        if "compare" in known.options:
            wanted += [Options(compare=word) for word in registry.COMPARE]
        if "owner" in known.options and team.any_reps():
            wanted.append(Options(owner=1))
        if "within" in known.options:
            wanted.append(Options(within=dates.read("3d")))
        if known.period:
            wanted.append(Options(period=periods.read("last-month")))
        found[name] = plain.report_dict(registry.run(name, wanted[turn % len(wanted)]))
    return found


def kept() -> dict[str, list[Any]]:
    """Every row that the journal knows of, without what is computed from others."""
    tables = (table for table in whole.tables() if table._meta.table_name not in OUTSIDE)
    return {table._meta.table_name: sorted(whole.read(table)) for table in tables}


def year() -> list[tuple[str, Callable[[], object]]]:
    """What a small team did in a year, a step a moment."""
    rows = "".join(f"{n},Ann {n},a{n}@x.lv,+3712{n:07d},Riga,t{n % 3}\n" for n in range(30))
    changed = "".join(f"{n},Anna {n},a{n}@x.lv,+3712{n:07d},Oslo,t{n % 2}\n" for n in range(0, 30, 3))
    return [
        ("2025-03-03T08:00:00Z", lambda: team.add({"name": "Ann Berg", "region": "North"})),
        ("2025-03-03T08:00:01Z", lambda: team.add({"name": "Ben Cole", "region": "South", "manager": 1})),
        ("2025-03-04T09:00:00Z", lambda: clients.add({"name": "Acme", "kind": "company", "owner": 1, "source": "fair"})),
        ("2025-03-04T09:30:00Z", lambda: deals.add({"title": "Doors", "client": 1, "value": "1200", "owner": 1})),
        ("2025-03-05T09:30:00Z", lambda: deals.add({"title": "Glass", "client": 1, "value": "EUR 900", "owner": 2})),
        ("2025-03-06T10:00:00Z", lambda: rates.add("EUR", "1.10")),
        ("2025-03-10T10:00:00Z", lambda: taken("clients", SHEET + rows)),
        ("2025-03-12T10:00:00Z", lambda: moves.move(1, "qualified")),
        (
            "2025-03-13T10:00:00Z",
            lambda: followups.log("call", 1, outcome="reached", deal=1, minutes=12, next_step="offer", move_to="proposal"),
        ),
        ("2025-03-14T10:00:00Z", lambda: products.add({"name": "Pane", "price": "20", "family": "Glass"})),
        ("2025-03-15T10:00:00Z", lambda: deals.edit(1, {"products": [1], "expected_close": "2025-04-20", "tags": ["oak"]})),
        ("2025-03-20T10:00:00Z", lambda: purchases.add(1, "300", {"product": 1})),
        ("2025-04-01T10:00:00Z", lambda: moves.move(1, "won")),
        ("2025-04-02T10:00:00Z", rewind.undo),
        ("2025-04-03T10:00:00Z", rewind.redo),
        ("2025-04-05T10:00:00Z", lambda: taken("clients", SHEET + changed)),
        ("2025-04-08T10:00:00Z", rewind.undo),
        ("2025-04-09T10:00:00Z", lambda: clients.delete(clients.find("a7@x.lv"))),
        ("2025-04-20T10:00:00Z", lambda: tasks.add("Measure", due="2025-04-25", client=1, deal=2, assignee=2, items=["bring tape"])),
        ("2025-04-28T10:00:00Z", lambda: moves.move(2, "lost", reason="price")),
        ("2025-05-01T10:00:00Z", lambda: moves.move(2, "negotiation")),
        ("2025-05-02T10:00:00Z", lambda: merging.merge(clients.find("a8@x.lv"), clients.find("a9@x.lv"))),
        ("2025-05-03T10:00:00Z", lambda: trash.restore_client(_deleted("Ann 7"))),
        ("2025-05-04T10:00:00Z", lambda: fields.add("deal", "Roof", kind="choice", choices=["flat", "pitched"])),
        ("2025-05-05T10:00:00Z", lambda: deals.edit(1, {"fields": {"roof": "flat"}})),
        ("2025-06-01T10:00:00Z", lambda: stages.edit(2, probability=35, limit_days=9)),
        ("2025-06-02T10:00:00Z", lambda: removals.delete_stage(4, "proposal")),
        ("2025-06-03T10:00:00Z", lambda: pipelines.add("Repairs", ["Call", "Visit", "Won", "Lost"])),
        ("2025-06-04T10:00:00Z", lambda: deals.add({"title": "Hinge", "client": 1, "value": "50"}, stage=pipelines.find("Repairs/Visit"))),
        ("2025-07-01T10:00:00Z", lambda: handovers.hand_over(2, 1)),
        ("2025-07-02T10:00:00Z", lambda: clients.edit(1, {"name": "Zenith", "source": "web"})),
        ("2025-08-01T10:00:00Z", lambda: takeback.run(7)),
        ("2025-09-01T10:00:00Z", lambda: tasks.complete(1)),
        ("2025-10-01T10:00:00Z", lambda: interactions.log("meeting", client=1, deal=2, minutes=60)),
        ("2026-01-01T00:00:00Z", lambda: deals.delete(2)),
        ("2026-02-01T00:00:00Z", lambda: products.delete(1)),
    ]


def _deleted(name: str) -> int:
    return Client.get(Client.name == name).id


def test_every_report_as_of_a_moment_says_what_it_said_then(at: Callable[[str], datetime]) -> None:
    said: dict[datetime, tuple[Any, Any]] = {}
    for turn, (text, step) in enumerate(year()):
        moment = at(text)
        step()
        said[moment] = (told(turn) if turn % 7 == 6 else None), kept()
    at("2026-03-04T10:00:00Z")
    now = told(0), kept()
    for turn, (moment, before) in enumerate(said.items()):
        with travel.to(moment):
            assert (told(turn) if turn % 7 == 6 else None, kept()) == before, moment
    assert (told(0), kept()) == now


def test_a_moment_before_the_first_operation_is_refused_and_says_from_when_on_it_is_known(at: Callable[[str], datetime]) -> None:
    at("2026-02-10T08:15:30Z")
    clients.add({"name": "Ann"})
    at("2026-03-04T10:00:00Z")
    with (
        pytest.raises(Refused, match="what was before 2026-02-10 08:16 is not known") as refused,
        travel.to(_moment("2026-02-10T08:15:29Z")),
    ):
        pass
    assert refused.value.hint == "name a later moment: --as-of '2026-02-10 08:16'"
    with travel.to(_moment("2026-02-10T08:15:30Z")):
        assert clients.count() == 1


def test_what_was_brought_in_whole_is_known_from_then_on(at: Callable[[str], datetime], tmp_path: Path) -> None:
    at("2026-02-01T08:00:00Z")
    clients.add({"name": "Ann"})
    folders.export(tmp_path / "all")
    at("2026-03-01T08:00:00Z")
    rewind.undo()
    folders.take(tmp_path / "all")
    clients.add({"name": "Ben"})
    at("2026-03-04T10:00:00Z")
    with travel.to(_moment("2026-02-20T00:00:00Z")):
        assert [card.name for card in clients.every()] == ["Ann"]


def test_a_day_means_its_end_today_means_now_and_the_future_is_refused(at: Callable[[str], datetime]) -> None:
    now = at("2026-03-04T10:00:00Z")
    assert travel.read(dates.read("2026-03-01")) == datetime(2026, 3, 1, 23, 59, 59, 999999, UTC)
    assert travel.read(dates.read("2026-03-01 09:30")) == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert travel.read(dates.read("today")) == now
    for text in ("2026-03-05", "2026-03-04 10:01"):
        with pytest.raises(Unreadable, match="is yet to come"):
            travel.read(dates.read(text))


def test_in_the_past_the_clock_stands_and_nothing_can_be_changed(base: Base, at: Callable[[str], datetime]) -> None:
    moment = at("2026-02-10T08:00:00Z")
    clients.add({"name": "Ann"})
    at("2026-03-04T10:00:00Z")
    for later in (False, True):
        with travel.to(moment):
            assert clock.now() == moment
            with pytest.raises(Refused, match="what is past cannot be changed"):
                clients.add({"name": "Ben"})
        if not later:
            clients.add({"name": "Cem"})
    assert (clients.count(), base.past, clock.now()) == (2, False, datetime(2026, 3, 4, 10, tzinfo=UTC))


def test_nothing_of_the_copy_stays_even_when_the_report_fails(
    at: Callable[[str], datetime], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    moment = at("2026-02-10T08:00:00Z")
    clients.add({"name": "Ann"})
    at("2026-03-04T10:00:00Z")
    clients.add({"name": "Ben"})

    def fail() -> None:
        with travel.to(moment):
            (folder,) = scratch.iterdir()
            assert folder.stat().st_mode & 0o777 == 0o700
            assert [*folder.iterdir()] == []
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [*scratch.iterdir()] == []
    assert clients.count() == 2


def test_a_base_that_cannot_be_written_can_be_seen_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "other.db"
    monkeypatch.setenv("CRMTUI_NOW", "2026-02-10T08:00:00Z")
    with connection.opened(path):
        clients.add({"name": "Ann"})
        monkeypatch.setenv("CRMTUI_NOW", "2026-03-04T10:00:00Z")
        clients.add({"name": "Ben"})
    monkeypatch.setattr(connection.os, "access", lambda *_: False)
    with connection.opened(path), travel.to(_moment("2026-02-10T08:00:00Z")):
        assert [card.name for card in clients.every()] == ["Ann"]


def test_an_undo_under_a_later_change_leaves_the_time_of_that_one_and_is_travelled_through(at: Callable[[str], datetime]) -> None:
    at("2026-02-10T08:00:00Z")
    deals.add({"title": "Doors"})
    at("2026-02-11T08:00:00Z")
    deals.edit(1, {"source": "web"})
    later = at("2026-02-12T08:00:00Z")
    moves.move(1, "qualified")
    then = kept()
    at("2026-02-13T08:00:00Z")
    rewind.undo(2)
    assert (deals.get(1).source, deals.get(1).updated_at) == (None, later)
    with travel.to(later):
        assert kept() == then
    rewind.redo()
    with travel.to(later):
        assert kept() == then


def _story(at: Callable[[str], datetime]) -> None:
    """Three operations before March, one in it."""
    at("2026-02-10T08:00:00Z")
    clients.add({"name": "Ann"})
    at("2026-02-11T08:00:00Z")
    clients.edit(1, {"name": "Anna"})
    at("2026-02-12T08:00:00Z")
    deals.add({"title": "Doors", "client": 1})
    at("2026-03-04T10:00:00Z")
    clients.edit(1, {"name": "Annabel"})


def test_a_compacted_history_keeps_what_was_done_but_cannot_be_undone_or_travelled_to(at: Callable[[str], datetime]) -> None:
    _story(at)
    done = thinning.compact(date(2026, 3, 1))
    assert (done.operation, done.operations, done.changes, done.last) == (5, 3, 4, 3)
    assert done.known_from == datetime(2026, 2, 12, 8, tzinfo=UTC)
    summaries = [
        "compacted the history before 2026-03-01: 4 changes",
        "changed client Anna",
        "added deal Doors",
        "changed client Ann",
        "added client Ann",
    ]
    assert [event.summary for event in history.operations()] == summaries
    with travel.to(_moment("2026-02-12T08:00:00Z")):
        assert clients.get(1).name == "Anna"
    with pytest.raises(Refused, match="what was before 2026-02-12 08:00 is not known"), travel.to(_moment("2026-02-11T23:00:00Z")):
        pass
    with pytest.raises(Refused, match=r"operation 5 .* cannot be undone"):
        rewind.undo(5)
    rewind.undo()
    assert clients.get(1).name == "Anna"
    with pytest.raises(Refused, match=r"operation 3 \(added deal Doors\) cannot be undone: its changes were let go of"):
        rewind.undo()


def test_compacting_twice_lets_go_only_of_what_is_left(at: Callable[[str], datetime]) -> None:
    _story(at)
    thinning.compact(date(2026, 2, 12))
    assert thinning.compact(date(2026, 2, 12)) == thinning.Thinned(None, 0, 0, None, None)
    assert thinning.compact(date(2026, 3, 1)).operations == 1
    with pytest.raises(Refused, match="2026-03-05 is yet to come"):
        thinning.compact(date(2026, 3, 5))


def test_a_compacted_base_does_not_pass_for_an_empty_one(at: Callable[[str], datetime], tmp_path: Path) -> None:
    _story(at)
    folders.export(tmp_path / "all")
    thinning.compact(date(2026, 3, 4))
    at("2026-03-05T10:00:00Z")
    thinning.compact(date(2026, 3, 5))
    with pytest.raises(Refused, match="the base holds"):
        folders.take(tmp_path / "all")


def test_an_import_whose_changes_were_let_go_of_cannot_be_taken_back(at: Callable[[str], datetime]) -> None:
    at("2026-02-10T08:00:00Z")
    done = taken("clients", SHEET + "1,Ann,a@x.lv,,Riga,\n")
    at("2026-03-04T10:00:00Z")
    thinning.compact(date(2026, 3, 1))
    with pytest.raises(Refused, match="its changes were let go of"):
        takeback.run(done.operation or 0)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
