"""Machine formats: exact texts of JSON, JSON lines, CSV, TSV and ids, for records and for reports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmtui.blocks import Column, Figure, Figures, Kind, Note, Report, Table
from crmtui.errors import Unreadable
from crmtui.periods import ALL, Period
from crmtui.present import plain


@dataclass(frozen=True, slots=True)
class Point:
    """One mail or number."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Person:
    """One of the people of the tests."""

    id: int
    name: str
    tags: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    born: date | None = None
    seen: datetime | None = None
    active: bool = True


ANN = Person(1, 'Ann "A" Lee', ("vip", "riga"), (Point("work", "a@x.lv"),), date(1990, 5, 1), datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
IVAN = Person(2, "Иван,\nиз Риги", active=False)

REPORT = Report(
    "won",
    "Won deals",
    datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    Period("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
    "USD",
    (
        Figures((Figure("won_cents", "Won", 12050, Kind.MONEY, 1), Figure("win_rate", "Win rate", 2 / 3, Kind.SHARE))),
        Figures((Figure("cycle_days", "Cycle", 51.875, Kind.DAYS), Figure("none", "None", None, Kind.COUNT))),
        Table(
            "reps",
            "By rep",
            (Column("rep_id", "Id", Kind.COUNT, only_data=True), Column("rep", "Rep"), Column("won_cents", "Won", Kind.MONEY)),
            ((1, "Ann", 12050), (2, "Иван, Co", 0)),
        ),
        Table("lost", "Lost", (Column("at", "When", Kind.MOMENT), Column("share", "Share", Kind.SHARE)), ()),
        Note("Nothing was left out."),
    ),
)


def records(*found: object, format: str, **options: Any) -> str:
    stream = io.StringIO()
    plain.write_records(iter(found), format, stream, **options)
    return stream.getvalue()


def report(format: str, **options: Any) -> str:
    stream = io.StringIO()
    plain.write_report(REPORT, format, stream, **options)
    return stream.getvalue()


def test_a_record_becomes_values_that_json_knows() -> None:
    assert plain.as_dict(ANN) == {
        "id": 1, "name": 'Ann "A" Lee', "tags": ["vip", "riga"], "points": [{"label": "work", "value": "a@x.lv"}],
        "born": "1990-05-01", "seen": "2026-03-01T09:30:00Z", "active": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=2))), "2026-03-01T07:30:00Z"),
        (datetime(2026, 3, 1, 9, 30, 1, 5, tzinfo=UTC), "2026-03-01T09:30:01.000005Z"),
    ],
)
def test_a_moment_is_told_in_utc_with_a_z(moment: datetime, text: str) -> None:
    assert plain.moment(moment) == text


def test_a_list_in_json_is_one_array_with_a_record_a_line() -> None:
    assert records(Point("a", "1"), Point("b", "Иван"), format="json") == (
        '[\n{"label": "a", "value": "1"},\n{"label": "b", "value": "Иван"}\n]\n'
    )


def test_an_empty_list_in_json_is_an_empty_array() -> None:
    assert records(format="json") == "[]\n"


def test_json_is_written_record_by_record() -> None:
    stream = io.StringIO()

    def watched() -> Iterator[Point]:
        yield Point("a", "1")
        assert stream.getvalue() == '[\n{"label": "a", "value": "1"}'
        yield Point("b", "2")

    plain.write_records(watched(), "json", stream)
    assert len(json.loads(stream.getvalue())) == 2


def test_jsonl_is_a_record_a_line() -> None:
    assert records(Point("a", "1"), Point("b", "2"), format="jsonl") == '{"label": "a", "value": "1"}\n{"label": "b", "value": "2"}\n'


def test_json_escapes_what_could_harm_a_terminal_and_reads_back_as_it_was() -> None:
    hostile = "\x1b[2J\x9b\u202eש\U000e0041\ufeff\x7f\ud800"
    text = records(Point("a", hostile), format="jsonl")
    assert text == '{"label": "a", "value": "\\u001b[2J\\u009b\\u202eש\\udb40\\udc41\\ufeff\\u007f\\ud800"}\n'
    assert json.loads(text)["value"] == hostile


def test_csv_joins_lists_leaves_none_empty_and_quotes_what_needs_it() -> None:
    assert records(ANN, IVAN, format="csv") == (
        "id,name,tags,points,born,seen,active\n"
        '1,"Ann ""A"" Lee",vip; riga,"[{""label"":""work"",""value"":""a@x.lv""}]",1990-05-01,2026-03-01T09:30:00Z,true\n'
        '2,"Иван,\nиз Риги",,,,,false\n'
    )


def test_tsv_leaves_commas_alone_and_quotes_tabs() -> None:
    assert records(Point("a,b", "c\td"), format="tsv") == 'label\tvalue\na,b\t"c\td"\n'


def test_ids_are_one_a_line() -> None:
    assert records(ANN, {"id": 7}, format="ids") == "1\n7\n"


def test_an_empty_list_still_has_its_header_when_the_names_are_known() -> None:
    assert records(format="csv", names=plain.field_names(Point)) == "label,value\n"


def test_names_choose_the_columns_and_their_order() -> None:
    assert records(ANN, format="csv", names=("born", "id")) == "born,id\n1990-05-01,1\n"


def test_an_empty_cell_alone_in_its_row_is_no_blank_line() -> None:
    assert records({"note": ""}, format="csv") == 'note\n""\n'


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1))
def test_csv_reads_back_exactly(pairs: list[tuple[str, str]]) -> None:
    text = records(*(Point(*pair) for pair in pairs), format="csv")
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == [["label", "value"], *map(list, pairs)]


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(Unreadable, match='no format "cvs"; did you mean "csv"'):
        records(format="cvs")


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("json", '{\n  "label": "a",\n  "value": "1"\n}\n'),
        ("jsonl", '{"label": "a", "value": "1"}\n'),
        ("csv", "label,value\na,1\n"),
        ("tsv", "label\tvalue\na\t1\n"),
    ],
)
def test_one_record_is_an_object_or_a_header_and_a_row(format: str, text: str) -> None:
    stream = io.StringIO()
    plain.write_record(Point("a", "1"), format, stream)
    assert stream.getvalue() == text


def test_a_report_is_one_object() -> None:
    assert json.loads(report("json")) == {
        "report": "won",
        "as_of": "2026-03-01T09:30:00Z",
        "period": {"from": "2026-01-01", "to": "2026-04-01"},
        "currency": "USD",
        "figures": {"won_cents": 12050, "win_rate": 0.666667, "cycle_days": 51.88, "none": None},
        "tables": {"reps": [{"rep_id": 1, "rep": "Ann", "won_cents": 12050}, {"rep_id": 2, "rep": "Иван, Co", "won_cents": 0}], "lost": []},
    }


def test_a_report_in_jsonl_is_the_same_object_on_one_line() -> None:
    assert report("jsonl").count("\n") == 1
    assert json.loads(report("jsonl")) == json.loads(report("json"))


def test_a_period_without_bounds_has_nulls() -> None:
    unbounded = Report("won", "Won", REPORT.as_of, ALL, "USD", ())
    assert plain.report_dict(unbounded)["period"] == {"from": None, "to": None}


def test_a_report_in_csv_is_sections_with_a_name_each() -> None:
    assert report("csv") == (
        "# figures\nfigure,value\nwon_cents,12050\nwin_rate,0.666667\ncycle_days,51.88\nnone,\n"
        '\n# reps\nrep_id,rep,won_cents\n1,Ann,12050\n2,"Иван, Co",0\n'
        "\n# lost\nat,share\n"
    )


def test_one_table_of_a_report_is_plain_csv() -> None:
    assert report("csv", table="reps") == 'rep_id,rep,won_cents\n1,Ann,12050\n2,"Иван, Co",0\n'


def test_the_figures_of_a_report_can_be_had_alone() -> None:
    assert report("tsv", table="figures") == "figure\tvalue\nwon_cents\t12050\nwin_rate\t0.666667\ncycle_days\t51.88\nnone\t\n"


def test_a_table_that_a_report_does_not_have_is_refused() -> None:
    with pytest.raises(Unreadable, match='no table "rep" in report won; did you mean "reps"'):
        report("csv", table="rep")


def test_a_report_has_no_ids() -> None:
    with pytest.raises(Unreadable, match='no format "ids"'):
        report("ids")
