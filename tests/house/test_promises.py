"""The promises name the tests that prove them: each is there, and each promise has one."""

from __future__ import annotations

import ast
import re

from tests.house.places import ROOT

PAPER = (ROOT / "docs" / "promises.md").read_text("utf-8")
PROVED, NOT_PROMISED = PAPER.split("## What is not promised")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_that_a_promise_names_exists() -> None:
    named = NAMED.findall(PAPER)
    assert len(named) > 40
    assert [(file, name) for file, name in named if not exists(file, name)] == []


def exists(file: str, name: str) -> bool:
    path = ROOT / file
    if not path.is_file():
        return False
    tests = {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    return name in tests if name else any(test.startswith("test_") for test in tests)


def test_every_promise_is_proved() -> None:
    promises = re.split(r"^- ", PROVED, flags=re.MULTILINE)[1:]
    assert len(promises) > 20
    assert [promise for promise in promises if not NAMED.search(promise)] == []
    assert NAMED.search(NOT_PROMISED) is None
