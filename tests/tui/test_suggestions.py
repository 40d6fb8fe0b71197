"""What to do next and who named one, at Home: told after the first paint, opened, called, done and hidden by a key each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmtui import dates, team
from crmtui.activities import interactions, mentions, tasks
from crmtui.clients import clients
from crmtui.sales import deals, moves
from crmtui.sales.suggestions import listed
from crmtui.store.connection import current
from screens import suggestions
from screens.app import CrmApp
from screens.forms.form import Form
from screens.subject import Subject
from tests.tui.driving import opened, press, text, toasts


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    """Ann's base: the client Kim (1) with the deal Roof (1) of 1,000 at 20 % and no next step; Ben works too."""
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        current().actor_id, current().actor = team.add({"name": "Ann"}).id, "Ann"
        team.add({"name": "Ben"})
        deals.add({"title": "Roof", "client": clients.add({"name": "Kim", "status": "customer"}).id, "owner": 1, "value": "1000"})
        yield app


async def test_home_tells_what_to_do_next_why_and_how_much_is_at_risk(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        shown = text(crm).splitlines()
    place = next(number for number, line in enumerate(shown) if "Do next" in line)
    risk = f"{1000 * deals.get(1).probability // 100:,} USD"
    assert shown[place + 1].split() == ["plan", "the", "next", "step:", "Roof", *risk.split()]
    assert shown[place + 2].strip() == "it has no next step"


def test_its_room_is_the_same_while_it_is_looked_for_and_however_much_is_found(crm: CrmApp) -> None:
    found = listed(1, limit=5)
    assert len(found) == 1
    assert {len(suggestions.lines(some, 5)) for some in (None, [], found, found * 5)} == {11}


async def test_nothing_at_home_moves_when_the_suggestions_come(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        before = text(crm).splitlines()
        await press(pilot)
        after = text(crm).splitlines()
    place = next(number for number, line in enumerate(after) if "Calls and meetings" in line)
    assert not any("Calls and meetings" in line for number, line in enumerate(before) if number != place)


async def test_x_hides_what_is_suggested_and_undo_brings_it_back(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot)
        await press(pilot, "r", "x")
        assert "hidden for 7 days" in toasts(crm)
        assert "nothing waits for you" in text(crm)
        assert listed(1) == []
        await press(pilot, "u")
        assert "plan the next step: Roof" in text(crm)
    assert [each.deal for each in listed(1)] == ["Roof"]


async def test_x_on_a_suggested_task_completes_it_and_on_a_deal_elsewhere_does_nothing(crm: CrmApp) -> None:
    deals.edit(1, {"next_step": "Ring", "next_step_on": "2026-03-20"})
    tasks.add("Water", due=dates.read("yesterday"))
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        await press(pilot, "r")
        assert crm.view.nouns == {"task", "suggestion"}
        await press(pilot, "x")
        assert tasks.get(1).state == "done"
        moves.move(1, "next")
        deals.edit(1, {"next_step": "", "next_step_on": ""})
        await press(pilot, "f5", "end")
        assert "suggestion" not in crm.view.nouns
        await press(pilot, "x")
    assert [each.deal for each in listed(1)] == ["Roof"]


async def test_enter_opens_what_it_is_about_and_c_logs_a_call(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        await press(pilot, "3", "r", "c")
        assert isinstance(crm.screen, Form)
        assert crm.screen.plan.title == "Call with Kim"
        await press(pilot, "escape", "enter")
        assert crm.view.subjects == [Subject("deal", 1)]


async def test_everyone_s_suggestions_are_told_when_everyone_s_day_is(crm: CrmApp) -> None:
    deals.add({"title": "[@click=app.quit]木[/]", "client": 1, "owner": 2})
    async with crm.run_test(size=(120, 40)) as pilot:
        await press(pilot)
        assert "plan the next step: [@click" not in text(crm)
        await press(pilot, "v")
        assert "plan the next step: [@click=app.quit]木[/]" in text(crm)


async def test_whoever_is_named_in_a_note_finds_it_at_home_opens_it_and_has_seen_it(crm: CrmApp) -> None:
    ann = current().actor_id
    current().actor_id, current().actor = 2, "Ben"
    interactions.log("note", client=1, note="@ann look at the oak")
    current().actor_id, current().actor = ann, "Ann"
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot)
        assert "Mentions: 1 not seen" in text(crm)
        assert "Ben" in text(crm)
        await press(pilot, "home", "enter")
        assert "Note with Kim" in str(crm.screen.query_one("Vertical").border_title)
        await press(pilot, "escape", "x")
        assert "Mentions" not in text(crm)
    assert mentions.waiting(1) == []
