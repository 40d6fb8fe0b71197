"""A full disk, a limit on files, what cannot be written: one sentence, the right code, nothing lost, and it goes on after."""

from __future__ import annotations

import ctypes
import gzip
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.forked import Outcome, ran
from crmtui.clients import clients
from crmtui.store import connection
from tests.cli import places

ROWS = 200

OLD = Path(__file__).parent.parent / "data" / "schema-1.db.gz"
KINDS = ("add", "import", "backup", "migrate")

MOUNT = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs"]
CAPABILITIES = 0x20080522
"""The version of the kernel's interface by which a process gives up what it may."""

posix_only = pytest.mark.skipif(os.name != "posix", reason="limits on files are of POSIX")
pytestmark = posix_only


@pytest.fixture(scope="module")
def base_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A base with forty clients."""
    path = tmp_path_factory.mktemp("faults") / "crm.db"
    with connection.opened(path, actor="tester", command="test"):
        for number in range(40):
            clients.add({"name": f"Here {number}", "notes": "x" * 2_000})
    return path.read_bytes()


def prepared(folder: Path, kind: str, base_bytes: bytes) -> list[str]:
    """A base in the folder on which a command of the kind has something to do, and its command line."""
    (folder / "crm.db").touch(0o600)
    (folder / "crm.db").write_bytes(gzip.decompress(OLD.read_bytes()) if kind == "migrate" else base_bytes)
    (folder / "in.csv").write_text("Name,Notes\n" + "".join(f"In {number},{'y' * 500}\n" for number in range(ROWS)))
    return {
        "add": ["add-client", "New", "--notes", "z" * 30_000], "import": ["import-csv", "clients", str(folder / "in.csv")],
        "backup": ["backup", str(folder / "copy.db")], "migrate": ["add-client", "New", "--notes", "z" * 30_000],
    }[kind]  # fmt: skip


def limited(size: int) -> Callable[[], None]:
    """Puts a process under a limit on the size of its files, in bytes."""

    def put() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return put


def state(path: Path) -> tuple[list[tuple], list[tuple], list[tuple]]:
    """What SQLite says of a base, its clients and how many operations it knows."""
    base = connection.driver.connect(str(path))
    try:
        verdict = [*base.execute("PRAGMA integrity_check"), *base.execute("PRAGMA foreign_key_check")]
        return verdict, list(base.execute("SELECT id, name FROM client")), list(base.execute("SELECT count(*) FROM operation"))
    finally:
        base.close()


def assert_told(outcome: Outcome, *codes: int) -> None:
    """One sentence, no trace, a code of the contract."""
    assert outcome.code in codes, outcome
    assert outcome.out == "", outcome
    assert outcome.err.startswith("error: "), outcome
    assert "made a mistake" not in outcome.err, outcome
    assert outcome.err.count("\n") == 1, outcome


def assert_whole(folder: Path, kind: str, before: tuple, outcome: Outcome) -> None:
    """The base is sound, with all of the change when it was told so, else with nothing of it; no half a copy lies about."""
    verdict, rows, _ = state(folder / "crm.db")
    assert verdict == [("ok",)]
    added = {"add": 1, "import": ROWS, "backup": 0, "migrate": 1}[kind] if outcome.code == 0 else 0
    assert len(rows) == len(before[1]) + added, outcome
    assert rows[: len(before[1])] == before[1]
    assert (folder / "copy.db").exists() == (kind == "backup" and outcome.code == 0)
    assert not list(folder.glob(".crm.db*")), "a draft was left"
    assert not list(folder.glob(".copy*")), "a draft was left"


def outlived(folder: Path, kind: str, line: list[str], put: Callable[[], object], take: Callable[[], object] = lambda: None) -> Outcome:
    """Do a kind of work under a fault that is put on its process: nothing is lost, it is told, and it works once the fault is gone."""
    was, world = state(folder / "crm.db"), places.environment(folder)
    outcome = ran(line, world, put)
    if outcome.code:
        assert_told(outcome, 1, 8)
    take()
    assert_whole(folder, kind, was, outcome)
    (folder / "copy.db").unlink(missing_ok=True)
    again = ran([*line, "--allow-duplicate"] if line[0] == "add-client" else line, world)
    assert again.code == 0, again
    return outcome


def steps(*sizes: int) -> tuple[int, ...]:
    """Every third of them; with `EVERY_FAULT=1` in the environment all."""
    return sizes if os.environ.get("EVERY_FAULT") else sizes[::3]


def emptied(folder: Path) -> None:
    for each in folder.iterdir():
        shutil.rmtree(each) if each.is_dir() else each.unlink()


@pytest.mark.parametrize("kind", KINDS)
def test_a_limit_on_files_at_any_size_loses_nothing(tmp_path: Path, base_bytes: bytes, kind: str) -> None:
    """From nothing at all up to where it suffices: the fault meets the queue, the log, the copy, the rejected rows in turn."""
    codes = []
    for size in steps(0, 10, 1_000, 2_000, *(4_096 * 2**power for power in range(9))):
        emptied(tmp_path)
        codes.append(outlived(tmp_path, kind, prepared(tmp_path, kind, base_bytes), limited(size)).code)
    assert codes[0] in (1, 8), codes
    assert codes[-1] == 0, codes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None or subprocess.run([*MOUNT, str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_loses_nothing_however_much_room_is_left(small_disk: Path, base_bytes: bytes, kind: str) -> None:
    codes = []
    for room in steps(0, 4_096, 8_192, 12_288, *(16_384 * 2**power for power in range(9))):
        emptied(small_disk)
        line, stuffing = prepared(small_disk, kind, base_bytes), small_disk / "stuffing"

        def stuff(room: int = room, stuffing: Path = stuffing) -> None:
            found = os.statvfs(stuffing.parent)
            stuffing.write_bytes(b"0" * max(0, found.f_bavail * found.f_frsize - room))

        codes.append(outlived(small_disk, kind, line, stuff, stuffing.unlink).code)
    assert codes[0] == 1, codes
    assert codes[-1] == 0, codes


def bound_by_modes() -> None:
    """Has the modes of files count for root too: of what root may beyond them, nothing is left to the process."""
    if not os.getuid():
        header, nothing = (ctypes.c_uint32 * 2)(CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
        assert not ctypes.CDLL(None).capset(header, nothing)


@pytest.mark.skipif(sys.platform != "linux", reason="what root may is taken away in the way of Linux")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("closed", [".", "crm.db-wal", "crm.db-queue", "crm.db"])
def test_what_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path, base_bytes: bytes, kind: str, closed: str) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    line, target = prepared(folder, kind, base_bytes), folder / closed

    def close() -> None:
        bound_by_modes()
        target.is_dir() or target.touch(0o600)
        target.chmod(0o555 if closed == "." else 0o444)

    outcome = outlived(folder, kind, line, close, lambda: target.chmod(0o700 if closed == "." else 0o600))
    assert outcome.code == 1 or kind == "backup", outcome
