"""The real sales book: its rows as the file has them, and the same rows written into a base without the import."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from crmtui import clock
from crmtui.sales import pipelines
from crmtui.store.journal import Recorder, moment_text, next_id, operation
from crmtui.store.keys import fold, letters, sort_key
from crmtui.store.tables import Client, Deal, DealProduct, Product, Rep, StageChange

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "maven"
STAGES = ("Prospecting", "Engaging", "Won", "Lost")

Opportunity = dict[str, str]


def opportunities() -> list[Opportunity]:
    """The rows of `sales_pipeline.csv`; the test is skipped where the sample data are not beside the checkout."""
    if not FOLDER.is_dir():
        pytest.skip("the sample data are not beside the checkout (../shared/data)")
    with (FOLDER / "sales_pipeline.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write(rows: Sequence[Opportunity]) -> None:
    """Write the book into the open base: sellers, accounts, deals and the stages each deal entered, at midnights of the rep's zone."""
    with operation("the real book") as recorder:
        stages = {step.name: step.id for step in pipelines.load(pipelines.ensure("Opportunities", STAGES))}
        reps = _named(recorder, Rep, sorted({row["sales_agent"] for row in rows}), ("active",), (1,))
        clients = _named(
            recorder, Client, sorted({row["account"] for row in rows} - {""}), ("kind", "status", "sort_key"), ("company", "customer", "")
        )
        first = next_id(Deal)
        deals = [(id_, *_deal(recorder, row, stages, reps, clients)) for id_, row in enumerate(rows, start=first)]
        names = ("id", "title", "client_id", "owner_id", "stage_id", "value_cents", "opened_at", "closed_at", "stage_since", "currency")
        recorder.insert_run(Deal, (*names, "search_key", "created_at", "updated_at"), deals)
        moves = [(deal[0], *move) for deal, row in zip(deals, rows, strict=True) for move in _moves(row, stages)]
        numbered = [(id_, *move) for id_, move in enumerate(moves, start=next_id(StageChange))]
        products = _products(recorder, sorted({row["product"] for row in rows}))
        sold = [(id_, deal[0], products[row["product"]], 1000) for id_, (deal, row) in enumerate(zip(deals, rows, strict=True), start=1)]
        recorder.insert_run(DealProduct, ("id", "deal_id", "product_id", "quantity_thousandths"), sold)
        recorder.insert_run(StageChange, ("id", "deal_id", "from_stage_id", "to_stage_id", "at"), numbered)


def _named(
    recorder: Recorder, table: type[Rep] | type[Client], names: Sequence[str], columns: Sequence[str], values: Sequence[object]
) -> dict[str, int]:
    """Rows that are little more than a name; their ids by name."""
    at = moment_text(recorder.at)
    rows = [(id_, name, *values, fold(name), at, at) for id_, name in enumerate(names, start=next_id(table))]
    if "sort_key" in columns:
        rows = [(*row[:4], sort_key(row[1]), *row[5:]) for row in rows]
    recorder.insert_run(table, ("id", "name", *columns, "search_key", "created_at", "updated_at"), rows)
    return {name: id_ for id_, name, *_ in rows}


def _products(recorder: Recorder, names: Sequence[str]) -> dict[str, int]:
    return {name: recorder.insert(Product, name=name, key=letters(name), currency="USD").id for name in names}


def _moment(day: str) -> str | None:
    return moment_text(clock.midnight(date.fromisoformat(day))) if day else None


def _deal(
    recorder: Recorder, row: Opportunity, stages: dict[str, int], reps: dict[str, int], clients: dict[str, int]
) -> tuple[object, ...]:
    opened, closed = _moment(row["engage_date"]), _moment(row["close_date"])
    cents = int(row["close_value"]) * 100 if row["close_value"] else None
    title, at = row["opportunity_id"], moment_text(recorder.at)
    return (
        title, clients.get(row["account"]), reps[row["sales_agent"]], stages[row["deal_stage"]], cents, opened, closed, closed or opened,
        "USD", fold(title), at, at,
    )  # fmt: skip


def _moves(row: Opportunity, stages: dict[str, int]) -> Iterator[tuple[int | None, int, str | None]]:
    """The stages an opportunity entered, as far as the file tells: engaging on its day, then the end on its day."""
    if row["deal_stage"] == "Prospecting":
        yield None, stages["Prospecting"], None
        return
    yield None, stages["Engaging"], _moment(row["engage_date"])
    if row["deal_stage"] != "Engaging":
        yield stages["Engaging"], stages[row["deal_stage"]], _moment(row["close_date"])
