"""What leaves for other programs, read back by their libraries, and the whole base through a pipe."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from commands import registry
from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.exchange import calendar_writing, foreign, vcard_writing, workbook_writing
from crmtui.sales import deals
from crmtui.store import connection
from tests.cli.lines import is_refusal
from tests.cli.places import COMMAND, environment
from tests.cli.test_terminal import on_terminal
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]
Fresh = Callable[[], Path]

NOUNS = ("clients", "deals", "products", "reps", "interactions", "tasks", "purchases", "pipelines")
HOSTILE = (
    '=1+1;"x"',
    "', \\n \\,",
    "two\nlines",
    "\u202eevil",
    "👩‍👩‍👧 é",
    "BEGIN:VCARD",
    "a\tb",
    "x" * 200 + "é" * 50,
    "Ünï, Cödé; ß",
    "_x0041_",
)


@pytest.fixture
def book(folder: Path) -> Iterator[Path]:
    """The base of the test's folder, open while it is filled and read."""
    with connection.opened(folder / "crm.db", actor="ann", command="test"):
        yield folder


# ── CSV and JSON


def test_a_spreadsheet_safe_export_is_marked_and_comes_back(ok: Ok, folder: Path) -> None:
    ok("add-client", "=1+1", "--phone", "+7 999 000-00-00", "--notes", "'-300")
    text = ok("export-csv", "clients", "--spreadsheet-safe")
    header, row = csv.reader(io.StringIO(text))
    told = dict(zip(header, row, strict=True))
    assert (told["name"], told["phones"], told["notes"], told["crmtui_safe"]) == ("'=1+1", "+7 999 000-00-00", "''-300", "true")
    assert header[-1] == "crmtui_safe"
    (folder / "safe.csv").write_text(text)
    ok("import-csv", "clients", "safe.csv", "--db", "other.db")
    assert ok("export-csv", "clients", "--db", "other.db") == ok("export-csv", "clients")


@pytest.mark.parametrize(("name", "mark"), [("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("pipe", "|")])
def test_any_of_four_signs_stands_between_the_cells(ok: Ok, full: Fresh, name: str, mark: str) -> None:
    full()
    usual = list(csv.reader(io.StringIO(ok("export-csv", "clients"), newline="")))
    assert list(csv.reader(io.StringIO(ok("export-csv", "clients", "--delimiter", name), newline=""), delimiter=mark)) == usual


@pytest.mark.parametrize("noun", NOUNS)
def test_json_holds_as_many_records_as_csv_each_with_its_id(ok: Ok, full: Fresh, noun: str) -> None:
    full()
    records = json.loads(ok("export-json", noun))
    rows = list(csv.reader(io.StringIO(ok("export-csv", noun), newline="")))
    assert len(records) == len(rows) - 1 > 0
    assert len({record["id"] for record in records}) == len(records)
    assert [json.loads(line) for line in ok("export-json", noun, "--lines").splitlines()] == records


def test_exported_json_is_what_the_list_prints(ok: Ok, full: Fresh) -> None:
    full()
    assert ok("export-json", "clients") == ok("list-clients", "--format", "json")


@pytest.mark.parametrize(
    "words", [("export-csv", "clients"), ("export-json", "deals"), ("export-vcard",), ("export-ics",), ("export-xlsx", "deals")]
)
def test_a_file_is_new_whole_and_its_owners_alone(crm: Crm, full: Fresh, folder: Path, words: tuple[str, ...]) -> None:
    full()
    assert crm(*words, "--output", "out").code == 0
    assert (folder / "out").stat().st_mode & 0o777 == 0o600
    before = (folder / "out").read_bytes()
    assert is_refusal(crm(*words, "--output", "out"), 5)
    assert crm(*words, "--output", "again").code == 0
    assert (folder / "out").read_bytes() == (folder / "again").read_bytes() == before


# ── workbooks


def sheet(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_workbook_holds_the_cells_of_the_csv(ok: Ok, full: Fresh, folder: Path, noun: str) -> None:
    full()
    ok("export-xlsx", noun, "--output", "out.xlsx")
    header, *rows = csv.reader(io.StringIO(ok("export-csv", noun), newline=""))
    found = sheet(folder / "out.xlsx")
    assert found[0] == header
    assert len(found) == len(rows) + 1
    for told, row in zip(found[1:], rows, strict=True):
        assert [float(cell) if isinstance(value, float) else cell for value, cell in zip(told, row, strict=True)] == told


def test_no_text_is_a_formula_a_number_or_a_link_in_a_workbook(book: Path) -> None:
    names = [*HOSTILE, "=1+1", "@x", "007", "1e5", "http://x.lv", "mailto:a@x.lv", "internal:A1", "\x1bx"]
    for name in names:
        deals.add({"title": name, "value": "12.50"})
    with (book / "out.xlsx").open("wb") as target:
        workbook_writing.write("deals", target, list(range(1, len(names) + 1)))
    found = sheet(book / "out.xlsx")
    assert [row[0] for row in found[1:]] == names
    assert {row[found[0].index("value")] for row in found[1:]} == {12.5}


def test_what_no_workbook_holds_is_refused_and_leaves_no_file(crm: Crm, folder: Path) -> None:
    assert crm("add-client", "Ann", "--notes", "x" * 40_000).code == 0
    ran = crm("export-xlsx", "clients", "--output", "out.xlsx")
    assert is_refusal(ran, 5)
    assert "clients, row 1, notes: 40,000 characters, a cell holds 32,767" in ran.err
    assert not list(folder.glob("*out*"))


def test_a_missing_package_is_told_with_how_to_get_it(crm: Crm, full: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    full()
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ran = crm("export-xlsx", "deals", "--output", "out.xlsx")
    assert is_refusal(ran, 1)
    assert "pip install 'crmtui[excel]'" in ran.err


# ── vCards


def cards(version: str = "4.0") -> list[Any]:
    stream = io.StringIO()
    vcard_writing.write(stream, version=version)
    assert {len(line.encode()) <= 75 for line in stream.getvalue().split("\r\n")} == {True}
    return list(vobject.readComponents(stream.getvalue()))


@pytest.mark.parametrize("version", vcard_writing.VERSIONS)
def test_a_client_is_a_card_that_other_programs_read(book: Path, version: str) -> None:
    clients.add({"kind": "company", "name": "Acme; Sons, Ltd", "website": "https://acme.example", "city": "Riga", "street": "Elm 5; 2"})
    clients.add({
        "name": "Ann Berg", "first_name": "Ann", "last_name": "Berg", "company": 1, "position": "Head", "birth_date": "1980-02-29",
        "emails": ["work:ann@x.lv", "b@x.lv"], "phones": ["дом:+37120000000"], "tags": ["a,b", "c"], "notes": "one\ntwo; three",
    })  # fmt: skip
    person, company = sorted(cards(version), key=lambda card: str(card.fn.value), reverse=True)
    assert (company.version.value, company.fn.value, company.org.value) == (version, "Acme; Sons, Ltd", ["Acme; Sons, Ltd"])
    assert (company.adr.value.city, company.adr.value.street, company.url.value) == ("Riga", "Elm 5; 2", "https://acme.example")
    assert (person.n.value.given, person.n.value.family, person.org.value, person.title.value) == (
        "Ann",
        "Berg",
        ["Acme; Sons, Ltd"],
        "Head",
    )
    assert [(each.value, each.params.get("TYPE")) for each in person.email_list] == [("ann@x.lv", ["work"]), ("b@x.lv", None)]
    assert (person.tel.value, person.tel.group, person.x_ablabel.group) == ("+37120000000", "item2", "item2")
    assert (person.x_ablabel.value, person.categories.value, person.note.value) == ("дом", ["a,b", "c"], "one\ntwo; three")
    assert person.bday.value == ("19800229" if version == "4.0" else "1980-02-29")
    assert person.rev.value == "20260304T100000Z"


def test_a_card_keeps_its_id_when_the_client_changes_and_no_two_have_one(book: Path) -> None:
    for name in ("Ann", "Bob"):
        clients.add({"name": name})
    before = [card.uid.value for card in cards()]
    clients.edit(1, {"name": "Anna", "notes": "x"})
    assert [card.uid.value for card in cards()] == before
    assert len(set(before)) == 2
    assert all(each.startswith("urn:uuid:") for each in before)
    assert [f"urn:uuid:{card.uid.value}" for card in cards("3.0")] == before


def test_deleted_clients_are_no_cards(book: Path) -> None:
    clients.delete(clients.add({"name": "Ann"}).id)
    assert cards() == []


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ANY, note=ANY, label=ANY)
def test_any_text_comes_back_from_a_card_and_a_calendar(name: str, note: str, label: str) -> None:
    card = vobject.vCard()
    card.add("fn").value = foreign.text(name)
    card.add("note").value = foreign.text(note)
    (read,) = vobject.readComponents(card.serialize())
    assert (read.fn.value, read.note.value) == (foreign.text(name), foreign.text(note))
    entry = icalendar.Event()
    entry.add("summary", foreign.text(name))
    entry.add("description", foreign.text(note))
    found = icalendar.Event.from_ical(entry.to_ical())
    assert (found["summary"], found["description"]) == (foreign.text(name), foreign.text(note))


def test_hostile_names_are_one_card_and_one_entry_each(book: Path) -> None:
    for number, name in enumerate(HOSTILE):
        clients.add({"name": name, "notes": name, "tags": [name], "phones": [f"дом:+371 2000 000{number}"]}, allow_duplicate=True)
        tasks.add(name, client=number + 1, note=name)
    assert sorted(card.fn.value for card in cards()) == sorted(HOSTILE)
    assert [str(todo["summary"]) for todo in calendar().walk("VTODO")] == list(HOSTILE)


# ── calendars


def calendar(*kinds: str, rep: int | None = None) -> icalendar.Calendar:
    stream = io.StringIO()
    calendar_writing.write(stream, kinds or calendar_writing.KINDS, rep=rep)
    found = icalendar.Calendar.from_ical(stream.getvalue())
    assert isinstance(found, icalendar.Calendar)
    return found


def test_a_task_is_a_to_do_with_its_day_or_its_moment(book: Path) -> None:
    client = clients.add({"name": "Ann; Berg"}).id
    tasks.add("Call", client=client, due=dates.read("2026-04-01 10:30"), priority="high", note="one\ntwo")
    tasks.add("Pay, rent", due=dates.read("2026-04-01"), repeat="monthly", priority="low")
    tasks.complete(tasks.add("Done thing").id)
    tasks.cancel(tasks.add("Gone thing").id)
    call, rent, done, gone = calendar("tasks").walk("VTODO")
    assert (call["due"].dt, call["summary"], call["contact"]) == (datetime(2026, 4, 1, 10, 30, tzinfo=UTC), "Call", "Ann; Berg")
    assert (call["status"], call["priority"], call["description"]) == ("NEEDS-ACTION", 1, "one\ntwo")
    assert (rent["due"].dt, rent["summary"], rent["priority"], "rrule" in rent) == (date(2026, 4, 1), "Pay, rent", 9, False)
    assert (done["status"], done["completed"].dt) == ("COMPLETED", datetime(2026, 3, 4, 10, tzinfo=UTC))
    assert (gone["status"], "due" in gone) == ("CANCELLED", False)
    assert call["dtstamp"].dt == call["last-modified"].dt == tasks.get(1).updated_at
    assert len({each["uid"] for each in (call, rent, done, gone)}) == 4
    assert not calendar().walk("VALARM")


def test_a_meeting_is_an_event_as_long_as_it_was(book: Path) -> None:
    client = clients.add({"name": "Ann"}).id
    interactions.log("meeting", client=client, minutes=45, at=dates.moment("2026-03-01 09:00"), subject="Showroom", note="liked oak")
    interactions.log("meeting", client=client, at=dates.moment("2026-03-02 09:00"))
    interactions.log("call", client=client, at=dates.moment("2026-03-02 09:00"))
    first, second = calendar("meetings").walk("VEVENT")
    assert (first["dtstart"].dt, first["dtend"].dt) == (datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2026, 3, 1, 9, 45, tzinfo=UTC))
    assert (first["summary"], first["description"], first["contact"]) == ("Showroom", "liked oak", "Ann")
    assert (second["summary"], "dtend" in second) == ("Meeting with Ann", False)


def test_a_calendar_is_of_one_rep_when_asked_and_leaves_out_deleted_clients(book: Path) -> None:
    ann, bob = (team.add({"name": name}).id for name in ("Ann", "Bob"))
    gone = clients.add({"name": "Gone"}).id
    tasks.add("Hers", assignee=ann)
    tasks.add("His", assignee=bob)
    tasks.add("Nobody's", client=gone, assignee=bob)
    clients.delete(gone)
    assert [todo["summary"] for todo in calendar().walk("VTODO")] == ["Hers", "His"]
    assert [todo["summary"] for todo in calendar(rep=bob).walk("VTODO")] == ["His"]


def test_the_same_base_gives_the_same_calendar_at_any_hour(ok: Ok, full: Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    full()
    before = ok("export-ics")
    monkeypatch.setenv("CRMTUI_NOW", "2026-05-01T08:00:00+00:00")
    assert ok("export-ics") == before
    assert before.startswith("BEGIN:VCALENDAR\r\n")
    assert before.endswith("END:VCALENDAR\r\n")


# ── everything


def test_everything_goes_through_a_pipe_and_comes_out_the_same(crm: Crm, ok: Ok, full: Fresh, folder: Path) -> None:
    full()
    archive = ok("export-all", "-")
    told = ok("import-all", "-", "--db", "copy.db", stdin=archive.encode())
    assert told.startswith("imported ")
    assert ok("export-all", "-", "--db", "copy.db") == archive
    assert is_refusal(crm("import-all", "-", "--db", "copy.db", stdin=archive.encode()), 5)
    ok("undo", "--db", "copy.db")
    assert ok("list-clients", "--format", "json", "--db", "copy.db") == "[]\n"


def test_a_folder_is_told_file_by_file_as_json(ok: Ok, full: Fresh, folder: Path) -> None:
    full()
    made = json.loads(ok("export-all", "everything", "--format", "json"))
    manifest = json.loads((folder / "everything" / "manifest.json").read_text())
    assert made["files"] == manifest["files"]
    assert sorted(part["file"] for part in made["files"]) == sorted(
        path.relative_to(folder / "everything").as_posix()
        for path in (folder / "everything").rglob("*")
        if path.is_file() and path.name != "manifest.json"
    )
    done = json.loads(ok("import-all", "everything", "--db", "copy.db", "--format", "json"))
    assert done["rows"] == {part["file"]: part["rows"] for part in made["files"] if part["rows"] is not None}
    assert done["attached"] == 1


def test_a_rehearsed_import_of_everything_leaves_the_base_empty(crm: Crm, ok: Ok, full: Fresh, folder: Path) -> None:
    full()
    ok("export-all", "everything")
    ran = crm("import-all", "everything", "--db", "copy.db", "--dry-run")
    assert (ran.code, ran.err) == (0, "dry run: nothing was changed\n")
    assert ran.out.startswith("not done: imported ")
    assert not (folder / "copy.db-files").exists()
    assert json.loads(ok("list-clients", "--format", "json", "--db", "copy.db")) == []


@pytest.mark.parametrize("words", [("import-all", "nowhere"), ("import-all", "crm.db"), ("import-all", "")])
def test_what_is_no_export_is_not_found(crm: Crm, full: Fresh, words: tuple[str, ...]) -> None:
    full()
    assert is_refusal(crm(*words), 3)


@pytest.mark.parametrize("words", [("export-all", ""), ("export-all", "no/such/folder"), ("export-all", "crm.db"), ("export-all", "/")])
def test_a_folder_that_cannot_be_made_is_refused(crm: Crm, full: Fresh, words: tuple[str, ...]) -> None:
    full()
    assert is_refusal(crm(*words), 1, 5)


@pytest.mark.parametrize("words", [("export-xlsx", "deals"), ("export-all", "-")])
def test_what_is_no_text_is_not_printed_on_a_terminal(full: Fresh, folder: Path, words: tuple[str, ...]) -> None:
    full()
    code, told = on_terminal(folder, *words)
    assert code == 2
    assert "is not printed on a terminal" in told


@pytest.mark.parametrize("words", [("export-all", "-"), ("export-json", "interactions"), ("export-ics",)])
def test_a_reader_who_has_seen_enough_ends_an_export_quietly(full: Fresh, folder: Path, words: tuple[str, ...]) -> None:
    full()
    with subprocess.Popen([*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(folder)) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        assert b"error" not in process.stderr.read()


def test_every_export_is_found_by_its_name() -> None:
    names = [entry.name for entry in registry.ENTRIES if entry.name.startswith("export-")]
    assert set(names) == {"export-csv", "export-json", "export-xlsx", "export-vcard", "export-ics", "export-all", "export-person"}


@pytest.mark.usefixtures("demo_base")
@pytest.mark.parametrize("kind", ["clients", "deals", "tasks", "interactions"])
def test_records_for_other_programs_are_not_taken_for_rows(crm: Crm, ok: Ok, kind: str) -> None:
    ok("export-json", kind, "--output", "records.json")
    before = ok("history", "--limit", "1")
    ran = crm("import-csv", kind, "records.json")
    assert (ran.code, ran.out) == (5, "")
    assert ran.err == "error: these are records as export-json writes them for other programs; import what export-csv writes\n"
    assert ok("history", "--limit", "1") == before
