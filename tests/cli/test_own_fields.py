"""Own fields as they are typed: defined, filled, listed, shown, filtered, taken in and out; and names that mean harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.cli import lines
from tests.conftest import Ran
from tests.house.schemas import schemas

Crm = Callable[..., Ran]
Ok = Callable[..., str]


@pytest.fixture
def roof(ok: Ok) -> None:
    ok("add-field", "client", "Roof type", "--kind", "choice", "--choices", "flat, pitched")
    ok("add-field", "client", "Budget", "--kind", "money")
    ok("add-client", "Ann Lee", "--set", "roof_type=Flat", "--set", "Budget=EUR 1,250")
    ok("add-client", "Bob", "--set", "roof type=pitched")


def test_one_command_adds_a_field_and_each_says_what_became_of_it(crm: Crm, ok: Ok) -> None:
    told = "field 1 Roof type of clients (roof_type, choice: flat, pitched)\n"
    assert ok("add-field", "client", "Roof type", "--kind", "choice", "--choices", "flat,pitched") == f"added {told}"
    assert ok("edit-field", "roof", "--label", "Roof") == "changed field 1 Roof of clients (roof_type, choice: flat, pitched)\n"
    assert ok("add-field", "deal", "Rush", "--kind", "yes-no", "--format", "ids") == "2\n"
    assert [line.split() for line in ok("list-fields").splitlines()] == [
        ["id", "of", "name", "label", "kind", "choices", "in", "use"],
        ["1", "client", "roof_type", "Roof", "choice", "flat,", "pitched", "0"],
        ["2", "deal", "rush", "Rush", "yes-no", "0"],
    ]
    assert ok("list-fields", "deal", "--format", "ids") == "2\n"
    assert ok("delete-field", "rush") == "deleted field 2 Rush of deals (rush, yes-no)\n"
    assert crm("delete-field", "rush").code == 3
    assert ok("undo").startswith("undone: deleted field Rush of deals")


def test_a_client_is_shown_listed_and_told_with_its_own_fields(roof: None, ok: Ok) -> None:
    shown = [line.split(maxsplit=2) for line in ok("show-client", "ann").splitlines()]
    assert ["Roof", "type", "flat"] in shown
    assert ["Budget", "1,250", "EUR"] in shown
    assert not any(line.startswith("Budget") for line in ok("show-client", "bob").splitlines())
    record = json.loads(ok("show-client", "ann", "--format", "json"))
    assert record["fields"] == {"roof_type": "flat", "budget": {"amount_cents": 125_000, "currency": "EUR"}}
    assert [each["fields"]["budget"] for each in json.loads(ok("list-clients", "--format", "json"))] == [record["fields"]["budget"], None]


def test_a_list_is_filtered_by_conditions(roof: None, crm: Crm, ok: Ok) -> None:
    assert ok("list-clients", "--where", "roof_type=flat", "--format", "ids") == "1\n"
    assert ok("list-clients", "--where", "budget=", "--where", "Roof type!=flat", "--format", "ids") == "2\n"
    for condition, sentence in (
        ("rooftyp=flat", 'no own field "rooftyp" of clients; did you mean "roof_type"? own fields: roof_type, budget'),
        ("budget~1", '"budget~1" cannot be asked: budget is of the kind money; operators: = != < <= > >='),
        ("flat", '"flat" is no condition; write it like roof_type=flat; operators: = != < <= > >= ~'),
    ):
        assert crm("list-clients", "--where", condition) == Ran(2, "", f"error: {sentence}\n")
    assert crm("list-deals", "--where", "rush=yes").err == (
        'error: no own field "rush" of deals; there are none; crmtui add-field makes one\n'
    )


def test_a_value_that_does_not_fit_changes_nothing(roof: None, crm: Crm, ok: Ok) -> None:
    ran = crm("edit-client", "ann", "--source", "fair", "--set", "roof_type=dome")
    assert ran == Ran(2, "", 'error: Roof type: no choice "dome"; it is one of flat, pitched\n')
    assert json.loads(ok("show-client", "ann", "--format", "json"))["source"] is None
    assert crm("edit-client", "ann", "--set", "roof_type").err == (
        'error: "roof_type" sets no field; write it as field=value; an empty value empties the field\n'
    )
    ok("edit-client", "ann", "--set", "roof_type=")
    assert ok("history", "client", "1").splitlines()[-1].split()[-2:] == ["client.roof_type", "flat"]
    ok("undo")
    assert ok("list-clients", "--where", "roof_type=flat", "--format", "ids") == "1\n"


def test_many_records_are_set_in_one_step(roof: None, ok: Ok) -> None:
    assert ok("edit-client", "--ids", "1,2", "--set", "roof_type=pitched") == "changed 1 of 2 clients; the others were so already\n"


def test_unknown_columns_are_kept_on_demand(roof: None, ok: Ok, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text("Name,Email,Roof type,Pets\nCid,cid@x.lv,flat,two cats\n")
    told = ok("import-csv", "clients", str(file), "--dry-run")
    assert 'not used: Pets; pass --map "Pets=FIELD" to use a column' in told
    told = ok("import-csv", "clients", str(file), "--keep-unknown")
    assert "also made: 1 field\n" in told
    header, *_, cid = ok("export-csv", "clients").splitlines()
    assert header.endswith(",created_at,roof_type,budget,pets")
    assert cid.endswith(",flat,,two cats")
    again = json.loads(ok("import-csv", "clients", "-", "--format", "json", stdin=ok("export-csv", "clients").encode()))
    assert (again["rows"], again["unchanged"], again["columns"]["pets"]) == (3, 3, "pets")


def test_a_report_is_divided_by_an_own_field(roof: None, crm: Crm, ok: Ok) -> None:
    ok("add-deal", "Door", "--client", "ann", "--value", "100", "--stage", "won")
    divided = ok("report", "won", "--by", "Roof type", "--table", "by_roof_type", "--format", "csv")
    assert divided == "roof_type,won,won_cents,average_won_cents,share\nflat,1,10000,10000,1.0\n"
    assert crm("report", "won", "--by", "colour") == Ran(
        2, "", 'error: the report "won" is not told by "colour"; by: owner, source, region, product, tag, month, week, roof_type\n'
    )
    assert crm("report", "products", "--by", "roof_type").code == 2


def test_what_is_printed_is_what_the_schemas_say(roof: None, ok: Ok) -> None:
    ok("add-field", "client", "Windows", "--kind", "number")
    ok("add-field", "client", "Gift", "--kind", "yes-no")
    ok("add-field", "client", "Visit", "--kind", "date")
    ok("edit-client", "ann", "--set", "windows=2.5", "--set", "gift=y", "--set", "visit=2026-01-02")
    known = schemas()
    for words in (("list-clients",), ("show-client", "1"), ("list-fields",), ("edit-field", "gift", "--label", "A gift")):
        document = json.loads(ok(*words, "--format", "json"))
        assert list(Draft202012Validator(known[words[0]]).iter_errors(document)) == []


@pytest.mark.parametrize(
    "name", ["\x1b[31mRed", "\u202eabc", "a\nb", "[bold]x[/]", "x'; DROP TABLE own_field; --", "=1+1a", "-f", "日本 語", "İ"]
)
def test_a_hostile_name_is_a_name_like_any_other(crm: Crm, ok: Ok, name: str) -> None:
    ok("add-field", "client", "--choices", f"{name},other", "--kind", "choice", "--", name)
    ok("add-client", "Ann", "--set", f"{json.loads(ok('list-fields', '--format', 'json'))[0]['name']}={name}")
    for words in (("list-fields",), ("show-client", "ann"), ("history", "client", "1"), ("list-clients", "--where", "zz=1")):
        assert lines.harmless(crm(*words))
    assert json.loads(ok("list-fields", "--format", "json"))[0]["label"] == name
    assert ok("export-csv", "clients")
