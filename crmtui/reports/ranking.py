"""Ranking: which clients brought the won money, how few of them bring most of it.

Population: deals that are won now and were closed in the period; in all time
also those of which the closing day is not known. Deleted deals are left out. A
deal counts for its own client, never for the company that client belongs to.

won          the sum of the values of the client's won deals in the report's
             currency; deals without a value count and add nothing.
share        the client's part of the money of all ranked clients.
cumulative   the part of this client and all those above together.
to 80 %      how many clients, taken from the top, it takes to reach 80 % of
             that money, and which part of the ranked clients they are.

Clients with equal sums stand by name, then by id. Won deals without a client,
or with one since deleted, are in no share; a note counts them. Amounts in other
currencies are converted at the rate of the closing day; without one they are
told by currency in a table of their own. A client whose sum is not above zero
has no share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any

from peewee import JOIN, ModelSelect

from crmtui import money
from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.frozen import dataclass
from crmtui.reports import sums
from crmtui.reports.population import Answer, Members, Scope, closed, left_out, plural, share
from crmtui.store.reading import ids
from crmtui.store.tables import Client, Deal

PERCENT = 80
"""The part of the money that the fewest clients are counted for."""

_COLUMNS = (
    Column("rank", "Rank", Kind.COUNT),
    Column("id", "Id", Kind.ID, only_data=True),
    Column("client", "Client"),
    Column("deals", "Won deals", Kind.COUNT),
    Column("won_cents", "Won", Kind.MONEY, bar=True),
    Column("share", "Share", Kind.SHARE),
    Column("cumulative_share", "Cumulative", Kind.SHARE),
)


@dataclass(frozen=True, slots=True)
class Won:
    """What one client's won deals in one currency come to; no client: all deals that have none, or a deleted one."""

    id: int | None
    client: str
    sort_key: str
    currency: str
    deals: int
    valued: int
    won_cents: int
    converted: int


def compute(scope: Scope) -> Answer:
    """Figures, and the clients from the one that brought most."""
    won = _won(scope)
    ranked = _ranked(scope, won)
    rows = tuple(_rows(ranked))[: scope.limit]
    more = len(ranked) - len(rows)
    notes = [Note(f"{plural(more, 'more client')} not listed.")] if more else []
    table = Table("clients", "Clients", _COLUMNS, rows, empty="nothing won")
    return Answer((_figures(ranked), table, *_others(scope, won), *notes, *_notes(scope, won), *sums.conversions(scope, won)))


OPENS = ("clients", "won_cents", "clients_to_80")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The clients in their order, or the deals, that a figure of `OPENS` is made of."""
    if figure == "won_cents":
        won = _with_client(Deal.id).where(*closed(scope, scope.period, "won"), Client.id.is_null(False))
        return "deal", ids(won.order_by(Deal.closed_at, Deal.id))
    ranked = _ranked(scope, _won(scope))
    few = len(ranked) if figure == "clients" else most_of([each.won_cents for each in ranked])
    return "client", [each.id for each in ranked[:few] if each.id]


def _ranked(scope: Scope, won: Sequence[Won]) -> list[Won]:
    """The clients with won deals in the report's currency, from the one that brought most."""
    return sorted((each for each in won if each.id and each.currency == scope.currency), key=_place)


def _place(each: Won) -> tuple[int, str, str, int]:
    return (-each.won_cents, each.sort_key, each.client, each.id or 0)


def _won(scope: Scope) -> list[Won]:
    keys = {"client": Client.id, "name": Client.name, "sort_key": Client.sort_key}
    found = sums.summed(scope, keys, closed(scope, scope.period, "won"), start=_with_client)
    return [
        Won(each.keys[0], each.keys[1], each.keys[2], each.currency, each.deals, each.valued, each.value_cents, each.converted)
        for each in found
    ]


def _with_client(*columns: Any) -> ModelSelect[Any]:
    """Columns of deals beside their client, unless it is deleted."""
    return Deal.select(*columns).join(Client, JOIN.LEFT_OUTER, on=((Deal.client == Client.id) & Client.deleted_at.is_null()))


def _rows(ranked: Sequence[Won]) -> Iterator[tuple[Value, ...]]:
    reached = list(accumulate(max(each.won_cents, 0) for each in ranked))
    total = reached[-1] if reached else 0
    for rank, (each, so_far) in enumerate(zip(ranked, reached, strict=True), start=1):
        own = share(each.won_cents, total) if each.won_cents > 0 else None
        yield (rank, each.id, each.client, each.deals, each.won_cents, own, share(so_far, total))


def most_of(amounts: Sequence[int], percent: int = PERCENT) -> int:
    """How many of the amounts, largest first, it takes to reach so many percent of the sum of those above zero."""
    reached = list(accumulate(max(amount, 0) for amount in amounts))
    return next((place for place, so_far in enumerate(reached, start=1) if reached[-1] and so_far * 100 >= reached[-1] * percent), 0)


def _figures(ranked: Sequence[Won]) -> Figures:
    few = most_of([each.won_cents for each in ranked])
    return Figures(
        (
            Figure("clients", "Clients with won deals", len(ranked), Kind.COUNT),
            Figure("won_cents", "Won", sum(each.won_cents for each in ranked), Kind.MONEY),
            Figure("clients_to_80", f"Clients that make {PERCENT} %", few, Kind.COUNT),
            Figure("clients_to_80_share", "Part of the clients", share(few, len(ranked)), Kind.SHARE),
        )
    )


def _others(scope: Scope, won: Sequence[Won]) -> Iterator[Block]:
    """A row for each other currency, when there are any."""
    found: dict[str, list[Won]] = defaultdict(list)
    for each in won:
        if each.currency != scope.currency and each.valued:
            found[each.currency].append(each)
    columns = (
        Column("currency", "Currency"),
        Column("clients", "Clients", Kind.COUNT),
        Column("deals", "Won deals", Kind.COUNT),
        Column("won_cents", "Won", Kind.MONEY),
    )
    if found:
        rows = tuple(_other_row(code, of) for code, of in sorted(found.items()))
        yield Table("currencies", "In other currencies", columns, rows)
        yield from left_out(sum(each.valued for of in found.values() for each in of), scope.currency)


def _other_row(currency: str, won: Sequence[Won]) -> tuple[Value, ...]:
    return (currency, sum(1 for each in won if each.id), sum(each.deals for each in won), sum(each.won_cents for each in won))


def _notes(scope: Scope, won: Sequence[Won]) -> Iterator[Note]:
    without = [each for each in won if each.id is None and each.currency == scope.currency]
    if without:
        amount = money.shown(sum(each.won_cents for each in without), scope.currency)
        yield Note(f"{plural(sum(each.deals for each in without), 'won deal')} without a client ({amount}): in no share.")
