"""Work that waits for somebody: overdue tasks, closes past their day, cold deals, deals without a next step; how many, which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from peewee import JOIN

from crmtui.activities import tasks
from crmtui.reports.population import Scope, cold_before, living, living_by
from crmtui.reports.sums import standing
from crmtui.store.reading import paged, tuples
from crmtui.store.tables import Client, Deal, Rep, Task

KINDS = ("task", "close", "stage", "next step")
"""The kinds of findings in the order they are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A task or deal that waits. `due` is the day it should have been done or moved, None for a missing next step."""

    kind: str
    id: int
    title: str
    client: str | None
    owner: str | None
    due: date | None
    late_days: int | None
    value_cents: int | None = None
    currency: str | None = None


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


def _overdue_tasks(scope: Scope, limit: int | None) -> list[Finding]:
    owned = [Task.assignee == scope.owner] if scope.owner else []
    query = (
        Task.select(Task.id, Task.title, Client.name, Rep.name, Task.due_on)
        .join(Client, JOIN.LEFT_OUTER, on=(Task.client == Client.id))
        .switch(Task)
        .join(Rep, JOIN.LEFT_OUTER, on=(Task.assignee == Rep.id))
        .where(tasks.is_overdue(), Task.due_on <= scope.today, *owned)
        .order_by(Task.due_on, Task.id)
        .limit(limit)
    )
    rows = tuples(query)
    return [Finding("task", id_, title, client, who, due, (scope.today - due).days) for id_, title, client, who, due in rows]


def _late_closes(scope: Scope) -> list[Any]:
    return living_by(scope, Deal.closed_at.is_null(), Deal.expected_close < scope.today, stages=scope.stages("open"))


def _closes(scope: Scope, limit: int | None) -> dict[int, date | None]:
    query = Deal.select(Deal.id, Deal.expected_close).where(*_late_closes(scope))
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
        Deal.select(Deal.id, Deal.title, Client.name, Rep.name, Deal.value_cents, Deal.currency)
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .switch(Deal)
        .join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
        .where(Deal.id.in_(wanted))
    )


def _finding(scope: Scope, kind: str, row: tuple[Any, ...], due: date | None) -> Finding:
    id_, title, client, owner, value_cents, currency = row
    late_days = (scope.today - due).days if due else None
    return Finding(kind, id_, title, client, owner, due, late_days, value_cents, currency)
