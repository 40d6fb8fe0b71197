"""Tasks by keys: completed, put off, added, changed. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crmtui import dates, team
from crmtui.activities import checklists, tasks
from crmtui.clients import clients
from crmtui.sales import deals, followups, moves
from crmtui.store.connection import current
from screens.app import CrmApp
from screens.forms.form import Form
from screens.subject import Subject
from tests.tui.driving import opened, paste, press, text, toasts


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    """Ann's base: the client Kim (1) with the deal Roof (1); Ben works too."""
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        current().actor_id, current().actor = team.add({"name": "Ann"}).id, "Ann"
        team.add({"name": "Ben"})
        deals.add({"title": "Roof", "client": clients.add({"name": "Kim"}).id, "owner": 1})
        yield app


def due(*titles: str, when: str = "yesterday", **more: int) -> list[int]:
    return [tasks.add(title, due=dates.read(when), **more).id for title in titles]  # type: ignore[arg-type]


async def test_one_key_at_home_completes_the_first_overdue_task_and_the_next_comes_under_the_cursor(crm: CrmApp) -> None:
    due("today", when="today")
    due("older", when="2026-03-02")
    due("newer")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "x")
        assert "completed older" in text(crm)
        await press(pilot, "x")
    assert [tasks.get(id_).state for id_ in (1, 2, 3)] == ["open", "done", "done"]


async def test_a_repeating_task_tells_when_it_comes_again(crm: CrmApp) -> None:
    tasks.add("Water", due=dates.read("2026-03-03"), repeat="weekly")
    async with crm.run_test(size=(100, 30), notifications=True) as pilot:
        await press(pilot, "x")
        assert "completed Water; again Tue 10 March 2026" in text(crm)
    assert (tasks.get(1).state, tasks.get(2).due_on) == ("done", date(2026, 3, 10))


async def test_marked_tasks_are_completed_as_one_change(crm: CrmApp) -> None:
    due("one", "two", "three")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4", "space", "space", "x")
        assert "completed 2 tasks" in text(crm)
        assert [tasks.get(id_).state for id_ in (1, 2, 3)] == ["done", "done", "open"]
        await press(pilot, "u")
    assert tasks.count() == 3


async def test_a_deal_whose_last_step_is_done_is_asked_for_the_next_one(crm: CrmApp) -> None:
    followups.log("call", 1, deal=1, next_step="Measure", due=dates.read("yesterday"))
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "x")
        assert "Next step: Roof" in text(crm)
        await paste(pilot, "Send offer")
        await press(pilot, "tab")
        await paste(pilot, "fri")
        await press(pilot, "enter")
    card = deals.get(1)
    assert (card.next_step, card.next_step_on) == ("Send offer", date(2026, 3, 6))


async def test_a_deal_with_other_work_is_not_asked_for_a_step(crm: CrmApp) -> None:
    due("one", "two", deal=1)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "x")
        assert "Next step" not in text(crm)


def test_a_deal_waits_when_nothing_else_is_open_in_it(crm: CrmApp) -> None:
    """Of the deals of done tasks: Roof has none open; Attic has its own next step, Cellar is lost, Door is deleted, Eaves has a task."""
    for title in ("Attic", "Cellar", "Door", "Eaves"):
        deals.add({"title": title, "client": 1, "next_step": "Ring" if title == "Attic" else "", "owner": 1})
    moves.move(3, "lost", reason="price")
    done = [tasks.complete(due("x", deal=id_)[0]).task for id_ in range(1, 6)]
    deals.delete(4)
    due("left", deal=5)
    assert followups.stalled(done) == [1]


@pytest.mark.parametrize(
    ("words", "until"),
    [("tomorrow", "2026-03-05"), ("+3d", "2026-03-07"), ("next mon", "2026-03-09"), ("next week", "2026-03-11"), ("eom", "2026-03-31")],
)
async def test_a_task_is_put_off_by_the_words_of_the_shell(crm: CrmApp, words: str, until: str) -> None:
    due("Call")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "z")
        await paste(pilot, words)
        await press(pilot, "enter")
        assert "put off Call to" in text(crm)
    assert tasks.get(1).due_on == date.fromisoformat(until)


async def test_the_usual_days_are_offered_and_one_of_them_is_taken_by_two_keys(crm: CrmApp) -> None:
    due("Call")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "z")
        assert all(words in text(crm) for words in ("tomorrow", "+3d", "next mon", "next week"))
        await press(pilot, "down", "down", "enter")
    assert tasks.get(1).due_on == date(2026, 3, 7)


async def test_escape_leaves_a_task_where_it_was_and_a_past_day_is_refused_in_the_form(crm: CrmApp) -> None:
    due("Call")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "z")
        await paste(pilot, "yesterday")
        await press(pilot, "enter")
        assert "2026-03-03 is past" in text(crm)
        await press(pilot, "escape", "z", "escape")
        assert crm.screen is crm.screen_stack[0]
    assert tasks.get(1).due_on == date(2026, 3, 3)


async def test_a_task_is_given_to_another_by_a_letter(crm: CrmApp) -> None:
    due("Call")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "o", "b")
    assert tasks.get(1).assignee == "Ben"


async def test_a_new_task_is_about_what_is_chosen(crm: CrmApp) -> None:
    due("Call", deal=1, client=1)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "t")
        assert all(name in text(crm) for name in ("Kim", "Roof"))
        await paste(pilot, "Write")
        await press(pilot, "tab")
        await paste(pilot, "fri 10:00")
        await press(pilot, "tab")
        await paste(pilot, "Ben")
        await press(pilot, "tab", "tab", "tab", "h", "w", "e", "tab", "ctrl+s")
    made = tasks.get(2)
    assert (made.title, made.assignee, made.client, made.deal) == ("Write", "Ben", "Kim", "Roof")
    assert str(made.due_at) == "2026-03-06 10:00:00+00:00"
    assert (made.priority, made.repeat) == ("high", "FREQ=WEEKLY")


async def test_a_task_about_one_of_two_clients_of_a_name_keeps_the_one_that_was_chosen(crm: CrmApp) -> None:
    second = clients.add({"name": "Kim"}).id
    due("Call", client=second)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "t")
        await paste(pilot, "Write")
        await press(pilot, "ctrl+s")
    assert tasks.get(2).client_id == second


async def test_a_task_is_changed_in_its_form_and_only_what_was_typed(crm: CrmApp) -> None:
    due("Call", client=1)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "enter")
        assert "Kim · by Ann · created 2026-03-04 10:00 · overdue" in text(crm)
        await press(pilot, "tab", "end", "ctrl+u")
        await paste(pilot, "mon")
        tasks.edit(1, {"title": "Ring"})
        await press(pilot, "ctrl+s")
    assert (tasks.get(1).title, tasks.get(1).due_on) == ("Ring", date(2026, 3, 9))


async def test_what_somebody_else_changed_meanwhile_is_told_before_it_is_overwritten(crm: CrmApp) -> None:
    due("Call")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "e", "end")
        await paste(pilot, " Kim")
        tasks.edit(1, {"title": "Ring"})
        await press(pilot, "ctrl+s")
        assert "somebody made it “Ring” meanwhile" in text(crm)
        assert tasks.get(1).title == "Ring"
        await press(pilot, "ctrl+s")
    assert tasks.get(1).title == "Call Kim"


async def test_a_refused_change_of_many_changes_none_and_says_why(crm: CrmApp) -> None:
    due("one", "two")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4", "space", "space")
        tasks.complete(2)
        await press(pilot, "x")
        assert "is done already" in text(crm)
    assert tasks.get(1).state == "open"


async def test_the_items_of_a_checklist_are_ticked_in_the_form_and_more_are_added(crm: CrmApp) -> None:
    tasks.add("Visit", items=["print [/]", "木村 calls"])
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await crm.open(Subject("task", 1))
        await press(pilot)
        assert "Checklist: 0 of 2 done" in text(crm)
        await press(pilot, "shift+tab", "down", "space")
        assert "[x]  木村 calls" in text(crm)
        await press(pilot, "enter", "up", "enter")
        assert "[x]  print [/]" in text(crm)
        form = crm.screen
        assert isinstance(form, Form)
        form.rows["items"].editor.typed = "keys\n\nladder"
        await press(pilot, "ctrl+s")
    assert [(item.text, bool(item.done_at)) for item in checklists.of(1)] == [
        ("print [/]", True), ("木村 calls", False), ("keys", False), ("ladder", False),
    ]  # fmt: skip


async def test_a_new_task_has_a_checklist_and_waits_for_another_which_is_told(crm: CrmApp) -> None:
    tasks.add("Measure")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4", "a")
        form = crm.screen
        assert isinstance(form, Form)
        for name, words in (("title", "Offer"), ("items", "price\ndays"), ("after", "meas")):
            form.rows[name].editor.typed = words
        await press(pilot, "ctrl+s")
        await crm.open(Subject("task", 2))
        await press(pilot)
        assert "waits for Measure" in text(crm)
        await press(pilot, "escape")
    made = tasks.page(2)
    assert ([item.text for item in made.checklist], made.after) == (["price", "days"], "Measure")


async def test_done_tasks_tell_what_was_left_and_who_is_free_now(crm: CrmApp) -> None:
    first = due("Measure")[0]
    tasks.edit(first, {"items": ["the north side"]})
    tasks.add("Offer", after=first)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "x")
        assert "completed Measure; left in its checklist: the north side; free now: Offer" in toasts(crm)


async def test_a_task_that_was_given_away_stays_in_sight_under_given_by_me(crm: CrmApp) -> None:
    due("Call", "Write")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4", "o", "b", "f", "w")
        assert crm.view.heading == "day · given by me"
        assert "Call" in text(crm)
        assert "Write" not in text(crm)
        assert "Ben" in text(crm)
        await press(pilot, "v")
        assert "Write" in text(crm)
    assert (tasks.get(1).assignee, tasks.get(1).author, tasks.get(1).given_by) == ("Ben", "Ann", "Ann")


async def test_of_many_given_to_somebody_what_is_theirs_already_stays(crm: CrmApp) -> None:
    due("one", "two")
    tasks.delegate(2, 2)
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "4", "v", "ctrl+a", "o", "b")
    assert [tasks.get(id_).assignee for id_ in (1, 2)] == ["Ben", "Ben"]
