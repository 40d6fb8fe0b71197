"""Handing the open work of a rep to another: all of it, one operation, counts told; and how much each rep has."""

from __future__ import annotations

import pytest

from crmtui import team
from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.sales import deals, handovers, moves
from crmtui.sales.handovers import HandedOver
from crmtui.store import history, rewind
from crmtui.store.connection import Base


@pytest.fixture
def people(base: Base) -> tuple[int, int]:
    """Ann has two clients (one of them deleted), two open deals and one won, one open task and one done; Ben has nothing."""
    ann, ben = (team.add({"name": name}).id for name in ("Ann", "Ben"))
    base.actor_id, base.actor = ann, "Ann"
    for name in ("Mara", "Gone"):
        clients.add({"name": name, "owner": ann})
    clients.delete(2)
    for title in ("Attic", "Door", "Won"):
        deals.add({"title": title, "client": 1, "owner": ann})
    moves.move(3, "won")
    tasks.add("Call")
    tasks.complete(tasks.add("Done").id)
    return ann, ben


def load(rep: int) -> tuple[int, int, int]:
    page = next(each for each in handovers.listed() if each.id == rep)
    assert page == handovers.of_rep(rep)
    return page.open_deals, page.open_tasks, page.clients


def test_all_open_work_goes_to_another_in_one_step_that_can_be_undone(people: tuple[int, int]) -> None:
    ann, ben = people
    assert load(ann) == (2, 1, 1)
    assert handovers.hand_over(ann, ben) == HandedOver(ann, "Ann", ben, "Ben", 2, 1, 1)
    assert (load(ann), load(ben)) == ((0, 0, 0), (2, 1, 1))
    assert history.operations(limit=1)[0].summary == "handed over from Ann to Ben: 2 deals, 1 task, 1 client"
    assert tasks.get(1).given_by == "Ann"
    assert team.get(ann).active
    assert deals.get(3).owner_id == ann
    rewind.undo()
    assert (load(ann), load(ben)) == ((2, 1, 1), (0, 0, 0))


@pytest.mark.parametrize(("only", "moved"), [("deals", (2, 0, 0)), ("tasks", (0, 1, 0)), ("clients", (0, 0, 1))])
def test_only_one_kind_may_go(people: tuple[int, int], only: str, moved: tuple[int, int, int]) -> None:
    ann, ben = people
    done = handovers.hand_over(ann, ben, only=only)
    assert (done.deals, done.tasks, done.clients) == load(ben) == moved


def test_it_goes_to_somebody_else_who_works_here(people: tuple[int, int]) -> None:
    ann, ben = people
    with pytest.raises(Refused):
        handovers.hand_over(ann, ann)
    with pytest.raises(NotFound):
        handovers.hand_over(ann, 99)
    with pytest.raises(Unreadable):
        handovers.hand_over(ann, ben, only="files")
    team.edit(ben, {"active": False})
    with pytest.raises(Refused):
        handovers.hand_over(ann, ben)
    assert load(ann) == (2, 1, 1)
