"""What is suggested to do next: who is named, why, in which order, and what was hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.sales import deals, moves, rates, suggestions
from crmtui.store import rewind
from crmtui.store.connection import Base
from crmtui.store.tables import Client

HEALTHY = {"value": "1000", "expected_close": "eom", "next_step": "measure", "next_step_on": "fri"}
"""A deal in the first stage, Lead, which 10 % of deals are won from."""


@pytest.fixture(autouse=True)
def people(base: Base) -> Base:
    """Ann (1), who works, and Ben (2)."""
    for name in ("Ann", "Ben"):
        team.add({"name": name})
    base.actor_id = 1
    return base


def client(name: str = "Kim", days: int = 0, **values: Any) -> int:
    """A client who was added so many days ago."""
    id_ = clients.add({"name": name, "status": "prospect", **values}).id
    Client.update(created_at=ago(days)).where(Client.id == id_).execute()
    return id_


def deal(title: str = "Roof", days: int = 0, **values: Any) -> int:
    return deals.add({**HEALTHY, "title": title, **values}, at=ago(days)).id


def ago(days: int, hours: int = 0) -> datetime:
    return datetime(2026, 3, 4, 10, tzinfo=UTC) - timedelta(days=days, hours=hours)


def told(rep: int | None = None) -> list[tuple[str, str, str]]:
    return [(each.kind, each.action, each.reason) for each in suggestions.listed(rep)]


def titles() -> list[str]:
    return [each.deal or each.client or each.action for each in suggestions.listed()]


# ── deals


def test_a_deal_that_is_looked_after_is_not_suggested() -> None:
    deal(client=client())
    assert suggestions.listed() == []


@pytest.mark.parametrize(
    ("days", "values", "line"),
    [
        (0, {"next_step_on": "2026-03-03"}, ("step", "next step: measure", "the next step was due yesterday")),
        (0, {"expected_close": "2026-03-01"}, ("late", "ask Kim for a decision", "it was expected to close 3 days ago")),
        (15, {}, ("cold", "call Kim and move it on", "15 days in Lead, 14 is the limit")),
        (0, {"next_step": "", "next_step_on": ""}, ("idle", "plan the next step", "it has no next step")),
    ],
)
def test_a_deal_that_waits_is_suggested_with_its_reason(days: int, values: dict[str, str], line: tuple[str, str, str]) -> None:
    deal(days=days, client=client(), **values)
    assert told() == [line]


def test_several_reasons_are_one_line_with_the_money_at_risk() -> None:
    id_ = deal(days=20, client=client(), expected_close="2026-03-03", next_step_on="2026-03-02")
    (found,) = suggestions.listed()
    assert found.reason == "the next step was due 2 days ago; it was expected to close yesterday; 20 days in Lead, 14 is the limit"
    assert (found.noun, found.id, found.money_at_risk_cents, found.currency) == ("deal", id_, 10_000, "USD")  # a tenth of 1,000
    assert (found.since.isoformat(), found.owner) == ("2026-02-26", "Ann")


def test_an_overdue_task_is_told_of_its_deal_once_and_else_of_itself() -> None:
    with_task = deal(client=client())
    tasks.add("send offer", due=dates.read("2026-03-02"), deal=with_task)
    tasks.add("sweep", due=dates.read("today 9:00"))
    assert told() == [
        ("task", "do: send offer", 'the task "send offer" was due 2 days ago'),
        ("task", "do: sweep", "it was due today"),
    ]
    deals.edit(with_task, {"next_step": "Send offer", "next_step_on": "2026-03-02"})
    assert told()[0] == ("step", "next step: Send offer", "the next step was due 2 days ago")


def test_a_deal_with_a_task_ahead_has_a_next_step() -> None:
    tasks.add("call", due=dates.read("fri"), deal=deal(client=client(), next_step="", next_step_on=""))
    assert suggestions.listed() == []


def test_closed_and_deleted_deals_are_not_suggested() -> None:
    late = {"expected_close": "2026-03-01"}
    lost, gone = deal("Lost", client=client(), **late), deal("Gone", client=1, **late)
    moves.move(lost, "lost", reason="price")
    deals.delete(gone)
    assert suggestions.listed() == []


def test_most_money_at_risk_comes_first_then_what_waited_longest() -> None:
    kim = client()
    for title, value, close in (("Small", "500", "2026-03-01"), ("Old", "800", "2026-02-01"), ("New", "800", "2026-03-01")):
        deal(title, client=kim, value=value, expected_close=close)
    likely = deal("Likely", client=kim, value="100", expected_close="2026-03-03")
    moves.move(likely, "negotiation")  # 75 % of 100 is 75, less than 10 % of 800 and more than of 500
    assert titles() == ["Old", "New", "Likely", "Small"]
    assert [each.id for each in suggestions.listed(limit=2)] == [2, 3]


def test_other_currencies_rank_at_todays_rate_and_last_without_one() -> None:
    kim, late = client(), {"expected_close": "2026-03-01"}
    rates.add("EUR", "2")
    for title, value in (("Dollars", "USD 1500"), ("Euros", "EUR 1000"), ("Yen", "JPY 900000")):
        deal(title, client=kim, value=value, **late)
    found = [(each.deal, each.money_at_risk_cents, each.currency) for each in suggestions.listed()]
    assert found == [("Euros", 20_000, "USD"), ("Dollars", 15_000, "USD"), ("Yen", 90_000, "JPY")]


# ── clients to call


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        ("Call back", "promised to call back 3 days ago"),
        ("no answer", "the last call, 3 days ago, ended with no answer"),
    ],
)
def test_a_call_that_reached_nobody_is_to_be_tried_again(outcome: str, reason: str) -> None:
    kim = client()
    deal(client=kim)
    interactions.log("call", client=kim, outcome=outcome, at=ago(3), rep=1)
    assert told() == [("call back", "call Kim again", reason)]
    assert suggestions.listed()[0].money_at_risk_cents == 10_000
    interactions.log("email", client=kim, at=ago(1))
    assert suggestions.listed() == []


def test_a_call_of_today_an_old_one_and_one_with_a_task_are_left_alone() -> None:
    for name, days in (("Today", 0), ("Old", 20), ("Planned", 2)):
        interactions.log("call", client=client(name), outcome="no answer", at=ago(days))
    tasks.add("call", due=dates.read("fri"), client=3)
    assert suggestions.listed() == []


def test_a_new_lead_whom_nobody_has_called_is_suggested() -> None:
    lead = client("Lea", 2, status="lead", source="fair")
    client("Long known", 40, status="lead")
    assert told() == [("lead", "call Lea", "a lead from fair, added 2 days ago, nobody has called")]
    interactions.log("call", client=lead, outcome="reached")
    assert suggestions.listed() == []


def test_a_customer_who_has_heard_nothing_for_long_is_suggested() -> None:
    kim = client("Kim", 200, status="customer")
    won = deal("Won", 190, client=kim, value="4000")
    moves.move(won, "won", at=ago(120))
    (found,) = suggestions.listed()
    assert (found.kind, found.action, found.reason) == ("silent", "call Kim", "a customer who has heard nothing for 120 days")
    assert found.money_at_risk_cents == 40_000  # anew it would be a lead, of which a tenth is won
    interactions.log("call", client=kim, outcome="reached", at=ago(89))
    assert suggestions.listed() == []


def test_a_customer_with_an_open_deal_is_not_silent() -> None:
    kim = client("Kim", 200, status="customer")
    moves.move(deal("Won", 190, client=kim), "won", at=ago(120))
    deal("Next", client=kim)
    assert suggestions.listed() == []


def test_a_rep_is_told_of_their_own_records() -> None:
    late = {"expected_close": "2026-03-01", "client": client()}
    deal("Hers", **late)
    deal("His", owner=2, **late)
    tasks.add("sweep", due=dates.read("yesterday"), assignee=2)
    assert [each.deal for each in suggestions.listed(1)] == ["Hers"]
    assert [each.deal or each.action for each in suggestions.listed(2)] == ["His", "do: sweep"]


# ── what was hidden


def test_what_is_hidden_comes_back_after_a_week(monkeypatch: pytest.MonkeyPatch) -> None:
    deal("Roof", client=client(), expected_close="2026-03-01")
    assert suggestions.hide("deal", 1, "late").until == ago(-7)
    assert suggestions.listed() == []
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-11T09:59:00+00:00")
    assert "late" not in [each.kind for each in suggestions.listed()]
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-11T10:01:00+00:00")
    assert suggestions.listed() != []


def test_a_hidden_one_comes_back_when_the_record_is_changed_or_for_another_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    deal("Roof", client=client(), expected_close="2026-03-01")
    suggestions.hide("deal", 1, "late")
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-07T10:00:00+00:00")
    assert [each.kind for each in suggestions.listed()] == ["step"]  # Friday is over
    suggestions.hide("deal", 1)
    assert suggestions.listed() == []
    deals.edit(1, {"need": "light"})
    assert len(suggestions.listed()) == 1


def test_hiding_is_each_ones_own_and_can_be_undone(people: Base) -> None:
    deal("Roof", client=client(), expected_close="2026-03-01")
    suggestions.hide("deal", 1)
    suggestions.hide("deal", 1, days=30)  # the same line, for longer
    people.actor_id = 2
    assert titles() == ["Roof"]
    people.actor_id = None
    suggestions.hide("deal", 1)
    assert titles() == []
    rewind.undo()
    assert titles() == ["Roof"]


def test_what_cannot_be_hidden_is_refused() -> None:
    deal(client=client())
    for arguments, kind in ((("rep", 1), Unreadable), (("deal", 9), NotFound), (("deal", 1, "boring"), Unreadable)):
        with pytest.raises(kind):
            suggestions.hide(*arguments)
    for days in (0, -1, 10**9):
        with pytest.raises(Refused):
            suggestions.hide("deal", 1, days=days)
