"""Consent: kept with its day and its source, seen wherever it matters, and never lost when clients become one."""

from __future__ import annotations

from datetime import datetime

import pytest

from crmtui.activities import interactions
from crmtui.clients import clients, consents, merging
from crmtui.errors import NotFound, Unreadable
from crmtui.sales import pages
from crmtui.store import history, rewind
from crmtui.store.connection import Base


@pytest.fixture
def ann(base: Base) -> int:
    return clients.add({"name": "Ann Berg"}).id


def said(client: int) -> dict[str, str]:
    return {each.channel: each.state for each in consents.of(client)}


def test_an_answer_is_kept_with_its_day_and_its_source(ann: int) -> None:
    answer = consents.answer(ann, "email", "no", source="by phone", note="too many")
    assert answer == consents.Answer(
        ann, "Ann Berg", "email", "refused", datetime.fromisoformat("2026-03-04T10:00:00+00:00"), "by phone", "too many"
    )
    assert pages.of_client(ann).consents == (answer,)


def test_a_new_answer_stands_instead_of_the_former_and_history_knows_both(ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    consents.answer(ann, "call", "yes")
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T10:00:00+00:00")
    assert consents.answer(ann, "call", "no").at == datetime.fromisoformat("2026-03-05T10:00:00+00:00")
    changes = [(each.before, each.after) for each in history.of("client", ann) if each.field == "consent.state"]
    assert changes == [(None, "granted"), ("granted", "refused")]
    rewind.undo()
    assert said(ann) == {"call": "granted"}


def test_the_same_answer_again_keeps_the_day_on_which_it_was_given(ann: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = consents.answer(ann, "call", "yes")
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T10:00:00+00:00")
    assert consents.answer(ann, "call", "yes") == first


def test_other_channels_answers_and_clients_are_refused(ann: int) -> None:
    with pytest.raises(Unreadable, match='no channel "mail"'):
        consents.answer(ann, "mail", "yes")
    with pytest.raises(Unreadable, match='no answer "maybe"'):
        consents.answer(ann, "email", "maybe")
    with pytest.raises(NotFound):
        consents.answer(9, "email", "yes")


def test_those_who_said_yes_are_listed(ann: int) -> None:
    for name, answer in (("Ben", "yes"), ("Cleo", "no"), ("Dan", "unknown")):
        consents.answer(clients.add({"name": name}).id, "email", answer)
    assert [card.name for card in clients.page(may="email")] == ["Ben"]
    assert clients.count(may="call") == 0
    with pytest.raises(Unreadable):
        clients.count(may="fax")


@pytest.mark.parametrize(
    ("kind", "direction", "warned"),
    [("call", "out", True), ("call", None, True), ("call", "in", False), ("email", "out", False), ("note", None, False)],
)
def test_whoever_calls_against_a_refusal_is_told(base: Base, ann: int, kind: str, direction: str | None, warned: bool) -> None:
    consents.answer(ann, "call", "no", source="by phone")
    interactions.log(kind, client=ann, direction=direction, note="x")
    told = [f"client {ann} does not want to be called, since 2026-03-04 (by phone)"]
    assert base.notes == (told if warned else [])


@pytest.mark.parametrize(
    ("kept", "gone", "result"),
    [
        (None, "yes", "granted"), ("yes", "no", "refused"), ("no", "yes", "refused"), ("yes", None, "granted"),
        ("unknown", "yes", "granted"), ("yes", "unknown", "granted"),
    ],
)  # fmt: skip
def test_when_two_clients_become_one_a_refusal_of_either_stands(
    base: Base, ann: int, kept: str | None, gone: str | None, result: str
) -> None:
    other = clients.add({"name": "A. Berg"}).id
    for client, answer in ((ann, kept), (other, gone)):
        if answer:
            consents.answer(client, "post", answer)
    merging.merge(ann, other)
    assert said(ann) == {"post": result}
    rewind.undo()
    assert {**said(ann), "x": ""} == {**({"post": {"yes": "granted", "no": "refused"}.get(kept, kept)} if kept else {}), "x": ""}
