"""Files as they come: encodings, separators, quotes, broken rows."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import texts
from crmtui.clients import rules
from crmtui.errors import CrmError, Refused, Undecided, Unreadable
from crmtui.exchange.cells import joined, split
from crmtui.exchange.reading import Sheet, is_plain
from tests.logic.exchanging import counts, taken

Aside = list[tuple[int, str]]


def read(text: str | bytes, **options: str) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], Aside]:
    """Header, rows with their lines, and what was put aside."""
    sheet = Sheet(io.BytesIO(text if isinstance(text, bytes) else text.encode()), **options)
    aside: Aside = []
    rows = [(line, cells) for line, cells, _ in sheet.rows(lambda line, _, reason: aside.append((line, reason)))]
    return sheet.header, rows, aside


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_separator_is_found(mark: str) -> None:
    header, rows, _ = read(f"Name{mark}Email\nAnn{mark}a@x.lv\nBob, Jr{mark}b@x.lv\n".replace("Bob, Jr", '"Bob, Jr"'))
    assert header == ("Name", "Email")
    assert rows == [(2, ["Ann", "a@x.lv"]), (3, ["Bob, Jr", "b@x.lv"])]


def test_a_line_of_the_spreadsheet_names_the_separator() -> None:
    assert read("sep=;\nName;Note\nAnn;a,b,c\n")[:2] == (("Name", "Note"), [(3, ["Ann", "a,b,c"])])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_mark_of_byte_order_tells_the_encoding(encoding: str) -> None:
    assert read("Name\nИванов\n".encode(encoding))[:2] == (("Name",), [(2, ["Иванов"])])


def test_the_header_is_trimmed_and_nameless_columns_are_numbered() -> None:
    assert read(" Name , Email ,\nAnn,a@x.lv,\n")[0] == ("Name", "Email", "column 3")


def test_blank_lines_are_no_rows_and_lines_are_those_of_the_file() -> None:
    text = 'Name,Note\n\nAnn,"two\nlines"\n\nBob,x\n'
    assert read(text)[1] == [(3, ["Ann", "two\nlines"]), (6, ["Bob", "x"])]


def test_every_kind_of_line_end_is_read() -> None:
    assert read(b'Name,Note\r\nAnn,1\rBob,2\nCid,"3\r4"\r\n')[1] == [(2, ["Ann", "1"]), (3, ["Bob", "2"]), (4, ["Cid", "3\r4"])]


def test_cells_missing_at_the_end_are_empty_and_surplus_ones_put_the_row_aside() -> None:
    _, rows, aside = read("Name,Note\nAnn\nBob,1,2\nCid,3\nDee,4,, \n")
    assert rows == [(2, ["Ann", ""]), (4, ["Cid", "3"]), (5, ["Dee", "4"])]
    assert aside == [(3, "3 cells, the header has 2")]


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    _, rows, aside = read('Name,Note\nAnn,"open\nBob,1\nCid,2\n')
    assert rows == [(3, ["Bob", "1"]), (4, ["Cid", "2"])]
    assert aside == [(2, "a quote is opened and never closed")]


def test_text_after_a_closing_quote_is_put_aside() -> None:
    _, rows, aside = read('Name,Note\n"Ann"x,1\nBob,2\n')
    assert rows == [(3, ["Bob", "2"])]
    assert aside == [(2, "there is text after a closing quote")]


def test_a_blank_before_a_quote_does_not_matter() -> None:
    assert read('Name,Company\nAnn, "Acme, Inc"\n')[1] == [(2, ["Ann", "Acme, Inc"])]


def test_a_file_without_line_breaks_is_refused() -> None:
    with pytest.raises(Refused, match="more than 4 MB"):
        read(b"Name\n" + b"x" * 5_000_000)


@pytest.mark.parametrize("text", ["", "\n\n", "  \n"])
def test_a_file_without_a_header_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="no header"):
        read(text)


def test_an_encoding_that_is_none_is_refused() -> None:
    with pytest.raises(Unreadable, match='no encoding "klingon"'):
        read("Name\n", encoding="klingon")


@pytest.mark.usefixtures("base")
def test_a_file_that_can_be_in_two_encodings_asks_which_and_shows_both() -> None:
    with pytest.raises(Undecided) as asked:
        taken("clients", "Name\nИВАНОВ\n".encode("cp1251"))
    assert asked.value.hint == '--encoding cp1251? cp1251 would read "ИВАНОВ"; gb18030 would read "嚷劳温"'


@pytest.mark.usefixtures("base")
def test_a_named_encoding_is_used() -> None:
    assert counts(taken("clients", "Name\nCafé\n".encode("cp1252"), encoding="cp1252")) == (1, 1, 0, 0, 0, 0)


@pytest.mark.usefixtures("base")
def test_one_row_with_broken_bytes_is_rejected_and_all_others_are_in(tmp_path: Path) -> None:
    lines = [f"Ann {n}".encode() for n in range(300)]
    lines[150] = b"Caf\xe9"
    done = taken("clients", b"Name\n" + b"\n".join(lines) + b"\n", rejects=tmp_path / "r.csv")
    assert counts(done) == (300, 299, 0, 0, 0, 1)
    assert done.rejects == ((152, "", "it holds bytes that are no utf-8"),)
    assert b"Caf\xe9,152" in (tmp_path / "r.csv").read_bytes()


@pytest.mark.usefixtures("base")
def test_a_nul_is_refused(tmp_path: Path) -> None:
    done = taken("clients", b"Name,Email\nA\0nn,a@x.lv\nBob,b@x.lv\n", rejects=tmp_path / "r.csv")
    assert counts(done) == (2, 1, 0, 0, 0, 1)


@pytest.mark.usefixtures("base")
def test_columns_of_one_name_are_refused_until_they_are_mapped() -> None:
    text = "Name,Email,Email\nAnn,a@x.lv,b@x.lv\n"
    with pytest.raises(Refused) as refused:
        taken("clients", text)
    assert refused.value.hint.endswith('--map "Email (2)=-"')
    assert taken("clients", text, mapping={"Email (2)": "emails"}).columns == {"Name": "name", "Email": "emails", "Email (2)": "emails"}


@pytest.mark.usefixtures("base")
def test_columns_that_are_no_field_are_told_and_others_can_be_left_out() -> None:
    done = taken("clients", "Name,Shoe size,City\nAnn,38,Riga\n", mapping={"city": "-"})
    assert done.columns == {"Name": "name", "Shoe size": None, "City": None}


@pytest.mark.usefixtures("base")
def test_a_mapping_of_no_column_or_to_no_field_is_refused() -> None:
    with pytest.raises(Unreadable, match='no column "Nam"; did you mean "Name"'):
        taken("clients", "Name\nAnn\n", mapping={"Nam": "name"})
    with pytest.raises(Unreadable, match='no field "mood" of clients'):
        taken("clients", "Name,Mood\nAnn,good\n", mapping={"Mood": "mood"})


@given(st.text(max_size=30))
def test_a_plain_text_is_kept_by_its_rule_as_it_is_by_the_short_cut(text: str) -> None:
    if is_plain(text):
        assert texts.line(text, "name") == text.strip()
        assert rules.READERS["notes"](text) == (text.strip() or None)
    else:
        with pytest.raises(CrmError):
            texts.line(f"x{text}x", "name")


@given(st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1).map(str.strip).filter(bool)))
def test_a_list_in_one_cell_comes_back(items: list[str]) -> None:
    assert split(joined(items)) == items
