"""Doubles on the command line: found, made one, told apart, and the word that adding one is answered by."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.conftest import Ran

Ok = Callable[..., str]
Crm = Callable[..., Ran]


def kims(ok: Ok) -> None:
    ok("add-client", "김민수", "--phone", "+82 2 312 3456", "--source", "fair")
    ok("add-client", "Minsu Kim", "--phone", "+82 2 312 3456", "--source", "web", "--city", "Seoul", "--allow-duplicate")


def test_doubles_are_listed_with_score_and_reasons(ok: Ok, crm: Crm) -> None:
    kims(ok)
    ran = crm("find-duplicates")
    assert ran.out == (
        "score  id  client  id  and        because\n   96   1  김민수   2  Minsu Kim  same phone, swapped first and last name\n"
    )
    assert ran.err == "crmtui merge-clients ID ID makes two one, not-duplicates ID ID remembers that they are two\n"
    (pair,) = json.loads(ok("find-duplicates", "--format", "json"))
    assert pair == {
        "a_id": 1, "a": "김민수", "b_id": 2, "b": "Minsu Kim", "score": 96, "reasons": ["same phone", "swapped first and last name"],
    }  # fmt: skip
    assert ok("find-duplicates", "--format", "tsv").splitlines()[0] == "a_id\ta\tb_id\tb\tscore\treasons"


def test_findings_leave_with_9_when_asked_to(ok: Ok, crm: Crm) -> None:
    ran = crm("find-duplicates", "--fail-on-findings")
    assert (ran.code, ran.out, ran.err) == (0, "", "there is no base at " + ran.err.partition(" at ")[2])
    kims(ok)
    assert crm("find-duplicates", "--fail-on-findings").code == 9
    assert crm("find-duplicates", "--fail-on-findings", "--min-score", "97").code == 0


def test_a_limited_list_says_how_many_there_are(ok: Ok, crm: Crm) -> None:
    kims(ok)
    ok("add-client", "Kim Minsu", "--phone", "+82 2 312 3456", "--allow-duplicate")
    ran = crm("find-duplicates", "--limit", "1")
    assert ran.out.count("\n") == 2
    assert ran.err.startswith("1 of 3 pairs; --limit 0 for all; ")
    assert ok("find-duplicates", "--limit", "0", "--format", "jsonl").count("\n") == 3


def test_two_are_made_one_and_the_old_id_leads_to_it(ok: Ok) -> None:
    kims(ok)
    ok("add-deal", "Roof", "--client", "2")
    told = "merged client 2 Minsu Kim into 1 김민수; took over 1 deal\n"
    assert ok("merge-clients", "1", "minsu kim", "--take", "source=b") == told
    shown = json.loads(ok("show-client", "2", "--format", "json"))
    assert (shown["id"], shown["source"], shown["addresses"][0]["city"]) == (1, "web", "Seoul")
    assert [deal["title"] for deal in shown["deals"]] == ["Roof"]
    assert ok("list-clients", "--format", "ids") == "1\n"


def test_undo_gives_an_export_that_is_equal_to_the_byte(ok: Ok) -> None:
    kims(ok)
    before = [ok("export-csv", kind) for kind in ("clients", "deals", "interactions", "tasks", "purchases")]
    ok("merge-clients", "1", "2", "--take", "name=b", "--take", "phones=b")
    assert ok("export-csv", "clients") != before[0]
    ok("undo")
    assert [ok("export-csv", kind) for kind in ("clients", "deals", "interactions", "tasks", "purchases")] == before


def test_a_rehearsal_shows_what_becomes_of_each_field_and_changes_nothing(ok: Ok, crm: Crm) -> None:
    kims(ok)
    before = ok("export-csv", "clients")
    ran = crm("merge-clients", "1", "2", "--take", "source=b", "--dry-run")
    assert (ran.code, ran.err) == (0, "dry run: nothing was changed\n")
    assert [line.split() for line in ran.out.splitlines()][:2] == [
        ["field", "kept", "other", "result"],
        ["name", "김민수", "Minsu", "Kim", "김민수"],
    ]
    choices = json.loads(ok("merge-clients", "1", "2", "--take", "source=b", "--dry-run", "--format", "json"))
    assert {"field": "source", "a": "fair", "b": "web", "result": "web"} in choices
    assert ok("export-csv", "clients") == before


def test_what_cannot_be_chosen_or_merged_is_refused(ok: Ok, crm: Crm) -> None:
    kims(ok)
    ok("add-client", "Acme", "--kind", "company")
    for words, code, told in (
        (("1", "2", "--take", "sorce=b"), 2, 'error: no field "sorce" to choose; did you mean "source"?'),
        (("1", "2", "--take", "source"), 2, 'error: "source" chooses nothing; write it as FIELD=b'),
        (("1", "2", "--take", "source=c"), 2, 'error: no side "c" of source; a is the client that is kept, b the other'),
        (("1", "1"), 5, "error: client 1 cannot be merged with itself"),
        (("1", "3"), 5, "error: 김민수 is a person, Acme a company"),
        (("1", "9"), 3, 'error: no client "9"'),
    ):
        ran = crm("merge-clients", *words)
        assert (ran.code, ran.out) == (code, "")
        assert ran.err.startswith(told)


def test_those_told_apart_are_not_offered_again(ok: Ok, crm: Crm) -> None:
    kims(ok)
    assert ok("not-duplicates", "2", "1") == "clients 1 김민수 and 2 Minsu Kim are not the same\n"
    assert ok("not-duplicates", "1", "2") == "clients 1 김민수 and 2 Minsu Kim were known not to be the same\n"
    assert crm("find-duplicates").err == "no duplicates\n"
    ok("undo")
    assert ok("find-duplicates", "--format", "csv").count("\n") == 2


def test_adding_who_looks_like_somebody_says_so_and_adds_them(ok: Ok, crm: Crm) -> None:
    ok("add-client", "Пётр Иванов", "--phone", "+7 916 123-45-67")
    ran = crm("add-client", "Иванов Пётр", "--phone", "8 916 123-45-67")
    assert (ran.code, ran.out) == (0, "added client 2 Иванов Пётр\n")
    assert ran.err == (
        "looks like client 1 Пётр Иванов (same phone, swapped first and last name); crmtui merge-clients 1 2 makes them one\n"
    )
    assert crm("add-client", "Пётр Иванов", "--email", "other@example.com").err == ""
    assert crm("add-client", "Пётр Иванов", "--phone", "+79161234567", "--allow-duplicate").err == ""
