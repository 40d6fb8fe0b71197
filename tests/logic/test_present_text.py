"""Values and light tables for people: the exact lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crmtui import clock, config
from crmtui.blocks import Column, Kind
from crmtui.present import text

DEALS = (
    Column("id", "Id", Kind.COUNT),
    Column("title", "Deal"),
    Column("client", "Client"),
    Column("value_cents", "Value", Kind.MONEY),
    Column("currency", "Currency", only_data=True),
    Column("due", "Due", Kind.DAY),
)
ROWS = (
    (1, "Licence", "Ann Lee", 1250000, "USD", date(2026, 3, 31)),
    (12, "A very long title of a deal", "ООО «Ромашка»", 450, "EUR", None),
    (3, "山田 \x1b[2J", "[b]x[/]", None, None, date(2026, 4, 1)),
)


@pytest.fixture(autouse=True)
def _in_riga(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("CRMTUI_CONFIG", str(tmp_path / "none.toml"))
    monkeypatch.setenv("TZ", "Europe/Riga")
    config.current.cache_clear()
    clock.named_zone.cache_clear()
    yield
    config.current.cache_clear()
    clock.named_zone.cache_clear()


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, Kind.MONEY, "–"),
        (1250000, Kind.MONEY, "12,500 USD"),
        (-450, Kind.MONEY, "-4.50 USD"),
        (0.632, Kind.SHARE, "63.2 %"),
        (1, Kind.SHARE, "100.0 %"),
        (52, Kind.DAYS, "52 d"),
        (51.84, Kind.DAYS, "51.8 d"),
        (1248, Kind.COUNT, "1,248"),
        (date(2026, 3, 1), Kind.DAY, "2026-03-01"),
        (datetime(2026, 3, 1, 7, 30, tzinfo=UTC), Kind.MOMENT, "2026-03-01 09:30"),
        ("a\x1bb\nc", Kind.TEXT, "a␛b⏎c"),
        (12345, Kind.TEXT, "12345"),
        (True, Kind.TEXT, "yes"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, kind: Kind, shown: str) -> None:
    assert text.value(value, kind, "USD") == shown


def test_a_table_aligns_numbers_to_the_right_and_cuts_nothing_without_a_width() -> None:
    assert list(text.table(DEALS, ROWS, width=None)) == [
        "Id  Deal                         Client                 Value  Due",
        " 1  Licence                      Ann Lee        12,500.00 USD  2026-03-31",
        "12  A very long title of a deal  ООО «Ромашка»       4.50 EUR  –",
        " 3  山田 ␛[2J                    [b]x[/]                    –  2026-04-01",
    ]


def test_amounts_that_are_whole_under_each_other_show_no_minor_units() -> None:
    assert [line.rstrip() for line in text.table(DEALS, [ROWS[0]], width=None)] == [
        "Id  Deal     Client        Value  Due",
        " 1  Licence  Ann Lee  12,500 USD  2026-03-31",
    ]


def test_the_widest_texts_give_way_to_a_narrow_terminal() -> None:
    assert list(text.table(DEALS, ROWS, width=58)) == [
        "Id  Deal          Client                 Value  Due",
        " 1  Licence       Ann Lee        12,500.00 USD  2026-03-31",
        "12  A very long…  ООО «Ромашка»       4.50 EUR  –",
        " 3  山田 ␛[2J     [b]x[/]                    –  2026-04-01",
    ]


def test_numbers_are_never_cut() -> None:
    assert "12,500.00 USD" in "\n".join(text.table(DEALS, ROWS, width=10))


def test_money_without_a_currency_of_its_own_is_in_the_one_given() -> None:
    columns = (Column("value_cents", "Value", Kind.MONEY),)
    assert list(text.table(columns, [(100,)], width=80, currency="EUR")) == ["Value", "1 EUR"]


def test_heads_are_bold_only_when_asked() -> None:
    assert list(text.table((Column("name", "Name"),), [("Ann",)], width=80, bold=True)) == ["\x1b[1mName\x1b[0m", "Ann"]


def test_a_table_without_rows_is_its_heads() -> None:
    assert list(text.table(DEALS, (), width=80)) == ["Id  Deal  Client  Value  Due"]


def test_a_card_has_its_values_under_each_other_and_leaves_out_what_is_missing() -> None:
    pairs = [("Name", "Ann Lee"), ("Born", date(1990, 5, 1)), ("Owner", None), ("Note", "one\ntwo\x1b")]
    assert list(text.card(pairs)) == ["Name  Ann Lee", "Born  1990-05-01", "Note  one", "      two␛"]


def test_a_card_may_have_bold_labels() -> None:
    assert list(text.card([("Name", "Ann")], bold=True)) == ["\x1b[1mName\x1b[0m  Ann"]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (0, "USD", "0 USD"), (49, "USD", "0 USD"), (-49, "USD", "0 USD"), (999_999, "USD", "10k USD"), (999_900, "USD", "9,999 USD"),
        (1_234_500, "USD", "12.3k USD"), (1_235_000, "EUR", "12.4k EUR"), (34_393_100, "USD", "344k USD"), (99_949_900, "USD", "999k USD"),
        (99_950_000, "USD", "1M USD"), (143_339_300, "USD", "1.43M USD"), (-143_339_300, "USD", "-1.43M USD"),
        (1_433_393, "JPY", "1.43M JPY"), (2 * 10**11, "USD", "2B USD"), (10**15, "USD", "10T USD"), (10**19, "USD", "100000T USD"),
    ],
)  # fmt: skip
def test_short_money_has_three_digits_from_ten_thousand_on(amount: int, currency: str, shown: str) -> None:
    assert text.short_money(amount, currency) == shown
