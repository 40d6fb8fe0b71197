"""What is exported comes back as it was."""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmtui import team
from crmtui.clients import clients
from crmtui.errors import Unreadable
from crmtui.exchange import exporting
from crmtui.sales import deals, moves, pipelines, products
from crmtui.store import connection
from tests.logic.exchanging import counts, given_out, taken

KINDS = ("reps", "products", "clients", "deals")


@pytest.mark.usefixtures("base")
def test_the_header_names_the_fields_and_lists_stand_in_one_cell() -> None:
    clients.add({
        "name": "Ann", "emails": ["work:a@x.lv", "b@x.lv"], "tags": ["a;b", "vip"], "city": "Riga", "revenue": "12.5", "notes": "a\rb",
        "external_ids": {"crm": "7"},
    })  # fmt: skip
    assert given_out("clients") == (
        "kind,name,first_name,last_name,status,status_reason,company,position,emails,phones,street,city,region,postcode,country,owner,source,"
        "roles,tags,website,birth_date,sex,marital_status,income,purpose,industry,founded,employees,revenue,currency,notes,external_ids,"
        "created_at\n"
        'person,Ann,,,lead,,,,work: a@x.lv; b@x.lv,,,Riga,,,,,,,a\\;b; vip,,,,,,,,,,12.50,USD,"a\rb",crm=7,2026-03-04T10:00:00+00:00\n'
    )


@pytest.mark.usefixtures("base")
def test_a_deal_is_exported_with_its_amount_and_moments() -> None:
    products.add({"name": "Oak"})
    deals.add({"title": "Roof", "value": "1200", "currency": "EUR", "opened_at": "2026-03-01", "products": [1]})
    moves.move(1, "won")
    assert given_out("deals").splitlines()[1] == (
        "Roof,,,Sales,Won,1200.00,EUR,,,,,,2026-03-01T00:00:00+00:00,,2026-03-04T10:00:00+00:00,,,Oak,,,"
    )


@pytest.mark.usefixtures("base")
def test_chosen_records_are_exported_in_their_order() -> None:
    for name in ("Ann", "Bob", "Cid"):
        clients.add({"name": name})
    stream = io.StringIO()
    assert exporting.write("clients", stream, [3, 1]) == 2
    assert [line.split(",")[1] for line in stream.getvalue().splitlines()] == ["name", "Cid", "Ann"]


@pytest.mark.usefixtures("base")
def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Unreadable, match='no kind "client"; did you mean "clients"'):
        exporting.write("client", io.StringIO())


@pytest.mark.usefixtures("base")
def test_importing_an_export_into_its_own_base_changes_nothing() -> None:
    clients.add({"kind": "company", "name": "Acme"})
    clients.add({"name": "Ann", "company": 1, "phones": ["mobile:+37120000000"], "tags": ["x"], "roles": ["partner"]})
    deals.add({"title": "Roof", "client": 1, "tags": ["y"]})
    for kind in ("clients", "deals"):
        assert counts(taken(kind, given_out(kind)))[1:] == (0, 0, {"clients": 2, "deals": 1}[kind], 0, 0)


WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip)
NAME = WORD.filter(bool)
DAY = st.dates().filter(lambda day: 1950 <= day.year <= 2025).map(str) | st.just("")


def named(names: list[str]) -> list[str]:
    """Names that no rule takes for the same one."""
    return [f"{name} {number}x" for number, name in enumerate(names)]


PERSON = st.fixed_dictionaries({}, optional={
    "first_name": WORD, "position": WORD, "status": st.sampled_from(["lead", "customer", "former"]), "source": WORD, "website": WORD,
    "birth_date": DAY, "industry": WORD, "founded": st.sampled_from(["1999", ""]), "employees": st.sampled_from(["0", "17"]),
    "revenue": st.sampled_from(["12.5", "1000000", "0"]), "notes": WORD, "street": WORD, "city": WORD, "postcode": WORD,
    "tags": st.lists(NAME, max_size=3), "roles": st.lists(st.sampled_from(["partner", "supplier"]), max_size=2),
    "phones": st.lists(st.sampled_from(["+371 2000 0000", "mobile:22 33 44;ext=5", "home: 555-0101"]), max_size=3),
})  # fmt: skip
DEAL = st.fixed_dictionaries({}, optional={
    "value": st.sampled_from(["12.5", "EUR 1000000", "0"]), "source": WORD, "need": WORD, "next_step": WORD, "expected_close": DAY,
    "opened_at": DAY, "competitor": WORD, "notes": WORD, "tags": st.lists(NAME, max_size=3),
})  # fmt: skip
STAGE = st.sampled_from(["Lead", "Proposal", "won"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(NAME, PERSON), max_size=4), st.lists(st.tuples(NAME, DEAL, STAGE), max_size=3))
def test_a_base_exported_and_imported_into_an_empty_one_is_exported_alike(
    people: list[tuple[str, dict[str, object]]], sales: list[tuple[str, dict[str, object], str]]
) -> None:
    with TemporaryDirectory() as folder:
        with connection.opened(Path(folder) / "one.db"):
            fill(people, sales)
            first = {kind: given_out(kind) for kind in KINDS}
        with connection.opened(Path(folder) / "two.db"):
            for kind, text in first.items():
                done = taken(kind, text, rejects=Path(folder) / "r.csv")
                assert (done.rejected, done.rejects) == (0, ())
            assert {kind: given_out(kind) for kind in KINDS} == first


def fill(people: list[tuple[str, dict[str, object]]], sales: list[tuple[str, dict[str, object], str]]) -> None:
    """Reps, products, a company, these people in it, and deals with it."""
    boss = team.add({"name": "Boss, the"}).id
    rep = team.add({"name": 'Ann "A"', "email": "ann@x.lv", "manager": boss, "region": "East; West"}).id
    product = products.add({"name": "Oak; old", "code": "=1", "price": "12.50", "external_ids": {"shop": "a;b=c"}}).id
    company = clients.add({"kind": "company", "name": "Acme\nand sons", "external_ids": {"crm": "1"}}).id
    for number, (name, values) in enumerate(people):
        added = {"name": f"{name} {number}x", "emails": [f"work:a{number}@x.lv"], "owner": rep, "company": company, **values}
        clients.add(added, allow_duplicate=True)
    for number, (title, values, stage) in enumerate(sales):
        values = {key: value for key, value in values.items() if value != ""}
        card = deals.add({"title": f"{title} {number}x", "client": company, "owner": rep, "products": [product], **values})
        if stage != "Lead":
            moves.move(card.id, stage)
    assert pipelines.load()
