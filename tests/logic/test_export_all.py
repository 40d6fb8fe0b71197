"""A base that was exported whole comes back whole: the same rows under the same ids, and exported again the same bytes."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import team
from crmtui.clients import clients
from crmtui.errors import CrmError, Failed, NotFound, Refused
from crmtui.exchange import archives, folders
from crmtui.sales import attachments, deals, pipelines, rates
from crmtui.store import connection, files, rewind, whole
from crmtui.store.journal import operation
from crmtui.store.tables import ALL, Client, Deal, database
from tests.logic import ledger
from tests.logic.examples import few
from tests.logic.exchanging import content, taken_file
from tests.logic.test_exchange_export import DEAL, NAME, PERSON, STAGE, fill
from tests.logic.test_exchange_samples import STAGES
from tests.logic.test_exchange_vendors import hubspot, linked
from tests.logic.test_report_properties import books

HOSTILE = (
    '=1+1", "',
    "two\r\nlines\rthree",
    "\u202eevil\u2066",
    "👩‍👩‍👧 é é",
    "'quoted",
    '"',
    "a\tb",
    "\x1b[31m",
    "name;x\\;y",
    "- -",
    "\ufeffBOM",
    "true",
)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its place."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def there_and_back(folder: Path) -> None:
    """The base `one.db` of the folder, brought over to `two.db`, is the same there in every row, and gives the same bytes."""
    with connection.opened(folder / "one.db"):
        folders.export(folder / "one")
        before, found = rows(), keys()
    with connection.opened(folder / "two.db"):
        folders.take(folder / "one")
        assert rows() == before
        assert keys() == found
        assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
        folders.export(folder / "two")
    assert tree(folder / "two") == tree(folder / "one")


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is part of an export."""
    names = {table._meta.table_name for table in whole.tables()}
    return {name: found for name, found in content().items() if name in names}


def keys() -> list[Any]:
    """What the index of names holds."""
    return [
        database.execute_sql(f"SELECT rowid FROM {table}_search WHERE {table}_search MATCH '\"ann\"'").fetchall()
        for table in ("client", "deal")
    ]


@pytest.fixture
def one(tmp_path: Path) -> Callable[[Callable[[], object]], Path]:
    """Makes the base `one.db` by a function, and says in which folder it is."""

    def made(fill: Callable[[], object]) -> Path:
        with connection.opened(tmp_path / "one.db", actor="ann", command="test"):
            fill()
        return tmp_path

    return made


# ── there and back


def test_the_demo_company_comes_back(demo_base: Path, tmp_path: Path) -> None:
    shutil.move(demo_base, tmp_path / "one.db")
    there_and_back(tmp_path)


def test_the_files_of_two_vendors_come_back(one: Callable[..., Path]) -> None:
    there_and_back(one(lambda: (hubspot(), linked())))


def test_a_real_sales_book_comes_back(one: Callable[..., Path]) -> None:
    def book() -> None:
        for kind, name in (("reps", "sales_teams"), ("products", "products"), ("clients", "accounts")):
            taken_file(kind, f"maven/{name}.csv")
        taken_file("deals", "maven/sales_pipeline.csv", stages=STAGES)

    there_and_back(one(book))


@few(5)
@given(
    books,
    st.lists(st.tuples(NAME, PERSON), max_size=4),
    st.lists(st.tuples(NAME, DEAL, STAGE), max_size=3),
    st.lists(st.integers(1, 12), max_size=3),
)
def test_any_base_comes_back(lines: list[str], people: list[tuple[str, Any]], sales: list[tuple[str, Any, str]], gone: list[int]) -> None:
    with TemporaryDirectory() as folder:
        with connection.opened(Path(folder) / "one.db"):
            fill(people, sales)
            ledger.write("\n".join(["rep Ann", "rep Ben", "client Acme", "client Bolt", "client Cube", *lines]))
            for id_ in gone:
                if Client.get_or_none(Client.id == id_, Client.deleted_at.is_null()):
                    clients.delete(id_, with_deals=True)
        there_and_back(Path(folder))


def test_names_that_mean_something_to_programs_come_back(one: Callable[..., Path]) -> None:
    def hostile() -> None:
        for name in HOSTILE:
            client = clients.add({"name": f"{name} x", "notes": name, "tags": [name], "emails": ["a@x.lv"]}, allow_duplicate=True)
            deals.add({"title": name, "client": client.id, "notes": name * 3})
            attachments.add("client", client.id, io.BytesIO(name.encode()), f"{name}.txt")

    there_and_back(one(hostile))


def test_rows_that_name_later_rows_and_ids_with_gaps_come_back(one: Callable[..., Path]) -> None:
    def crossed() -> None:
        for name in ("Ann", "Ben", "Cid"):
            team.add({"name": name})
        team.edit(1, {"manager": 3})
        clients.add({"name": "Dan"})
        rates.add("EUR", "1.085")
        clients.add({"name": "Nobody"})
        rewind.undo()
        clients.add({"kind": "company", "name": "Acme"})
        clients.edit(1, {"company": 3})
        clients.delete(clients.add({"name": "Gone"}).id)
        with operation("merged") as recorder:
            recorder.update(Client.get(Client.name == "Gone"), merged_into=1)

    there_and_back(one(crossed))


def test_the_users_own_pipelines_take_the_place_of_the_first_one(one: Callable[..., Path]) -> None:
    def own() -> None:
        pipelines.edit(pipelines.add("Partners", ["Call", "Visit"]).id, position=1)
        pipelines.edit(pipelines.find_pipeline("Sales"), name="Trade")

    there_and_back(one(own))


def test_what_is_attached_comes_along_once_and_only_while_it_is_sound(one: Callable[..., Path]) -> None:
    def attached() -> None:
        for name in ("Ann", "Bob"):
            attachments.add("client", clients.add({"name": name}).id, io.BytesIO(b"plan"), "plan.txt")
        attachments.add("client", 1, io.BytesIO(b"lost"), "lost.txt")
        (connection.current().path.parent / "one.db-files" / attachments.get(3).sha256).unlink()

    folder = one(attached)
    there_and_back(folder)
    assert [path.read_bytes() for path in (folder / "one" / "files").iterdir()] == [b"plan"]
    with connection.opened(folder / "two.db"):
        assert [file.state for file in attachments.listed(thorough=True)] == ["kept", "kept", "missing"]
        assert folders.export(folder / "three").missing == 1


def test_every_table_goes_but_the_history_and_drafts(one: Callable[..., Path]) -> None:
    folder = one(lambda: clients.add({"name": "Ann"}))
    with connection.opened(folder / "one.db"):
        made = folders.export(folder / "one")
    gone = {table._meta.table_name for table in ALL} - {table._meta.table_name for table in whole.tables()}
    assert gone == {"operation", "change", "import_batch", "thinning", "draft"}
    assert [part.file for part in made.files] == [f"{whole.noun(table)}.csv" for table in whole.tables()]
    assert (folder / "one" / "clients.csv").read_text().splitlines()[1].startswith("1,person,Ann,")


def test_an_archive_is_the_folder_as_one_stream_and_the_same_each_time(one: Callable[..., Path], tmp_path: Path) -> None:
    folder = one(lambda: attachments.add("client", clients.add({"name": "Ann"}).id, io.BytesIO(b"plan"), "plan.txt"))
    first, second = io.BytesIO(), io.BytesIO()
    with connection.opened(folder / "one.db"):
        archives.export(first)
        archives.export(second)
        folders.export(folder / "one")
    assert first.getvalue() == second.getvalue()
    with connection.opened(folder / "two.db"):
        first.seek(0)
        assert archives.take(first).attached == 1
        folders.export(folder / "two")
    assert tree(folder / "one") == tree(folder / "two")


# ── one step


def test_an_import_of_everything_is_undone_and_done_again_as_one_step(demo_base: Path, tmp_path: Path) -> None:
    with connection.opened(demo_base):
        folders.export(tmp_path / "one")
    with connection.opened(tmp_path / "two.db", actor="ann"):
        empty = content()
        folders.take(tmp_path / "one")
        full = content()
        rewind.undo()
        assert content() == empty
        rewind.redo()
        assert content() == full
        rewind.undo()
        folders.take(tmp_path / "one")
        folders.export(tmp_path / "three")
    assert tree(tmp_path / "three") == tree(tmp_path / "one")


def test_a_new_record_gets_an_id_that_nobody_had(one: Callable[..., Path]) -> None:
    folder = one(lambda: [clients.add({"name": name}) for name in ("Ann", "Bob")])
    there_and_back(folder)
    with connection.opened(folder / "two.db"):
        assert clients.add({"name": "Cid"}).id == 3
        assert clients.find("bob") == 2


# ── refusals: nothing has changed


def refusal(folder: Path) -> CrmError:
    """Why the export of the folder is not taken; the base is as it was."""
    with connection.opened(folder / "two.db"):
        before = content()
        with pytest.raises(CrmError) as refused:
            folders.take(folder / "one")
        assert content() == before
    return refused.value


@pytest.fixture
def exported(one: Callable[..., Path]) -> Path:
    """A folder in which `one` is an export of a client, a deal and an attached file."""

    def small() -> None:
        deals.add({"title": "Roof", "client": clients.add({"name": "Ann"}).id})
        attachments.add("client", 1, io.BytesIO(b"plan"), "plan.txt")

    folder = one(small)
    with connection.opened(folder / "one.db"):
        folders.export(folder / "one")
    return folder


def test_a_base_that_holds_something_is_refused(exported: Path) -> None:
    with connection.opened(exported / "two.db"):
        clients.add({"name": "Zoe"})
        pipelines.add("Partners", ["Call"])
    why = refusal(exported)
    assert str(why) == "the base holds 1 client, 2 pipelines, 9 stages; import-all is for an empty one; name a new file: --db PATH"


def test_a_folder_in_which_something_is_is_not_written_to(exported: Path) -> None:
    before = tree(exported / "one")
    with connection.opened(exported / "one.db"), pytest.raises(Refused, match="one exists already"):
        folders.export(exported / "one")
    assert tree(exported / "one") == before
    (exported / "empty").mkdir()
    with connection.opened(exported / "one.db"):
        folders.export(exported / "empty")
    assert tree(exported / "empty") == before


def test_an_export_that_fails_leaves_no_folder(exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise Failed("the disk is full")

    before = {path.name for path in exported.iterdir()}
    monkeypatch.setattr(files.Draft, "keep", full)
    with connection.opened(exported / "one.db"), pytest.raises(Failed):
        folders.export(exported / "new")
    assert {path.name for path in exported.iterdir()} == before


def test_only_the_owner_can_read_an_export(exported: Path) -> None:
    assert (exported / "one").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (exported / "one").rglob("*") if path.is_file()} == {0o600}


@pytest.mark.parametrize("name", ["clients.csv", "stages.csv"])
def test_a_file_that_was_changed_is_refused(exported: Path, name: str) -> None:
    path = exported / "one" / name
    path.write_text(path.read_text() + "\n")
    assert "is not what the manifest says" in str(refusal(exported))
    path.unlink()
    assert "is missing" in str(refusal(exported))


def test_what_is_attached_is_checked_too(exported: Path) -> None:
    (path,) = (exported / "one" / "files").iterdir()
    path.write_bytes(b"PLAN")
    assert "is not what the manifest says" in str(refusal(exported))


def forge(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file of an export, and the manifest with it."""
    path = folder / "one" / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    told = json.loads((folder / "one" / "manifest.json").read_text())
    for part in told["files"]:
        if part["file"] == name:
            found = folders._part(folder / "one", path, part["rows"])
            part["sha256"], part["size_bytes"] = found.sha256, found.size_bytes
    (folder / "one" / "manifest.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("clients.csv", "1,person,", "1,ghost,", "clients do not fit to the rest"),
        ("clients.csv", "1,person,", "0,person,", 'clients 0: id cannot be "0"'),
        ("clients.csv", "1,person,", "9" * 30 + ",person,", "id cannot be"),
        ("clients.csv", "2026-03-04T10:00:00+00:00", "yesterday", 'created_at cannot be "yesterday"'),
        ("clients.csv", "Ann", "A\0n", "name cannot be"),
        ("clients.csv", "id,kind,name", "id,kind,nom", "the columns of clients are not those of this crmtui: nom"),
        ("deals.csv", "1,Roof,1,", "1,Roof,77,", "deals do not fit to the rest"),
        ("deals.csv", "1,Roof,1,", '1,"Roof,1,', "deals.csv is no CSV file of ours"),
    ],
)
def test_a_forged_file_is_refused_in_a_sentence(exported: Path, name: str, old: str, new: str, sentence: str) -> None:
    forge(exported, name, old, new)
    assert sentence in str(refusal(exported))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"program": "other"}, "is no manifest of crmtui"),
        ({"schema": 10_000}, "was written by a newer crmtui (0.1.0)"),
        ({"files": 7}, "is no manifest of crmtui"),
        ({"files": [{"file": "../../x", "rows": None, "size_bytes": 1, "sha256": "x"}]}, 'knows no file "../../x"'),
        ({"files": [{"file": "operations.csv", "rows": 1, "size_bytes": 1, "sha256": "x"}]}, 'knows no file "operations.csv"'),
    ],
)
def test_a_manifest_that_is_none_is_refused(exported: Path, change: dict[str, Any], sentence: str) -> None:
    path = exported / "one" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert sentence in str(refusal(exported))


def test_a_folder_without_a_manifest_is_no_export(exported: Path) -> None:
    (exported / "one" / "manifest.json").unlink()
    assert isinstance(refusal(exported), NotFound)


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("text", [b"", b"no archive at all" * 100])
def test_what_is_no_archive_is_refused(text: bytes) -> None:
    with pytest.raises((Refused, NotFound)):
        archives.take(io.BytesIO(text))


def test_an_older_export_without_a_newer_column_is_taken(exported: Path) -> None:
    columns = whole.columns(Deal)
    assert columns[-1] == "deleted_at"
    path = exported / "one" / "deals.csv"
    text = path.read_text()
    forge(exported, "deals.csv", text, "".join(line.rpartition(",")[0] + "\n" for line in text.splitlines()))
    with connection.opened(exported / "two.db"):
        folders.take(exported / "one")
        assert deals.get(1).title == "Roof"
