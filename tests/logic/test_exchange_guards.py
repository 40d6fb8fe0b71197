"""Cells guarded for spreadsheets: what could be a formula is told from what is a number, and every text comes back as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui.clients import clients
from crmtui.exchange import exporting, guards
from crmtui.sales import deals
from tests.logic.exchanging import content, counts, taken

RISKY = [
    "=1+1", "+x", "-cmd", "@SUM(A1)", " =1+1", "\xa0=x", "\ufeff=x", "\x00=x", "\x1b=x", "\x85=x", "\u3000=x", "=",
    "＝1+1", "＋x", "－x", "＠x",
    "\tx", "\rx", "\nx", "'", "'x", "''=x", "-2+3+cmd|' /C calc'!A0", "+1 (x)", '=HYPERLINK("http://x")', "\r\n=x", "\t=1",
]  # fmt: skip
PLAIN = [
    "",
    "Ann",
    "+7 999 000-00-00",
    "-300",
    "+371 2000 0000",
    "-1,234.50",
    "(555) 010-0199",
    "-",
    "a=b",
    "x'",
    "1=1",
    "\u202e=x",
    '"=x"',
    "3-4",
]


@pytest.mark.parametrize("cell", RISKY)
def test_what_a_spreadsheet_could_take_for_a_formula_is_guarded(cell: str) -> None:
    assert guards.guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", PLAIN)
def test_numbers_phones_and_other_texts_stay_as_they_are(cell: str) -> None:
    assert guards.guarded(cell) == cell


@given(st.text() | st.from_regex(r"['=+\-@\s]*\w*", fullmatch=True) | st.sampled_from(RISKY + PLAIN))
def test_every_text_comes_back(cell: str) -> None:
    once = guards.guarded(cell)
    assert guards.bare(once) == cell
    assert guards.bare(guards.guarded(once)) == once


@given(st.from_regex(r"[+-]?[0-9 ().,/-]+", fullmatch=True))
def test_no_number_is_ever_touched(cell: str) -> None:
    assert guards.guarded(cell) == cell


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("delimiter", exporting.DELIMITERS.values())
def test_a_guarded_file_comes_back_as_it_was(delimiter: str) -> None:
    clients.add({"name": "=1+1", "phones": ["+7 999 000-00-00"], "notes": "'quoted\n=2", "tags": ["@home"], "position": "-300"})
    clients.add({"name": "'''", "source": "＝x", "city": "＋x"})
    deals.add({"title": "-cmd|' /C calc'!A0", "client": 1, "value": "300"})
    for kind in ("clients", "deals"):
        stream = io.StringIO()
        count = exporting.write(kind, stream, delimiter=delimiter, safe=True)
        header, *rows = csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=delimiter)
        assert header[-1] == "crmtui_safe"
        assert {row[-1] for row in rows} == {"true"}
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=@＝＋")]
        before = content("operation", "change")
        done = taken(kind, stream.getvalue())
        assert (counts(done), "crmtui_safe" in done.columns) == ((count, 0, 0, count, 0, 0), False)
        assert content("operation", "change") == before


@pytest.mark.usefixtures("base")
def test_one_apostrophe_is_taken_off_only_where_the_file_says_that_it_is_guarded() -> None:
    taken("clients", "name,notes,crmtui_safe\n'=Ann,''x,true\n")
    taken("clients", "name,notes\n'=Bob,''x\n")
    assert [(card.name, card.notes) for card in sorted(clients.every(), key=lambda card: card.id)] == [("=Ann", "'x"), ("'=Bob", "''x")]
