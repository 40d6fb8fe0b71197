"""Key figures: what the team and each rep sold and did, the period before beside.

The period before is the one of the same kind just before (for a month the
whole month before), also while the period still runs. In all time, and with a
period that has no beginning or no end, there is none.

won, lost    deals that are won or lost now and were closed in the period; in
             all time also those of unknown closing day.
won money    the sum of the values of the won deals in the report's currency;
             the average is that sum divided by the won deals that have a value
             in it, rounded half up. Amounts in other currencies are converted
             at the rate of the closing day; without one the deals are counted
             and their money is told in a table of its own.
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
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from peewee import fn

from crmtui import team
from crmtui.blocks import Block, Column, Figures, Kind, Note, Table, Value
from crmtui.money import rounded
from crmtui.periods import Period, month_start
from crmtui.reports import spans
from crmtui.reports.population import (
    Answer,
    Members,
    Scope,
    added,
    closed,
    deals,
    known,
    left_out,
    living,
    living_by,
    new_clients,
    opened,
    plural,
    rep_names,
    share,
    within,
)
from crmtui.reports.sums import Closing, closings, conversions, summed
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, Deal, Interaction, Rep, Task

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
    converted: int = 0
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
        for name in ("won", "valued", "won_cents", "lost", "opened", "tasks_done", "converted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.contacts = tuple(a + b for a, b in zip(self.contacts, other.contacts, strict=True))


Tallies = dict[int | None, Tally]
"""By rep; None for what is nobody's."""


def compute(scope: Scope) -> Answer:
    """Figures of the team, a row a rep, and for long periods a row a month."""
    before = scope.before
    now, then = tallies(scope, scope.period), tallies(scope, before) if before else {}
    blocks: list[Block] = [_figures(scope, now, then, before), _reps(scope, now, then)]
    if spans.is_long(scope.period):
        blocks.append(_months(scope))
    return Answer((*blocks, *_others(scope, now), *conversions(scope, now.values()), *_notes(scope, before)))


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
    tally.converted += closing.converted
    if closing.currency == scope.currency:
        tally.valued += closing.valued
        tally.won_cents += closing.value_cents
    elif closing.valued:
        tally.others[closing.currency] += closing.valued
        tally.others_won[closing.currency] += closing.value_cents


def _opened(scope: Scope, period: Period) -> list[tuple[int | None, int]]:
    return tuples(Deal.select(Deal.owner, fn.COUNT(Deal.id)).where(*opened(scope, period)).group_by(Deal.owner))


OPENS = ("won", "won_cents", "average_won_cents", "lost", "opened", "calls", "emails", "meetings", "tasks_done", "new_leads", "new_clients")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The records that a figure of `OPENS` is made of."""
    period = scope.period
    if figure in ("new_leads", "new_clients"):
        leads = [Client.status == "lead"] if figure == "new_leads" else []
        return "client", ids(Client.select(Client.id).where(*added(scope, period), *leads).order_by(Client.created_at, Client.id))
    if figure == "tasks_done":
        return "task", ids(Task.select(Task.id).where(*_done(scope, period)).order_by(Task.done_at, Task.id))
    if figure in ("calls", "emails", "meetings"):
        return contacts(scope, figure.removesuffix("s"))
    if figure == "opened":
        return deals(opened(scope, period), Deal.opened_at)
    return deals(closed(scope, period, "lost" if figure == "lost" else "won"), Deal.closed_at)


def contacts(scope: Scope, kind: str, *conditions: Any) -> Members:
    """The interactions of a kind that count as work of the period, under further conditions."""
    whose = [Interaction.rep == scope.owner] if scope.owner else []
    made = Interaction.select(Interaction.id).where(*_made(kind, scope.period), *whose, *conditions)
    return "interaction", ids(made.order_by(Interaction.at, Interaction.id))


def _made(kind: str, period: Period) -> list[Any]:
    """The conditions of an interaction that counts as work of the period."""
    return [Interaction.kind == kind, *within(Interaction.at, period)]


def _done(scope: Scope, period: Period) -> list[Any]:
    """The conditions of a task that was done in the period."""
    owned = [Task.assignee == scope.owner] if scope.owner else []
    return [Task.state == "done", *within(Task.done_at, period), *owned]


def _contacts(scope: Scope, period: Period) -> list[tuple[Any, ...]]:
    """Rep and how many interactions of each kind in `DONE`; counted rep by rep, each a stretch of one index."""

    def number(rep: Any, kind: str) -> Any:
        return Interaction.select(fn.COUNT(Interaction.id)).where(rep, *_made(kind, period))

    reps = Rep.select(Rep.id, *(number(Interaction.rep == Rep.id, kind) for kind in DONE))
    if scope.owner:
        return tuples(reps.where(Rep.id == scope.owner))
    nobody: tuple[Any, ...] = (None, *(number(Interaction.rep.is_null(), kind).scalar() for kind in DONE))
    return [*tuples(reps), nobody]


def _tasks_done(scope: Scope, period: Period) -> list[tuple[int | None, int]]:
    return tuples(Task.select(Task.assignee, fn.COUNT(Task.id)).where(*_done(scope, period)).group_by(Task.assignee))


def team_of(found: Tallies) -> Tally:
    """All reps and nobody together."""
    whole = Tally()
    for each in found.values():
        whole.add(each)
    return whole


def _figures(scope: Scope, now: Tallies, then: Tallies, before: Period | None) -> Figures:
    joined = new_clients(scope, scope.period)
    joined_before = new_clients(scope, before) if before else {}
    joined_before = new_clients(scope, before) if before else {}
    return spans.compared(scope, _named(team_of(now), joined), _named(team_of(then), joined_before) if before else None, bad=["lost"])


def _named(tally: Tally, joined: dict[str, int]) -> list[spans.Named]:
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
        ("new_leads", "New leads", Kind.COUNT, joined.get("lead", 0)),
        ("new_clients", "New clients", Kind.COUNT, sum(joined.values())),
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


def _months(scope: Scope) -> Table:
    won = _won_by_month(scope)
    columns = (Column("month", "Month"), Column("won", "Won deals", Kind.COUNT), Column("won_cents", "Won", Kind.MONEY, bar=True))
    rows = tuple((f"{month:%Y-%m}", *won.get(month, (0, 0))) for month in spans.months(scope, list(won)))
    return Table("months", "Won by month", columns, rows, shape="bars", empty="nothing won")


def _won_by_month(scope: Scope) -> dict[date, tuple[int, int]]:
    """Won deals and their money by the first day of the month of closing, added up by day in the base."""
    when = within(Deal.closed_at, scope.period) or [known(Deal.closed_at)]
    found: dict[date, tuple[int, int]] = {}
    for each in summed(scope, {"day": scope.day(Deal.closed_at)}, living_by(scope, *when, stages=scope.stages("won"))):
        month = month_start(date.fromordinal(each.keys[0]))
        deals_so_far, cents_so_far = found.get(month, (0, 0))
        found[month] = (deals_so_far + each.deals, cents_so_far + (each.value_cents if each.currency == scope.currency else 0))
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
    yield from spans.notes(scope)
    if before is None or not within(Deal.closed_at, scope.period):
        unknown = Deal.select(Deal.id).where(*living(scope, scope.stages("won", "lost")), Deal.closed_at.is_null()).count()
        if unknown:
            yield Note(f"{plural(unknown, 'closed deal')} of unknown closing day: in the totals of all time, in no month.")
