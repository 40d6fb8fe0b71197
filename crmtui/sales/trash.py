"""What was deleted: clients and deals found among the deleted, and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crmtui import clock
from crmtui.clients import clients
from crmtui.clients.records import Card
from crmtui.errors import Candidate, NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.sales import deals
from crmtui.sales.records import DealCard
from crmtui.store import references
from crmtui.store.journal import operation
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal


@dataclass(frozen=True, slots=True)
class Restored:
    """A client who is back, and how many deals that went with them came back too."""

    client: Card
    deals: int


def restore_client(client_id: int, *, allow_duplicate: bool = False) -> Restored:
    """Bring a deleted client back, and the deals that were deleted in the same step.

    Raises `NotFound` for one who is not deleted, `Refused` when another client has the mail by now, and for one who was merged.
    """
    with operation() as recorder:
        row = _deleted(Client, "client", client_id)
        if row.merged_into_id:
            raise Refused(f"client {client_id} {row.name} was merged into {row.merged_into_id} {row.merged_into.name}", "undo that instead")
        recorder.summary = f"restored client {row.name}"
        if not allow_duplicate:
            clients.refuse_return(row)
        gone = list(Deal.select().where(Deal.client == client_id, Deal.deleted_at == row.deleted_at))
        for each in (row, *gone):
            recorder.update(each, deleted_at=None)
    return Restored(clients.get(client_id), len(gone))


def restore_deal(deal_id: int) -> DealCard:
    """Bring a deleted deal back to where it was. Raises `NotFound` for one not deleted, `Refused` while its client is deleted."""
    with operation() as recorder:
        row = _deleted(Deal, "deal", deal_id)
        recorder.summary = f"restored deal {row.title}"
        if row.client_id and row.client.deleted_at is not None:
            raise Refused(f"its client {row.client_id} {row.client.name} is deleted", f"crmtui restore-client {row.client_id}")
        recorder.update(row, deleted_at=None)
    return deals.get(deal_id)


def _deleted(table: Any, noun: str, record_id: int) -> Any:
    row = table.get_or_none(table.id == record_id, table.deleted_at.is_null(False))
    if row is None:
        raise NotFound(f"no deleted {noun} {record_id}")
    return row


def find_client(ref: str) -> int:
    """The id of the deleted client that a person means: id, name or part of it. Raises `NotFound`, `Ambiguous`."""
    return _found(Client, Client.name, "client", ref)


def find_deal(ref: str) -> int:
    """The id of the deleted deal that a person means: id, title or part of it. Raises `NotFound`, `Ambiguous`."""
    return _found(Deal, Deal.title, "deal", ref)


def _found(table: Any, name: Any, noun: str, ref: str) -> int:
    """By id, else by whole name, else by words of it; they are few, so they are read through."""
    rows: list[tuple[int, str, datetime]] = tuples(
        table.select(table.id, name, table.deleted_at).where(table.deleted_at.is_null(False)).order_by(table.id)
    )
    digits = ref.strip().removeprefix("#")
    exact = [id_ for id_, _, _ in rows if digits == str(id_)]
    words = fold(ref).split()
    keys = {id_: fold(text).split() for id_, text, _ in rows}
    whole = exact or [id_ for id_, key in keys.items() if words and key == words]
    found = whole or [id_ for id_, key in keys.items() if words and all(word in " ".join(key) for word in words)]
    known = {id_: Candidate(id_, f"{text} (deleted {clock.local(at):%Y-%m-%d %H:%M})") for id_, text, at in rows}

    def labels(ids: Sequence[int]) -> list[Candidate]:
        return [known[id_] for id_ in ids]

    return references.chosen(f"deleted {noun}", ref, found, labels)
