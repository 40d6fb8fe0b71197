"""The file itself: who may read it, whose it is, its schema, its copies."""

from __future__ import annotations

import gzip
import os
import stat
import subprocess
import sys
from pathlib import Path

import peewee
import pytest

from crmtui.clients import clients
from crmtui.errors import Busy, CrmError, Failed, Refused, Unreadable
from crmtui.sales import deals
from crmtui.store import backups, connection, queue, upgrade
from crmtui.store.connection import Base, driver
from crmtui.store.tables import ALL


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_the_base_and_its_log_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with connection.opened(tmp_path / "deep" / "crm.db"):
            clients.add({"name": "Ann"})
            for name in ("crm.db", "crm.db-wal", "crm.db-shm", "crm.db-queue"):
                assert mode(tmp_path / "deep" / name) == 0o600, name
            assert mode(Path(backups.write().path)) == 0o600
        assert mode(tmp_path / "deep") == 0o700
    finally:
        os.umask(before)


def test_the_file_is_in_wal_mode_with_full_durability_and_foreign_keys(base: Base) -> None:
    pragma = {name: base.database.execute_sql(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_schema_version_is_that_of_the_newest_migration() -> None:
    newest = max(int(file.name[:4]) for file in upgrade.MIGRATIONS.glob("[0-9]*.py"))
    assert newest == connection.SCHEMA_VERSION


def test_the_tables_that_the_migrations_make_are_those_of_the_code(base: Base) -> None:
    for table in ALL:
        made = {c.name: not c.null for c in base.database.get_columns(table._meta.table_name)}
        wanted = {f.column_name: not f.null or f.primary_key for f in table._meta.sorted_fields}
        assert made.keys() == wanted.keys(), table
        required = {name for name, needed in made.items() if needed and name != "id"}
        assert required == {name for name, needed in wanted.items() if needed and name != "id"}, table


def test_a_newer_base_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path) as base:
        base.database.execute_sql("PRAGMA user_version = 999")
    with pytest.raises(Refused, match="newer crmtui"), connection.opened(path):
        pass


def test_the_file_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = driver.connect(str(path))
    other.execute("CREATE TABLE t (x)")
    other.close()
    with pytest.raises(Refused, match="another program"), connection.opened(path):
        pass


@pytest.mark.parametrize("content", [b"this is no database at all, but long enough to be one" * 40, b"SQLite format 3\0" + b"\xff" * 4000])
def test_what_is_no_base_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.db"
    path.write_bytes(content)
    with pytest.raises(Failed, match="damaged or no crmtui base"), connection.opened(path):
        pass
    assert path.read_bytes() == content


def test_a_folder_is_no_base(tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="no file"), connection.opened(tmp_path):
        pass


def test_server_urls_are_refused_by_name() -> None:
    with pytest.raises(Unreadable, match="postgresql"):
        connection.located("postgresql://crm")


def test_an_sqlite_url_is_a_path(tmp_path: Path) -> None:
    assert connection.located(f"sqlite:///{tmp_path}/x.db") == tmp_path / "x.db"
    assert connection.located(f"sqlite:{tmp_path}/x.db") == tmp_path / "x.db"


def test_openings_at_the_same_moment_make_one_base(tmp_path: Path) -> None:
    code = (
        "from crmtui.store import connection\nfrom crmtui.clients import clients\n"
        f"with connection.opened({str(tmp_path / 'crm.db')!r}):\n    clients.add({{'name': 'x'}}, allow_duplicate=True)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) for _ in range(6)]
    assert [process.communicate()[1] for process in running] == [""] * 6
    with connection.opened(tmp_path / "crm.db"):
        assert clients.count() == 6


def with_a_migration(folder: Path, patch: pytest.MonkeyPatch, *statements: str) -> None:
    """Let the program know one migration more than it does."""
    later = folder / "migrations"
    later.mkdir()
    for file in upgrade.MIGRATIONS.glob("[0-9]*.py"):
        (later / file.name).write_text(file.read_text())
    (later / "9999_later.py").write_text("\n    ".join(["def up(migrator, db):", *statements]) + "\n")
    patch.setattr(upgrade, "MIGRATIONS", later)
    patch.setattr(upgrade, "SCHEMA_VERSION", 9999)


RELEASED = sorted((Path(__file__).parents[1] / "data").glob("schema-*.db.gz"))
"""A base of each released schema that is older than today's, filled by the program of its time."""


@pytest.mark.parametrize("packed", RELEASED, ids=lambda file: file.name.removesuffix(".db.gz"))
def test_a_base_of_every_released_schema_opens_and_holds_what_it_held(packed: Path, tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    with connection.opened(path) as base:
        assert (clients.count(), deals.count()) == (179, 176)
        assert base.database.execute_sql("PRAGMA user_version").fetchone()[0] == connection.SCHEMA_VERSION
        assert base.database.execute_sql("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert clients.add({"name": "Ann"}).id == 181


def test_an_upgrade_backs_up_what_is_there_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path):
        clients.add({"name": "Ann"})
    with_a_migration(tmp_path, monkeypatch, "db.execute_sql('CREATE TABLE more (id INTEGER)')")
    with connection.opened(path) as base:
        assert "more" in base.database.get_tables()
        assert clients.get(1).name == "Ann"
    assert len(list(tmp_path.glob("crm.db-*-before-upgrade.backup"))) == 1


def test_backups_of_one_moment_do_not_stand_in_each_others_way(base: Base) -> None:
    first, second = (backups.automatic(base, "before-upgrade").path for _ in range(2))
    assert first != second


def test_an_upgrade_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path):
        clients.add({"name": "Ann"})
    with monkeypatch.context() as patch:
        with_a_migration(tmp_path, patch, "db.execute_sql('DROP TABLE tag')", "db.execute_sql('nonsense')")
        with pytest.raises(peewee.OperationalError), connection.opened(path):
            pass
    with connection.opened(path) as base:
        assert "tag" in base.database.get_tables()


def test_a_backup_opens_as_a_base_and_holds_the_same(base: Base, tmp_path: Path) -> None:
    clients.add({"name": "Ann"})
    made = backups.write(tmp_path / "copy.db")
    copy = driver.connect(made.path)
    assert copy.execute("SELECT name FROM client").fetchall() == [("Ann",)]
    copy.close()
    with pytest.raises(Refused, match="exists already"):
        backups.write(tmp_path / "copy.db")


def test_a_backup_into_no_folder_leaves_nothing(base: Base, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="cannot be written"):
        backups.write(tmp_path / "no" / "copy.db")


def test_a_writer_that_waits_too_long_is_told_who_writes(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom crmtui.store.queue import Queue\n"
        f"with Queue(Path({str(tmp_path / 'crm.db')!r})).held('import-csv'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    with pytest.raises(Busy, match=f"pid {other.pid}, import-csv"), queue.Queue(tmp_path / "crm.db").held("me", deadline=0.2):
        pass
    other.communicate("")
    with queue.Queue(tmp_path / "crm.db").held("me", deadline=1):
        pass


def test_a_base_on_a_read_only_medium_is_read_and_refuses_to_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path):
        clients.add({"name": "Ann"})
    monkeypatch.setattr(connection.os, "access", lambda *_: False)
    with connection.opened(path):
        assert clients.get(1).name == "Ann"
        with pytest.raises(Failed, match="reading only"):
            clients.add({"name": "Ben"})
