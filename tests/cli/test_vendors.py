"""Exports of well-known programs on the command line: what is said of them, what is asked once, mappings kept under a name."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Ran
from tests.logic import vendors
from tests.logic.vendors import EXPORTS, TITLES, Export

Crm = Callable[..., Ran]
Ok = Callable[..., str]

FILE = b"Klient;Kontakt-Post;Seit;Farbe\nAnn;a@x.example;03/04/2024;rot\nBo;b@x.example;05/04/2024;blau\n"
MAPS = ("--map", "Klient=name", "--map", "Kontakt-Post=emails", "--map", "Seit=created_at", "--map", "Farbe=-")


@pytest.mark.parametrize("export", [vendors.of(title)[0] for title in TITLES], ids=TITLES)
def test_a_vendor_file_goes_in_with_no_option_or_asks_one_question(crm: Crm, export: Export) -> None:
    ran = crm("import-csv", export.kind, "-", "--format", "json", stdin=export.text.encode())
    if ran.code == 7:
        assert ran.out == ""
        assert "--create-missing" in ran.err
        ran = crm("import-csv", export.kind, "-", "--create-missing", "--format", "json", stdin=export.text.encode())
    assert ran.code == 0
    assert f"it reads like a{'n' if export.title[0] in 'aEO' else ''} {export.title} export of {export.of}\n" in ran.err
    done = json.loads(ran.out)
    assert (done["rows"], done["created"], done["rejected"]) == (6, 6, 0)
    assert list(done["columns"]) == export.header.split("|")


def test_rows_that_name_who_is_not_here_are_put_aside_when_that_is_said(crm: Crm, tmp_path: Path) -> None:
    text = vendors.of("HubSpot")[0].text.encode()
    ran = crm("import-csv", "clients", "-", "--reject-missing", "--rejects", str(tmp_path / "r.csv"), stdin=text)
    assert ran.code == 6
    assert len((tmp_path / "r.csv").read_text().splitlines()) == 7


def test_a_profile_is_named_or_left_out(crm: Crm) -> None:
    text = next(export for export in EXPORTS if export.title == "LinkedIn").text.encode()
    assert "it reads like" not in crm("import-csv", "clients", "-", "--profile", "none", "--dry-run", stdin=text).err
    ran = crm("import-csv", "clients", "-", "--profile", "linkdin", stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith('error: no profile "linkdin"; did you mean "linkedin"?')


def test_a_file_of_another_noun_is_told_where_it_belongs(crm: Crm) -> None:
    text = next(export for export in EXPORTS if export.title == "HubSpot" and export.kind == "deals").text.encode()
    ran = crm("import-csv", "products", "-", "--dry-run", stdin=text)
    assert "it reads like a HubSpot export of deals: crmtui import-csv deals FILE" in ran.err


def test_a_mapping_is_saved_listed_and_used_again(crm: Crm, ok: Ok, tmp_path: Path) -> None:
    ran = crm("import-csv", "clients", "-", *MAPS, "--date-order", "dmy", "--save-mapping", "werk", stdin=FILE)
    path = tmp_path / "mappings" / "werk.toml"
    assert (ran.code, ran.err) == (0, f"the mapping is saved: {path}\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert 'date_order = "dmy"\n\n[columns]\n"Klient" = "name"\n' in path.read_text()
    (listed,) = json.loads(ok("list-mappings", "--format", "json"))
    assert (listed["name"], listed["kind"], listed["columns"]["Farbe"]) == ("werk", "clients", "")
    done = json.loads(ok("import-csv", "clients", "-", "--mapping", "werk", "--format", "json", stdin=FILE))
    assert (done["unchanged"], done["columns"]) == (2, {"Klient": "name", "Kontakt-Post": "emails", "Seit": "created_at", "Farbe": None})


def test_an_option_comes_before_the_mapping_and_missing_columns_are_told(crm: Crm, ok: Ok) -> None:
    crm("import-csv", "clients", "-", *MAPS, "--date-order", "dmy", "--save-mapping", "werk", stdin=FILE)
    text = FILE.replace(b";Seit", b";Datum")
    ran = crm("import-csv", "clients", "-", "--mapping", "werk", "--map", "Farbe=tags", "--format", "json", stdin=text)
    assert json.loads(ran.out)["columns"]["Farbe"] == "tags"
    assert "the mapping also names Seit, which the file does not have" in ran.err


def test_mappings_that_cannot_be_are_refused(crm: Crm, ok: Ok, tmp_path: Path) -> None:
    assert crm("import-csv", "clients", "-", "--mapping", "werk", stdin=FILE).code == 3
    crm("import-csv", "clients", "-", *MAPS, "--date-order", "dmy", "--save-mapping", "werk", stdin=FILE)
    before = (tmp_path / "mappings" / "werk.toml").read_bytes()
    taken = crm("import-csv", "clients", "-", *MAPS, "--date-order", "mdy", "--save-mapping", "werk", stdin=FILE)
    assert (taken.code, taken.out) == (5, "")
    assert crm("import-csv", "deals", "-", "--mapping", "werk", stdin=FILE).code == 5
    assert crm("import-csv", "clients", "-", "--save-mapping", "../werk", stdin=FILE).code == 2
    assert crm("import-csv", "clients", "-", *MAPS, "--save-mapping", "x", "--date-order", "dmy", "--dry-run", stdin=FILE).code == 0
    assert [path.name for path in (tmp_path / "mappings").iterdir()] == ["werk.toml"]
    assert (tmp_path / "mappings" / "werk.toml").read_bytes() == before
    (tmp_path / "mappings" / "werk.toml").write_text('kind = "clients"\n[columns]\n"Klient" = "nmae"\n')
    ran = crm("import-csv", "clients", "-", "--mapping", "werk", stdin=FILE)
    assert ran.code == 2
    assert 'no field "nmae" of clients; did you mean "name"?' in ran.err


def test_unknown_columns_are_told_with_both_ways_to_keep_them(ok: Ok) -> None:
    told = ok("import-csv", "clients", "-", stdin=b"Name,Pets\nAnn,2\n")
    assert 'not used: Pets; pass --map "Pets=FIELD" to use a column, --keep-unknown to keep them all as own fields\n' in told
