"""Finding and doing anything by its words, the page of keys, key maps, themes, undo."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.sales import deals
from crmtui.store import connection
from screens import actions, themes
from screens.finder import Finder
from screens.page import Page
from screens.sheet import Sheet
from screens.subject import Subject
from tests.tui.driving import opened, paste, press, settle, text, toasts

NAMES = ("Anna Berg", "Ясенева садиба", "高森 小百合", "Zoë Quist")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """A base of four clients, the first with a deal."""
    path = tmp_path / "few.db"
    with connection.opened(path, actor="tester", command="test"):
        for name in NAMES:
            clients.add({"name": name})
        deals.add({"title": "Winter garden", "client": 1})
    return path


@pytest.mark.parametrize(
    ("typed", "subject"), [("berg", ("client", 1)), ("садиба", ("client", 2)), ("小百合", ("client", 3)), ("garden", ("deal", 1))]
)
async def test_the_slash_finds_clients_and_deals_in_any_script(few: Path, typed: str, subject: tuple[str, int]) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "slash")
            assert "type any words" in text(app)
            await paste(pilot, typed)
            await press(pilot, "enter")
            await settle(app, pilot)
            assert isinstance(app.view, Page)
            assert app.view.record == Subject(*subject)
            await press(pilot, "escape")
            assert not isinstance(app.view, Page)


async def test_what_was_typed_fast_is_what_enter_opens(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "slash")
            await pilot.press(*"zoe", "enter")
            await settle(app, pilot)
            assert isinstance(app.view, Page)
            assert clients.get(app.view.record.id).name == "Zoë Quist"


async def test_one_goes_down_what_is_found_and_escape_leaves_it(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(60, 20)) as pilot:
            await press(pilot, "slash")
            await paste(pilot, "nobody at all")
            await settle(app, pilot)
            assert "nothing is called so" in text(app)
            await press(pilot, "enter", "escape")
            assert not isinstance(app.screen, Finder)
            await press(pilot, "slash", "e")
            await settle(app, pilot)
            first = app.screen.query_one(Sheet).subject
            await press(pilot, "down")
            chosen = app.screen.query_one(Sheet).subject
            assert chosen != first
            assert chosen is not None
            await press(pilot, "enter")
            await settle(app, pilot)
            assert isinstance(app.view, Page)
            assert app.view.record == chosen


async def test_actions_are_found_by_their_words_and_done_and_only_those_that_make_sense(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3", "ctrl+p")
            await paste(pilot, "complete the task")
            await settle(app, pilot)
            assert "Complete the task" not in text(app)
            await press(pilot, "escape", "ctrl+p")
            await paste(pilot, "log a call")
            await press(pilot, "enter")
            await settle(app, pilot)
            assert "Call with Anna Berg" in text(app)
            await press(pilot, "escape", "ctrl+p")
            await paste(pilot, "go.reports")
            await press(pilot, "enter")
            await settle(app, pilot)
            assert app.view.heading == "Reports"


async def test_the_page_of_keys_names_every_key_that_does_something_here(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(120, 100)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            told = [each for each in actions.ACTIONS if app.available(each)]
            await press(pilot, "question_mark")
            shown = text(app)
            assert all(each.name in shown and each.sentence[:30] in shown for each in told)
            assert "deal.won" not in shown
            await press(pilot, "question_mark")
            assert "Keys of this view" not in text(app)


async def test_the_vi_keys_move_and_what_they_took_has_another_key(few: Path, settings: Callable[[str], None]) -> None:
    settings('keymap = "vi"\n')
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "j", "j", "k")
            assert app.view.subjects == [Subject("client", 4)]
            await press(pilot, "G")
            last = app.view.subjects
            await press(pilot, "g")
            assert app.view.subjects == [Subject("client", 1)]
            assert last != app.view.subjects


async def test_own_keys_replace_the_plain_ones_and_are_told(few: Path, settings: Callable[[str], None]) -> None:
    settings('[keys]\n"log.call" = "f7"\nfind = "ctrl+f"\n')
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            assert "F7 call" in text(app)
            await press(pilot, "c")
            assert "Call with" not in text(app)
            await press(pilot, "f7")
            assert "Call with Anna Berg" in text(app)
            await press(pilot, "escape", "ctrl+f")
            assert "search" in text(app)


def test_a_key_for_an_action_that_is_none_is_refused_by_the_shell_before_the_screen_opens(few: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keys]\n"log.cal" = "f7"\n')
    leader, follower = pty.openpty()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path]), "CRMTUI_DB": str(few), "TERM": "xterm-256color"}
    code = "from commands.app import main; main()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=follower, stdout=follower, stderr=subprocess.PIPE, env=environment)
    said = process.communicate(timeout=30)[1].decode()
    os.close(leader)
    os.close(follower)
    assert process.returncode == 2
    assert 'no action "log.cal"' in said
    assert 'did you mean "log.call"?' in said


@pytest.mark.parametrize(("named", "heading"), [("clients", "Clients"), ("reports", "Reports"), ("calls", "Calls")])
async def test_the_view_it_opens_with_is_a_setting(few: Path, settings: Callable[[str], None], named: str, heading: str) -> None:
    settings(f'screen = "{named}"\n')
    with opened(few) as app:
        async with app.run_test(size=(60, 20)) as pilot:
            await pilot.pause()
            assert app.view.heading == heading


async def test_themes_go_round_and_each_leaves_the_list_readable(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            seen = []
            for _ in themes.THEMES:
                await press(pilot, "f6")
                seen.append(app.theme)
                assert "Anna Berg" in text(app)
            assert sorted(seen) == sorted(theme.name for theme in themes.THEMES)
            assert "the setting theme keeps them" in toasts(app)


async def test_undo_and_redo_say_what_they_did_and_that_there_is_nothing(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "K", "c")
            assert clients.get(1).status == "customer"
            await press(pilot, "u")
            assert clients.get(1).status == "lead"
            assert "undone: changed client Anna Berg" in toasts(app)
            await press(pilot, "U")
            assert clients.get(1).status == "customer"
            assert "done again: changed client Anna Berg" in toasts(app)
            await press(pilot, *("u",) * 7)
            assert "nothing to undo for tester" in toasts(app)
            assert "crmtui " not in toasts(app)


async def test_anything_is_added_from_anywhere(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "6", "A", "c")
            assert "New client" in text(app)
            await paste(pilot, "From the reports")
            await press(pilot, "enter")
            await settle(app, pilot)
            assert clients.find("From the reports")
            assert isinstance(app.view, Page)
