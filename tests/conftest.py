"""A world of its own for every test: no configuration, no base, no clock of the developer ever reaches one."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import pytest

from crmtui import clock, config
from crmtui.store import connection

NOW = "2026-03-04T10:00:00+00:00"
"""A Wednesday."""

WALKS = ("tests/cli/test_contract.py", "tests/cli/test_formats.py", "tests/cli/test_hostile.py", "tests/cli/test_completion.py")
"""Tests that walk over all commands; of the many pairs of a test and a command one in six is tried, unless THOROUGH is set."""

LONG = (
    "test_a_few_commands_of_any_kind_and_as_many_undos", "test_8_programs_with_100_changes_each", "test_files_of_vendors_come_back_whole",
    "test_the_files_of_two_vendors_come_back", "test_a_real_sales_book_comes_back", "test_the_whole_book_again_changes_nothing",
    "test_search_keys_sort_keys_and_indexes_are_as_if_typed", "test_second_runs_of_all_files_change_nothing",
    "test_a_base_exported_and_imported_into_an_empty_one_is_exported_alike", "test_the_deals_of_the_book_are_undone_as_one_step",
    "test_every_share_is_between_nothing_and_all", "test_every_share_of_every_division_is_between_nothing_and_all",
    "test_in_any_book_every_figure_opens_as_many_records_as_it_says", "test_any_base_comes_back",
    "test_killed_while_it_backs_up_and_restores_the_base_is_one_or_the_other", "test_people_of_random_names_leave_nothing_behind",
)  # fmt: skip
"""Tests that take long and are tried when THOROUGH is set."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave a part of the long walks out of the everyday run; which part is always the same."""
    if os.environ.get("THOROUGH") or any("::" in argument for argument in config.args):
        return
    left = [item for item in items if _is_left_out(item)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def _is_left_out(item: pytest.Item) -> bool:
    name = item.nodeid.partition("[")[0]
    walked = item.nodeid.startswith(WALKS) and "[" in item.nodeid and crc32(item.nodeid.encode()) % 6 > 0
    return walked or name.rpartition("::")[2] in LONG


@pytest.fixture(autouse=True)
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing configured, the clock at NOW in UTC, the base in the test's own folder."""
    for name in ("NO_COLOR", "COLUMNS", "CRMTUI_REP", "CRMTUI_DEBUG", "LC_ALL", "LC_TIME", "LANG", "_CRMTUI_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CRMTUI_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("CRMTUI_DB", str(tmp_path / "crm.db"))
    monkeypatch.setenv("CRMTUI_NOW", NOW)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("LOGNAME", "tester")
    monkeypatch.setenv("TZ", "UTC")
    _forget()
    yield
    _forget()


def _forget() -> None:
    config.current.cache_clear()
    clock.named_zone.cache_clear()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty base of the newest schema, made once."""
    path = tmp_path_factory.mktemp("empty") / "crm.db"
    with connection.opened(path, actor="ann", command="test"):
        return path


@pytest.fixture
def base(empty_file: Path, tmp_path: Path) -> Iterator[connection.Base]:
    """An open, empty base, worked in by ann."""
    shutil.copy(empty_file, tmp_path / "crm.db")
    with connection.opened(tmp_path / "crm.db", actor="ann", command="test") as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Callable[[str], None]:
    """Writes the configuration file and has it read."""

    def write(text: str) -> None:
        (tmp_path / "config.toml").write_text(text)
        _forget()

    return write


@dataclass(frozen=True)
class Ran:
    """How a command line ended: its exit code, what it printed, what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Runs a command line in this process, without a terminal: `crm("add-client", "Ann")`, stdin as bytes if it is read."""
    from commands import app

    def run(*arguments: str, stdin: bytes = b"") -> Ran:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True) for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            code = app.run(list(arguments))
        return Ran(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    return run


@pytest.fixture
def ok(crm: Callable[..., Ran]) -> Callable[..., str]:
    """Runs a command line that must succeed, and returns what it printed."""

    def run(*arguments: str, stdin: bytes = b"") -> str:
        ran = crm(*arguments, stdin=stdin)
        assert ran.code == 0, ran
        return ran.out

    return run


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo base at NOW, made once; tests copy it."""
    from crmtui import demo

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRMTUI_NOW", NOW)
        patch.setenv("TZ", "UTC")
        patch.setenv("CRMTUI_CONFIG", str(path.with_name("none.toml")))
        _forget()
        with connection.opened(path, actor="demo", command="demo"):
            demo.fill()
    return path


@pytest.fixture
def demo_base(demo_file: Path, tmp_path: Path) -> Path:
    """The test's own base, filled with the demo company."""
    path = tmp_path / "crm.db"
    shutil.copy(demo_file, path)
    return path
