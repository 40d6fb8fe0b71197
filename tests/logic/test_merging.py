"""Two clients made one: what comes of their fields, that nothing is left behind, that undo takes all of it back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from peewee import ForeignKeyField

from crmtui import team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients, duplicates, merging
from crmtui.errors import NotFound, Refused, Unreadable
from crmtui.exchange import exporting
from crmtui.sales import attachments, deals, leads, purchases, trash
from crmtui.store import history, rewind
from crmtui.store.connection import Base
from crmtui.store.tables import ALL, Change, Client, DealContact, Draft, Operation, OwnField, OwnValue, Task, database
from tests.logic.exchanging import counts, taken

NOUNS = ("clients", "deals", "interactions", "tasks", "purchases")


def two(kind: str = "person") -> tuple[int, int]:
    """Two clients of a kind with something of everything."""
    kept = clients.add({"name": "Kim Minsu", "kind": kind, "emails": ["kim@example.com"], "phones": ["+82 2 312 3456"], "tags": ["vip"]})
    gone = clients.add(
        {
            "name": "김민수", "kind": kind, "emails": ["minsu@example.net"], "phones": ["+82 2 312 3456", "+82 10 2345 6789"],
            "tags": ["VIP", "oak"], "roles": ["partner"], "city": "Seoul", "source": "fair", "notes": "likes oak", "revenue": "500",
            "external_ids": {"hubspot": "77"}, "status": "customer", "industry": "glass",
        }
    )  # fmt: skip
    return kept.id, gone.id


def exported() -> str:
    """Everything that an export writes."""
    written = io.StringIO()
    for noun in NOUNS:
        exporting.write(noun, written)
    return written.getvalue()


def content() -> dict[str, list[Any]]:
    """Every row of every table but the journal's, derived keys included."""
    tables = [table for table in ALL if table not in (Operation, Change, Draft)]
    return {t._meta.table_name: database.execute_sql(f"SELECT * FROM {t._meta.table_name} ORDER BY id").fetchall() for t in tables}


def test_the_kept_values_stay_what_is_lacking_comes_from_the_other_and_lists_are_united(base: Base) -> None:
    kept, gone = two()
    clients.edit(kept, {"source": "web", "notes": "calls back"})
    merged = merging.merge(kept, gone)
    card = merged.client
    assert (card.id, card.name, card.source, card.industry, card.revenue_cents, card.currency) == (
        1,
        "Kim Minsu",
        "web",
        "glass",
        50_000,
        "USD",
    )
    assert card.emails == ("kim@example.com", "minsu@example.net")
    assert card.phones == ("+82 2 312 3456", "+82 10 2345 6789")
    assert (card.tags, card.roles, card.external_ids) == (("oak", "vip"), ("partner",), {"hubspot": "77"})
    assert [address.city for address in card.addresses] == ["Seoul"]
    assert card.notes == "calls back\n\nlikes oak"
    assert history.operations(limit=1)[0].summary == "merged client 2 김민수 into Kim Minsu"


@pytest.mark.parametrize(
    ("mine", "other", "result"),
    [
        ("lead", "customer", "customer"),
        ("prospect", "lead", "prospect"),
        ("customer", "prospect", "customer"),
        ("lead", "disqualified", "lead"),
        ("former", "customer", "former"),
    ],
)
def test_the_status_further_on_the_way_to_customer_wins(base: Base, mine: str, other: str, result: str) -> None:
    clients.add({"name": "Ann", "status": mine})
    clients.add({"name": "Ben", "status": other})
    assert merging.merge(1, 2).client.status == result


def test_choices_override_field_by_field(base: Base) -> None:
    kept, gone = two()
    clients.edit(kept, {"source": "web", "revenue": "9", "notes": "mine"})
    chosen = {"name": "b", "source": "b", "status": "a", "revenue": "b", "notes": "b", "emails": "b", "phones": "b"}
    card = merging.merge(kept, gone, chosen).client
    assert (card.name, card.source, card.status, card.revenue_cents, card.currency) == ("김민수", "fair", "lead", 50_000, "USD")
    assert (card.notes, card.emails) == ("likes oak", ("minsu@example.net", "kim@example.com"))
    assert card.phones == ("+82 10 2345 6789", "+82 2 312 3456")


def test_first_and_last_name_come_along_only_with_the_name_they_belong_to(base: Base) -> None:
    clients.add({"name": "Anna Petrova"})
    clients.add({"first_name": "Anna", "last_name": "Petrova"})
    clients.add({"first_name": "A.", "last_name": "Petrowa"})
    assert merging.merge(1, 2).client.last_name == "Petrova"
    assert merging.merge(1, 3).client.first_name == "Anna"


def test_a_choice_that_is_none_is_refused_with_what_there_is(base: Base) -> None:
    kept, gone = two()
    with pytest.raises(Unreadable, match='no field "sorce" to choose') as refused:
        merging.merge(kept, gone, {"sorce": "b"})
    assert refused.value.hint.startswith('did you mean "source"?')
    with pytest.raises(Unreadable, match='no side "c" of name'):
        merging.merge(kept, gone, {"name": "c"})


def test_a_client_is_not_merged_with_itself_nor_with_what_it_is_not(base: Base) -> None:
    clients.add({"name": "Ann"})
    clients.add({"name": "Acme", "kind": "company"})
    with pytest.raises(Refused, match="client 1 cannot be merged with itself"):
        merging.merge(1, 1)
    for pair in ((1, 2), (2, 1)):
        with pytest.raises(Refused, match="only two people or two companies can be one"):
            merging.merge(*pair)
    with pytest.raises(NotFound, match="no client 9"):
        merging.merge(1, 9)


# ── everything that leads to a client


def full() -> tuple[int, int]:
    """Two clients; to the second leads a row of every table that can lead to a client."""
    kept, gone = two("company")
    deal = deals.add({"title": "Roof", "client": gone, "value": "100", "contacts": []})
    other = deals.add({"title": "Door", "client": kept})
    DealContact.create(deal=other.id, client=gone)
    tasks.add("Call", client=gone)
    interactions.log("call", client=gone, outcome="reached")
    purchases.add(gone, "40", {"deal": deal.id})
    attachments.add("client", gone, io.BytesIO(b"1200 x 800"), "plan.txt")
    clients.add({"name": "Lee", "company": gone})
    duplicates.tell_apart(gone, clients.add({"name": "Kim Minseo", "kind": "company"}).id)
    merging.merge(gone, clients.add({"name": "Kim M.", "kind": "company"}).id)
    return kept, gone


def test_no_row_of_any_table_leads_to_the_one_that_is_gone(base: Base) -> None:
    """Read off the schema, so that a table that comes later is looked at too."""
    kept, gone = full()
    sql: dict[str, str] = {}
    for table in base.database.get_tables():
        for link in base.database.get_foreign_keys(table):
            if link.dest_table == "client" and (table, link.column) != ("client", "merged_into_id"):
                sql[f"{table}.{link.column}"] = f'SELECT count(*) FROM "{table}" WHERE "{link.column}" = {gone}'
        names = {column.name for column in base.database.get_columns(table)}
        for noun in {"kind", "noun"} & names if "record_id" in names else ():
            sql[f"{table}.record_id"] = f"SELECT count(*) FROM {table} WHERE record_id = {gone} AND {noun} = 'client'"
    filled = {name for name, query in sql.items() if base.database.execute_sql(query).fetchone()[0]}
    known = {
        "address.client_id", "attachment.record_id", "client.company_id", "client_role.client_id", "client_tag.client_id",
        "contact_point.client_id", "deal.client_id", "deal_contact.client_id", "external_id.record_id", "interaction.client_id",
        "not_same.a_id", "purchase.client_id", "task.client_id",
    }  # fmt: skip
    assert known <= filled
    merging.merge(kept, gone)
    left = [name for name, query in sql.items() if base.database.execute_sql(query).fetchone()[0]]
    assert left == []


def test_every_link_in_the_code_is_known_to_merging(base: Base) -> None:
    linked = {(t, n) for t in ALL for n, f in t._meta.fields.items() if isinstance(f, ForeignKeyField) and f.rel_model is Client}
    assert linked <= set(merging.links())


def test_what_was_led_over_is_counted_and_found_with_the_kept_one(base: Base) -> None:
    kept, gone = full()
    merged = merging.merge(kept, gone)
    assert merged.moved == {
        "deals": 1, "deals as a contact": 1, "purchases": 1, "interactions": 1, "tasks": 1, "people": 1, "attachments": 1,
    }  # fmt: skip
    assert {deal.title for deal in deals.every(client=kept)} == {"Roof", "Door"}
    assert len(interactions.of(client=kept)) == len(attachments.listed(client=kept)) == 1
    assert clients.get(3).company == "Kim Minsu"
    assert clients.find("minsu@example.net") == kept
    assert deals.find("roof kim minsu") == 1


def test_undo_of_a_merge_gives_back_every_byte_and_redo_every_byte_of_the_merge(base: Base) -> None:
    kept, gone = full()
    rows, text = content(), exported()
    merging.merge(kept, gone, {"emails": "b", "name": "b"})
    after = content()
    assert after != rows
    rewind.undo()
    assert content() == rows
    assert exported() == text
    rewind.redo()
    assert content() == after


def test_a_file_both_have_is_kept_once_and_a_role_in_a_deal_is_taken_over(base: Base) -> None:
    kept, gone = two()
    for client in (kept, gone):
        attachments.add("client", client, io.BytesIO(b"same"), "plan.txt")
    deal = deals.add({"title": "Roof"})
    DealContact.create(deal=deal.id, client=kept, role="")
    DealContact.create(deal=deal.id, client=gone, role="decides")
    merging.merge(kept, gone)
    assert len(attachments.listed(client=kept)) == 1
    assert [(row.client_id, row.role) for row in DealContact.select()] == [(kept, "decides")]


def test_the_values_of_own_fields_stay_and_those_that_are_lacking_come_along(base: Base) -> None:
    kept, gone = two()
    for number, (mine, other) in enumerate((("oak", "pine"), (None, "pine"), ("oak", None)), 1):
        field = OwnField.create(noun="client", name=f"wood{number}", label="Wood", kind="text", position=number)
        for client, text in ((kept, mine), (gone, other)):
            if text or number == 2:
                OwnValue.create(field=field, kind="client", record_id=client, text=text, key=text or "")
    before = content()
    merging.merge(kept, gone)
    assert [(row.record_id, row.text, row.key) for row in OwnValue.select().order_by(OwnValue.field)] == [
        (kept, "oak", "oak"), (kept, "pine", "pine"), (kept, "oak", "oak"),
    ]  # fmt: skip
    rewind.undo()
    assert content() == before


# ── who is gone leads to who is kept


def test_the_old_id_leads_to_the_kept_one_also_over_several_merges(base: Base) -> None:
    for name in ("Ann", "Ann Lee", "Anne Lee"):
        clients.add({"name": name})
    merging.merge(2, 3)
    merging.merge(1, 2)
    assert [clients.find(ref) for ref in ("1", "2", "#3")] == [1, 1, 1]
    assert clients.count() == 1
    with pytest.raises(NotFound):
        clients.get(3)


def test_the_old_id_leads_nowhere_once_the_kept_one_is_deleted(base: Base) -> None:
    kept, gone = two()
    merging.merge(kept, gone)
    clients.delete(kept)
    with pytest.raises(NotFound):
        clients.find(str(gone))


def test_merges_are_undone_in_turn(base: Base) -> None:
    for name in ("Ann", "Ann Lee", "Anne Lee"):
        clients.add({"name": name})
    first = merging.merge(2, 3)
    merging.merge(1, 2)
    assert first.gone == "Anne Lee"
    with pytest.raises(Refused, match="cannot be undone: operation 5"):
        rewind.undo(4)
    rewind.undo()
    assert clients.find("3") == 2
    rewind.undo()
    assert clients.find("3") == 3


def test_a_merged_client_is_not_restored_beside_the_one_it_is_now(base: Base) -> None:
    kept, gone = two()
    merging.merge(kept, gone)
    with pytest.raises(Refused, match="client 2 김민수 was merged into 1 Kim Minsu"):
        trash.restore_client(gone)


def test_an_import_finds_the_kept_client_by_either_of_two_ids_of_one_system(base: Base) -> None:
    for number, name in (("7", "Ann Lee"), ("8", "Anne Lee")):
        taken("clients", f"id,name,city\n{number},{name},Riga\n", system="hubspot")
    merging.merge(1, 2)
    assert clients.get(1).external_ids == {"hubspot": "7"}
    assert clients.find("8") == 1
    again = "id,name,source\n7,Ann Lee,fair\n8,Ann Lee,fair\n"
    assert counts(taken("clients", again, system="hubspot")) == (2, 0, 1, 1, 0, 0)
    assert clients.count() == 1
    clients.edit(1, {"external_ids": {"hubspot": "8"}})
    clients.edit(1, {"external_ids": {"hubspot": ""}})
    assert clients.get(1).external_ids == {}


# ── companies above each other


@pytest.mark.parametrize("kept", [1, 2, 3])
@pytest.mark.parametrize("gone", [1, 2, 3])
def test_companies_that_stand_above_each_other_never_come_to_stand_above_themselves(base: Base, kept: int, gone: int) -> None:
    above = None
    for name in ("Top", "Middle", "Low"):
        above = clients.add({"name": name, "kind": "company", **({"company": above} if above else {})}).id
    if kept == gone:
        return
    merging.merge(kept, gone)
    for start in {1, 2, 3} - {gone}:
        seen, step = [], start
        while step is not None:
            assert step not in seen
            assert step != gone
            seen.append(step)
            step = clients.get(step).company_id


# ── the preview


def test_the_preview_is_what_the_merge_makes_of_each_field_and_changes_nothing(base: Base) -> None:
    kept, gone = full()
    before = content()
    shown = {each.field: (each.a, each.b, each.result) for each in merging.preview(kept, gone, {"name": "b"})}
    assert content() == before
    assert shown["name"] == ("Kim Minsu", "김민수", "김민수")
    assert shown["status"] == ("lead", "customer", "customer")
    assert shown["industry"] == ("", "glass", "glass")
    assert shown["emails"] == ("kim@example.com", "minsu@example.net", "kim@example.com; minsu@example.net")
    assert shown["revenue"] == ("", "500 USD", "500 USD")
    assert shown["deals"] == ("1", "1", "2")
    assert "kind" not in shown
    card = merging.merge(kept, gone, {"name": "b"}).client
    assert (card.name, card.status) == (shown["name"][2], shown["status"][2])


def test_a_lead_that_is_merged_takes_its_notes_and_its_deal_along(base: Base) -> None:
    clients.add({"name": "Ann Lee", "status": "customer"})
    lead = clients.add({"name": "A. Lee", "source": "fair"})
    interactions.log("note", client=lead.id, note="asked for oak")
    deal = leads.convert(lead.id, {"title": "Roof"})
    merging.merge(1, lead.id)
    assert deals.get(deal.id).client == "Ann Lee"
    assert interactions.of(client=1)[0].note == "asked for oak"
    assert Task.select().where(Task.client == lead.id).count() == 0


def test_a_rep_of_the_other_is_taken_only_where_there_is_none(base: Base) -> None:
    ann, ben = (team.add({"name": name}).id for name in ("Ann", "Ben"))
    for owner in (None, ann, ben):
        row = clients.add({"name": f"Client of {owner}"})
        clients.edit(row.id, {"owner": owner})
    assert merging.merge(1, 2).client.owner == "Ann"
    assert merging.merge(1, 3).client.owner == "Ann"
