"""The list of clients and their pages, driven by keys on a real base."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.sales import deals
from screens.client_list import ClientList
from screens.page import Page
from screens.table import Table
from tests.tui.client_driving import alive, cursor, fill, five_clients, listed, operations, table, words
from tests.tui.driving import opened, press, resize, settle, text, toasts


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return five_clients(tmp_path)


# -- finding


@pytest.mark.parametrize(
    ("typed", "found"),
    [("zoe", "Zoë Quist"), ("ladny", "Boris Ładny"), ("садиб", "Ясенева садиба"), ("高森", "高森 小百合"), ("20000004", "Zoë Quist")],
)
async def test_typing_searches_in_any_script_and_enter_opens(few: Path, typed: str, found: str) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "slash", *typed)
            await settle(app, pilot)
            assert "1 client" in text(app)
            assert found in text(app)
            await press(pilot, "enter")
            await settle(app, pilot)
            assert isinstance(app.view, Page)
            assert clients.get(app.view.record.id).name == found


async def test_the_search_is_left_by_one_escape_and_the_cursor_stays_with_what_was_found(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "slash", "o")
            await settle(app, pilot)
            await press(pilot, "down")
            chosen = cursor(app)
            assert chosen == "Zoë Quist"
            await press(pilot, "escape")
            await settle(app, pilot)
            assert "5 clients" in text(app)
            assert "search" not in text(app)
            assert cursor(app) == chosen


async def test_a_list_that_nothing_answers_says_what_to_do(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(60, 20)) as pilot:
            await listed(app, pilot)
            await press(pilot, "slash", *"nobody")
            await settle(app, pilot)
            assert "0 clients · “nobody”; Esc shows all" in text(app)


async def test_a_filter_shows_whom_it_is_for_and_escape_takes_it_off(few: Path) -> None:
    with opened(few) as app:
        clients.tag(1, ["fair"])
        clients.edit(2, {"owner": 2})
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            for wanted, shown in (
                (("status", "customer"), "2 clients"),
                (("owner", "Sven Ott"), "1 client "),
                (("tag", "fair"), "1 client "),
            ):
                await press(pilot, "f")
                await fill(pilot, **dict([wanted]))
                await press(pilot, "ctrl+s")
                await settle(app, pilot)
                assert f"{shown.strip()} · {wanted[0]} {wanted[1]}" in text(app)
                await press(pilot, "escape")
                await settle(app, pilot)
                assert "5 clients" in text(app)


async def test_sorting_by_key_and_by_title_keeps_the_cursor_with_its_client(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "down")
            assert cursor(app) == "Boris Ładny"
            await press(pilot, "full_stop", "s")
            await settle(app, pilot)
            assert "Status ▲" in text(app)
            assert [clients.get(id_).status for id_ in table(app).ids] == ["customer"] * 2 + ["lead"] * 3
            assert cursor(app) == "Boris Ładny"
            assert await pilot.click(Table, offset=(8, 0))
            await settle(app, pilot)
            assert "Name ▲" in text(app)
            assert table(app).place == 1
            assert await pilot.click(Table, offset=(8, 0))
            await settle(app, pilot)
            assert "Name ▼" in text(app)
            assert table(app).place == 3
            assert cursor(app) == "Boris Ładny"


# -- one change of many


@pytest.mark.parametrize(
    ("keys", "typed", "holds"),
    [
        (("o", "s"), {}, lambda id_: clients.get(id_).owner == "Sven Ott"),
        (
            ("T",),
            {"tags": "fair, hot"},
            lambda id_: list(clients.get(id_).tags) == ["fair", "hot"],
        ),
        (("K", "f"), {}, lambda id_: clients.get(id_).status == "former"),
        (("ctrl+n",), {"title": "send the catalogue", "due": "fri"}, lambda id_: tasks.count(client=id_) == 1),
        (("delete", "y"), {}, lambda id_: not alive(id_)),
    ],
    ids=["owner", "tag", "status", "task", "delete"],
)
async def test_what_is_marked_changes_as_one_operation_that_undo_takes_back(
    few: Path, keys: tuple[str, ...], typed: dict[str, str], holds: Callable[[int], bool]
) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "space", "space", "space")
            assert "3 marked" in text(app)
            chosen, before = [each.id for each in app.view.subjects], operations()
            await press(pilot, *keys)
            if typed:
                await fill(pilot, **typed)
                await press(pilot, "ctrl+s")
            await settle(app, pilot)
            assert all(holds(id_) for id_ in chosen)
            assert operations() == before + 1
            assert "3 of them; u takes it back" in toasts(app)
            await press(pilot, "u")
            await settle(app, pilot)
            assert not any(holds(id_) for id_ in chosen)


async def test_tags_are_taken_off_all_that_are_marked(few: Path) -> None:
    with opened(few) as app:
        for id_ in (1, 2):
            clients.tag(id_, ["hot", "vip"])
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "ctrl+a", "ctrl+t")
            await fill(pilot, tags="hot")
            await press(pilot, "ctrl+s")
            assert [list(clients.get(id_).tags) for id_ in (1, 2)] == [["vip"], ["vip"]]


async def test_marks_outlast_a_search_and_go_with_what_is_deleted(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "space", "slash", *"zoe")
            await settle(app, pilot)
            assert "1 marked" in text(app)
            assert [each.id for each in app.view.subjects] == [1]
            clients.delete(1)
            await press(pilot, "f5")
            await settle(app, pilot)
            assert "marked" not in text(app)


async def test_a_client_with_open_deals_is_asked_about_before_it_is_deleted(few: Path) -> None:
    with opened(few) as app:
        deals.add({"title": "Roof", "client": 1})
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "delete")
            assert "Delete Anna Berg (+37120000000) with an open deal?" in words(app)
            await press(pilot, "n")
            assert alive(1)
            await press(pilot, "delete", "y")
            await settle(app, pilot)
            assert not alive(1)
            assert deals.count() == 0
            await press(pilot, "u")
            assert alive(1)
            assert deals.count() == 1


# -- the card and the page


async def test_beside_a_wide_list_stands_the_card_of_the_client_under_the_cursor(few: Path) -> None:
    with opened(few) as app:
        clients.edit(2, {"notes": "rings only on Mondays"})
        async with app.run_test(size=(120, 40)) as pilot:
            await listed(app, pilot)
            await press(pilot, "down")
            await pilot.pause(0.2)
            assert "rings only on Mondays" in text(app)
            await resize(pilot, 80, 24)
            assert "rings only on Mondays" not in text(app)


async def test_next_and_previous_inside_a_record_keep_to_the_list_and_so_does_the_way_back(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "full_stop", "n")
            await settle(app, pilot)
            await press(pilot, "home", "enter")
            order = [each.id for each in app.view.listed]
            assert [clients.get(id_).name for id_ in order] == ["高森 小百合", "Ясенева садиба", "Zoë Quist", "Boris Ładny", "Anna Berg"]
            await press(pilot, "n", "n", "p")
            assert isinstance(app.view, Page)
            assert app.view.record.id == order[1]
            assert "2 of 5 · Ясенева" in text(app)
            await press(pilot, "escape")
            assert isinstance(app.view, ClientList)
            assert table(app).place == 1


async def test_long_notes_are_readable_to_their_last_word(few: Path) -> None:
    with opened(few) as app:
        clients.edit(1, {"notes": "Wants the quiet side. " * 12 + "Ask for Ágnes 小林."})
        async with app.run_test(size=(60, 20)) as pilot:
            await listed(app, pilot)
            await press(pilot, "enter")
            assert "Ask for Ágnes 小林." in words(app)


async def test_an_interaction_of_the_timeline_opens_whole(few: Path) -> None:
    from crmtui.activities import interactions

    with opened(few) as app:
        interactions.log("call", client=1, outcome="reached", note="first line\n" + "word " * 60 + "end of the note")
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "enter", "end", "enter")
            assert "Call with Anna Berg" in text(app)
            assert "end of the note" in text(app)
            await press(pilot, "escape")
            assert isinstance(app.view, Page)
