"""A queue of calls that is rung through, driven by keys on a real base with a real command that dials."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui.activities import interactions
from crmtui.clients import clients
from crmtui.sales import call_queues, deals
from crmtui.store import connection
from screens.app import CrmApp
from screens.calls import Calls
from screens.forms.form import Form
from tests.tui.driving import opened, press, settle, text, toasts


@pytest.fixture
def four(tmp_path: Path) -> Path:
    """A base of four clients, each with a deal; the last has no phone."""
    path = tmp_path / "four.db"
    with connection.opened(path, actor="tester", command="test"):
        for place, name in enumerate(("Anna", "Boris", "Cleo", "Dora"), start=1):
            clients.add({"name": name, "phones": [f"+3712000000{place}"] if place < 4 else []})
            deals.add({"title": f"Deal {name}", "client": place})
    return path


@pytest.fixture
def dialled(tmp_path: Path, settings: Callable[[str], None]) -> Path:
    """Where the command that dials writes the numbers it was given."""
    script, seen = tmp_path / "dial", tmp_path / "dialled"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{seen}"\n')
    script.chmod(0o700)
    settings(f'dial = "{script} {{number}}"\n')
    return seen


async def begun(app: CrmApp, pilot: Pilot[int], *keys: str) -> None:
    """A queue of what is marked in the list of clients by these keys."""
    await press(pilot, "3")
    await settle(app, pilot)
    await press(pilot, *keys, "b")
    await settle(app, pilot)


def numbers(seen: Path, count: int) -> list[str]:
    """What was dialled, when so many numbers were."""
    end = time.monotonic() + 3
    while (not seen.exists() or len(seen.read_text().split()) < count) and time.monotonic() < end:
        time.sleep(0.01)
    return seen.read_text().split()


async def test_marked_clients_are_rung_through_with_their_outcomes(four: Path, dialled: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await begun(app, pilot, "space", "down", "space")
            assert isinstance(app.view, Calls)
            assert call_queues.load().clients == (1, 3)
            assert "2 of 2 to ring" in text(app)
            assert "+37120000001" in text(app)
            await press(pilot, "enter")
            assert "Call with Anna" in text(app)
            await press(pilot, "r", "ctrl+s")
            await settle(app, pilot)
            assert "1 of 2 to ring" in text(app)
            assert app.view.subjects[0].id == 3
            await press(pilot, "enter", "n", "ctrl+s")
            await settle(app, pilot)
            assert numbers(dialled, 2) == ["+37120000001", "+37120000003"]
            assert call_queues.load().outcomes == {1: "reached", 3: "no answer"}
            assert [interactions.load([id_])[0].outcome for id_ in (1, 2)] == ["reached", "no answer"]
            assert "the queue is rung through" in toasts(app)


async def test_with_nothing_marked_the_whole_list_is_the_queue(four: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(60, 20)) as pilot:
            await begun(app, pilot)
            assert call_queues.load().clients == (1, 2, 3, 4)
            assert "4 of 4 to ring" in text(app)


async def test_a_call_left_by_escape_changes_nothing_and_who_has_no_phone_is_told(four: Path, dialled: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await begun(app, pilot)
            await press(pilot, "end", "enter")
            assert "Dora has no phone" in toasts(app)
            assert isinstance(app.screen, Form)
            await press(pilot, "escape")
            assert call_queues.load().left == 4
            assert interactions.count() == 0


async def test_skipping_and_taking_out_leave_the_base_alone(four: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await begun(app, pilot)
            await press(pilot, "n")
            assert app.view.subjects[0].id == 2
            assert call_queues.load().at == 1
            await press(pilot, "delete", "delete")
            assert call_queues.load().clients == (1, 4)
            assert clients.count() == 4
            await press(pilot, "p")
            assert app.view.subjects[0].id == 1
            await press(pilot, "delete", "delete")
            assert "nobody to ring" in text(app)
            await press(pilot, "delete", "enter", "n", "p", "c")
            assert app.is_running


async def test_the_queue_goes_on_where_it_was_left_when_the_program_is_opened_again(four: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await begun(app, pilot)
            await press(pilot, "enter", "r", "ctrl+s")
            await settle(app, pilot)
            await press(pilot, "n", "q")
    with opened(four) as app:
        clients.delete(1, with_deals=True)
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "5")
            assert app.view.subjects[0].id == 3
            assert "3 of 3 to ring" in text(app)


async def test_a_client_deleted_meanwhile_is_no_longer_in_the_queue(four: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await begun(app, pilot)
            clients.delete(1, with_deals=True)
            await press(pilot, "enter")
            assert "no client 1" in toasts(app)
            await press(pilot, "f5")
            assert call_queues.load().clients == (2, 3, 4)
            assert "Boris" in text(app)
            assert "Anna" not in text(app)


async def test_a_new_queue_is_asked_about_while_one_is_not_rung_through(four: Path) -> None:
    with opened(four) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await begun(app, pilot)
            await begun(app, pilot, "space", "space")
            assert "4 calls of a queue are not made yet" in text(app)
            await press(pilot, "l")
            assert call_queues.load().left == 4
            await press(pilot, "b", "b")
            await settle(app, pilot)
            assert call_queues.load().clients == (1, 2)


async def test_the_records_behind_a_figure_and_a_deal_make_a_queue_of_their_clients(four: Path) -> None:
    with opened(four) as app:
        deals.add({"title": "Second of Anna", "client": 1})
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "6")
            await settle(app, pilot)
            await press(pilot, "enter", "enter")
            await settle(app, pilot)
            assert "Open deals: 5 deals" in text(app)
            await press(pilot, "b")
            await settle(app, pilot)
            assert sorted(call_queues.load().clients) == [1, 2, 3, 4]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_the_one_to_ring_stands_beside_or_below_the_queue(four: Path, size: tuple[int, int]) -> None:
    with opened(four) as app:
        clients.edit(1, {"notes": "asks for the boss"})
        async with app.run_test(size=size) as pilot:
            await begun(app, pilot)
            assert "asks for the boss" in text(app)
            assert "Deal Anna" in text(app)
