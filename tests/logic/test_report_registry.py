"""Asking for reports: names, definitions, options that fit, and answers of an empty base."""

from __future__ import annotations

import json

import pytest

from crmtui import periods
from crmtui.errors import NotFound, Unreadable
from crmtui.present import plain
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store import connection
from crmtui.store.tables import Pipeline, Stage
from tests.logic import ledger

NAMES = (
    "today", "pipeline", "funnel", "kpi", "forecast", "overdue", "digest", "velocity", "ranking", "won", "lost", "sources", "business",
    "activity", "products", "leaderboard", "cycle", "quality",
)  # fmt: skip


def test_the_reports_are_offered_in_a_fixed_order() -> None:
    assert registry.names() == NAMES


def test_a_mistyped_name_gets_the_nearest_one_and_all_of_them() -> None:
    with pytest.raises(NotFound) as raised:
        registry.entry("pipline")
    assert str(raised.value) == f'no report "pipline"; did you mean "pipeline"? reports: {", ".join(NAMES)}'


@pytest.mark.parametrize("name", NAMES)
def test_every_report_has_a_definition_without_indent_that_fits_a_wide_terminal(name: str) -> None:
    lines = registry.definition(name).splitlines()
    assert lines[0].startswith(f"{name.title() if name != 'kpi' else 'Key figures'}:")
    assert len(lines) > 5
    assert max(map(len, lines)) <= 80
    assert "eleted" in "\n".join(lines)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_base_answers_every_report_with_zeros(base: connection.Base, name: str) -> None:
    report = registry.run(name)
    assert report.findings == 0
    assert report.currency == "USD"
    assert set(ledger.figures(report).values()) <= {0, None}
    assert ledger.notes(report) == [text for text in ledger.notes(report) if "still runs" in text]
    assert json.loads(json.dumps(plain.report_dict(report)))["report"] == name


@pytest.mark.parametrize("name", NAMES)
def test_a_base_without_any_pipeline_answers_every_report(base: connection.Base, name: str) -> None:
    Stage.delete().execute()
    Pipeline.delete().execute()
    assert set(ledger.figures(registry.run(name)).values()) <= {0, None}


def test_the_same_base_and_clock_give_the_same_report(demo_base: object) -> None:
    with connection.opened(str(demo_base)):
        for name in NAMES:
            assert registry.run(name) == registry.run(name)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("pipeline", Options(period=periods.ALL), 'the report "pipeline" takes no period; it takes owner, pipeline, stage'),
        ("today", Options(pipeline=1), 'the report "today" takes no pipeline; it takes owner, limit'),
        ("kpi", Options(limit=3), 'the report "kpi" takes no limit; it takes period, owner, pipeline, compare'),
        ("won", Options(by="colour"), 'the report "won" is not told by "colour"; by: owner, source, region, product, tag, month, week'),
        ("kpi", Options(by="owner"), 'the report "kpi" takes no by; it takes period, owner, pipeline, compare'),
        ("kpi", Options(compare="decade"), 'the report "kpi" is not told by "decade"; compare: previous, year'),
        ("overdue", Options(limit=0), "0 is no limit; from 1, or none for all lines"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(base: connection.Base, name: str, options: Options, said: str) -> None:
    with pytest.raises(Unreadable) as raised:
        registry.run(name, options)
    assert str(raised.value) == said


def test_an_unknown_rep_or_pipeline_is_not_found(base: connection.Base) -> None:
    for options, said in ((Options(owner=7), "no rep 7"), (Options(pipeline=7), "no pipeline 7")):
        with pytest.raises(NotFound, match=said):
            registry.run("pipeline", options)


def test_the_title_names_whom_the_report_is_limited_to(base: connection.Base) -> None:
    ledger.write("rep Ann")
    assert registry.run("pipeline", Options(owner=1, pipeline=1)).title == "Pipeline by stage, Ann, Sales"
    assert registry.run("kpi").period == periods.read("month")
    assert registry.run("today").period is None
