"""Deals, their moves and stages; tasks and calls. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.errors import Ambiguous, CrmError, NotFound, Refused, Unreadable
from crmtui.sales import deals, finding, followups, moves, pages, pipelines, products, records, stages
from crmtui.store import rewind
from crmtui.store.connection import Base


def entered(deal_id: int) -> list[str]:
    return [move.entered for move in records.moves(deal_id)]


def test_a_deal_enters_the_first_stage_now(base: Base) -> None:
    deal = deals.add({"title": "Roof", "value": "12,500"})
    assert (deal.stage, deal.outcome, deal.probability, deal.value_cents, deal.currency) == ("Lead", "open", 10, 1_250_000, "USD")
    assert deal.opened_at == deal.stage_since == datetime(2026, 3, 4, 10, tzinfo=UTC)
    assert entered(deal.id) == ["Lead"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "title of the deal is empty"),
        ({"title": "x", "value": "much"}, "no amount"),
        ({"title": "x", "currency": "QQQ"}, "no currency"),
        ({"title": "x", "value": "EUR 5", "currency": "USD"}, "the currency says USD"),
        ({"title": "x", "opened_at": "2026-03-05"}, "in the future"),
        ({"title": "x", "expected_close": "soon"}, "no date"),
        ({"title": "x", "color": "red"}, "no field"),
    ],
)
def test_a_deal_that_cannot_be_is_refused_and_nothing_is_kept(base: Base, values: dict, told: str) -> None:
    with pytest.raises(CrmError) as refused:
        deals.add(values)
    assert told in refused.value.sentence
    assert deals.count() == 0


def test_next_and_prev_walk_the_open_stages_and_end_at_won(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    for _ in range(4):
        moves.move(deal.id, "next")
    assert deals.get(deal.id).outcome == "won"
    assert entered(deal.id) == ["Lead", "Qualified", "Proposal", "Negotiation", "Won"]
    with pytest.raises(Refused, match='no stage after "Won"'):
        moves.move(deal.id, "next")
    assert moves.move(deal.id, "prev").entered == "Negotiation"
    for _ in range(3):
        moves.move(deal.id, "prev")
    with pytest.raises(Refused, match='no stage before "Lead"'):
        moves.move(deal.id, "prev")


def test_a_lost_deal_needs_a_reason_and_reopening_clears_it_but_not_the_history(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    with pytest.raises(Refused, match="needs a reason"):
        moves.move(deal.id, "lost")
    lost = moves.move(deal.id, "lost", reason="price", competitor="Globex").deal
    assert (lost.outcome, lost.lost_reason, lost.competitor, lost.closed_at) == (
        "lost",
        "price",
        "Globex",
        datetime(2026, 3, 4, 10, tzinfo=UTC),
    )
    again = moves.move(deal.id, "proposal").deal
    assert (again.outcome, again.lost_reason, again.closed_at) == ("open", None, None)
    assert entered(deal.id) == ["Lead", "Lost", "Proposal"]


def test_a_move_in_the_past_is_not_before_the_last_one_nor_ahead(base: Base) -> None:
    deal = deals.add({"title": "Roof", "opened_at": "2026-02-01"})
    moved = moves.move(deal.id, "won", at=dates.moment("2026-02-10"))
    assert moved.deal.closed_at == datetime(2026, 2, 10, tzinfo=UTC)
    with pytest.raises(Refused, match="before the deal's last move"):
        moves.move(deal.id, "lead", at=dates.moment("2026-02-09"))
    with pytest.raises(Refused, match="in the future"):
        moves.move(deal.id, "lead", at=dates.moment("2026-03-05"))


def test_a_move_to_where_it_is_changes_nothing(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    assert moves.move(deal.id, "LEAD").entered == "Lead"
    assert entered(deal.id) == ["Lead"]


def test_an_unknown_stage_names_the_stages_there_are(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    with pytest.raises(NotFound) as refused:
        moves.move(deal.id, "wonn")
    stages = "stages: Lead, Qualified, Proposal, Negotiation, Won, Lost"
    assert str(refused.value) == f'no stage "wonn" in pipeline "Sales"; did you mean "Won"? {stages}'


def test_late_and_cold_deals_are_marked(base: Base) -> None:
    cold = deals.add({"title": "Cold", "opened_at": "2026-02-17"})
    warm = deals.add({"title": "Warm", "opened_at": "2026-02-18"})
    late = deals.add({"title": "Late", "expected_close": "2026-03-03"})
    assert (cold.stage_days, cold.cold, warm.cold) == (15, True, False)
    assert (late.late, deals.add({"title": "Today", "expected_close": "today"}).late) == (True, False)
    assert [d.title for d in deals.every(late=True)] == ["Late"]


def test_a_deal_carries_products_contacts_and_tags(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    oak = products.add({"name": "Oak Door", "price": "EUR 450"})
    deal = deals.add({"title": "Doors", "products": [oak.id], "contacts": [ann.id], "tags": ["Hot"]})
    assert [(line.product, line.quantity_thousandths, line.price_cents) for line in deal.products] == [("Oak Door", 1000, 45_000)]
    assert (deal.contacts, deal.tags) == (("Ann",), ("Hot",))
    assert products.find("oakdoor") == oak.id
    assert [d.title for d in deals.every(product=oak.id, tag="hot")] == ["Doors"]
    with pytest.raises(Refused, match='there is a product "Oak Door"'):
        products.add({"name": "OAK-DOOR"})


def test_a_pipeline_of_ones_own_gets_its_stages_in_order(base: Base) -> None:
    mine = pipelines.ensure("Repairs", ["Call", "Visit", "Done – won", "Lost"])
    steps = pipelines.load(mine)
    assert [(s.name, s.outcome, s.probability) for s in steps] == [
        ("Call", "open", 33), ("Visit", "open", 67), ("Done – won", "won", 100), ("Lost", "lost", 0),
    ]  # fmt: skip
    assert pipelines.ensure("repairs", ["visit"]) == mine
    assert len(pipelines.load(mine)) == 4
    assert pipelines.find("Repairs/call") == steps[0].id
    with pytest.raises(Ambiguous, match="Sales/Lost, 10 Repairs/Lost"):
        pipelines.find("lost")


def test_a_stage_is_changed_with_care(base: Base) -> None:
    deals.add({"title": "Roof"})
    lead = pipelines.find("lead")
    assert stages.edit(lead, name="First call", probability=15, limit_days=0).limit_days is None
    assert deals.get(1).stage == "First call"
    for change, told in (({"probability": 101}, "no probability"), ({"name": "WON"}, "already"), ({"outcome": "won"}, "has deals")):
        with pytest.raises(Refused, match=told):
            stages.edit(lead, **change)  # type: ignore[arg-type]


def test_a_task_is_overdue_when_its_day_or_its_moment_is_over(base: Base) -> None:
    for title, due in (("yesterday", "yesterday"), ("today", "today"), ("past", "today 9:59"), ("ahead", "today 10:01"), ("never", "")):
        tasks.add(title, due=dates.read(due) if due else None)
    assert [(job.title, job.overdue) for job in tasks.listed()] == [
        ("yesterday", True), ("past", True), ("ahead", False), ("today", False), ("never", False),
    ]  # fmt: skip
    assert [job.title for job in tasks.listed(overdue=True)] == ["yesterday", "past"]
    assert tasks.count(until=date(2026, 3, 4)) == 4


def test_a_repeating_task_makes_its_next_ahead_of_today_at_the_same_time_of_day(base: Base) -> None:
    job = tasks.add("report", due=dates.read("2026-02-16 09:00"), repeat="weekly")
    following = tasks.complete(job.id).following
    assert following is not None
    assert following.due_at == datetime(2026, 3, 9, 9, tzinfo=UTC)
    with pytest.raises(Refused, match="is done already"):
        tasks.complete(job.id)
    rewind.undo()
    assert [(t.id, t.state) for t in tasks.listed(state=None)] == [(job.id, "open")]


def test_the_31st_repeats_on_the_months_that_have_one(base: Base) -> None:
    job = tasks.add("rent", due=dates.read("2026-01-31"), repeat="monthly")
    following = tasks.complete(job.id).following
    assert following is not None
    assert following.due_on == date(2026, 3, 31)


@pytest.mark.parametrize("rule", ["hourly", "FREQ=SECONDLY", "every day", "FREQ=", "FREQ=DAILY;BYDAY=XX"])
def test_a_rule_that_is_none_is_refused(base: Base, rule: str) -> None:
    with pytest.raises(Unreadable):
        tasks.add("x", due=dates.read("today"), repeat=rule)


def test_a_task_is_found_by_a_part_of_its_title(base: Base) -> None:
    tasks.add("Order oak")
    tasks.add("Order glass")
    assert tasks.find("glass") == 2
    with pytest.raises(Ambiguous):
        tasks.find("order")
    with pytest.raises(NotFound):
        tasks.find("steel")


def test_a_call_its_next_step_and_the_move_are_one_operation(base: Base) -> None:
    base.actor_id, base.actor = team.add({"name": "Ann"}).id, "Ann"
    client = clients.add({"name": "Kim"})
    deal = deals.add({"title": "Roof", "client": client.id})
    logged = followups.log("call", client.id, outcome="reached", minutes=7, next_step="offer", due=dates.read("fri 10:00"), move_to="next")
    assert (logged.interaction.rep, logged.interaction.deal_id) == ("Ann", deal.id)
    assert logged.task is not None
    assert (logged.task.assignee, logged.task.deal_id, logged.task.due_on) == ("Ann", deal.id, date(2026, 3, 6))
    now = deals.get(deal.id)
    assert (now.stage, now.next_step, now.next_step_on) == ("Qualified", "offer", date(2026, 3, 6))
    rewind.undo()
    assert (interactions.of(client=client.id), tasks.listed(), deals.get(deal.id)) == ([], [], deal)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"minutes": -1}, "no length"),
        ({"at": datetime(2026, 3, 5, tzinfo=UTC)}, "in the future"),
        ({"due": dates.When(date(2026, 3, 5))}, "next step"),
        ({"move_to": "won"}, "2 open deals"),
        ({"move_to": "nowhere", "deal": 1}, "no stage"),
        ({"direction": "up"}, "no direction"),
    ],
)
def test_a_call_that_cannot_be_logged_leaves_nothing(base: Base, options: dict, told: str) -> None:
    client = clients.add({"name": "Kim"})
    for title in ("Roof", "Door"):
        deals.add({"title": title, "client": client.id})
    with pytest.raises(CrmError) as refused:
        followups.log("call", client.id, **options)
    assert told in refused.value.sentence
    assert interactions.of(client=client.id) == []


def test_a_clients_page_shows_past_and_planned_together(base: Base) -> None:
    client = clients.add({"name": "Kim"})
    deal = deals.add({"title": "Roof", "client": client.id})
    interactions.log("note", client=client.id, note="likes oak")
    tasks.add("offer", client=client.id, deal=deal.id)
    page = pages.of_client(client.id)
    assert ([d.title for d in page.deals], [t.title for t in page.tasks], [i.note for i in page.interactions]) == (
        ["Roof"],
        ["offer"],
        ["likes oak"],
    )
    assert [move.entered for move in pages.of_deal(deal.id).moves] == ["Lead"]


def test_the_search_finds_clients_and_deals_by_any_words(base: Base) -> None:
    client = clients.add({"name": "Осень ООО", "kind": "company"})
    deals.add({"title": "Крыша", "client": client.id})
    found = finding.everything("осень", 10)
    assert [(hit.noun, hit.label) for hit in found] == [("client", "Осень ООО"), ("deal", "Крыша (Осень ООО, Lead)")]
    assert finding.everything("", 10) == []
