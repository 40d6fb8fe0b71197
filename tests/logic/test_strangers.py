"""Bases made by somebody else: what acts by itself is refused, what is damaged is saved row by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.clients import clients
from crmtui.errors import CrmError, Failed, NotFound, Refused
from crmtui.sales import deals
from crmtui.store import backups, checking, connection, restoring, salvage, search, strangers
from crmtui.store.connection import driver
from crmtui.store.journal import operation

HOSTILE = {
    'trigger "steal"': "CREATE TRIGGER steal AFTER INSERT ON client BEGIN UPDATE deal SET value_cents = 0; END",
    'view "v"': "CREATE VIEW v AS SELECT * FROM client",
    'virtual table "r"': "CREATE VIRTUAL TABLE r USING rtree (id, a, b)",
    'virtual table "client_search"': "CREATE VIRTUAL TABLE client_search USING fts5 (search_key)",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with connection.opened(tmp_path / "crm.db"):
        for name in ("Ann Berg", "김민수", "Žofie"):
            client = clients.add({"name": name, "emails": [f"{len(name)}@example.org"]})
            deals.add({"title": f"Door for {name}", "client": client.id, "value": "100"})
    return tmp_path / "crm.db"


def spoil(path: Path, *statements: str) -> None:
    other = driver.connect(str(path))
    for statement in statements:
        other.execute(statement)
    other.commit()
    other.close()


def test_the_tables_that_act_by_themselves_are_those_that_the_migrations_make(path: Path) -> None:
    with connection.opened(path) as base:
        living = base.database.execute_sql(strangers._LIVING).fetchall()
    assert {name for _, name, _ in living} == strangers.SEARCH
    assert {kind for kind, _, _ in living} == {"table"}


@pytest.mark.parametrize(("told", "statement"), HOSTILE.items(), ids=HOSTILE)
def test_a_base_with_what_acts_by_itself_and_is_not_ours_is_refused(path: Path, told: str, statement: str) -> None:
    spoil(path, *(["DROP TABLE client_search"] if "client_search" in told else []), statement)
    content = path.read_bytes()
    with pytest.raises(Refused, match=f"holds a {told} that is not ours"), connection.opened(path):
        pass
    assert path.read_bytes() == content


def test_a_trigger_of_others_never_fires_and_the_records_can_be_taken_over(path: Path, tmp_path: Path) -> None:
    spoil(path, HOSTILE['trigger "steal"'], HOSTILE['view "v"'])
    saved = salvage.recover(path, tmp_path / "new.db")
    assert saved.lost == 0
    with connection.opened(tmp_path / "new.db"):
        assert [card.name for card in clients.page()] == ["Ann Berg", "Žofie", "김민수"]
        assert [deal.value_cents for deal in deals.page()] == [10000] * 3
        assert search.found("client", "민수") == [2]
        clients.add({"name": "Dora"})
        assert [each.name for each in checking.check("deep") if each.state == "wrong"] == []


def test_what_a_base_holds_is_not_trusted_to_call_functions(path: Path) -> None:
    with connection.opened(path) as base:
        assert base.database.execute_sql("PRAGMA trusted_schema").fetchone()[0] == 0


def test_a_view_without_end_in_the_place_of_a_table_is_not_read(tmp_path: Path) -> None:
    endless = "CREATE VIEW client AS WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
    other = driver.connect(str(tmp_path / "bad.db"))
    for statement in ("CREATE TABLE operation (id INTEGER PRIMARY KEY)", endless, "PRAGMA application_id = 1129467220"):
        other.execute(statement)
    other.close()
    salvage.recover(tmp_path / "bad.db", tmp_path / "new.db")
    with connection.opened(tmp_path / "new.db"):
        assert clients.count() == 0


def test_what_takes_for_ever_to_read_is_given_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strangers, "SECONDS", 0.2)
    monkeypatch.setattr(strangers, "BYTES_A_SECOND", 10**9)
    endless = "WITH RECURSIVE n (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT max(id) FROM n"
    with pytest.raises(Failed, match="takes too long"), strangers.reading(path) as connected:
        connected.execute(endless).fetchone()


def test_a_stranger_opens_no_other_file(path: Path, tmp_path: Path) -> None:
    with strangers.reading(path) as connected:
        for statement in (f"ATTACH '{tmp_path / 'other.db'}' AS o", "DELETE FROM client", "PRAGMA writable_schema = on"):
            with pytest.raises(driver.DatabaseError):
                connected.execute(statement)
    assert not (tmp_path / "other.db").exists()


def test_a_damaged_base_is_saved_but_for_the_rows_on_damaged_pages(tmp_path: Path) -> None:
    path = tmp_path / "crm.db"
    with connection.opened(path), operation():
        for number in range(300):
            clients.add({"name": f"Client {number:03}", "notes": "x" * 300})
    page = page_of(path, b"Client 150")
    content = bytearray(path.read_bytes())
    content[page * 4096 : (page + 1) * 4096] = b"\xff" * 4096
    path.write_bytes(content)
    saved = salvage.recover(path, tmp_path / "new.db")
    told = {each.table: each for each in saved.tables}
    assert 5 <= told["client"].lost <= 15
    assert told["client"].kept + told["client"].lost == 300
    with connection.opened(tmp_path / "new.db"):
        kept = [card.name for card in clients.page(limit=1000)]
        assert len(kept) == told["client"].kept
        assert "Client 150" not in kept
        assert [each.name for each in checking.check("deep") if each.state == "wrong"] == []


def page_of(path: Path, text: bytes) -> int:
    """The page on which the row of the client of this name lies, not that of an index."""
    return path.read_bytes().index(b"person" + text) // 4096


@pytest.mark.parametrize(
    ("make", "error"),
    [(lambda _: None, NotFound), (lambda path: path.mkdir(), Refused), (lambda path: path.write_bytes(b"no base" * 1000), Failed)],
)
def test_what_cannot_be_saved_is_refused_and_makes_nothing(tmp_path: Path, make: Callable[[Path], object], error: type[CrmError]) -> None:
    make(tmp_path / "bad.db")
    with pytest.raises(error):
        salvage.recover(tmp_path / "bad.db", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()


def test_nothing_is_saved_over_another_file(path: Path, tmp_path: Path) -> None:
    (tmp_path / "new.db").write_text("mine")
    with pytest.raises(Refused, match="exists already"):
        salvage.recover(path, tmp_path / "new.db")
    assert (tmp_path / "new.db").read_text() == "mine"


def test_a_copy_with_lost_links_is_not_restored(demo_base: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.backup"
    with connection.opened(demo_base, actor="ann", command="test"):
        backups.write(copy)
    harmed = driver.connect(copy)
    harmed.execute("PRAGMA foreign_keys = off")
    harmed.execute("DELETE FROM stage")
    harmed.commit()
    harmed.close()
    with connection.opened(demo_base, actor="ann", command="test"), pytest.raises(CrmError, match="points to no stage"):
        restoring.restore(copy)


@pytest.mark.parametrize(
    ("statement", "told", "kept"),
    [
        ("UPDATE deal SET currency = x'ff00' WHERE id = 7", "deal 7: its currency is no text", 176),
        ("UPDATE deal SET created_at = 'zzz' WHERE id = 7", "deal 7: its created_at is no moment", 175),
        ("UPDATE task SET due_on = '2026-02-31' WHERE id = 3", "task 3: its due_on is no day", 176),
        ("UPDATE deal SET value_cents = 9223372036854775807 WHERE id = 7", "deal 7: its value_cents is no number", 176),
        (
            "PRAGMA ignore_check_constraints = on; UPDATE client SET kind = 'alien' WHERE id = 179",
            "client 179 breaks its rule kind IN",
            176,
        ),
        ("UPDATE sqlite_sequence SET seq = 'zz'; UPDATE deal SET title = x'00'", "deal 1: its title is no text", 176),
    ],
)
def test_a_copy_with_values_of_the_wrong_kind_is_not_restored_and_can_be_saved(
    demo_base: Path, tmp_path: Path, statement: str, told: str, kept: int
) -> None:
    copy = tmp_path / "copy.backup"
    with connection.opened(demo_base, actor="ann", command="test"):
        backups.write(copy)
    harmed = driver.connect(copy)
    harmed.executescript(statement)
    harmed.close()
    with connection.opened(demo_base, actor="ann", command="test"), pytest.raises(CrmError, match=told):
        restoring.restore(copy)
    salvage.recover(copy, tmp_path / "new.db")
    with connection.opened(tmp_path / "new.db"):
        assert [each.name for each in checking.check() if each.state == "wrong"] == []
        assert len(deals.page(limit=1000)) == kept


def test_deals_whose_stages_are_lost_are_saved_into_those_of_a_new_base(demo_base: Path, tmp_path: Path) -> None:
    harmed = driver.connect(demo_base)
    harmed.executescript("DELETE FROM stage; DELETE FROM pipeline; UPDATE deal SET stage_id = 888 WHERE id = 1")
    harmed.close()
    saved = salvage.recover(demo_base, tmp_path / "new.db")
    assert {each.table: each.cut for each in saved.tables if each.cut} == {"deal": 1}
    with connection.opened(tmp_path / "new.db"):
        assert len(deals.page(limit=1000)) == 176
        assert deals.get(1).stage == deals.add({"title": "Door"}).stage == "Lead"


def test_a_base_in_another_encoding_is_not_restored(demo_base: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.backup"
    made = driver.connect(other)
    made.execute("PRAGMA encoding = 'UTF-16'")
    made.execute(f"PRAGMA application_id = {connection.APPLICATION_ID}")
    made.execute("CREATE TABLE client (id)")
    made.commit()
    made.close()
    with connection.opened(demo_base, actor="ann", command="test"), pytest.raises(CrmError, match="not in UTF-8"):
        restoring.restore(other)
