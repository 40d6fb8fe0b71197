"""Looking a base through: each kind of damage is found under its name, and only what can be mended without asking is mended."""

from __future__ import annotations

import os
import stat
import time
from io import BytesIO
from pathlib import Path

import pytest

from crmtui import team
from crmtui.clients import clients
from crmtui.sales import attachments, deals
from crmtui.store import backups, checking, connection, contents, files, places, rewind
from crmtui.store.connection import Base


@pytest.fixture
def filled(base: Base) -> Base:
    """Two clients, a deal, a rep, a file, something undone."""
    ann = clients.add({"name": "Ann Berg", "emails": ["ann@example.org"]})
    clients.add({"name": "김민수"})
    deals.add({"title": "Door", "client": ann.id})
    team.add({"name": "Nils"})
    attachments.add("client", ann.id, BytesIO(b"1200 x 800"), "plan.txt")
    clients.edit(ann.id, {"notes": "tall"})
    rewind.undo()
    return base


def states(**options: object) -> dict[str, str]:
    """What is not sound, by name."""
    return {each.name: each.state for each in checking.check(**options) if each.state != "sound"}  # type: ignore[arg-type]


def wrong(level: checking.Level = "usual") -> list[str]:
    return [name for name, state in states(level=level).items() if state == "wrong"]


def test_a_base_in_use_is_sound_at_every_level(filled: Base) -> None:
    backups.write()
    for level in ("quick", "usual", "deep"):
        assert states(level=level) == {}


def test_the_demo_company_is_sound(demo_base: Path) -> None:
    with connection.opened(demo_base):
        assert wrong("deep") == []


DAMAGE: dict[str, tuple[str, str]] = {
    "a link that leads nowhere": ("links", "UPDATE deal SET client_id = 99"),
    "a key that is not that of the name": ("search", "UPDATE client SET search_key = 'zz' WHERE id = 2"),
    "a key of a rep": ("search", "UPDATE rep SET search_key = 'zz'"),
    "an index that lacks a record": (
        "search",
        "INSERT INTO client_search (client_search, rowid, search_key) SELECT 'delete', id, search_key FROM client WHERE id = 1",
    ),
    "an undo that is not known to the undone": ("history", "UPDATE operation SET undone_by_id = NULL"),
    "an undo of nothing": ("history", "UPDATE operation SET undoes_id = NULL WHERE kind = 'undo'"),
    "a change of no operation": ("history", "DELETE FROM operation WHERE id = 1"),
    "an id that was never given out": ("counters", "UPDATE sqlite_sequence SET seq = 0 WHERE name = 'client'"),
    "a deal elsewhere than where it went": ("counters", "UPDATE deal SET stage_id = 3"),
    "a content that is missing": ("contents", "UPDATE attachment SET sha256 = replace(sha256, substr(sha256, 1, 4), 'ffff')"),
    "a blob as a currency": ("values", "UPDATE deal SET currency = x'ff00'"),
    "a word as a moment": ("values", "UPDATE client SET created_at = 'zzz' WHERE id = 1"),
    "a day that no calendar has": ("values", "UPDATE client SET birth_date = '2026-02-31' WHERE id = 1"),
    "a number beyond all counting": ("values", "UPDATE deal SET value_cents = 9223372036854775807"),
    "a number that is none": ("values", "UPDATE deal SET value_cents = 1.5"),
    "a view": ("schema", "CREATE VIEW v AS SELECT 1"),
    "a table that is gone": ("schema", "DROP TABLE draft"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_each_kind_of_damage_is_found_under_its_name(filled: Base, kind: str) -> None:
    name, statement = DAMAGE[kind]
    filled.database.execute_sql("PRAGMA foreign_keys = off")
    filled.database.execute_sql(statement)
    assert name in wrong("deep")


def test_damaged_pages_are_told_and_not_passed_on(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path):
        clients.add({"name": "Ann"})
    content = bytearray(path.read_bytes())
    place = content.index(b"personAnn") // 4096 * 4096
    content[place : place + 4096] = b"\xff" * 4096
    path.write_bytes(content)
    with connection.opened(path):
        found = wrong()
    assert {"pages", "integrity"} <= set(found)


def test_bytes_that_were_changed_are_found_by_the_deep_check_alone(filled: Base) -> None:
    (content,) = [path for path in contents.folder().iterdir() if path.is_file()]
    content.write_bytes(b"1300 x 800")
    assert wrong() == []
    assert wrong("deep") == ["contents"]


def test_files_that_others_can_read_are_found_and_closed_to_them(filled: Base) -> None:
    copy = Path(backups.write().path)
    for path, mode in ((filled.path, 0o644), (copy, 0o640), (contents.folder(), 0o755)):
        os.chmod(path, mode)
    assert states()["permissions"] == "wrong"
    assert states(repair=True)["permissions"] == "mended"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (filled.path, copy, contents.folder())] == [0o600, 0o600, 0o700]
    assert "permissions" not in states()


def test_repair_mends_keys_and_index_and_nothing_else(filled: Base) -> None:
    filled.database.execute_sql("PRAGMA foreign_keys = off")
    for statement in (DAMAGE["a key that is not that of the name"][1], DAMAGE["a deal elsewhere than where it went"][1]):
        filled.database.execute_sql(statement)
    found = {each.name: (each.state, each.found) for each in checking.check(repair=True)}
    assert found["search"] == ("mended", 2)  # the key, and the index that knows another one
    assert found["counters"][0] == "wrong"
    assert clients.find("민수") == 2
    assert deals.get(1).stage_id == 3


def test_contents_that_nothing_needs_are_removed_by_repair_once_they_are_settled(filled: Base) -> None:
    attachments.detach(1)
    (undoable,) = [path for path in contents.folder().iterdir() if path.is_file()]
    orphan, fresh = (contents.folder() / (letter * 64) for letter in "ab")
    mine = contents.folder() / "notes.txt"
    for path in (orphan, fresh, mine):
        path.write_bytes(b"x")
        path.chmod(0o600)
    for path in (undoable, orphan, mine):
        os.utime(path, (time.time() - 7200,) * 2)
    assert states()["contents"] == "advice"
    assert states(repair=True)["contents"] == "mended"
    assert sorted(path.name for path in contents.folder().iterdir() if path.is_file()) == sorted([undoable.name, fresh.name, mine.name])


def test_a_backup_that_was_killed_in_the_making_is_found_and_removed(filled: Base) -> None:
    half = filled.path.with_name(".crm.db-20260304-daily.backup-abcdefgh")
    half.write_bytes(b"SQLite format 3")
    making = files.Draft(filled.path.with_name("crm.db-20260305-daily.backup"))
    assert states()["contents"] == "advice"
    checking.check(repair=True)
    assert (half.exists(), making.path.exists()) == (False, True)
    making.drop()


def test_an_old_backup_is_no_fault_but_worth_knowing(filled: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    backups.write()
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-20T10:00:00+00:00")
    assert states() == {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backups, "daily", lambda _: None)
        clients.add({"name": "Cleo"})
    assert states() == {"backups": "advice"}


def test_a_library_that_can_lose_changes_is_told(filled: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "library_is_safe", lambda: False)
    assert states()["library"] == "advice"


MOUNTS = """\
/dev/root / ext4 rw 0 0
server:/export /data/ann\\040b nfs4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
"""


@pytest.mark.parametrize(("path", "kind"), [("/tmp/crm.db", "tmpfs"), ("/data/ann b/crm.db", "nfs4"), ("/data/ann/crm.db", "ext4")])
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path: Path, path: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    assert places.file_system(Path(path), tmp_path / "mounts") == kind
    assert places.file_system(Path(path), tmp_path / "none") == ""


def test_a_base_on_a_network_disk_is_wrong(filled: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "file_system", lambda _: "nfs4")
    assert "file system" in wrong("quick")


def test_a_check_changes_nothing(filled: Base) -> None:
    before = rows(filled)
    checking.check("deep")
    assert rows(filled) == before


def rows(base: Base) -> dict[str, list[object]]:
    """Every row of every table, those of the search index too."""
    names = [name for (name,) in base.database.execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    return {name: base.database.execute_sql(f'SELECT * FROM "{name}"').fetchall() for name in names}
