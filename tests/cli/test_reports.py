"""Reports as they are typed: divided, compared, opened, written into a folder; and the rates of currencies."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from crmtui.reports import registry
from tests.conftest import Ran
from tests.house.schemas import schemas

Crm = Callable[..., Ran]
Ok = Callable[..., str]

pytestmark = pytest.mark.usefixtures("demo_base")


@pytest.mark.parametrize("name", registry.names())
def test_every_report_has_the_same_numbers_in_every_form(ok: Ok, name: str) -> None:
    period = ["--period", "2026"] if registry.entry(name).period else []
    told = json.loads(ok("report", name, *period, "--format", "json"))
    Draft202012Validator(schemas()["report"]).validate(told)
    sections = ok("report", name, *period, "--format", "csv").split("\n\n")
    figures = dict(line.split(",") for line in sections[0].splitlines()[2:])
    assert figures == {key: "" if number is None else str(number) for key, number in told["figures"].items()}
    assert [section.splitlines()[0] for section in sections[1:]] == [f"# {table}" for table in told["tables"]]
    for table, rows in told["tables"].items():
        found = json.loads(ok("report", name, *period, "--table", table, "--format", "json")) if rows else []
        assert found in (rows, told)


def test_a_report_is_divided_and_compared_as_asked(ok: Ok, crm: Crm) -> None:
    divided = json.loads(ok("report", "won", "--period", "2026", "--by", "month", "--compare", "year", "--format", "json"))
    assert list(divided["tables"]) == ["by_month"]
    assert sum(row["won"] for row in divided["tables"]["by_month"]) == divided["figures"]["won"] > 0
    refused = crm("report", "funnel", "--by", "owner")
    assert (refused.code, refused.err) == (2, 'error: the report "funnel" takes no by; it takes period, owner, pipeline\n')
    refused = crm("report", "cycle", "--compare", "year")
    assert (refused.code, refused.out) == (2, "")


def test_an_opened_figure_is_the_list_of_its_noun_and_its_ids_chain(ok: Ok, crm: Crm) -> None:
    kpi = json.loads(ok("report", "kpi", "--period", "2026", "--format", "json"))["figures"]
    deals = json.loads(ok("report", "kpi", "--period", "2026", "--open", "won", "--format", "json"))
    Draft202012Validator(schemas()["report"]).validate(deals)
    assert len(deals) == kpi["won"]
    assert sum(deal["value_cents"] or 0 for deal in deals) == kpi["won_cents"]
    assert {deal["outcome"] for deal in deals} == {"won"}
    ids = ok("report", "kpi", "--period", "2026", "--open", "won", "--format", "ids").split()
    assert ids == [str(deal["id"]) for deal in deals]
    calls = json.loads(ok("report", "kpi", "--period", "2026", "--open", "calls", "--owner", "brigid", "--format", "json"))
    assert {(call["kind"], call["rep"]) for call in calls} == {("call", "Brigid Fallow")}
    assert len(ok("report", "today", "--open", "tasks_overdue").splitlines()) > 1
    assert len(json.loads(ok("report", "pipeline", "--open", "open_deals", "--stage", "proposal", "--format", "json"))) > 0
    sold = json.loads(ok("report", "products", "--open", "products_won", "--format", "json"))
    Draft202012Validator(schemas()["report"]).validate(sold)
    assert len(sold) == json.loads(ok("report", "products", "--format", "json"))["figures"]["products_won"] > 0
    checks = json.loads(ok("report", "quality", "--format", "json"))["tables"]["checks"]
    idle = next(check["lines"] for check in checks if check["check"] == "deal_next_step")
    assert len(ok("report", "quality", "--open", "deal_next_step", "--format", "ids").split()) == idle
    assert crm("report", "kpi", "--open", "wonn").code == 3


def test_all_reports_go_into_a_folder(ok: Ok, crm: Crm, tmp_path: Path) -> None:
    told = json.loads(ok("report", "all", "--output", str(tmp_path / "out"), "--format", "json"))
    Draft202012Validator(schemas()["report"]).validate(told)
    assert told["reports"] == len(registry.names())
    assert (tmp_path / "out" / "index.md").read_text("utf-8").startswith("# Reports\n\n- [The business today](today.md)")
    assert crm("report", "all", "--output", str(tmp_path / "out")).code == 5
    assert crm("report", "all").code == crm("report", "kpi", "--output", str(tmp_path / "other")).code == 2


def test_rates_are_set_listed_and_undone(ok: Ok, crm: Crm) -> None:
    assert ok("add-rate", "eur", "1.0825", "--on", "2026-01-01") == "set rate 1: 1 EUR is 1.0825 USD from 2026-01-01 on\n"
    assert json.loads(ok("list-rates", "--format", "json")) == [
        {"id": 1, "currency": "EUR", "base": "USD", "rate": "1.0825", "on": "2026-01-01"}
    ]
    ok("undo")
    assert json.loads(ok("list-rates", "--format", "json")) == []
    assert crm("add-rate", "USD", "1").code == 5
    assert crm("add-rate", "EUR", "dear").code == 2


def test_quality_fails_on_findings(crm: Crm) -> None:
    assert crm("report", "quality", "--fail-on-findings", "--limit", "1").code == 9
