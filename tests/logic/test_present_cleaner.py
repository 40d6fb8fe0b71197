"""The boundary for hostile text: nothing that reaches a terminal moves the cursor, turns the text or hides in it."""

from __future__ import annotations

import subprocess
import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui.present.cleaner import fit, show, width

CORPUS = {
    "Ann Lee": "Ann Lee",
    "Иван Петров": "Иван Петров",
    "山田 太郎": "山田 太郎",
    "Zoë Ångström – “Ltd” €5": "Zoë Ångström – “Ltd” €5",
    "[bold]x[/] [@click=app.quit]": "[bold]x[/] [@click=app.quit]",
    "\x1b]52;c;aGk=\x07": "␛]52;c;aGk=␇",
    "a\x00b\x7fc": "a␀b␡c",
    "\x9b2J": "\\x9b2J",
    "one\ntwo\r\nthree\rfour": "one⏎two⏎three␍four",
    "a\tb": "a b",
    "a\u2028b\u2029c\u0085d": "a⏎b⏎c⏎d",
    "invoice\u202egpj.exe": "invoice‹RLO›gpj.exe",
    "\u2066a\u2069\u200e\u200f\u061c": "‹LRI›a‹PDI›‹LRM›‹RLM›‹ALM›",
    "pay\u200bpal\u2060\ufeff\u00ad": "pay‹ZWSP›pal‹WJ›‹BOM›‹SHY›",
    "\U000e0041": "‹U+E0041›",
    "a\ufff9b\ud83dc\u0378": "a�b�c�",
    "\u3164": "‹U+3164›",
    "e\u0301": "e\u0301",
    "z" + "\u0301" * 9: "z" + "\u0301" * 8 + "…",
    "👨‍👩‍👧": "👨‍👩‍👧",
    "ends\u200d": "ends‹ZWJ›",
    "نامه‌ای": "\u2068نامه‌ای\u2069",
    "שרה Ltd": "\u2068שרה Ltd\u2069",
}


@pytest.mark.parametrize(("raw", "clean"), CORPUS.items())
def test_each_of_the_corpus_is_shown_harmless_and_readable(raw: str, clean: str) -> None:
    assert show(raw) == clean


def test_lines_keeps_line_ends_and_tabs_and_nothing_else() -> None:
    assert show("one\r\n\ttwo\x1b\rשלום\nthree", lines=True) == "one\n\u2068\ttwo␛␍שלום\u2069\nthree"


def test_what_is_no_text_is_shown_as_text() -> None:
    assert show(12) == "12"


HARMFUL = {"Cc", "Cs", "Cn", "Zl", "Zp"}
HOSTILE = st.text(st.sampled_from("aЖ山ש\u0301\u200d\u200c\u202e\u2068\u2069\x1b\x9b\n\t\ufe0f❤👨 \ufeff\U000e0041")) | st.text()


@given(HOSTILE)
def test_no_control_character_and_no_bidi_override_survives(text: str) -> None:
    shown = show(text)
    inner = shown[1:-1] if shown.startswith("\u2068") else shown
    assert not [char for char in shown if category(char) in HARMFUL]
    assert not set(inner) & set("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


@given(HOSTILE)
def test_only_line_ends_and_tabs_survive_among_lines(text: str) -> None:
    assert not [char for char in show(text, lines=True) if category(char) in HARMFUL and char not in "\n\t"]


@given(HOSTILE, st.integers(0, 30), st.booleans())
def test_fit_takes_exactly_the_cells_asked_for(text: str, cells: int, right: bool) -> None:
    assert width(fit(show(text), cells, right)) == cells


@pytest.mark.parametrize(
    ("text", "cells", "fitted"),
    [
        ("Ann", 5, "Ann  "),
        ("Annabel", 5, "Anna…"),
        ("Ann", 0, ""),
        ("Константин", 5, "Конс…"),
        ("山田太郎", 6, "山田… "),
        ("山田太郎", 7, "山田太…"),
        ("\u2068שרה כהן\u2069", 4, "\u2068שרה…\u2069"),
    ],
)
def test_text_is_cut_with_an_ellipsis_or_padded(text: str, cells: int, fitted: str) -> None:
    assert fit(text, cells) == fitted


def test_numbers_are_padded_on_the_left() -> None:
    assert fit("12", 5, right=True) == "   12"


def test_plain_output_loads_no_drawing_library() -> None:
    code = (
        "import sys; from crmtui.present import cleaner, plain, text; text.value('Иван'); cleaner.fit('Łódź – €', 3);"
        "print([name for name in ('rich', 'typer', 'dateutil', 'pydantic', 'json', 'csv') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
