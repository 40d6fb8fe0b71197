"""The manual tells the truth: its sessions print what they show, its references are the program's, its samples name what exists."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import door, registry
from crmtui import periods
from crmtui.present.meanings import MEANINGS
from crmtui.reports import registry as reports
from tests.house import papers, schemas
from tests.house.places import ROOT

TOURS = [name for name in papers.PLAYED if name.startswith("docs/")]
PAPERS = ["README.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md")))]
ANEW = "see CONTRIBUTING.md: python -m tests.house.papers"

_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")
_SHOWN = re.compile(r"^```(?:sh|crontab|ini|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.mark.parametrize("name", TOURS)
def test_every_command_of_a_tour_prints_what_is_shown(name: str, tmp_path: Path) -> None:
    text = read(name)
    assert papers.played(text, papers.Session(tmp_path)) == text, ANEW
    assert "made a mistake" not in text
    assert "Traceback" not in text


def test_the_references_are_what_the_program_says(demo_base: Path) -> None:
    for name, text in papers.made(demo_base).items():
        assert read(name) == text, (name, ANEW)


def test_every_command_report_and_record_is_in_its_reference() -> None:
    assert set(registry.BY_NAME) == set(re.findall(r"^### (\S+)$", read("docs/commands.md"), re.MULTILINE))
    assert set(reports.names()) == set(re.findall(r"^## (\S+)$", read("docs/reports.md"), re.MULTILINE))
    records = {shape["title"] for schema in schemas.schemas().values() for shape in objects(schema) if "title" in shape}
    assert records == set(re.findall(r"^## (\S+)$", read("docs/json.md"), re.MULTILINE))


# ── the fields


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object with named fields in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for each in schema.values():
            yield from objects(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from objects(each)


def fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every field that a command prints, with its record's name."""
    for file in sorted(schemas.FOLDER.glob("*.json")):
        for shape in objects(json.loads(file.read_text("utf-8"))):
            yield from ((shape.get("title", file.stem), name, field) for name, field in shape["properties"].items())


def test_every_field_says_what_it_means() -> None:
    assert {f"{record}.{name}" for record, name, field in fields() if not field.get("description")} == set()


def test_no_meaning_is_told_of_a_field_that_is_not_there() -> None:
    told = {field["description"] for _, _, field in fields()}
    assert {name for name, said in MEANINGS.items() if said not in told} == set()


# ── links and samples


@pytest.mark.parametrize("name", PAPERS)
def test_every_link_leads_to_a_place_that_is_there(name: str) -> None:
    for target, heading in _LINK.findall(read(name)):
        place = (ROOT / name).parent / target if target else ROOT / name
        assert place.exists(), target
        assert not heading or heading in headings(place), (target, heading)


def headings(place: Path) -> set[str]:
    """The names by which the headings of a paper are linked to."""
    found = re.findall(r"^#+ (.*)$", place.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in found}


def test_the_manual_is_found_from_the_readme_and_each_paper_of_it_from_its_index() -> None:
    assert "](docs/README.md)" in read("README.md")
    index = {target for target, _ in _LINK.findall(read("docs/README.md"))}
    assert {Path(name).name for name in PAPERS} - index - {"README.md"} == set()


def shown(text: str) -> Iterator[list[str]]:
    """The words of every command of the program that a paper shows, in blocks or in a sentence."""
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in _SHOWN.findall(text) for line in block.splitlines() if not line.startswith("error:")]
    for line in [*lines, *re.findall(r"`([^`]+)`", prose)]:
        for start in re.finditer(r"(?:^|(?<=[\s(/]))crmtui (?=[a-z])", line):
            yield words(line[start.end() :])


def words(line: str) -> list[str]:
    """A command's name and what follows up to the next pipe, redirection or end."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    found: list[str] = []
    for word in lexer:
        if set(word) <= set("|&;<>()"):
            break
        found.append(word)
    return found


@pytest.mark.parametrize("name", ["README.md", *TOURS])
def test_every_command_shown_exists_and_takes_the_options_shown(name: str) -> None:
    found = list(shown(read(name)))
    assert [each for each in found if each[0] not in registry.BY_NAME] == []
    for command, *given in found:
        made = door.command(registry.BY_NAME[command], door.load(registry.BY_NAME[command]))
        known = {option for each in made.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
        assert {each.partition("=")[0] for each in given if each.startswith("--") and each != "--"} <= known, (command, given)


def test_jobs_run_alone_ask_for_reports_and_periods_that_there_are() -> None:
    blocks = re.findall(r"^(```(?:crontab|ini)\n.*?^```)", read("docs/cron.md"), re.DOTALL | re.MULTILINE)
    jobs = [job for block in blocks for job in shown(block)]
    asked = [job[1] for job in jobs if job[0] == "report"]
    assert len(asked) > 3
    assert set(asked) <= {*reports.names(), "all"}
    assert all(periods.read(job[job.index("--period") + 1]) for job in jobs if "--period" in job)
