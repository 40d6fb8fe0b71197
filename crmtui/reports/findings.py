"""Work that waits for somebody: overdue tasks, closes past their day, cold deals, deals without a next step; what is late soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import JOIN

from crmtui import clock
from crmtui.activities import tasks
from crmtui.frozen import dataclass
from crmtui.reports.population import Scope, cold_before, living, living_by
from crmtui.reports.sums import standing
from crmtui.store.reading import paged, tuples
from crmtui.store.tables import Client, Deal, Rep, Task
from crmtui.store.tables.base import moment_text

KINDS = ("task", "close", "stage", "next step")
"""The kinds of findings in the order they are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A task or deal that waits. `due` is the day it should have been done or moved, None for a missing next step.

    `due_at` is the moment, where a time was named. `occasion` tells this lateness from an earlier one of the same record.
    """

    kind: str
    id: int
    title: str
    client: str | None
    owner: str | None
    due: date | None
    late_days: int | None
    value_cents: int | None = None
    currency: str | None = None
    owner_id: int | None = None
    due_at: datetime | None = None
    occasion: str = ""

    @property
    def noun(self) -> str:
        """What kind of record it is."""
        return "task" if self.kind == "task" else "deal"

    @property
    def deadline(self) -> datetime | None:
        """The moment from which on it is late; None for what has no due day."""
        return self.due_at or (clock.midnight(self.due + timedelta(days=1)) if self.due else None)


def count(scope: Scope) -> dict[str, int]:
    """How many findings there are of each kind."""
    closes = Deal.select(Deal.id).where(*_late_closes(scope)).count()
    late = tasks.count(overdue=True, until=scope.today, assignee=scope.owner)
    return dict(zip(KINDS, (late, closes, sum(each.past for each in standing(scope)), without_next_step(scope)), strict=True))


def without_next_step(scope: Scope) -> int:
    """How many open deals have no next step written down."""
    return Deal.select(Deal.id).where(*_idle(scope)).count()


def found(scope: Scope, kinds: Sequence[str] = KINDS, limit: int | None = None) -> list[Finding]:
    """The findings of these kinds, kind by kind, the latest first, then by id; at most `limit` of them."""
    lines: list[Finding] = []
    for kind in kinds:
        rest = None if limit is None else limit - len(lines)
        if rest != 0:
            lines += _of_kind(scope, kind, rest)
    return lines


def _of_kind(scope: Scope, kind: str, limit: int | None) -> list[Finding]:
    if kind == "task":
        return _overdue_tasks(scope, limit)
    dues = {"close": _closes, "stage": _cold, "next step": _without_next_step}[kind](scope, limit)
    return _deals(scope, kind, dues)


def coming(scope: Scope, limit: int | None = None) -> list[Finding]:
    """Tasks, closes and deals at the limit of their stage that will be late by the end of `scope.within`; the soonest of a kind first."""
    if scope.within is None:
        return []
    last = scope.within.day - timedelta(days=1) if scope.within.moment else scope.within.day
    lines = _coming_tasks(scope, last)
    closes = Deal.expected_close.between(scope.today, last)
    lines += _deals(scope, "close", _closing(_open_deals(scope, closes)))
    return (lines + _deals(scope, "stage", _cooling(scope, last)))[:limit]


def _coming_tasks(scope: Scope, last: date) -> list[Finding]:
    ahead = (Task.due_on > scope.today) | (Task.due_on == scope.today) & (Task.due_at.is_null() | (Task.due_at >= scope.as_of))
    due = Task.due_on <= last
    if scope.within and scope.within.moment:
        due |= (Task.due_on == scope.within.day) & (Task.due_at <= scope.within.moment)
    return _tasks(scope, [Task.state == "open", Task.due_on >= scope.today, ahead, due])


def _cooling(scope: Scope, last: date) -> dict[int, date | None]:
    """Deals that reach the limit of their stage on a day from today to the last one, with that day."""
    found: list[tuple[int, int]] = []
    for step in scope.steps:
        if step.outcome == "open" and step.limit_days:
            entered = scope.day(Deal.stage_since)
            until = clock.midnight(last - timedelta(days=step.limit_days - 1))
            near = [*living(scope, [step.id]), Deal.stage_since >= cold_before(scope, step), Deal.stage_since < until]
            found += [(day + step.limit_days, id_) for id_, day in tuples(Deal.select(Deal.id, entered).where(*near))]
    return {id_: date.fromordinal(due) for due, id_ in sorted(found)}


def _overdue_tasks(scope: Scope, limit: int | None) -> list[Finding]:
    return _tasks(scope, [tasks.is_overdue(), Task.due_on <= scope.today], limit)


def _tasks(scope: Scope, conditions: Sequence[Any], limit: int | None = None) -> list[Finding]:
    owned = [Task.assignee == scope.owner] if scope.owner else []
    query = (
        Task.select(Task.id, Task.title, Client.name, Rep.name, Task.due_on, Task.assignee, Task.due_at)
        .join(Client, JOIN.LEFT_OUTER, on=(Task.client == Client.id))
        .switch(Task)
        .join(Rep, JOIN.LEFT_OUTER, on=(Task.assignee == Rep.id))
        .where(*conditions, *owned)
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    )
    return [_late_task(scope, *row) for row in tuples(query)]


def _late_task(scope: Scope, id_: int, title: str, client: str, who: str, due: date, who_id: int, due_at: datetime | None) -> Finding:
    occasion = moment_text(due_at) if due_at else due.isoformat()
    late_days = (scope.today - due).days
    return Finding("task", id_, title, client, who, due, late_days, owner_id=who_id, due_at=due_at, occasion=occasion)


def _late_closes(scope: Scope) -> list[Any]:
    return _open_deals(scope, Deal.expected_close < scope.today)


def _open_deals(scope: Scope, *conditions: Any) -> list[Any]:
    return living_by(scope, Deal.closed_at.is_null(), *conditions, stages=scope.stages("open"))


def _closes(scope: Scope, limit: int | None) -> dict[int, date | None]:
    return _closing(_late_closes(scope), limit)


def _closing(conditions: Sequence[Any], limit: int | None = None) -> dict[int, date | None]:
    query = Deal.select(Deal.id, Deal.expected_close).where(*conditions)
    return dict(tuples(query.order_by(Deal.expected_close, Deal.id).limit(limit)))


def _cold(scope: Scope, limit: int | None) -> dict[int, date | None]:
    """Deals beyond the limit of their stage, with the last day they might have stayed; asked for stage by stage, as the index is."""
    late: list[tuple[int, int]] = []
    for step in scope.steps:
        if step.outcome == "open" and step.limit_days:
            entered = scope.day(Deal.stage_since)
            beyond = [*living(scope, [step.id]), Deal.stage_since < cold_before(scope, step)]
            rows = tuples(Deal.select(Deal.id, entered).where(*beyond).order_by(entered, Deal.id).limit(limit))
            late += [(day + step.limit_days, id_) for id_, day in rows]
    return {id_: date.fromordinal(due) for due, id_ in sorted(late)[:limit]}


def _idle(scope: Scope) -> list[Any]:
    return [Deal.closed_at.is_null(), Deal.next_step.is_null(), *living(scope, scope.stages("open"))]


def _without_next_step(scope: Scope, limit: int | None) -> dict[int, date | None]:
    return {id_: None for (id_,) in tuples(Deal.select(Deal.id).where(*_idle(scope)).order_by(Deal.id).limit(limit))}


def _deals(scope: Scope, kind: str, dues: dict[int, date | None]) -> list[Finding]:
    wanted = list(dues)
    words = {row[0]: row for row in paged(lambda part: tuples(_words(part)), wanted)}
    return [_finding(scope, kind, words[id_], due) for id_, due in dues.items()]


def _words(wanted: Sequence[int]) -> Any:
    return (
        Deal.select(Deal.id, Deal.title, Client.name, Rep.name, Deal.value_cents, Deal.currency, Deal.owner, Deal.stage_since)
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .switch(Deal)
        .join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
        .where(Deal.id.in_(wanted))
    )


def _finding(scope: Scope, kind: str, row: tuple[Any, ...], due: date | None) -> Finding:
    id_, title, client, owner, value_cents, currency, owner_id, since = row
    late_days = (scope.today - due).days if due else None
    # Without a due day it is told once for each stage that the deal enters.
    occasion = due.isoformat() if due else moment_text(since) if since else ""
    return Finding(kind, id_, title, client, owner, due, late_days, value_cents, currency, owner_id, occasion=occasion)
