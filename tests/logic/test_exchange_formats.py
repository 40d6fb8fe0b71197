"""Files that are no CSV: JSON, JSON Lines, workbooks, vCards; known by what they hold, and all read as rows with a header."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from crmtui.errors import CrmError, Failed, Refused, Unreadable
from crmtui.exchange import foreign, objects, vcards
from crmtui.exchange.reading import Sheet
from crmtui.store.tables import Client, ContactPoint
from tests.logic.exchanging import counts, taken

Aside = list[tuple[int, str]]
Seen = tuple[tuple[str, ...], list[tuple[int, list[str]]], Aside]


def read(raw: str | bytes, **options: str) -> Seen:
    """Header, rows with their lines, and what was put aside."""
    sheet = Sheet(io.BytesIO(raw if isinstance(raw, bytes) else raw.encode()), **options)
    aside: Aside = []
    rows = [(line, cells) for line, cells, _ in sheet.rows(lambda line, _, reason: aside.append((line, reason)))]
    return sheet.header, rows, aside


# ── JSON


def test_an_array_of_objects_is_rows_under_all_their_keys() -> None:
    header, rows, aside = read('[{"name": "Ann", "city": "Rīga"},\n {"name": "Bob", "age": 40},\n 7]')
    assert header == ("name", "city", "age")
    assert rows == [(1, ["Ann", "Rīga", ""]), (2, ["Bob", "", "40"])]
    assert aside == [(3, "it is no object")]


def test_the_array_inside_an_object_is_the_rows() -> None:
    text = '{"count": 2, "page": {"next": [1]},\n "contacts": [\n{"name": "Ann"},\n{"name": "Bob"}], "more": false}'
    assert read(text) == (("name",), [(3, ["Ann"]), (4, ["Bob"])], [])


def test_an_object_that_is_a_record_itself_is_one_row() -> None:
    text = '{"name": "Ann", "email": "a@x.lv", "contact_points": [{"label": "work", "value": "a@x.lv"}]}'
    assert read(text)[1] == [(1, ["Ann", "a@x.lv", "work: a@x.lv"])]


def test_several_lists_in_an_object_are_refused_by_name() -> None:
    with pytest.raises(Refused, match="several lists: contacts, deals"):
        read('{"contacts": [{"name": "Ann"}], "deals": [{"title": "x"}]}')


def test_a_line_that_is_no_json_is_put_aside_with_its_line() -> None:
    _, rows, aside = read('{"name": "Ann"}\n\n{"name": "Bo\n{"name": "Cid"}\n')
    assert [line for line, _ in rows] == [1, 4]
    assert [line for line, _ in aside] == [3]


def test_what_stands_within_an_object_becomes_columns_and_lists_one_cell() -> None:
    header, rows, _ = read(
        '[{"name": "Ann", "company": {"name": "Acme", "size": null}, "tags": ["a;b", "c"], "vip": true, "value": 12.50}]'
    )
    assert header == ("name", "company.name", "company.size", "tags", "vip", "value")
    assert rows == [(1, ["Ann", "Acme", "", "a\\;b; c", "true", "12.5"])]


@pytest.mark.parametrize("text", ["[{", '[{"a": 1}', '{"a": [', "[]", '[{"a": ' + "[" * 50_000, '{"a": 1e}'])
def test_what_is_no_json_or_has_no_rows_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_objects_too_deep_within_each_other_are_put_aside() -> None:
    assert read('{"name": "Ann"}\n' + '{"a": ' * 9 + "1" + "}" * 9)[2] == [(2, "objects stand in it deeper than 8")]


def test_a_large_document_is_refused_with_the_form_that_has_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LARGEST", 20)
    with pytest.raises(Refused, match="JSON Lines"):
        read('[{"name": "a long name"}]')


@given(st.lists(st.dictionaries(st.text("abc", min_size=1), st.text(st.characters(exclude_categories=["Cs"]))), min_size=1))
def test_every_text_of_an_object_comes_as_it_is(items: list[dict[str, str]]) -> None:
    keys = list(dict.fromkeys(key for item in items for key in item))
    if keys:
        assert [cells for _, cells in read(json.dumps(items))[1]] == [[item.get(key, "") for key in keys] for item in items]


# ── workbooks


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    """A workbook of sheets by name."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    day = book.add_format({"num_format": "dd/mm/yy"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for y, row in enumerate(rows):
            for x, value in enumerate(row):
                sheet.write_datetime(y, x, value, day) if isinstance(value, date) else sheet.write(y, x, value)
    book.close()
    return target.getvalue()


def test_cells_of_a_workbook_come_as_they_are_meant() -> None:
    rows: list[list[object]] = [
        ["Name", "Since", "At", "Value", "Size", "Vip"],
        ["Иванов", date(2024, 3, 4), datetime(2024, 3, 4, 14, 30), 0.1 + 0.2, 1250000.0, True],
    ]
    assert read(workbook(("A", rows)))[1] == [(2, ["Иванов", "2024-03-04", "2024-03-04 14:30:00", "0.3", "1250000", "true"])]


def test_titles_and_totals_of_a_sheet_are_no_rows() -> None:
    rows: list[list[object]] = [["Clients"], [], ["Name", "City", "Size"], ["Ann", "Riga", 5], [], ["Total", None, 5]]
    header, found, _ = read(workbook(("A", rows)))
    assert (header, found) == (("Name", "City", "Size"), [(4, ["Ann", "Riga", "5"])])


def test_the_first_sheet_is_read_and_the_others_told() -> None:
    raw = workbook(("Empty", []), ("People", [["Name"], ["Ann"]]), ("Firms", [["Name"], ["Acme"]]))
    assert Sheet(io.BytesIO(raw)).notes == ['read the sheet "People"; it also has "Firms": --sheet NAME']
    assert read(raw, page="firms")[1] == [(2, ["Acme"])]
    with pytest.raises(Unreadable, match='no sheet "Firm"; did you mean "Firms"'):
        read(raw, page="Firm")


def test_a_sheet_of_a_file_that_has_none_is_refused() -> None:
    with pytest.raises(Unreadable, match="no workbook"):
        read("Name\nAnn\n", page="A")


def test_an_archive_that_unpacks_too_far_is_refused_unopened() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(30 * 1024 * 1024))
    with pytest.raises(Refused, match="unpacks to 30 MB from 0"):
        read(target.getvalue())


@pytest.mark.parametrize("far", ["XFD1048576", "ZZZZZZZZ2", "B1048576999"])
def test_a_sheet_with_a_cell_far_away_is_refused_before_it_takes_all_memory(far: str) -> None:
    target, near = io.BytesIO(), workbook(("People", [["Name"], ["Ann"]]))
    with zipfile.ZipFile(io.BytesIO(near)) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b'r="A2"', f'r="{far}"'.encode()))
    with pytest.raises(Refused, match="a sheet of the workbook spans"):
        read(target.getvalue())


@pytest.mark.parametrize("raw", [b"PK\x03\x04 no archive", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 locked"])
def test_a_damaged_workbook_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match="the workbook"):
        read(raw)


def test_an_extra_that_is_missing_is_named() -> None:
    with pytest.raises(Failed, match=r"pip install 'crmtui\[excel\]'"):
        foreign.package("no_such_package", "excel")


# ── vCards

CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2;=D0=9F=D1=91=D1=82=D1=80;;;\r\n"
    "FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=CF=B8=F2=F0 =\r\n=C8=E2=E0=ED=EE=E2\r\nTEL;CELL:+371 2000 0001\r\n"
    "TEL;WORK;VOICE:+371 2000 0002\r\nPHOTO;ENCODING=BASE64;JPEG:AAAA\r\n BBBB\r\n\r\nBDAY:19850412\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:3.0\r\nT EL:1\r\nEND:VCARD\r\n"
    "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ann Berg\r\nN:Berg;Ann;;;\r\nitem1.EMAIL:ann@x.lv\r\nitem1.X-ABLABEL:_$!<Other>!$_\r\n"
    'EMAIL;PREF=1;TYPE=work:a@acme.lv\r\nTEL;TYPE="cell,voice";VALUE=uri:tel:+371-2000-0003\r\nORG:Acme;Sales\r\nTITLE:CEO\r\n'
    "ADR;TYPE=work:;;Brivibas 1;Riga;;LV-1010;Latvia\r\nNOTE:one\\ntwo\\, three\r\nCATEGORIES:vip,new\r\nBDAY:--0412\r\n"
    "UID:urn:uuid:12-3\r\nURL:https://acme.lv\r\nEND:VCARD\r\n"
    "begin:vcard\nversion:3.0\nfn:Acme\nn:;;;;\norg:Acme\nend:vcard\n"
)


def card(number: int) -> dict[str, str]:
    """The filled cells of a card."""
    header, rows, _ = read(CARDS)
    return {name: cell for name, cell in zip(header, rows[number][1], strict=True) if cell}


def test_a_card_of_2_1_is_read_with_its_charsets_and_bare_labels() -> None:
    assert card(0) == {
        "name": "Пётр Иванов", "first_name": "Пётр", "last_name": "Иванов", "phones": "mobile: +371 2000 0001; work: +371 2000 0002",
        "birth_date": "1985-04-12",
    }  # fmt: skip


def test_a_card_of_4_0_is_read_with_the_preferred_mail_first() -> None:
    assert card(1) == {
        "name": "Ann Berg", "first_name": "Ann", "last_name": "Berg", "company": "Acme", "position": "CEO",
        "emails": "work: a@acme.lv; other: ann@x.lv", "phones": "mobile: +371-2000-0003", "street": "Brivibas 1", "city": "Riga",
        "postcode": "LV-1010", "country": "Latvia", "notes": "one\ntwo, three", "tags": "vip; new", "external_id": "12-3",
        "website": "https://acme.lv",
    }  # fmt: skip


def test_a_card_of_an_organisation_is_a_company() -> None:
    assert card(2) == {"kind": "company", "name": "Acme"}


def test_a_card_that_cannot_be_read_is_put_aside_alone_with_its_line() -> None:
    _, rows, aside = read(CARDS)
    assert ([line for line, _ in rows], aside) == ([1, 17, 34], [(13, "the vCard cannot be read")])


def test_a_card_that_never_ends_is_put_aside() -> None:
    assert read("BEGIN:VCARD\nVERSION:3.0\nFN:Ann\n")[2] == [(1, "the vCard never ends")]


def test_too_many_cards_and_too_large_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vcards, "MOST_CARDS", 2)
    with pytest.raises(Refused, match="more than 2 vCards"):
        read(CARDS)
    monkeypatch.setattr(vcards, "LARGEST", 100)
    with pytest.raises(Refused, match="larger than"):
        read(CARDS)


# ── all of them


def test_cards_come_in_as_clients_and_again_change_nothing(base: object) -> None:
    text = CARDS.replace("T EL:1", "FN:Eve").replace("ORG:Acme;", "ORG:Globex;")
    done = taken("clients", text, create_missing=True)
    assert (counts(done), done.related) == ((4, 4, 0, 0, 0, 0), {"companies": 1})
    ann = Client.get(Client.name == "Ann Berg")
    assert Client.get_by_id(ann.company_id).name == "Globex"
    points = ContactPoint.select().where(ContactPoint.client == ann).order_by(ContactPoint.kind, ContactPoint.position)
    assert [(point.label, point.value) for point in points] == [("work", "a@acme.lv"), ("other", "ann@x.lv"), ("mobile", "+371-2000-0003")]
    assert counts(taken("clients", text)) == (4, 0, 0, 4, 0, 0)


@pytest.mark.parametrize("form", ["json", "jsonl", "xlsx", "csv"])
def test_the_same_clients_in_any_form_are_the_same_clients(base: object, form: str) -> None:
    rows = [{"name": "Иванов", "email": "i@x.lv", "created": "2024-03-04"}, {"name": "Ann", "email": "a@x.lv", "created": "2024-03-05"}]
    table: list[list[object]] = [list(rows[0]), *(list(row.values()) for row in rows)]
    raw = {
        "json": json.dumps(rows).encode("utf-16"),
        "jsonl": "\n".join(json.dumps(row) for row in rows).encode(),
        "xlsx": workbook(("A", table)),
        "csv": "\n".join(";".join(map(str, row)) for row in table).encode("cp1251"),
    }[form]
    assert counts(taken("clients", raw)) == (2, 2, 0, 0, 0, 0)
    found = [(client.name, client.created_at.date().isoformat()) for client in Client.select().order_by(Client.id)]
    assert found == [("Иванов", "2024-03-04"), ("Ann", "2024-03-05")]


@given(st.sampled_from([b"[", b"{", b"PK\x03\x04", b"BEGIN:VCARD\n", b'[{"', b""]), st.binary(max_size=100))
def test_any_bytes_are_rows_or_refused(beginning: bytes, rest: bytes) -> None:
    try:
        header, rows, _ = read(beginning + rest)
    except CrmError:
        return
    assert all(len(cells) == len(header) for _, cells in rows)


def test_half_a_character_is_a_rejected_row_in_a_file_that_can_be_read(base: object, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    done = taken("clients", '[{"name": "\\ud800x"}, {"name": "Ann"}]', rejects=rejects)
    assert (done.created, done.rejected) == (1, 1)
    assert rejects.read_text(encoding="utf-8").splitlines()[1].startswith("\\ud800x,1,")


def test_a_card_of_very_many_lines_is_put_aside_alone() -> None:
    begun = time.process_time()
    long = "BEGIN:VCARD\nVERSION:3.0\nNOTE:a\n" + " b\n" * 2_000_000 + "END:VCARD\n"
    _, rows, aside = read(f"{long}BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEND:VCARD\n")
    assert ([line for line, _ in rows], aside) == ([2_000_005], [(1, "the vCard is larger than 1 MB")])
    assert time.process_time() - begun < 10


def test_a_name_without_end_is_cut_where_it_is_told(base: object) -> None:
    with pytest.raises(Refused) as refused:
        taken("clients", "[" * 200_000 + "]" * 200_000)
    assert len(str(refused.value)) < 300
