"""Interactions, tasks, leads and purchases from files: what a row becomes, what is refused, what a second run does."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtui import team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.errors import Refused
from crmtui.exchange.parties import host
from crmtui.sales import deals, products, purchases
from crmtui.store import rewind
from crmtui.store.connection import Base
from tests.logic.exchanging import content, counts, taken

CALLS = (
    "ID,Type,Date,Outcome,Duration,Contact email,Subject\n1,Call,2026-03-01 10:00,Connected,5,a@x.lv,Price\n2,Task,,,,a@x.lv,Send list\n"
)


@pytest.fixture(autouse=True)
def ann(base: Base) -> None:
    """A company and a person in it."""
    clients.add({"kind": "company", "name": "Acme", "website": "https://www.Acme.com/en"})
    clients.add({"name": "Ann", "emails": ["a@x.lv"], "company": 1})


def test_the_type_of_a_row_says_whether_it_is_an_interaction_or_a_task() -> None:
    assert counts(taken("interactions", CALLS)) == (2, 2, 0, 0, 0, 0)
    contact = interactions.load([1])[0]
    assert (contact.kind, contact.outcome, contact.minutes, contact.client, contact.subject) == ("call", "Connected", 5, "Ann", "Price")
    assert f"{contact.at:%Y-%m-%d %H:%M}" == "2026-03-01 10:00"
    assert (tasks.get(1).title, tasks.get(1).client, tasks.get(1).state) == ("Send list", "Ann", "open")


def test_known_ids_are_updated_and_an_empty_cell_empties_nothing() -> None:
    taken("interactions", CALLS)
    assert counts(taken("interactions", CALLS)) == (2, 0, 0, 2, 0, 0)
    text = "ID,Type,Date,Outcome,Contact email\n1,Call,2026-03-01 10:00,Left voicemail,a@x.lv\n"
    assert counts(taken("interactions", text)) == (1, 0, 1, 0, 0, 0)
    assert (interactions.load([1])[0].outcome, interactions.load([1])[0].minutes) == ("Left voicemail", 5)


def test_rows_without_ids_that_say_the_same_are_as_many_as_the_file_has() -> None:
    row = "call,2026-03-01,Ann\n"
    assert counts(taken("interactions", "kind,at,client\n" + row * 2)) == (2, 2, 0, 0, 0, 0)
    assert counts(taken("interactions", "kind,at,client\n" + row * 3)) == (3, 1, 0, 2, 0, 0)


def test_what_is_not_done_or_lies_ahead_is_a_task_and_stays_that_task_when_it_is_done() -> None:
    text = "Activity ID,Type,Due date,Completed,Contact,Subject\n1,Demo,2026-03-01,{},Ann,New oak\n2,Meeting,2026-05-01,,Ann,Plans\n"
    assert counts(taken("interactions", text.format("False"))) == (2, 2, 0, 0, 0, 0)
    assert [(tasks.get(n).title, str(tasks.get(n).due_on), tasks.get(n).state) for n in (1, 2)] == [
        ("Demo: New oak", "2026-03-01", "open"), ("Meeting: Plans", "2026-05-01", "open"),
    ]  # fmt: skip
    assert counts(taken("interactions", text.format("True"))) == (2, 0, 1, 1, 0, 0)
    assert tasks.get(1).state == "done"
    assert interactions.load([1]) == []


def test_each_bad_activity_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = (
        "kind,at,minutes,client,deal,rep\nfax,2026-03-01,,Ann,,\ncall,,,Ann,,\ncall,2026-03-01,-1,Ann,,\ncall,2026-03-01,,Bob,,\n"
        "call,2026-03-01,,,,\ncall,2026-03-01,,Ann,Roof,\ncall,2026-03-01,,Ann,,Dan\ncall,2026-03-01,9,Ann,,\nnote,2026-03-01,,Ann,,\n"
    )
    done = taken("interactions", text, rejects=tmp_path / "r.csv")
    assert counts(done) == (9, 1, 0, 0, 0, 8)
    assert sorted((line, column) for line, column, _ in done.rejects) == [
        (2, "kind"), (3, "at"), (4, "minutes"), (5, "client"), (6, ""), (7, "deal"), (8, "rep"), (10, "at"),
    ]  # fmt: skip


def test_a_dry_run_of_activities_tells_the_counts_and_changes_nothing() -> None:
    before = content()
    dry = taken("interactions", CALLS, dry_run=True)
    assert content() == before
    assert counts(dry) == counts(taken("interactions", CALLS))


def test_an_import_of_activities_is_one_operation_that_is_undone() -> None:
    before = content()
    taken("tasks", "Title,Assignee,Client,Due\nCall,Dan,Bob,2026-04-01\n", create_missing=True)
    assert (tasks.get(1).assignee, tasks.get(1).client) == ("Dan", "Bob")
    rewind.undo()
    assert content() == before


def test_a_task_and_a_call_about_a_deal_bring_its_client() -> None:
    deals.add({"title": "Roof", "client": 2})
    taken("tasks", "Title,Deal\nMeasure,Roof\n")
    taken("interactions", "kind,at,deal,client\ncall,2026-03-01,Roof,\n")
    assert (tasks.get(1).client, interactions.load([1])[0].client) == ("Ann", "Ann")


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Acme.com/en", "acme.com"), ("acme.com", "acme.com"), ("ann@acme.com", "acme.com"),
        ("http://acme.co.uk:80?x", "acme.co.uk"),
        ("Acme", ""), ("", ""), ("two words.com", ""),
    ],
)  # fmt: skip
def test_the_domain_of_an_address(address: str, domain: str) -> None:
    assert host(address) == domain


def test_a_domain_links_persons_to_the_company_of_its_website_and_to_nobody_else(tmp_path: Path) -> None:
    text = "Name,Associated company domain\nBob,acme.com\nCid,x.lv\n"
    done = taken("clients", text, rejects=tmp_path / "r.csv")
    assert clients.get(clients.find("Bob")).company == "Acme"
    assert done.rejects == (
        (3, "Associated company domain", 'no company with the domain "x.lv"; import the companies first, or pass --create-missing'),
    )
    assert counts(taken("clients", text, create_missing=True))[1:4] == (1, 0, 1)
    assert counts(taken("clients", text)) == (2, 0, 0, 2, 0, 0)


def test_leads_tell_of_their_clients_once_and_never_of_customers() -> None:
    taken("clients", "ID,Name,Status\nC1,Bob,lead\nC2,Cid,customer\n")
    text = (
        "Lead ID,Contact ID,Lead source,Lead status,Created date\n1,C1,Web,Qualified,2026-02-01\n2,C1,Fair,New,2026-01-01\n"
        "3,C2,Web,Lost,2026-01-01\n"
    )
    assert counts(taken("leads", text)) == (3, 3, 0, 0, 0, 0)
    bob, cid = (clients.get(clients.find(name)) for name in ("Bob", "Cid"))
    assert (bob.source, bob.status, cid.source, cid.status) == ("Fair", "prospect", "Web", "customer")
    clients.edit(bob.id, {"status": "disqualified", "source": "Radio"})
    before = content()
    assert counts(taken("leads", text)) == (3, 0, 0, 3, 0, 0)
    assert content() == before


def test_a_purchase_has_its_client_product_day_and_amount(tmp_path: Path) -> None:
    products.add({"name": "Oak door", "code": "P-1"})
    header = "Line ID,Customer,SKU,Order date,Qty,Unit price,Total\n"
    text = header + "1,Ann,P-1,2026-02-01,2.5,10.01,\n2,Ann,P-1,2026-02-02,1,,7\n3,Ann,,2027-01-01,1,,7\n"
    done = taken("purchases", text, rejects=tmp_path / "r.csv")
    assert counts(done) == (3, 2, 0, 0, 0, 1)
    assert done.rejects[0][:2] == (3 + 1, "Order date")
    bought = purchases.get(1)
    assert (bought.client, bought.product, str(bought.bought_on), bought.quantity_thousandths, bought.amount_cents) == (
        "Ann", "Oak door", "2026-02-01", 2500, 2503,
    )  # fmt: skip
    assert counts(taken("purchases", text, rejects=tmp_path / "s.csv"))[1:4] == (0, 0, 2)


def test_a_purchase_deleted_here_is_skipped() -> None:
    text = "Line ID,Customer,Date,Total\n1,Ann,2026-02-01,5\n2,Ann,2026-02-01,5\n"
    taken("purchases", text)
    purchases.delete(1)
    assert counts(taken("purchases", text)) == (2, 0, 0, 1, 1, 0)


def test_client_and_day_may_stand_in_a_joined_file(tmp_path: Path) -> None:
    sales = tmp_path / "sales.csv"
    sales.write_text("Sale,Customer,Date\nS1,Ann,2026-02-01\nS2,Acme,2026-02-02\n")
    lines = "Line ID,Sale,Total\n1,S1,5\n2,S2,6\n3,S9,7\n"
    done = taken("purchases", lines, joins=(sales,), rejects=tmp_path / "r.csv")
    assert counts(done) == (3, 2, 0, 0, 0, 1)
    assert done.rejects == ((4, "", 'no Sale "S9" in sales.csv'),)
    assert [(purchases.get(n).client, str(purchases.get(n).bought_on)) for n in (1, 2)] == [("Ann", "2026-02-01"), ("Acme", "2026-02-02")]
    sales.write_text("Sale,Total\nS1,5\nS1,6\n")
    with pytest.raises(Refused, match="is it the other way round"):
        taken("purchases", "Sale,Customer,Date\nS1,Ann,2026-02-01\n", joins=(sales,))


def test_unknown_columns_stay_told() -> None:
    done = taken("interactions", "kind,at,client,mood\ncall,2026-03-01,Ann,good\n")
    assert done.columns == {"kind": "kind", "at": "at", "client": "client", "mood": None}


def test_owners_are_found_by_mail() -> None:
    team.add({"name": "Dan", "email": "dan@us.com"})
    taken("interactions", "kind,at,client,owner\ncall,2026-03-01,Ann,dan@us.com\n")
    assert interactions.load([1])[0].rep == "Dan"
