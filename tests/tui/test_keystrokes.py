"""How many keys a rep needs, beyond the words typed: counted, from Home, for what is done most often."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.sales import deals
from tests.tui import driving
from tests.tui.driving import text


class Fingers:
    """Counts the keys that are no words."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self._pilot = pilot
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await driving.press(self._pilot, *keys)

    async def type(self, words: str) -> None:
        await driving.type_in(self._pilot, words)


async def test_a_call_with_its_outcome_for_a_found_client_takes_five_keys(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            fingers = Fingers(pilot)
            await fingers.press("slash")
            await fingers.type("quillstone")
            await fingers.press("enter")
            await fingers.press("c", "r")
            await fingers.type("wants oak")
            await fingers.press("ctrl+s")
        logged = interactions.page(limit=1)[0]
        assert (logged.kind, logged.client, logged.outcome, logged.note) == ("call", "Quillstone Builders", "reached", "wants oak")
        assert fingers.keys <= 5


async def test_moving_a_deal_one_stage_takes_three_keys(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            fingers = Fingers(pilot)
            await fingers.press("2")
            chosen = app.view.subjects[0]
            before = deals.get(chosen.id).stage
            await fingers.press("L")
        assert (before, deals.get(chosen.id).stage) == ("Lead", "Qualified")
        assert fingers.keys <= 3


async def test_adding_a_client_with_phone_and_company_takes_eight_keys(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            fingers = Fingers(pilot)
            await fingers.press("3", "a")
            await fingers.type("Ines Moreau")
            await fingers.press("tab")
            await fingers.type("+33 6 39 98 12 34")
            await fingers.press("tab")
            await fingers.type("quillst")
            await fingers.press("down", "enter", "enter")
        card = clients.get(clients.find("Ines Moreau"))
        assert (card.phones, card.company) == (("+33 6 39 98 12 34",), "Quillstone Builders")
        assert fingers.keys <= 8


async def test_completing_the_first_overdue_task_takes_two_keys(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            fingers = Fingers(pilot)
            first = tasks.listed(overdue=True, limit=1)[0]
            await fingers.press("x")
        assert tasks.get(first.id).state == "done"
        assert fingers.keys <= 2


@pytest.mark.parametrize("view", ["1", "2", "3", "4", "5", "6"])
async def test_from_any_view_to_any_client_takes_two_keys(demo_base: Path, view: str) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await driving.press(pilot, view)
            fingers = Fingers(pilot)
            await fingers.press("slash")
            await fingers.type("süßkirch jörg")
            await fingers.press("enter")
            await pilot.pause(0.2)
            assert "joerg.suesskirch@obergsvik" in text(app)
        assert fingers.keys <= 2
