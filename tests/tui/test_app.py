"""The full screen, driven by keys on a real base, and its manners towards the terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.sales import deals
from crmtui.store import connection
from screens import app as screen


def text(app: screen.CrmApp) -> str:
    """What is on the screen, without colours."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.fixture
def opened(demo_base: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[screen.CrmApp]:
    monkeypatch.setattr(screen, "PULSE_SECONDS", 0.05)
    with connection.opened(demo_base, actor="tester", command="screen"):
        yield screen.CrmApp()


async def test_it_opens_with_the_business_today_and_digits_change_the_report(opened: screen.CrmApp) -> None:
    async with opened.run_test(size=(80, 24)) as pilot:
        assert "The business today" in text(opened)
        await pilot.press("3")
        await pilot.pause()
        assert "Conversion by stage" in text(opened)
        await pilot.press("8")
        await pilot.pause()
        assert "Ranking of clients" in text(opened)
        await pilot.press("q")
    assert opened.return_code == 0


async def test_next_and_previous_go_through_all_reports_and_round(opened: screen.CrmApp) -> None:
    async with opened.run_test(size=(100, 30)) as pilot:
        await pilot.press("p")
        await pilot.pause()
        last = text(opened)
        for _ in screen.registry.names():
            await pilot.press("n")
        await pilot.pause()
        assert text(opened) == last
        await pilot.press("n")
        await pilot.pause()
        assert "The business today" in text(opened)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_every_report_fits_every_terminal(opened: screen.CrmApp, size: tuple[int, int]) -> None:
    async with opened.run_test(size=size) as pilot:
        for key in "12345678":
            await pilot.press(key)
            await pilot.pause()
            assert max(len(line) for line in text(opened).splitlines()) <= size[0]


async def test_what_another_program_changes_shows_by_itself(opened: screen.CrmApp, demo_base: Path) -> None:
    code = (
        "from commands import app\nimport sys\nsys.exit(app.run(['add-client', 'Zebra from outside', '--as', '1', '--db', sys.argv[1]]))\n"
    )
    async with opened.run_test(size=(100, 80)) as pilot:
        assert "Zebra from outside" not in text(opened)
        subprocess.run([sys.executable, "-c", code, str(demo_base)], check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})
        for _ in range(40):
            await pilot.pause(0.05)
            if "Zebra from outside" in text(opened):
                break
        assert "Zebra from outside" in text(opened)


async def test_names_from_outside_style_nothing_and_run_nothing(opened: screen.CrmApp) -> None:
    for name in ("[@click=app.quit]x[/]", "[/]", "\x1b]52;c;aGk=\x07\x9b2J", "a\u202eb", "[link=http://example.org]y"):
        client = clients.add({"name": name})
        deals.add({"title": name, "client": client.id, "value": "1"})
    async with opened.run_test(size=(120, 120)) as pilot:
        for key in "12345678":
            await pilot.press(key)
            await pilot.pause()
            shown = text(opened)
            assert not any(char in shown for char in "\x1b\x07\x9b\u202e")
        await pilot.press("1")
        await pilot.pause()
        assert "[@click=app.quit]x[/]" in text(opened)


START = "from commands.app import main; main()"


def start(base: Path) -> tuple[subprocess.Popen[bytes], int]:
    """The program in a terminal of its own, as a person starts it."""
    master, slave = pty.openpty()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "CRMTUI_DB": str(base), "TERM": "xterm-256color"}
    process = subprocess.Popen(
        [sys.executable, "-c", START], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
    )
    os.close(slave)
    read_until(master, b"business today")
    return process, master


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
