"""Activity: what was done with clients, by week, kind, rep and hour.

Population: logged interactions by their moment in the period, of every kind:
calls, mails, meetings, notes and messages. Whoever they were with: that a
client or deal was deleted since does not undo the work. Asked for an owner:
what that rep did.

weeks        begin on the configured first day; every week of the period up to
             the present one is told, also without anything.
reps         who did it; what nobody is named for is told as "nobody".
hours        a row a day of the week, a column an hour of the rep's calendar
             (h00: from midnight to one), added up over the whole period.
share        the rep's part of all that was done.
weeks ago    what the rep did in each of the last eight weeks up to the
             present one, or to the last of the period; 0 is that week.

Divided by owner, region (of the rep), month or week, one table takes the place
of weeks and reps.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from peewee import fn

from crmtui import clock, config, team
from crmtui.activities.interactions import KINDS
from crmtui.blocks import Column, Figure, Figures, Kind, Table
from crmtui.periods import week_start
from crmtui.reports import dimensions, ordinals
from crmtui.reports.population import Answer, Members, Scope, counted, known, rep_names, share, within
from crmtui.store.reading import ids
from crmtui.store.tables import Interaction

TITLES = {"call": "Calls", "email": "Mails", "meeting": "Meetings", "note": "Notes", "message": "Messages"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_KINDS = tuple(Column(f"{kind}s", TITLES.get(kind, f"{kind.title()}s"), Kind.COUNT) for kind in KINDS)
_TOTAL = Column("total", "All", Kind.COUNT, bar=True)
_SEVEN, _HOURS = 7, 24
_AGO = tuple(range(7, -1, -1))
_RECENT = tuple(
    Column(f"weeks_ago_{ago}", f"{ago} weeks ago", Kind.COUNT, only_data=True, series=f"Last {len(_AGO)} weeks") for ago in _AGO
)

Done = dict[Any, Counter[str]]
"""By what it is told by, how much of each kind was done."""

Row = tuple[Any, ...]


def compute(scope: Scope) -> Answer:
    """Figures by kind, tables by week and rep or by what is asked for, and the hours of the week."""
    hours = _by_hour(scope)
    days: Done = defaultdict(Counter)
    for hour, kinds in hours.items():
        days[hour // _HOURS].update(kinds)
    tables = [_divided(scope, scope.by, days)] if scope.by else [_weeks(scope, days), _reps(scope)]
    told = zip((*_KINDS, _TOTAL), _cells(sum(days.values(), Counter())), strict=True)
    figures = Figures(tuple(Figure(column.name, column.title, value, Kind.COUNT) for column, value in told))
    return Answer((figures, *tables, _week_hours(hours)))


def _by_hour(scope: Scope) -> Done:
    """What was done in each hour of the rep's calendar: 24 of them make the number of a day."""
    first = Interaction.select(fn.MIN(Interaction.at)).scalar()
    return _done(scope, ordinals.hour(Interaction.at, min(scope.since, first or scope.since)))


OPENS = (*(column.name for column in _KINDS), _TOTAL.name)
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The interactions that a figure of `OPENS` is made of."""
    kinds = [] if figure == _TOTAL.name else [Interaction.kind == figure.removesuffix("s")]
    made = Interaction.select(Interaction.id).where(*_made(scope), *kinds)
    return "interaction", ids(made.order_by(Interaction.at, Interaction.id))


def _made(scope: Scope) -> list[Any]:
    """The conditions of an interaction that is told."""
    owned = [Interaction.rep == scope.owner] if scope.owner else []
    return [*(within(Interaction.at, scope.period) or [known(Interaction.at)]), *owned]


def _done(scope: Scope, key: Any) -> Done:
    rows = Interaction.select(key.alias("by"), Interaction.kind.alias("kind")).where(*_made(scope))
    found: Done = defaultdict(Counter)
    for value, kind, number in counted(rows, ("by", "kind")):
        found[value][kind] += number
    return found


def _cells(done: Mapping[str, int]) -> tuple[int, ...]:
    return (*(done.get(kind, 0) for kind in KINDS), sum(done.values()))


def _weeks(scope: Scope, days: Done) -> Table:
    found: Done = defaultdict(Counter)
    for day, kinds in days.items():
        found[week_start(date.fromordinal(day))].update(kinds)
    rows: list[Row] = [(week.isoformat(), *_cells(found.get(week, {}))) for week in _listed(scope, found)]
    return Table("weeks", "By week", (Column("week", "Week of"), *_KINDS, _TOTAL), tuple(rows), shape="bars", empty="nothing was done")


def _listed(scope: Scope, found: Done) -> Iterator[date]:
    """The first day of every week of the period up to the present one; where it has no bound, from or to a week with something."""
    first = min([*found, *([week_start(scope.period.first)] if scope.period.first else [])], default=None)
    until = scope.period.until
    present = [week_start(min(until - timedelta(days=1), scope.today))] if until else []
    last = max([*found, *present], default=None)
    while first and last and first <= last:
        yield first
        first += timedelta(weeks=1)


def _reps(scope: Scope) -> Table:
    done, names = _done(scope, Interaction.rep), rep_names()
    shown = {scope.owner} if scope.owner else {member.id for member in team.load() if member.active} | set(done)
    whole = sum(sum(kinds.values()) for kinds in done.values())
    recent = _recent(scope)
    rows: list[Row] = [
        (names[rep], *(cells := _cells(done.get(rep, {}))), share(cells[-1], whole), *(recent[rep, ago] for ago in _AGO)) for rep in shown
    ]
    rows.sort(key=lambda row: (-row[len(KINDS) + 1], row[0] == names[None], row[0].casefold()))
    columns = (Column("rep", "Rep"), *_KINDS, _TOTAL, Column("share", "Share", Kind.SHARE), *_RECENT)
    return Table("reps", "By rep", columns, tuple(rows), empty="no reps")


def _recent(scope: Scope) -> Counter[tuple[int | None, int]]:
    """How much each rep did in each of the last weeks of the period, by rep and how many weeks ago, 0 for the last."""
    until = scope.period.until
    last = week_start(min(until - timedelta(days=1), scope.today) if until else scope.today)
    begun = clock.midnight(last - timedelta(weeks=_AGO[0]))
    key = ordinals.day(Interaction.at, begun)
    rows = Interaction.select(Interaction.rep.alias("rep"), key.alias("day")).where(*_made(scope), Interaction.at >= begun)
    found: Counter[tuple[int | None, int]] = Counter()
    for rep, day, number in counted(rows, ("rep", "day")):
        found[rep, (last - week_start(date.fromordinal(day))).days // _SEVEN] += number
    return found


def _divided(scope: Scope, by: str, days: Done) -> Table:
    label = dimensions.labels(by)
    found: Done = defaultdict(Counter)
    for value, kinds in (days if by in ("month", "week") else _done(scope, Interaction.rep)).items():
        found[label(value)].update(kinds)
    rows = dimensions.ordered(by, [(name, *_cells(kinds)) for name, kinds in found.items()], lambda row: -row[-1])
    shape = "bars" if by in ("month", "week") else "table"
    return Table(f"by_{by}", f"By {by}", (dimensions.column(by), *_KINDS, _TOTAL), rows, shape=shape, empty="nothing was done")


def _week_hours(hours: Done) -> Table:
    found: Counter[tuple[int, int]] = Counter()
    for each, kinds in hours.items():
        # Day number 1 of the calendar was a Monday.
        found[(each // _HOURS - 1) % _SEVEN, each % _HOURS] += sum(kinds.values())
    columns = (Column("day", "Day"), *(Column(f"h{hour:02d}", f"{hour}", Kind.COUNT) for hour in range(_HOURS)), _TOTAL)
    first = config.current().week_start
    rows: list[Row] = []
    for day in (place % _SEVEN for place in range(first, first + _SEVEN)):
        counts = [found[day, hour] for hour in range(_HOURS)]
        rows.append((DAYS[day], *counts, sum(counts)))
    return Table("hours", "When in the week", columns, tuple(rows), shape="heat")
