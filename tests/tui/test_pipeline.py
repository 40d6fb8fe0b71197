"""The board in the full screen: its figures, cards that move by keys and by the mouse, and columns that stay straight."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.events import MouseScrollDown
from textual.pilot import Pilot

from crmtui.clients import clients
from crmtui.present import text as shown
from crmtui.sales import board, deals, moves, pipelines, stages
from crmtui.store import connection
from screens import app as screen
from screens.app import CrmApp
from screens.lanes import Lanes
from screens.pipeline import Pipeline
from tests.tui.driving import opened, press, resize, text, type_in


@pytest.fixture
def demo(demo_base: Path) -> Iterator[CrmApp]:
    """The demo company, seen by somebody it does not know: everyone's deals."""
    with opened(demo_base) as app:
        yield app


@pytest.fixture
def few(tmp_path: Path) -> Iterator[CrmApp]:
    """Three deals in the first stage, the soonest to close first."""
    with opened(tmp_path / "crm.db") as app:
        client = clients.add({"name": "Ann Lee"})
        for number in (1, 2, 3):
            deals.add({"title": f"Deal {number}", "client": client.id, "value": f"{number}000", "expected_close": f"2026-04-0{number}"})
        yield app


async def on_board(pilot: Pilot[int]) -> Lanes:
    """Go to the board."""
    await press(pilot, "2")
    assert isinstance(pilot.app, CrmApp)
    return pilot.app.view.query_one(Lanes)


def columns(lanes: Lanes) -> list[tuple[int, int]]:
    """The first cell and the cells of every column in view."""
    return [(frame.x, frame.cells) for frame in lanes._frames]


def column(lanes: Lanes, number: int) -> str:
    """What stands in a column in view."""
    x, cells = columns(lanes)[number]
    return "\n".join(
        "".join(segment.text for segment in lanes.render_line(y).crop(x, x + cells)).rstrip() for y in range(lanes.size.height)
    )


def said(app: CrmApp) -> str:
    """What was told last."""
    return str(list(app._notifications)[-1].message)


def stage_of(title: str) -> str:
    return next(card.stage for card in deals.every() if card.title == title)


async def drag(pilot: Pilot[int], lanes: Lanes, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Press in one place of the board, and let go in another."""
    await pilot.mouse_down(lanes, offset=start)
    await pilot.hover(lanes, offset=end)
    await pilot.mouse_up(lanes, offset=end)
    await pilot.pause()


async def test_the_heads_are_the_figures_of_the_board(demo: CrmApp) -> None:
    async with demo.run_test(size=(200, 60)) as pilot:
        lanes = await on_board(pilot)
        for number, lane in enumerate(board.show().lanes):
            head = column(lanes, number).splitlines()[1:4]
            assert head[0].split()[0] == lane.step.name
            assert head[0].split()[-1] == str(lane.deals)
            sums = " ".join(head[1:])
            assert shown.short_money(lane.value_cents, "USD") in sums
            assert f"weighted {shown.short_money(lane.weighted_cents, 'USD').removesuffix(' USD')}" in sums
        assert "Sales · everyone: 48 open deals · 1.43M USD · weighted 572k USD" in text(demo)


async def test_a_key_moves_the_card_and_the_cursor_follows_it(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "down", "L")
        assert stage_of("Deal 2") == "Qualified"
        assert column(lanes, 0).splitlines()[1].split() == ["Lead", "2"]
        assert "4,000 USD" in column(lanes, 0)
        assert "Deal 2" in column(lanes, 1)
        assert "2,000 USD" in column(lanes, 1)
        assert said(few) == "Deal 2: Lead → Qualified"
        await press(pilot, "shift+right", "H")
        assert stage_of("Deal 2") == "Qualified"
        await press(pilot, "w")
        assert stage_of("Deal 2") == "Won"
        assert lanes.card is not None
        assert lanes.card.title == "Deal 2"


async def test_undo_puts_the_card_back_and_says_so(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "L", "u")
        assert stage_of("Deal 1") == "Lead"
        assert "Deal 1" in column(lanes, 0)
        assert said(few) == "undone: moved deal Deal 1 from Lead to Qualified"


async def test_a_move_that_lacks_a_field_opens_the_form_of_the_deal(few: CrmApp) -> None:
    qualified = pipelines.find("Qualified", pipelines.first_pipeline())
    stages.edit(qualified, require=["need"])
    async with few.run_test(size=(120, 40)) as pilot:
        await on_board(pilot)
        await press(pilot, "L")
        assert stage_of("Deal 1") == "Lead"
        assert " needs " in few.screen.plan.beside  # type: ignore[attr-defined]


async def test_losing_asks_why(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        await on_board(pilot)
        await press(pilot, "W")
        assert stage_of("Deal 1") == "Lead"
        await type_in(pilot, "no")
        await press(pilot, "ctrl+s")
        assert stage_of("Deal 1") == "Lost"


async def test_marked_cards_move_together_and_a_column_is_marked_by_one_key(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "space", "space", "L")
        assert [stage_of(f"Deal {number}") for number in (1, 2, 3)] == ["Qualified", "Qualified", "Lead"]
        assert "2 marked" in text(few)
        await press(pilot, "escape")
        assert "marked" not in text(few)
        await press(pilot, "left", "ctrl+a")
        assert [subject.id for subject in lanes.subjects] == [3]


async def test_the_mouse_drags_a_card_to_another_stage(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await pilot.mouse_down(lanes, offset=(5, 6))
        await pilot.hover(lanes, offset=(60, 20))
        assert "Deal 1" in column(lanes, 2)
        assert stage_of("Deal 1") == "Lead"
        await pilot.mouse_up(lanes, offset=(60, 20))
        await pilot.pause()
        assert stage_of("Deal 1") == "Proposal"
        assert "Deal 1" in column(lanes, 2)
        assert "Deal 1" not in column(lanes, 0)
        assert lanes.card is not None
        assert lanes.card.title == "Deal 1"


async def test_a_drag_within_its_column_or_left_by_escape_changes_nothing(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        before = few._seen, column(lanes, 0)
        await drag(pilot, lanes, (5, 6), (8, 20))
        await pilot.mouse_down(lanes, offset=(5, 6))
        await pilot.hover(lanes, offset=(60, 20))
        await press(pilot, "escape")
        await pilot.mouse_up(lanes, offset=(60, 20))
        await pilot.pause()
        assert stage_of("Deal 1") == "Lead"
        assert (few._seen, column(lanes, 0)) == before
        assert isinstance(few.view, Pipeline)


async def test_a_card_that_is_gone_while_it_is_dragged_goes_nowhere(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await pilot.mouse_down(lanes, offset=(5, 6))
        await pilot.hover(lanes, offset=(60, 20))
        deals.delete(1)
        few.changed()
        await pilot.mouse_up(lanes, offset=(60, 20))
        await pilot.pause()
        assert [lane.deals for lane in board.show().lanes] == [2, 0, 0, 0, 0, 0]
        assert not few._notifications


async def test_a_refused_drag_puts_the_card_back_and_says_why(few: CrmApp) -> None:
    proposal = pipelines.find("Proposal", pipelines.first_pipeline())
    stages.edit(proposal, require=["need"])
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await drag(pilot, lanes, (5, 6), (60, 20))
        assert " needs " in few.screen.plan.beside  # type: ignore[attr-defined]
        await press(pilot, "escape")
        assert stage_of("Deal 1") == "Lead"
        assert "Deal 1" in column(lanes, 0)
        assert "Deal 1" not in column(lanes, 2)


async def test_a_drag_to_lost_asks_why(few: CrmApp) -> None:
    async with few.run_test(size=(200, 60)) as pilot:
        lanes = await on_board(pilot)
        await drag(pilot, lanes, (5, 6), (195, 20))
        assert stage_of("Deal 1") == "Lead"
        await type_in(pilot, "no")
        await press(pilot, "ctrl+s")
        assert stage_of("Deal 1") == "Lost"


async def test_a_drag_to_the_edge_shows_the_stages_beyond(few: CrmApp) -> None:
    async with few.run_test(size=(60, 20)) as pilot:
        lanes = await on_board(pilot)
        assert len(columns(lanes)) == 2
        await pilot.mouse_down(lanes, offset=(5, 6))
        await pilot.hover(lanes, offset=(59, 9))
        await pilot.mouse_up(lanes, offset=(50, 9))
        await pilot.pause()
        assert stage_of("Deal 1") == "Proposal"


async def test_what_another_program_moves_shows_and_the_cursor_stays(few: CrmApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "PULSE_SECONDS", 0.05)
    code = "from commands import app\nimport sys\nsys.exit(app.run(['move-deal', '1', 'Qualified', '--db', sys.argv[1]]))\n"
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "down")
        subprocess.run([sys.executable, "-c", code, str(tmp_path / "crm.db")], check=True, capture_output=True)
        for _ in range(40):
            await pilot.pause(0.05)
            if "Deal 1" in column(lanes, 1):
                break
        assert "Deal 1" in column(lanes, 1)
        assert lanes.card is not None
        assert lanes.card.title == "Deal 2"


async def test_a_column_ends_with_how_many_more_there_are_and_lists_them(few: CrmApp) -> None:
    for number in range(4, 61):
        deals.add({"title": f"Deal {number}", "value": "1", "expected_close": "2026-05-01"})
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "end")
        assert "10 more" in column(lanes, 0)
        assert lanes.card is None
        assert few.view.subjects == []
        await press(pilot, "enter")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "Sales · everyone · Lead: 60 deals" in text(few)
        await press(pilot, "escape")
        assert isinstance(few.view, Pipeline)


async def test_the_cursor_follows_a_card_beyond_the_end_of_a_long_column(few: CrmApp) -> None:
    for number in range(4, 61):
        deals.add({"title": f"Deal {number}", "value": "9000", "expected_close": "2026-03-05"})
    for card in [card for card in deals.every() if card.id > 3]:
        moves.move(card.id, "next")
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "L")
        assert lanes.card is not None
        assert lanes.card.title == "Deal 1"
        assert lanes.card.stage_id == board.show().lanes[1].step.id
        assert "Deal 1\n" in column(lanes, 1)
        assert "7 more" in column(lanes, 1)


async def test_opening_goes_to_the_deal_and_back_to_its_card(few: CrmApp) -> None:
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "down", "enter")
        assert "Deal 2" in few.view.heading
        assert "2 of 3" in few.view.heading
        await press(pilot, "escape")
        assert lanes.card is not None
        assert lanes.card.title == "Deal 2"
        await pilot.click(lanes, offset=(5, 6), times=2)
        await pilot.pause()
        assert "Deal 1" in few.view.heading
        assert "1 of 3" in few.view.heading


async def test_filters_narrow_the_board_and_escape_takes_them_off(demo: CrmApp) -> None:
    async with demo.run_test(size=(120, 40)) as pilot:
        await on_board(pilot)
        await press(pilot, "f")
        await type_in(pilot, "spa")
        await press(pilot, "tab")
        await type_in(pilot, "Tom")
        await press(pilot, "ctrl+s")
        owner = next(card.owner_id for card in deals.every() if card.owner == "Tomás Villaseca")
        number = sum(lane.deals for lane in board.show(owner=owner, words="spa").lanes if lane.step.outcome == "open")
        assert demo.view.heading == "Sales · Tomás Villaseca · “spa”"
        assert f": {number} open deal" in text(demo)
        await press(pilot, "escape")
        assert demo.view.heading == "Sales · everyone"


async def test_a_rep_sees_the_own_deals_first_and_all_by_one_key(demo_base: Path) -> None:
    with opened(demo_base, "Brigid Fallow") as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await on_board(pilot)
            assert app.view.heading == "Sales · mine"
            await press(pilot, "v")
            assert ": 48 open deals" in text(app)


async def test_next_and_previous_go_through_the_pipelines(few: CrmApp) -> None:
    pipelines.add("Service", ["Call", "Visit"])
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "n")
        assert few.view.heading == "Service · everyone"
        assert "Call" in column(lanes, 0)
        assert "none" in column(lanes, 0)
        assert "no deals; a adds one" in text(few)
        await press(pilot, "p")
        assert few.view.heading == "Sales · everyone"


async def test_amounts_in_other_currencies_are_told_and_in_no_sum(few: CrmApp) -> None:
    deals.add({"title": "Abroad", "value": "500 EUR"})
    async with few.run_test(size=(120, 40)) as pilot:
        lanes = await on_board(pilot)
        assert "6,000 USD" in column(lanes, 0)
        assert "+1 other currenc" in column(lanes, 0)
        assert "500 EUR" in column(lanes, 0)


HOSTILE = (
    "[/]", "[@click=app.quit]x[/]", "\x1b]52;c;aGk=\x07\x9b2J", "a\u202eb", "Окна и двери, вторая очередь строительства",
    "青林高松白川原の窓とドアの交換工事", "نوافذ وأبواب الفندق الكبير في المدينة", "👩‍👩‍👧 family 🪟 windows", "e\u0301" * 30,
)  # fmt: skip


@pytest.mark.parametrize(("size", "count"), [((60, 20), 2), ((80, 24), 3), ((120, 40), 5), ((200, 60), 6)])
async def test_columns_stay_straight_whatever_is_written_in_them(few: CrmApp, size: tuple[int, int], count: int) -> None:
    client = clients.add({"name": HOSTILE[5]})
    for place, title in enumerate(HOSTILE):
        made = deals.add({"title": title, "client": client.id, "value": "1", "next_step": title})
        if place % 2:
            moves.move(made.id, "next")
    async with few.run_test(size=size) as pilot:
        lanes = await on_board(pilot)
        assert len(columns(lanes)) == count
        for _ in range(2):
            borders = {x - 1 for x, _ in columns(lanes)[1:]}
            for y in range(1, lanes.size.height):
                line = "".join(segment.text for segment in lanes.render_line(y))
                assert cell_len(line) == size[0]
                assert {cell_len(line[:place]) for place, char in enumerate(line) if char in "│┼"} == borders
            assert not any(char in text(few) for char in "\x1b\x07\x9b\u202e")
            await press(pilot, "pagedown", "right")


async def test_sideways_the_board_follows_the_cursor_and_tells_what_is_beyond(demo: CrmApp) -> None:
    async with demo.run_test(size=(80, 24)) as pilot:
        lanes = await on_board(pilot)
        assert "3 stages ›" in text(demo)
        await press(pilot, "right", "right", "right")
        assert "‹ 1 stage " in text(demo)
        assert "2 stages ›" in text(demo)
        assert [head.split()[0] for head in (column(lanes, number).splitlines()[1] for number in range(3))] == [
            "Qualified", "Proposal", "Negotiation",
        ]  # fmt: skip


async def test_in_a_terminal_of_another_size_the_cursor_is_still_in_view(demo: CrmApp) -> None:
    async with demo.run_test(size=(200, 60)) as pilot:
        lanes = await on_board(pilot)
        await press(pilot, "right", "right", "right", "right", "pagedown")
        await resize(pilot, 60, 20)
        assert lanes.card is not None
        assert lanes.card.title[:12] in "".join(column(lanes, number) for number in range(2))
        await resize(pilot, 120, 40)
        assert len(columns(lanes)) == 5


async def test_each_column_scrolls_by_itself_under_the_wheel(demo: CrmApp) -> None:
    async with demo.run_test(size=(80, 24)) as pilot:
        lanes = await on_board(pilot)
        first, second = column(lanes, 0), column(lanes, 1)
        await pilot._post_mouse_events([MouseScrollDown], lanes, offset=(40, 12))
        await pilot.pause()
        assert column(lanes, 0) == first
        assert column(lanes, 1) != second
        assert column(lanes, 1).splitlines()[1:3] == second.splitlines()[1:3]


async def test_without_a_pipeline_it_says_so(few: CrmApp) -> None:
    connection.current().database.execute_sql("UPDATE pipeline SET deleted_at = '2026-01-01'")
    async with few.run_test(size=(80, 24)) as pilot:
        await on_board(pilot)
        assert "there is no pipeline" in text(few)
        await press(pilot, "down", "right", "enter", "space", "ctrl+a", "L")
        assert few.is_running
