"""The board: lanes, counts, sums and cards, worked out again in plain Python over the rows. The clock stands at 4 March 2026."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from crmtui import team
from crmtui.clients import clients
from crmtui.errors import NotFound
from crmtui.reports import registry
from crmtui.sales import board, deals, moves, pipelines, stages
from crmtui.sales.records import DealCard
from crmtui.store import connection, rewind, search
from crmtui.store.connection import Base


@pytest.fixture
def company(demo_base: Path) -> Iterator[Base]:
    """The demo company, open."""
    with connection.opened(demo_base, actor="ann", command="test") as opened:
        yield opened


def in_order(found: list[DealCard]) -> list[int]:
    """The ids of the deals of one stage as the board is to show them."""
    if found and found[0].outcome != "open":
        known = sorted((d for d in found if d.closed_at), key=lambda d: (d.closed_at, d.id), reverse=True)
        return [d.id for d in known] + sorted((d.id for d in found if not d.closed_at), reverse=True)
    return [d.id for d in sorted(found, key=lambda d: (d.expected_close or date.max, -(d.value_cents or 0), d.id))]


def titles(lane: board.Lane) -> list[str]:
    return [card.title for card in lane.cards]


def test_every_lane_of_the_demo_company_is_what_its_deals_say(company: Base) -> None:
    everything = list(deals.every())
    shown = board.show(limit=500)
    assert (shown.pipeline, shown.pipeline_id, shown.currency) == ("Sales", 1, "USD")
    assert [lane.step.name for lane in shown.lanes] == ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]
    for lane in shown.lanes:
        held = [deal for deal in everything if deal.stage_id == lane.step.id]
        own = sum(deal.value_cents or 0 for deal in held if deal.currency == "USD")
        assert (lane.deals, lane.value_cents) == (len(held), own)
        assert lane.weighted_cents == (own * lane.step.probability * 2 + 100) // 200
        assert lane.others == sum(deal.currency != "USD" and deal.value_cents is not None for deal in held)
        assert [card.id for card in lane.cards] == in_order(held)
    assert sum(lane.deals for lane in shown.lanes) == len(everything) == 176


def test_a_card_says_what_the_deal_says(company: Base) -> None:
    cards = {card.id: card for lane in board.show(limit=500).lanes for card in lane.cards}
    for deal in deals.every():
        assert cards[deal.id] == board.BoardCard(**{name: getattr(deal, name) for name in board.BoardCard.__slots__})
    assert {True, False} == {card.cold for card in cards.values()}


def test_the_open_lanes_weigh_what_the_pipeline_report_weighs(company: Base) -> None:
    report = registry.run("pipeline", registry.Options())
    rows = next(block.rows for block in report.blocks if getattr(block, "name", "") == "stages")
    lanes = [lane for lane in board.show().lanes if lane.step.outcome == "open"]
    assert [(lane.step.name, lane.deals, lane.value_cents, lane.weighted_cents) for lane in lanes] == [row[1:5] for row in rows]


def test_owner_and_words_narrow_counts_and_cards_alike(company: Base) -> None:
    everything = list(deals.every())
    owner = next(deal.owner_id for deal in everything if deal.outcome == "open")
    for lane in board.show(owner=owner, limit=500).lanes:
        held = [deal for deal in everything if deal.stage_id == lane.step.id and deal.owner_id == owner]
        assert (lane.deals, [card.id for card in lane.cards]) == (len(held), in_order(held))
    for words in ("window", "do", "windows terrace", "no such thing"):
        named = set(deals.matching(words=words).tuples())
        for lane in board.show(words=words, owner=owner, limit=500).lanes:
            held = [deal for deal in everything if deal.stage_id == lane.step.id and (deal.id,) in named and deal.owner_id == owner]
            assert (lane.deals, [card.id for card in lane.cards]) == (len(held), in_order(held))


def test_words_that_many_deals_have_count_as_those_that_few_have(company: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [board.show(words=words, limit=7) for words in ("window", "do", "w")]
    monkeypatch.setattr(search, "COMMON", 3)
    assert [board.show(words=words, limit=7) for words in ("window", "do", "w")] == few


def test_a_lane_is_cut_and_goes_on_where_it_was_cut(company: Base) -> None:
    whole = board.show(limit=500).lanes[4]
    cut = board.show(limit=10).lanes[4]
    assert (cut.deals, cut.value_cents, len(cut.cards)) == (whole.deals, whole.value_cents, 10)
    assert cut.cards + board.lane(cut.step.id, limit=500, offset=10) == whole.cards
    owner = whole.cards[0].owner_id
    assert board.lane(cut.step.id, owner=owner, limit=500) == tuple(card for card in whole.cards if card.owner_id == owner)
    with pytest.raises(NotFound, match="no stage 99"):
        board.lane(99)


def test_open_deals_stand_by_expected_close_then_value_then_age(base: Base) -> None:
    for title, close, value in (
        ("undated", "", "900"), ("late", "2026-03-01", "5"), ("small", "2026-04-01", "100"), ("bare", "2026-04-01", ""),
        ("large", "2026-04-01", "700"), ("twin", "2026-04-01", "700"),
    ):  # fmt: skip
        deals.add({"title": title, "expected_close": close, "value": value})
    lane = board.show().lanes[0]
    assert titles(lane) == ["late", "large", "twin", "small", "bare", "undated"]
    assert [card.late for card in lane.cards] == [True, False, False, False, False, False]


def test_closed_deals_stand_newest_first_and_a_reopened_one_goes_back(base: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, title in enumerate(("first", "second", "third"), start=1):
        monkeypatch.setenv("CRMTUI_NOW", f"2026-03-0{day}T10:00:00+00:00")
        moves.move(deals.add({"title": title}).id, "won")
    assert titles(board.show().lanes[4]) == ["third", "second", "first"]
    moves.move(deals.find("second"), "prev")
    shown = board.show()
    assert (titles(shown.lanes[4]), titles(shown.lanes[0])) == (["third", "first"], ["second"])


def test_other_currencies_are_counted_and_in_no_sum(base: Base, settings: Callable[[str], None]) -> None:
    for value in ("USD 10.03", "USD 0.02", "EUR 500", "JPY 70000"):
        deals.add({"title": "x", "value": value})
    deals.add({"title": "worth nothing yet", "currency": "EUR"})
    lead = board.show().lanes[0]
    assert (lead.deals, lead.value_cents, lead.others) == (5, 1005, 2)
    assert lead.weighted_cents == 101  # a tenth of 10.05 is 1.005, a half goes up
    settings('currency = "EUR"')
    shown = board.show()
    assert (shown.currency, shown.lanes[0].value_cents, shown.lanes[0].weighted_cents, shown.lanes[0].others) == ("EUR", 50_000, 5_000, 3)


def test_deleted_deals_are_on_no_board(base: Base) -> None:
    deals.delete(deals.add({"title": "gone", "value": "5"}).id)
    lead = board.show().lanes[0]
    assert (lead.deals, lead.value_cents, lead.cards) == (0, 0, ())


def test_a_board_is_of_the_pipeline_asked_for_with_its_living_stages(base: Base) -> None:
    repairs = pipelines.ensure("Repairs", ["Call", "Visit"])
    deals.add({"title": "roof"}, stage=pipelines.find("call", repairs))
    stages.add("Refused", repairs, outcome="lost")
    shown = board.show(repairs)
    assert [(lane.step.name, lane.deals) for lane in shown.lanes] == [("Call", 1), ("Visit", 0), ("Won", 0), ("Lost", 0), ("Refused", 0)]
    assert (shown.pipeline, shown.pipeline_id, board.show().lanes[0].deals) == ("Repairs", repairs, 0)
    with pytest.raises(NotFound, match="no pipeline 99"):
        board.show(99)


def test_names_in_any_script_narrow_the_board(base: Base) -> None:
    ann = team.add({"name": "Ann"})
    lin = clients.add({"name": "林雨晴"})
    deals.add({"title": "Окна", "owner": ann.id})
    deals.add({"title": "Doors", "client": lin.id})
    assert titles(board.show(words="雨晴").lanes[0]) == ["Doors"]
    assert titles(board.show(words="ОКНА", owner=ann.id).lanes[0]) == ["Окна"]


def test_the_cards_of_a_lane_are_read_in_the_order_of_an_index(base: Base) -> None:
    statements: list[str] = []
    raw = base.database.connection()
    raw.set_trace_callback(statements.append)
    for title in ("a", "b"):
        deals.add({"title": title})
    statements.clear()
    board.show()
    raw.set_trace_callback(None)
    lanes = [sql for sql in statements if "expected_close" in sql]
    plan = [row[3] for row in base.database.execute_sql(f"EXPLAIN QUERY PLAN {lanes[0]}").fetchall()]
    assert any("deal_on_board" in step for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)


def test_a_deal_that_is_kept_has_its_card_beyond_the_end_of_a_long_lane(company: Base) -> None:
    whole = board.show(limit=500).lanes[1].cards
    shown = board.show(limit=3, kept=whole[7].id)
    assert shown.lanes[1].cards == (*whole[:3], whole[7])
    assert [len(lane.cards) for lane in shown.lanes] == [3, 4, 3, 3, 3, 3]
    assert board.show(limit=3, kept=whole[1].id) == board.show(limit=3)
    assert board.show(limit=3, kept=whole[7].id, words="no such thing").lanes[1].cards == ()
    assert board.show(limit=3, kept=999_999) == board.show(limit=3)


def test_all_deals_of_a_lane_come_in_the_order_of_its_cards(company: Base) -> None:
    owner = next(deal.owner_id for deal in deals.every() if deal.outcome == "open")
    for given in ({}, {"owner": owner}, {"words": "window"}, {"owner": owner, "words": "window"}):
        for lane in board.show(limit=500, **given).lanes:
            assert board.ids(lane.step.id, **given) == [card.id for card in lane.cards]


def test_each_owner_has_a_board_of_the_own_deals_however_often_it_is_asked(company: Base) -> None:
    everything = list(deals.every())
    for _ in range(2):
        for owner in {deal.owner_id for deal in everything if deal.owner_id}:
            cards = [card.id for lane in board.show(owner=owner, limit=500).lanes for card in lane.cards]
            assert sorted(cards) == sorted(deal.id for deal in everything if deal.owner_id == owner)


def test_a_move_is_foreseen_as_the_base_will_show_it(company: Base) -> None:
    known = board.show()
    foretold = 0
    for card in [card for lane in known.lanes for card in lane.cards if card.outcome == "open"]:
        for to in ("next", "prev"):
            expected = board.foreseen(known, card.id, to)
            if expected is not None:
                foretold += 1
                moves.move(card.id, to)
                assert board.show() == expected
                rewind.undo()
    assert foretold > 40
