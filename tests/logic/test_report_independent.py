"""Reports on random books, against plain computations over the lines of the book that never ask the base."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui import periods
from crmtui.blocks import Report
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.sales import rates
from crmtui.store.journal import operation
from tests.logic import ledger
from tests.logic.examples import few
from tests.logic.test_report_properties import shares

pytestmark = pytest.mark.usefixtures("base")

FEW = few(40)
HEAD = """
rep Ann region=North
rep Ben region=South
client Acme source=web
client Bolt
product Glass 20.00
product Oak 0.07
product Fit -
"""
SOURCES, REGIONS = {"Acme": "web"}, {"Ann": "North", "Ben": "South"}
PRICES = {"Glass": 2000, "Oak": 7, "Fit": None}
FIRST = date(2025, 12, 20)
RATES = ((date(2026, 1, 10), "1.105"), (date(2026, 2, 1), "0.9375"))
PERIODS = {"all": (date.min, date.max), "2026-01": (date(2026, 1, 1), date(2026, 2, 1)), "2026": (date(2026, 1, 1), date(2027, 1, 1))}


@dataclass(frozen=True)
class Sale:
    """A deal as the book has it."""

    client: str
    owner: str
    cents: int | None
    currency: str
    opened: date
    closed: date | None
    outcome: str
    source: str
    reason: str
    tags: tuple[str, ...]
    lines: tuple[tuple[str, int, int | None], ...]

    @property
    def line(self) -> str:
        value = "-" if self.cents is None else f"{self.cents / 100:.2f}{self.currency if self.currency != 'USD' else ''}"
        path = [f"Lead@{self.opened}", *([f"{self.outcome}@{self.closed}"] if self.closed else [])]
        sold = [f"sold={name}:{count}:{'-' if price is None else f'{price / 100:.2f}'}" for name, count, price in self.lines]
        words = [f"source={self.source}" if self.source else "", f"reason={self.reason}" if self.reason else ""]
        return " ".join(
            ["deal", "D", self.client, self.owner, value, *path, *filter(None, words), *(f"tag={tag}" for tag in self.tags), *sold]
        )

    @property
    def origin(self) -> str:
        return self.source or SOURCES.get(self.client, "no source")

    def rows(self, by: str) -> list[str]:
        """The rows a deal stands in."""
        day = self.closed or date.min
        return {
            "owner": [self.owner if self.owner != "-" else "nobody"], "region": [REGIONS.get(self.owner, "no region")],
            "source": [self.origin], "tag": list(self.tags) or ["no tag"], "month": [f"{day:%Y-%m}"],
            "week": [(day - timedelta(days=day.weekday())).isoformat()],
            "product": list(dict.fromkeys(name for name, *_ in self.lines)) or ["no product"],
        }[by]  # fmt: skip

    def dollars(self, rated: bool) -> int | None:
        """The value in cents of USD; None without a value or a rate."""
        if self.cents is None or self.currency == "USD":
            return self.cents
        found = [rate for day, rate in RATES if rated and self.closed and day <= self.closed]
        return int((self.cents * Decimal(found[-1])).quantize(Decimal(1), ROUND_HALF_UP)) if found else None

    def part(self, product: str, rated: bool) -> int:
        """What a product has of the value."""
        whole = self.dollars(rated) or 0
        if not self.lines:
            return whole
        catalogue = PRICES if self.currency == "USD" else {}
        prices = [price if price is not None else catalogue.get(name) for name, _, price in self.lines]
        weights = [Fraction(count * (price or 0)) for (_, count, _), price in zip(self.lines, prices, strict=True)]
        if None in prices or not sum(weights):
            weights = [Fraction(1)] * len(weights)
        sums = [int(Fraction(whole) * sum(weights[:n]) / sum(weights) + Fraction(1, 2)) for n in range(len(weights) + 1)]
        return sum(sums[n + 1] - sums[n] for n, (name, *_) in enumerate(self.lines) if name == product)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    opened = FIRST + timedelta(days=draw(st.integers(0, 60)))
    outcome = draw(st.sampled_from(["", "Won", "Won", "Lost"]))
    sold = draw(st.lists(st.tuples(st.sampled_from(sorted(PRICES)), st.integers(0, 5), st.sampled_from([None, 0, 100, 333])), max_size=4))
    return Sale(
        client=draw(st.sampled_from(["-", "Acme", "Bolt"])),
        owner=draw(st.sampled_from(["-", "Ann", "Ben"])),
        cents=draw(st.sampled_from([None, 0, 1, 5, 1234, 9999999])),
        currency=draw(st.sampled_from(["USD", "USD", "EUR"])),
        opened=opened,
        closed=opened + timedelta(days=draw(st.integers(0, 30))) if outcome else None,
        outcome=outcome,
        source=draw(st.sampled_from(["", "", "fair"])),
        reason=draw(st.sampled_from(["price", "time", ""])) if outcome == "Lost" else "",
        tags=tuple(draw(st.lists(st.sampled_from(["vip", "new"]), max_size=2, unique=True))),
        lines=tuple(sold),
    )


# A deal in dollars, so that the report is told in them.
books = st.lists(sales(), max_size=8).map(lambda found: [Sale("-", "-", 0, "USD", FIRST, None, "", "", "", (), ()), *found])


class Back(Exception):
    """Leaves an operation so that nothing of it stays."""


def run(book: list[Sale], rated: bool, ask: Callable[[], Any]) -> Any:
    """What is asked of a base that holds the book."""
    found = []
    try:
        with operation():
            ledger.write("\n".join([HEAD, *(sale.line for sale in book)]))
            for day, rate in RATES if rated else ():
                rates.add("EUR", rate, on=day)
            found.append(ask())
            raise Back
    except Back:
        return found[0]


def asked(name: str, period: str, by: str | None = None) -> Any:
    report = registry.run(name, Options(period=periods.read(period), by=by))
    return ledger.figures(report), ledger.tables(report)


def ended(book: Iterable[Sale], outcome: str, period: str) -> list[Sale]:
    first, until = PERIODS[period]
    return [sale for sale in book if sale.outcome == outcome and sale.closed and first <= sale.closed < until]


def started(book: Iterable[Sale], period: str) -> list[Sale]:
    first, until = PERIODS[period]
    return [sale for sale in book if first <= sale.opened < until]


def money(book: Iterable[Sale], rated: bool) -> int:
    return sum(sale.dollars(rated) or 0 for sale in book)


def grouped(book: Iterable[Sale], by: str) -> dict[str, list[Sale]]:
    found: dict[str, list[Sale]] = defaultdict(list)
    for sale in book:
        for row in sale.rows(by):
            found[row].append(sale)
    return found


def cells(table: list[dict[str, Any]], *names: str) -> Iterator[tuple[Any, ...]]:
    """The rows without those that tell nothing, such as months between."""
    return (tuple(row[name] for name in names) for row in table if any(row[name] for name in names[1:]))


@FEW
@given(books, st.sampled_from(sorted(PERIODS)), st.booleans(), st.sampled_from(registry.BY))
def test_won_deals_by_anything(book: list[Sale], period: str, rated: bool, by: str) -> None:
    figures, tables = run(book, rated, lambda: asked("won", period, by))
    won = ended(book, "Won", period)
    assert (figures["won"], figures["won_cents"]) == (len(won), money(won, rated))
    wanted = {
        label: (len(held), sum(s.part(label, rated) for s in held) if by == "product" else money(held, rated))
        for label, held in grouped(won, by).items()
    }
    assert {label: (deals, cents) for label, deals, cents in cells(tables[f"by_{by}"], by, "won", "won_cents")} == wanted
    left = sum(sale.cents is not None and sale.dollars(rated) is None for sale in won)
    assert sum(row["deals"] for row in tables.get("currencies", ())) == left
    if by not in ("tag", "product"):
        assert sum(row["won"] for row in tables[f"by_{by}"]) == len(won)
    if by != "tag":
        assert sum(row["won_cents"] for row in tables[f"by_{by}"]) == figures["won_cents"]


@FEW
@given(books, st.sampled_from(sorted(PERIODS)))
def test_lost_deals_by_reason_and_owner(book: list[Sale], period: str) -> None:
    figures, tables = run(book, False, lambda: asked("lost", period))
    lost = ended(book, "Lost", period)
    assert (figures["lost"], figures["lost_cents"]) == (len(lost), money(lost, False))
    reasons = Counter(sale.reason or "no reason" for sale in lost)
    assert dict(cells(tables["by_reason"], "reason", "lost")) == dict(reasons)
    assert dict(cells(tables["by_owner"], "owner", "lost")) == {label: len(held) for label, held in grouped(lost, "owner").items()}
    assert dict(cells(tables["by_stage"], "stage", "lost")) == ({"Lead": len(lost)} if lost else {})
    assert sum(row["share"] for row in tables["by_reason"]) == pytest.approx(1.0 if lost else 0.0)


@FEW
@given(books, st.sampled_from(sorted(PERIODS)), st.booleans())
def test_the_cohorts_of_sources_and_of_the_business(book: list[Sale], period: str, rated: bool) -> None:
    (figures, tables), (business, _) = run(book, rated, lambda: (asked("sources", period), asked("business", period)))
    cohort = started(book, period)
    for source, held in grouped(cohort, "source").items():
        row = next(row for row in tables["sources"] if row["source"] == source)
        counts = Counter(sale.outcome for sale in held)
        assert (row["deals"], row["won"], row["lost"], row["open"]) == (len(held), counts["Won"], counts["Lost"], counts[""])
        assert row["won_cents"] == money((sale for sale in held if sale.outcome == "Won"), rated)
        assert row["conversion"] == counts["Won"] / len(held)
    won = sum(sale.outcome == "Won" for sale in cohort)
    assert (figures["deals"], figures["won"]) == (business["requests"], business["requests_won"]) == (len(cohort), won)
    closed = [len(ended(book, outcome, period)) for outcome in ("Won", "Lost")]
    assert [business["won"], business["lost"], business["closed"]] == [*closed, sum(closed)]
    assert business["won_cents"] == money(ended(book, "Won", period), rated)


@FEW
@given(books, st.sampled_from(sorted(PERIODS)), st.booleans())
def test_products_have_the_whole_money_of_the_won_deals(book: list[Sale], period: str, rated: bool) -> None:
    _, tables = run(book, rated, lambda: asked("products", period))
    won, lost, new = ended(book, "Won", period), ended(book, "Lost", period), started(book, period)
    for row in tables["products"]:
        name = row["product"]
        counts = [sum(name in sale.rows("product") for sale in held) for held in (new, won, lost)]
        assert [row["deals"], row["won"], row["lost"]] == counts
        assert row["won_cents"] == sum(sale.part(name, rated) for sale in won if name in sale.rows("product"))
    assert sum(row["won_cents"] for row in tables["products"]) == money(won, rated)


@FEW
@given(books, st.sampled_from(["owner", "source", "product", "tag", "month"]))
def test_the_cycle_by_anything(book: list[Sale], by: str) -> None:
    figures, tables = run(book, False, lambda: asked("cycle", "all", by))
    won = ended(book, "Won", "all")
    assert figures["deals"] == len(won)
    wanted = {}
    for label, held in grouped(won, by).items():
        days = [(sale.closed - sale.opened).days for sale in held if sale.closed]
        wanted[label] = (len(days), pytest.approx(statistics.mean(days)), statistics.median(days))
    assert {label: cell for label, *cell in cells(tables[f"by_{by}"], by, "deals", "mean_days", "median_days")} == {
        label: list(cell) for label, cell in wanted.items()
    }


@FEW
@given(books, st.sampled_from(["2026-01", "2026"]), st.booleans())
def test_the_leaderboard_is_in_order_and_has_every_rep_once(book: list[Sale], period: str, rated: bool) -> None:
    _, tables = run(book, rated, lambda: asked("leaderboard", period))
    rows = tables["reps"]
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert sorted(row["rep"] for row in rows) == ["Ann", "Ben"]
    won = ended(book, "Won", period)
    for row in rows:
        own = [sale for sale in won if sale.owner == row["rep"]]
        assert (row["won"], row["won_cents"]) == (len(own), money(own, rated))
    assert [row["won_cents"] for row in rows] == sorted((row["won_cents"] for row in rows), reverse=True)


@few(15)
@given(books, st.sampled_from(["all", "2026-01"]))
def test_every_share_of_every_division_is_between_nothing_and_all(book: list[Sale], period: str) -> None:
    def every() -> list[Report]:
        asked_by = [(name, by) for name in registry.names() for by in registry.entry(name).by]
        return [registry.run(name, Options(period=periods.read(period), by=by)) for name, by in asked_by]

    for report in run(book, False, every):
        assert all(share is None or 0 <= share <= 1 for share in shares(report)), report.name
