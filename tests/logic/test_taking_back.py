"""Imports as a whole: listed, known again, and taken back row by row around what people have changed since."""

from __future__ import annotations

from typing import Any

import pytest

from crmtui import team
from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.errors import NotFound, Refused
from crmtui.sales import deals, pipelines
from crmtui.store import history, imports, rewind, search, takeback
from crmtui.store.connection import Base
from crmtui.store.tables import ContactPoint, ExternalId, Tag
from tests.logic.exchanging import content, given_out, taken

pytestmark = pytest.mark.usefixtures("base")

HEADER = "ID,Name,Email,Phone,City,Tags\n"


def sheet(count: int) -> str:
    return HEADER + "".join(f"{n},Ann {n},a{n}@x.lv,+3712{n:07d},Riga,t{n % 3}\n" for n in range(count))


def named(done: takeback.TakenBack) -> list[tuple[str, str | None, str]]:
    return [(kept.noun, kept.label, kept.why) for kept in done.kept]


def test_an_import_is_taken_back_but_for_the_rows_that_people_touched() -> None:
    clients.add({"name": "Old"})
    done = taken("clients", sheet(5000))
    edited, called, moved = (clients.find(f"a{n}@x.lv") for n in (5, 2500, 4999))
    clients.edit(edited, {"name": "Anna"})
    clients.edit(called, {"phones": ["+371 2999 9999"]})
    tasks.add("Call", client=moved)
    back = takeback.run(done.operation or 0)
    assert (back.of, back.removed, back.restored) == (done.operation, 4997, 0)
    assert named(back) == [
        ("client", "Anna", "changed since"), ("client", "Ann 2500", "changed since"),
        ("client", "Ann 4999", "task 1 was added to it since"),
    ]  # fmt: skip
    assert [kept.changed_by for kept in back.kept] == [3, 4, None]
    assert [card.name for card in clients.every()] == ["Ann 2500", "Ann 4999", "Anna", "Old"]
    assert clients.get(edited).emails == ("a5@x.lv",)
    assert clients.get(moved).tags == ("t1",)
    assert (ContactPoint.select().count(), ExternalId.select().count(), Tag.select().count()) == (6, 3, 2)


def test_taking_an_import_back_is_one_step_that_can_be_undone_and_done_again() -> None:
    done = taken("clients", sheet(1500))
    clients.edit(clients.find("a7@x.lv"), {"name": "Anna"})
    full, exported = content(), given_out("clients")
    takeback.run(done.operation or 0)
    gone = content()
    rewind.undo()
    assert (content(), given_out("clients")) == (full, exported)
    assert clients.find("a1499@x.lv")
    assert not imports.page()[0].undone
    rewind.redo()
    assert content() == gone
    assert imports.page()[0].undone


def test_what_was_there_before_gets_its_old_values_back_where_nobody_changed_them() -> None:
    taken("clients", "ID,Name,City,Website,Email\n1,Ann,Riga,a.lv,ann@x.lv\n2,Ben,Riga,b.lv,ben@x.lv\n")
    ann, ben = clients.find("ann@x.lv"), clients.find("ben@x.lv")
    old = content("operation")
    second = taken("clients", "ID,Name,City,Website,Email,Phone\n1,Anna,Ogre,aa.lv,ann@x.lv,+37120000001\n2,Benny,Ogre,bb.lv,ben@x.lv,\n")
    assert (second.updated, second.created) == (2, 0)
    clients.edit(ben, {"website": "ben.example"})
    back = takeback.run(second.operation or 0)
    assert named(back) == [("client", "Ben", "website changed since")]
    assert (clients.get(ann).name, clients.get(ann).website, clients.get(ann).phones) == ("Ann", "a.lv", ())
    assert (clients.get(ben).name, clients.get(ben).website, clients.get(ben).addresses[0].city) == ("Ben", "ben.example", "Riga")
    assert content()["contact_point"] == old["contact_point"]
    with pytest.raises(NotFound):
        clients.find("+37120000001")
    rewind.undo()
    assert clients.find("+37120000001") == ann


def test_with_what_stays_stays_what_it_points_to() -> None:
    done = taken("clients", "Name,Email,Company,Owner\nAnn,ann@x.lv,Acme,Nils\nBen,ben@x.lv,Berg,Otto\n", create_missing=True)
    ann = clients.find("ann@x.lv")
    deals.add({"title": "Roof", "client": ann})
    back = takeback.run(done.operation or 0)
    assert named(back) == [
        ("client", "Acme", f"client {ann}, which stays, belongs to it"), ("client", "Ann", "deal 1 was added to it since"),
        ("rep", "Nils", f"client {ann}, which stays, belongs to it"),
    ]  # fmt: skip
    assert [member.name for member in team.load()] == ["Nils"]


def test_a_part_that_somebody_added_or_took_away_keeps_its_record() -> None:
    done = taken("clients", sheet(4))
    clients.tag(clients.find("a1@x.lv"), ["vip"])
    clients.edit(clients.find("a2@x.lv"), {"phones": []})
    assert [label for _, label, _ in named(takeback.run(done.operation or 0))] == ["Ann 1", "Ann 2"]


def test_a_change_that_was_undone_does_not_keep_a_row() -> None:
    done = taken("clients", sheet(3))
    clients.edit(clients.find("a1@x.lv"), {"name": "Anna"})
    rewind.undo()
    assert takeback.run(done.operation or 0).kept == ()
    assert clients.count() == 0


@pytest.mark.parametrize(
    ("kind", "text", "options"),
    [
        ("deals", "Title,Client,Stage,Value,Products\nRoof,Ann,Lead,10,Glass\nDoor,Ben,Proposal,20,Oak\n", {"create_missing": True}),
        ("deals", "Title,Pipeline,Stage\nRoof,Repairs,Visit\n", {"pipelines": {"Repairs": ("Call", "Visit", "Won")}}),
        ("clients", "Name,Email,Roof type\nAnn,ann@x.lv,flat\n", {"keep_unknown": True}),
        ("tasks", "Title,Client,Due date\nCall,Ann,2026-04-01\n", {"create_missing": True}),
        ("interactions", "Type,Client,Date,Note\ncall,Ann,2026-02-01,hello\n", {"create_missing": True}),
        ("purchases", "Client,Date,Amount,Product\nAnn,2026-02-01,20,Glass\n", {"create_missing": True}),
        ("products", "Name,Price\nGlass,20\n", {}),
        ("reps", "Name,Manager\nNils,Otto\nOtto,\n", {}),
        ("clients", "ID,Name,Kind,Parent company\n1,Acme,company,Berg\n2,Berg,company,\n", {}),
    ],
)
def test_an_import_of_any_kind_that_nobody_touched_leaves_nothing(kind: str, text: str, options: dict[str, Any]) -> None:
    before = content()
    done = taken(kind, text, **options)
    full = content()
    assert (done.rejected, done.created > 0) == (0, True)
    back = takeback.run(done.operation or 0)
    assert (content(), back.kept) == (before, ())
    rewind.undo()
    assert content() == full
    rewind.redo()
    assert content() == before


def test_an_import_is_taken_back_once() -> None:
    done = taken("clients", sheet(2))
    takeback.run(done.operation or 0)
    with pytest.raises(Refused, match=r"import 1 \(2 clients from stdin\) is taken back already"):
        takeback.run(done.operation or 0)
    with pytest.raises(NotFound, match="no import 99"):
        takeback.run(99)


def test_an_import_that_was_undone_as_a_whole_is_undone() -> None:
    taken("clients", sheet(2))
    rewind.undo()
    assert [each.undone for each in imports.every()] == [True]
    rewind.redo()
    assert [each.undone for each in imports.every()] == [False]


def test_imports_are_listed_with_what_became_of_their_rows(base: Base) -> None:
    clients.add({"name": "Ann"})
    taken("clients", sheet(2), file_name="/tmp/people.csv")
    taken("products", "Name,Price\nGlass,20\nOak,much\n", rejects=base.path.with_name("rejects.csv"))
    taken("clients", sheet(2))
    newest, first = imports.page()
    assert (newest.id, newest.actor, newest.kind, newest.file) == (3, "ann", "products", "stdin")
    assert (newest.rows, newest.created, newest.rejected) == (2, 1, 1)
    assert (first.id, first.file, first.created, first.undone, imports.count()) == (2, "people.csv", 2, False, 2)
    assert (imports.find("last"), imports.find("#2")) == (3, 2)


def test_an_import_shows_the_records_it_touched_by_page() -> None:
    taken("clients", "ID,Name,Email\n1,Ann,ann@x.lv\n2,Ben,ben@x.lv\n")
    done = taken("clients", "ID,Name,Email,Phone\n1,Anna,ann@x.lv,\n2,Ben,ben@x.lv,+37120000001\n3,Cid,cid@x.lv,\n")
    found = imports.show(done.operation or 0)
    assert [(each.noun, each.label, each.change) for each in found.records] == [
        ("client", "Cid", "created"), ("client", "Anna", "updated"), ("client", "Ben", "updated"),
    ]  # fmt: skip
    part = imports.show(done.operation or 0, limit=1, offset=1)
    assert (part.touched, [each.label for each in part.records]) == (3, ["Anna"])
    takeback.run(done.operation or 0)
    assert imports.show(done.operation or 0).records[0].label is None


def test_the_very_same_file_is_known_again_as_long_as_its_import_stands() -> None:
    first = taken("products", "Name,Price\nGlass,20\n")
    again = taken("products", "Name,Price\nGlass,20\n")
    assert (first.already, again.already, again.operation, again.unchanged) == (None, first.operation, None, 1)
    assert again.already_at == history.operations()[0].at
    assert taken("products", "Name,Price\nGlass,20\n", system="shop").already is None
    assert taken("products", "Name,Price\nGlass,21\n").already is None
    rewind.undo()
    rewind.undo()
    assert taken("products", "Name,Price\nGlass,20\n").already is None


def test_a_pipeline_that_somebody_sells_in_keeps_all_its_stages() -> None:
    done = taken("deals", "Title,Pipeline,Stage\nRoof,Repairs,Visit\n", pipelines={"Repairs": ("Call", "Visit", "Won")})
    deals.add({"title": "Own"}, stage=pipelines.find("Repairs/Call"))
    back = takeback.run(done.operation or 0)
    assert [(kept.noun, kept.label) for kept in back.kept if kept.noun == "pipeline"] == [("pipeline", "Repairs")]
    assert [step.name for step in pipelines.load(pipelines.find_pipeline("Repairs"))] == ["Call", "Visit", "Won", "Lost"]
    assert [card.title for card in deals.every()] == ["Own"]


def test_a_phone_that_an_import_added_is_found_as_long_as_it_is_there() -> None:
    taken("clients", "Name,Email\nAnn,ann@x.lv\n")
    taken("clients", "Name,Email,Phone\nAnn,ann@x.lv,+37120000001\n")
    rewind.undo()
    assert search.found("client", "37120000001") == []
    rewind.redo()
    assert search.found("client", "37120000001") == [1]
