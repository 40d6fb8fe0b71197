"""Overdue: everything that should have been done by now, one line an item.

Four kinds of items, in this order:

task         an open task whose moment, or whose whole day, is over. `owner` is
             who shall do it.
close        an open deal whose expected close lies before today.
stage        an open deal that has been in its stage for more days than the
             stage's limit ("cold"). `due` is the last day it might have
             stayed: the day it entered plus the limit. Deals of which that day
             is not known, and stages without a limit, are out.
next step    an open deal that has no next step written down. It has no due
             day, so no days late.

A deal is told once for each kind that holds for it. Within a kind the latest
comes first, then the lower id. Days are midnights on your calendar. Deleted
deals are left out, so are deals in a closing stage. Tasks are listed whatever
became of their client.

There is no period: it is the state of now. The figures count every item, also
those that a limit keeps from being listed.

Asked for what comes (`--within`), `coming` lists the tasks, closes and deals at
the limit of their stage that are not late yet and will be by the end of that
day, or by that moment.

Asked for what is new (`--new-only`), each item is told once as coming and once
as late, also by two programs at once, and the figures count what is new. It is
told again when it was put off and is late anew, and to another owner; a
missing next step once for each stage that the deal enters.

Asked to escalate (`--escalate`), `alerts` tells the manager of each owner of a
late task, close or deal beyond its limit once: the nearest one above who still
works here, as soon as the item is late for longer than the setting
`escalate_after`. What has no owner, or an owner without a manager, is counted
in a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crmtui.blocks import Block, Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.frozen import dataclass
from crmtui.reports import findings
from crmtui.reports.findings import Finding
from crmtui.reports.population import Answer, Members, Scope, plural

LATE = (
    Column("kind", "Kind"),
    Column("id", "Id", Kind.ID),
    Column("title", "What"),
    Column("client", "Client"),
    Column("owner", "Owner"),
    Column("due", "Due", Kind.DAY, only_data=True),
    Column("late_days", "Days late", Kind.DAYS),
)
"""The columns of what is late, without its worth."""

_COLUMNS = (
    *LATE,
    Column("value_cents", "Value", Kind.MONEY),
    Column("currency", "Currency", only_data=True),
)

_COMING = (*_COLUMNS[:5], Column("due", "Due", Kind.DAY), *_COLUMNS[7:])
_ALERTS = (*_COLUMNS[:5], Column("manager", "Manager"), *_COLUMNS[5:])


@dataclass(frozen=True, slots=True)
class Alert:
    """A late item, and the manager who is told of it."""

    finding: Finding
    manager_id: int
    manager: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of the items is told: those late, those coming, alerts; None for what was not asked for. `orphans` have no manager to tell."""

    late: Sequence[Finding]
    coming: Sequence[Finding] | None = None
    alerts: Sequence[Alert] | None = None
    orphans: int = 0


def compute(scope: Scope) -> Answer:
    """The items with their counts; the findings are all items, listed or not."""
    lines = findings.found(scope, limit=scope.limit)
    coming = findings.coming(scope) if scope.within else None
    return _answer(scope, Chosen(lines, coming), findings.count(scope))


def answer(scope: Scope, chosen: Chosen) -> Answer:
    """The report of items that were chosen among all."""
    counts = Counter(line.kind for line in chosen.late)
    return _answer(scope, chosen, {kind: counts[kind] for kind in findings.KINDS})


def _answer(scope: Scope, chosen: Chosen, counts: dict[str, int]) -> Answer:
    total = sum(counts.values())
    blocks: list[Block] = [_figures(counts), *_listed(scope, chosen.late, total)]
    if chosen.coming is not None:
        rows = [_row(line)[:6] + _row(line)[7:] for line in chosen.coming[: scope.limit]]
        blocks += _table(Table("coming", "Coming", _COMING, tuple(rows), empty="nothing will be late"), len(chosen.coming), "coming item")
    if chosen.alerts is not None:
        blocks += _alerts(scope, chosen.alerts, chosen.orphans)
    return Answer(tuple(blocks), findings=total + len(chosen.coming or ()) + len(chosen.alerts or ()))


def _listed(scope: Scope, late: Sequence[Finding], total: int) -> list[Block]:
    rows = tuple(_row(line) for line in late[: scope.limit])
    return _table(Table("items", "Items", _COLUMNS, rows, empty="nothing is overdue"), total)


def _alerts(scope: Scope, alerts: Sequence[Alert], orphans: int) -> list[Block]:
    rows = [(*_row(each.finding)[:5], each.manager, *_row(each.finding)[5:]) for each in alerts[: scope.limit]]
    blocks = _table(Table("alerts", "Told to managers", _ALERTS, tuple(rows), empty="no manager has to be told"), len(alerts), "alert")
    return [*blocks, Note(f"{plural(orphans, 'late item')} without a manager to tell.")] if orphans else blocks


def _table(table: Table, total: int, noun: str = "item") -> list[Block]:
    """A table and what is said of the lines that it leaves out."""
    more = total - len(table.rows)
    return [table, Note(f"{plural(more, f'more {noun}')} not listed.")] if more else [table]


OPENS = ("tasks", "closes", "stages", "next_steps")
"""The figures that can be opened, in the order of `findings.KINDS`."""


def members(scope: Scope, figure: str) -> Members:
    """The tasks or deals that a figure of `OPENS` is made of."""
    kind = findings.KINDS[OPENS.index(figure)]
    return "task" if kind == "task" else "deal", [line.id for line in findings.found(scope, [kind])]


def _figures(counts: dict[str, int]) -> Figures:
    titles = ("Overdue tasks", "Closes past their day", "Beyond the stage's limit", "Without a next step")
    told = zip(OPENS, titles, findings.KINDS, strict=True)
    return Figures(tuple(Figure(name, title, counts[kind], Kind.COUNT) for name, title, kind in told))


def _row(line: Finding) -> tuple[Value, ...]:
    return (line.kind, line.id, line.title, line.client, line.owner, line.due, line.late_days, line.value_cents, line.currency)
