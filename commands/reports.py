"""The one command of all reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from typer import Argument, Option

from commands.parameters import PeriodText, PipelineRef, RepRef
from commands.results import Drawn, Listing, Printed


@dataclass(frozen=True, slots=True)
class Offered:
    """A report that can be asked for, and the period it takes unless one is named; None for one without a period."""

    name: str
    title: str
    period: str | None


def report(
    name: Annotated[str | None, Argument(help="Which report; without it they are listed.", show_default=False)] = None,
    *,
    period: Annotated[
        PeriodText | None,
        Option(help="today, week, month, last-quarter, 2026, 2026-Q2, 2026-03, 2026-01-01..2026-03-31, all.", metavar="PERIOD"),
    ] = None,
    owner: Annotated[RepRef | None, Option(help="Only what this rep owns.", metavar="REP")] = None,
    pipeline: Annotated[PipelineRef | None, Option(help="Only this pipeline.", metavar="PIPELINE")] = None,
    limit: Annotated[int | None, Option(min=1, help="At most so many lines in its lists.")] = None,
    table: Annotated[str, Option(help="Only this table (or figures), for csv and tsv.", metavar="NAME")] = "",
    definition: Annotated[bool, Option("--definition", help="Say what exactly is counted, and print no figures.")] = False,
    fail_on_findings: Annotated[
        bool, Option("--fail-on-findings", help="Leave with exit code 9 when there are lines that call for action.")
    ] = False,
) -> Drawn | Listing | Printed:
    """Print a report: on the terminal as a drawing, for machines the same numbers as JSON or CSV."""
    from crmtui.reports import registry

    if name is None:
        from crmtui.blocks import Column

        columns = (Column("name", "report"), Column("title", "what it tells"))
        known = [registry.entry(each) for each in registry.names()]
        return Listing([Offered(each.name, each.title, each.period) for each in known], columns, Offered)
    if definition:
        return Printed(f"{registry.definition(name)}\n")
    options = registry.Options(period=period, owner=owner, pipeline=pipeline, limit=limit)
    return Drawn(registry.run(name, options), table, fail_on_findings)
