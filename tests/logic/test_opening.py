"""A file opened beside the full screen: with the configured program, which nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.errors import Failed, Undecided
from crmtui.sales import attachments, opening
from crmtui.store.connection import Base


@pytest.fixture
def program(tmp_path: Path, settings: Callable[[str], None]) -> Callable[[str], None]:
    """Makes a script the program that opens files."""

    def configure(script: str) -> None:
        path = tmp_path / "viewer"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o700)
        settings(f'opener = "{path}"\n')

    return configure


@pytest.fixture
def file(base: Base, tmp_path: Path) -> int:
    """An attached text."""
    clients.add({"name": "Anna"})
    path = tmp_path / "plan.txt"
    path.write_text("ground floor")
    return attachments.add("client", 1, path).id


def test_the_program_gets_the_file_and_is_not_waited_for(
    file: int, tmp_path: Path, program: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "PATIENCE_SECONDS", 0.3)
    program(f'cat "$1" > "{tmp_path}/seen"; sleep 5')
    began = time.monotonic()
    assert opening.start_file(file).name == "plan.txt"
    assert time.monotonic() < began + 3
    assert (tmp_path / "seen").read_text() == "ground floor"


def test_a_program_that_fails_at_once_or_is_not_there_is_told(
    file: int, program: Callable[[str], None], settings: Callable[[str], None]
) -> None:
    program("exit 3")
    with pytest.raises(Failed, match="ended with 3"):
        opening.start_file(file)
    settings('opener = "/nowhere/viewer"\n')
    with pytest.raises(Failed, match="cannot be started"):
        opening.start_file(file)


def test_what_may_run_as_a_program_is_opened_only_when_it_is_allowed(file: int, tmp_path: Path, program: Callable[[str], None]) -> None:
    program("exit 0")
    script = tmp_path / "run.sh"
    script.write_text("#!/bin/sh\n")
    id_ = attachments.add("client", 1, script).id
    with pytest.raises(Undecided):
        opening.start_file(id_)
    assert opening.start_file(id_, programs=True).name == "run.sh"
