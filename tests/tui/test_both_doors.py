"""What is done by command lines and in the full screen by turns is taken back and done again as one row of operations."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui.store import connection
from crmtui.store.tables import Operation
from tests.cli import mixture
from tests.cli.test_undo import content, whole
from tests.tui.driving import opened, press

LINES, ACTS = 10, 3
ROUNDS = max(2, int(os.environ.get("RANDOM_COMMANDS", "0")) // (LINES + ACTS))


async def act(pilot: Pilot[int], rng: random.Random) -> None:
    """One thing that a person does: a card moved on the board, a deal lost, a call or a note kept."""
    down = ["down"] * rng.randint(0, 4)
    keys = rng.choice((
        ["2", *["right"] * rng.randint(0, 2), *down, rng.choice("LHw")], ["2", *down, "W", "ctrl+s"], ["2", *down, "space", "down", "space",
        "L"],
        ["3", *down, "c", rng.choice("vr"), "ctrl+s"], ["3", *down, "c", "b", "ctrl+s"],
    ))  # fmt: skip
    await press(pilot, *keys)
    await press(pilot, "escape", "escape", "escape")


def done_on(path: Path) -> int:
    """How many operations in a row stand that came from the full screen."""
    with connection.opened(path):
        return int(Operation.select().where(Operation.command == "screen").count())


async def test_command_lines_and_keys_by_turns_and_as_many_undos(
    crm: Callable, demo_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # rows that are rejected on the way are put aside there
    rng, made = random.Random(3), mixture.Mixture(3)
    start, first = content(demo_base), whole(crm, demo_base)
    for _ in range(ROUNDS):
        for line, food in made.lines(LINES):
            crm("--db", str(demo_base), *line, stdin=food)
        with opened(demo_base) as app:
            async with app.run_test(size=(120, 40)) as pilot:
                for _ in range(ACTS):
                    await act(pilot, rng)
    assert done_on(demo_base) > ROUNDS * ACTS / 3
    end, last = content(demo_base), whole(crm, demo_base)
    undone = 0
    while crm("undo", "--db", str(demo_base)).code == 0:
        undone += 1
    assert content(demo_base) == start
    assert whole(crm, demo_base) == first
    while crm("redo", "--db", str(demo_base)).code == 0:
        undone -= 1
    assert undone == 0
    assert content(demo_base) == end
    assert whole(crm, demo_base) == last
