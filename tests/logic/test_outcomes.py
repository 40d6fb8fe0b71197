"""Outcomes that are offered: those of the setting for calls, then those in use."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crmtui.activities import interactions, outcomes
from crmtui.store.connection import Base
from crmtui.store.journal import operation
from crmtui.store.tables import Interaction

pytestmark = pytest.mark.usefixtures("base")

SET = ["reached", "no answer", "voicemail", "busy", "call back", "wrong number"]


def logged(kind: str, *said: str) -> None:
    for outcome in said:
        interactions.log(kind, client=None, outcome=outcome)


def test_an_empty_base_offers_those_of_the_setting_for_calls_alone() -> None:
    assert outcomes.usual("call") == SET
    assert outcomes.usual("meeting") == []


def test_the_most_used_ones_follow_each_once_however_written() -> None:
    logged("call", "Reached", "ill", "holiday", "Holiday", "HOLIDAY ", "no  answer", "", "ill", "moved", "sold")
    assert outcomes.usual("call") == [*SET, "HOLIDAY", "ill"]
    assert outcomes.usual("call", limit=9) == [*SET, "HOLIDAY", "ill", "sold"]
    assert outcomes.usual("call", limit=2) == ["reached", "no answer"]


def test_other_kinds_offer_only_what_is_in_use() -> None:
    logged("call", "ill")
    logged("meeting", "agreed", "put off", "Agreed")
    assert outcomes.usual("meeting") == ["Agreed", "put off"]


def test_the_setting_says_what_comes_first(settings: Callable[[str], None], base: Base) -> None:
    settings('call_outcomes = " erreicht ,nicht da,, Erreicht"')
    logged("call", "ERREICHT", "besetzt")
    assert outcomes.usual("call") == ["erreicht", "nicht da", "besetzt"]
    settings('call_outcomes = ""')
    assert outcomes.usual("call") == ["besetzt", "ERREICHT"]


def test_what_was_said_long_ago_is_not_counted(settings: Callable[[str], None]) -> None:
    settings('call_outcomes = ""')
    logged("call", "old")
    with operation("many calls") as recorder:
        rows = [(id_, "call", "new", "2026-03-04 09:00:00.000000", "2026-03-04", "2026-03-04") for id_ in range(2, 2 + outcomes.LATEST)]
        Interaction.update(at="2026-03-01 09:00:00.000000").execute()
        recorder.insert_run(Interaction, ("id", "kind", "outcome", "at", "created_at", "updated_at"), rows)
    assert outcomes.usual("call") == ["new"]
