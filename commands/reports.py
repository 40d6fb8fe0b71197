"""The command of all reports, and those of the rates that money of several currencies is added up with."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict, Unpack

from typer import Argument, Option

from commands.parameters import DayText, PastText, PeriodText, PipelineRef, RepRef, StageRef, WhenText, current_format
from commands.results import Done, Drawn, Listing, Printed
from crmtui.frozen import dataclass

if TYPE_CHECKING:
    from crmtui.blocks import Report
    from crmtui.reports.registry import Options
    from crmtui.reports.tellings import Wish

EVERY = "all"
"""The name that asks for every report."""

FOR_PEOPLE = ("table", "html", "message")
"""The forms that people read, with lists no longer than is readable."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A report that can be asked for, and the period it takes unless one is named; None for one without a period."""

    name: str
    title: str
    period: str | None


class Once(TypedDict, total=False):
    """What the report on overdue work takes beside what others take."""

    new_only: Annotated[bool | None, Option("--new-only", help="With overdue: only what was not told before; each is told once.")]
    escalate: Annotated[bool | None, Option("--escalate", help="With overdue: tell the manager of what is late, once.")]
    every: Annotated[str | None, Option(help="With --new-only: tell it again after so long: 4h, 1d, 1w.", metavar="TIME")]
    repeat: Annotated[bool | None, Option("--repeat", help="Print what was told before too, and keep no note of it.")]


def report(
    name: Annotated[str | None, Argument(help="Which report, or all; without it they are listed.", show_default=False)] = None,
    *,
    period: Annotated[
        PeriodText | None,
        Option(help="The time it is about: week, last-month, 2026, 2026-Q2, 2026-03, 2026-01-01..2026-03-31, all.", metavar="PERIOD"),
    ] = None,
    owner: Annotated[RepRef | None, Option(help="Only what this rep owns.", metavar="REP")] = None,
    pipeline: Annotated[PipelineRef | None, Option(help="Only this pipeline.", metavar="PIPELINE")] = None,
    stage: Annotated[StageRef | None, Option(help="Only this stage; Pipeline/Stage where several have it.", metavar="STAGE")] = None,
    by: Annotated[
        str | None,
        Option(
            help="What it is divided by: owner, source, region, product, tag, month, week, or an own choice or yes-no field.",
            metavar="WORD",
        ),
    ] = None,
    compare: Annotated[
        Literal["previous", "year"] | None, Option(help="What stands beside: the period before, or the same a year before.")
    ] = None,
    limit: Annotated[int | None, Option(min=1, max=1_000_000_000, help="At most so many lines in its lists.")] = None,
    open: Annotated[str, Option("--open", help="List the very records that this figure is made of.", metavar="FIGURE")] = "",
    table: Annotated[str, Option(help="Only this table (or figures), for csv and tsv.", metavar="NAME")] = "",
    output: Annotated[Path | None, Option(help="With all: a folder for Markdown, HTML and SVG.", metavar="FOLDER")] = None,
    as_of: Annotated[PastText | None, Option(help="The figures as they were then: at that moment, or at the end of that day.")] = None,
    definition: Annotated[bool, Option("--definition", help="Say what exactly is counted, and print no figures.")] = False,
    fail_on_findings: Annotated[
        bool, Option("--fail-on-findings", help="Leave with exit code 9 when there are lines that call for action.")
    ] = False,
    quiet_empty: Annotated[bool, Option("--quiet-empty", help="Print nothing when no line calls for action.")] = False,
    within: Annotated[WhenText | None, Option(help="With overdue: also what will be late by then: 3d, 12h, fri.", metavar="WHEN")] = None,
    **once: Unpack[Once],
) -> Drawn | Listing | Printed | Done:
    """Print a report: on the terminal as a drawing, for machines the same numbers as JSON or CSV."""
    from crmtui.reports import registry

    options = registry.Options(period, owner, pipeline, limit, stage, by, compare, within)
    wish = _wish(name, once, as_of is not None)
    if name is None:
        return _offered()
    if output is not None or name == EVERY:
        return _published(name, output, options)
    if definition:
        return Printed(f"{registry.definition(name)}\n")
    if open:
        return _opened(name, open, options)
    return Drawn(_told(name, options, wish), table, fail_on_findings, quiet_empty, *address(owner))


def _told(name: str, options: Options, wish: Wish | None) -> Report:
    """The report, its lists no longer than is readable where people read them."""
    from crmtui.reports import registry, tellings

    if current_format() in FOR_PEOPLE:
        options = registry.for_people(name, options)
    return tellings.report(options, wish) if wish else registry.run(name, options)


def address(rep: int | None) -> tuple[str, str]:
    """Whom a report is for as a mail, the address and the name: a rep, else who works; empty for one without."""
    from crmtui import team
    from crmtui.store.connection import current

    reader = rep or current().actor_id
    member = team.get(reader) if reader else None
    return (member.email or "", member.name) if member else ("", "")


def _wish(name: str | None, once: Once, past: bool) -> Wish | None:
    """What is asked of the report on overdue work alone; None when nothing is."""
    new_only, escalate, repeat = (bool(once.get(each)) for each in ("new_only", "escalate", "repeat"))
    every = once.get("every") or ""
    if not (new_only or escalate or repeat or every):
        return None
    if past:
        _refuse_past()
    from crmtui.errors import Unreadable
    from crmtui.reports import tellings

    if name != "overdue":
        raise Unreadable("--new-only, --escalate, --every and --repeat go with the report overdue", "crmtui report overdue --new-only")
    if every and not new_only:
        raise Unreadable("--every says when what was told is new again", "pass --new-only too")
    return tellings.Wish(new_only, escalate, repeat, tellings.span(every, "--every") if every else None)


def _refuse_past() -> None:
    from crmtui.errors import Unreadable

    told = "what was told before a moment of the past is not known"
    raise Unreadable(told, "--as-of goes without --new-only, --escalate, --every and --repeat")


def _offered() -> Listing:
    from crmtui.blocks import Column
    from crmtui.reports import registry

    columns = (Column("name", "report"), Column("title", "what it tells"))
    known = [registry.entry(each) for each in registry.names()]
    return Listing([Offered(each.name, each.title, each.period) for each in known], columns, Offered)


def _published(name: str, output: Path | None, options: Options) -> Done:
    from crmtui.errors import Unreadable
    from crmtui.reports import publishing

    if output is None or name != EVERY:
        raise Unreadable("all reports together go into a folder", "crmtui report all --output FOLDER")
    written = publishing.write(output, options)
    return Done(f"wrote {written.reports} reports in {len(written.files)} files into {written.folder}", written, None)


def _opened(name: str, figure: str, options: Options) -> Listing:
    """The records of a figure as the list of their noun shows them."""
    from crmtui.activities import interactions, tasks
    from crmtui.clients import records as clients
    from crmtui.present import lists
    from crmtui.reports import registry
    from crmtui.sales import products
    from crmtui.sales import records as deals
    from crmtui.store.reading import paged

    noun, wanted = registry.opened(name, figure, options)
    shown: dict[str, tuple[Any, Any, type]] = {
        "client": (clients.load, lists.CLIENTS, clients.Card),
        "deal": (deals.load, lists.DEALS, deals.DealCard),
        "task": (tasks.load, lists.TASKS, tasks.Job),
        "interaction": (interactions.load, lists.CONTACTS, interactions.Contact),
        "product": (products.load, lists.PRODUCTS, products.Item),
    }
    load, columns, record = shown[noun]
    return Listing(paged(load, wanted), columns, record, empty=f"no {noun}s")


def add_rate(
    currency: Annotated[str, Argument(help="The currency, as three letters.", metavar="CODE")],
    rate: Annotated[str, Argument(help="What one unit of it is worth in the configured currency.", metavar="RATE")],
    *,
    on: Annotated[DayText | None, Option(help="The day from which it holds, if not today.", metavar="DAY")] = None,
) -> Done:
    """Set what a currency is worth from a day on. Reports convert amounts at the rate of their day; without one they stay apart."""
    from crmtui.sales import rates

    day: date | None = on
    quote = rates.add(currency, rate, on=day)
    return Done(f"set rate {quote.id}: 1 {quote.currency} is {quote.rate} {quote.base} from {quote.on} on", quote, quote.id)


def list_rates() -> Listing:
    """List the rates of currencies, the newest first."""
    from crmtui.present import lists
    from crmtui.sales import rates

    return Listing(rates.listed(), lists.RATES, rates.Quote, empty="no rates")
