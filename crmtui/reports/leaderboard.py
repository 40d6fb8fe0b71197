"""Leaderboard: the reps ranked by the money they won in the period.

won money    the sum of the values of the deals won by the rep in the report's
             currency: deals that are won now, closed in the period, and owned
             by the rep now. Amounts in other currencies are converted at the
             rate of the closing day where there is one, else left out, which a
             note counts. Deleted deals are left out.
win rate     won / (won + lost); none when nothing was closed.
calls        logged calls by their moment, for the rep who made them.
before       the rank and the won money in the period before, or in the same
             days a year before.

Reps with equal money stand by won deals, then by name; no two have one rank.
Every active rep is ranked, others only with something in the period. What is
nobody's has no rank; a note tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crmtui import money, team
from crmtui.blocks import Column, Kind, Note, Table
from crmtui.reports import kpi, spans, sums
from crmtui.reports.kpi import Tallies, Tally, tallies, team_of
from crmtui.reports.population import Answer, Members, Scope, closed, deals, left_out, plural, rep_names
from crmtui.reports.won import undated, won_in
from crmtui.store.tables import Deal, Interaction

_COLUMNS = (
    Column("rank", "Rank", Kind.COUNT),
    Column("rep_id", "Rep id", Kind.COUNT, only_data=True),
    Column("rep", "Rep"),
    Column("won_cents", "Won", Kind.MONEY),
    Column("before_won_cents", "Before", Kind.MONEY),
    Column("before_rank", "Was", Kind.COUNT),
    Column("won", "Deals", Kind.COUNT),
    Column("lost", "Lost", Kind.COUNT),
    Column("win_rate", "Win rate", Kind.SHARE),
    Column("calls", "Calls", Kind.COUNT),
)


def compute(scope: Scope) -> Answer:
    """Figures of all reps, and the reps from the one who won most."""
    now, then = tallies(scope, scope.period), tallies(scope, scope.before) if scope.before else None
    figures = spans.compared(scope, _named(now), _named(then) if then is not None else None, bad=["lost"])
    table = Table("reps", "Ranking", _COLUMNS, tuple(_rows(now, then or {})), empty="no reps")
    return Answer((figures, table, *_notes(scope, now), *spans.notes(scope), *undated(scope, "won", "lost")))


OPENS = ("won_cents", "won", "lost", "calls")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The deals, or calls, of a rep that a figure of `OPENS` is made of."""
    if figure == "calls":
        return kpi.contacts(scope, "call", Interaction.rep.is_null(False))
    conditions = closed(scope, scope.period, "lost" if figure == "lost" else "won")
    return deals([*conditions, Deal.owner.is_null(False)], Deal.closed_at)


def _named(found: Tallies) -> list[spans.Named]:
    whole = team_of({rep: tally for rep, tally in found.items() if rep})
    return [
        ("won_cents", "Won", Kind.MONEY, whole.won_cents),
        ("won", "Won deals", Kind.COUNT, whole.won),
        ("lost", "Lost deals", Kind.COUNT, whole.lost),
        ("win_rate", "Win rate", Kind.SHARE, whole.win_rate),
        ("calls", "Calls", Kind.COUNT, whole.contacts[0]),
    ]


def _ranked(found: Tallies, names: dict[int | None, str]) -> list[int]:
    """The reps from the first place on: the active ones and those with something in the period."""
    shown = {member.id for member in team.load() if member.active} | {rep for rep in found if rep}
    tally = {rep: found.get(rep, Tally()) for rep in shown}
    return sorted(shown, key=lambda rep: (-tally[rep].won_cents, -tally[rep].won, names[rep].casefold(), rep))


def _rows(now: Tallies, then: Tallies) -> Iterator[tuple[Any, ...]]:
    names = rep_names()
    ranks = {rep: place for place, rep in enumerate(_ranked(then, names), start=1)} if then else {}
    for rank, rep in enumerate(_ranked(now, names), start=1):
        own, before = now.get(rep, Tally()), then.get(rep, Tally())
        yield (
            rank, rep, names[rep], own.won_cents, before.won_cents, ranks.get(rep), own.won, own.lost, own.win_rate, own.contacts[0],
        )  # fmt: skip


def _notes(scope: Scope, now: Tallies) -> Iterator[Note]:
    own = now.get(None, Tally())
    if own.won:
        yield Note(f"{plural(own.won, 'won deal')} of nobody ({money.shown(own.won_cents, scope.currency)}): in no rank.")
    won = won_in(scope, scope.period)
    yield from left_out(sum(each.valued for each in won if each.currency != scope.currency), scope.currency, "the report won tells them")
    yield from sums.conversions(scope, won)
