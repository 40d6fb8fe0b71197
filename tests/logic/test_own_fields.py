"""Own fields: what each kind takes and refuses, what finds records by them, how they change, what history and undo make of them."""

from __future__ import annotations

from dataclasses import fields as parts_of
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmtui.clients import clients, field_rules, field_values, fields, records
from crmtui.clients.field_rules import Amount, Field
from crmtui.errors import Ambiguous, CrmError, NotFound, Refused, Unreadable
from crmtui.exchange import exporting
from crmtui.exchange.aliases import ALIASES
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.sales import deals
from crmtui.sales.pages import ClientPage, DealPage
from crmtui.sales.records import DealCard
from crmtui.store import connection, history, rewind
from crmtui.store.keys import letters
from crmtui.store.tables import database
from tests.logic.exchanging import counts, given_out, taken

EVERY_HAS = "is a field of every client already; give another name with --name, and another label"
KINDS = {"Roof type": "choice", "Budget": "money", "Windows": "number", "Last visit": "date", "Gift": "yes-no", "Remark": "text"}


def define() -> None:
    for label, kind in KINDS.items():
        fields.add("client", label, kind=kind, choices=["flat", "pitched"] if kind == "choice" else ())


@pytest.fixture
def house(base: connection.Base) -> int:
    """A client, and a field of each kind on clients."""
    define()
    return clients.add({"name": "Ann Lee"}).id


def said(client_id: int, **texts: str) -> dict[str, Any]:
    return clients.edit(client_id, {"fields": texts}).fields


def field(kind: str) -> Field:
    return Field(1, "client", "x", "X", kind, ("flat", "Pitched") if kind == "choice" else (), 1)


# ── what a kind takes


@pytest.mark.parametrize(
    ("kind", "text", "value", "written"),
    [
        ("text", "  two cats ", "two cats", "two cats"),
        ("text", "[b]\x1b[31m\u202e", "[b]\x1b[31m\u202e", "[b]\x1b[31m\u202e"),
        ("number", "12", 12, "12"),
        ("number", "-0", 0, "0"),
        ("number", "7.50000000", 7.5, "7.5"),
        ("number", "10.0", 10, "10"),
        ("number", "1,250", 1250, "1250"),
        ("number", "1 250.50", 1250.5, "1250.5"),
        ("number", "2,5", 2.5, "2.5"),
        ("number", "-0.000001", -0.000001, "-0.000001"),
        ("number", "999999999999", 999_999_999_999, "999999999999"),
        ("money", "1,250", Amount(125_000, "USD"), "1250.00 USD"),
        ("money", "EUR 300.5", Amount(30_050, "EUR"), "300.50 EUR"),
        ("money", "-12 JPY", Amount(-12, "JPY"), "-12 JPY"),
        ("date", "tomorrow", date(2026, 3, 5), "2026-03-05"),
        ("date", "2026-12-31", date(2026, 12, 31), "2026-12-31"),
        ("choice", " FLAT", "flat", "flat"),
        ("choice", "pitched", "Pitched", "Pitched"),
        ("yes-no", "Y", True, "yes"),
        ("yes-no", "false", False, "no"),
        ("yes-no", "да", True, "yes"),
    ],
)
def test_a_text_is_read_by_its_kind_and_written_in_one_way(kind: str, text: str, value: Any, written: str) -> None:
    stored = field_rules.read(field(kind), text)
    assert stored is not None
    assert field_rules.value(kind, stored[0], *stored[2:]) == value
    assert stored[0] == field_rules.written(value) == written
    assert field_rules.read(field(kind), written) == stored


@pytest.mark.parametrize("kind", field_rules.KINDS)
def test_an_empty_text_is_nothing_of_any_kind(kind: str) -> None:
    assert field_rules.read(field(kind), " ") is None
    assert field_rules.value(kind, None, None, None) is None
    assert field_rules.written(None) == ""


@pytest.mark.parametrize(
    ("kind", "text", "sentence"),
    [
        ("number", "many", 'X: "many" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
        ("number", "1" * 13, f'X: "{"1" * 13}" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
        ("number", "٣", 'X: "٣" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
        ("number", "1e3", 'X: "1e3" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
        ("money", "much", 'X: "much" is no amount; write it like 12500, 12,500.00 or EUR 300'),
        ("choice", "flatt", 'X: no choice "flatt"; did you mean "flat"? it is one of flat, Pitched'),
        ("choice", "dome", 'X: no choice "dome"; it is one of flat, Pitched'),
        ("yes-no", "maybe", 'X: "maybe" is neither yes nor no; write yes or no'),
        ("text", "x" * 10_001, "X: the X has 10,001 characters; at most 10,000 are kept"),
        ("text", "a\0b", "X: the X holds a NUL character; take them out"),
    ],
)
def test_what_a_kind_does_not_take_is_refused_with_the_label(kind: str, text: str, sentence: str) -> None:
    with pytest.raises(CrmError) as why:
        field_rules.read(field(kind), text)
    assert str(why.value) == sentence


def test_a_day_that_is_none_is_refused_with_the_label() -> None:
    with pytest.raises(Unreadable) as why:
        field_rules.read(field("date"), "someday")
    assert why.value.sentence == 'X: "someday" is no date'


@given(st.decimals(min_value=-999_999_999, max_value=999_999_999, places=6, allow_nan=False, allow_infinity=False))
def test_a_number_is_kept_exactly(number: Decimal) -> None:
    stored = field_rules.read(field("number"), f"{number:f}")
    assert stored is not None
    assert stored[2] == int(number * 1_000_000)
    assert Decimal(stored[0]) == number
    assert Decimal(str(field_rules.value("number", stored[0], stored[2], None))) == number


# ── defining


def test_a_field_is_named_by_its_label_and_comes_after_the_others(house: int) -> None:
    assert fields.add("client", " Größe m² ") == Field(7, "client", "grösse_m2", "Größe m²", "text", (), 7)
    assert [each.name for each in fields.defined("client")] == [
        "roof_type", "budget", "windows", "last_visit", "gift", "remark", "grösse_m2",
    ]  # fmt: skip
    assert fields.defined("deal") == []


@pytest.mark.parametrize(
    ("label", "given", "sentence"),
    [
        ("Roof-Type", {}, 'there is an own field "Roof type" (client/roof_type, 1) already'),
        ("Notes", {}, f'"notes" {EVERY_HAS}'),
        ("Birth-date", {"name": "born"}, f'"Birth-date" {EVERY_HAS}'),
        ("!?", {}, 'the name "!?" of the field has no letters; give one with --name'),
        ("2024", {}, 'the name "2024" of the field has no letters; give one with --name'),
        (" ", {}, "the name of the field is empty; give one"),
        ("Pets", {"kind": "choice"}, "a choice needs its choices; for example --kind choice --choices 'flat,pitched'"),
        ("Pets", {"choices": ["a"]}, "a field of the kind text has no choices; for example --kind choice --choices 'flat,pitched'"),
        ("Pets", {"kind": "choice", "choices": ["a", "A"]}, 'the choice "A" is named twice'),
        ("Pets", {"kind": "colour"}, 'no kind of field "colour"; kinds: text, number, money, date, choice, yes-no'),
        ("x" * 101, {}, "the name of the field has 101 characters; at most 100 are kept"),
    ],
)
def test_a_field_that_cannot_be_is_refused(house: int, label: str, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CrmError) as why:
        fields.add("client", label, **given)
    assert str(why.value) == sentence
    assert len(fields.defined()) == 6


def test_no_own_field_can_be_called_as_what_the_program_has() -> None:
    taken_by = {
        "client": {part.name for part in parts_of(ClientPage)} | {*exporting.CLIENT, *ALIASES["clients"]},
        "deal": {part.name for part in parts_of(DealPage)} | {*exporting.DEAL, *ALIASES["deals"]},
    }
    for noun, names in taken_by.items():
        assert {letters(name) for name in names} - {letters(name) for name in fields.RESERVED[noun]} == set()
        assert set(registry.BY) - {letters(name) for name in fields.RESERVED[noun]} == set()


def test_a_field_is_found_by_whatever_names_it_alone(house: int) -> None:
    for ref in ("1", "#1", "roof_type", "Roof type", "rooftype", "roo", "client/roof"):
        assert fields.find(ref) == 1
    fields.add("deal", "Roof type")
    assert fields.find("deal/roof_type") == 7
    with pytest.raises(Ambiguous) as several:
        fields.find("roof_type")
    assert several.value.hint == "say which by its id: 1 client/roof_type, 7 deal/roof_type"
    with pytest.raises(NotFound) as none:
        fields.find("bugdet")
    assert none.value.sentence == 'no field "bugdet"'
    assert none.value.hint.startswith('did you mean "budget"? own fields: ')


def test_a_field_can_be_renamed_and_put_elsewhere(house: int) -> None:
    said(house, roof_type="flat")
    changed = fields.edit(1, label="Roof", name="roof", position=3)
    assert (changed.name, changed.label, changed.position) == ("roof", "Roof", 3)
    assert [each.name for each in fields.defined("client")][:3] == ["budget", "windows", "roof"]
    assert clients.get(house).fields["roof"] == "flat"
    with pytest.raises(Refused, match="9 is no place among 6 own fields of clients"):
        fields.edit(1, position=9)
    with pytest.raises(Refused, match='there is an own field "Budget"'):
        fields.edit(1, label="budget")


def test_choices_in_use_must_stay(house: int) -> None:
    said(house, roof_type="flat")
    with pytest.raises(Refused) as why:
        fields.edit(1, choices=["pitched", "green"])
    assert str(why.value) == (
        f'client {house} has "flat" there: no choice "flat"; it is one of pitched, green; change it first, or keep the field as it is'
    )
    assert fields.edit(1, choices=["Flat", "green"]).choices == ("Flat", "green")
    assert clients.get(house).fields["roof_type"] == "Flat"


def test_a_text_becomes_a_number_when_every_value_is_one(house: int) -> None:
    said(house, remark="1,250")
    assert fields.edit(6, kind="number").kind == "number"
    assert clients.get(house).fields["remark"] == 1250
    rewind.undo()
    assert clients.get(house).fields["remark"] == "1,250"
    said(house, remark="many")
    with pytest.raises(Refused, match=f'client {house} has "many" there: "many" is no number'):
        fields.edit(6, kind="number")


def test_a_deleted_field_is_gone_until_undo_brings_it_back(house: int) -> None:
    said(house, roof_type="flat", gift="yes")
    fields.delete(1)
    assert "roof_type" not in clients.get(house).fields
    assert "roof_type" not in given_out("clients").splitlines()[0]
    with pytest.raises(Unreadable, match='no own field "roof_type" of clients'):
        clients.page(where=["roof_type=flat"])
    rewind.undo()
    assert clients.get(house).fields["roof_type"] == "flat"
    fields.delete(1)
    assert fields.add("client", "Roof type", kind="number").id == 7
    assert clients.get(house).fields["roof_type"] is None


# ── values


def test_values_are_typed_and_every_field_is_there(house: int) -> None:
    assert clients.get(house).fields == dict.fromkeys(("roof_type", "budget", "windows", "last_visit", "gift", "remark"))
    texts = {"Roof type": "Flat", "budget": "EUR 1250", "windows": "12", "last_visit": "2026-01-02", "gift": "y", "REMARK": "x"}
    assert clients.edit(house, {"fields": texts}).fields == {
        "roof_type": "flat", "budget": Amount(125_000, "EUR"), "windows": 12, "last_visit": date(2026, 1, 2), "gift": True, "remark": "x",
    }  # fmt: skip
    assert [(each.name, each.values) for each in fields.uses()] == [(name, 1) for name in clients.get(house).fields]


def test_a_refused_value_leaves_the_record_as_it_was(house: int) -> None:
    with pytest.raises(Unreadable, match="Windows: "):
        clients.edit(house, {"name": "Other", "fields": {"remark": "x", "windows": "many"}})
    with pytest.raises(Unreadable) as why:
        clients.edit(house, {"fields": {"roof": "flat"}})
    assert str(why.value) == (
        'no own field "roof" of clients; did you mean "roof_type"? own fields: roof_type, budget, windows, last_visit, gift, remark'
    )
    card = clients.get(house)
    assert (card.name, card.fields["remark"]) == ("Ann Lee", None)


def test_deals_have_their_own(house: int) -> None:
    with pytest.raises(Unreadable, match='no own field "rush" of deals; there are none; crmtui add-field makes one'):
        deals.add({"title": "Door", "fields": {"rush": "yes"}})
    fields.add("deal", "Rush", kind="yes-no")
    rushed = deals.add({"title": "Door", "fields": {"rush": "yes"}})
    deals.add({"title": "Gate"})
    assert rushed.fields == {"rush": True}
    assert [card.title for card in deals.page(where=["rush=yes"])] == ["Door"]
    assert [card.title for card in deals.page(where=["rush="])] == ["Gate"]
    assert deals.edit(rushed.id, {"fields": {"Rush": "no"}}).fields == {"rush": False}


def test_history_tells_each_value_and_undo_takes_it_back(house: int) -> None:
    said(house, gift="yes", roof_type="flat")
    said(house, roof_type="pitched")
    said(house, roof_type="")
    told = [(each.field, each.before, each.after) for each in history.of("client", house)][-4:]
    assert told == [
        ("client.gift", None, "yes"), ("client.roof_type", None, "flat"), ("client.roof_type", "flat", "pitched"),
        ("client.roof_type", "pitched", None),
    ]  # fmt: skip
    for value in ("pitched", "flat", None):
        rewind.undo()
        assert clients.get(house).fields["roof_type"] == value
    assert [each.field for each in history.of("client", house)][-1] == "client.gift"
    rewind.redo()
    assert clients.get(house).fields["gift"] is True


def test_setting_what_is_there_already_is_no_change(house: int) -> None:
    said(house, windows="12")
    before = history.count()
    said(house, windows="12.0")
    said(house, gift="")
    assert history.count() == before


# ── finding


THERE_ARE = "own fields: roof_type, budget, windows, last_visit, gift, remark"


@pytest.fixture
def street(house: int) -> int:
    """Three houses, of which the last has nothing in its fields."""
    said(house, roof_type="flat", budget="EUR 1000", windows="9", last_visit="2026-01-02", gift="yes", remark="Größe: 50%")
    second = clients.add({"name": "Bob", "fields": {
        "roof_type": "pitched", "budget": "2000", "windows": "10.5", "last_visit": "2025-12-31", "gift": "no", "remark": "none",
    }})  # fmt: skip
    assert (house, second.id, clients.add({"name": "Cid"}).id) == (1, 2, 3)
    return house


@pytest.mark.parametrize(
    ("conditions", "found"),
    [
        (["roof_type=FLAT"], [1]),
        (["roof_type!=flat"], [2, 3]),
        (["Roof type~itch"], [2]),
        (["windows=9.0"], [1]),
        (["windows!=9"], [2, 3]),
        (["windows<10"], [1]),
        (["windows<=9"], [1]),
        (["windows>9"], [2]),
        (["windows>=9"], [1, 2]),
        (["budget>=1000 EUR"], [1]),
        (["budget>0"], [2]),
        (["budget=2,000"], [2]),
        (["last_visit<2026-01-01"], [2]),
        (["last_visit>=2026-01-02"], [1]),
        (["last_visit<today"], [1, 2]),
        (["gift=no"], [2]),
        (["gift!=yes"], [2, 3]),
        (["remark~GRÖSSE"], [1]),
        (["remark~50%"], [1]),
        (["remark~%"], [1]),
        (["remark=NONE"], [2]),
        (["remark="], [3]),
        (["remark!="], [1, 2]),
        (["windows>5", "roof_type=pitched"], [2]),
        (["windows>5", "windows<6"], []),
    ],
)
def test_conditions_find_the_records_that_pass_them_all(street: int, conditions: list[str], found: list[int]) -> None:
    assert [card.id for card in clients.page(where=conditions)] == found
    assert clients.count(where=conditions) == len(found)


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("roof_type", '"roof_type" is no condition; write it like roof_type=flat; operators: = != < <= > >= ~'),
        ("windws=1", f'no own field "windws" of clients; did you mean "windows"? {THERE_ARE}'),
        ("=1", f'no own field "" of clients; {THERE_ARE}'),
        ("name=Ann", f'no own field "name" of clients; {THERE_ARE}'),
        ("roof_type<flat", '"roof_type<flat" cannot be asked: roof_type is of the kind choice; operators: = != ~'),
        ("gift~y", '"gift~y" cannot be asked: gift is of the kind yes-no; operators: = !='),
        ("windows~1", '"windows~1" cannot be asked: windows is of the kind number; operators: = != < <= > >='),
        ("windows>", '"windows>" compares with nothing; write a value after the operator'),
        ("windows>many", 'Windows: "many" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
        ("roof_type=dome", 'Roof type: no choice "dome"; it is one of flat, pitched'),
        ("x'; DROP TABLE client; --=1", f'no own field "x\'; DROP TABLE client; --" of clients; {THERE_ARE}'),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(street: int, condition: str, sentence: str) -> None:
    with pytest.raises(Unreadable) as why:
        clients.page(where=[condition])
    assert str(why.value) == sentence


def test_a_condition_is_looked_up_by_an_index(street: int) -> None:
    for condition, index in (("roof_type=flat", "own_value_key"), ("windows>5", "own_value_number")):
        sql, values = clients.matching(where=[condition]).sql()
        plan = " ".join(row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())
        assert f"USING COVERING INDEX {index}" in plan or f"USING INDEX {index}" in plan


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20))
def test_any_text_is_kept_and_found_again(house: int, text: str) -> None:
    kept = said(house, remark=text)["remark"]
    assert kept == (text.strip() or None)
    assert [card.id for card in clients.page(where=[f"remark={text}"])] == [house]


# ── files


FILE = """Name,Email,Roof Type,WINDOWS,Visit,Budget,Gift,Pets,ID
Ann Lee,ann@x.lv,Flat,"1,250",,EUR 300,y,two cats,1
Bob,bob@x.lv,,2.5,,,no,,2
"""


def test_columns_go_to_own_fields_by_name_or_label(house: int) -> None:
    done = taken("clients", FILE)
    assert counts(done) == (2, 2, 0, 0, 0, 0)
    assert done.columns == {
        "Name": "name", "Email": "emails", "Roof Type": "roof_type", "WINDOWS": "windows", "Visit": None, "Budget": "budget",
        "Gift": "gift", "Pets": None, "ID": "external_id",
    }  # fmt: skip
    ann, bob = (clients.get(clients.find(mail)).fields for mail in ("ann@x.lv", "bob@x.lv"))
    assert (ann["roof_type"], ann["windows"], ann["budget"], ann["gift"]) == ("flat", 1250, Amount(30_000, "EUR"), True)
    assert (bob["roof_type"], bob["windows"], bob["budget"], bob["gift"]) == (None, 2.5, None, False)
    assert counts(taken("clients", FILE)) == (2, 0, 0, 2, 0, 0)
    changed = taken("clients", FILE.replace("Flat", "pitched").replace("2.5", "3"))
    assert counts(changed) == (2, 0, 2, 0, 0, 0)
    assert clients.get(clients.find("bob@x.lv")).fields["windows"] == 3
    rewind.undo()
    assert clients.get(clients.find("bob@x.lv")).fields["windows"] == 2.5


def test_a_row_with_a_value_that_does_not_fit_is_rejected_with_its_column(house: int, tmp_path: Path) -> None:
    done = taken("clients", FILE.replace("2.5", "few"), rejects=tmp_path / "rejects.csv")
    assert counts(done) == (2, 1, 0, 0, 0, 1)
    assert done.rejects == (
        (3, "WINDOWS", '"few" is no number; write it like 12, 1,250 or 2.5, with up to 15 digits, 6 of them decimals'),
    )  # fmt: skip


def test_the_days_of_a_column_show_their_order(house: int) -> None:
    taken("clients", "Name,Email,Last visit\nAnn,a@x.lv,03/04/2026\nBob,b@x.lv,25/12/2025\n")
    found = [clients.get(clients.find(mail)).fields["last_visit"] for mail in ("a@x.lv", "b@x.lv")]
    assert found == [date(2026, 4, 3), date(2025, 12, 25)]


def test_unknown_columns_can_be_kept_in_the_same_step(house: int) -> None:
    done = taken("clients", FILE, keep_unknown=True)
    assert (done.columns["Pets"], done.columns["Visit"], done.related) == ("pets", "visit", {"fields": 1})
    assert [(each.name, each.label, each.kind) for each in fields.defined("client")[6:]] == [("pets", "Pets", "text")]
    assert clients.get(clients.find("ann@x.lv")).fields["pets"] == "two cats"
    rewind.undo()
    assert len(fields.defined("client")) == 6
    assert clients.count() == 1


def test_a_rehearsed_import_makes_no_field(house: int) -> None:
    assert taken("clients", FILE, keep_unknown=True, dry_run=True).related == {"fields": 1}
    assert len(fields.defined("client")) == 6


def test_what_cannot_be_a_name_is_left_out(base: connection.Base) -> None:
    done = taken("clients", "Name,Record id,ID,2024,Größe,Roof,roof,Empty\nAnn,2,1,x,9,a,b,\n", keep_unknown=True)
    assert done.columns == {
        "Name": "name", "Record id": "external_id", "ID": None, "2024": None, "Größe": "grösse", "Roof": "roof", "roof": None,
        "Empty": "empty",
    }  # fmt: skip
    assert [each.name for each in fields.defined("client")] == ["grösse", "roof"]


def test_only_clients_and_deals_keep_unknown_columns(base: connection.Base) -> None:
    with pytest.raises(Unreadable, match="the unknown columns of products cannot be kept; own fields are of clients and deals"):
        taken("products", "Name,Colour\nDoor,red\n", keep_unknown=True)


HOSTILE = ["=1+1", '"quoted", twice', "two\nlines", "\x1b[31mred", "\u202eabc", "[bold]", "a;b\\;c", "東京", "-", "Ünï"]


def test_what_is_exported_comes_back_byte_for_byte(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "one.db"):
        define()
        fields.add("deal", "Rush", kind="yes-no")
        for place, text in enumerate(HOSTILE):
            texts = {"remark": text, "roof_type": "flat", "budget": f"{place}.50 EUR", "windows": f"{place}.25", "gift": "no"}
            client = clients.add({"name": f"Client {place}", "fields": texts | {"last_visit": f"2026-01-{place + 1:02d}"}})
            deals.add({"title": f"Door {place}", "client": client.id, "fields": {"rush": "yes" if place % 2 else ""}})
        first = {kind: given_out(kind) for kind in ("clients", "deals")}
    assert first["clients"].splitlines()[0].endswith(",created_at,roof_type,budget,windows,last_visit,gift,remark")
    assert first["deals"].splitlines()[0].endswith(",external_ids,rush")
    with connection.opened(tmp_path / "two.db"):
        define()
        fields.add("deal", "Rush", kind="yes-no")
        for kind, text in first.items():
            assert taken(kind, text).rejected == 0
        assert {kind: given_out(kind) for kind in first} == first
        for kind, text in first.items():
            done = taken(kind, text)
            assert (done.created, done.updated, done.rejected) == (0, 0, 0)


# ── reports


def won(by: str) -> list[tuple[Any, ...]]:
    report = registry.run("won", Options(by=by))
    return next(block.rows for block in report.blocks if getattr(block, "name", "").startswith("by_"))


def test_reports_are_divided_by_choices_and_yes_no_fields(street: int) -> None:
    fields.add("deal", "Rush", kind="yes-no")
    for title, client, rush, value in (("A", 1, "yes", "100"), ("B", 2, "", "50"), ("C", 3, "no", "30"), ("D", 1, "yes", "20")):
        deals.add({"title": title, "client": client, "value": value, "fields": {"rush": rush}}, stage=5)
    assert [row[:3] for row in won("roof_type")] == [("flat", 2, 12_000), ("pitched", 1, 5_000), ("no roof type", 1, 3_000)]
    assert [row[:3] for row in won("Rush")] == [("yes", 2, 12_000), ("no rush", 1, 5_000), ("no", 1, 3_000)]
    with pytest.raises(Unreadable) as why:
        won("budget")
    assert why.value.hint == "by: owner, source, region, product, tag, month, week, rush, roof_type, gift"


def test_a_page_of_clients_costs_two_queries_for_all_own_fields(street: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    execute = type(database.obj).execute_sql
    monkeypatch.setattr(type(database.obj), "execute_sql", lambda self, sql, *rest: (asked.append(sql), execute(self, sql, *rest))[1])
    assert len(records.load([1, 2, 3])) == 3
    assert [sql.split("own_")[1].split()[0] for sql in asked if "own_" in sql] == ["field", "value"]
    assert DealCard.__dataclass_fields__["fields"].type == records.Card.__dataclass_fields__["fields"].type


def test_the_conditions_are_a_tree_of_known_fields_and_operators(street: int) -> None:
    found = field_values.conditions("client", ["budget>=EUR 5", "remark="])
    assert [(each.field.name, each.operator, each.value) for each in found] == [
        ("budget", ">=", ("5.00 EUR", "5.00 eur", 500, "EUR")), ("remark", "=", None),
    ]  # fmt: skip
