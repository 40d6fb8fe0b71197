"""Interactions of every kind, tasks changed and put off. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crmtui import dates, periods, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.sales import deals, followups
from crmtui.store import history, rewind
from crmtui.store.connection import Base


@pytest.fixture
def kim(base: Base) -> int:
    """A client with one open deal, worked on by Ann."""
    base.actor_id, base.actor = team.add({"name": "Ann"}).id, "Ann"
    client = clients.add({"name": "Kim"}).id
    deals.add({"title": "Roof", "client": client})
    return client


@pytest.mark.parametrize("kind", ["call", "email", "meeting"])
def test_every_kind_makes_the_next_task_and_moves_the_deal_in_one_operation(kim: int, kind: str) -> None:
    logged = followups.log(kind, kim, direction="in", subject="Offer", next_step="measure", due=dates.read("fri"), move_to="next")
    contact = logged.interaction
    assert (contact.kind, contact.direction, contact.subject, contact.deal, contact.rep) == (kind, "in", "Offer", "Roof", "Ann")
    assert logged.task is not None
    assert (logged.task.title, logged.task.due_on, logged.task.deal) == ("measure", date(2026, 3, 6), "Roof")
    assert (deals.get(1).stage, deals.get(1).next_step) == ("Qualified", "measure")
    assert history.operations(limit=1)[0].summary == f"logged {kind} with Kim"
    rewind.undo()
    assert (interactions.count(), tasks.count(), deals.get(1).stage) == (0, 0, "Lead")


def test_a_note_has_no_direction_and_at_least_a_word(kim: int) -> None:
    assert followups.log("note", kim, note="likes oak").interaction.direction is None
    with pytest.raises(Refused, match="the note is empty"):
        followups.log("note", kim, note=" \n")
    assert interactions.count() == 1


def logged(kim: int) -> None:
    """Two calls, a mail that came in, a note; the calls a day apart."""
    days = {day: datetime(2026, 3, day, 9, tzinfo=UTC) for day in (1, 2, 3)}
    followups.log("call", kim, direction="out", outcome="no answer", at=days[1])
    followups.log("call", kim, direction="out", outcome="Reached", at=days[2])
    followups.log("email", kim, direction="in", subject="Question", at=days[3])
    interactions.log("note", client=clients.add({"name": "Lee"}).id, note="new")


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [4, 3, 2, 1]),
        ({"client": 1}, [3, 2, 1]),
        ({"deal": 1}, [3, 2, 1]),
        ({"rep": 1, "kind": "call"}, [2, 1]),
        ({"direction": "in"}, [3]),
        ({"outcome": "reached"}, [2]),
        ({"period": periods.read("2026-03-02..2026-03-03")}, [3, 2]),
        ({"period": periods.read("2026-03-02"), "kind": "email"}, []),
    ],
)
def test_they_are_listed_newest_first_by_every_filter(kim: int, filters: dict, found: list[int]) -> None:
    logged(kim)
    assert [each.id for each in interactions.every(**filters)] == found
    assert [each.id for each in interactions.page(limit=2, offset=1, **filters)] == found[1:3]
    assert interactions.count(**filters) == len(found)


# ── tasks


def test_a_task_is_changed_field_by_field_and_emptied_by_nothing(kim: int) -> None:
    ben = team.add({"name": "Ben"}).id
    made = tasks.add("Order glass", due=dates.read("fri 10:00"), note="two panes", client=kim)
    changed = tasks.edit(made.id, {"title": "Order oak", "priority": "high", "assignee": ben, "note": "", "due": "mon"})
    assert (changed.title, changed.priority, changed.assignee, changed.note) == ("Order oak", "high", "Ben", None)
    assert (changed.due_on, changed.due_at, changed.client, changed.author) == (date(2026, 3, 9), None, "Kim", "Ann")
    assert tasks.edit(made.id, {"due": ""}).due_on is None


def test_a_repeating_task_keeps_a_due_date(kim: int) -> None:
    plain = tasks.add("Call")
    with pytest.raises(Refused, match="needs a due date"):
        tasks.edit(plain.id, {"repeat": "weekly"})
    assert tasks.edit(plain.id, {"repeat": "weekly", "due": "fri"}).repeat
    with pytest.raises(Refused, match="needs a due date"):
        tasks.edit(plain.id, {"due": ""})
    assert tasks.edit(plain.id, {"due": "", "repeat": ""}).repeat is None
    with pytest.raises(Unreadable, match='no priority "hihg"'):
        tasks.edit(plain.id, {"priority": "hihg"})


def test_a_snoozed_task_keeps_its_time_of_day_unless_another_is_named(kim: int) -> None:
    timed, whole = tasks.add("Call", due=dates.read("today 9:00")), tasks.add("Write", due=dates.read("today"))
    assert tasks.snooze(timed.id, dates.read("mon")).due_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert tasks.snooze(timed.id, dates.read("+2h")).due_at == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert (tasks.snooze(whole.id, dates.read("mon")).due_on, tasks.get(whole.id).due_at) == (date(2026, 3, 9), None)


@pytest.mark.parametrize("when", ["yesterday", "today 9:59", "today"])
def test_no_task_is_put_off_to_the_past(kim: int, when: str) -> None:
    made = tasks.add("Call", due=dates.read("today 9:00"))
    with pytest.raises(Refused, match="is past"):
        tasks.snooze(made.id, dates.read(when))


def test_a_deleted_task_is_kept_as_cancelled_and_comes_back_by_undo(kim: int) -> None:
    made = tasks.add("Call", due=dates.read("fri"), repeat="weekly")
    assert tasks.cancel(made.id).state == "cancelled"
    assert (tasks.listed(), [job.id for job in tasks.listed(state="cancelled")]) == ([], [made.id])
    for act in (tasks.cancel, tasks.complete, lambda id_: tasks.snooze(id_, dates.read("mon"))):
        with pytest.raises(Refused, match="cancelled already"):
            act(made.id)
    rewind.undo()
    assert [job.id for job in tasks.listed()] == [made.id]
    with pytest.raises(NotFound):
        tasks.cancel(99)
