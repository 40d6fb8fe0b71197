"""Leads: converted once into a prospect with a first deal, or disqualified with a reason; their history stays theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmtui import texts
from crmtui.clients import clients
from crmtui.clients.records import Card
from crmtui.errors import Refused
from crmtui.sales import deals
from crmtui.sales.records import DealCard
from crmtui.store.journal import operation


def convert(client_id: int, values: Mapping[str, Any], *, stage: int | None = None) -> DealCard:
    """Make a lead a prospect with its first deal, in `stage` or else the first one; the deal is returned.

    `values` are the deal's, as `deals.add` takes them: what is not given comes from the lead: its name as the title, its source,
    its owner. Raises `NotFound`, `Refused` for a client who is no lead (any more), and what `deals.add` raises.
    """
    with operation() as recorder:
        lead = clients.get(client_id)
        if lead.status != "lead":
            raise Refused(f"client {client_id} {lead.name} is no lead but {_a(lead.status)}", _instead(lead))
        taken = {"title": lead.name, "source": lead.source or "", "owner": lead.owner_id}
        given = {name: value for name, value in taken.items() if value} | dict(values) | {"client": client_id}
        clients.edit(client_id, {"status": "prospect"})
        deal = deals.add(given, stage=stage)
        recorder.summary = f"converted lead {lead.name}"
    return deal


def disqualify(client_id: int, reason: str) -> Card:
    """Give a lead or prospect up, for a reason that is kept.

    Raises `NotFound`, and `Refused` without a reason, for a client who has bought, and while deals are open.
    """
    why = texts.required(reason, "reason")
    with operation() as recorder:
        lead = clients.get(client_id)
        if lead.status not in ("lead", "prospect"):
            raise Refused(f"client {client_id} {lead.name} is no lead but {_a(lead.status)}")
        still_open = deals.count(client=client_id, outcome="open")
        if still_open:
            noun = "an open deal" if still_open == 1 else f"{still_open} open deals"
            raise Refused(f"{lead.name} has {noun}", "close or delete them first")
        given_up = clients.edit(client_id, {"status": "disqualified", "status_reason": why})
        recorder.summary = f"disqualified lead {lead.name}"
    return given_up


def _a(status: str) -> str:
    return status if status == "disqualified" else f"a {status} {'client' if status == 'former' else ''}".rstrip()


def _instead(lead: Card) -> str:
    if lead.status == "disqualified":
        return f"crmtui edit-client {lead.id} --status lead takes them up again"
    return f"crmtui add-deal TITLE --client {lead.id} adds another deal"
