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
"""

from __future__ import annotations

from crmtui.blocks import Column, Figure, Figures, Kind, Note, Table, Value
from crmtui.reports import findings
from crmtui.reports.findings import Finding
from crmtui.reports.population import Answer, Members, Scope, plural

_COLUMNS = (
    Column("kind", "Kind"),
    Column("id", "Id", Kind.ID),
    Column("title", "What"),
    Column("client", "Client"),
    Column("owner", "Owner"),
    Column("due", "Due", Kind.DAY, only_data=True),
    Column("late_days", "Days late", Kind.DAYS),
    Column("value_cents", "Value", Kind.MONEY),
    Column("currency", "Currency", only_data=True),
)


def compute(scope: Scope) -> Answer:
    """The items with their counts; the findings are all items, listed or not."""
    counts = findings.count(scope)
    total = sum(counts.values())
    lines = findings.found(scope, limit=scope.limit)
    table = Table("items", "Items", _COLUMNS, tuple(_row(line) for line in lines), empty="nothing is overdue")
    more = total - len(lines)
    notes = (Note(f"{plural(more, 'more item')} not listed."),) if more else ()
    return Answer((_figures(counts), table, *notes), findings=total)


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
