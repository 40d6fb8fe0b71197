"""Prepared queries: built once, asked with other numbers, with days and moments as the query itself gives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import ModelSelect

from crmtui.store import connection, prepared, reading
from crmtui.store.connection import Base
from crmtui.store.prepared import Prepared, given
from crmtui.store.tables import Client, Deal


@pytest.fixture
def company(demo_base: Path) -> Iterator[Base]:
    """The demo company, open."""
    with connection.opened(demo_base, actor="ann", command="test") as opened:
        yield opened


def query(stage: object, limit: object) -> ModelSelect[Deal]:
    columns = (Deal.id, Deal.title, Client.name, Deal.expected_close, Deal.stage_since, Deal.closed_at)
    return Deal.select(*columns).join(Client).where(Deal.stage == stage).order_by(Deal.id).limit(limit)  # type: ignore[arg-type]


def test_a_prepared_query_answers_as_the_query_does_for_any_numbers(company: Base) -> None:
    ready = Prepared(query(given(0), given(1)))
    for stage in (1, 2, 5, 6, 99):
        for limit in (0, 1, 500):
            assert ready.rows(stage, limit) == reading.tuples(query(stage, limit))


def test_a_kept_query_is_built_once(company: Base) -> None:
    built: list[int] = []

    def build() -> ModelSelect[Deal]:
        built.append(1)
        return query(given(0), given(1))

    key = ("kept once", str(company.path))
    assert prepared.kept(key, build).rows(1, 2) == reading.tuples(query(1, 2))
    assert prepared.kept(key, build).rows(2, 3) == reading.tuples(query(2, 3))
    assert built == [1]


def test_no_more_than_some_queries_are_kept(company: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "KEPT", 2)
    monkeypatch.setattr(prepared, "_kept", {})
    for number in range(5):
        prepared.kept(("one of many", number), lambda: query(given(0), given(1)))
        assert len(prepared._kept) <= 2
