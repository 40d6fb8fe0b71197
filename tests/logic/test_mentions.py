"""Mentions: a colleague whom a note names with an @ finds it on their list."""

from __future__ import annotations

import pytest

from crmtui import team
from crmtui.activities import interactions, mentions, tasks
from crmtui.clients import clients
from crmtui.errors import NotFound
from crmtui.sales import followups
from crmtui.store import rewind
from crmtui.store.connection import Base


@pytest.fixture
def reps(base: Base) -> dict[str, int]:
    """Ann works; beside her two Nils, Brigid, 김민수, and Otto, who has gone."""
    people = (("Ann Lee", "ann@example.com"), ("Nils Berg", "nb@example.com"), ("Nils Holm", ""), ("Brigid O'Neil", ""), ("김민수", ""),
              ("Otto Gone", ""))  # fmt: skip
    found = {name: team.add({"name": name, "email": mail}).id for name, mail in people}
    team.edit(found["Otto Gone"], {"active": False})
    base.actor_id, base.actor = found["Ann Lee"], "Ann Lee"
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Berg please", ["Nils Berg"]), ("ask @Nils Holm.", ["Nils Holm"]), ("@nils.berg, @BRIGID!", ["Nils Berg", "Brigid O'Neil"]),
        ("(@nb@example.com)", ["Nils Berg"]), ("@nb", ["Nils Berg"]), ("@nilsholm", ["Nils Holm"]), ("@김민수 보세요", ["김민수"]),
        ("@Brigid O'Neil's", ["Brigid O'Neil"]), ("@nils", []), ("@nobody @", []), ("mail to nb@example.com", []), ("@otto", []),
        ("@@berg", []), ("@Nils\nHolm", ["Nils Holm"]), ("", []), ("@Nils Bergman", []),
    ],
)  # fmt: skip
def test_who_is_named(reps: dict[str, int], text: str, names: list[str]) -> None:
    assert mentions.named(text) == {reps[name] for name in names}


def test_a_note_stands_on_the_list_of_whom_it_names_until_it_is_seen(reps: dict[str, int]) -> None:
    mara = clients.add({"name": "Mara"}).id
    followups.log("call", mara, note="@berg she wants oak", outcome="reached")
    job = tasks.add("Order", client=mara, note="with @Nils Berg and @brigid, says @ann")
    call, order = mentions.waiting(reps["Nils Berg"])[::-1]
    assert (call.noun, call.client, call.note, call.author) == ("interaction", "Mara", "@berg she wants oak", "Ann Lee")
    assert (order.noun, order.record_id, order.title, order.client_id) == ("task", job.id, "Order", mara)
    assert mentions.waiting(reps["Ann Lee"]) == []
    assert mentions.see(order.id).seen_at is not None
    assert mentions.waiting(reps["Nils Berg"]) == [call]
    assert mentions.count(rep=reps["Nils Berg"], seen=True) == len(mentions.listed(rep=reps["Nils Berg"], seen=True)) == 2
    with pytest.raises(NotFound):
        mentions.see(99)


def test_it_is_part_of_the_operation_and_undone_with_it(reps: dict[str, int]) -> None:
    interactions.log("note", client=None, note="@berg look")
    assert mentions.count() == 1
    rewind.undo()
    assert mentions.count() == 0
    rewind.redo()
    assert mentions.count() == 1


def test_a_changed_note_tells_only_those_who_are_new_and_lets_go_who_is_gone(reps: dict[str, int]) -> None:
    job = tasks.add("Order", note="@berg @holm")
    berg = mentions.waiting(reps["Nils Berg"])[0]
    mentions.see(berg.id)
    tasks.edit(job.id, {"note": "@brigid"})
    assert [call.rep for call in mentions.listed(seen=True)] == ["Brigid O'Neil", "Nils Berg"]
    tasks.edit(job.id, {"note": "@brigid @berg"})
    assert mentions.waiting(reps["Nils Berg"]) == []
    tasks.edit(job.id, {"title": "Order now"})
    assert mentions.count() == 1


def test_a_flood_of_at_signs_is_quick(reps: dict[str, int]) -> None:
    assert mentions.named("@x " * 300_000) == set()
    assert mentions.named("@" * 900_000) == set()
