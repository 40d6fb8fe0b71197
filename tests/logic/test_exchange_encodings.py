"""Which encoding a file has: found by what its text can be, told, and asked for where two readings are as likely."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui.errors import CrmError, Undecided
from crmtui.exchange import encodings
from crmtui.exchange.reading import Sheet
from crmtui.store.tables import Client
from tests.logic.exchanging import counts, taken

NAMES = {
    "cp1251": ["Иванов Пётр", "Шевченко Їжак", "ООО «Рога и копыта»"],
    "cp1252": ["François Müller", "Søren Ødegård", "José Muñoz"],
    "latin-1": ["Åsa Öberg", "Ça va", "Straße"],
    "cp1250": ["Łukasz Wałęsa", "Dvořák", "Szőcs Ürge"],
    "cp1254": ["Işık Yılmaz", "Çağla Şahin", "Ömer"],
    "gb18030": ["王伟", "李娜", "上海贸易有限公司"],
    "euc-kr": ["김철수", "이영희", "박민수"],
    "shift-jis": ["田中太郎", "鈴木花子", "株式会社サンプル"],
    "utf-16": ["Иванов", "王伟", "김철수"],
    "utf-16-le": ["Иванов", "Müller", "Bob"],
    "utf-16-be": ["王伟", "Ann", "Bob"],
    "utf-8-sig": ["Иванов", "王伟", "Łukasz"],
    "utf-8": ["Иванов", "王伟", "Łukasz"],
}


def names_of(raw: bytes, **options: str) -> list[str]:
    """The first cell of each row."""
    return [cells[0] for _, cells, _ in Sheet(io.BytesIO(raw), **options).rows(lambda *_: None)]


@pytest.mark.parametrize("encoding", NAMES)
def test_the_encoding_is_found_by_itself(encoding: str) -> None:
    raw = "\r\n".join(["Name,City", *(f"{name},Riga" for name in NAMES[encoding])]).encode(encoding)
    assert names_of(raw) == NAMES[encoding]


@pytest.mark.parametrize("encoding", NAMES)
def test_a_name_in_any_encoding_is_a_client(base: object, encoding: str) -> None:
    raw = "\n".join(["Name", *NAMES[encoding]]).encode(encoding)
    assert counts(taken("clients", raw)) == (3, 3, 0, 0, 0, 0)
    assert {client.name for client in Client.select()} == set(NAMES[encoding])


def test_a_guess_is_told_with_what_it_reads() -> None:
    sheet = Sheet(io.BytesIO("Имя;Город\nИванов;Рига\n".encode("cp1251")))
    assert sheet.notes == ['read as cp1251, so it says "Имя", "Город", "Иванов"; if that is wrong: --encoding NAME']


@pytest.mark.parametrize(
    ("amount", "encoding"), [("1\xa0250\xa0000,50", "cp1251"), ("€5", "cp1252"), ("£485", "cp1252"), ("5 °C ½", "cp1252")]
)
def test_signs_alone_are_read_too(amount: str, encoding: str) -> None:
    assert names_of(f"Amount;Name\n{amount};Ann\n".encode(encoding)) == [amount]


def test_a_name_that_is_given_overrules_the_guess() -> None:
    raw = "Name\nИванов\n".encode("cp1251")
    assert names_of(raw, encoding="cp1252") == ["Èâàíîâ"]
    assert Sheet(io.BytesIO(raw), encoding="cp1252").notes == []


def test_words_far_down_in_a_file_of_ascii_tell_too() -> None:
    rows = ["Ann,Riga"] * 20_000 + ["Иванов,Рига", "Петров,Рига", "Сидорова,Рига"] * 100
    assert names_of("\n".join(["Name,City", *rows]).encode("cp1251"))[-1] == "Сидорова"


def test_an_encoding_that_is_none_of_ours_is_asked_for_and_never_taken() -> None:
    with pytest.raises(Undecided, match=r'--encoding big5\? big5 would read "王偉"'):
        names_of("Name\n王偉\n陳靜\n臺北市\n".encode("big5"))


def test_a_sign_of_two_bytes_that_was_cut_puts_its_row_aside(base: object) -> None:
    rows = [f"Ann {number},Riga".encode() for number in range(300)]
    rows[7] = "Иванов".encode()[:-1] + b",Riga"
    done = taken("clients", b"Name,City\n" + b"\n".join(rows), rejects=None, dry_run=True)
    assert (done.created, done.rejects) == (299, ((9, "", "it holds bytes that are no utf-8"),))


def test_many_rows_with_broken_bytes_refuse_the_file(base: object) -> None:
    rows = ["Иванов Пётр".encode()] * 80 + ["Иванов".encode()[:-1]] * 20
    with pytest.raises(Undecided, match="the file is not in utf-8"):
        taken("clients", b"Name\n" + b"\n".join(rows))


def test_a_file_of_two_byte_signs_that_was_cut_is_refused() -> None:
    with pytest.raises(CrmError, match=r"no utf-16.*truncated"):
        names_of("Name\nИванов\n".encode("utf-16")[:-1])


@given(st.binary(max_size=200), st.sampled_from([None, "cp1251", "gb18030", "utf-16"]))
def test_any_bytes_have_an_encoding_or_are_refused(raw: bytes, named: str | None) -> None:
    with suppress(CrmError):
        raw.decode(encodings.found(io.BytesIO(raw), named).name, "replace")
