"""Checklists of tasks, tasks that wait for another, and tasks given to others."""

from __future__ import annotations

import pytest

from crmtui import dates, team
from crmtui.activities import checklists, tasks
from crmtui.clients import clients
from crmtui.errors import Ambiguous, NotFound, Refused
from crmtui.sales import deals, followups
from crmtui.store import rewind
from crmtui.store.connection import Base


@pytest.fixture(autouse=True)
def people(base: Base) -> Base:
    """Ann (1), who works, and Ben (2) and Cleo (3)."""
    for name in ("Ann", "Ben", "Cleo"):
        team.add({"name": name})
    base.actor_id = 1
    return base


def shown(task: int) -> list[tuple[int, str, bool]]:
    return [(item.position, item.text, item.done_at is not None) for item in tasks.page(task).checklist]


# ── checklists


def test_items_are_checked_by_number_or_words_and_counted() -> None:
    task = tasks.add("Order", items=["measure", "choose glass", "order glass"]).id
    assert checklists.check(task, ["1", "choose"]) == ("measure", "choose glass")
    assert shown(task) == [(1, "measure", True), (2, "choose glass", True), (3, "order glass", False)]
    # Of two items with the word, the one that is not done is meant.
    assert checklists.check(task, ["glass"]) == ("order glass",)
    assert (tasks.get(task).items, tasks.get(task).items_done) == (3, 3)
    checklists.check(task, ["1"], done=False)
    assert shown(task)[0] == (1, "measure", False)


def test_an_item_that_is_not_there_or_may_be_several_is_refused() -> None:
    task = tasks.add("Order", items=["choose glass", "order glass"]).id
    for wrong, kind in (("3", NotFound), ("glass", Ambiguous), ("", NotFound), ("9" * 30, NotFound)):
        with pytest.raises(kind, match="item"):
            checklists.check(task, [wrong])
    assert tasks.get(task).items_done == 0
    with pytest.raises(NotFound, match="no task 99"):
        checklists.check(99, ["1"])


def test_a_change_adds_checks_and_drops_items_in_one_step_that_can_be_undone() -> None:
    task = tasks.add("Order", items=["measure", "choose"]).id
    tasks.edit(task, {"items": ["order"], "done_items": ["measure"], "dropped_items": ["choose"], "title": "Order oak"})
    assert shown(task) == [(1, "measure", True), (2, "order", False)]
    rewind.undo()
    assert shown(task) == [(1, "measure", False), (2, "choose", False)]
    assert tasks.get(task).title == "Order"


def test_a_task_may_be_done_with_items_left_which_are_told() -> None:
    task = tasks.add("Order", items=["measure", "order"]).id
    checklists.check(task, ["measure"])
    assert tasks.complete(task).left == ("order",)


def test_the_next_of_a_repeating_task_has_the_same_list_to_be_done_again() -> None:
    task = tasks.add("Clean", due=dates.read("today"), repeat="weekly", items=["floor", "desk"]).id
    checklists.check(task, ["1", "2"])
    following = tasks.complete(task).following
    assert following is not None
    assert shown(following.id) == [(1, "floor", False), (2, "desk", False)]


# ── one waits for another


def test_a_waiting_task_is_listed_last_until_the_one_before_is_done() -> None:
    first = tasks.add("Order", due=dates.read("fri")).id
    second = tasks.add("Fit", due=dates.read("today"), after=first).id
    assert [job.id for job in tasks.listed()] == [first, second]
    assert (tasks.get(second).waiting, tasks.get(second).after) == (True, "Order")
    assert tasks.page(first).followed_by == (second,)
    assert [job.id for job in tasks.complete(first).freed] == [second]
    assert not tasks.get(second).waiting
    assert [job.id for job in tasks.listed(state=None)] == [second, first]


def test_no_circle_of_waiting_arises() -> None:
    one = tasks.add("One").id
    two = tasks.add("Two", after=one).id
    three = tasks.add("Three", after=two).id
    for after in (three, one):
        with pytest.raises(Refused, match=f"task {one} cannot wait for task {after}"):
            tasks.edit(one, {"after": str(after)})
    assert tasks.edit(three, {"after": ""}).after_id is None
    assert tasks.edit(three, {"after": "one"}).after_id == one


def test_there_is_no_waiting_for_what_is_done() -> None:
    done = tasks.add("Order").id
    tasks.complete(done)
    with pytest.raises(Refused, match="is done already"):
        tasks.add("Fit", after=done)
    assert tasks.count() == 0


# ── given to others


def given_by(rep: int) -> list[str]:
    return [job.title for job in tasks.listed(given_by=rep)]


def test_author_and_giver_find_what_others_have_not_done(people: Base) -> None:
    task = tasks.add("Order", assignee=2, note="oak").id
    tasks.add("Own")
    assert given_by(1) == ["Order"]
    people.actor_id = 2
    moved = tasks.delegate(task, 3, note="by Friday")
    assert (moved.assignee, moved.author, moved.given_by, moved.note) == ("Cleo", "Ann", "Ben", "oak\nby Friday")
    assert (given_by(1), given_by(2), given_by(3)) == (["Order"], ["Order"], [])
    assert tasks.count(given_by=2) == 1
    tasks.complete(task)
    assert (given_by(1), given_by(2)) == ([], [])


def test_a_task_is_not_given_to_who_has_it_or_has_left() -> None:
    task = tasks.add("Order", assignee=2).id
    team.edit(3, {"active": False})
    for rep, why in ((2, "Ben, who has it already"), (3, "Cleo, who works here no longer")):
        with pytest.raises(Refused, match=why):
            tasks.delegate(task, rep)


def test_me_is_whoever_works(people: Base) -> None:
    assert team.find("Me") == 1
    people.actor_id = None
    with pytest.raises(NotFound, match='no rep "me"'):
        team.find("me")
    own = team.add({"name": "Me"}).id
    assert team.find("me") == own


# ── the next step of a deal


@pytest.fixture
def roof() -> int:
    client = clients.add({"name": "Kim"}).id
    return deals.add({"title": "Roof", "client": client, "next_step": "Measure", "next_step_on": "fri"}).id


def test_the_next_open_task_takes_the_place_of_a_next_step_that_is_done(roof: int) -> None:
    tasks.add("Write", due=dates.read("mon"), deal=roof)
    tasks.complete(tasks.add("measure", due=dates.read("fri"), deal=roof).id)
    assert (deals.get(roof).next_step, deals.get(roof).next_step_on) == ("Write", dates.day("mon"))
    done = followups.complete(tasks.listed(deal=roof)[0].id)
    assert (done.deal_stalled, deals.get(roof).next_step) == (True, None)
    rewind.undo()
    assert deals.get(roof).next_step == "Write"


def test_a_next_step_of_another_kind_stays(roof: int) -> None:
    done = followups.complete(tasks.add("Call", deal=roof).id)
    assert (done.deal_stalled, deals.get(roof).next_step) == (False, "Measure")


def test_the_next_step_is_named_while_completing(roof: int) -> None:
    task = tasks.add("Measure", deal=roof).id
    done = followups.complete(task, next_step="Send offer", due=dates.read("mon"))
    made = tasks.get(done.step_id or 0)
    assert (made.title, made.due_on, made.deal_id, done.deal_stalled) == ("Send offer", dates.day("mon"), roof, False)
    assert (deals.get(roof).next_step, deals.get(roof).next_step_on) == ("Send offer", dates.day("mon"))
    rewind.undo()
    assert [job.id for job in tasks.listed()] == [task]
    with pytest.raises(Refused, match="a due date needs a next step"):
        followups.complete(task, due=dates.read("mon"))
