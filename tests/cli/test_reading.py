"""Files of every format and habit, as they are given to `import-csv`: what it takes, says on stderr, asks and refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.exchange import foreign
from tests.conftest import Ran
from tests.logic.test_exchange_formats import CARDS, workbook

Crm = Callable[..., Ran]
Ok = Callable[..., str]
ROOT = Path(__file__).parents[2]

ROWS: list[list[object]] = [["Name", "City"], ["Иванов", "Рига"], ["Ann", "Oslo"]]
FORMS = {
    "comma": "\n".join(",".join(map(str, row)) for row in ROWS).encode(),
    "windows": "\r\n".join(";".join(map(str, row)) for row in ROWS).encode("cp1251"),
    "wide": "\n".join("\t".join(map(str, row)) for row in ROWS).encode("utf-16"),
    "json": json.dumps([dict(zip(("name", "city"), row, strict=True)) for row in ROWS[1:]]).encode(),
    "jsonl": "\n".join(json.dumps(dict(zip(("name", "city"), row, strict=True))) for row in ROWS[1:]).encode(),
    "workbook": workbook(("Clients", ROWS)),
    "cards": "".join(f"BEGIN:VCARD\nVERSION:4.0\nFN:{name}\nADR:;;;{city};;;\nEND:VCARD\n" for name, city in ROWS[1:]).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_pipe_brings_clients_in_whatever_its_format(ok: Ok, form: str) -> None:
    ok("import-csv", "clients", "-", stdin=FORMS[form])
    found = json.loads(ok("export-json", "clients"))
    assert {(client["name"], client["addresses"][0]["city"]) for client in found} == {("Иванов", "Рига"), ("Ann", "Oslo")}


def test_what_was_decided_and_left_out_is_told_on_stderr(crm: Crm) -> None:
    raw = "Отчёт за март\n\nИмя;Город;Почта\nИванов;Рига;i@x.lv\nИтого 1\n".encode("cp1251")
    ran = crm("import-csv", "clients", "-", stdin=raw)
    assert ran.out.startswith("imported 1 client: 1 created, 0 updated, 0 unchanged, 0 skipped, 0 rejected\n")
    assert ran.err == (
        'read as cp1251, so it says "Отчёт за март", "Имя", "Город"; if that is wrong: --encoding NAME\n'
        'before the header, left out: line 1 "Отчёт за март"\n'
        'no row, left out: line 5 "Итого 1"\n'
    )


def test_an_encoding_that_cannot_be_told_is_asked_for_and_the_option_answers(crm: Crm) -> None:
    raw = "Name\nИВАНОВ\n".encode("cp1251")
    asked = crm("import-csv", "clients", "-", stdin=raw)
    assert (asked.code, asked.out) == (7, "")
    assert '--encoding cp1251? cp1251 would read "ИВАНОВ"; gb18030 would read "嚷劳温"' in asked.err
    assert crm("import-csv", "clients", "-", "--encoding", "cp1251", stdin=raw).code == 0


@pytest.mark.parametrize(
    ("column", "cell", "option", "value"),
    [("Signup date", "03/04/2024", "--date-order", "dmy"), ("Revenue", "12.500", "--decimal-mark", ",")],
)
def test_a_column_that_cannot_be_told_is_asked_for_and_the_option_answers(
    crm: Crm, column: str, cell: str, option: str, value: str
) -> None:
    raw = f"Name,{column}\nAnn,{cell}\n".encode()
    asked = crm("import-csv", "clients", "-", stdin=raw)
    assert asked.code == 7
    assert f"{option} {value}" in asked.err
    assert crm("import-csv", "clients", "-", option, value, stdin=raw).code == 0


def test_a_sheet_is_chosen_by_name(crm: Crm, ok: Ok) -> None:
    raw = workbook(("People", ROWS), ("Firms", [["Company"], ["Acme"]]))
    assert '"Firms": --sheet NAME' in crm("import-csv", "clients", "-", "--dry-run", stdin=raw).err
    ok("import-csv", "clients", "-", "--sheet", "Firms", stdin=raw)
    assert [client["name"] for client in json.loads(ok("list-clients", "--format", "json"))] == ["Acme"]
    assert crm("import-csv", "clients", "-", "--sheet", "Nobody", stdin=raw).code == 2


def test_a_missing_extra_is_one_sentence_that_names_it(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(foreign, "import_module", missing)
    ran = crm("import-csv", "clients", "-", stdin=FORMS["workbook"])
    assert ran.code == 1
    assert "crmtui[excel]" in ran.err


def test_a_file_of_utf8_loads_nothing_that_knows_other_files() -> None:
    told = "import sys; from commands import app; code = app.run(['import-csv', 'clients', '-']); print(code, *sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", told], input=FORMS["comma"], capture_output=True, check=True, cwd=ROOT)
    loaded = ran.stdout.decode().splitlines()[-1].split()
    assert loaded[0] == "0"
    assert not {"charset_normalizer", "vobject", "python_calamine", "dateutil", "rich", "textual"} & set(loaded)


def test_a_card_that_cannot_be_read_is_rejected_with_its_line(crm: Crm) -> None:
    ran = crm("import-csv", "clients", "-", "--create-missing", "--format", "json", stdin=CARDS.encode())
    assert ran.code == 6
    assert json.loads(ran.out)["rejects"] == [[13, "", "the vCard cannot be read"]]
