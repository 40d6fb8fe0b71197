"""The pipeline as a board: a lane a stage, with what stands in it and its first deals; read anew after each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from peewee import JOIN, ModelSelect, fn

from crmtui import config
from crmtui.errors import NotFound
from crmtui.frozen import dataclass
from crmtui.money import weighted
from crmtui.sales import pipelines, records
from crmtui.sales.pipelines import OUTCOMES, Step
from crmtui.store import prepared, reading, search
from crmtui.store.connection import current
from crmtui.store.prepared import Prepared, given
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Rep


@dataclass(frozen=True, slots=True)
class BoardCard:
    """A deal as far as a board shows it; every field means what it does in `DealCard`."""

    id: int
    title: str
    client: str | None
    client_id: int | None
    value_cents: int | None
    currency: str
    owner: str | None
    owner_id: int | None
    expected_close: date | None
    next_step: str | None
    next_step_on: date | None
    stage_id: int
    outcome: str
    stage_days: int | None
    late: bool
    cold: bool

    def __hash__(self) -> int:
        return hash(self.id)  # a board looks its cards up at each line that it draws


@dataclass(frozen=True, slots=True)
class Lane:
    """A stage: how many deals stand in it, what those in the board's currency come to, and the first cards.

    `others` are the deals whose value is in another currency: they are among `deals`, their amounts in no sum.
    """

    step: Step
    deals: int
    value_cents: int
    weighted_cents: int
    others: int
    cards: tuple[BoardCard, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A pipeline with a lane for each of its stages: open ones in the order deals pass them, then won, then lost."""

    pipeline: str
    pipeline_id: int
    currency: str
    lanes: tuple[Lane, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to the deals that pass the filters: their conditions, and the stage in the words that some index answers to."""

    stage: Any
    conditions: list[Any]
    usual: tuple[int | None] | None = None
    """The owner (None: any), when nothing else narrows: such ways are gone again and again."""


@dataclass(frozen=True, slots=True)
class _Sum:
    """What stands in a stage, as in `Lane`."""

    deals: int = 0
    value_cents: int = 0
    others: int = 0


def show(pipeline: int | None = None, *, owner: int | None = None, words: str = "", limit: int = 50, kept: int | None = None) -> Board:
    """The board of a pipeline, the first one unless named, with at most `limit` cards a lane; all of it is of one state of the base.

    The deal `kept`, when it passes the filters, has its card also where its lane is longer than that: then it is the last one.

    Deals count when they are not deleted, `owner` has them and every one of `words` is found in them. The sums are of the configured
    currency; the weighted value is that of the pipeline report, of a won stage as of any other. Raises `NotFound` for no such pipeline.
    """
    with current().reading():
        home = pipeline or pipelines.first_pipeline()
        steps = sorted(pipelines.load(home), key=lambda step: OUTCOMES.index(step.outcome))
        if not steps:
            raise NotFound(f"no pipeline {home}")
        currency, (to_sums, to_cards) = config.current().currency, _ways(owner, words)
        sums = _sums(steps, to_sums, currency)
        lanes = tuple(_lane(step, sums.get(step.id, _Sum()), to_cards, limit) for step in steps)
        if kept is not None and not any(card.id == kept for lane in lanes for card in lane.cards):
            lanes = _with_card(lanes, kept, to_cards)
    return Board(steps[0].pipeline, home, currency, lanes)


def lane(stage_id: int, *, owner: int | None = None, words: str = "", limit: int = 50, offset: int = 0) -> tuple[BoardCard, ...]:
    """More cards of one lane, in its order from `offset` on; the filters as in `show`. Raises `NotFound`."""
    return _cards(pipelines.get(stage_id), _ways(owner, words)[1], limit, offset)


def ids(stage_id: int, *, owner: int | None = None, words: str = "") -> list[int]:
    """All deals of one lane, in its order; the filters as in `show`. Raises `NotFound`."""
    step, way = pipelines.get(stage_id), _ways(owner, words)[1]
    return reading.ids(_ordered(Deal.select(Deal.id), way, is_open=step.outcome == "open", stage=step.id))


def _ways(owner: int | None, words: str) -> tuple[_Way, _Way]:
    """The quickest ways to the sums and to the cards.

    The index of deals at a stage has all that sums ask for; that of the board, in the order of the cards, answers to an expression
    of its own. Where words leave few deals, their ids are the way, and no stage may be. Where they leave many, the cards are soon
    found along the board, while the sums take the ids from the index over titles, which is shorter to read than the deals are.
    """
    owned = [Deal.deleted_at.is_null(), *([Deal.owner == owner] if owner else [])]
    hits = search.found("deal", words, search.COMMON) if words.strip() else None
    if hits is None:
        return _Way(Deal.stage, owned), _Way(fn.ABS(Deal.stage), owned, (owner,))
    if len(hits) < search.COMMON:
        few = _Way(Deal.stage + 0, [*owned, Deal.id.in_(hits)])
        return few, few
    said = search.matches(Deal, words)
    return _Way(Deal.stage, [*owned, Deal.id.in_(Deal.select(Deal.id).where(said))]), _Way(fn.ABS(Deal.stage), [*owned, said])


def _sums(steps: Sequence[Step], way: _Way, currency: str) -> dict[int, _Sum]:
    """What stands in each stage that has deals."""
    columns = (Deal.stage, Deal.currency, fn.COUNT(1), fn.COUNT(Deal.value_cents), fn.SUM(Deal.value_cents))
    wanted = Deal.select(*columns).where(*way.conditions, way.stage.in_([step.id for step in steps]))
    found: dict[int, _Sum] = {}
    for stage, code, deals, valued, cents in tuples(wanted.group_by(Deal.stage, Deal.currency)):
        so_far, own = found.get(stage, _Sum()), code == currency
        others = so_far.others + (0 if own else valued)
        found[stage] = _Sum(so_far.deals + deals, int(cents or 0) if own else so_far.value_cents, others)
    return found


def _lane(step: Step, held: _Sum, way: _Way, limit: int) -> Lane:
    cards = _cards(step, way, limit) if held.deals else ()
    return Lane(step, held.deals, held.value_cents, weighted([(held.value_cents, step.probability)]), held.others, cards)


def _with_card(lanes: tuple[Lane, ...], deal: int, way: _Way) -> tuple[Lane, ...]:
    """The lanes, that of the deal with its card as the last."""
    for (stage,) in tuples(Deal.select(Deal.stage).where(Deal.id == deal)):
        own = _Way(way.stage, [*way.conditions, Deal.id == deal])
        return tuple(replace(each, cards=each.cards + _cards(each.step, own, 1)) if each.step.id == stage else each for each in lanes)
    return lanes


def _ordered(query: ModelSelect[Any], way: _Way, *, is_open: bool, stage: object) -> ModelSelect[Any]:
    """Of deals in a stage: open ones by expected close (those without one last), larger before smaller; closed ones newest first."""
    here = [*way.conditions, way.stage == stage]
    if is_open:
        soonest = (Deal.expected_close.asc(nulls="last"), Deal.value_cents.desc(nulls="last"), Deal.id.asc())
        return query.where(*here, Deal.closed_at.is_null()).order_by(*soonest)
    return query.where(*here).order_by(Deal.closed_at.desc(nulls="last"), Deal.id.desc())


def _cards(step: Step, way: _Way, limit: int, offset: int = 0) -> tuple[BoardCard, ...]:
    is_open = step.outcome == "open"
    build = partial(_query, way, is_open=is_open)
    query = prepared.kept(("board", is_open, way.usual), build) if way.usual else Prepared(build())
    return tuple(_card(step, row) for row in query.rows(step.id, limit, offset))


def _query(way: _Way, *, is_open: bool) -> ModelSelect[Any]:
    """The cards of a lane; the stage, the limit and the offset are given when it is asked."""
    rows = (
        Deal.select(
            Deal.id, Deal.title, Client.name, Deal.client, Deal.value_cents, Deal.currency, Rep.name, Deal.owner,
            Deal.expected_close, Deal.next_step, Deal.next_step_on, Deal.stage_since,
        )
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .switch(Deal)
        .join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
    )  # fmt: skip
    return _ordered(rows, way, is_open=is_open, stage=given(0)).limit(given(1)).offset(given(2))


def _card(step: Step, row: tuple[Any, ...]) -> BoardCard:
    *shown, since = row
    days = records.stage_days(since)
    late, cold = records.is_late(step.outcome, shown[8]), records.is_cold(step.outcome, days, step.limit_days)
    values: tuple[Any, ...] = (*shown, step.id, step.outcome, days, late, cold)
    return BoardCard(*values)


def foreseen(known: Board, deal_id: int, to: str) -> Board | None:
    """The board as it will be once a deal has moved `next` or `prev`; None where that cannot be told without asking the base.

    Only a move between open stages of a deal that has a card is foreseen. Sums and places are those that `show` will give; of a lane with
    more deals than cards the last card may differ.
    """
    lanes = list(known.lanes)
    here = next((at for at, lane in enumerate(lanes) if any(card.id == deal_id for card in lane.cards)), None)
    there = None if here is None else here + (1 if to == "next" else -1)
    if here is None or there is None or not 0 <= there < len(lanes):
        return None
    left, entered = lanes[here], lanes[there]
    if left.step.outcome != "open" or entered.step.outcome != "open":
        return None
    card = next(each for each in left.cards if each.id == deal_id)
    moved = replace(card, stage_id=entered.step.id, stage_days=0, cold=False)
    lanes[here] = _recounted(left, tuple(each for each in left.cards if each.id != deal_id), card, known.currency, -1)
    lanes[there] = _recounted(entered, tuple(sorted((*entered.cards, moved), key=_soonest)), card, known.currency, 1)
    return replace(known, lanes=tuple(lanes))


def _soonest(card: BoardCard) -> tuple[bool, date, bool, int, int]:
    """The order of open cards, as the base sorts them."""
    value = card.value_cents
    return card.expected_close is None, card.expected_close or date.max, value is None, -(value or 0), card.id


def _recounted(lane: Lane, cards: tuple[BoardCard, ...], card: BoardCard, currency: str, by: int) -> Lane:
    """The lane with other cards, one more or one less than it had."""
    own = card.currency == currency
    value = lane.value_cents + (by * (card.value_cents or 0) if own else 0)
    others = lane.others + (0 if own or card.value_cents is None else by)
    weight = weighted([(value, lane.step.probability)])
    return Lane(lane.step, lane.deals + by, value, weight, others, cards)
