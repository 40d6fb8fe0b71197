"""Deals, products and reps from files, and the history of stages that is written for deals."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmtui import team
from crmtui.clients import clients
from crmtui.errors import Refused, Undecided
from crmtui.sales import deals, pipelines, products
from crmtui.sales import records as deal_records
from crmtui.store import rewind
from tests.logic.exchanging import content, counts, given_out, taken

pytestmark = pytest.mark.usefixtures("base")
MAY, JUNE = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 2, tzinfo=UTC)


def path_of(deal: int) -> list[tuple[datetime | None, str | None, str]]:
    """When a deal left which stage for which."""
    return [(move.at, move.left, move.entered) for move in deal_records.moves(deal)]


def test_a_deal_brings_its_client_owner_product_and_value() -> None:
    team.add({"name": "Dan Roe"})
    products.add({"name": "GTX Pro", "price": "4821"})
    clients.add({"kind": "company", "name": "Acme"})
    header = "ID,Sales agent,Product,Account,Deal stage,Engage date,Close date,Close value\n"
    taken("deals", header + "7,dan roe,GTXPro,ACME,Proposal,2025-05-01,2026-04-01,5000\n")
    card = deals.get(1)
    assert (card.title, card.client, card.owner, card.stage, card.value_cents) == ("GTXPro for ACME", "Acme", "Dan Roe", "Proposal", 500000)
    assert [(line.product, line.quantity_thousandths, line.price_cents) for line in card.products] == [("GTX Pro", 1000, 482100)]
    assert (card.opened_at, str(card.expected_close), card.closed_at, card.external_ids) == (MAY, "2026-04-01", None, {"csv": "7"})


def test_an_open_deal_entered_its_stage_when_it_was_opened() -> None:
    taken("deals", "Title,Stage,Opened\nA,Proposal,2025-05-01\nB,Lead,\n")
    assert path_of(1) == [(MAY, None, "Proposal")]
    assert path_of(2) == [(None, None, "Lead")]
    assert (deals.get(1).stage_since, deals.get(2).stage_since) == (MAY, None)


def test_a_closed_deal_ended_on_its_closing_day_and_no_stage_before_is_claimed() -> None:
    taken("deals", "Title,Stage,Opened,Close date\nA,Closed Won,2025-05-01,2025-06-02\nB,Lost,,2025-06-02\n")
    assert path_of(1) == [(JUNE, None, "Won")]
    assert path_of(2) == [(JUNE, None, "Lost")]
    assert (deals.get(2).closed_at, deals.get(2).lost_reason) == (JUNE, None)


def test_closed_deals_without_a_closing_day_or_closed_before_they_were_opened_are_rejected(tmp_path: Path) -> None:
    text = "Title,Stage,Opened,Closed\nA,Won,2025-05-01,\nB,Won,2025-06-02,2025-05-01\nC,Lead,,2025-05-01\n"
    done = taken("deals", text, rejects=tmp_path / "r.csv")
    assert counts(done) == (3, 0, 0, 0, 0, 3)
    assert sorted(reason for _, _, reason in done.rejects) == [
        "the deal has a closing day, but its stage is open",
        "the deal is won, but the day it was closed is missing",
        "the deal was closed on 2025-05-01, before it was opened on 2025-06-02",
    ]


def test_unknown_stages_ask_for_the_options_that_make_them() -> None:
    text = "Title,Stage,Opened,Close date\nA,Won,2025-05-01,2025-06-02\nB,Engaging,2025-05-01,\nC,Prospecting,,\n"
    with pytest.raises(Undecided) as asked:
        taken("deals", text)
    assert asked.value.sentence == "no stage Prospecting, Engaging in pipeline Sales"
    assert asked.value.hint.startswith('pass --stages "Prospecting,Engaging" in the order')
    done = taken("deals", text, stages=("Prospecting", "Engaging"))
    assert (done.created, done.related) == (3, {"stages": 2})
    names = [step.name for step in pipelines.load()]
    assert names == ["Lead", "Qualified", "Proposal", "Negotiation", "Prospecting", "Engaging", "Won", "Lost"]


def test_a_pipeline_of_its_own_is_made() -> None:
    text = "Title,Stage,Opened,Close date\nA,Won,2025-05-01,2025-06-02\nB,Engaging,2025-05-01,\n"
    done = taken("deals", text, pipeline="Trade", stages=("Prospecting", "Engaging"))
    assert done.related == {"pipelines": 1, "stages": 4}
    assert path_of(1) == [(JUNE, None, "Won")]
    rewind.undo()
    assert [step.pipeline for step in pipelines.load()] == ["Sales"] * 6


def test_unknown_clients_owners_and_products_reject_the_row_or_are_made(tmp_path: Path) -> None:
    text = "Title,Client,Owner,Product,Stage\nA,Acme,,,Lead\nB,,Dan,,Lead\nC,,,Oak,Lead\n"
    done = taken("deals", text, reject_missing=True, rejects=tmp_path / "r.csv")
    assert [(line, column) for line, column, _ in done.rejects] == [(2, "Client"), (3, "Owner"), (4, "Product")]
    done = taken("deals", text, create_missing=True)
    assert (done.created, done.related) == (3, {"clients": 1, "products": 1, "reps": 1})
    assert taken("deals", text, create_missing=True).unchanged == 3


def test_a_client_is_found_by_id_mail_or_name_and_companies_come_first(tmp_path: Path) -> None:
    people = "C1,person,Acme,p@x.lv\nC2,company,Acme,\nC3,person,Ann,a@x.lv\nC4,person,Bo,\nC5,person,Bo,bo@x.lv\n"
    taken("clients", "ID,kind,Name,Email\n" + people)
    text = "ID,Client,Contact email,Stage\n1,C1,,Lead\n2,acme,,Lead\n3,a@x.lv,,Lead\n4,,A@x.lv,Lead\n5,Bo,bo@x.lv,Lead\n6,Bo,,Lead\n"
    done = taken("deals", text, rejects=tmp_path / "r.csv")
    assert [deals.get(n).client_id for n in range(1, 6)] == [2, 1, 3, 3, 5]
    assert [reason for _, _, reason in done.rejects] == ['"Bo" may be 2 clients; ids 4, 5']


def test_without_ids_deals_are_known_by_title_client_and_opening() -> None:
    clients.add({"kind": "company", "name": "Acme"})
    text = "Title,Client,Stage,Opened,Value\nRoof,Acme,Lead,2025-05-01,10\nRoof,,Lead,,\nRoof,Acme,Lead,2025-06-02,\n"
    assert taken("deals", text).created == 3
    assert taken("deals", text).unchanged == 3
    assert counts(taken("deals", "Title,Client,Stage,Opened,Value\nROOF,acme,Lead,2025-05-01,20\n")) == (1, 0, 1, 0, 0, 0)
    assert deals.get(1).value_cents == 2000


def test_a_later_file_moves_a_deal_on_and_undo_moves_it_back() -> None:
    taken("deals", "ID,Stage,Opened,Close date,Lost reason\n1,Lead,2025-05-01,2026-06-01,\n2,Lead,2025-05-01,,\n")
    before = content()
    done = taken("deals", "ID,Stage,Opened,Close date,Lost reason\n1,Won,2025-05-01,2025-06-02,\n2,Lost,2025-05-01,2025-06-02,price\n")
    assert counts(done) == (2, 0, 2, 0, 0, 0)
    assert path_of(1) == [(MAY, None, "Lead"), (JUNE, "Lead", "Won")]
    assert (deals.get(1).closed_at, deals.get(1).outcome, deals.get(2).lost_reason) == (JUNE, "won", "price")
    rewind.undo()
    assert content() == before


def test_a_deal_with_nothing_to_call_it_by_is_rejected(tmp_path: Path) -> None:
    done = taken("deals", "Title,Product,Stage\n,,Lead\n", rejects=tmp_path / "r.csv")
    assert done.rejects == ((2, "", "the deal has neither title nor product nor client nor id"),)


def test_products_are_known_however_they_are_written() -> None:
    assert taken("products", "Product,Series,Sales price\nGTX Pro,GTX,4821\nMG Special,MG,55\n").created == 2
    assert counts(taken("products", "Item name,SKU,Unit price\nGTXPro,G-1,4900\n")) == (1, 0, 1, 0, 0, 0)
    item = products.load([1])[0]
    assert (item.name, item.code, item.family, item.price_cents) == ("GTXPro", "G-1", "GTX", 490000)


def test_a_product_may_change_its_name_under_its_id_but_not_take_anothers(tmp_path: Path) -> None:
    taken("products", "ID,Name\n1,Oak\n2,Pine\n")
    assert taken("products", "ID,Name\n1,Old oak\n").updated == 1
    done = taken("products", "ID,Name\n1,Pine\n", rejects=tmp_path / "r.csv")
    assert done.rejects == ((2, "", 'there is another product "Pine" (2) already'),)


def test_managers_who_are_not_in_the_file_are_made_and_those_who_are_are_linked() -> None:
    done = taken("reps", "Name,Manager,Region\nAnn,Bob,East\nBob,Cid,\n")
    assert (done.created, done.related) == (2, {"reps": 1})
    assert [(m.name, m.manager, m.region) for m in team.load()] == [("Ann", "Bob", "East"), ("Bob", "Cid", None), ("Cid", None, None)]
    assert counts(taken("reps", "Name,Manager,Region\nAnn,Bob,East\nBob,Cid,\n")) == (2, 0, 0, 2, 0, 0)
    assert counts(taken("reps", "Name,Manager\nAnn,Cid\n")) == (1, 0, 1, 0, 0, 0)
    with pytest.raises(Refused, match="their own manager"):
        taken("reps", "Name,Manager\nCid,Ann\n")


def test_an_import_of_deals_is_undone_with_all_that_it_made() -> None:
    before, exported = content("tag"), given_out("deals")
    taken("deals", "ID,Client,Owner,Product,Stage,Opened,Tags\n1,Acme,Dan,Oak,Lead,2025-05-01,big; old\n", create_missing=True)
    after = content()
    rewind.undo()
    assert (content("tag"), given_out("deals")) == (before, exported)
    rewind.redo()
    assert content() == after
