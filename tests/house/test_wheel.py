"""What a user gets: the wheel holds the program, whole, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.house.places import PACKAGES, ROOT, files, modules, named


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The texts in the wheel by name, built from the tree as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, ran.stderr
    (built,) = folder.glob("*.whl")
    with ZipFile(built) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


@pytest.mark.xdist_group("wheel")
def test_the_wheel_holds_every_module_and_nothing_else(wheel: dict[str, str]) -> None:
    code = {name for name in wheel if ".dist-info/" not in name}
    texts = {named(path) for path in files() if path.suffix == ".toml" and path.relative_to(ROOT).parts[0] in PACKAGES}
    assert code == {named(path) for path in modules(*PACKAGES)} | texts
    assert {"crmtui/store/migrations/0001_foundation.py", "crmtui/exchange/profiles/hubspot.toml"} <= code


@pytest.mark.xdist_group("wheel")
def test_both_names_start_the_same_program(wheel: dict[str, str]) -> None:
    (scripts,) = (text for name, text in wheel.items() if name.endswith("entry_points.txt"))
    assert scripts.split() == ["[console_scripts]", "crm", "=", "commands.app:main", "crmtui", "=", "commands.app:main"]


@pytest.mark.xdist_group("wheel")
def test_the_wheel_says_its_version_and_what_it_needs(wheel: dict[str, str]) -> None:
    from crmtui import __version__

    (metadata,) = (text for name, text in wheel.items() if name.endswith("METADATA"))
    assert f"\nVersion: {__version__}\n" in metadata
    assert "\nRequires-Python: >=3.11\n" in metadata


def test_the_changelog_begins_with_this_version() -> None:
    from crmtui import __version__

    entries = [line for line in Path(ROOT, "CHANGELOG.md").read_text("utf-8").splitlines() if line.startswith("## ")]
    assert entries[0] == f"## {__version__}"
