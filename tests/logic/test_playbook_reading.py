"""Playbooks that no sensible person writes: each is told as a mistake, none stops the program or makes it wait."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crmtui.sales.playbooks import checking, reading
from crmtui.store.connection import Base

RULE = '[[rule]]\nname = "r"\non = "stage entered"\n'


@pytest.fixture(autouse=True)
def opened(base: Base) -> None:
    """A mistake is looked for in a base."""


def problems(text: str) -> list[str]:
    return [each.problem for each in checking.problems(reading.read(text, "playbooks.toml"))]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x = " + "[" * 100_000, "nested too deep"),
        (RULE + "run = []\n", "run names no program"),
        (RULE + 'run = [""]\n', "run names no program"),
        (RULE + 'run = ["a\\u0000b"]\n', "run takes a text or a list of texts"),
    ],
)
def test_a_mistake_is_told(text: str, told: str) -> None:
    assert any(told in each for each in problems(text)), problems(text)


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "playbooks.toml")
    (found,) = reading.book().problems
    assert "is no file" in found.problem
