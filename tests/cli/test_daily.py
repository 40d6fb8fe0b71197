"""What a rep does between two calls, as it is typed: logging, tasks, leads, tags, reps, what was deleted by mistake."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.cli import lines
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]


@pytest.fixture(autouse=True)
def small_book(ok: Ok) -> None:
    """Ann and Ben work here; Kim is a lead of Ann's, from the fair."""
    for name in ("Ann", "Ben"):
        ok("add-rep", name)
    ok("add-client", "Kim", "--source", "fair", "--owner", "ann", "--tag", "oak")


def test_every_kind_of_contact_is_logged_in_one_line(ok: Ok) -> None:
    ok("add-deal", "Roof", "--client", "kim")
    assert ok("log-email", "kim", "sent", "--subject", "Offer", "--next", "call", "--due", "fri", "--move", "proposal", "--as", "ann") == (
        "logged email 1 with Kim; task 1 call; deal 1 to Proposal\n"
    )
    assert ok("log-meeting", "kim", "--minutes", "45", "--incoming", "--at", "2026-03-03 15:00") == "logged meeting 2 with Kim\n"
    assert ok("log-note", "kim", "likes\noak") == "logged note 3 with Kim\n"
    assert ok("log-message", "kim", "on my way", "--incoming") == "logged message 4 with Kim\n"
    listed = json.loads(ok("list-interactions", "--client", "kim", "--format", "json"))
    assert [(each["kind"], each["direction"], each["deal"]) for each in listed] == [
        ("message", "in", "Roof"), ("note", None, "Roof"), ("email", "out", "Roof"), ("meeting", "in", "Roof"),
    ]  # fmt: skip
    assert ok("list-interactions", "--rep", "ann", "--period", "today", "--format", "ids") == "1\n"
    assert ok("list-interactions", "--outcome", "SENT", "--kind", "email", "--format", "ids") == "1\n"


def test_a_long_list_of_interactions_comes_by_page(crm: Crm, ok: Ok) -> None:
    for number in range(5):
        ok("log-note", "kim", f"note {number}")
    ran = crm("list-interactions", "--limit", "2", "--page", "2")
    assert ran.err == "2 of 5 interactions; --page 3 for the next, --limit 0 for all\n"
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["3", "2"]


def test_a_task_is_put_off_given_away_and_dropped(ok: Ok) -> None:
    ok("add-task", "Order glass", "--due", "today 9:00", "--client", "kim", "--as", "ann")
    assert ok("snooze-task", "glass", "mon") == "snoozed task 1 Order glass, due 2026-03-09 09:00\n"
    assert ok("edit-task", "glass", "--for", "ben", "--priority", "high") == "changed task 1 Order glass\n"
    page = ok("show-task", "1")
    assert page.splitlines()[3:6] == ["for       Ben", "by        Ann", "priority  high"]
    assert ok("delete-task", "1") == "deleted task 1 Order glass\n"
    assert ok("list-tasks", "--format", "ids") == ""
    assert ok("list-tasks", "--state", "cancelled", "--format", "ids") == "1\n"


def test_a_lead_is_converted_once_or_given_up(crm: Crm, ok: Ok) -> None:
    assert ok("convert-lead", "kim", "--title", "Roof", "--value", "9000", "--stage", "qualified") == (
        "converted lead 1 Kim; deal 1 Roof in Qualified\n"
    )
    again = crm("convert-lead", "kim")
    assert lines.is_refusal(again, 5)
    assert again.err == "error: client 1 Kim is no lead but a prospect; crmtui add-deal TITLE --client 1 adds another deal\n"
    ok("add-client", "Lee")
    assert lines.is_refusal(crm("disqualify-lead", "lee"), 2)
    assert ok("disqualify-lead", "lee", "--reason", "no budget") == "disqualified lead 2 Lee: no budget\n"


def test_tags_are_put_and_taken_off_and_counted(crm: Crm, ok: Ok) -> None:
    assert ok("tag-client", "kim", "vip", "spring offer") == "tagged client 1 Kim: oak, spring offer, vip\n"
    assert ok("untag-client", "kim", "OAK") == "untagged client 1 Kim: spring offer, vip\n"
    assert [line.split()[1:] for line in ok("list-tags").splitlines()] == [["tag", "clients", "deals"], ["spring", "offer", "1", "0"],
                                                                           ["vip", "1", "0"]]  # fmt: skip
    assert crm("tag", "kim", "vip").err == 'error: no command "tag"; did you mean tag-client or tag-deal?\n'


def test_a_rep_leaves_only_when_the_open_work_is_in_other_hands(crm: Crm, ok: Ok) -> None:
    ok("add-deal", "Roof", "--client", "kim", "--owner", "ann")
    refused = crm("delete-rep", "ann")
    assert refused.err == "error: Ann has open work: 1 deal; pass --hand-to REP to give it to another\n"
    assert ok("delete-rep", "ann", "--hand-to", "ben") == "deleted rep 1 Ann; handed over 1 deal, 1 client\n"
    assert ok("edit-rep", "ann", "--active", "--region", "West") == "changed rep 1 Ann\n"
    assert "open deals  1" in ok("show-rep", "ben")


def test_what_was_deleted_by_mistake_is_brought_back(ok: Ok) -> None:
    ok("add-deal", "Roof", "--client", "kim")
    ok("delete-client", "kim", "--with-deals")
    ok("add-client", "Somebody else")
    assert ok("restore-client", "kim") == "restored client 1 Kim and 1 deal\n"
    ok("delete-deal", "roof")
    assert ok("restore-deal", "roof") == "restored deal 1 Roof\n"
