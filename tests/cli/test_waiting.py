"""What is told while a command takes long: a line on a terminal that is gone afterwards, and not a byte anywhere else."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import waiting
from crmtui import progress
from tests.conftest import Ran

Crm = Callable[..., Ran]


class Tty(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], str]:
    """What a terminal got while something was done, and nobody was spared the first second."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(waiting, "BEAT_SECONDS", 0.0)

    def run(work: Callable[[], None]) -> str:
        terminal = Tty()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", terminal)
            with waiting.told():
                work()
            progress.told("nobody hears this")
        return terminal.getvalue()

    return run


Heard = Callable[[Callable[[], None]], str]


def test_a_line_tells_how_far_it_is_and_is_taken_back(heard: Heard) -> None:
    def work() -> None:
        progress.told("taking in", 12_500, unit="rows")
        progress.told("copying the base", 412, 1_078, "MB")

    assert heard(work).split(waiting.CLEAR) == ["", "taking in 12,500 rows …", "copying the base 412 of 1,078 MB …", ""]


def test_what_is_over_within_a_second_is_not_told(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 60.0)
    assert heard(lambda: progress.told("copying the base", 1, 2, "MB")) == ""


def test_what_came_in_the_first_second_is_told_after_it(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.05)

    def work() -> None:
        progress.told("looking the copy through")
        time.sleep(0.3)

    assert heard(work).split(waiting.CLEAR) == ["", "looking the copy through …", ""]


def test_no_line_is_wider_than_the_terminal(heard: Heard) -> None:
    assert max(map(len, heard(lambda: progress.told("x" * 200)).split(waiting.CLEAR))) < 80


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_take_a_line_back_gets_none(heard: Heard, monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    monkeypatch.setenv("TERM", term)
    assert heard(lambda: progress.told("copying the base")) == ""


def test_how_long_a_file_has_grown_is_told_while_it_is_written(tmp_path: Path) -> None:
    file, told = tmp_path / "copy", list[tuple[str, int, int, str]]()
    with progress.heard(lambda *each: told.append(each)), progress.growing("copying", file, 3 * progress.MB):
        file.write_bytes(bytes(2 * progress.MB))
        end = time.monotonic() + 5
        while not told and time.monotonic() < end:
            time.sleep(0.02)
    assert told[0] == ("copying", 2, 3, "MB")


@pytest.mark.usefixtures("demo_base")
@pytest.mark.parametrize(
    ("line", "stages"),
    [
        (("backup", "copy.backup"), ["looking the copy through"]),
        (("check",), ["looking at pages", "looking at search", "looking at contents"]),
        (("restore", "copy.backup"), ["looking the copy through", "putting it in place"]),
    ],
)
def test_commands_that_may_take_long_tell_their_stages(crm: Crm, line: tuple[str, ...], stages: list[str]) -> None:
    crm("backup", "copy.backup") if line[0] == "restore" else None
    heard: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "told", lambda: progress.heard(lambda what, *_: heard.append(what)))
        assert crm(*line).code == 0
    assert [stage for stage in stages if not any(each.startswith(stage) for each in heard)] == []


@pytest.mark.usefixtures("demo_base")
def test_between_pipes_nothing_is_told(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE_SECONDS", 0.0)
    assert crm("check").err == ""
