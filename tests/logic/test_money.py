"""Amounts as people write them: whole minor units, never a float, never a guess."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from crmtui import money
from crmtui.errors import CrmError, Undecided, Unreadable


@pytest.mark.parametrize(
    ("typed", "cents", "currency"),
    [
        ("12500", 1_250_000, "USD"), ("12,500.00", 1_250_000, "USD"), ("350 000", 35_000_000, "USD"), ("1 250 000,50", 125_000_050, "USD"),
        ("1.250.000,50", 125_000_050, "USD"), ("1'250'000.50", 125_000_050, "USD"), ("$342.09K", 34_209_000, "USD"),
        ("USD 485,000.00", 48_500_000, "USD"), ("(300.00)", -30_000, "USD"), ("-300", -30_000, "USD"), ("1,5", 150, "USD"),
        ("12,500", 1_250_000, "USD"), ("€ 12", 1_200, "EUR"), ("300 EUR", 30_000, "EUR"), ("0.1", 10, "USD"), ("2k", 200_000, "USD"),
        ("1.5m", 150_000_000, "USD"), ("JPY 1200", 1200, "JPY"), ("KWD 1.234", 1234, "KWD"), ("12\u202f500,00", 1_250_000, "USD"),
    ],
)  # fmt: skip
def test_an_amount_is_read(typed: str, cents: int, currency: str) -> None:
    assert money.read(typed) == (cents, currency)


@pytest.mark.parametrize(
    "typed", ["", "abc", "$", "1e3000000", "1,2,3", "1.2.3", "12,34.56.78", "0.005", "10 XXQ", "--5", "(5", "NaN", "9" * 40]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        money.read(typed)


def test_a_point_before_three_digits_is_never_guessed() -> None:
    with pytest.raises(Undecided, match=r"may be 12500 or 12\.5"):
        money.read("12.500")


def test_the_configured_currency_is_that_of_amounts_without_one(settings: Callable[[str], None]) -> None:
    settings('currency = "EUR"')
    assert money.read("5") == (500, "EUR")


@pytest.mark.parametrize(
    ("cents", "currency", "shown", "plain"),
    [
        (1_250_000, "USD", "12,500 USD", "12500.00"), (450, "EUR", "4.50 EUR", "4.50"), (-5, "USD", "-0.05 USD", "-0.05"),
        (1200, "JPY", "1,200 JPY", "1200"), (1234, "KWD", "1.234 KWD", "1.234"), (0, "USD", "0 USD", "0.00"),
    ],
)  # fmt: skip
def test_an_amount_is_shown_and_written(cents: int, currency: str, shown: str, plain: str) -> None:
    assert money.shown(cents, currency) == shown
    assert money.plain(cents, currency) == plain


@given(st.integers(-money.LARGEST, money.LARGEST), st.sampled_from(["USD", "JPY", "KWD"]))
def test_what_is_written_plainly_is_read_back(cents: int, currency: str) -> None:
    assert money.cents(money.plain(cents, currency), currency) == cents


@pytest.mark.parametrize("text", ["9999999999999.99", "-9,999,999,999,999.99"])
def test_the_largest_amount_is_read_and_more_is_refused(text: str) -> None:
    assert abs(money.read(text, "USD")[0]) == money.LARGEST
    for more in (text.replace(".99", "9.99"), f"{text}9", text.replace("9", "90")):
        with pytest.raises(Unreadable):
            money.read(more, "USD")


@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**12))
def test_every_way_of_grouping_means_the_same(cents: int) -> None:
    whole, part = divmod(cents, 100)
    english = f"{whole:,}.{part:02d}"
    assert money.read(english)[0] == cents
    assert money.read(english.replace(",", " "))[0] == cents
    assert money.read(english.replace(",", "_").replace(".", ",").replace("_", "."))[0] == cents


@bounds(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("0123456789.,-+()kKmM $€USDe ", max_size=30))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        cents, currency = money.read(text)
    except CrmError:
        return
    assert isinstance(cents, int)
    assert len(currency) == 3
