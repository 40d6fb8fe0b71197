"""What the gate asks beside the tests: clean, formatted, typed, and every import inside its borders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.house.places import ROOT

TOOLS = Path(sys.executable).parent


def passes(tool: str, *arguments: str) -> None:
    ran = subprocess.run([TOOLS / tool, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)
    assert ran.returncode == 0, f"{tool} {' '.join(arguments)}\n{ran.stdout}{ran.stderr}"


def test_ruff_finds_nothing() -> None:
    passes("ruff", "check", "--quiet", "--no-cache", "--output-format=concise", ".")


def test_every_file_is_formatted() -> None:
    passes("ruff", "format", "--check", "--no-cache", "--output-format=concise", ".")


def test_mypy_strict_finds_nothing() -> None:
    passes("mypy", "--no-error-summary")


def test_every_import_stays_inside_its_border() -> None:
    passes("lint-imports", "--no-cache", "--no-logo")
