"""A queue of calls: whom to ring one after the other, how far it has come, what came of each; kept for the one who rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field, replace
from typing import Any

from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.store import drafts
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Interaction, Task

PLACE = "calls"
"""Where the queue is kept among what a person has begun."""

_TABLES: dict[str, Any] = {"deal": Deal, "task": Task, "interaction": Interaction}


@dataclass(frozen=True, slots=True)
class CallQueue:
    """Clients to ring, in order; `at` is the place of the one whose turn it is; `outcomes` what came of those rung, by client."""

    clients: tuple[int, ...] = ()
    at: int = 0
    outcomes: dict[int, str] = field(default_factory=dict)

    @property
    def current(self) -> int | None:
        """The client whose turn it is; None when the queue is empty."""
        return self.clients[self.at] if self.at < len(self.clients) else None

    @property
    def left(self) -> int:
        """How many have not been rung."""
        return sum(client not in self.outcomes for client in self.clients)


def load() -> CallQueue:
    """The actor's queue; those who were deleted meanwhile are left out."""
    kept = drafts.kept(PLACE)
    wanted = [int(id_) for id_ in kept.get("clients", ())]
    living = _living(wanted)
    clients = tuple(id_ for id_ in wanted if id_ in living)
    at = sum(id_ in living for id_ in wanted[: int(kept.get("at", 0))])
    return CallQueue(clients, min(at, max(0, len(clients) - 1)), {int(id_): word for id_, word in kept.get("outcomes", {}).items()})


def _living(ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        found |= {row[0] for row in tuples(Client.select(Client.id).where(Client.id.in_(part), Client.deleted_at.is_null()))}
    return found


def begin(noun: str, ids: Sequence[int]) -> CallQueue:
    """A new queue of the clients of these records, each once, in their order. Raises `Refused` when none of them has a client."""
    wanted = list(ids) if noun == "client" else _clients(noun, ids)
    living = _living(wanted)
    found = tuple(dict.fromkeys(id_ for id_ in wanted if id_ in living))
    if not found:
        raise Refused("there is nobody to ring in this list")
    return _kept(CallQueue(found))


def _clients(noun: str, ids: Sequence[int]) -> list[int]:
    table = _TABLES[noun]
    known: dict[int, int | None] = {}
    for start in range(0, len(ids), 500):
        part = list(ids[start : start + 500])
        known |= dict(tuples(table.select(table.id, table.client).where(table.id.in_(part))))
    return [client for id_ in ids if (client := known.get(id_))]


def go(queue: CallQueue, place: int) -> CallQueue:
    """Make it the turn of the client at a place."""
    return _kept(replace(queue, at=max(0, min(place, len(queue.clients) - 1))))


def rung(queue: CallQueue, client: int, outcome: str) -> CallQueue:
    """Note what came of ringing a client; the turn goes on to the next who has not been rung, round to those passed over."""
    outcomes = {**queue.outcomes, client: outcome or "logged"}
    here = queue.clients.index(client) if client in queue.clients else queue.at
    ahead = [*range(here + 1, len(queue.clients)), *range(here)]
    following = next((place for place in ahead if queue.clients[place] not in outcomes), here)
    return _kept(CallQueue(queue.clients, following, outcomes))


def leave_out(queue: CallQueue, client: int) -> CallQueue:
    """Take a client out of the queue."""
    clients = tuple(id_ for id_ in queue.clients if id_ != client)
    return _kept(CallQueue(clients, max(0, min(queue.at, len(clients) - 1)), queue.outcomes))


def _kept(queue: CallQueue) -> CallQueue:
    outcomes = {str(id_): word for id_, word in queue.outcomes.items()}
    drafts.keep(PLACE, {"clients": list(queue.clients), "at": queue.at, "outcomes": outcomes})
    return queue
