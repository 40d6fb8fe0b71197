"""What changed since, told in sentences; reports as of a moment; and the history made shorter: as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Ran

Ok = Callable[..., str]
Crm = Callable[..., Ran]
At = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Sets the clock."""
    return lambda text: monkeypatch.setenv("CRMTUI_NOW", text)


@pytest.fixture
def week(ok: Ok, at: At) -> None:
    """Two reps, a client and two deals in February; a week of work in March."""
    at("2026-02-02T09:00:00Z")
    ok("add-rep", "Brigid Fallow")
    ok("add-rep", "Nils Berg")
    ok("add-client", "Acme", "--kind", "company", "--owner", "1")
    ok("add-deal", "Winter garden", "--client", "1", "--value", "9,000", "--owner", "1")
    ok("add-deal", "Blinds", "--client", "1", "--expected-close", "2026-03-12", "--owner", "2")
    at("2026-03-02T09:00:00Z")
    as_ = ("--as", "Brigid Fallow")
    ok("move-deal", "1", "qualified", *as_)
    ok("edit-deal", "1", "--value", "12,500", *as_)
    ok("edit-deal", "2", "--expected-close", "2026-03-20", *as_)
    at("2026-03-03T09:00:00Z")
    ok("move-deal", "2", "lost", "--reason", "price", *as_)
    ok("undo", *as_)
    ok("edit-deal", "2", "--owner", "1", *as_)
    ok("move-deal", "1", "won", *as_)
    ok("add-task", "Measure", "--deal", "1", "--for", "2", *as_)
    ok("delete-deal", "2", *as_)
    at("2026-03-04T10:00:00Z")


def sentences(printed: str) -> list[str]:
    return [each["sentence"] for each in json.loads(printed)]


@pytest.mark.usefixtures("week")
def test_what_changed_since_monday_is_told_in_sentences_the_newest_first(ok: Ok) -> None:
    assert sentences(ok("changes", "--since", "monday", "--format", "json")) == [
        "Brigid Fallow deleted Blinds",
        "Brigid Fallow added task Measure",
        "Brigid Fallow won Winter garden, 12,500 USD",
        "Brigid Fallow gave Blinds from Nils Berg to Brigid Fallow",
        "Brigid Fallow put off Blinds from 12 March to 20 March",
        "Brigid Fallow raised Winter garden from 9,000 to 12,500 USD",
        "Brigid Fallow moved Winter garden from Lead to Qualified",
    ]


@pytest.mark.usefixtures("week")
def test_what_was_undone_only_after_the_stretch_still_belongs_to_it(ok: Ok) -> None:
    told = sentences(ok("changes", "--since", "2026-03-03", "--until", "2026-03-03 09:00:01", "--format", "json"))
    assert "Brigid Fallow lost Blinds: price" not in told
    ok("undo", "--as", "Brigid Fallow")
    until = ("--since", "2026-03-03", "--until", "2026-03-03", "--format", "json")
    assert sentences(ok("changes", *until))[0] == "Brigid Fallow deleted Blinds"
    assert sentences(ok("changes", "--since", "2026-03-04", "--format", "json")) == ["Brigid Fallow brought back Blinds"]


@pytest.mark.usefixtures("week")
def test_each_change_is_a_record_for_machines(ok: Ok) -> None:
    found: list[dict[str, Any]] = json.loads(ok("changes", "--since", "monday", "--format", "json"))
    assert found[5] == {
        "at": "2026-03-02T09:00:00Z", "who": "Brigid Fallow", "kind": "valued", "noun": "deal", "id": 1, "name": "Winter garden",
        "before": "9000.00 USD", "after": "12500.00 USD", "count": 1, "operation": 7,
        "sentence": "Brigid Fallow raised Winter garden from 9,000 to 12,500 USD",
    }  # fmt: skip
    assert [each["kind"] for each in found] == ["deleted", "added", "won", "assigned", "dated", "valued", "moved"]


@pytest.mark.usefixtures("week")
def test_changes_are_narrowed_to_a_rep_a_client_or_a_deal(ok: Ok) -> None:
    mine = [each["name"] for each in json.loads(ok("changes", "--since", "monday", "--owner", "Nils", "--format", "json"))]
    assert mine == ["Measure", "Blinds"]
    garden = sentences(ok("changes", "--deal", "Winter", "--format", "json"))
    assert garden == [
        "Brigid Fallow added task Measure",
        "Brigid Fallow won Winter garden, 12,500 USD",
        "Brigid Fallow raised Winter garden from 9,000 to 12,500 USD",
        "Brigid Fallow moved Winter garden from Lead to Qualified",
        "tester added Winter garden, 9,000 USD in Lead",
    ]
    assert sentences(ok("changes", "--client", "Acme", "--format", "json"))[-1] == "tester added Acme"


@pytest.mark.usefixtures("week")
def test_a_list_for_people_comes_by_page(ok: Ok, crm: Crm) -> None:
    ran = crm("changes", "--since", "monday", "--limit", "2")
    assert ran.out.splitlines()[1].split("  ")[0] == "2026-03-03 09:00"
    assert ran.err == "the first 2 changes; --page 2 for the next, --limit 0 for all\n"
    assert ok("changes", "--since", "monday", "--limit", "3", "--page", "3").count("\n") == 2
    assert crm("changes", "--since", "today").err == "nothing changed\n"
    assert crm("changes", "--since", "2026-03-05").code == 2


def test_an_import_and_a_change_of_many_are_one_line_each(ok: Ok, at: At, folder: Path) -> None:
    at("2026-03-02T09:00:00Z")
    (folder / "people.csv").write_text("Name,Email\n" + "".join(f"Ann {n},a{n}@x.lv\n" for n in range(8)))
    ok("import-csv", "clients", "people.csv")
    ok("edit-client", "--ids", "1,2,3,4,5,6", "--status", "customer")
    ok("edit-client", "--ids", "7,8", "--status", "prospect")
    found = json.loads(ok("changes", "--since", "monday", "--format", "json"))
    assert [(each["kind"], each["count"], each["sentence"]) for each in found] == [
        ("status", 1, "tester changed Ann 6 from lead to prospect"),
        ("status", 1, "tester changed Ann 7 from lead to prospect"),
        ("many", 6, "tester changed 6 clients (6 clients)"),
        ("imported", 8, "tester imported 8 clients from people.csv (8 created, 0 updated)"),
    ]
    assert sentences(ok("changes", "--client", "1", "--format", "json")) == [
        "tester changed Ann 0 from lead to customer", "tester added Ann 0",
    ]  # fmt: skip
    ok("undo")
    ok("undo")
    assert len(json.loads(ok("changes", "--since", "monday", "--format", "json"))) == 1


def test_a_later_value_does_not_change_what_a_deal_was_won_for(ok: Ok) -> None:
    ok("add-client", "Acme")
    ok("add-deal", "Doors", "--client", "1", "--value", "100")
    ok("move-deal", "1", "won")
    ok("edit-deal", "1", "--value", "EUR 250")
    assert sentences(ok("changes", "--deal", "1", "--format", "json")) == [
        "tester changed Doors from 100 USD to 250 EUR", "tester won Doors, 100 USD", "tester added Doors, 100 USD in Lead",
    ]  # fmt: skip


def test_what_was_undone_and_done_again_is_told_once(ok: Ok, at: At) -> None:
    ok("add-deal", "Doors")
    at("2026-03-05T10:00:00Z")
    ok("move-deal", "1", "qualified")
    ok("undo")
    ok("redo")
    assert sentences(ok("changes", "--since", "today", "--format", "json")) == ["tester moved Doors from Lead to Qualified"]
    ok("undo")
    assert sentences(ok("changes", "--since", "today", "--format", "json")) == []
    at("2026-03-06T10:00:00Z")
    ok("redo")
    assert sentences(ok("changes", "--since", "today", "--format", "json")) == ["tester moved Doors from Lead to Qualified"]


def test_merged_clients_are_told_once(ok: Ok) -> None:
    ok("add-client", "Kim")
    ok("add-client", "Kim Minsu")
    ok("merge-clients", "1", "2")
    assert sentences(ok("changes", "--since", "today", "--format", "json"))[0] == "tester merged Kim Minsu into Kim"


@pytest.mark.usefixtures("week")
def test_a_report_as_of_a_moment_prints_what_it_printed_then(ok: Ok, at: At) -> None:
    at("2026-03-02T09:00:00Z")
    ok("log-note", "1", "called")
    then = {form: ok("report", "pipeline", "--format", form) for form in ("table", "json", "csv", "html")}
    month = ok("report", "kpi", "--period", "last-month", "--format", "json")
    at("2026-03-31T10:00:00Z")
    ok("add-deal", "Late", "--client", "1", "--value", "1")
    for form, printed in then.items():
        assert ok("report", "pipeline", "--as-of", "2026-03-02 09:00", "--format", form) == printed
    assert ok("report", "kpi", "--period", "last-month", "--as-of", "2026-03-02 09:00", "--format", "json") == month
    assert json.loads(ok("report", "today", "--as-of", "2026-03-02", "--format", "json"))["as_of"] == "2026-03-02T23:59:59.999999Z"


@pytest.mark.usefixtures("week")
def test_a_moment_that_is_not_known_is_refused(crm: Crm) -> None:
    ran = crm("report", "kpi", "--as-of", "2026-02-01")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err.startswith("error: what was before 2026-02-02 09:00 is not known: the history of this base begins then")
    assert crm("report", "kpi", "--as-of", "2026-03-05").code == 2
    told = crm("report", "overdue", "--new-only", "--as-of", "2026-03-01")
    assert (told.code, told.err.split(";")[0]) == (2, "error: what was told before a moment of the past is not known")


@pytest.mark.usefixtures("week")
def test_compacting_says_what_is_lost_and_rehearses(ok: Ok, crm: Crm) -> None:
    tried = crm("compact-history", "--before", "2026-03-01", "--dry-run")
    assert tried.out == "not done: compacted the history before 2026-03-01: let go of 7 changes of 5 operations (operation 15)\n"
    assert ok("history", "--format", "json").count('"id"') == 14
    done = crm("compact-history", "--before", "2026-03-01")
    assert done.out == "compacted the history before 2026-03-01: let go of 7 changes of 5 operations (operation 15)\n"
    assert done.err.splitlines() == [
        "operations up to 5 can no longer be undone; report --as-of goes back to 2026-02-02 09:00",
        "the file keeps its size: what comes is written into the room",
    ]
    assert crm("changes", "--deal", "1").err == "what changed up to 2026-02-02 09:00 was let go of by compact-history\n"
    assert crm("compact-history", "--before", "2026-03-01").out == "nothing before 2026-03-01 is left to compact\n"
