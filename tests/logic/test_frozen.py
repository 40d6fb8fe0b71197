"""The dataclass of the house: what it keeps of the standard one."""

from __future__ import annotations

import pickle
from copy import copy
from dataclasses import asdict, field, fields, replace

import pytest

from crmtui.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """Somewhere."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Other:
    """Elsewhere."""

    x: int
    y: int = 0
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named(Point):
    """Somewhere known."""

    name: str = ""

    def __repr__(self) -> str:
        return f"<{self.name}>"


def test_records_are_equal_when_their_kind_and_values_are() -> None:
    assert Point(1, 2) == Point(1, y=2)
    assert Point(1, 2) != Point(1, 3)
    assert Point(1) != Other(1)
    assert {Point(1): "a"}[Point(1)] == "a"
    assert Named(1, name="a") != Named(1, name="b")


def test_records_have_slots_and_say_what_they_hold() -> None:
    assert repr(Point(1, 2)) == "Point(x=1, y=2, tags=())"
    assert repr(Named(1, name="home")) == "<home>"
    assert not hasattr(Point(1), "__dict__")
    with pytest.raises(AttributeError):
        Point(1).z = 3  # type: ignore[attr-defined]


def test_records_are_what_the_standard_functions_take() -> None:
    point = Point(1, 2, ("a",))
    assert replace(point, y=5) == Point(1, 5, ("a",))
    assert asdict(point) == {"x": 1, "y": 2, "tags": ("a",)}
    assert [each.name for each in fields(Named)] == ["x", "y", "tags", "name"]
    assert copy(point) == point == pickle.loads(pickle.dumps(point))
    match point:
        case Point(x, y):
            assert (x, y) == (1, 2)
