"""The timeline: planned and past of a client or a deal in one line. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.errors import NotFound
from crmtui.sales import attachments, deals, followups, moves, purchases, timeline
from crmtui.sales.timeline import Event
from crmtui.store.connection import Base


@pytest.fixture
def acme(base: Base) -> int:
    """A company (1) with a person, Kim (2), and a client beside, Lee (3); Ann works."""
    base.actor_id, base.actor = team.add({"name": "Ann"}).id, "Ann"
    company = clients.add({"name": "Acme", "kind": "company"}).id
    clients.add({"name": "Kim", "company": company})
    clients.add({"name": "Lee"})
    return company


def march(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def roof(client: int, **more: str) -> int:
    """A deal opened on 20 February."""
    return deals.add({"title": "Roof", "client": client, "value": "1200", "opened_at": "2026-02-20 12:00", **more}).id


def titles(events: list[Event], planned: bool | None = None) -> list[str]:
    return [event.title for event in events if planned in (None, event.planned)]


def test_what_is_planned_comes_first_the_soonest_first_then_what_has_been_the_newest_first(acme: int) -> None:
    deal = roof(acme, expected_close="2026-03-20", next_step="visit", next_step_on="2026-03-06")
    tasks.add("some day", client=acme)
    tasks.add("measure", due=dates.read("fri 9:00"), deal=deal)
    tasks.add("order", due=dates.read("yesterday"), client=acme)
    tasks.complete(tasks.add("invite", client=acme).id, at=march(2))
    interactions.log("call", client=acme, at=march(1), outcome="reached")
    moves.move(deal, "Qualified", at=march(3))
    purchases.add(acme, "99.50", {"description": "Nails", "bought_on": "2026-03-03"})
    attachments.add("client", acme, BytesIO(b"x"), "plan.txt")
    attachments.add("deal", deal, BytesIO(b"y"), "offer.txt")
    told = [(e.planned, e.on and f"{e.on:%m-%d}", e.at and e.at.hour, e.noun, e.kind, e.title, e.detail) for e in timeline.of_client(acme)]
    assert told == [
        (True, "03-03", None, "task", "task", "order", ""),
        (True, "03-06", None, "deal", "next step", "visit", "Roof"),
        (True, "03-06", 9, "task", "task", "measure", "Roof"),
        (True, "03-20", None, "deal", "close", "Roof", "1,200 USD"),
        (True, None, None, "task", "task", "some day", ""),
        (False, "03-04", 10, "file", "file", "offer.txt", "Roof"),
        (False, "03-04", 10, "file", "file", "plan.txt", ""),
        (False, "03-03", 9, "move", "open", "Roof", "Lead → Qualified"),
        (False, "03-03", None, "purchase", "purchase", "Nails", "99.50 USD"),
        (False, "03-02", 9, "task", "task", "invite", ""),
        (False, "03-01", 9, "interaction", "call", "reached", ""),
        (False, "02-20", 12, "deal", "opened", "Roof", "1,200 USD"),
    ]


def test_an_event_names_who_and_says_what_is_overdue(acme: int) -> None:
    roof(acme, expected_close="2026-03-03", next_step="visit", next_step_on="2026-03-04")
    tasks.add("late", due=dates.read("today 9:00"), client=acme)
    interactions.log("call", client=acme, at=march(3), subject="Offer", outcome="reached", note="likes oak")
    events = timeline.of_client(acme)
    assert [(e.title, e.overdue) for e in events if e.planned] == [("Roof", True), ("visit", False), ("late", True)]
    assert {e.who for e in events} == {"Ann"}
    call = next(e for e in events if e.noun == "interaction")
    assert (call.id, call.kind, call.title, call.detail, call.on) == (1, "call", "Offer", "reached – likes oak", date(2026, 3, 3))


def test_with_a_company_stands_what_is_done_with_its_people(acme: int) -> None:
    for client, name in ((1, "the company"), (2, "Kim"), (3, "Lee")):
        interactions.log("call", client=client, at=march(client), subject=f"call {name}")
        tasks.add(f"write to {name}", due=dates.read("fri"), client=client)
    assert [(e.title, e.detail) for e in timeline.of_client(acme)] == [
        ("write to the company", ""), ("write to Kim", "Kim"), ("call Kim", "Kim"), ("call the company", ""),
    ]  # fmt: skip
    assert titles(timeline.of_client(2)) == ["write to Kim", "call Kim"]


def test_a_next_step_that_is_a_task_too_is_told_once(acme: int) -> None:
    deal = roof(acme)
    followups.log("call", acme, deal=deal, next_step="measure", due=dates.read("fri"))
    assert titles(timeline.of_client(acme), planned=True) == ["measure"]
    tasks.complete(1)
    assert titles(timeline.of_client(acme), planned=True) == []
    deals.edit(deal, {"next_step": "measure"})
    assert [(e.noun, e.title) for e in timeline.of_client(acme) if e.planned] == [("deal", "measure")]


def test_closed_and_deleted_deals_plan_nothing(acme: int) -> None:
    won, gone = (roof(acme, next_step="visit", expected_close="2026-03-20") for _ in range(2))
    moves.move(won, "Won")
    deals.delete(gone)
    events = timeline.of_client(acme)
    assert [(e.planned, e.kind, e.detail) for e in events] == [(False, "won", "Lead → Won"), (False, "opened", "1,200 USD")]


def test_a_deal_has_a_line_of_its_own(acme: int) -> None:
    deal, other = roof(acme, next_step="visit"), roof(acme)
    interactions.log("call", client=2, deal=deal, at=march(1), outcome="reached")
    interactions.log("call", client=acme, deal=other, at=march(1), outcome="other")
    tasks.add("measure", due=dates.read("fri"), client=acme, deal=deal)
    tasks.add("another", due=dates.read("fri"), client=acme)
    moves.move(deal, "Lost", reason="price", at=march(3))
    purchases.add(acme, "5", {"description": "Sample", "deal": deal, "bought_on": "2026-03-02"})
    purchases.add(acme, "6", {"description": "Nails", "bought_on": "2026-03-02"})
    attachments.add("deal", deal, BytesIO(b"x"), "plan.txt")
    attachments.add("client", acme, BytesIO(b"y"), "card.txt")
    assert [(e.planned, e.title, e.detail) for e in timeline.of_deal(deal)] == [
        (True, "measure", ""), (False, "plan.txt", ""), (False, "Roof", "Lead → Lost – price"), (False, "Sample", "5 USD"),
        (False, "reached", "Kim"), (False, "Roof", "1,200 USD"),
    ]  # fmt: skip


def test_a_deal_of_nobody_has_a_line_too(acme: int) -> None:
    deal = deals.add({"title": "Tender"}).id
    purchases.add(acme, "5", {"deal": deal})
    assert [(e.noun, e.title, e.detail) for e in timeline.of_deal(deal)] == [("deal", "Tender", ""), ("purchase", "5 USD", "")]


def test_of_the_past_only_the_newest_are_told_and_of_what_is_planned_all(acme: int) -> None:
    roof(acme)
    for day in (1, 2, 3):
        interactions.log("call", client=acme, at=march(day), subject=f"call {day}")
        purchases.add(acme, "1", {"description": f"buy {day}", "bought_on": f"2026-03-0{day}"})
        tasks.add(f"task {day}", client=acme)
    assert titles(timeline.of_client(acme, limit=3)) == ["task 1", "task 2", "task 3", "call 3", "buy 3", "call 2"]
    assert titles(timeline.of_client(acme, limit=100)) == [
        "task 1", "task 2", "task 3", "call 3", "buy 3", "call 2", "buy 2", "call 1", "buy 1", "Roof",
    ]  # fmt: skip


def test_the_day_of_an_event_is_that_of_the_rep(acme: int, settings: Callable[[str], None]) -> None:
    interactions.log("call", client=acme, at=march(1, 23), subject="late")
    settings('timezone = "Europe/Riga"')
    assert [e.on for e in timeline.of_client(acme)] == [date(2026, 3, 2)]


def test_a_client_or_deal_that_is_not_there_is_not_found(acme: int) -> None:
    deal = roof(acme)
    deals.delete(deal)
    clients.delete(acme)
    for ask, id_ in ((timeline.of_client, acme), (timeline.of_client, 99), (timeline.of_deal, deal), (timeline.of_deal, 99)):
        with pytest.raises(NotFound):
            ask(id_)
