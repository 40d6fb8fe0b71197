"""Cells as they are meant: amounts whose column tells the decimal mark, words that stand for nothing, dates of every habit."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui.errors import Undecided, Unreadable
from crmtui.exchange.cleaning import decimal_mark
from crmtui.store import connection
from crmtui.store.tables import Client, Product
from tests.logic import maven
from tests.logic.exchanging import counts, given_out, taken, taken_file

PRICES = ("12,500.00", "350 000", "1 250 000,50", "1.250.000,50", "$342.09K", "USD 485,000.00", "1'250'000.50", "4000")
CENTS = (1_250_000, 35_000_000, 125_000_050, 125_000_050, 34_209_000, 48_500_000, 125_000_050, 400_000)


def imported(texts: list[str], **options: str) -> list[int]:
    """What prices come to, one product each."""
    rows = io.StringIO(newline="")
    csv.writer(rows).writerows([("Product", "Price"), *((f"P{number}", text) for number, text in enumerate(texts))])
    done = taken("products", rows.getvalue(), **options)
    assert (done.created, done.rejected) == (len(texts), 0), done
    return [product.price_cents for product in Product.select().order_by(Product.id)]


@pytest.mark.usefixtures("base")
def test_amounts_are_read_as_people_write_them() -> None:
    assert imported(list(PRICES)) == list(CENTS)


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(("text", "cents"), [("(300.00)", -30_000), ("-300", -30_000), ("-1.250,50", -125_050)])
def test_amounts_below_nothing_are_read(text: str, cents: int) -> None:
    assert taken("clients", f"Name;Revenue\nAnn;{text}\n").created == 1
    assert Client.get().revenue_cents == cents


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize(
    ("shown", "text", "cents"),
    [
        ("1.250.000,50", "12.500", 1_250_000), ("99,5", "12.500", 1_250_000), ("1,250,000.50", "12.500", 1_250), ("99.5", "12.500", 1_250),
        ("99,5", "12,500", 1_250), ("99.5", "12,500", 1_250_000), ("1.250.000", "12.500", 1_250_000), ("0,5", "1.250", 125_000),
    ],
)  # fmt: skip
def test_the_whole_column_tells_what_a_point_before_three_digits_is(shown: str, text: str, cents: int) -> None:
    assert imported([text, shown])[0] == cents


@pytest.mark.usefixtures("base")
def test_a_column_that_does_not_tell_asks_and_names_the_option() -> None:
    with pytest.raises(Undecided, match=r'"12\.500" in column "Price" may be 12500 or 12\.500') as asked:
        imported(["12.500", "300"])
    assert asked.value.hint == "pass --decimal-mark , for the first or --decimal-mark . for the second"
    assert imported(["12.500", "300"], decimal_mark=",") == [1_250_000, 30_000]


@pytest.mark.usefixtures("base")
def test_the_option_rules_the_other_way_too_and_must_be_a_mark() -> None:
    assert imported(["12.500", "300"], decimal_mark=".") == [1_250, 30_000]
    with pytest.raises(Unreadable, match='no decimal mark "x"'):
        imported(["1"], decimal_mark="x")


@given(st.integers(0, 10**11), st.sampled_from([",.", ".,", " ,", " .", "'."]))
def test_an_amount_that_shows_its_mark_shows_the_right_one(cents: int, marks: str) -> None:
    group, decimal = marks
    whole, part = divmod(cents, 100)
    assert decimal_mark(f"{whole:,}".replace(",", group) + f"{decimal}{part:02d}") == decimal


@pytest.mark.usefixtures("base")
@pytest.mark.parametrize("nothing", ["Select", "-", "N/A", "--None--", "0/0/00"])
def test_words_that_stand_for_nothing_are_nothing(nothing: str) -> None:
    done = taken("clients", f"Name,Email,City,Birthday,Lead Source,Annual Revenue\nAnn,{nothing},{nothing},{nothing},{nothing},{nothing}\n")
    assert (done.created, done.rejected) == (1, 0)
    ann = Client.get()
    assert (ann.birth_date, ann.source, ann.revenue_cents) == (None, None, None)


@pytest.mark.usefixtures("base")
def test_a_row_that_is_rejected_keeps_its_cells_as_they_came(tmp_path: Path) -> None:
    taken("clients", "Name,City,Email\nAnn,N/A,nonsense\n", rejects=tmp_path / "r.csv")
    assert b"Ann,N/A,nonsense," in (tmp_path / "r.csv").read_bytes()


@pytest.mark.usefixtures("base")
def test_what_this_program_exported_is_read_as_it_stands() -> None:
    taken("clients", "Name,Source,Notes\nAnn,fair,x\n")
    text = given_out("clients").replace("fair", "N/A").replace(",x,", ",-,")
    assert taken("clients", text).updated == 1
    assert (Client.get().source, Client.get().notes) == ("N/A", "-")


# ── the real book in four habits of writing


@contextmanager
def opened(path: Path) -> Iterator[None]:
    with connection.opened(path, actor="ann", command="test"):
        yield


def rewritten(day: Callable[[date], str], amount: Callable[[int], str] = str, mark: str = ",") -> str:
    """The sales book with its dates and amounts written in another way."""
    target = io.StringIO(newline="")
    rows = maven.opportunities()
    writer = csv.DictWriter(target, list(rows[0]), delimiter=mark)
    writer.writeheader()
    for row in rows:
        days = {name: day(date.fromisoformat(row[name])) if row[name] else "" for name in ("engage_date", "close_date")}
        writer.writerow(row | days | {"close_value": amount(int(row["close_value"])) if row["close_value"] else ""})
    return target.getvalue()


def exported(path: Path, raw: bytes) -> str:
    """What a fresh base gives out after the book was imported."""
    with opened(path):
        taken_file("reps", "maven/sales_teams.csv")
        taken_file("products", "maven/products.csv")
        taken_file("clients", "maven/accounts.csv")
        assert counts(taken("deals", raw, stages=("Prospecting", "Engaging"))) == (8800, 8800, 0, 0, 0, 0)
        return given_out("deals")


def european(amount: int) -> str:
    return f"{amount:,}".replace(",", ".") + ",00"


def test_the_book_in_four_habits_of_writing_is_the_same_book(tmp_path: Path) -> None:
    books = (
        rewritten(lambda day: f"{day.month}/{day.day}/{day.year}").encode(),
        rewritten(lambda day: f"{day:%d/%m/%y}").encode(),
        rewritten(lambda day: f"{day:%d.%m.%Y}", european, ";").encode("cp1251"),
        rewritten(date.isoformat).encode("utf-16"),
    )
    plain = exported(tmp_path / "plain.db", (maven.FOLDER / "sales_pipeline.csv").read_bytes())
    for number, book in enumerate(books):
        assert exported(tmp_path / f"{number}.db", book) == plain
