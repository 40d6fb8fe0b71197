"""A program killed at any moment leaves a whole base behind, with all that it had said was done."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.house.places import ROOT


@pytest.mark.skipif(os.name != "posix", reason="processes are forked")
def test_10_kills_in_commands_imports_migrations_backups_and_restores() -> None:
    """`python -m bench.kills` tries 500."""
    ran = subprocess.run([sys.executable, "-m", "bench.kills", "--kills", "10"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert ran.stdout.splitlines()[-1] == "every base whole, every acknowledged change there, every next command worked"
