"""Key figures: what the team and each rep sold and did, the period before beside.

The period before is the one of the same kind just before (for a month the
whole month before), also while the period still runs. In all time, and with a
period that has no beginning or no end, there is none.

won, lost    deals that are won or lost now and were closed in the period; in
             all time also those of unknown closing day.
won money    the sum of the values of the won deals in the report's currency;
             the average is that sum divided by the won deals that have a value
             in it, rounded half up. Deals in other currencies are counted;
             their money is told in a table of its own.
win rate     won / (won + lost); none when nothing was closed.
new deals    deals opened in the period; deals of unknown opening day only in
             all time.
calls, mails, meetings
             logged interactions by their moment, whoever they were with: a
             client deleted since does not undo the work.
tasks done   tasks completed in the period, for the rep they were assigned to.
new leads    clients added in the period that are leads now. One that became a
             prospect or customer is a new client still, but no new lead any
             more. Counted for the team, or for the clients of the owner asked
             for.

A deal counts for its present owner, an interaction for the rep who made it.
What belongs to nobody is told as "nobody". Reps who are no longer active are
listed only when they have something in the period. Deleted deals and clients
are left out. When a pipeline is asked for, it limits the deals only. A period
of more than 62 days also tells the won money by month of closing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from peewee import fn

from crmtui import periods, team
from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.periods import Period, month_start
from crmtui.reports.population import (
    Answer,
    Closing,
    Scope,
    closings,
    counted,
    known,
    left_out,
    living,
    living_by,
    new_clients,
    plural,
    rep_names,
    rounded,
    share,
    within,
)
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal, Interaction, Rep, Task

LONGEST_WITHOUT_MONTHS = 62
"""Days up to which a period is told as one."""

DONE = ("call", "email", "meeting")
"""The kinds of interactions that are counted as work, in the order of `Tally.contacts`."""


@dataclass(slots=True)
class Tally:
    """What one rep, or the team, did in a period. `won_cents` is of the `valued` won deals in the report's currency."""

    won: int = 0
    valued: int = 0
    won_cents: int = 0
    lost: int = 0
    opened: int = 0
    contacts: tuple[int, ...] = (0, 0, 0)
    tasks_done: int = 0
    others: Counter[str] = field(default_factory=Counter)
    others_won: Counter[str] = field(default_factory=Counter)

    @property
    def win_rate(self) -> float | None:
        """Won of all closed, 0–1."""
        return share(self.won, self.won + self.lost)

    @property
    def average_cents(self) -> int | None:
        """Mean value of a won deal in minor units."""
        return rounded(self.won_cents, self.valued) if self.valued else None

    def add(self, other: Tally) -> None:
        """Take another's figures into this one's."""
        for name in ("won", "valued", "won_cents", "lost", "opened", "tasks_done"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.contacts = tuple(a + b for a, b in zip(self.contacts, other.contacts, strict=True))


Tallies = dict[int | None, Tally]
"""By rep; None for what is nobody's."""


def compute(scope: Scope) -> Answer:
    """Figures of the team, a row a rep, and for long periods a row a month."""
    before = periods.previous(scope.period)
    now, then = tallies(scope, scope.period), tallies(scope, before) if before else {}
    blocks: list[Block] = [_figures(scope, now, then, before), _reps(scope, now, then)]
    if _is_long(scope.period):
        blocks.append(_months(scope))
    return Answer((*blocks, *_others(scope, now), *_notes(scope, before)))


def tallies(scope: Scope, period: Period) -> Tallies:
    """What each rep, and nobody, did in a period; of the scope's owner alone when it has one."""
    found: Tallies = {}
    for closing in closings(scope, period):
        _add_closing(scope, found.setdefault(closing.owner_id, Tally()), closing)
    for owner, count in _opened(scope, period):
        found.setdefault(owner, Tally()).opened += count
    for rep, *contacts in _contacts(scope, period):
        if any(contacts):
            found.setdefault(rep, Tally()).contacts = tuple(contacts)
    for rep, count in _tasks_done(scope, period):
        found.setdefault(rep, Tally()).tasks_done += count
    return found


def _add_closing(scope: Scope, tally: Tally, closing: Closing) -> None:
    if closing.stage_id not in scope.stages("won"):
        tally.lost += closing.deals
        return
    tally.won += closing.deals
    if closing.currency == scope.currency:
        tally.valued += closing.valued
        tally.won_cents += closing.value_cents
    elif closing.valued:
        tally.others[closing.currency] += closing.valued
        tally.others_won[closing.currency] += closing.value_cents


def _opened(scope: Scope, period: Period) -> list[tuple[int | None, int]]:
    when = within(Deal.opened_at, period)
    conditions = living_by(scope, *when) if when else living(scope)
    return tuples(Deal.select(Deal.owner, fn.COUNT(Deal.id)).where(*conditions).group_by(Deal.owner))


def _contacts(scope: Scope, period: Period) -> list[tuple[Any, ...]]:
    """Rep and how many interactions of each kind in `DONE`; counted rep by rep, each a stretch of one index."""

    def number(rep: Any, kind: str) -> Any:
        conditions = [rep, Interaction.kind == kind, *within(Interaction.at, period)]
        return Interaction.select(fn.COUNT(Interaction.id)).where(*conditions)

    reps = Rep.select(Rep.id, *(number(Interaction.rep == Rep.id, kind) for kind in DONE))
    if scope.owner:
        return tuples(reps.where(Rep.id == scope.owner))
    nobody: tuple[Any, ...] = (None, *(number(Interaction.rep.is_null(), kind).scalar() for kind in DONE))
    return [*tuples(reps), nobody]


def _tasks_done(scope: Scope, period: Period) -> list[tuple[int | None, int]]:
    owned = [Task.assignee == scope.owner] if scope.owner else []
    query = Task.select(Task.assignee, fn.COUNT(Task.id)).where(Task.state == "done", *within(Task.done_at, period), *owned)
    return tuples(query.group_by(Task.assignee))


def team_of(found: Tallies) -> Tally:
    """All reps and nobody together."""
    whole = Tally()
    for each in found.values():
        whole.add(each)
    return whole


def _figures(scope: Scope, now: Tallies, then: Tallies, before: Period | None) -> Figures:
    added = new_clients(scope, scope.period)
    added_before = new_clients(scope, before) if before else {}
    told = _named(team_of(now), added)
    beside = [value for *_, value in _named(team_of(then), added_before)] if before else [None] * len(told)
    return Figures(
        tuple(
            Figure(name, title, value, kind, b, "open" if _runs(scope) else "bad" if name == "lost" else "good")
            for (name, title, kind, value), b in zip(told, beside, strict=True)
        )
    )


def _runs(scope: Scope) -> bool:
    """Whether the period has days ahead."""
    return scope.period.until is not None and scope.period.until > scope.today + timedelta(days=1)


def _named(tally: Tally, added: dict[str, int]) -> list[tuple[str, str, Kind, int | float | None]]:
    calls, emails, meetings = tally.contacts
    return [
        ("won", "Won deals", Kind.COUNT, tally.won),
        ("won_cents", "Won", Kind.MONEY, tally.won_cents),
        ("lost", "Lost deals", Kind.COUNT, tally.lost),
        ("win_rate", "Win rate", Kind.SHARE, tally.win_rate),
        ("average_won_cents", "Average won", Kind.MONEY, tally.average_cents),
        ("opened", "New deals", Kind.COUNT, tally.opened),
        ("calls", "Calls", Kind.COUNT, calls),
        ("emails", "Mails", Kind.COUNT, emails),
        ("meetings", "Meetings", Kind.COUNT, meetings),
        ("tasks_done", "Tasks done", Kind.COUNT, tally.tasks_done),
        ("new_leads", "New leads", Kind.COUNT, added.get("lead", 0)),
        ("new_clients", "New clients", Kind.COUNT, sum(added.values())),
    ]


def _reps(scope: Scope, now: Tallies, then: Tallies) -> Table:
    columns = (
        Column("rep_id", "Rep id", Kind.COUNT, only_data=True),
        Column("rep", "Rep"),
        Column("won_cents", "Won", Kind.MONEY, bar=True),
        Column("before_won_cents", "Before", Kind.MONEY),
        Column("won", "Won deals", Kind.COUNT),
        Column("lost", "Lost", Kind.COUNT),
        Column("win_rate", "Win rate", Kind.SHARE),
        Column("opened", "New deals", Kind.COUNT),
        Column("calls", "Calls", Kind.COUNT),
        Column("meetings", "Meetings", Kind.COUNT),
        Column("emails", "Mails", Kind.COUNT),
        Column("tasks_done", "Tasks done", Kind.COUNT),
    )
    names = rep_names()
    shown = {scope.owner} if scope.owner else {member.id for member in team.load() if member.active} | set(now) | set(then)
    rows = [_rep_row(rep, names[rep], now.get(rep, Tally()), then.get(rep)) for rep in shown]
    return Table("reps", "By rep", columns, tuple(sorted(rows, key=_rep_place)), empty="no reps")


def _rep_row(rep: int | None, name: str, now: Tally, then: Tally | None) -> tuple[Any, ...]:
    calls, emails, meetings = now.contacts
    before = then.won_cents if then else 0
    return (
        rep, name, now.won_cents, before, now.won, now.lost, now.win_rate, now.opened, calls, meetings, emails, now.tasks_done,
    )  # fmt: skip


def _rep_place(row: tuple[Any, ...]) -> tuple[int, bool, str, int]:
    rep, name, won_cents = row[:3]
    return (-won_cents, rep is None, name.casefold(), rep or 0)


def _is_long(period: Period) -> bool:
    first, until = period.first, period.until
    return first is None or until is None or (until - first).days > LONGEST_WITHOUT_MONTHS


def _months(scope: Scope) -> Table:
    won = _won_by_month(scope)
    columns = (Column("month", "Month"), Column("won", "Won deals", Kind.COUNT), Column("won_cents", "Won", Kind.MONEY, bar=True))
    rows = tuple((f"{month:%Y-%m}", *won.get(month, (0, 0))) for month in _listed_months(scope, list(won)))
    return Table("months", "Won by month", columns, rows, shape="bars", empty="nothing won")


def _listed_months(scope: Scope, seen: Sequence[date]) -> Iterator[date]:
    """Every month of the period up to the present one; where the period has no bound, from or to what was won."""
    first, until = scope.period.first or min(seen, default=None), scope.period.until
    last = min(until - timedelta(days=1), scope.today) if until else max(seen, default=None)
    last = max([day for day in (last, *seen) if day], default=None)
    month = month_start(first) if first else None
    while month and last and month <= last:
        yield month
        month = month_start(month, 1)


def _won_by_month(scope: Scope) -> dict[date, tuple[int, int]]:
    """Won deals and their money by the first day of the month of closing, added up by day in the base."""
    day = scope.day(Deal.closed_at).alias("day")
    when = within(Deal.closed_at, scope.period) or [known(Deal.closed_at)]
    deals = Deal.select(day, Deal.currency.alias("currency"), Deal.value_cents.alias("value_cents"))
    deals = deals.where(*living_by(scope, *when, stages=scope.stages("won")))
    found: dict[date, tuple[int, int]] = {}
    for ordinal, currency, count, cents in counted(deals, ("day", "currency"), "value_cents"):
        month = month_start(date.fromordinal(ordinal))
        deals_so_far, cents_so_far = found.get(month, (0, 0))
        found[month] = (deals_so_far + count, cents_so_far + (cents if currency == scope.currency else 0))
    return found


def _others(scope: Scope, now: Tallies) -> Iterator[Block]:
    """Won money in other currencies, a row a rep and currency, when there is any."""
    names = rep_names()
    held = [(names[rep], rep or 0, code, tally) for rep, tally in now.items() for code in tally.others]
    columns = (
        Column("rep", "Rep"),
        Column("currency", "Currency"),
        Column("won", "Won deals", Kind.COUNT),
        Column("won_cents", "Won", Kind.MONEY),
    )
    rows: list[tuple[Value, ...]] = []
    for name, _, code, tally in sorted(held, key=lambda row: row[:3]):
        rows.append((name, code, tally.others[code], tally.others_won[code]))
    if rows:
        yield Table("currencies", "Won in other currencies", columns, tuple(rows))
        yield from left_out(sum(sum(tally.others.values()) for tally in now.values()), scope.currency)


def _notes(scope: Scope, before: Period | None) -> Iterator[Note]:
    if before and _runs(scope):
        yield Note(f"The period still runs; beside it stands the whole one before, {before}.")
    if before is None or not within(Deal.closed_at, scope.period):
        unknown = Deal.select(Deal.id).where(*living(scope, scope.stages("won", "lost")), Deal.closed_at.is_null()).count()
        if unknown:
            yield Note(f"{plural(unknown, 'closed deal')} of unknown closing day: in the totals of all time, in no month.")
