"""The published schemas say what the JSON is, and the JSON keeps to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Literal

import pytest
from jsonschema import Draft202012Validator

from crmtui.blocks import Column, Figure, Figures, Kind, Report, Table
from crmtui.periods import ALL, Period
from crmtui.present import plain, schemas


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Part:
    """A part."""

    size: float


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing of the tests.

    More about it.
    """

    id: int
    state: Literal["open", "won"]
    colour: Colour
    due: date | None
    at: datetime
    parts: tuple[Part, ...]
    span: tuple[int, str]
    fields: dict[str, str]
    done: bool


THING = Thing(1, "open", Colour.RED, None, datetime(2026, 3, 1, tzinfo=UTC), (Part(1.5),), (1, "a"), {"a": "b"}, False)


def test_a_record_keeps_to_its_schema() -> None:
    schema = schemas.schema_of(Thing)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(plain.as_dict(THING))


def test_the_schema_tells_type_description_and_what_is_required() -> None:
    schema = schemas.schema_of(Thing)
    assert schema["description"] == "A thing of the tests."
    assert schema["required"] == ["id", "state", "colour", "due", "at", "parts", "span", "fields", "done"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["due"] == {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
    assert schema["properties"]["state"] == {"enum": ["open", "won"]}


@pytest.mark.parametrize("change", [{"id": "1"}, {"state": "lost"}, {"span": [1]}, {"parts": [{}]}, {"more": 1}])
def test_what_is_not_as_told_does_not_pass(change: dict[str, object]) -> None:
    assert not Draft202012Validator(schemas.schema_of(Thing)).is_valid(plain.as_dict(THING) | change)


def test_a_list_is_an_array_of_the_record() -> None:
    Draft202012Validator(schemas.array_of(Part)).validate([{"size": 1}])


@pytest.mark.parametrize("period", [None, ALL, Period("2026", date(2026, 1, 1), date(2027, 1, 1))])
def test_every_report_keeps_to_the_schema_of_reports(period: Period | None) -> None:
    blocks = (
        Figures((Figure("a", "A", None, Kind.COUNT),)),
        Table("t", "T", (Column("x", "X"), Column("y", "Y", Kind.SHARE)), (("a", 0.5),)),
    )
    report = Report("r", "R", datetime(2026, 3, 1, tzinfo=UTC), period, "USD", blocks)
    schema = schemas.report_schema()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(plain.report_dict(report))


def test_a_type_that_json_has_no_form_for_is_a_mistake() -> None:
    @dataclass
    class Odd:
        what: complex

    with pytest.raises(TypeError, match="complex"):
        schemas.schema_of(Odd)
