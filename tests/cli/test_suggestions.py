"""Tasks among people and what to do next, as they are typed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli import lines
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]


@pytest.fixture(autouse=True)
def small_book(ok: Ok, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann, who works, and Ben; Kim has a deal whose next step is to measure."""
    for name in ("Ann", "Ben"):
        ok("add-rep", name)
    monkeypatch.setenv("CRMTUI_REP", "ann")
    ok("add-client", "Kim", "--status", "prospect")
    ok("add-deal", "Roof", "--client", "kim", "--value", "1000", "--next", "measure", "--next-on", "yesterday")


def test_a_task_with_a_checklist_from_its_beginning_to_its_end(crm: Crm, ok: Ok) -> None:
    added = ok("add-task", "Measure", "--deal", "roof", "--due", "in 2 working hours", "--item", "ring", "--item", "drive")
    assert added == "added task 1 Measure, due 2026-03-04 12:00\n"
    assert ok("add-task", "Fit", "--after", "measure") == "added task 2 Fit, waits for 1 Measure\n"
    assert ok("check-task", "measure", "1") == "checked ring of task 1 Measure: 1 of 2 done\n"
    assert [line.split("  ")[-1].strip() for line in ok("list-tasks").splitlines()[1:]] == ["1/2", "waits for 1"]
    page = ok("show-task", "fit").splitlines()
    assert page[1] == "state     open, waits for 1 Measure"
    assert ok("show-task", "1").splitlines()[-4:] == [
        "Checklist", "item  what   done", "   1  ring   2026-03-04 10:00", "   2  drive",
    ]  # fmt: skip
    assert crm("complete-task", "1") == Ran(
        0,
        "completed task 1 Measure\n",
        "not done of task 1: drive\n"
        "task 2 Fit need not wait any more\n"
        "deal 1 Roof has no next step now; crmtui edit-deal 1 --next … gives it one\n",
    )


def test_the_json_of_a_task_that_is_done_says_what_follows(ok: Ok) -> None:
    ok("add-task", "Measure", "--deal", "roof", "--item", "drive")
    done = json.loads(ok("complete-task", "1", "--next", "Send offer", "--due", "2 working days", "--format", "json"))
    assert {name: done[name] for name in ("state", "items_left", "freed", "following_id", "step_id", "deal_stalled")} == {
        "state": "done", "items_left": ["drive"], "freed": [], "following_id": None, "step_id": 2, "deal_stalled": False,
    }  # fmt: skip
    assert json.loads(ok("show-deal", "roof", "--format", "json"))["next_step_on"] == "2026-03-06"


def test_many_tasks_done_at_once_name_each_stalled_deal_once(crm: Crm, ok: Ok) -> None:
    for title in ("Measure", "Call"):
        ok("add-task", title, "--deal", "roof")
    ran = crm("complete-task", "--ids", "1,2")
    assert ran.out == "completed 2 tasks\n"
    assert ran.err.splitlines() == ["deal 1 Roof has no next step now; crmtui edit-deal 1 --next … gives it one"]


def test_given_by_me_and_not_done(crm: Crm, ok: Ok) -> None:
    ok("add-task", "Order glass", "--for", "me")
    assert ok("delegate-task", "glass", "ben", "--note", "oak frames") == "gave task 1 Order glass to Ben\n"
    assert ok("list-tasks", "--given-by", "me", "--state", "open", "--format", "ids") == "1\n"
    assert ok("list-tasks", "--given-by", "me", "--as", "ben", "--format", "ids") == ""
    assert ok("show-task", "1").splitlines()[2:6] == ["for       Ben", "by        Ann", "priority  normal", "given by  Ann"]
    assert lines.is_refusal(crm("delegate-task", "1", "ben"), 5)


def test_a_waiting_task_cannot_be_made_to_wait_for_itself(crm: Crm, ok: Ok) -> None:
    ok("add-task", "One")
    ok("add-task", "Two", "--after", "one")
    ran = crm("edit-task", "1", "--after", "two")
    assert lines.is_refusal(ran, 5)
    assert ran.err.startswith("error: task 1 cannot wait for task 2, which waits for it")


def test_hours_of_a_rep_are_told_and_counted(crm: Crm, ok: Ok) -> None:
    ok("edit-rep", "ben", "--hours", "mon-fri 12:00-16:00", "--holidays", "2026-03-05")
    assert "hours       mon-fri 12:00-16:00" in ok("show-rep", "ben").splitlines()
    assert ok("add-task", "Order", "--for", "ben", "--due", "in 5 working hours") == "added task 1 Order, due 2026-03-06 13:00\n"
    assert lines.is_refusal(crm("edit-rep", "ben", "--hours", "often"), 2)


def test_the_health_of_a_deal_is_on_its_page(ok: Ok) -> None:
    page = ok("show-deal", "roof").splitlines()
    assert "health       65: next step 1 day late (−20), no expected close (−10), no phone and no mail (−5)" in page
    health = json.loads(ok("show-deal", "roof", "--format", "json"))["health"]
    assert (health["score"], health["parts"][0]) == (65, {"name": "next step", "points": 5, "most": 25, "words": "next step 1 day late"})


def test_suggestions_are_listed_with_their_reason_and_hidden_for_a_while(ok: Ok, crm: Crm) -> None:
    (found,) = json.loads(ok("suggest", "--owner", "me", "--format", "json"))
    assert (found["noun"], found["id"], found["action"], found["reason"]) == (
        "deal", 1, "next step: measure", "the next step was due yesterday",
    )  # fmt: skip
    assert (found["money_at_risk_cents"], found["currency"]) == (10_000, "USD")
    assert ok("hide-suggestion", "deal", "roof") == "hid what is suggested about deal 1 Roof until 2026-03-11 10:00\n"
    assert crm("suggest") == Ran(0, "", "nothing waits: every deal and client is looked after\n")
    assert ok("undo").startswith("undone: hid what is suggested about deal Roof")
    assert ok("suggest", "--format", "ids") == "1\n"
