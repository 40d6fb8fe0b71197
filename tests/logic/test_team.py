"""Reps who leave, and what becomes of their open work."""

from __future__ import annotations

import pytest

from crmtui import team
from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.errors import Refused
from crmtui.sales import deals, handovers, moves
from crmtui.store import history, rewind
from crmtui.store.connection import Base


@pytest.fixture
def reps(base: Base) -> tuple[int, int]:
    """Ann, who has an open and a lost deal, an open and a done task, and a client; and Ben, who has nothing."""
    ann, ben = team.add({"name": "Ann"}).id, team.add({"name": "Ben"}).id
    kim = clients.add({"name": "Kim", "owner": ann})
    for title in ("Roof", "Door"):
        deals.add({"title": title, "client": kim.id, "owner": ann})
        tasks.add(title, assignee=ann)
    moves.move(2, "lost", reason="price")
    tasks.complete(2)
    return ann, ben


def test_nobody_leaves_open_work_behind(reps: tuple[int, int]) -> None:
    with pytest.raises(Refused, match="Ann has open work: 1 deal, 1 task") as refused:
        handovers.leave(reps[0])
    assert refused.value.hint == "pass --hand-to REP to give it to another"
    assert team.get(reps[0]).active


def test_open_work_is_handed_over_in_the_same_operation_and_the_past_stays(reps: tuple[int, int]) -> None:
    ann, ben = reps
    left = handovers.leave(ann, hand_to=ben)
    assert (left.member.active, left.deals, left.tasks, left.clients) == (False, 1, 1, 1)
    assert [deals.get(id_).owner for id_ in (1, 2)] == ["Ben", "Ann"]
    assert [tasks.get(id_).assignee for id_ in (1, 2)] == ["Ben", "Ann"]
    assert clients.get(1).owner == "Ben"
    assert history.operations(limit=1)[0].summary == "deleted rep Ann, handed to Ben: 1 deal, 1 task, 1 client"
    rewind.undo()
    assert (team.get(ann).active, deals.get(1).owner, tasks.get(1).assignee) == (True, "Ann", "Ann")


def test_who_has_no_open_work_just_leaves_and_may_come_back(reps: tuple[int, int]) -> None:
    ben = reps[1]
    assert handovers.leave(ben).member.active is False
    with pytest.raises(Refused, match="works here no longer already"):
        handovers.leave(ben)
    assert team.edit(ben, {"active": True}).active


@pytest.mark.parametrize("successor", [1, 3])
def test_work_goes_only_to_another_who_works_here(reps: tuple[int, int], successor: int) -> None:
    handovers.leave(team.add({"name": "Gone"}).id)
    with pytest.raises(Refused, match="cannot be handed to"):
        handovers.leave(reps[0], hand_to=successor)
    assert team.get(reps[0]).active


def test_a_reps_page_counts_what_is_open(reps: tuple[int, int]) -> None:
    page = handovers.of_rep(reps[0])
    assert (page.name, page.open_deals, page.open_tasks, page.clients) == ("Ann", 1, 1, 1)
