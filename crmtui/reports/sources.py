"""Sources: where clients and deals come from, and what becomes of them.

clients      clients added in the period, by their source.
deals        the cohort: deals opened in the period, in all time also those of
             unknown opening day. The source is the deal's own, else that of
             its client.
won, lost, open
             what the deals of the cohort are now; together they are all of it.
won money    the sum of the values of its won deals in the report's currency;
             amounts in others are converted at the rate of the closing day
             where there is one, else told in a table of their own.
conversion   won / deals of the cohort; a deal won in the period that was
             opened before it is in neither. None without deals.

Deleted clients and deals are left out. Asked for an owner: that rep's clients
and deals. Divided by owner, region (of the owner), product, tag, month or week
of opening, a second table tells each source by it; a deal counts in each of
its products (its money is split as in the report won) and tags.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from peewee import fn

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table
from crmtui.periods import Period
from crmtui.reports import dimensions, sums
from crmtui.reports.dimensions import Part
from crmtui.reports.population import Answer, Members, Scope, deals, living, opened, plural, share, within
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, Deal

NO_SOURCE = "no source"

_COLUMNS = (
    Column("deals", "Deals", Kind.COUNT),
    Column("won", "Won", Kind.COUNT),
    Column("lost", "Lost", Kind.COUNT),
    Column("open", "Open", Kind.COUNT),
    Column("won_cents", "Won money", Kind.MONEY, bar=True),
    Column("conversion", "Conversion", Kind.SHARE),
)


def compute(scope: Scope) -> Answer:
    """Figures of the whole cohort, a row a source, and with `by` a table of each source by it."""
    parts = dimensions.divided(scope, "source", opened(scope, scope.period))
    clients = _clients(scope, scope.period)
    blocks: list[Block] = [_figures(scope, parts, clients), table(scope, parts, clients)]
    if scope.by:
        blocks.append(_divided(scope, scope.by))
    won = [part for part in parts if part.stage_id in scope.stages("won")]
    return Answer((*blocks, *sums.told(scope, won, "Won money"), *dimensions.notes(scope.by), *unopened(scope)))


OPENS = ("clients", "deals", "won", "lost", "open", "won_cents")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The clients, or the deals of the cohort, that a figure of `OPENS` is made of."""
    if figure == "clients":
        return "client", ids(Client.select(Client.id).where(*_added(scope, scope.period)).order_by(Client.created_at, Client.id))
    cohort = opened(scope, scope.period)
    outcome = [] if figure == "deals" else [Deal.stage.in_(scope.stages(figure.removesuffix("_cents")))]
    return deals([*cohort, *outcome], Deal.opened_at)


def _added(scope: Scope, period: Period) -> list[Any]:
    """The conditions of clients that were added in the period."""
    owned = [Client.owner == scope.owner] if scope.owner else []
    return [Client.deleted_at.is_null(), *within(Client.created_at, period), *owned]


def _clients(scope: Scope, period: Period) -> dict[str, int]:
    """How many clients of each source were added in the period."""
    found: dict[str, int] = defaultdict(int)
    rows = Client.select(Client.source, fn.COUNT(Client.id)).where(*_added(scope, period)).group_by(Client.source)
    for source, count in tuples(rows):
        found[source or NO_SOURCE] += count
    return found


def measures(scope: Scope, parts: Sequence[Any]) -> tuple[Any, ...]:
    """Deals, won, lost, open, won money in minor units, conversion."""
    counts = [sum(part.deals for part in parts if part.stage_id in scope.stages(outcome)) for outcome in ("won", "lost", "open")]
    won = [part for part in parts if part.stage_id in scope.stages("won")]
    return (sum(counts), *counts, sums.own_cents(scope, won), share(counts[0], sum(counts)))


def _figures(scope: Scope, parts: Sequence[Part], clients: Mapping[str, int]) -> Figures:
    values = (sum(clients.values()), *measures(scope, parts))
    columns = (Column("clients", "New clients", Kind.COUNT), *_COLUMNS)
    return Figures(tuple(Figure(each.name, each.title, value, each.kind) for each, value in zip(columns, values, strict=True)))


def table(scope: Scope, parts: Sequence[Part], clients: Mapping[str, int]) -> Table:
    """A row a source, the one that brought most first."""
    grouped: dict[str, list[Part]] = {source: [] for source in clients}
    for part in parts:
        grouped.setdefault(part.label, []).append(part)
    rows = [(source, clients.get(source, 0), *measures(scope, held)) for source, held in grouped.items()]
    columns = (Column("source", "Source"), Column("clients", "New clients", Kind.COUNT), *_COLUMNS)
    ordered = dimensions.ordered("source", rows, lambda row: (-row[6], -row[3], -row[2], -row[1]))
    return Table("sources", "By source", columns, ordered, empty="no clients and no deals")


def best(scope: Scope) -> Table:
    """The table of sources, for a report that tells them beside other things."""
    return table(scope, dimensions.divided(scope, "source", opened(scope, scope.period)), _clients(scope, scope.period))


def _divided(scope: Scope, by: str) -> Table:
    grouped: dict[tuple[str, str], list[Part]] = defaultdict(list)
    keys = {"source": dimensions.source()}
    for part in dimensions.divided(scope, by, opened(scope, scope.period), moment=Deal.opened_at, keys=keys):
        grouped[part.keys[0] or NO_SOURCE, part.label].append(part)
    rows = [(label, source, *measures(scope, held)) for (source, label), held in grouped.items()]
    ordered = dimensions.ordered(by, rows, lambda row: (-row[6], -row[3], -row[2]))
    columns = (dimensions.column(by), Column("source", "Source"), *_COLUMNS)
    return Table(f"by_{by}", f"By {by} and source", columns, ordered, empty="no deals")


def unopened(scope: Scope) -> Iterator[Note]:
    """The note on deals of unknown opening day that a period leaves out, when there are any."""
    if within(Deal.opened_at, scope.period):
        unknown = Deal.select(Deal.id).where(*living(scope), Deal.opened_at.is_null()).count()
        if unknown:
            yield Note(f"{plural(unknown, 'deal')} of unknown opening day left out.")
