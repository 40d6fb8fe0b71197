"""Digest: what the day asks for, and what changed since the last working day.

overdue      as in the report `overdue`: tasks, and deals past their expected
             close or beyond the limit of their stage, each deal counted once;
             the list has a line for each item. Deals without a next step are
             counted in a note.
due today    open tasks whose day is today and whose moment is not over.
changed      since midnight of the last working day before today: deals that
             were added, moved to another stage, won or lost, by the stage they
             entered, each deal counted once, and clients that were added. Moves
             of unknown day are left out. Working days are those of the rep's
             hours and holidays.
forecast     as in the report `forecast`.

Asked for an owner: the tasks that are theirs to do, the deals that they own or
moved, the clients that they own. Then `team` has a line for each rep who
reports to them directly; asked for nobody, for every rep: their tasks due
today, their items of `overdue`, what changed of their own deals, and the
weighted sum of their forecast. Deleted deals and clients are left out. Won
money is that of deals in the report's currency; a note counts the others.

There is no period: it is the state of now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from peewee import JOIN

from crmtui import clock, team
from crmtui.activities import hours
from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.frozen import dataclass
from crmtui.reports import findings, forecast, overdue
from crmtui.reports.findings import Finding
from crmtui.reports.population import Answer, Members, Scope, left_out, plural, rep_names
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Rep, StageChange, Task
from crmtui.team import Member

_WHAT = {"open": "moved", "won": "won", "lost": "lost"}

_TODAY = (
    Column("id", "Id", Kind.ID),
    Column("title", "Task"),
    Column("client", "Client"),
    Column("assignee", "Who"),
    Column("due_on", "Due", Kind.DAY, only_data=True),
    Column("due_at", "Due", Kind.MOMENT),
)
_CHANGED = (
    Column("what", "What"),
    Column("noun", "Of", only_data=True),
    Column("id", "Id", Kind.ID),
    Column("title", "Deal or client"),
    Column("client", "Client"),
    Column("stage", "Stage"),
    Column("by", "By"),
    Column("owner", "Owner", only_data=True),
    Column("at", "At", Kind.MOMENT),
    Column("value_cents", "Value", Kind.MONEY),
    Column("currency", "Currency", only_data=True),
)
_TEAM = (
    Column("rep", "Rep"),
    Column("due_today", "Due today", Kind.COUNT),
    Column("overdue", "Overdue", Kind.COUNT),
    Column("added", "Added", Kind.COUNT),
    Column("moved", "Moved", Kind.COUNT),
    Column("won", "Won", Kind.COUNT),
    Column("lost", "Lost", Kind.COUNT),
    Column("weighted_cents", "Weighted", Kind.MONEY),
)


@dataclass(frozen=True, slots=True)
class Change:
    """A deal that entered a stage (what: added, moved, won, lost), or a client that was added."""

    what: str
    noun: str
    id: int
    title: str
    client: str | None
    stage: str | None
    by_id: int | None
    owner_id: int | None
    at: datetime
    value_cents: int | None = None
    currency: str | None = None


def compute(scope: Scope) -> Answer:
    """The figures, what is due, what is late, what changed, the forecast, and the team where there is one."""
    due, late, changed = _due(scope), _late(scope), _changes(scope)
    bare = findings.count(scope)["next step"]
    ahead = forecast.compute(scope).blocks
    coming = next(_forecast(block) for block in ahead if isinstance(block, Table))
    blocks: list[Block] = [_figures(scope, due, late, changed, ahead)]
    blocks += _listed(scope, "today", "Due today", _TODAY, due, "nothing is due today")
    blocks += _listed(scope, "overdue", "Overdue", overdue.LATE, [_item(line) for line in late], "nothing is overdue")
    blocks += [Note(f"{plural(bare, 'deal')} without a next step.")] if bare else []
    blocks += _listed(scope, "changed", f"Changed since {_since(scope)}", _CHANGED, _told(changed), "nothing changed")
    others = sum(1 for each in _deals(changed, "won").values() if each.value_cents and each.currency != scope.currency)
    return Answer(
        (*blocks, coming, *_team(scope), *left_out(others, scope.currency, "the list has them")), findings=len(due) + len(late) + bare
    )


OPENS = ("due_today", "overdue_tasks", "overdue_deals", "added", "moved", "won", "won_cents", "lost", "clients_added", "weighted_cents")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The records that a figure of `OPENS` is made of."""
    if figure == "due_today":
        return "task", [int(str(row[0])) for row in _due(scope)]
    if figure.startswith("overdue_"):
        noun = figure.removeprefix("overdue_").removesuffix("s")
        return noun, sorted({line.id for line in _late(scope) if line.noun == noun})
    if figure == "weighted_cents":
        return forecast.members(scope, figure)
    if figure == "clients_added":
        return "client", sorted(each.id for each in _clients(scope, clock.midnight(_since(scope))))
    return "deal", sorted(_deals(_changes(scope), figure.removesuffix("_cents")))


def _deals(changed: Sequence[Change], what: str) -> dict[int, Change]:
    """The deals of which this is told, each once."""
    return {each.id: each for each in changed if each.noun == "deal" and each.what == what}


def _forecast(months: Table) -> Table:
    """The months in which open deals are expected."""
    rows = tuple(row for row in months.rows if row[1])
    return replace(months, name="forecast", title="Forecast", rows=rows, empty="no open deals")


def _since(scope: Scope) -> date:
    """The last working day before today."""
    calendar = hours.of(scope.owner)
    back = (scope.today - timedelta(days=count) for count in range(1, 367))
    return next((day for day in back if calendar.works_on(day)), scope.today - timedelta(days=1))


def _due(scope: Scope) -> list[tuple[Value, ...]]:
    """The open tasks of today that are not late, those without a time first, as rows of `_TODAY`."""
    owned = [Task.assignee == scope.owner] if scope.owner else []
    ahead = Task.due_at.is_null() | (Task.due_at >= scope.as_of)
    query = (
        Task.select(Task.id, Task.title, Client.name, Rep.name, Task.due_on, Task.due_at)
        .join(Client, JOIN.LEFT_OUTER, on=(Task.client == Client.id))
        .switch(Task)
        .join(Rep, JOIN.LEFT_OUTER, on=(Task.assignee == Rep.id))
        .where(Task.state == "open", Task.due_on == scope.today, ahead, *owned)
        .order_by(Task.due_at.asc(nulls="first"), Task.id)
    )
    return tuples(query)


def _late(scope: Scope) -> list[Finding]:
    return findings.found(scope, ["task", "close", "stage"])


def _changes(scope: Scope) -> list[Change]:
    """Stages that deals entered and clients that were added, the latest first."""
    since = clock.midnight(_since(scope))
    found = [*_moves(scope, since), *_clients(scope, since)]
    return sorted(found, key=lambda each: (each.at, each.noun, each.id), reverse=True)


def _moves(scope: Scope, since: datetime) -> list[Change]:
    owned = [(Deal.owner == scope.owner) | (StageChange.rep == scope.owner)] if scope.owner else []
    query = (
        StageChange.select(
            Deal.id, Deal.title, Client.name, StageChange.from_stage, StageChange.to_stage, StageChange.rep, Deal.owner,
            StageChange.at, Deal.value_cents, Deal.currency,
        )
        .join(Deal)
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .where(StageChange.at >= since, StageChange.at <= scope.as_of, Deal.deleted_at.is_null(), *owned)
    )  # fmt: skip
    steps = {step.id: step for step in scope.steps}
    found = []
    for id_, title, client, before, after, rep, owner, at, cents, code in tuples(query):
        step = steps.get(after)
        if step is not None:
            what = "added" if before is None and step.outcome == "open" else _WHAT[step.outcome]
            found.append(Change(what, "deal", id_, title, client, step.name, rep, owner, at, cents, code))
    return found


def _clients(scope: Scope, since: datetime) -> list[Change]:
    owned = [Client.owner == scope.owner] if scope.owner else []
    held = [Client.created_at >= since, Client.created_at <= scope.as_of, Client.deleted_at.is_null(), *owned]
    rows = tuples(Client.select(Client.id, Client.name, Client.owner, Client.created_at).where(*held))
    return [Change("added", "client", id_, name, name, None, None, owner, at) for id_, name, owner, at in rows]


def _figures(scope: Scope, due: Sequence[object], late: Sequence[Finding], changed: Sequence[Change], ahead: Sequence[Block]) -> Figures:
    counts = {what: len(_deals(changed, what)) for what in ("added", "moved", "won", "lost")}
    won = sum(each.value_cents or 0 for each in _deals(changed, "won").values() if each.currency == scope.currency)
    told = [
        ("due_today", "Due today", len(due), Kind.COUNT),
        ("overdue_tasks", "Overdue tasks", len({line.id for line in late if line.noun == "task"}), Kind.COUNT),
        ("overdue_deals", "Overdue deals", len({line.id for line in late if line.noun == "deal"}), Kind.COUNT),
        ("added", "Deals added", counts["added"], Kind.COUNT),
        ("moved", "Moved", counts["moved"], Kind.COUNT),
        ("won", "Won", counts["won"], Kind.COUNT),
        ("won_cents", "Won money", won, Kind.MONEY),
        ("lost", "Lost", counts["lost"], Kind.COUNT),
        ("clients_added", "Clients added", sum(1 for each in changed if each.noun == "client"), Kind.COUNT),
    ]
    return Figures((*(Figure(*each) for each in told), *_weighted(ahead)))


def _listed(scope: Scope, name: str, title: str, columns: tuple[Column, ...], rows: Sequence[tuple[Value, ...]], empty: str) -> list[Block]:
    more = len(rows) - len(rows[: scope.limit])
    notes = [Note(f"{plural(more, 'more line')} of {name} not listed.")] if more else []
    return [Table(name, title, columns, tuple(rows[: scope.limit]), empty=empty), *notes]


def _item(line: Finding) -> tuple[Value, ...]:
    return line.kind, line.id, line.title, line.client, line.owner, line.due, line.late_days


def _told(changed: Sequence[Change]) -> list[tuple[Value, ...]]:
    names: dict[int | None, Any] = {**rep_names(), None: None}
    return [
        (
            each.what, each.noun, each.id, each.title, each.client, each.stage, names[each.by_id], names[each.owner_id],
            each.at, each.value_cents, each.currency,
        )
        for each in changed
    ]  # fmt: skip


def _team(scope: Scope) -> list[Table]:
    """A line for each rep below the owner, for every active one when there is no owner."""
    below = [member for member in team.load() if member.active and (scope.owner is None or member.manager_id == scope.owner)]
    if not below:
        return []
    return [Table("team", "Team", _TEAM, tuple(_member(replace(scope, owner=each.id), each) for each in below))]


def _member(scope: Scope, member: Member) -> tuple[Value, ...]:
    own = {(each.what, each.id) for each in _moves(scope, clock.midnight(_since(scope))) if each.owner_id == member.id}
    counts = Counter(what for what, _ in own)
    late = sum(findings.count(scope).values())
    weighted = _weighted(forecast.compute(scope).blocks)[0].value
    return member.name, len(_due(scope)), late, counts["added"], counts["moved"], counts["won"], counts["lost"], weighted


def _weighted(ahead: Sequence[Block]) -> list[Figure]:
    """The figure of a forecast that is told of a rep, alone."""
    return [figure for block in ahead if isinstance(block, Figures) for figure in block.items if figure.name == "weighted_cents"]
