"""A deal as people and scripts see it, read from the base by page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import JOIN

from crmtui import clock
from crmtui.clients import field_values, tags
from crmtui.clients.field_rules import Value
from crmtui.frozen import dataclass
from crmtui.store import external
from crmtui.store.reading import dicts, tuples
from crmtui.store.tables import Client, Deal, DealContact, DealProduct, Pipeline, Product, Rep, Stage, StageChange


@dataclass(frozen=True, slots=True)
class DealLine:
    """A product in a deal: how many thousandths of a unit, the price of one in minor units of the deal's currency."""

    product: str
    product_id: int
    quantity_thousandths: int
    price_cents: int | None


@dataclass(frozen=True, slots=True)
class DealCard:
    """A deal. `probability` is 0–100 from its stage; `stage_days` how many days it has been there, `limit_days` how many it may.

    `late` says that it is open and past its expected close; `cold` that it is open and past its stage's limit.
    """

    id: int
    title: str
    client: str | None
    client_id: int | None
    contacts: tuple[str, ...]
    pipeline: str
    stage: str
    stage_id: int
    outcome: str
    probability: int
    value_cents: int | None
    currency: str
    owner: str | None
    owner_id: int | None
    source: str | None
    need: str | None
    next_step: str | None
    next_step_on: date | None
    opened_at: datetime | None
    expected_close: date | None
    closed_at: datetime | None
    stage_since: datetime | None
    stage_days: int | None
    limit_days: int | None
    late: bool
    cold: bool
    lost_reason: str | None
    competitor: str | None
    products: tuple[DealLine, ...]
    tags: tuple[str, ...]
    notes: str | None
    external_ids: dict[str, str]
    fields: dict[str, Value]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A deal's entry into a stage; `left` is None for the first, `at` None when the day is not known.

    `forced` are the fields that the stage required and the deal did not have.
    """

    at: datetime | None
    left: str | None
    entered: str
    rep: str | None
    note: str | None
    forced: tuple[str, ...]


_PLAIN = (
    "id", "title", "value_cents", "currency", "source", "need", "next_step", "next_step_on", "opened_at", "expected_close", "closed_at",
    "stage_since", "lost_reason", "competitor", "notes", "created_at", "updated_at",
)  # fmt: skip


def load(ids: Sequence[int]) -> list[DealCard]:
    """The deals of these ids in their order; unknown ones are left out."""
    wanted = list(ids)
    rows = (
        Deal.select(
            *(getattr(Deal, name) for name in _PLAIN), Deal.client.alias("client_id"), Deal.owner.alias("owner_id"),
            Deal.stage.alias("stage_id"), Client.name.alias("client"), Rep.name.alias("owner"), Stage.name.alias("stage"),
            Stage.outcome, Stage.probability, Stage.limit_days, Pipeline.name.alias("pipeline"),
        )
        .join(Stage)
        .join(Pipeline)
        .switch(Deal)
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .switch(Deal)
        .join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
        .where(Deal.id.in_(wanted))
    )  # fmt: skip
    parts = _parts(wanted)
    found = {row["id"]: _card(row, parts) for row in dicts(rows)}
    return [found[id_] for id_ in wanted if id_ in found]


def _parts(ids: list[int]) -> dict[str, Any]:
    contacts: dict[int, list[str]] = defaultdict(list)
    named = DealContact.select(DealContact.deal, Client.name).join(Client).where(DealContact.deal.in_(ids)).order_by(DealContact.id)
    for deal, name in tuples(named):
        contacts[deal].append(name)
    lines: dict[int, list[DealLine]] = defaultdict(list)
    sold = (
        DealProduct.select(DealProduct.deal, Product.name, Product.id, DealProduct.quantity_thousandths, DealProduct.price_cents)
        .join(Product)
        .where(DealProduct.deal.in_(ids))
        .order_by(DealProduct.id)
    )
    for deal, *line in tuples(sold):
        lines[deal].append(DealLine(*line))
    own = field_values.of("deal", ids)
    return {
        "contacts": contacts, "products": lines, "tags": tags.of("deal", ids), "external_ids": external.of("deal", ids), "fields": own,
    }  # fmt: skip


def _card(row: dict[str, Any], parts: dict[str, Any]) -> DealCard:
    id_, outcome = row["id"], row["outcome"]
    days = stage_days(row["stage_since"])
    return DealCard(
        **row,
        contacts=tuple(parts["contacts"].get(id_, ())),
        products=tuple(parts["products"].get(id_, ())),
        tags=parts["tags"].get(id_, ()),
        external_ids=parts["external_ids"].get(id_, {}),
        fields=parts["fields"][id_],
        stage_days=days,
        late=is_late(outcome, row["expected_close"]),
        cold=is_cold(outcome, days, row["limit_days"]),
    )


def stage_days(since: datetime | None) -> int | None:
    """How many days a deal has been in its stage; None when the day is not known on which it entered it."""
    return clock.days_between(since, clock.now()) if since else None


def is_late(outcome: str, expected_close: date | None) -> bool:
    """Whether a deal in a stage of this outcome is open and past its expected close."""
    return outcome == "open" and expected_close is not None and expected_close < clock.today()


def is_cold(outcome: str, days: int | None, limit: int | None) -> bool:
    """Whether a deal is open and has been in its stage for more days than the stage's limit."""
    return outcome == "open" and limit is not None and days is not None and days > limit


def moves(deal_id: int) -> list[Move]:
    """Every stage a deal entered, in the order it did."""
    left, entered = Stage.alias(), Stage.alias()
    rows = (
        StageChange.select(StageChange.at, left.name, entered.name, Rep.name, StageChange.note, StageChange.forced)
        .join(left, JOIN.LEFT_OUTER, on=(StageChange.from_stage == left.id))
        .switch(StageChange)
        .join(entered, on=(StageChange.to_stage == entered.id))
        .switch(StageChange)
        .join(Rep, JOIN.LEFT_OUTER, on=(StageChange.rep == Rep.id))
        .where(StageChange.deal == deal_id)
        .order_by(StageChange.at.asc(nulls="first"), StageChange.id)
    )
    return [
        Move(at, came_from, went_to, rep, note, tuple(forced.split(",")) if forced else ())
        for at, came_from, went_to, rep, note, forced in tuples(rows)
    ]
