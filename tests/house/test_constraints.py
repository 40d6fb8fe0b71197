"""The pinned versions: every distribution that the program and its tests need, each once, each one that pyproject allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.places import ROOT


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def needed(requirement: Requirement) -> Iterator[str]:
    """The names of a requirement and, from what is installed, of all that it brings along."""
    queue, seen = [requirement], set()
    while queue:
        wanted = queue.pop()
        if str(wanted) in seen:
            continue
        seen.add(str(wanted))
        yield canonicalize_name(wanted.name)
        further = [Requirement(text) for text in distribution(wanted.name).requires or []]
        queue += [each for each in further if applies(each, wanted.extras)]


def applies(requirement: Requirement, extras: set[str]) -> bool:
    return requirement.marker is None or any(requirement.marker.evaluate({"extra": extra}) for extra in ("", *extras))


def asked() -> list[Requirement]:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return [Requirement(text) for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]]


def test_every_line_is_a_name_and_one_exact_version() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==\d[\w.]*", line)] == []
    assert lines == sorted(lines, key=str.casefold)


def test_everything_that_is_needed_is_pinned() -> None:
    pinned = {canonicalize_name(name) for name in pins()}
    wanted = {name for requirement in asked() if applies(requirement, set()) for name in needed(requirement)}
    assert wanted - pinned == set()
    assert pinned - wanted == set()


def test_the_pins_are_versions_that_the_project_allows() -> None:
    pinned = {canonicalize_name(name): version for name, version in pins().items()}
    assert [str(r) for r in asked() if not r.specifier.contains(pinned[canonicalize_name(r.name)])] == []
