"""What commands print for machines: every form of every command that prints records, read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from commands import registry
from crmtui.activities import tasks
from crmtui.present.cleaner import width
from crmtui.reports import registry as reports
from crmtui.store import connection
from tests.cli import lines
from tests.conftest import Ran
from tests.house import schemas

Crm = Callable[..., Ran]
Ok = Callable[..., str]
Fresh = Callable[[], Path]

MARKS = {"csv": ",", "tsv": "\t"}

every_printing_command = pytest.mark.parametrize("name", lines.PRINTING)


def printed(crm: Crm, start: Callable[[], object], name: str, form: str) -> Ran:
    """How the example of a command ends in a form, on a base of its own."""
    start()
    line = lines.example(name)
    food = crm(*line.before).out.encode() if line.before else b""
    return crm(*line.words("--format", form), stdin=food)


@pytest.fixture
def start(full: Fresh, clear: Callable[[], None], request: pytest.FixtureRequest) -> Callable[[], object]:
    """Makes the base on which the example of the command works."""
    return clear if request.node.callspec.params.get("name") == "demo" else full


def rows(text: str, form: str) -> list[list[str]]:
    """The rows of CSV or TSV, header included."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=MARKS[form]))


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((schemas.FOLDER / f"{name}.json").read_text(encoding="utf-8")))


# ── the published schemas


def test_the_published_schemas_are_those_of_the_commands() -> None:
    """Made anew by `python -m tests.house.schemas`."""
    published = {file.stem: file.read_text(encoding="utf-8") for file in schemas.FOLDER.glob("*.json")}
    assert published == {name: schemas.text(schema) for name, schema in schemas.schemas().items()}
    assert sorted(published) == sorted(lines.PRINTING)


@every_printing_command
def test_the_json_of_every_command_keeps_to_its_schema(crm: Crm, start: Callable[[], object], name: str) -> None:
    ran = printed(crm, start, name, "json")
    assert ran.code == 0, ran
    validator(name).validate(json.loads(ran.out))


@pytest.mark.parametrize("name", reports.names())
def test_the_json_of_every_report_keeps_to_the_schema(ok: Ok, full: Fresh, name: str) -> None:
    full()
    found = json.loads(ok("report", name, "--format", "json"))
    validator("report").validate(found)
    assert found["report"] == name
    amounts = [key for key in found["figures"] if key.endswith("_cents")]
    assert all(found["figures"][key] is None or isinstance(found["figures"][key], int) for key in amounts)


@pytest.mark.parametrize("words", [("report",), ("history",), ("history", "client", "1"), ("history", "task", "1"), ("list-tasks",)])
def test_the_other_outputs_keep_to_the_schema_too(ok: Ok, twins: Fresh, words: tuple[str, ...]) -> None:
    twins()
    found = json.loads(ok(*words, "--format", "json"))
    assert isinstance(found, list)
    validator(words[0]).validate(found)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("show-client", "id kind name status company emails phones contact_points owner source tags"),
        ("show-deal", "id title client pipeline stage outcome value_cents currency owner opened_at expected_close closed_at next_step"),
        ("import-csv", "rows created updated unchanged skipped rejected operation columns rejects_file"),
    ],
)
def test_scripts_find_the_keys_that_the_contract_names(name: str, keys: str) -> None:
    schema = schemas.schemas()[name]
    assert set(keys.split()) <= set(schema["required"])


def test_what_became_of_the_rows_of_a_file_adds_up(crm: Crm, twins: Fresh) -> None:
    twins()
    file = b"name,email\nCarl,carl@example.org\n\nDora,no mail\nAnn Twin-Berg,ann@example.net\n"
    ran = crm("import-csv", "clients", "-", "--format", "json", stdin=file)
    found = json.loads(ran.out)
    validator("import-csv").validate(found)
    assert sum(found[key] for key in ("created", "updated", "unchanged", "skipped", "rejected")) == found["rows"]
    assert (ran.code, found["created"], found["rejected"]) == (6, 1, 1)


# ── the forms


@every_printing_command
def test_json_lines_are_the_records_of_the_json(crm: Crm, start: Callable[[], object], name: str) -> None:
    whole = json.loads(printed(crm, start, name, "json").out)
    ran = printed(crm, start, name, "jsonl")
    assert ran.code == 0
    assert [json.loads(line) for line in ran.out.splitlines()] == (whole if isinstance(whole, list) else [whole])


@every_printing_command
@pytest.mark.parametrize("form", MARKS)
def test_csv_and_tsv_have_the_fields_of_the_json(crm: Crm, start: Callable[[], object], name: str, form: str) -> None:
    whole = json.loads(printed(crm, start, name, "json").out)
    ran = printed(crm, start, name, form)
    if name == "digest":  # several reports, one after the other, are no table
        assert lines.is_refusal(ran, 2)
        return
    assert ran.code == 0
    if name == "report":
        assert ran.out.startswith("# figures\nfigure")
        return
    records = whole if isinstance(whole, list) else [whole]
    head, *body = rows(ran.out, form)
    if not records:  # nothing is saved yet, in a folder of the test's own
        assert (name, body) == ("list-mappings", [])
        return
    assert head == list(records[0])
    assert len(body) == len(records)
    assert {len(row) for row in body} == {len(head)}


@every_printing_command
def test_ids_are_numbers_or_refused_before_anything_is_done(crm: Crm, start: Callable[[], object], name: str) -> None:
    ran = printed(crm, start, name, "ids")
    if ran.code == 0:
        assert all(line.isdigit() for line in ran.out.splitlines())
    else:
        assert not registry.BY_NAME[name].changes
        assert lines.is_refusal(ran, 2)


@pytest.mark.parametrize("name", [name for name in lines.PRINTING if name.startswith("list-")])
def test_an_empty_list_is_an_empty_list(crm: Crm, folder: Path, name: str) -> None:
    whole = crm(name, "--format", "json")
    assert isinstance(json.loads(whole.out), list)
    head, *_ = rows(crm(name, "--format", "csv").out, "csv")
    assert head[0] in ("id", "name") or "id" in head
    if json.loads(whole.out) == []:
        assert crm(name, "--format", "jsonl").out == ""
        assert crm(name, "--format", "ids").out == ""
        assert crm(name).out == ""
        assert crm(name).err.splitlines()[-1].startswith("no ")


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "tsv", "ids"])
def test_a_refusal_prints_nothing_where_data_is_expected(crm: Crm, twins: Fresh, form: str) -> None:
    twins()
    for words in (("show-client", "zzqx"), ("edit-client", "twin"), ("add-client",), ("list-tasks", "--due", "zzqx"), ("report", "zzqx")):
        assert lines.is_refusal(crm(*words, "--format", form), 2, 3, 4, 5)


@pytest.mark.parametrize(
    "words", [("completion", "bash"), ("export-csv", "clients"), ("report", "kpi", "--definition"), ("config", "--template")]
)
def test_text_has_no_other_form(crm: Crm, twins: Fresh, words: tuple[str, ...]) -> None:
    twins()
    assert lines.is_refusal(crm(*words, "--format", "json"), 2)


def test_what_is_cut_for_people_is_whole_for_machines(crm: Crm, ok: Ok) -> None:
    with connection.opened(Path("crm.db"), actor="ann", command="test"):
        for number in range(60):
            tasks.add(f"Task {number}")
    table = crm("list-tasks")
    assert (len(table.out.splitlines()), table.err) == (51, "50 of 60 tasks; --page 2 for the next, --limit 0 for all\n")
    assert len(crm("list-tasks", "--page", "2").out.splitlines()) == 11
    assert len(ok("list-tasks", "--format", "ids").splitlines()) == 60
    assert len(ok("list-tasks", "--limit", "0").splitlines()) == 61


def test_ids_chain_commands(ok: Ok) -> None:
    client = ok("add-client", "Ann", "--format", "ids").strip()
    deal = ok("add-deal", "Roof", "--client", client, "--format", "ids").strip()
    moved: dict[str, Any] = json.loads(ok("move-deal", deal, "next", "--format", "json"))
    assert (moved["client"], moved["stage"]) == ("Ann", "Qualified")


def test_a_change_says_in_one_line_what_was_done_with_the_id(ok: Ok) -> None:
    assert ok("add-client", "Ann") == "added client 1 Ann\n"
    assert ok("edit-client", "ann", "--status", "customer") == "changed client 1 Ann\n"
    assert ok("delete-client", "ann") == "deleted client 1 Ann\n"
    assert ok("undo") == "undone: deleted client Ann (operation 3)\n"


def test_nothing_is_cut_without_a_terminal(ok: Ok) -> None:
    ok("add-client", "x" * 900)
    assert "x" * 900 in ok("list-clients")
    assert "x" * 900 in ok("show-client", "1")


def test_columns_narrows_a_table_to_its_width(ok: Ok, monkeypatch: pytest.MonkeyPatch, full: Fresh) -> None:
    full()
    monkeypatch.setenv("COLUMNS", "80")
    for words in (("list-clients",), ("list-deals",), ("list-tasks",), ("history",), ("report", "kpi")):
        assert max(map(width, ok(*words).splitlines())) <= 80
