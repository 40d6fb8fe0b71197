"""Pipelines and stages: added, put in order, taken away with their deals going where it is said; what a stage requires."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crmtui.blocks import Table
from crmtui.clients import clients
from crmtui.errors import CrmError, NotFound, Refused, Unreadable
from crmtui.exchange import importing
from crmtui.reports import registry
from crmtui.sales import deals, moves, pipelines, products, records, removals, stages
from crmtui.store import rewind
from crmtui.store.connection import Base


def names(pipeline: int | None = None) -> list[str]:
    return [step.name for step in pipelines.load(pipeline)]


def entered(deal_id: int) -> list[str]:
    return [move.entered for move in records.moves(deal_id)]


def funnel() -> dict[object, object]:
    """How many deals reached each stage."""
    report = registry.run("funnel", registry.Options())
    (table,) = [block for block in report.blocks if isinstance(block, Table) and block.name == "stages"]
    return {row[1]: row[2] for row in table.rows}


def test_a_pipeline_has_its_stages_in_order_and_a_way_to_win_and_to_lose(base: Base) -> None:
    card = pipelines.add("Repairs", ["Call", "Visit"])
    assert (card.name, card.position, card.way) == ("Repairs", 2, "Call → Visit → Won → Lost")
    deals.add({"title": "Hinge"}, stage=card.stages[0].id)
    deals.add({"title": "Pane", "lost_reason": "price"}, stage=card.stages[3].id)
    assert (pipelines.card(card.id).open_deals, pipelines.card(card.id).deals) == (1, 2)


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("SALES", ["Call"], "there is a pipeline"), ("Repairs", [], "a stage for open deals"), ("Repairs", ["Call", "CALL"], "named twice"),
        ("Repairs", ["Won"], "a stage for open deals"), (" ", ["Call"], "is empty"), ("Repairs", ["Call", " "], "is empty"),
    ],
)  # fmt: skip
def test_a_pipeline_that_cannot_be_is_refused(base: Base, name: str, given: list[str], told: str) -> None:
    with pytest.raises(Refused, match=told):
        pipelines.add(name, given)
    assert len(pipelines.cards()) == 1


def test_new_deals_enter_the_pipeline_that_is_put_first(base: Base) -> None:
    repairs = pipelines.add("Repairs", ["Call"]).id
    assert pipelines.edit(repairs, position=1, name="Service").position == 1
    assert deals.add({"title": "Hinge"}).pipeline == "Service"
    with pytest.raises(Refused, match="3 is no place among 2 pipelines"):
        pipelines.edit(repairs, position=3)


def test_a_stage_is_put_where_it_is_said_and_weighs_between_its_neighbours(base: Base) -> None:
    sales = pipelines.first_pipeline()
    added = stages.add("Measurement", sales, after="qualified", limit_days=7)
    assert names() == ["Lead", "Qualified", "Measurement", "Proposal", "Negotiation", "Won", "Lost"]
    assert (added.probability, added.limit_days, added.outcome) == (37, 7, "open")
    stages.edit(added.id, before="lead")
    assert names()[:2] == ["Measurement", "Lead"]
    assert stages.add("Approval", sales).position == 5
    assert names()[-3:] == ["Approval", "Won", "Lost"]
    rewind.undo()
    rewind.undo()
    assert names()[:3] == ["Lead", "Qualified", "Measurement"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"after": "won"}, "cannot stand there"), ({"after": "proposal", "before": "won"}, "not both"), ({"after": "proposal"}, "itself"),
        ({"limit_days": -1}, "from 0 to 3650"), ({"require": ["colour"]}, 'no field "colour"'), ({"outcome": "gone"}, "no outcome"),
    ],
)  # fmt: skip
def test_a_change_that_a_stage_cannot_have_is_refused(base: Base, change: dict, told: str) -> None:
    before = pipelines.load()
    with pytest.raises(CrmError) as refused:
        stages.edit(pipelines.find("proposal"), **change)
    assert told in str(refused.value)
    assert pipelines.load() == before


def test_a_stage_lets_in_only_deals_with_the_fields_it_requires(base: Base) -> None:
    proposal = pipelines.find("proposal")
    assert stages.edit(proposal, require=["value", "next-step", "products"]).required == ("value", "next_step", "product")
    deal = deals.add({"title": "Roof"})
    with pytest.raises(Refused) as refused:
        moves.move(deal.id, "proposal")
    assert refused.value.sentence == 'a deal in "Proposal" needs value and next step and product'
    assert refused.value.hint == "crmtui edit-deal 1 --value … --next-step … --product …, or pass --force"
    assert entered(deal.id) == ["Lead"]
    with pytest.raises(Refused, match="needs value and product"):
        deals.add({"title": "Door", "next_step": "call"}, stage=proposal)
    assert deals.count() == 1
    deals.edit(deal.id, {"value": "0", "next_step": "send it", "products": [products.add({"name": "Oak"}).id]})
    assert moves.move(deal.id, "proposal").entered == "Proposal"
    assert stages.edit(proposal, require=[""]).required == ()


def test_a_forced_move_says_in_the_history_what_was_missing(base: Base) -> None:
    stages.edit(pipelines.find("won"), require=["client", "value"])
    deal = deals.add({"title": "Roof", "value": "100"})
    moves.move(deal.id, "won", force=True)
    assert [(move.entered, move.forced) for move in records.moves(deal.id)] == [("Lead", ()), ("Won", ("client",))]


def test_force_does_not_lose_a_deal_without_a_reason(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    with pytest.raises(Refused, match="needs a reason"):
        moves.move(deal.id, "lost", force=True)


def test_an_import_rejects_the_rows_that_lack_what_their_stage_requires(base: Base, tmp_path: Path) -> None:
    stages.edit(pipelines.find("proposal"), require=["value"])
    deals.add({"title": "Known", "external_ids": {"csv": "7"}, "value": "90", "client": clients.add({"name": "Ann"}).id})
    file = b"id,title,stage,value\n1,Roof,Proposal,\n2,Door,Proposal,100\n7,Known,Proposal,\n8,Gate,Lead,\n"
    done = importing.run("deals", io.BytesIO(file), importing.Options(rejects=tmp_path / "rejects.csv"))
    assert (done.created, done.updated, done.rejected) == (2, 1, 1)
    assert [reason for _, _, reason in done.rejects] == ['a deal in "Proposal" needs value']


def test_a_stage_with_deals_goes_only_when_it_is_said_where_they_go(base: Base) -> None:
    deal = deals.add({"title": "Roof", "opened_at": "2026-02-01"})
    moves.move(deal.id, "qualified")
    qualified = pipelines.find("qualified")
    with pytest.raises(Refused) as refused:
        removals.delete_stage(qualified)
    assert str(refused.value) == 'stage "Qualified" has a deal; say where they go: --move-to STAGE'
    for place, told in (("won", 'are open, "Won" is won'), ("qualified", "cannot stay")):
        with pytest.raises(Refused, match=told):
            removals.delete_stage(qualified, place)
    assert removals.delete_stage(qualified, "proposal")[1] == 1
    assert names() == ["Lead", "Proposal", "Negotiation", "Won", "Lost"]
    assert (deals.get(deal.id).stage, entered(deal.id)) == ("Proposal", ["Lead", "Qualified", "Proposal"])
    with pytest.raises(NotFound):
        moves.move(deal.id, "qualified")
    assert moves.move(deal.id, "prev").entered == "Lead"
    rewind.undo()
    rewind.undo()
    assert (deals.get(deal.id).stage, names()[1]) == ("Qualified", "Qualified")


def test_a_deleted_stage_is_told_by_reports_only_while_history_needs_it(base: Base) -> None:
    lost, idle = deals.add({"title": "Roof"}), pipelines.find("negotiation")
    moves.move(lost.id, "qualified")
    moves.move(lost.id, "lost", reason="price")
    deals.add({"title": "Door"})
    removals.delete_stage(idle)
    removals.delete_stage(pipelines.find("qualified"))
    assert funnel() == {"Lead": 2, "Qualified": 1, "Proposal": 0, "Won": 0}
    assert [step.name for step in pipelines.load()] == ["Lead", "Proposal", "Won", "Lost"]
    deals.delete(lost.id)
    assert funnel() == {"Lead": 1, "Proposal": 0, "Won": 0}


def test_a_name_is_free_again_when_its_stage_or_pipeline_is_deleted(base: Base) -> None:
    deal = deals.add({"title": "Roof"})
    moves.move(deal.id, "qualified")
    moves.move(deal.id, "lead")
    removals.delete_stage(pipelines.find("qualified"))
    fresh = stages.add("Qualified", pipelines.first_pipeline(), after="lead")
    assert pipelines.find("qualified") == fresh.id
    assert pipelines.ensure("Sales", ["Qualified"]) == fresh.pipeline_id
    repairs = pipelines.add("Repairs", ["Call"]).id
    removals.delete_pipeline(repairs)
    assert pipelines.add("Repairs", ["Call"]).id != repairs


def test_the_deals_of_a_deleted_pipeline_keep_their_outcomes(base: Base) -> None:
    repairs = pipelines.add("Repairs", ["Call", "Visit"])
    call, _, won, lost = repairs.stages
    deals.add({"title": "Open"}, stage=call.id)
    closed = deals.add({"title": "Won", "value": "90"}, stage=won.id)
    deals.add({"title": "Lost", "lost_reason": "price"}, stage=lost.id)
    with pytest.raises(Refused, match="has 3 deals"):
        removals.delete_pipeline(repairs.id)
    with pytest.raises(Refused, match="of another pipeline"):
        removals.delete_pipeline(repairs.id, "repairs/visit")
    assert removals.delete_pipeline(repairs.id, "sales/proposal")[1] == 3
    cards = list(deals.every())
    assert [(deal.title, deal.stage, deal.pipeline) for deal in cards] == [
        ("Lost", "Lost", "Sales"), ("Open", "Proposal", "Sales"), ("Won", "Won", "Sales"),
    ]  # fmt: skip
    assert deals.get(closed.id).closed_at == closed.closed_at
    assert [move.note for move in records.moves(closed.id)] == [None, "Won was deleted"]
    with pytest.raises(Refused, match="the only pipeline"):
        removals.delete_pipeline(pipelines.first_pipeline())
    rewind.undo()
    assert deals.get(closed.id).pipeline == "Repairs"


def test_the_last_open_stage_of_a_pipeline_stays(base: Base) -> None:
    call = pipelines.add("Repairs", ["Call"]).stages[0]
    with pytest.raises(Refused, match="the only stage"):
        removals.delete_stage(call.id)
    with pytest.raises(Refused, match="the only stage"):
        stages.edit(call.id, outcome="won")


def test_a_stage_tells_how_many_deals_are_in_it_and_ever_were(base: Base) -> None:
    for title in ("Roof", "Door"):
        deals.add({"title": title})
    moves.move(1, "qualified")
    assert (stages.card(pipelines.find("lead")).deals, stages.card(pipelines.find("lead")).entered) == (1, 2)
    with pytest.raises(Unreadable):
        stages.add("x", 1, outcome="maybe")
