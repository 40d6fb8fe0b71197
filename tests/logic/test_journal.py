"""Operations, undo, redo and the history: what was done is known, and can be taken back."""

from __future__ import annotations

import pytest

from crmtui.clients import clients
from crmtui.errors import NotFound, Refused
from crmtui.sales import deals, moves
from crmtui.store import history, journal, rewind, search
from crmtui.store.connection import Base
from crmtui.store.tables import Change, Client, Operation, Tag, database


def test_a_block_that_changes_nothing_leaves_no_operation(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    clients.edit(ann.id, {"name": "Ann"})
    assert Operation.select().count() == 1


def test_a_block_that_fails_leaves_nothing(base: Base) -> None:
    def half() -> None:
        with journal.operation("half") as recorder:
            recorder.insert(Tag, name="x", key="x")
            raise Refused("no")

    with pytest.raises(Refused):
        half()
    assert Tag.select().count() == 0
    assert Operation.select().count() == 0


def test_an_operation_inside_another_is_a_part_of_it(base: Base) -> None:
    with journal.operation("both"):
        clients.add({"name": "Ann"})
        clients.add({"name": "Ben"})
    assert [event.summary for event in history.operations()] == ["both"]
    rewind.undo()
    assert clients.count() == 0


def test_undo_and_redo_walk_back_and_forth_in_order(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    clients.edit(ann.id, {"name": "Anna"})
    clients.edit(ann.id, {"name": "Annabel"})
    rewind.undo()
    rewind.undo()
    assert clients.get(ann.id).name == "Ann"
    rewind.redo()
    rewind.redo()
    assert clients.get(ann.id).name == "Annabel"
    with pytest.raises(NotFound, match="nothing to redo"):
        rewind.redo()


def test_a_new_change_ends_what_could_be_redone(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    clients.edit(ann.id, {"name": "Anna"})
    rewind.undo()
    clients.add({"name": "Ben"})
    with pytest.raises(NotFound, match="nothing to redo"):
        rewind.redo()


def test_undo_takes_back_only_what_the_actor_did(base: Base) -> None:
    clients.add({"name": "Ann"})
    base.actor = "ben"
    with pytest.raises(NotFound, match="nothing to undo for ben"):
        rewind.undo()


def test_an_older_operation_is_undone_when_nothing_stands_in_its_way(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    clients.edit(ann.id, {"city": "Riga"})
    clients.edit(ann.id, {"name": "Anna"})
    rewind.undo(2)
    assert clients.get(ann.id).addresses == ()
    assert clients.get(ann.id).name == "Anna"


def test_an_operation_under_a_later_change_is_refused_by_name(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    clients.edit(ann.id, {"name": "Anna"})
    clients.edit(ann.id, {"name": "Annabel"})
    with pytest.raises(Refused, match="operation 3") as refused:
        rewind.undo(2)
    assert refused.value.hint == "undo 3 first"
    assert clients.get(ann.id).name == "Annabel"


def test_a_client_that_a_later_deal_needs_is_not_undone(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    deals.add({"title": "Roof", "client": ann.id})
    with pytest.raises(Refused, match="what was added later belongs to it"):
        rewind.undo(1)
    assert clients.get(ann.id).name == "Ann"


def test_search_follows_undo_and_redo(base: Base) -> None:
    clients.add({"name": "Zoë Krüger", "emails": ["zoe@example.org"]})
    assert search.found("client", "kruger zoe@") == [1]
    rewind.undo()
    assert search.found("client", "kruger") == []
    rewind.redo()
    assert search.found("client", "KRÜGER") == [1]
    database.execute_sql("INSERT INTO client_search (client_search, rank) VALUES ('integrity-check', 1)")


def test_a_company_renamed_is_found_through_its_people_by_the_new_name(base: Base) -> None:
    acme = clients.add({"name": "Acme", "kind": "company"})
    ann = clients.add({"name": "Ann", "company": acme.id})
    deal = deals.add({"title": "Roof", "client": acme.id})
    clients.edit(acme.id, {"name": "Globex"})
    assert search.found("client", "globex") == [ann.id, acme.id]
    assert search.found("deal", "globex") == [deal.id]
    assert search.found("client", "acme") == []


def test_history_tells_each_value_with_who_and_when(base: Base) -> None:
    ann = clients.add({"name": "Ann", "phones": ["+37120000000"]})
    base.actor, base.command = "ben", "edit-client"
    clients.edit(ann.id, {"name": "Anna"})
    told = history.of("client", ann.id)
    last = told[-1]
    assert (last.actor, last.command, last.field, last.before, last.after) == ("ben", "edit-client", "client.name", "Ann", "Anna")
    assert ("contact_point.value", None, "+37120000000") in [(c.field, c.before, c.after) for c in told]


def test_a_run_of_inserts_is_one_line_and_one_undo(base: Base) -> None:
    names = ("id", "kind", "name", "status", "sort_key", "search_key", "created_at", "updated_at")
    moment = "2026-03-01 00:00:00.000000"
    rows = [(i, "person", f"Client {i}", "lead", f"client {i}", f"client {i}", moment, moment) for i in range(1, 2501)]
    with journal.operation("imported") as recorder:
        recorder.insert_run(Client, names, rows)
    assert Change.select().count() == 1
    assert search.found("client", "client 2500") == [2500]
    rewind.undo()
    assert Client.select().count() == 0
    assert search.found("client", "2500") == []
    rewind.redo()
    assert Client.select().count() == 2500
    assert search.found("client", "client 1777") == [1777]


def test_a_run_with_a_row_changed_since_is_not_undone(base: Base) -> None:
    names = ("id", "kind", "name", "status", "sort_key", "search_key", "created_at", "updated_at")
    moment = "2026-03-01 00:00:00.000000"
    with journal.operation("imported") as recorder:
        recorder.insert_run(Client, names, [(i, "person", f"C{i}", "lead", "c", "c", moment, moment) for i in range(1, 20)])
    clients.edit(7, {"name": "Seven"})
    with pytest.raises(Refused, match="changed client C7"):
        rewind.undo(1)
    assert Client.select().count() == 19


def test_ids_are_never_given_twice(base: Base) -> None:
    first = clients.add({"name": "Ann"})
    rewind.undo()
    assert clients.add({"name": "Ben"}).id > first.id


def test_a_rehearsal_leaves_the_base_as_it_was(base: Base) -> None:
    ann = clients.add({"name": "Ann"})
    deal = deals.add({"title": "Roof", "client": ann.id})
    with base.rehearsing():
        moves.move(deal.id, "won")
        clients.add({"name": "Ben"})
        assert clients.count() == 2
    assert clients.count() == 1
    assert deals.get(deal.id).stage == "Lead"
    assert len(history.operations()) == 2
