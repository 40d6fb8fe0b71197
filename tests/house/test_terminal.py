"""The terminal in which benchmarks and tests run a program: what it shows, how long an answer took, how the program ended."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from bench.terminal import Ended, Terminal

LOUD = r"""
import os, sys, time, tty
tty.setraw(0)
os.write(1, b"\x1b[?1049h\x1b[>1u\x1b[<u\x1b[?u\x1b[?2026$p\x1b[?996n\x1bP+q544e\x1b\\ready at %d" % os.get_terminal_size(0).columns)
while (key := os.read(0, 1)) != b"q":
    time.sleep(0.1)
    os.write(1, b"\r\n\x1b[")
    os.write(1, "38;2;1;2;3mнажато ".encode() + key)
sys.exit(3)
"""


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    with Terminal([sys.executable, "-c", LOUD]) as opened:
        opened.wait_for("ready")
        yield opened


def test_questions_and_modes_younger_than_the_emulator_are_not_shown(terminal: Terminal) -> None:
    terminal.wait_for("120")
    assert terminal.text().rstrip() == "ready at 120"


def test_an_echo_is_timed_to_what_is_waited_for_and_to_the_last_byte(terminal: Terminal) -> None:
    assert 0.1 <= terminal.echo(b"a", "нажато a") < 5
    assert 0.1 <= terminal.echo(b"b") < 5
    assert terminal.text().rstrip().splitlines()[1:] == ["нажато a", "нажато b"]


def test_what_is_there_already_cannot_be_waited_for(terminal: Terminal) -> None:
    with pytest.raises(ValueError, match="before the key"):
        terminal.echo(b"a", "ready")


def test_what_does_not_come_is_told_with_the_screen_and_the_end_of_the_program_with_its_code(terminal: Terminal) -> None:
    with pytest.raises(Ended, match=r"(?s)did not come in 0\.1 s.*ready at 120"):
        terminal.wait_for("never", 0.1)
    terminal.press(b"q")
    assert terminal.left() == 3
    with pytest.raises(Ended, match="before the program ended"):
        terminal.wait_for("never")


def test_memory_counts_the_program_and_what_it_started(terminal: Terminal) -> None:
    with Terminal(["/bin/sh", "-c", f"{sys.executable} -c 'import time; print(1); time.sleep(9)'; true"]) as parent:
        parent.wait_for("1")
        assert parent.memory_mb() > 3
    assert parent.process.returncode != 0
