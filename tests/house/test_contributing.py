"""CONTRIBUTING.md leads to what is there: every place it names exists, and its map is what the modules say."""

from __future__ import annotations

import re

import pytest

from tests.house import papers
from tests.house.places import ROOT, modules

PAPER = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PLACE = re.compile(r"`([\w.]+(?:/[\w.]*)+|[\w.]+\.(?:md|toml|txt))`")


def test_every_place_it_names_exists() -> None:
    named = PLACE.findall(PAPER)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_is_what_the_modules_say() -> None:
    assert papers.contributing(PAPER) == PAPER, "see CONTRIBUTING.md: python -m tests.house.papers"


def files(head: str) -> list[str]:
    """The files in the table under this head."""
    rows = PAPER.split(head, 1)[1].split("\n\n", 1)[0]
    return re.findall(r"^\| `([^`]+)`", rows, re.MULTILINE)


@pytest.mark.parametrize(
    ("head", "named", "count"),
    [
        ("| what it says of attachments |", r"(?i:\battachments?\b)|\bFILES\b|\"File\.", 17),
        ("| what it says of velocity |", r"(?i:\bvelocity\b)", 2),
    ],
)
def test_a_noun_and_a_report_touch_the_files_that_it_lists_and_no_more(head: str, named: str, count: int) -> None:
    program = [path for path in modules("crmtui", "commands", "screens", "tests") if not path.name.startswith("test_")]
    found = [path for path in program if re.search(named, path.read_text("utf-8"))]
    touched = {path.relative_to(ROOT).as_posix() for path in found if "tests/cli/" not in path.as_posix()}
    assert sorted(files(head)) == sorted(touched)
    assert len(touched) == count


def test_names_of_the_program_that_it_leads_to_are_there() -> None:
    for name, place in (
        ("operation", "crmtui/store/journal.py"),
        ("SCHEMA_VERSION", "crmtui/store/connection.py"),
        ("CrmError", "crmtui/errors.py"),
        ("compute", "crmtui/reports/velocity.py"),
    ):
        assert name in PAPER
        assert re.search(rf"^(?:def |class )?{name}\b", (ROOT / place).read_text("utf-8"), re.MULTILINE), (name, place)
