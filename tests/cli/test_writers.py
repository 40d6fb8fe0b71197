"""Many programs at once on one base: every acknowledged change is there, and nobody hears of a lock."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.places import ROOT

WORKER = """
import sys
from commands import app
failed = 0
for number in range(100):
    kind = number % 4
    who = sys.argv[1]
    line = (
        ["add-client", f"Client {who}-{number}"], ["add-deal", f"Deal {who}-{number}", "--value", "100"],
        ["add-task", f"Task {who}-{number}"], ["log-call", f"Client {who}-{number - 3}", "reached"],
    )[kind]
    failed += app.run([*line, "--format", "ids"]) != 0
sys.exit(failed)
"""


def test_8_programs_with_100_changes_each(ok: Callable, tmp_path: Path) -> None:
    ok("list-clients")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, str(who)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for who in range(8)
    ]
    ended = [process.communicate() for process in running]
    assert [(process.returncode, err) for process, (_, err) in zip(running, ended, strict=True)] == [(0, "")] * 8
    ids = [line for out, _ in ended for line in out.split()]
    assert len(ids) == 800
    assert len(ok("list-clients", "--format", "ids").split()) == 200
    assert len(ok("list-deals", "--format", "ids").split()) == 200
    assert len(ok("list-tasks", "--format", "ids").split()) == 200
    assert len(ok("history", "--limit", "10000", "--format", "ids").split()) == 800


@pytest.mark.skipif(os.name != "posix", reason="a terminal of its own is needed")
def test_programs_of_all_kinds_beside_a_full_screen_and_an_import() -> None:
    """`python -m bench.writers` has 16 of them with 500 commands each."""
    line = [sys.executable, "-m", "bench.writers", "--processes", "4", "--commands", "18"]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert ran.stdout.startswith("72 commands in ")
    assert ran.stdout.splitlines()[-1] == "every acknowledged change there, no word of a lock"
