"""The reports there are: their names, which options each takes, their definitions, and running one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from crmtui import periods
from crmtui.blocks import Report
from crmtui.errors import NotFound, Unreadable, nearest
from crmtui.periods import Period

if TYPE_CHECKING:
    from crmtui.reports.population import Answer, Scope


@dataclass(frozen=True, slots=True)
class Options:
    """What a report is asked for. `owner` is a rep's id, `pipeline` a pipeline's; `limit` the most lines of its list, None for all."""

    period: Period | None = None
    owner: int | None = None
    pipeline: int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A report: its name, its title in one line, its module, the period it takes unless one is asked for, the options it takes.

    `period` is a word that `periods.read` reads, None for a report that takes no period.
    """

    name: str
    title: str
    module: str
    period: str | None
    options: tuple[str, ...]


def _entry(name: str, title: str, *options: str, period: str | None = None) -> Entry:
    return Entry(name, title, f"{__package__}.{name}", period, ("period", *options) if period else options)


_ENTRIES = (
    _entry("today", "The business today", "owner"),
    _entry("pipeline", "Pipeline by stage", "owner", "pipeline"),
    _entry("funnel", "Funnel: how far deals come", "owner", "pipeline", period="all"),
    _entry("kpi", "Key figures of the team", "owner", "pipeline", period="month"),
    _entry("forecast", "Forecast of the coming months", "owner", "pipeline"),
    _entry("overdue", "Overdue work", "owner", "limit"),
    _entry("velocity", "Velocity: how long deals take", "owner", "pipeline", period="all"),
    _entry("ranking", "Ranking of clients by won money", "owner", "pipeline", "limit", period="all"),
)
_BY_NAME = {each.name: each for each in _ENTRIES}


def names() -> tuple[str, ...]:
    """The names of all reports, in the order they should be offered."""
    return tuple(_BY_NAME)


def entry(name: str) -> Entry:
    """What is known of a report without running it. Raises `NotFound` with the nearest name."""
    found = _BY_NAME.get(name.strip().lower())
    if found is None:
        raise NotFound(f'no report "{name}"', f"{nearest(name, list(_BY_NAME))} reports: {', '.join(_BY_NAME)}".strip())
    return found


def definition(name: str) -> str:
    """What the report counts, in which period, by which formula, and what it leaves out. Raises `NotFound`."""
    from inspect import cleandoc

    return cleandoc(import_module(entry(name).module).__doc__ or "")


def run(name: str, options: Options = Options()) -> Report:
    """Compute a report; all its figures are of one state of the base.

    Raises `NotFound` for an unknown report, rep or pipeline, `Unreadable` for an option that the report does not take.
    """
    found = entry(name)
    _refuse_unknown(found, options)
    from crmtui.reports import population
    from crmtui.store.connection import current

    compute: Callable[[Scope], Answer] = getattr(import_module(found.module), "compute")  # noqa: B009 — modules have no type for it
    period = options.period or (periods.read(found.period) if found.period else None)
    with current().reading():
        scope = population.scope(period, options.owner, options.pipeline, options.limit)
        answer = compute(scope)
    title = ", ".join([found.title, *scope.whose])
    return Report(found.name, title, scope.as_of, period, scope.currency, answer.blocks, answer.findings)


def _refuse_unknown(found: Entry, options: Options) -> None:
    given: dict[str, Any] = {name: getattr(options, name) for name in ("period", "owner", "pipeline", "limit")}
    for name, value in given.items():
        if value is not None and name not in found.options:
            raise Unreadable(f'the report "{found.name}" takes no {name}', f"it takes {', '.join(found.options)}")
    if options.limit is not None and options.limit < 1:
        raise Unreadable(f"{options.limit} is no limit", "from 1, or none for all lines")
