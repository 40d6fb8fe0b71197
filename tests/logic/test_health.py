"""The health of deals: every part against the points that its definition gives by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmtui import clock, dates
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.sales import deals, facts, health, moves, pages, pipelines
from crmtui.sales.health import Health
from crmtui.store.connection import Base

WHOLE = {"value": "1000", "expected_close": "eom", "next_step": "measure", "next_step_on": "fri"}


@pytest.fixture
def kim(base: Base) -> int:
    return clients.add({"name": "Kim", "phones": ["+1 555 010 0199"]}).id


def deal(client: int, days: int = 0, **values: Any) -> int:
    """A deal that has everything but what is said otherwise, in its first stage (14 days at most) for so many days."""
    return deals.add({**WHOLE, "title": "Roof", "client": client, **values}, at=ago(days)).id


def ago(days: int) -> datetime:
    return datetime(2026, 3, 4, 10, tzinfo=UTC) - timedelta(days=days)


def points(id_: int) -> dict[str, int]:
    (found,) = health.of([id_])
    assert found.score == sum(part.points for part in found.parts)
    assert sum(part.most for part in found.parts) == 100
    return {part.name: part.points for part in found.parts}


def words(id_: int) -> list[str]:
    (found,) = health.of([id_])
    return [part.words for part in health.worst(found)]


def test_a_deal_that_lacks_nothing_has_a_hundred(kim: int) -> None:
    assert points(deal(kim)) == {"next step": 25, "stage": 25, "touch": 20, "close": 15, "value": 10, "contact": 5}


def test_a_deal_that_has_nothing_but_its_day_of_opening_says_why(base: Base) -> None:
    bare = deals.add({"title": "Bare"}, at=ago(60)).id
    assert points(bare) == {"next step": 0, "stage": 0, "touch": 0, "close": 5, "value": 0, "contact": 0}
    assert words(bare) == [
        "no next step", "60 days in its stage, of 14", "no touch for 60 days", "no expected close", "no value", "no phone and no mail",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected", "told"),
    [
        ({"next_step_on": ""}, 15, "next step without a day"),
        ({"next_step_on": "2026-03-03"}, 5, "next step 1 day late"),
        ({"next_step": "", "next_step_on": ""}, 0, "no next step"),
    ],
)
def test_the_next_step_has_a_day_ahead(kim: int, values: dict[str, str], expected: int, told: str) -> None:
    id_ = deal(kim, **values)
    assert (points(id_)["next step"], words(id_)[0]) == (expected, told)


def test_an_open_task_is_a_next_step_and_the_earlier_of_both_counts(kim: int) -> None:
    without = deal(kim, next_step="", next_step_on="")
    tasks.add("call", due=dates.read("fri"), deal=without)
    assert points(without)["next step"] == 25
    tasks.add("write", due=dates.read("2026-03-01"), deal=without)
    assert words(without) == ["next step 3 days late"]


@pytest.mark.parametrize(("days", "expected"), [(14, 25), (15, 23), (21, 12), (27, 1), (28, 0), (90, 0)])
def test_beyond_the_limit_the_stage_loses_a_share_a_day(kim: int, days: int, expected: int) -> None:
    assert points(deal(kim, days))["stage"] == expected  # 25 × (28 − days) ÷ 14, rounded down


def test_a_stage_without_a_limit_is_never_too_long(kim: int) -> None:
    pipelines.add("Slow", ["Talk", "Won"])
    stage = pipelines.find("Slow/Talk")
    assert points(deals.add({"title": "Roof", "client": kim}, stage=stage, at=ago(400)).id)["stage"] == 25


@pytest.mark.parametrize(("days", "expected"), [(0, 20), (7, 20), (8, 19), (19, 9), (29, 0), (30, 0), (40, 0)])
def test_a_touch_fades_from_the_seventh_to_the_thirtieth_day(kim: int, days: int, expected: int) -> None:
    id_ = deal(kim, 100)
    interactions.log("call", client=kim, deal=id_, at=ago(days))
    assert points(id_)["touch"] == expected  # 20 × (30 − days) ÷ 23, rounded down


def test_a_word_with_the_client_counts_and_a_note_does_not(kim: int) -> None:
    id_ = deal(kim, 100)
    interactions.log("note", client=kim, deal=id_, note="thinks")
    assert points(id_)["touch"] == 0
    interactions.log("email", client=kim, at=ago(2))
    assert points(id_)["touch"] == 20


def test_a_close_that_is_past_counts_for_nothing(kim: int) -> None:
    assert words(deal(kim, expected_close="2026-03-02")) == ["expected close 2 days ago"]
    assert points(deal(kim, expected_close="2026-03-04"))["close"] == 15


def test_closed_and_deleted_deals_have_no_health(kim: int) -> None:
    won, gone, living = deal(kim), deal(kim), deal(kim)
    moves.move(won, "won")
    deals.delete(gone)
    assert [found.deal_id for found in health.of([living, won, gone])] == [living]
    assert pages.of_deal(won).health is None
    assert dict(facts.of_deal(deals.get(won)))["health"] is None


def test_the_page_tells_the_score_and_what_is_missing_to_a_hundred(kim: int) -> None:
    id_ = deal(kim, next_step="", next_step_on="", value="")
    page = pages.of_deal(id_)
    assert isinstance(page.health, Health)
    assert dict(facts.of_deal(page))["health"] == "65: no next step (−25), no value (−10)"
    assert clock.today().isoformat() == "2026-03-04"
