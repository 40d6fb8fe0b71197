"""Imports as a whole on the command line: listed, shown, told when the same file comes again, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]

FILE = b"ID,Name,Email\n1,Ann,ann@example.org\n2,Ben,ben@example.org\n3,Cid,cid@example.org\n"


@pytest.fixture
def imported(ok: Ok) -> None:
    ok("import-csv", "clients", "-", stdin=FILE)


def test_imports_are_listed_newest_first(ok: Ok, imported: None) -> None:
    ok("import-csv", "products", "-", stdin=b"name,price\nGlass,20\n")
    found = json.loads(ok("list-imports", "--format", "json"))
    assert [(each["id"], each["kind"], each["created"]) for each in found] == [(2, "products", 1), (1, "clients", 3)]
    assert ok("list-imports", "--limit", "1").splitlines()[1].split()[:4] == ["2", "2026-03-04", "10:00", "tester"]


def test_the_same_file_again_is_said_and_changes_nothing(ok: Ok, imported: None) -> None:
    told = ok("import-csv", "clients", "-", stdin=FILE).splitlines()
    assert told == [
        "imported 3 clients: 0 created, 0 updated, 3 unchanged, 0 skipped, 0 rejected", "imported already as operation 1 on 2026-03-04",
    ]  # fmt: skip
    assert len(json.loads(ok("list-imports", "--format", "json"))) == 1


def test_an_import_is_shown_with_its_records_by_page(ok: Ok, imported: None) -> None:
    told = ok("show-import", "1", "--limit", "2").splitlines()
    assert told[0].split() == ["import", "clients", "from", "stdin", "(id", "1)"]
    assert told[-2:] == ["client   2  Ben   created", "2 of 3 records; --page 2 for the next, --limit 0 for all"]
    page = json.loads(ok("show-import", "last", "--limit", "2", "--page", "2", "--format", "json"))
    assert (page["touched"], [each["label"] for each in page["records"]]) == (3, ["Cid"])


def test_an_import_is_taken_back_and_what_stays_is_named(ok: Ok, imported: None) -> None:
    ok("edit-client", "Ben", "--source", "fair")
    ok("log-call", "Cid", "reached")
    assert ok("undo-import", "1").splitlines() == [
        "took back import 1 (3 clients from stdin): 1 removed, 0 restored, 2 kept", "kept client 2 Ben: changed since by operation 2",
        "kept client 3 Cid: interaction 1 was added to it since", "operation 4; crmtui undo --id 4 brings the import back",
    ]  # fmt: skip
    assert [each["name"] for each in json.loads(ok("list-clients", "--format", "json"))] == ["Ben", "Cid"]
    ok("undo")
    assert len(json.loads(ok("list-clients", "--format", "json"))) == 3


def test_a_rehearsal_says_what_would_stay_and_changes_nothing(crm: Crm, ok: Ok, imported: None) -> None:
    ran = crm("undo-import", "last", "--dry-run")
    assert (ran.code, ran.err) == (0, "dry run: nothing was changed\n")
    assert ran.out == ("not done: took back import 1 (3 clients from stdin): 3 removed, 0 restored, 0 kept\n")
    assert len(json.loads(ok("list-clients", "--format", "json"))) == 3


@pytest.mark.parametrize("ref", ["99", "zzqx", "", "2"])
def test_what_is_no_import_is_not_found(crm: Crm, ok: Ok, imported: None, ref: str) -> None:
    ok("add-client", "Dan")
    ran = crm("undo-import", ref)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == f'error: no import "{ref}"; crmtui list-imports lists them\n'


def test_a_second_time_is_refused(crm: Crm, ok: Ok, imported: None) -> None:
    ok("undo-import", "1")
    ran = crm("undo-import", "1")
    assert (ran.code, ran.out) == (5, "")
    assert crm("undo-import", "last").code == 3
