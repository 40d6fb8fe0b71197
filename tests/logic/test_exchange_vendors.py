"""Two sets of files whose rows name each other, by domain, mail and id: every count, link and sum against a reading of the plain files."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmtui.errors import Refused, Undecided
from crmtui.exchange.stages import read as read_stages
from crmtui.store import rewind
from crmtui.store.tables import Client, Deal, DealContact, Interaction, Product, Purchase, Rep, Stage, Task, database
from tests.logic.exchanging import DATA, content, counts, taken_file

pytestmark = pytest.mark.usefixtures("base")
Rows = list[dict[str, str]]


def plain(name: str) -> Rows:
    """The rows of a sample file, as the plain reader has them; the test is skipped where they are not beside the checkout."""
    if not (DATA / name).is_file():
        pytest.skip("the sample data are not beside the checkout (../shared/data)")
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def asked_stages(take: Callable[..., Any], name: str) -> dict[str, Any]:
    """The options that the refusal of a file of deals names for its stages."""
    with pytest.raises(Undecided) as asked:
        take("deals", name)
    own, several = read_stages(asked.value.hint.partition('--stages "')[2].partition('"')[0])
    return {"stages": own, "pipelines": several}


def hubspot() -> None:
    """Import the vendor's files, with the options that the hints name."""
    for kind, name in (("clients", "companies"), ("clients", "contacts")):
        assert taken_file(kind, f"hubspot/hubspot_{name}.csv", create_missing=True).rejected == 0
    stages = asked_stages(lambda kind, name: taken_file(kind, name, create_missing=True), "hubspot/hubspot_deals.csv")
    assert counts(taken_file("deals", "hubspot/hubspot_deals.csv", create_missing=True, **stages)) == (500, 500, 0, 0, 0, 0)
    assert counts(taken_file("interactions", "hubspot/hubspot_activities.csv", create_missing=True)) == (2000, 2000, 0, 0, 0, 0)


def linked() -> None:
    """Import the shop's files, with the options that the hints name."""
    for kind, name in (("clients", "Contacts"), ("leads", "Leads"), ("products", "Products"), ("interactions", "Activity")):
        assert taken_file(kind, f"linked/{name}.csv").rejected == 0
    stages = asked_stages(taken_file, "linked/Opportunity.csv")
    assert taken_file("deals", "linked/Opportunity.csv", **stages).created == 500
    done = taken_file("purchases", "linked/SalesLines.csv", joins=(DATA / "linked" / "Sales.csv",))
    assert counts(done) == (3761, 3761, 0, 0, 0, 0)


def test_persons_of_a_vendor_belong_to_the_companies_of_their_domains() -> None:
    hubspot()
    names = {row["Company Domain Name"]: row["Company Name"] for row in plain("hubspot/hubspot_companies.csv")}
    company = Client.alias()
    query = Client.select(Client.name, company.name).join(company, on=(Client.company == company.id)).where(Client.kind == "person")
    found = Counter(query.tuples())
    rows = plain("hubspot/hubspot_contacts.csv")
    told = Counter(
        (f"{row['First Name']} {row['Last Name']}", names[row["Associated Company Domain"]])
        for row in rows
        if row["Associated Company Domain"]
    )
    assert found == told
    assert Client.select().count() == len(rows) + len(names)


def test_the_deals_of_a_vendor_stand_in_its_two_pipelines_with_company_and_person() -> None:
    hubspot()
    rows = plain("hubspot/hubspot_deals.csv")
    query = Deal.select(Deal, Stage).join(Stage)
    assert Counter((deal.stage.pipeline.name, deal.stage.name) for deal in query) == Counter((r["Pipeline"], r["Deal Stage"]) for r in rows)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["Associated Company Domain"]] += Decimal(row["Amount"])
    sites = {row.id: row.website.removeprefix("https://") for row in Client.select().where(Client.kind == "company")}
    found: dict[str, Decimal] = defaultdict(Decimal)
    for deal in query:
        found[sites[deal.client_id]] += Decimal(deal.value_cents) / 100
    assert found == sums
    mails = dict(database.execute_sql("SELECT client_id, value FROM contact_point WHERE kind = 'email'").fetchall())
    assert Counter(mails[link.client_id] for link in DealContact.select()) == Counter(row["Associated Contact Email"] for row in rows)


def test_the_activities_of_a_vendor_are_interactions_and_tasks_with_their_persons_and_owners() -> None:
    hubspot()
    rows = plain("hubspot/hubspot_activities.csv")
    kinds = Counter(row["Activity Type"].lower() for row in rows)
    assert Task.select().count() == kinds.pop("task")
    assert Counter(row.kind for row in Interaction.select()) == kinds
    mails = dict(database.execute_sql("SELECT client_id, value FROM contact_point WHERE kind = 'email'").fetchall())
    owners = {rep.id: rep.email for rep in Rep.select()}
    found = Counter((mails[row.client_id], owners[row.rep_id], f"{row.at:%Y-%m-%d}") for row in Interaction.select())
    found += Counter((mails[row.client_id], owners[row.assignee_id], f"{row.created_at:%Y-%m-%d}") for row in Task.select())
    assert found == Counter((row["Associated Contact Email"], row["Activity Owner"], row["Activity Date"]) for row in rows)
    assert Task.select().where(Task.state == "done").count() == sum(row["Task Status"] == "Completed" for row in rows)
    outcomes = Counter(row["Call Outcome"] or row["Meeting Outcome"] for row in rows if row["Activity Type"] != "Task")
    assert Counter(row.outcome or "" for row in Interaction.select()) == outcomes


def test_what_a_client_of_the_shop_bought_is_what_the_lines_of_its_sales_make() -> None:
    linked()
    sales = {row["SalesID"]: row for row in plain("linked/Sales.csv")}
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    items: Counter[str] = Counter()
    for line in plain("linked/SalesLines.csv"):
        sale = sales[line["SalesID"]]
        sums[sale["ContactID"], sale["SalesDate"]] += Decimal(line["LinePrice"])
        items[line["ItemNo"]] += int(line["Quantity"])
    ids = dict(database.execute_sql("SELECT record_id, value FROM external_id WHERE kind = 'client'").fetchall())
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    sold: Counter[str] = Counter()
    codes = {row.id: row.code for row in Product.select()}
    for bought in Purchase.select():
        found[ids[bought.client_id], str(bought.bought_on)] += Decimal(bought.amount_cents) / 100
        sold[codes[bought.product_id]] += bought.quantity_thousandths // 1000
    assert found == sums
    assert sold == items


def test_leads_activities_and_opportunities_of_the_shop_reach_their_clients() -> None:
    linked()
    leads = {row["LeadID"]: row for row in plain("linked/Leads.csv")}
    activities = {row["ActivityID"]: leads[row["LeadID"]]["ContactID"] for row in plain("linked/Activity.csv")}
    ids = dict(database.execute_sql("SELECT record_id, value FROM external_id WHERE kind = 'client'").fetchall())
    rows = plain("linked/Opportunity.csv")
    told = Counter((activities[row["ActivityID"]], row["OpportunityStage"], Decimal(row["EstimatedValue"])) for row in rows)
    known = {"Won": "Closed Won", "Lost": "Closed Lost"}
    deals = Deal.select(Deal, Stage).join(Stage)
    found = Counter((ids[d.client_id], known.get(d.stage.name, d.stage.name), Decimal(d.value_cents) / 100) for d in deals)
    assert found == told
    done = [row for row in plain("linked/Activity.csv") if row["Completed"] == "True" and row["ActivityType"] != "Follow-up"]
    touched = Counter(leads[row["LeadID"]]["ContactID"] for row in done) + Counter(row["ContactID"] for row in leads.values())
    assert Counter(ids[row.client_id] for row in Interaction.select()) == touched
    assert Task.select().count() == 500 - len(done)


def test_the_latest_lead_of_a_client_tells_its_status_and_the_earliest_its_source() -> None:
    linked()
    statuses = {"New": "lead", "Working": "lead", "Qualified": "prospect", "Lost": "disqualified"}
    wanted: dict[str, tuple[str, str]] = {}
    for row in sorted(plain("linked/Leads.csv"), key=lambda row: row["CreatedDate"]):
        source = wanted.get(row["ContactID"], (row["LeadSource"], ""))[0]
        wanted[row["ContactID"]] = (source, statuses[row["LeadStatus"]])
    ids = dict(database.execute_sql("SELECT record_id, value FROM external_id WHERE kind = 'client'").fetchall())
    assert {ids[row.id]: (row.source, row.status) for row in Client.select().where(Client.source.is_null(False))} == wanted


def test_second_runs_of_all_files_change_nothing() -> None:
    hubspot()
    linked()
    before = content()
    names = [("clients", "hubspot/hubspot_companies"), ("clients", "hubspot/hubspot_contacts"), ("deals", "hubspot/hubspot_deals")]
    names += [("interactions", "hubspot/hubspot_activities"), ("clients", "linked/Contacts"), ("leads", "linked/Leads")]
    names += [("products", "linked/Products"), ("interactions", "linked/Activity"), ("deals", "linked/Opportunity")]
    for kind, name in names:
        done = taken_file(kind, f"{name}.csv")
        assert (done.created, done.updated, done.rejected) == (0, 0, 0), (name, done)
    done = taken_file("purchases", "linked/SalesLines.csv", joins=(DATA / "linked" / "Sales.csv",))
    assert (done.created, done.updated, done.rejected) == (0, 0, 0)
    assert content() == before


def test_what_is_missing_is_named_with_the_file_to_import_first(tmp_path: Path) -> None:
    reasons = {}
    for kind, name in (("leads", "Leads"), ("interactions", "Activity")):
        done = taken_file(kind, f"linked/{name}.csv", rejects=tmp_path / f"{name}.csv")
        assert done.rejected == done.rows
        reasons[name] = done.rejects[0][2]
    assert reasons["Leads"] == 'no client "C052"; import or add the clients first, or pass --create-missing'
    assert reasons["Activity"] == 'no record with the id "L0033" has a client; import its file first: crmtui import-csv leads FILE'
    with pytest.raises(Refused, match=r"no column of the file holds the clients of purchases.*--join FILE"):
        taken_file("purchases", "linked/SalesLines.csv")
    with pytest.raises(Refused, match="crmtui import-csv leads FILE"):
        taken_file("clients", "linked/Leads.csv")


def test_the_activities_of_a_vendor_are_undone_as_one_step() -> None:
    taken_file("clients", "hubspot/hubspot_contacts.csv", create_missing=True)
    before = content()
    taken_file("interactions", "hubspot/hubspot_activities.csv", create_missing=True)
    rewind.undo()
    assert content() == before


def test_two_pipelines_of_a_file_are_asked_for_with_one_option() -> None:
    with pytest.raises(Undecided) as asked:
        taken_file("deals", "hubspot/hubspot_deals.csv", create_missing=True)
    assert asked.value.sentence == 'no pipeline "Sales Pipeline", "Renewals Pipeline"'
    way = (
        "Appointment Scheduled, Qualified to Buy, Presentation Scheduled, Decision Maker Bought-In, Contract Sent, Closed Won, Closed Lost"
    )
    assert f'pass --stages "Sales Pipeline: {way}; Renewals Pipeline: {way}" to make them' in asked.value.hint
    assert "the order is a guess" in asked.value.hint
    assert "crmtui list-stages" in asked.value.hint
