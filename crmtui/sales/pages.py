"""The page of a client or a deal: the record with all that hangs on it, past and planned together."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.clients import clients, consents, records
from crmtui.clients.consents import Answer
from crmtui.frozen import dataclass
from crmtui.sales import attachments, deals, health, origins, pipelines, purchases
from crmtui.sales.attachments import File
from crmtui.sales.health import Health
from crmtui.sales.purchases import Bought, Total
from crmtui.sales.records import DealCard, Move, moves
from crmtui.store.connection import current


@dataclass(frozen=True, slots=True)
class ClientPage(records.Card):
    """A client with its deals, open tasks by due time, interactions and purchases, newest first, what these make together, its files,
    its utm parameters, what it said to being called, written to."""

    deals: tuple[DealCard, ...]
    tasks: tuple[Job, ...]
    interactions: tuple[Contact, ...]
    purchases: tuple[Bought, ...]
    purchase_totals: tuple[Total, ...]
    files: tuple[File, ...]
    utm: dict[str, str]
    consents: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class DealPage(DealCard):
    """A deal with its health (None once it is closed), what its stage says to its seller, the stages it entered, its open tasks by due
    time, its interactions, newest first, its files, its utm parameters."""

    health: Health | None
    script: str | None
    checklist: tuple[str, ...]
    moves: tuple[Move, ...]
    tasks: tuple[Job, ...]
    interactions: tuple[Contact, ...]
    files: tuple[File, ...]
    utm: dict[str, str]


def of_client(client_id: int) -> ClientPage:
    """The page of a client. Raises `NotFound`."""
    with current().reading():
        return ClientPage(
            **_fields(clients.get(client_id)),
            deals=tuple(deals.every(client=client_id, sort="opened")),
            tasks=tuple(tasks.listed(client=client_id)),
            interactions=tuple(interactions.of(client=client_id)),
            purchases=tuple(purchases.every(client=client_id)),
            purchase_totals=tuple(purchases.totals(client=client_id)),
            files=tuple(attachments.listed(client=client_id)),
            utm=origins.of("client", client_id),
            consents=consents.of(client_id),
        )


def of_deal(deal_id: int) -> DealPage:
    """The page of a deal. Raises `NotFound`."""
    with current().reading():
        card = deals.get(deal_id)
        step = pipelines.get(card.stage_id)
        return DealPage(
            **_fields(card),
            health=next(iter(health.of([deal_id])), None),
            script=step.script,
            checklist=step.checklist,
            moves=tuple(moves(deal_id)),
            tasks=tuple(tasks.listed(deal=deal_id)),
            interactions=tuple(interactions.of(deal=deal_id)),
            files=tuple(attachments.listed(deal=deal_id)),
            utm=origins.of("deal", deal_id),
        )


def _fields(record: Any) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}
