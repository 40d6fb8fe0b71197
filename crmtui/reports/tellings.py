"""Told once: of which late and coming items reps and managers were told, kept in the same transaction that reads the items."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from crmtui import config, team
from crmtui.blocks import Report
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass
from crmtui.reports import findings, overdue, registry
from crmtui.reports.findings import Finding
from crmtui.reports.overdue import Alert, Chosen
from crmtui.reports.population import Scope
from crmtui.reports.registry import Options
from crmtui.store.connection import current
from crmtui.store.reading import PAGE, tuples
from crmtui.store.tables import Deal, Telling

SOON, LATE, MANAGER = "soon", "late", "manager"
"""The levels: before it is late, once it is, and to the manager of whoever is late."""

_COLUMNS = ("kind", "record_id", "level", "occasion", "noun", "rep_id")
_SPAN = re.compile(r"(\d{1,5}) ?(min|h|d|w)?")
_UNITS = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Mark = tuple[str, int, str, str, str, int | None]
"""What makes a telling the same as another: the columns of the unique key."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How an overdue report is asked for: only what was not told before; managers too; or all of it, whatever was told, as if nothing was.

    `every` is after how long a late item is told again, None for never.
    """

    new_only: bool = False
    escalate: bool = False
    repeat: bool = False
    every: timedelta | None = None


def span(text: str, name: str) -> timedelta:
    """A stretch of time like `30min`, `4h`, `1d`, `2w`; 0 for none. `name` is what it is for. Raises `Unreadable`."""
    match = _SPAN.fullmatch(text.strip().lower())
    if not match or (match[2] is None and int(match[1])):
        raise Unreadable(f'{name} is "{text}"', "write it like 30min, 4h, 1d or 2w")
    return timedelta(**{_UNITS[match[2] or "d"]: int(match[1])})


def report(options: Options, wish: Wish) -> Report:
    """The report `overdue` as wished; once this returns, what it lists as new or as an alert counts as told.

    Raises as `registry.run` does, and `Unreadable` for a setting `escalate_after` that is no time.
    """
    with _transaction(wish):
        return registry.run("overdue", options, lambda scope: overdue.answer(scope, chosen(scope, wish)))


def _transaction(wish: Wish) -> AbstractContextManager[None]:
    marking = (wish.new_only or wish.escalate) and not wish.repeat
    return current().writing() if marking else current().reading()


def chosen(scope: Scope, wish: Wish) -> Chosen:
    """What is to be told of a scope's items, marked as told unless all is repeated; inside a transaction that writes."""
    late = findings.found(scope)
    coming = findings.coming(scope) if scope.within else None
    alerts, orphans = _alerts(scope, late) if wish.escalate else (None, 0)
    if wish.repeat:
        return Chosen(late, coming, alerts, orphans)
    if wish.new_only:
        _forget()
        late = _told(scope, LATE, [(line, _round(scope, line, wish.every), line.owner_id) for line in late])
        coming = None if coming is None else _told(scope, SOON, [(line, line.occasion, line.owner_id) for line in coming])
    return Chosen(late, coming, None if alerts is None else _alerted(scope, alerts), orphans)


def for_rep(scope: Scope, wish: Wish) -> Chosen:
    """The same for the scope's owner as one who may be a manager: alerts are those of the reps below, not of their own items."""
    own = chosen(scope, replace(wish, escalate=False))
    bosses = _bosses()
    below = [rep for rep, boss in bosses.items() if boss and boss[0] == scope.owner]
    late = [line for rep in below for line in findings.found(replace(scope, owner=rep))]
    alerts, _ = _alerts(scope, late)
    return replace(own, alerts=_alerted(scope, alerts) if below else None)


def _round(scope: Scope, line: Finding, every: timedelta | None) -> str:
    """The occasion on which a late item is told: with an interval, one for each that has passed since it was late."""
    if not every or not line.deadline:
        return line.occasion
    rounds = (scope.as_of - line.deadline) // every
    return f"{line.occasion} +{rounds}" if rounds else line.occasion


def _bosses() -> dict[int, tuple[int, str] | None]:
    """For each rep the id and the name of the nearest manager above who works here."""
    members = {member.id: member for member in team.load()}
    found: dict[int, tuple[int, str] | None] = {}
    for member in members.values():
        above = members.get(member.manager_id or 0)
        while above is not None and not above.active:
            above = members.get(above.manager_id or 0)
        found[member.id] = (above.id, above.name) if above else None
    return found


def _alerts(scope: Scope, late: Iterable[Finding]) -> tuple[list[Alert], int]:
    """The alerts that late items call for by now, told or not, and how many items have nobody to tell."""
    after = span(config.current().escalate_after, "escalate_after")
    due = [line for line in late if line.deadline and line.deadline + after <= scope.as_of]
    bosses = _bosses()
    pairs = [(line, bosses.get(line.owner_id or 0)) for line in due]
    alerts = [Alert(line, *boss) for line, boss in pairs if boss]
    return alerts, len(due) - len(alerts)


def _alerted(scope: Scope, alerts: Sequence[Alert]) -> list[Alert]:
    by_mark = {_mark(alert.finding, MANAGER, alert.finding.occasion, alert.manager_id): alert for alert in alerts}
    return [by_mark[mark] for mark in _marked(scope, list(by_mark))]


def _told(scope: Scope, level: str, lines: Iterable[tuple[Finding, str, int | None]]) -> list[Finding]:
    """Those lines that were not told at this level on their occasion to this rep, now marked as told."""
    by_mark = {_mark(line, level, occasion, rep): line for line, occasion, rep in lines}
    return [by_mark[mark] for mark in _marked(scope, list(by_mark))]


def _mark(line: Finding, level: str, occasion: str, rep: int | None) -> Mark:
    return line.kind, line.id, level, occasion, line.noun, rep


def _marked(scope: Scope, marks: Sequence[Mark]) -> list[Mark]:
    """Those that are new; as many as will be listed are kept as told, so that a limit puts the others off to the next time."""
    before = set(_known(marks))
    new = [mark for mark in marks if mark not in before]
    rows = [{**dict(zip(_COLUMNS, mark, strict=True)), "at": scope.as_of} for mark in new[: scope.limit]]
    for start in range(0, len(rows), PAGE):
        Telling.insert_many(rows[start : start + PAGE]).execute()
    return new


def _known(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Which tellings there are of these records."""
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for kind, record_id, level, *_ in marks:
        wanted[kind, level].append(record_id)
    columns: list[Any] = [getattr(Telling, name) for name in _COLUMNS]
    for (kind, level), ids in wanted.items():
        for start in range(0, len(ids), PAGE):
            held = (Telling.kind == kind, Telling.record_id.in_(ids[start : start + PAGE]), Telling.level == level)
            yield from tuples(Telling.select(*columns).where(*held))


def _forget() -> None:
    """A deal that got its next step is told again when it lacks one again."""
    stepped = Deal.select(Deal.id).where(Deal.next_step.is_null(False))
    Telling.delete().where(Telling.kind == "next step", Telling.record_id.in_(stepped)).execute()
