"""A queue of calls: its order, its turn, what came of each call, and that it is still there afterwards."""

from __future__ import annotations

import pytest

from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.errors import Refused
from crmtui.sales import call_queues, deals
from crmtui.store.connection import Base


@pytest.fixture
def people(base: Base) -> list[int]:
    return [clients.add({"name": name}).id for name in ("Ann", "Bob", "Cyd")]


def test_the_turn_goes_on_and_round_to_those_passed_over(people: list[int]) -> None:
    ann, bob, cyd = people
    queue = call_queues.begin("client", [ann, bob, cyd, ann])
    assert queue.clients == (ann, bob, cyd)
    queue = call_queues.go(queue, 1)
    queue = call_queues.rung(queue, bob, "reached")
    assert queue.current == cyd
    queue = call_queues.rung(queue, cyd, "")
    assert (queue.current, queue.left, queue.outcomes) == (ann, 1, {bob: "reached", cyd: "logged"})
    assert call_queues.load() == queue


def test_it_goes_on_at_the_same_place_though_somebody_was_deleted_meanwhile(people: list[int]) -> None:
    ann, bob, cyd = people
    call_queues.go(call_queues.begin("client", people), 2)
    clients.delete(ann)
    found = call_queues.load()
    assert (found.clients, found.current) == ((bob, cyd), cyd)
    assert call_queues.leave_out(found, cyd).current == bob


def test_deals_and_tasks_bring_their_clients_each_once(people: list[int]) -> None:
    ann, bob, _ = people
    first, second = (deals.add({"title": "x", "client": client}).id for client in (bob, ann))
    third = deals.add({"title": "y", "client": bob}).id
    assert call_queues.begin("deal", [first, second, third]).clients == (bob, ann)
    lone = tasks.add("nobody's")
    with pytest.raises(Refused, match="nobody to ring"):
        call_queues.begin("task", [lone.id])
