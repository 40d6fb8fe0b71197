"""Pipelines and their stages from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtui.errors import Refused
from crmtui.exchange.stages import read
from crmtui.sales import deals, pipelines
from tests.logic.exchanging import content, counts, given_out, taken

pytestmark = pytest.mark.usefixtures("base")
TRADE = (
    "pipeline,stage,outcome,probability,limit_days,required\nTrade,Call,open,10,5,value; owner\nTrade,Signed,won,,,\nTrade,Gone,lost,,,\n"
)


def names(pipeline: str) -> list[str]:
    """The stages of a pipeline in order."""
    return [step.name for step in pipelines.load(pipelines.find_pipeline(pipeline))]


def test_a_file_makes_pipelines_with_all_that_stages_are() -> None:
    deals.add({"title": "Roof"})
    done = taken("pipelines", TRADE)
    assert (counts(done), done.related) == ((3, 3, 0, 0, 0, 0), {"pipelines": 1})
    call, signed, gone = pipelines.load(pipelines.find_pipeline("Trade"))
    assert (call.probability, call.limit_days, call.required) == (10, 5, ("value", "owner"))
    assert (signed.outcome, signed.probability, gone.outcome, gone.probability) == ("won", 100, "lost", 0)
    assert names("Sales")[-2:] == ["Won", "Lost"]


def test_the_same_file_again_changes_nothing_and_a_changed_one_only_what_differs() -> None:
    taken("pipelines", TRADE)
    before = content()
    assert counts(taken("pipelines", TRADE)) == (3, 0, 0, 3, 0, 0)
    assert content() == before
    assert counts(taken("pipelines", TRADE.replace(",10,5", ",20,5"))) == (3, 0, 1, 2, 0, 0)
    assert pipelines.load()[0].probability == 20


def test_stages_take_the_order_of_their_positions_and_others_stay() -> None:
    deals.add({"title": "Roof"})
    taken("pipelines", "pipeline,stage,position\nSales,Proposal,1\nSales,Visit,2\nSales,Lead,3\n")
    assert names("Sales") == ["Proposal", "Visit", "Lead", "Qualified", "Negotiation", "Won", "Lost"]


def test_a_stage_known_by_its_id_is_renamed() -> None:
    taken("pipelines", "Stage ID,pipeline,stage\n1,Trade,Call\n2,Trade,Won\n")
    assert counts(taken("pipelines", "Stage ID,pipeline,stage\n1,Trade,Phone\n2,Trade,Won\n")) == (2, 0, 1, 1, 0, 0)
    assert names("Trade") == ["Phone", "Won"]


def test_bad_stages_are_told_and_a_pipeline_keeps_a_stage_for_open_deals(tmp_path: Path) -> None:
    header = "pipeline,stage,probability,outcome,required\n"
    text = header + "Trade,Call,10,,\nTrade,Visit,150,,\nTrade,Offer,many,,\nTrade,X,,maybe,\nTrade,Y,,,mood\n"
    done = taken("pipelines", text, rejects=tmp_path / "r.csv")
    assert counts(done) == (5, 1, 0, 0, 0, 4)
    with pytest.raises(Refused, match='pipeline "Other" would have no stage for open deals'):
        taken("pipelines", "pipeline,stage\nOther,Won\n")


def test_a_dry_run_of_pipelines_changes_nothing() -> None:
    before = given_out("pipelines")
    assert taken("pipelines", TRADE, dry_run=True).created == 3
    assert given_out("pipelines") == before


def test_the_option_for_stages_names_one_pipeline_or_several() -> None:
    assert read("A, B") == (("A", "B"), {})
    assert read("P: A, B; Q: C") == ((), {"P": ("A", "B"), "Q": ("C",)})
    assert read("") == ((), {})
    with pytest.raises(Refused, match='"Q" names no pipeline'):
        read("P: A; Q")
