"""The frame of the full screen: its views at every size, staying true while others work, and its manners towards the terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.terminal import Terminal
from crmtui.clients import clients
from crmtui.sales import deals
from crmtui.store import history
from screens import app as screen
from tests.tui import driving
from tests.tui.driving import press, text

VIEWS = "123456"
RUN = "import sys; from commands import app; sys.exit(app.run(sys.argv[1:]))"
START = "from commands.app import main; main()"
HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/]",
    "\x1b]52;c;aGk=\x07\x9b2J",
    "a\u202eb",
    "[link=http://example.org]y",
    "دار الياسمين",
    "김민준",
    "👩‍👩‍👧 ok",
)


def environment(base: Path) -> dict[str, str]:
    """The world of a program started beside the test."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "CRMTUI_DB": str(base), "TERM": "xterm-256color"}


def outside(base: Path, *arguments: str) -> None:
    """Let another program change the base."""
    subprocess.run([sys.executable, "-c", RUN, *arguments, "--as", "1"], check=True, env=environment(base), capture_output=True)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40), (200, 60)])
async def test_every_view_fits_every_terminal(demo_base: Path, size: tuple[int, int]) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=size) as pilot:
            for key in VIEWS:
                await press(pilot, key)
                lines = text(app).splitlines()
                assert len(lines) == size[1]
                assert lines[0].split()[0] == "1"
                assert lines[-1].strip().startswith("? keys")


async def test_a_change_by_another_program_shows_within_a_second(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(100, 60)) as pilot:
            assert "Zebra from outside" not in text(app)
            outside(demo_base, "add-client", "Zebra from outside")
            started = time.monotonic()
            while "Zebra from outside" not in text(app) and time.monotonic() - started < 5:
                await pilot.pause(0.05)
            assert "Zebra from outside" in text(app)
    assert screen.PULSE_SECONDS <= 0.5


async def test_names_from_outside_style_nothing_and_run_nothing_in_any_view(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        for name in HOSTILE:
            client = clients.add({"name": f"0 {name}", "notes": name})
            deals.add({"title": f"0 {name}", "client": client.id, "value": "1", "next_step": name})
        async with app.run_test(size=(120, 60)) as pilot:
            for key in VIEWS:
                await press(pilot, key)
                await pilot.pause(0.3)
                assert not any(char in text(app) for char in "\x1b\x07\x9b\u202e"), key
            await press(pilot, "3")
            assert "[@click=app.quit]x[/]" in text(app)


async def test_the_default_view_and_the_theme_are_settings(demo_base: Path, settings: Callable[[str], None]) -> None:
    settings('screen = "agenda"\ntheme = "contrast"\n')
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            assert (app.view.TITLE, app.theme) == ("Agenda", "contrast")


async def test_undo_and_redo_say_what_they_took_back_and_did_again(demo_base: Path) -> None:
    with driving.opened(demo_base) as app:
        card = clients.add({"name": "Ann Gone"})
        clients.delete(card.id)
        async with app.run_test(size=(100, 30), notifications=True) as pilot:
            await press(pilot, "u")
            assert "undone: deleted client Ann Gone" in text(app)
            assert clients.count(words="ann gone") == 1
            await press(pilot, "U")
            assert "done again: deleted client Ann Gone" in text(app)
        assert clients.count(words="ann gone") == 0


async def test_a_word_typed_whole_picks_once_and_its_letters_do_nothing_else(demo_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "DEAF_SECONDS", 5.0)
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(100, 30)) as pilot:
            await press(pilot, "3", "K")
            await pilot.press(*"prospect")
            await driving.settle(app, pilot)
            assert app.is_running
            assert [event.summary for event in history.operations(limit=1)] == ["changed client Ærøskov Byg"]


def test_a_byte_that_is_no_text_does_not_stop_the_keys(demo_base: Path) -> None:
    with Terminal([sys.executable, "-c", START], columns=80, lines=24, environment=environment(demo_base)) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.press(b"\xff\xd0")
        time.sleep(0.3)
        terminal.press(b"3")
        terminal.wait_for("179 clients")


async def test_the_backup_of_the_day_is_made_while_nobody_waits_for_it(demo_base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T08:00:00+00:00")
    with driving.opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await driving.until(pilot, lambda: len(list(demo_base.parent.glob("crm.db-*.backup"))) == 1)


def read_until(master: int, wanted: bytes, seconds: float = 20) -> bytes:
    """What the terminal got until the words came, or until nothing more comes."""
    got, end = b"", time.monotonic() + seconds
    while wanted not in got and time.monotonic() < end:
        if select.select([master], [], [], 0.2)[0]:
            try:
                got += os.read(master, 65536)
            except OSError:
                break
    return got


def start(base: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The program in a terminal of its own, as a person starts it."""
    master, slave = pty.openpty()
    command = [sys.executable, "-c", START]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environment(base), start_new_session=True)
    os.close(slave)
    read_until(master, b"Tasks")
    return process, master


def test_a_terminated_program_leaves_the_terminal_as_it_found_it(demo_base: Path) -> None:
    process, master = start(demo_base)
    process.send_signal(signal.SIGTERM)
    left = read_until(master, b"\x1b[?1049l")
    assert b"\x1b[?1049l" in left
    assert b"\x1b[?25h" in left + read_until(master, b"\x1b[?25h", 1)
    assert process.wait(10) == 0
    os.close(master)


def test_a_program_whose_terminal_is_gone_ends(demo_base: Path) -> None:
    process, master = start(demo_base)
    os.close(master)
    assert process.wait(10) is not None


def test_what_was_typed_into_a_form_of_a_killed_program_is_there_the_next_time(demo_base: Path) -> None:
    command = [sys.executable, "-c", START]
    with Terminal(command, columns=80, lines=24, environment=environment(demo_base)) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.press(b"\x02")
        terminal.wait_for("New client")
        terminal.press(b"Half a na")
        terminal.wait_for("Half a na")
        time.sleep(2.5)
        os.kill(terminal.process.pid, signal.SIGKILL)
    with Terminal(command, columns=80, lines=24, environment=environment(demo_base)) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.press(b"\x02")
        terminal.wait_for("Half a na")


def test_the_program_stopped_and_continued_draws_itself_again(demo_base: Path) -> None:
    with Terminal([sys.executable, "-c", START], columns=80, lines=24, environment=environment(demo_base)) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.process.send_signal(signal.SIGTSTP)
        time.sleep(0.5)
        terminal.screen.reset()
        terminal.process.send_signal(signal.SIGCONT)
        terminal.wait_for("1 Home")


@pytest.mark.parametrize("kind", [{"TERM": "xterm-256color", "NO_COLOR": "1"}, {"TERM": "xterm"}, {"TERM": "linux"}])
def test_it_runs_without_colours_and_with_sixteen(demo_base: Path, kind: dict[str, str]) -> None:
    with Terminal([sys.executable, "-c", START], columns=80, lines=24, environment=environment(demo_base), kind=kind) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.press(b"3")
        terminal.wait_for("179 clients")
        terminal.press(b"q")
        assert terminal.left() == 0


def test_a_mistake_of_ours_ends_it_with_one_line_and_no_data(demo_base: Path, tmp_path: Path) -> None:
    broken = "import screens.home; screens.home.Home.do_mine = lambda self: 1 / 0; " + START
    with Terminal([sys.executable, "-c", broken], columns=100, lines=24, environment=environment(demo_base)) as terminal:
        terminal.wait_for("1 Home", 20)
        terminal.press(b"v")
        terminal.wait_for("crmtui made a mistake (ZeroDivisionError); what was saved stands")
        assert "locals" not in terminal.text()
        assert terminal.left() == 1
