"""Consent, a person taken out and erased, a base checked, restored and recovered, as they are typed."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.books import contents
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]


@pytest.fixture
def ann(ok: Ok) -> str:
    """Ann Berg, client 1, beside Ben, client 2, in whose note she is named."""
    ok("add-client", "Ann Berg", "--email", "ann@example.org", "--phone", "+371 2000 1234", "--notes", "blue door")
    ok("add-client", "Ben Otto")
    ok("log-note", "2", "knows Ann Berg")
    return "1"


def test_a_refusal_is_kept_shown_and_told_to_whoever_calls(crm: Crm, ok: Ok, ann: str) -> None:
    assert ok("set-consent", ann, "call", "no", "--source", "by phone") == "client 1 Ann Berg: call refused\n"
    assert "consent, call  refused since 2026-03-04 (by phone)\n" in ok("show-client", ann)
    ran = crm("log-call", ann, "reached")
    assert (ran.code, ran.err) == (0, "client 1 does not want to be called, since 2026-03-04 (by phone)\n")
    assert crm("log-call", ann, "reached", "--incoming").err == ""
    assert crm("log-email", ann, "sent").err == ""


def test_those_who_may_be_written_to_are_listed(ok: Ok, ann: str) -> None:
    assert ok("list-clients", "--may", "email", "--format", "ids") == ""
    ok("set-consent", "2", "email", "yes")
    assert ok("list-clients", "--may", "email", "--format", "ids") == "2\n"


def test_a_person_is_taken_out_as_one_document(ok: Ok, crm: Crm, ann: str, folder: Path) -> None:
    ok("set-consent", ann, "post", "yes")
    told = json.loads(ok("export-person", ann))
    assert (told["name"], told["emails"], told["notes"]) == ("Ann Berg", ["ann@example.org"], "blue door")
    assert [each["channel"] for each in told["consents"]] == ["post"]
    assert "Ann Berg" in {each["after"] for each in told["history"]}
    ran = crm("export-person", ann, "--output", "ann.json")
    assert (ran.code, ran.out, ran.err) == (0, "", "all that is held about client 1 to ann.json\n")
    assert json.loads((folder / "ann.json").read_text("utf-8")) == told
    assert stat.S_IMODE((folder / "ann.json").stat().st_mode) == 0o600


def test_erasing_asks_first_and_leaves_nothing(crm: Crm, ok: Ok, ann: str, folder: Path) -> None:
    before = contents(folder / "crm.db")
    assert crm("erase-person", ann).code == 7
    assert "nothing was changed" in ok("erase-person", ann, "--dry-run")
    assert contents(folder / "crm.db") == before
    ran = crm("erase-person", ann, "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("erased client 1: ")
    assert ran.out.endswith("; it cannot be undone\n")
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for text in (b"Ann Berg", b"ann berg", b"ann@example.org", b"20001234", b"2000 1234", b"blue door"):
        assert text not in whole, text
    assert crm("show-client", ann).code == 3
    assert crm("undo").code == 5


def test_an_old_list_that_brings_an_erased_person_back_is_told(crm: Crm, ok: Ok, ann: str) -> None:
    ok("erase-person", ann, "--yes")
    ran = crm("import-csv", "clients", "-", stdin=b"name,email\nA. B.,ANN@example.org\n")
    assert "client 3 (erased on 2026-03-04) had themselves erased and are here again" in ran.err


def test_a_restore_is_rehearsed_then_done_then_told_in_history(crm: Crm, ok: Ok, ann: str, folder: Path) -> None:
    ok("backup", "copy.backup")
    ok("add-client", "Cleo")
    assert ok("restore", "copy.backup", "--dry-run").startswith("copy.backup is sound: 2 clients, 0 deals, 3 operations; nothing")
    told = json.loads(ok("restore", "copy.backup", "--format", "json"))
    assert (told["clients"], told["operation"]) == (2, 4)
    assert Path(told["saved"]).is_file()
    assert ok("history", "--limit", "1", "--format", "json").count("restored copy.backup") == 1
    assert crm("restore", "none.backup").code == 3
    assert crm("restore", "crm.db").code == 5


def test_a_restore_makes_the_base_where_there_is_none(ok: Ok, ann: str, folder: Path) -> None:
    ok("backup", "copy.backup")
    ok("restore", "copy.backup", "--db", "other.db")
    assert ok("list-clients", "--db", "other.db", "--format", "ids") == "1\n2\n"


def test_a_check_leaves_with_9_when_something_is_wrong(crm: Crm, ok: Ok, ann: str, folder: Path) -> None:
    assert crm("check").code == 0
    os.chmod(folder / "crm.db", 0o644)
    ran = crm("check", "--quick", "--format", "json")
    assert ran.code == 9
    assert [each["name"] for each in json.loads(ran.out) if each["state"] == "wrong"] == ["permissions"]
    assert crm("check", "--repair").code == 0
    assert stat.S_IMODE((folder / "crm.db").stat().st_mode) == 0o600
    assert crm("check", "--quick", "--deep").code == 2


def test_a_hostile_base_is_refused_in_one_sentence_and_its_records_are_saved(crm: Crm, ok: Ok, ann: str, folder: Path) -> None:
    from crmtui.store.connection import driver

    other = driver.connect(str(folder / "crm.db"))
    other.execute("CREATE TRIGGER steal AFTER INSERT ON client BEGIN DELETE FROM client; END")
    other.close()
    for line in (["list-clients"], ["add-client", "Cleo"], ["check"]):
        ran = crm(*line)
        assert (ran.code, ran.err.count("\n")) == (5, 1)
        assert 'holds a trigger "steal" that is not ours; crmtui recover takes only the records over into a new base' in ran.err
    assert ok("recover", "crm.db", "new.db").endswith("at most 0 lost\n")
    assert ok("list-clients", "--db", "new.db", "--format", "ids") == "1\n2\n"


def test_the_first_change_of_a_day_is_no_different_but_for_the_backup(
    crm: Crm, ok: Ok, ann: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T10:00:00+00:00")
    ran = crm("log-call", ann, "reached")
    assert (ran.code, ran.err) == (0, "")
    assert [path.name for path in folder.glob("*.backup")] == ["crm.db-20260305-daily.backup"]
