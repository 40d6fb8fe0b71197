"""The long list of clients: ids in every order, first pages, lines; worked out again in plain Python over the cards."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crmtui import team
from crmtui.clients import clients, listing, sorting
from crmtui.clients.records import Card
from crmtui.store import connection, keys
from crmtui.store.connection import Base


@pytest.fixture
def company(demo_base: Path) -> Iterator[Base]:
    """The demo company, open."""
    with connection.opened(demo_base, actor="ann", command="test") as opened:
        yield opened


def rank(card: Card, sort: str) -> tuple[Any, ...]:
    """What a client with a company and an owner is ordered by."""
    by_name = (keys.sort_key(card.name), card.id)
    return {
        "name": by_name,
        "company": (keys.sort_key(card.company or ""), card.company_id, *by_name),
        "status": (card.status, *by_name),
        "owner": (keys.sort_key(card.owner or ""), card.owner_id, *by_name),
        "created": (card.created_at, card.id),
        "updated": (card.updated_at, card.id),
    }[sort]


def expected(sort: str, descending: bool) -> list[int]:
    """All the clients in order; who has no company (owner) after the others."""
    cards = list(clients.every())
    lacking = [card for card in cards if sort in ("company", "owner") and getattr(card, sort) is None]
    having = [card for card in cards if card not in lacking]
    having.sort(key=lambda card: rank(card, sort), reverse=descending)
    lacking.sort(key=lambda card: rank(card, "name"), reverse=descending)
    return [card.id for card in having + lacking]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", sorting.SORTS)
def test_the_demo_company_stands_in_every_order(company: Base, sort: str, descending: bool) -> None:
    found = listing.ids(sort=sort, descending=descending)
    assert isinstance(found, array)
    assert list(found) == expected(sort, descending)
    assert listing.first(30, sort=sort, descending=descending) == list(found[:30])
    shown = clients.page(limit=20, offset=15, sort=sort, descending=descending)
    assert [card.id for card in shown] == list(found[15:35])
    assert [card.id for card in clients.every(sort=sort, descending=descending)] == list(found)


def test_names_of_three_scripts_are_each_in_the_order_of_their_alphabet(base: Base) -> None:
    for name in ("Явор", "zoe", "Ёлкин", "林", "Émile", "Єва", "Adam", "青木", "Ефим", "Жан"):
        clients.add({"name": name})
    assert [line.name for line in listing.lines(listing.ids())] == [
        "Adam", "Émile", "zoe", "Ёлкин", "Ефим", "Єва", "Жан", "Явор", "林", "青木",
    ]  # fmt: skip
    assert [line.name for line in listing.lines(listing.first(2, descending=True))] == ["青木", "林"]


def test_companies_and_owners_in_three_scripts_order_their_people_and_none_comes_last(base: Base) -> None:
    owners = [team.add({"name": name}).id for name in ("Янка", "Ann", "王")]
    homes = [clients.add({"name": name, "kind": "company", "owner": owners[0]}).id for name in ("Юность", "Beta", "松")]
    gone = clients.add({"name": "Aaa", "kind": "company"}).id
    for place, name in enumerate(("u", "v", "w")):
        clients.add({"name": name, "company": homes[place], "owner": owners[place]})
    clients.add({"name": "stray", "company": gone})
    clients.delete(gone)
    by_company = [line.name for line in listing.lines(listing.ids(sort="company"))]
    assert by_company == ["v", "u", "w", "Beta", "Юность", "松", "stray"]
    by_owner = [line.name for line in listing.lines(listing.ids(sort="owner"))]
    assert by_owner == ["v", "Beta", "u", "Юность", "松", "w", "stray"]
    assert [line.name for line in listing.lines(listing.ids(sort="company", descending=True))] == [
        "w", "u", "v", "松", "Юность", "Beta", "stray",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "filters",
    [
        {"status": "lead"},
        {"kind": "company"},
        {"words": "win"},
        {"words": "林"},
        {"owner": 2},
        {"kind": "person", "owner": 3, "words": "a"},
    ],
)
@pytest.mark.parametrize("sort", sorting.SORTS)
def test_the_filters_are_those_of_the_clients_in_every_order(company: Base, filters: dict[str, Any], sort: str) -> None:
    wanted = {card.id for card in clients.every(**filters)}
    assert wanted
    assert list(listing.ids(sort=sort, **filters)) == [id_ for id_ in expected(sort, False) if id_ in wanted]
    assert listing.first(5, sort=sort, **filters) == list(listing.ids(sort=sort, **filters)[:5])


def test_a_line_says_what_the_card_says(company: Base) -> None:
    wanted = list(listing.ids(sort="updated"))
    for line, card in zip(listing.lines(wanted), clients.every(sort="updated"), strict=True):
        assert line == listing.Line(
            card.id, card.kind, card.name, card.company, card.status, card.owner, next(iter(card.phones), None),
            next(iter(card.emails), None), card.addresses[0].city if card.addresses else None, card.updated_at,
        )  # fmt: skip


def test_a_line_shows_the_main_phone_and_mail(base: Base) -> None:
    ann = clients.add({"name": "Ann", "phones": ["+371 2 000 0001", "+371 2 000 0002"], "emails": ["b@example.com", "a@example.com"]})
    clients.edit(ann.id, {"emails": ["a@example.com", "b@example.com"], "city": "Riga"})
    line = listing.lines([ann.id])[0]
    assert (line.phone, line.email, line.city) == ("+371 2 000 0001", "a@example.com", "Riga")


def test_lines_keep_the_order_asked_for_and_leave_out_who_is_not_there(base: Base) -> None:
    made = [clients.add({"name": name}).id for name in ("Ann", "Bob", "Cid")]
    assert [line.name for line in listing.lines([made[2], 999, made[0]])] == ["Cid", "Ann"]
    assert listing.lines([]) == []


def test_deleted_clients_are_in_no_list(base: Base) -> None:
    made = [clients.add({"name": name}).id for name in ("Ann", "Bob")]
    clients.delete(made[0])
    for sort in sorting.SORTS:
        assert list(listing.ids(sort=sort)) == [made[1]]


@pytest.mark.parametrize("sort", ["name", "status", "created", "updated"])
def test_a_list_is_read_from_an_index_alone(base: Base, sort: str) -> None:
    part = next(sorting.parts(clients.matching(), sort, True))
    sql, values = part.sql()
    plan = [row[3] for row in base.database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()]
    assert len(plan) == 1
    assert "TEMP B-TREE" not in plan[0]
