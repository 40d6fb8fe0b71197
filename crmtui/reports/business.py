"""Business: deals closed, calls made, requests won, the best sources.

closed       deals that are won or lost now and were closed in the period; in
             all time also those of unknown closing day.
won money    the sum of the values of the won ones in the report's currency;
             the average is that sum divided by those with a value in it,
             rounded half up. Amounts in other currencies are converted at the
             rate of the closing day where there is one, else told apart.
calls        logged calls by their moment, for the rep who made them. Calls per
             rep: those of reps divided by the reps who made any.
requests     the cohort: deals opened in the period. Conversion: those of them
             that are won now / all of them, so never above 1.

By rep: closed deals for their present owner, calls for who made them, requests
for their present owner. The sources are those of the report sources, the one
that brought most won money first, five at most. Deleted deals and clients are
left out. Beside the figures stand those of the period before, or of the same
days a year before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from crmtui import team
from crmtui.blocks import Column, Kind, Table
from crmtui.periods import Period
from crmtui.reports import kpi, sources, spans, sums
from crmtui.reports.kpi import Tallies, Tally, tallies, team_of
from crmtui.reports.population import Answer, Members, Scope, closed, deals, opened, rep_names, share
from crmtui.reports.sums import Sum, summed
from crmtui.reports.won import undated, won_in
from crmtui.store.tables import Deal

SOURCES = 5
"""Sources listed."""

_COLUMNS = (
    Column("rep", "Rep"),
    Column("calls", "Calls", Kind.COUNT),
    Column("closed", "Closed", Kind.COUNT, only_data=True),
    Column("won", "Won", Kind.COUNT),
    Column("lost", "Lost", Kind.COUNT),
    Column("won_cents", "Won money", Kind.MONEY),
    Column("requests", "Requests", Kind.COUNT),
    Column("requests_won", "Won of them", Kind.COUNT),
    Column("conversion", "Conversion", Kind.SHARE),
)


def compute(scope: Scope) -> Answer:
    """Figures beside those of the period before, a row a rep, the best sources."""
    now, cohort = tallies(scope, scope.period), _requests(scope, scope.period)
    before = _named(scope, tallies(scope, scope.before), _requests(scope, scope.before)) if scope.before else None
    best = sources.best(scope)
    best = replace(best, title="Best sources", rows=best.rows[:SOURCES])
    figures = spans.compared(scope, _named(scope, now, cohort), before, bad=["lost"])
    won = won_in(scope, scope.period)
    return Answer(
        (figures, _reps(scope, now, cohort), best, *sums.told(scope, won, "Won"), *spans.notes(scope), *undated(scope, "won", "lost"))
    )


OPENS = ("closed", "won", "lost", "won_cents", "average_won_cents", "calls", "requests", "requests_won")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The deals, or calls, that a figure of `OPENS` is made of."""
    if figure == "closed":
        return deals(closed(scope, scope.period, "won", "lost"), Deal.closed_at)
    if figure in ("requests", "requests_won"):
        won = [Deal.stage.in_(scope.stages("won"))] if figure == "requests_won" else []
        return deals([*opened(scope, scope.period), *won], Deal.opened_at)
    return kpi.members(scope, figure)


def _requests(scope: Scope, period: Period) -> list[Sum]:
    """The deals opened in a period by the stage they are in now and by owner."""
    return summed(scope, {"stage": Deal.stage, "owner": Deal.owner}, opened(scope, period))


def _converted(scope: Scope, cohort: Sequence[Sum]) -> tuple[int, int, float | None]:
    """How many requests, how many of them are won, which part that is."""
    requests = sum(each.deals for each in cohort)
    won = sum(each.deals for each in cohort if each.keys[0] in scope.stages("won"))
    return requests, won, share(won, requests)


def _named(scope: Scope, found: Tallies, cohort: Sequence[Sum]) -> list[spans.Named]:
    whole = team_of(found)
    requests, won, conversion = _converted(scope, cohort)
    callers = sum(1 for rep, tally in found.items() if rep and tally.contacts[0])
    own_calls = sum(tally.contacts[0] for rep, tally in found.items() if rep)
    return [
        ("closed", "Closed deals", Kind.COUNT, whole.won + whole.lost),
        ("won", "Won", Kind.COUNT, whole.won),
        ("lost", "Lost", Kind.COUNT, whole.lost),
        ("won_cents", "Won money", Kind.MONEY, whole.won_cents),
        ("average_won_cents", "Average won", Kind.MONEY, whole.average_cents),
        ("calls", "Calls", Kind.COUNT, whole.contacts[0]),
        ("calls_per_rep", "Calls per rep", Kind.COUNT, round(own_calls / callers, 2) if callers else None),
        ("requests", "Requests", Kind.COUNT, requests),
        ("requests_won", "Of them won", Kind.COUNT, won),
        ("conversion", "Conversion", Kind.SHARE, conversion),
    ]


def _reps(scope: Scope, found: Tallies, cohort: Sequence[Sum]) -> Table:
    names = rep_names()
    owners = {each.keys[1] for each in cohort}
    shown = {scope.owner} if scope.owner else {member.id for member in team.load() if member.active} | set(found) | owners
    rows = [_row(scope, rep, names[rep], found.get(rep, Tally()), cohort) for rep in shown]
    rows.sort(key=lambda row: (-row[5], -row[2], -row[1], row[0].casefold()))
    return Table("reps", "By rep", _COLUMNS, tuple(rows), empty="no reps")


def _row(scope: Scope, rep: int | None, name: str, tally: Tally, cohort: Sequence[Sum]) -> tuple[Any, ...]:
    requests = _converted(scope, [each for each in cohort if each.keys[1] == rep])
    return (name, tally.contacts[0], tally.won + tally.lost, tally.won, tally.lost, tally.won_cents, *requests)
