"""The agenda: what is on in a stretch of days, what is overdue, what clashes. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from random import Random

import pytest
from peewee import SqliteDatabase

from crmtui import dates, team
from crmtui.activities import agenda, interactions, tasks
from crmtui.clients import clients
from crmtui.sales import deals
from crmtui.store.connection import Base

WEEK = date(2026, 3, 2), date(2026, 3, 9)


@pytest.fixture
def ann(base: Base) -> int:
    """The rep who works; Ben (2) works too."""
    base.actor_id, base.actor = team.add({"name": "Ann"}).id, "Ann"
    team.add({"name": "Ben"})
    return base.actor_id


def march(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def held(kind: str, at: datetime, minutes: int | None = None, **more: int) -> int:
    return interactions.log(kind, client=None, at=at, minutes=minutes, **more).id


def titles(entries: list[agenda.Entry]) -> list[str]:
    return [entry.title for entry in entries]


def clashing(entries: list[agenda.Entry]) -> list[str]:
    return [entry.title for entry in entries if entry.clash]


def test_a_stretch_of_days_is_told_by_day_and_time_what_has_no_time_first(ann: int) -> None:
    """Outside: the Sunday before, the Monday after, a mail, a note, a task cancelled, one without a day."""
    for title, due in (
        ("late", "fri 16:00"), ("whole", "fri"), ("early", "fri 9:00"), ("monday", "2026-03-02"), ("before", "2026-03-01"),
        ("after", "2026-03-09"), ("gone", "fri"),
    ):  # fmt: skip
        tasks.add(title, due=dates.read(due))
    tasks.add("never")
    tasks.cancel(7)
    tasks.complete(4)
    for kind, day in (("call", 3), ("meeting", 2), ("email", 3), ("note", 3), ("call", 1)):
        interactions.log(kind, client=None, at=march(day), note="x")
    found = agenda.between(*WEEK)
    assert [(each.on.day, each.at and each.at.hour, each.title, each.state) for each in found] == [
        (2, None, "monday", "done"), (2, 9, "meeting", "done"), (3, 9, "call", "done"),
        (6, None, "whole", "open"), (6, 9, "early", "open"), (6, 16, "late", "open"),
    ]  # fmt: skip


def test_an_entry_tells_whose_it_is_whom_it_is_about_and_how_long_it_takes(ann: int) -> None:
    client = clients.add({"name": "Kim"}).id
    deal = deals.add({"title": "Roof", "client": client}).id
    tasks.add("Measure", due=dates.read("today 9:00"), client=client, deal=deal, assignee=2, priority="high")
    interactions.log("call", client=client, deal=deal, at=march(4, 8), minutes=5, outcome="reached", subject="Offer")
    interactions.log("meeting", client=client, at=march(4, 8, 30), outcome="agreed")
    call, meeting, task = agenda.between(date(2026, 3, 4), date(2026, 3, 5))
    assert (call.noun, call.id, call.kind, call.title, call.minutes, call.state) == ("interaction", 1, "call", "Offer", 5, "done")
    assert (call.who, call.who_id, call.client, call.client_id, call.deal, call.deal_id) == ("Ann", 1, "Kim", client, "Roof", deal)
    assert (meeting.title, meeting.minutes, meeting.priority) == ("agreed", agenda.SLOT_MINUTES, None)
    assert (task.noun, task.kind, task.minutes, task.overdue, task.priority) == ("task", "task", agenda.SLOT_MINUTES, True, "high")
    assert (task.who, task.client, task.deal) == ("Ben", "Kim", "Roof")


def test_asked_for_a_rep_it_tells_of_that_rep_alone(ann: int) -> None:
    for rep in (1, 2):
        tasks.add(f"task {rep}", due=dates.read("fri"), assignee=rep)
        interactions.log("call", client=None, at=march(3), subject=f"call {rep}", rep=rep)
    assert titles(agenda.between(*WEEK, rep=2)) == ["call 2", "task 2"]
    assert titles(agenda.between(*WEEK)) == ["call 1", "call 2", "task 1", "task 2"]


def test_overdue_tasks_stand_the_oldest_first(ann: int) -> None:
    for title, due, rep in (
        ("this morning", "today 9:59", 1), ("yesterday", "yesterday", 1), ("long ago", "2026-01-15", 2), ("today", "today", 1),
        ("soon", "today 10:01", 1),
    ):  # fmt: skip
        tasks.add(title, due=dates.read(due), assignee=rep)
    assert titles(agenda.overdue()) == ["long ago", "yesterday", "this morning"]
    assert all(entry.overdue and entry.state == "open" for entry in agenda.overdue())
    assert titles(agenda.overdue(rep=1, limit=1)) == ["yesterday"]


def test_what_one_person_has_at_the_same_time_clashes(ann: int) -> None:
    """Thirty minutes each: 9:00 and 9:29 overlap, 9:59 only touches; Ben's is at 9:00 too."""
    for title, due in (("nine", "fri 9:00"), ("nearly", "fri 9:29"), ("touches", "fri 9:59"), ("whole", "fri")):
        tasks.add(title, due=dates.read(due))
    tasks.add("of Ben", due=dates.read("fri 9:00"), assignee=2)
    assert clashing(agenda.between(*WEEK)) == ["nine", "nearly"]
    tasks.complete(2)
    assert clashing(agenda.between(*WEEK)) == []


def test_a_long_meeting_clashes_with_all_that_it_covers(ann: int) -> None:
    """The meeting goes from 8:00 to 11:00; the call at 9:00 takes no minute; the one of Ben is not Ann's."""
    held("meeting", march(3, 8), 180)
    for hour, minutes, rep in ((9, 0, 1), (10, None, 1), (11, 10, 1), (9, 20, 2)):
        interactions.log("call", client=None, at=march(3, hour), minutes=minutes, subject=f"{hour} {minutes}", rep=rep)
    tasks.add("in between", due=dates.read("2026-03-03 9:30"))
    assert clashing(agenda.between(*WEEK)) == ["meeting", "in between", "10 None"]


def test_what_clashes_across_midnight_is_told_on_either_day(ann: int) -> None:
    held("meeting", march(2, 23), 90)
    tasks.add("after midnight", due=dates.read("2026-03-03 0:15"))
    assert clashing(agenda.between(date(2026, 3, 2), date(2026, 3, 3))) == ["meeting"]
    assert clashing(agenda.between(date(2026, 3, 3), date(2026, 3, 4))) == ["after midnight"]


def test_any_two_that_overlap_clash_and_no_others(ann: int) -> None:
    rng = Random(4)
    for _ in range(60):
        held("meeting", march(3, rng.randrange(20), rng.randrange(60)), rng.choice((0, 5, 30, 90)), rep=rng.choice((1, 2)))
    found = agenda.between(*WEEK)
    ends = {each.id: each.at + timedelta(minutes=each.minutes) for each in found if each.at}
    pairs = [(a, b) for a, b in permutations(found, 2) if a.who == b.who and a.minutes and b.minutes and a.at and b.at]
    overlapping = {a.id for a, b in pairs if max(a.at, b.at) < min(ends[a.id], ends[b.id])}
    assert {each.id for each in found if each.clash} == overlapping
    assert 0 < len(overlapping) < len(found) == 60


def test_work_of_nobody_clashes_with_nothing(base: Base) -> None:
    for _ in range(2):
        tasks.add("nobody's", due=dates.read("fri 9:00"))
    assert clashing(agenda.between(*WEEK)) == []


def test_days_are_those_of_the_rep_also_when_the_clocks_change(
    ann: int, settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Riga 29 March 2026 has 23 hours: from 22:00 UTC of the 28th to 21:00 UTC of the 29th."""
    settings('timezone = "Europe/Riga"')
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-30T10:00:00+00:00")
    for hour, day in ((21, 28), (22, 28), (20, 29), (21, 29)):
        interactions.log("call", client=None, at=march(day, hour), subject=f"{day} at {hour}")
    tasks.add("four in the morning", due=dates.read("2026-03-29 4:00"))
    found = agenda.between(date(2026, 3, 29), date(2026, 3, 30))
    assert titles(found) == ["28 at 22", "four in the morning", "29 at 20"]
    assert found[1].at == march(29, 1)
    assert {entry.on for entry in found} == {date(2026, 3, 29)}


def test_however_many_there_are_the_base_is_asked_as_often(ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = SqliteDatabase.execute_sql
    monkeypatch.setattr(SqliteDatabase, "execute_sql", lambda self, sql, *rest: asked.append(sql) or ask(self, sql, *rest))
    counts = []
    for _ in range(2):
        for minute in range(5):
            tasks.add("task", due=dates.read(f"fri 9:0{minute}"))
            held("call", march(3, 9, minute))
        asked.clear()
        agenda.between(*WEEK)
        counts.append(len(asked))
    assert counts[0] == counts[1] > 0
