"""CONTRIBUTING.md leads to what is there: every place it names exists, and its map is what the modules say."""

from __future__ import annotations

import re

from tests.house import papers
from tests.house.places import ROOT

PAPER = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PLACE = re.compile(r"`([\w.]+(?:/[\w.]*)+|[\w.]+\.(?:md|toml|txt))`")


def test_every_place_it_names_exists() -> None:
    named = PLACE.findall(PAPER)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_is_what_the_modules_say() -> None:
    assert papers.contributing(PAPER) == PAPER, "see CONTRIBUTING.md: python -m tests.house.papers"


def test_names_of_the_program_that_it_leads_to_are_there() -> None:
    for name, place in (
        ("operation", "crmtui/store/journal.py"),
        ("SCHEMA_VERSION", "crmtui/store/connection.py"),
        ("CrmError", "crmtui/errors.py"),
        ("compute", "crmtui/reports/velocity.py"),
    ):
        assert name in PAPER
        assert re.search(rf"^(?:def |class )?{name}\b", (ROOT / place).read_text("utf-8"), re.MULTILINE), (name, place)
