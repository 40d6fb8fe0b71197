"""What must never happen: files of others overwritten, a change that stands told as undone, a base made by a typo."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.store import connection

GOOD_AND_BAD = "Full name,E-mail\nLea Ott,lea@example.org\nIda Ott,ida@example\n"
MAIN = "from commands.app import main; main()"


def names(ok: Callable[..., str]) -> list[str]:
    return [line.split(",")[2] for line in ok("list-clients", "--format", "csv").splitlines()[1:]]


@pytest.mark.parametrize("taken", ["crm.db", "crm.db-queue", "in.csv", "victim.txt", "link"])
def test_rejected_rows_never_take_the_place_of_a_file(crm: Callable, ok: Callable[..., str], tmp_path: Path, taken: str) -> None:
    ok("add-client", "Ann")
    (tmp_path / "in.csv").write_text(GOOD_AND_BAD)
    (tmp_path / "victim.txt").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    ran = crm("import-csv", "clients", str(tmp_path / "in.csv"), "--rejects", str(tmp_path / taken))
    assert (ran.code, "exists already" in ran.err) == (5, True)
    assert {path: path.read_bytes() for path in before if path.name != "crm.db-queue"} == {
        path: content for path, content in before.items() if path.name != "crm.db-queue"
    }


def test_a_second_import_puts_its_rejected_rows_beside_the_first_ones(crm: Callable, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(GOOD_AND_BAD)
    for _ in range(2):
        assert crm("import-csv", "clients", str(tmp_path / "in.csv")).code == 6
    assert sorted(path.name for path in tmp_path.glob("in*")) == ["in.csv", "in.rejects-2.csv", "in.rejects.csv"]
    assert stat.S_IMODE((tmp_path / "in.rejects.csv").stat().st_mode) == 0o600


def test_an_import_that_fails_leaves_no_rejected_rows_behind(crm: Callable, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(GOOD_AND_BAD)
    assert crm("import-csv", "clients", str(tmp_path / "in.csv"), "--all-or-nothing").code == 5
    assert crm("import-csv", "clients", str(tmp_path / "in.csv"), "--rejects", str(tmp_path / "no" / "r.csv")).code == 1
    assert sorted(path.name for path in tmp_path.glob("*.csv*")) == ["in.csv"]
    assert list(tmp_path.glob(".r*")) == []


def test_an_export_takes_no_place_and_leaves_others_drafts_alone(crm: Callable, ok: Callable[..., str], tmp_path: Path) -> None:
    ok("add-rep", "Ann")
    (tmp_path / "e.csv.part").write_text("mine")
    ok("export-csv", "reps", "--output", str(tmp_path / "e.csv"))
    assert (tmp_path / "e.csv.part").read_text() == "mine"
    assert stat.S_IMODE((tmp_path / "e.csv").stat().st_mode) == 0o600
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")
    for target in ("e.csv", "link.csv", "."):
        assert crm("export-csv", "reps", "--output", str(tmp_path / target)).code == 5, target
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_is_verified_whatever_its_name(ok: Callable[..., str], tmp_path: Path) -> None:
    folder = tmp_path / "q?y#x %41"
    ok("add-client", "Ann", "--db", str(folder / "crm.db"))
    ok("backup", str(folder / "b?x#y%20.db"), "--db", str(folder / "crm.db"))
    assert sorted(path.name for path in folder.iterdir() if "queue" not in path.name) == ["b?x#y%20.db", "crm.db"]


def test_reading_where_there_is_no_base_makes_none(crm: Callable, tmp_path: Path) -> None:
    for line in (["list-tasks"], ["report", "today"], ["undo"], ["export-csv", "clients"]):
        ran = crm(*line, "--db", str(tmp_path / "no" / "typo.db"))
        assert ran.err.startswith("there is no base at "), line
    assert crm("backup", "--db", str(tmp_path / "no" / "typo.db")).code == 3
    assert not (tmp_path / "no").exists()


@pytest.mark.parametrize("now", ["0900-01-01", "9999-12-31", "2200-01-01", "0001-01-01T00:00+14:00", "soon"])
def test_a_clock_outside_the_calendar_is_refused_before_anything_is_done(
    crm: Callable, ok: Callable[..., str], monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    ok("add-client", "Ann")
    with monkeypatch.context() as patch:
        patch.setenv("CRMTUI_NOW", now)
        assert crm("add-client", "Old").code == 2
    assert names(ok) == ["Ann"]


def test_a_full_terminal_does_not_hide_that_the_change_stands(tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-c", MAIN, "add-client", "Ann"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment(), check=False)
    assert (ran.returncode, ran.stderr) == (1, b"error: No space left on device; the change was made, and stands\n")


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}


def test_an_interrupt_says_130_only_when_nothing_was_changed(ok: Callable[..., str], tmp_path: Path) -> None:
    ok("add-client", "First")
    told: dict[str, int] = {}
    for number in range(16):
        process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "add-client", f"C{number}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )
        time.sleep(0.06 + number * 0.012)
        process.send_signal(signal.SIGINT)
        told[f"C{number}"] = process.wait()
    there = set(names(ok))
    for name, code in told.items():
        assert (code == 0) == (name in there), (name, code)


def test_a_base_deleted_while_it_is_written_to_is_told(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path) as base:
        clients.add({"name": "Ann"})
        with pytest.raises(Exception, match="deleted or replaced"), base.writing():
            path.unlink()


@pytest.mark.parametrize("name", ["rot13", "hex", "idna", "undefined", "klingon"])
def test_an_encoding_that_reads_no_text_is_refused(crm: Callable, tmp_path: Path, name: str) -> None:
    (tmp_path / "in.csv").write_text(GOOD_AND_BAD)
    assert crm("import-csv", "clients", str(tmp_path / "in.csv"), "--encoding", name).code == 2


@pytest.mark.parametrize(
    "line",
    [
        ["undo", "--id", str(2**63)], ["list-tasks", "--limit", str(2**63)], ["see-mention", str(2**63)],
        ["suggest", "--limit", str(2**63)], ["report", "today", "--limit", str(2**63)], ["digest", "--limit", str(2**63)],
        ["report", "kpi", "--period", "0001"],
        ["add-task", "T", "--due", "+9999y"], ["add-task", "T", "--due", "12 oct 2026 10:00 +99:99"],
        ["add-task", "T", "--due", "today", "--repeat", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
    ],
)  # fmt: skip
def test_numbers_and_dates_beyond_all_bounds_are_wrong_usage(crm: Callable, line: list[str]) -> None:
    assert crm(*line).code == 2


@pytest.mark.parametrize("place", ["²", "99999999999", "-1", "x", ""])
def test_completion_never_complains(place: str, tmp_path: Path) -> None:
    env = environment() | {"_CRMTUI_COMPLETE": "bash", "COMP_CWORD": place}
    ran = subprocess.run([sys.executable, "-c", MAIN, "show-client", "a"], capture_output=True, env=env, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_the_other_name_of_a_base_takes_the_same_queue(ok: Callable[..., str], tmp_path: Path) -> None:
    ok("add-client", "Ann")
    (tmp_path / "link.db").symlink_to(tmp_path / "crm.db")
    ok("add-client", "Ben", "--db", str(tmp_path / "link.db"))
    assert not (tmp_path / "link.db-queue").exists()


def test_an_empty_file_that_becomes_a_base_is_its_owners_alone(ok: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch(0o644)
    ok("add-client", "Ann", "--db", str(tmp_path / "empty.db"))
    assert stat.S_IMODE((tmp_path / "empty.db").stat().st_mode) == 0o600
