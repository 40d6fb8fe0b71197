"""Clients from files: what is new, what is known, what is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmtui import team
from crmtui.clients import clients
from crmtui.errors import Failed, Refused, Undecided, Unreadable
from crmtui.exchange import client_writing
from crmtui.exchange.cells import Rejected
from crmtui.exchange.client_rows import ClientRows
from crmtui.exchange.columns import assign
from crmtui.exchange.links import RepRefs
from crmtui.store import history, rewind, search
from crmtui.store.tables import Client, database
from tests.logic.exchanging import content, counts, given_out, taken

pytestmark = pytest.mark.usefixtures("base")


def test_a_vendor_export_becomes_clients() -> None:
    team.add({"name": "Dan Roe", "email": "dan@us.com"})
    taken(
        "clients",
        "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company,Job Title,Lifecycle Stage,Contact Owner,Lead Source,"
        "Create Date,Street Address,City,State/Region,Postal Code,Country,Website URL,Notes\n"
        "C-1,Ann,Lee,Ann@Acme.com,+1 202 555 0101,+12025550102,Acme Inc,Buyer,Opportunity,dan@us.com,Web,2024-05-01,1 Main St,Riga,LV,"
        'LV-1001,Latvia,https://acme.com,"likes oak, not pine"\n',
    )
    card = clients.get(clients.find("Ann Lee"))
    assert (card.kind, card.name, card.status, card.company, card.position, card.owner, card.source) == (
        "person", "Ann Lee", "prospect", "Acme Inc", "Buyer", "Dan Roe", "Web",
    )  # fmt: skip
    assert card.emails == ("Ann@Acme.com",)
    assert [(point.value, point.label) for point in card.contact_points[1:]] == [("+1 202 555 0101", ""), ("+12025550102", "mobile")]
    assert card.addresses[0].postcode == "LV-1001"
    assert card.external_ids == {"hubspot": "C-1"}
    assert (f"{card.created_at:%Y-%m-%d}", card.notes) == ("2024-05-01", "likes oak, not pine")
    assert clients.get(clients.find("Acme")).kind == "company"


def test_the_same_file_again_changes_nothing() -> None:
    text = "ID,Name,Email,Company\n1,Ann,a@x.lv,Acme\n2,Bob,b@x.lv,acme\n3,Cid,,\n"
    assert counts(taken("clients", text)) == (3, 3, 0, 0, 0, 0)
    before = content()
    done = taken("clients", text)
    assert counts(done) == (3, 0, 0, 3, 0, 0)
    assert done.operation is None
    assert content() == before


def test_only_what_differs_is_updated_and_an_empty_cell_empties_nothing() -> None:
    taken("clients", "ID,Name,City,Industry,Phone\n1,Ann,Riga,steel,+37120000001\n")
    assert counts(taken("clients", "ID,Name,City,Industry,Phone\n1,Ann,,wood,+37120000002\n")) == (1, 0, 1, 0, 0, 0)
    card = clients.get(1)
    assert (card.industry, card.addresses[0].city, card.phones) == ("wood", "Riga", ("+37120000001", "+37120000002"))


@pytest.mark.parametrize(
    ("known", "row", "same"),
    [
        ("Name,Email\nAnn,a@x.lv\n", "Name,Email\nAnn Lee,A@X.LV\n", True),
        ("Name,Phone\nAnn,+371 2000 0000\n", "Name,Phone\nANN,+37120000000\n", True),
        ("Name,Phone\nAnn,+37120000000\n", "Name,Phone\nBob,+37120000000\n", False),
        ("Name,Email\nAnn,a@x.lv\n", "Name,Email\nAnn,other@x.lv\n", False),
        ("Name,Email\nÄnn,a@x.lv\n", "Name,City\nann,Riga\n", True),
        ("Name,Company\nAnn,Acme\n", "Name,Company\nAnn,Globex\n", False),
        ("Account,Sector\nAcme,steel\n", "Account,Phone\nACME,+37120000000\n", True),
        ("Account\nAcme\n", "Name\nAcme\n", False),
        ("Name,Email\nAnn,a@x.lv\n", "ID,Name,Email\n7,Ann,a@x.lv\n", True),
        ("ID,Name,Email\n6,Ann,a@x.lv\n", "ID,Name,Email\n7,Ann,a@x.lv\n", False),
    ],
)
def test_who_is_the_same_client(known: str, row: str, same: bool) -> None:
    taken("clients", known)
    assert taken("clients", row).created == (0 if same else 1)


def test_the_same_client_twice_in_a_file_is_one() -> None:
    done = taken("clients", "Name,Email,City\nAnn,a@x.lv,Riga\nBob,b@x.lv,\nAnn,a@x.lv,Ogre\nAnn,a@x.lv,Ogre\n")
    assert counts(done) == (4, 2, 1, 1, 0, 0)
    assert clients.get(1).addresses[0].city == "Ogre"


def test_many_rows_of_one_client_far_apart_are_one() -> None:
    rows = "".join(f"{n % 2500},Ann {n % 2500},a{n % 2500}@x.lv\n" for n in range(5000))
    assert counts(taken("clients", "ID,Name,Email\n" + rows)) == (5000, 2500, 0, 2500, 0, 0)


def test_a_client_deleted_here_is_skipped() -> None:
    taken("clients", "ID,Name\n1,Ann\n")
    clients.delete(1)
    assert counts(taken("clients", "ID,Name\n1,Ann\n2,Bob\n")) == (2, 1, 0, 0, 1, 0)


def test_an_id_of_a_person_is_no_id_of_a_company(tmp_path: Path) -> None:
    taken("clients", "ID,Name\n1,Ann\n")
    done = taken("clients", "ID,Company name\n1,Acme\n", rejects=tmp_path / "r.csv")
    assert done.rejected == 1
    assert "--system" in done.rejects[0][2]
    assert taken("clients", "ID,Company name\n1,Acme\n", system="companies").created == 1


def test_companies_may_belong_to_later_rows_and_unknown_parents_are_made() -> None:
    done = taken("clients", "Account,Subsidiary of\nAcme,Globex\nGlobex,Holding\n")
    assert (done.created, done.related) == (2, {"companies": 1})
    assert [clients.get(n).company for n in (1, 2, 3)] == ["Globex", "Holding", None]
    assert taken("clients", "Account,Subsidiary of\nAcme,Globex\nGlobex,Holding\n").unchanged == 2


def test_companies_in_a_circle_are_refused() -> None:
    with pytest.raises(Refused, match="would belong to itself"):
        taken("clients", "Account,Parent\nAcme,Globex\nGlobex,Acme\n")
    assert clients.count() == 0


def test_a_mixed_file_makes_no_company_twice() -> None:
    done = taken("clients", "kind,name,company\nperson,Ann,Acme\ncompany,Acme,\n")
    assert (done.created, done.related) == (2, {})


def test_unknown_owners_reject_the_row_until_they_may_be_made(tmp_path: Path) -> None:
    text = "Name,Owner\nAnn,Dan Roe\nBob,\n"
    done = taken("clients", text, rejects=tmp_path / "r.csv")
    assert (done.created, done.rejects) == (1, ((2, "Owner", 'no rep "Dan Roe"; import or add the reps first, or pass --create-missing'),))
    assert taken("clients", text, create_missing=True).related == {"reps": 1}
    assert clients.get(clients.find("Ann")).owner == "Dan Roe"


def test_each_bad_cell_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = (
        "Name,Email,Phone,Status,Birthday,Employees\nAnn,nomail,,,,\nBob,,call me,,,\nCid,,,maybe,,\n,x@x.lv,,,,\n"
        "Eve,,,,2050-01-01,\nFay,,,,,many\nGus,,,,,5\n"
    )
    done = taken("clients", text, rejects=tmp_path / "r.csv")
    assert counts(done) == (7, 1, 0, 0, 0, 6)
    assert [(line, column) for line, column, _ in done.rejects] == [
        (2, "Email"), (3, "Phone"), (4, "Status"), (5, "Name"), (6, "Birthday"), (7, "Employees"),
    ]  # fmt: skip


def test_rejected_rows_go_to_a_file_that_can_be_mended_and_read(tmp_path: Path) -> None:
    source = tmp_path / "leads.csv"
    taken("clients", 'Name,Email\n"Lee, Ann",nomail\nBob,b@x.lv\n', file_name=str(source))
    rejects = tmp_path / "leads.rejects.csv"
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    text = rejects.read_text()
    assert text.startswith("Name,Email,line,column,reason\n")
    assert text.splitlines()[1].startswith('"Lee, Ann",nomail,2,Email,')
    done = taken("clients", text.replace("nomail,", "ann@x.lv,"), file_name=str(rejects))
    assert (counts(done), done.columns) == ((1, 1, 0, 0, 0, 0), {"Name": "name", "Email": "emails"})


def test_without_rejects_no_file_is_written(tmp_path: Path) -> None:
    done = taken("clients", "Name\nAnn\n", file_name=str(tmp_path / "a.csv"))
    assert done.rejects_file is None
    assert not (tmp_path / "a.rejects.csv").exists()


def test_an_import_whose_rejects_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    before = content()
    with pytest.raises(Failed, match="cannot be written"):
        taken("clients", "Name,Email\nAnn,nomail\nBob,b@x.lv\n", rejects=tmp_path / "no" / "r.csv")
    assert content() == before


def test_all_or_nothing_changes_nothing_when_a_row_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="1 row is rejected, nothing was imported: line 2, Email"):
        taken("clients", "Name,Email\nAnn,nomail\nBob,b@x.lv\n", all_or_nothing=True, rejects=tmp_path / "r.csv")
    assert clients.count() == 0
    assert not (tmp_path / "r.csv").exists()


def test_a_dry_run_tells_the_counts_of_the_real_run_and_changes_nothing(tmp_path: Path) -> None:
    taken("clients", "ID,Name\n1,Ann\n")
    text = "ID,Name,Company,Owner,Email\n1,Ann Lee,Acme,Dan,\n2,Bob,Acme,Dan,\n2,Bob,,,\n3,,,,\n,,,,\n"
    before, options = content(), {"create_missing": True, "rejects": tmp_path / "r.csv"}
    dry = taken("clients", text, dry_run=True, **options)
    assert content() == before
    assert not (tmp_path / "r.csv").exists()
    done = taken("clients", text, **options)
    assert (counts(dry), dry.related, dry.rejects) == (counts(done), done.related, done.rejects)
    assert counts(done) == (5, 1, 1, 1, 1, 1)


def test_the_whole_column_decides_between_day_and_month() -> None:
    taken("clients", "Name,Birthday\nAnn,03/04/1990\nBob,25/12/1980\n")
    assert [str(clients.get(n).birth_date) for n in (1, 2)] == ["1990-04-03", "1980-12-25"]


def test_dates_that_may_be_either_ask_for_the_order() -> None:
    text = "Name,Birthday\nAnn,03/04/1990\nBob,05/06/1980\n"
    with pytest.raises(Undecided) as asked:
        taken("clients", text)
    assert "--date-order dmy" in asked.value.hint
    taken("clients", text, date_order="mdy")
    assert str(clients.get(1).birth_date) == "1990-03-04"


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(Unreadable, match='no date order "ydm"'):
        taken("clients", "Name\nAnn\n", date_order="ydm")


def test_lists_in_a_cell_are_taken_apart() -> None:
    taken("clients", "Name,Emails,Phones,Tags,Roles\nAnn,work: a@x.lv; b@x.lv,mobile: +37120000000,vip; riga,partner\n")
    card = clients.get(1)
    assert (card.emails, card.tags, card.roles) == (("a@x.lv", "b@x.lv"), ("riga", "vip"), ("partner",))
    assert [point.label for point in card.contact_points if point.kind == "phone"] == ["mobile"]


def test_amounts_keep_the_currency_beside_them() -> None:
    taken("clients", "Account,Revenue,Currency\nAcme,1100.04,EUR\nGlobex,12,\n")
    assert [(clients.get(n).revenue_cents, clients.get(n).currency) for n in (1, 2)] == [(110004, "EUR"), (1200, "USD")]


def test_an_import_of_many_rows_is_undone_and_done_again_as_one() -> None:
    text = "ID,Name,Email,Company,City,Tags\n" + "".join(f"{n},Ann {n},a{n}@x.lv,Firm {n % 50},Riga,t{n % 3}\n" for n in range(3000))
    before, exported = content(), given_out("clients")
    assert taken("clients", text).created == 3000
    after, full = content(), given_out("clients")
    rewind.undo()
    assert (content(), given_out("clients")) == (before, exported)
    assert search.found("client", "ann 17") == []
    rewind.redo()
    assert (content(), given_out("clients")) == (after, full)
    assert len(search.found("client", "ann 17", 500)) == sum("17" in f"{n} {n % 50}" for n in range(3000))


def test_updates_of_an_import_are_undone() -> None:
    taken("clients", "ID,Name,City\n1,Ann,Riga\n2,Bob,Riga\n")
    before = given_out("clients")
    taken("clients", "ID,Name,City,Email,Tags\n1,Ann Lee,Ogre,a@x.lv,vip\n2,Bob,Riga,,\n")
    rewind.undo()
    assert given_out("clients") == before
    assert search.found("client", "lee") == []


def test_search_keys_sort_keys_and_indexes_are_as_if_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name"
    before = database.execute_sql(indexes).fetchall()
    rows = "".join(f"Ыnn {n},A{n}@x.lv; b{n}@x.lv,+371 2000 {n:04},Firm {n % 7}\n" for n in range(2500))
    taken("clients", "Name,Email,Phone,Company\nÄnn,,,\n" + rows)
    kept = database.execute_sql("SELECT id, sort_key, search_key FROM client").fetchall()
    database.execute_sql("UPDATE client SET sort_key = '', search_key = ''")
    database.execute_sql("INSERT INTO client_search (client_search) VALUES ('delete-all')")
    search.refresh("client", [row[0] for row in kept])
    assert database.execute_sql("SELECT id, sort_key, search_key FROM client").fetchall() == kept
    assert database.execute_sql(indexes).fetchall() == before
    assert database.execute_sql("PRAGMA foreign_key_check").fetchall() == []
    assert database.execute_sql("PRAGMA foreign_keys").fetchone() == (1,)


def test_more_companies_than_are_remembered_are_still_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_writing, "REMEMBERED", 10)
    monkeypatch.setattr("crmtui.exchange.clients.REMEMBERED", 10)
    done = taken("clients", "ID,Name,Company\n" + "".join(f"{n},Ann {n},Firm {n % 100}\n" for n in range(3000)))
    assert (done.created, done.related) == (3000, {"companies": 100})
    assert Client.select().where(Client.company.is_null(), Client.kind == "person").count() == 0


CELL = st.sampled_from([
    "", " ", "Ann", " Ann Lee ", "Ł", "a@x.lv", "A@X.LV", "+371 2000 0000", "2000-0000", "Lead", "customer", "03/04/1990", "1990-05-06",
])  # fmt: skip
HEADER = ["ID", "Name", "First name", "Email", "Phone", "Mobile", "Status", "Birthday", "City", "Company"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=10, max_size=10), min_size=1, max_size=4))
def test_rows_read_together_are_what_they_are_one_by_one(rows: list[list[str]]) -> None:
    reader = ClientRows(assign("clients", HEADER, {}), "csv", None, RepRefs(make=False))
    try:
        together = reader.read_many(list(range(len(rows))), list(zip(*rows, strict=True)))
    except (Rejected, Refused, Unreadable):
        return
    if together is not None:
        assert together == [reader.read(line, row, True) for line, row in enumerate(rows)]


def test_what_an_import_did_stands_in_the_history_of_each_client() -> None:
    ann = clients.add({"name": "Ann Lee", "emails": ["ann@x.lv"]}).id
    taken(
        "clients", "Name,Email,Phone,City,Position,Tags\nAnn Lee,ann@x.lv,+37120000000,Riga,CTO,vip\nBob Ro,bob@x.lv,,Riga,,\nCy Do,,,,,\n"
    )
    clients.edit(ann, {"position": "CEO"})
    told = {(each.operation, each.field, each.before, each.after) for each in history.of("client", ann)}
    assert {
        (2, "client.position", None, "CTO"), (2, "contact_point.value", None, "+37120000000"), (2, "address.city", None, "Riga"),
        (2, "client_tag.tag", None, "vip"), (3, "client.position", "CTO", "CEO"),
    } <= told  # fmt: skip
    bob = clients.find("Bob Ro")
    assert {(each.field, each.after) for each in history.of("client", bob) if each.after} >= {
        ("client.name", "Bob Ro"), ("contact_point.value", "bob@x.lv"), ("address.city", "Riga"),
    }  # fmt: skip
    clients.edit(bob, {"name": "Bob Roe"})
    names = [(each.before, each.after) for each in history.of("client", bob) if each.field == "client.name"]
    assert names == [(None, "Bob Ro"), ("Bob Ro", "Bob Roe")]
