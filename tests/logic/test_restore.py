"""Backups kept by age, restored into a base that others have open, and whole after being killed at any moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from crmtui import clock
from crmtui.clients import clients, consents
from crmtui.errors import Busy, CrmError, Failed, NotFound, Refused
from crmtui.sales import attachments
from crmtui.store import backups, connection, contents, history, restoring, rewind
from crmtui.store.connection import Base, driver

KILLS = int(os.environ.get("KILLS", "10"))
"""How often the program is killed; KILLS=500 tries long."""


def names() -> list[str]:
    return [card.name for card in clients.page()]


def at(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("CRMTUI_NOW", f"{day}T10:00:00+00:00")


def daily(folder: Path) -> list[str]:
    return sorted(path.name.removeprefix("crm.db-").removesuffix("-daily.backup") for path in folder.glob("*-daily.backup"))


# ── before the first change of a day


def test_before_the_first_change_of_a_day_the_base_is_backed_up_once(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clients.add({"name": "Ann"})
    assert daily(tmp_path) == []
    at(monkeypatch, "2026-03-05")
    for name in ("Ben", "Cleo"):
        clients.add({"name": name})
    assert daily(tmp_path) == ["20260305"]
    path = tmp_path / "crm.db-20260305-daily.backup"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    copy = driver.connect(str(path))
    assert copy.execute("SELECT name FROM client").fetchall() == [("Ann",)]
    copy.close()
    assert base.notes == []


def test_reading_makes_no_backup_and_neither_does_who_turned_it_off(
    base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Callable[[str], None]
) -> None:
    clients.add({"name": "Ann"})
    at(monkeypatch, "2026-03-05")
    assert names() == ["Ann"]
    settings('daily_backup = "off"')
    clients.add({"name": "Ben"})
    assert daily(tmp_path) == []


def test_a_backup_that_cannot_be_made_is_told_and_stops_nobody(base: Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clients.add({"name": "Ann"})
    at(monkeypatch, "2026-03-05")
    monkeypatch.setattr(backups.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, base.path.stat().st_size * 3 - 1))
    for name in ("Ben", "Cleo"):
        clients.add({"name": name})
    assert names() == ["Ann", "Ben", "Cleo"]
    assert daily(tmp_path) == []
    assert len(base.notes) == 1
    assert base.notes[0].startswith("no backup of the day was made: the disk has too little room")


def test_daily_backups_are_kept_by_age(base: Base, tmp_path: Path) -> None:
    """Of 400 days up to Wednesday 4 March 2026: seven days, the last of four weeks, the last of twelve months."""
    last = clock.today()
    for back in range(400):
        day = clock.today().fromordinal(last.toordinal() - back)
        (tmp_path / f"crm.db-{day:%Y%m%d}-daily.backup").touch()
    by_hand = tmp_path / "crm.db-20200101T000000Z.backup"
    by_hand.touch()
    backups.thin(base)
    days = ["20260226", "20260227", "20260228", "20260301", "20260302", "20260303", "20260304"]
    weeks = ["20260215", "20260222", "20260301", "20260304"]
    months = ["20250430", "20250531", "20250630", "20250731", "20250831", "20250930", "20251031", "20251130", "20251231", "20260131"]
    assert daily(tmp_path) == sorted({*days, *weeks, *months, "20260228", "20260304"})
    assert by_hand.exists()


def test_the_newest_backup_is_never_let_go(base: Base, tmp_path: Path, settings: Callable[[str], None]) -> None:
    settings("backups = 1\nbackups_weekly = 0\nbackups_monthly = 0")
    for day in ("20200101", "20210101"):
        (tmp_path / f"crm.db-{day}-daily.backup").touch()
    backups.thin(base)
    assert daily(tmp_path) == ["20210101"]


def test_on_other_changes_of_the_day_it_costs_one_look_at_the_folder(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    clients.add({"name": "Ann"})
    at(monkeypatch, "2026-03-05")
    clients.add({"name": "Ben"})
    monkeypatch.setattr(backups, "daily", lambda _: pytest.fail("looked further"))
    clients.add({"name": "Cleo"})


# ── restoring


@pytest.fixture
def copy(base: Base, tmp_path: Path) -> Path:
    """A backup that holds Ann and her file; the base goes on with Ben and without the file's content."""
    clients.add({"name": "Ann"})
    attachments.add("client", 1, BytesIO(b"1200 x 800"), "plan.txt")
    path = Path(backups.write(tmp_path / "copy.backup").path)
    clients.add({"name": "Ben"})
    for content in contents.folder().iterdir():
        content.unlink()
    return path


def test_a_restore_brings_back_rows_and_files_and_saves_what_was_there(copy: Path, tmp_path: Path) -> None:
    done = restoring.restore(copy)
    assert names() == ["Ann"]
    assert attachments.read(1) == b"1200 x 800"
    assert (done.clients, done.operations, done.erased) == (1, 2, ())
    assert done.saved is not None
    saved = driver.connect(done.saved)
    assert saved.execute("SELECT name FROM client ORDER BY id").fetchall() == [("Ann",), ("Ben",)]
    saved.close()
    told = history.operations()[0]
    assert told.summary == f"restored copy.backup; what was there is in {Path(done.saved).name}"
    with pytest.raises(Refused, match="cannot be undone"):
        rewind.undo()


def test_a_rehearsed_restore_looks_the_copy_through_and_changes_nothing(copy: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in tmp_path.iterdir())
    assert restoring.restore(copy, rehearse=True).saved is None
    assert names() == ["Ann", "Ben"]
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_another_program_that_has_the_base_open_reads_what_was_restored(copy: Path, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom crmtui.store import connection\nfrom crmtui.clients import clients\n"
        f"with connection.opened({str(tmp_path / 'crm.db')!r}) as base:\n"
        "    before = base.state(), clients.count()\n    print('open', flush=True)\n    sys.stdin.readline()\n"
        "    print(before[1], clients.count(), base.state() != before[0], clients.add({'name': 'Cleo'}).id)\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "open\n"
    restoring.restore(copy)
    assert other.communicate("\n")[0] == "2 1 True 2\n"
    assert names() == ["Ann", "Cleo"]


def test_a_restore_waits_for_who_writes_and_gives_up_in_the_end(copy: Path, base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restoring, "DEADLINE_SECONDS", 0.1)
    base.database.execute_sql("PRAGMA busy_timeout = 50")
    writer = driver.connect(str(base.path), isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="has been writing"):
        restoring.restore(copy)
    writer.execute("ROLLBACK")
    writer.close()
    assert names() == ["Ann", "Ben"]


def test_who_was_erased_since_the_copy_is_told(base: Base, tmp_path: Path) -> None:
    from crmtui.sales import persons

    ann = clients.add({"name": "Ann Berg", "emails": ["ann@example.org"]})
    copy = Path(backups.write(tmp_path / "copy.backup").path)
    persons.erase(ann.id, sure=True)
    assert restoring.restore(copy).erased == (1,)
    persons.erase(1, sure=True)
    assert restoring.restore(copy, rehearse=True).erased == ()


def test_an_older_copy_is_brought_up_to_date(base: Base) -> None:
    import gzip

    packed = next(iter(sorted((Path(__file__).parents[1] / "data").glob("schema-*.db.gz"))))
    old = base.path.with_name("old.backup")
    old.write_bytes(gzip.decompress(packed.read_bytes()))
    assert restoring.restore(old).saved is None
    assert clients.count() == 179
    assert base.database.execute_sql("PRAGMA user_version").fetchone()[0] == connection.SCHEMA_VERSION
    assert consents.of(1) == ()


@pytest.mark.parametrize(
    ("spoil", "error", "told"),
    [
        (lambda path: path.unlink(), NotFound, "no file"),
        (lambda path: path.write_bytes(b"Dear Sir or Madam, " * 1000), Failed, "damaged or no crmtui base"),
        (lambda path: path.write_bytes(path.read_bytes()[:8192] + b"\xff" * 4096 + path.read_bytes()[12288:]), Failed, "damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:-4096]), Failed, "damaged"),
        (lambda path: change(path, "PRAGMA user_version = 999"), Refused, "newer crmtui"),
        (lambda path: change(path, "PRAGMA application_id = 1"), Refused, "no crmtui base"),
        (lambda path: change(path, "CREATE VIEW v AS SELECT 1"), Refused, 'a view "v" that is not ours'),
    ],
)
def test_what_cannot_be_restored_is_refused_and_changes_nothing(
    copy: Path, spoil: Callable[[Path], object], error: type[CrmError], told: str
) -> None:
    spoil(copy)
    with pytest.raises(error, match=told):
        restoring.restore(copy)
    assert names() == ["Ann", "Ben"]


def change(path: Path, statement: str) -> None:
    other = driver.connect(str(path))
    other.execute(statement)
    other.close()


def test_a_base_is_no_backup_of_itself(base: Base) -> None:
    clients.add({"name": "Ann"})
    with pytest.raises(Refused, match="is the base itself"):
        restoring.restore(base.path)


# ── killed

BUSY = """
import itertools, sys
from pathlib import Path
from crmtui.clients import clients
from crmtui.store import backups, connection, restoring
folder = Path(sys.argv[1])
with connection.opened(folder / "crm.db", command="killed"):
    print("open", flush=True)
    for turn in itertools.count():
        restoring.restore(folder / ("one.backup", "two.backup")[turn % 2])
        backups.write(folder / f"made-{turn}.backup")
        (folder / f"made-{turn}.backup").unlink()
"""


def test_killed_while_it_backs_up_and_restores_the_base_is_one_or_the_other(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "crm.db"):
        clients.add({"name": "One"})
        backups.write(tmp_path / "one.backup")
        for number in range(200):
            clients.add({"name": f"Two {number}", "notes": "x" * 2000})
        backups.write(tmp_path / "two.backup")
    seen = set()
    for kill in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", BUSY, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.Random(kill).uniform(0, 0.15))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with connection.opened(tmp_path / "crm.db") as base:
            assert base.database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert base.database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
            seen.add(clients.count())
        for left in tmp_path.glob("made-*.backup"):
            found = driver.connect(str(left))
            assert found.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            found.close()
            left.unlink()
    assert seen <= {1, 201}
