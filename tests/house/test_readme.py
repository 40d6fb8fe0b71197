"""README.md tells the truth: its commands print what it shows, its tables are the program's, its pictures and files are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commands import help
from crmtui import clock, config, dates
from tests.house import papers
from tests.house.places import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def cells(head: str) -> list[list[str]]:
    """The rows of the table under this head."""
    lines = README.split(head, 1)[1].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|") and "---" not in line]


def shell_lines() -> list[str]:
    return [line for block in re.findall(r"^```sh\n(.*?)^```", README, re.DOTALL | re.MULTILINE) for line in block.splitlines()]


def test_every_command_shown_prints_what_is_shown(tmp_path: Path) -> None:
    assert papers.played(README, papers.Session(tmp_path)) == README, "see CONTRIBUTING.md: python -m tests.house.papers"


def test_no_shown_command_fell_over() -> None:
    assert "made a mistake" not in README
    assert "Traceback" not in README


@pytest.mark.parametrize(("typed", "meant"), cells("| typed | meant |"))
def test_dates_mean_what_the_table_says(typed: str, meant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRMTUI_NOW", papers.CLOCK)
    config.current.cache_clear()
    found = [dates.read(each) for each in re.findall(r"`([^`]+)`", typed)]
    said = [f"{clock.local(when.moment):%Y-%m-%d %H:%M}" if when.moment else str(when.day) for when in found]
    assert ", ".join(said) == meant


def test_the_exit_codes_are_those_that_the_help_names() -> None:
    known = re.findall(r"(\d+) \w", help.overview().rpartition("Exit codes:")[2])
    assert [code for code, _ in cells("| exit code | meaning |")] == [*known, "130"]


def test_the_first_command_makes_the_demo_and_the_second_is_the_gate() -> None:
    set_up = "python3 -m venv .venv && .venv/bin/pip install -q -c constraints.txt "
    first, second = [line for line in shell_lines() if line.startswith("python3 ")]
    assert first == f"{set_up}. && .venv/bin/crmtui demo --db demo.db"
    assert second == f"{set_up}-e '.[dev]' && .venv/bin/python -m pytest"


def test_the_machine_that_checks_every_change_runs_the_second_command() -> None:
    gate = ROOT / ".ci" / "run"
    (command,) = [line for line in gate.read_text("utf-8").splitlines() if line.startswith("python3 ")]
    assert command in shell_lines()
    assert command.endswith("-m pytest")
    assert gate.stat().st_mode & 0o111


def test_every_picture_and_file_it_points_to_is_there_and_small() -> None:
    targets = [ROOT / target for target in re.findall(r"\]\(([^)]+)\)", README)]
    assert [target.name for target in targets if not target.is_file()] == []
    assert [target.name for target in targets if target.stat().st_size > 100_000] == []
