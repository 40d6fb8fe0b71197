"""The reports there are: their names, which options each takes, their definitions, and running one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from crmtui import periods
from crmtui.blocks import Report
from crmtui.errors import NotFound, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.periods import Period

if TYPE_CHECKING:
    from crmtui.dates import When
    from crmtui.reports.population import Answer, Members, Scope


@dataclass(frozen=True, slots=True)
class Options:
    """What a report is asked for. `owner` is a rep's id, `pipeline` a pipeline's, `stage` a stage's; `limit` the most lines of its list.

    `by` divides it by one of the words of its entry; `compare` (`previous`, `year`) says what stands beside; `within` the day or moment
    until which it also tells what is still to come.
    """

    period: Period | None = None
    owner: int | None = None
    pipeline: int | None = None
    limit: int | None = None
    stage: int | None = None
    by: str | None = None
    compare: str | None = None
    within: When | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A report: its name, its title in one line, its module, the period it takes unless one is asked for, the options it takes.

    `period` is a word that `periods.read` reads, None for a report that takes no period; `by` the words it can be divided by.
    `readable` is how many lines of its list people are shown unless they ask for another number, None for all.
    """

    name: str
    title: str
    module: str
    period: str | None
    options: tuple[str, ...]
    by: tuple[str, ...] = ()
    readable: int | None = None


BY = ("owner", "source", "region", "product", "tag", "month", "week")
"""What deals can be divided by, beside the user's own choices and yes-no fields."""

COMPARE = ("previous", "year")
"""What a period can be compared with."""


def _entry(name: str, title: str, *options: str, period: str | None = None, by: tuple[str, ...] = (), readable: int | None = None) -> Entry:
    taken = (*(["period"] if period else []), *options, *(["by"] if by else []))
    return Entry(name, title, f"{__package__}.{name}", period, taken, by, readable)


_ENTRIES = (
    _entry("today", "The business today", "owner", "limit"),
    _entry("pipeline", "Pipeline by stage", "owner", "pipeline", "stage"),
    _entry("funnel", "Funnel: how far deals come", "owner", "pipeline", period="all"),
    _entry("kpi", "Key figures of the team", "owner", "pipeline", "compare", period="month"),
    _entry("forecast", "Forecast of the coming months", "owner", "pipeline"),
    _entry("overdue", "Overdue work", "owner", "limit", "within"),
    _entry("digest", "Digest of the day", "owner", "limit", readable=20),
    _entry("velocity", "Velocity: how long deals take", "owner", "pipeline", period="all"),
    _entry("ranking", "Ranking of clients by won money", "owner", "pipeline", "limit", period="all", readable=50),
    _entry("won", "Won deals", "owner", "pipeline", "compare", period="month", by=BY),
    _entry("lost", "Lost deals", "owner", "pipeline", "compare", period="month", by=BY),
    _entry("sources", "Sources of clients and deals", "owner", "pipeline", period="all", by=tuple(each for each in BY if each != "source")),
    _entry("business", "The business on one page", "owner", "pipeline", "compare", period="month"),
    _entry("activity", "Activity by week, kind and rep", "owner", period="quarter", by=("owner", "region", "month", "week")),
    _entry("products", "Products asked for and sold", "owner", "pipeline", period="all", by=("owner", "source", "region", "month", "week")),
    _entry("leaderboard", "Leaderboard of the reps", "pipeline", "compare", period="month"),
    _entry("cycle", "Sales cycle by seller and source", "owner", "pipeline", period="all", by=BY),
    _entry("quality", "Quality of the data", "owner", "limit", readable=100),
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


def run(name: str, options: Options = Options(), answered: Callable[[Scope], Answer] | None = None) -> Report:
    """Compute a report; all its figures are of one state of the base. `answered` computes it in another way than its module does.

    Raises `NotFound` for an unknown report, rep or pipeline, `Unreadable` for an option that the report does not take.
    """
    found = entry(name)
    options = _named(found, options)
    _refuse_unknown(found, options)
    from crmtui.store.connection import current

    # Modules have no type for it.
    compute: Callable[[Scope], Answer] = answered or getattr(import_module(found.module), "compute")  # noqa: B009
    with current().reading():
        scope = _scope(found, options)
        answer = compute(scope)
    title = ", ".join([found.title, *scope.whose])
    return Report(found.name, title, scope.as_of, scope.period if found.period else None, scope.currency, answer.blocks, answer.findings)


def for_people(name: str, options: Options = Options()) -> Options:
    """The options under which people read a report: its list no longer than is readable, unless they asked for a number of lines."""
    return replace(options, limit=options.limit or entry(name).readable)


def openable(name: str) -> tuple[str, ...]:
    """The figures of a report that are made of records and can be opened. Raises `NotFound`."""
    known: tuple[str, ...] = getattr(import_module(entry(name).module), "OPENS", ())
    return known


def opened(name: str, figure: str, options: Options = Options()) -> Members:
    """The very records that a figure of a report is made of: their noun, and their ids in a fixed order.

    Raises `NotFound` as `run` does, and for a figure that the report does not have or that is not made of records; `Unreadable`.
    """
    found = entry(name)
    options = _named(found, options)
    _refuse_unknown(found, options)
    module, known = import_module(found.module), openable(name)
    if figure not in known:
        hint = f"{nearest(figure, list(known))} it opens {', '.join(known)}".strip()
        raise NotFound(f'the report "{found.name}" cannot open "{figure}"', hint)
    from crmtui.store.connection import current

    members: Callable[[Scope, str], Members] = getattr(module, "members")  # noqa: B009 — modules have no type for it
    with current().reading():
        return members(_scope(found, options), figure)


def _scope(found: Entry, options: Options) -> Scope:
    from crmtui.reports import population

    period = options.period or (periods.read(found.period) if found.period else None)
    return population.scope(
        period,
        options.owner,
        options.pipeline,
        options.limit,
        stage=options.stage,
        by=options.by,
        compare=options.compare,
        within=options.within,
    )


def _named(found: Entry, options: Options) -> Options:
    """The options with the own field that divides the report by its name, also when it was given by its label."""
    if options.by is None or options.by in found.by or not _takes_own(found):
        return options
    from crmtui.clients import fields

    field = fields.dividing(options.by)
    return replace(options, by=field.name) if field else options


def _takes_own(found: Entry) -> bool:
    """Whether a report can be divided by own fields: those that can be by whatever deals can be divided by."""
    return "tag" in found.by


def _own_names(found: Entry) -> tuple[str, ...]:
    from crmtui.clients import fields

    known = [*fields.defined("deal"), *fields.defined("client")] if _takes_own(found) else []
    return tuple(dict.fromkeys(each.name for each in known if each.kind in fields.DIVIDING))


def _refuse_unknown(found: Entry, options: Options) -> None:
    given: dict[str, Any] = {option.name: getattr(options, option.name) for option in fields(options)}
    for name, value in given.items():
        if value is not None and name not in found.options:
            raise Unreadable(f'the report "{found.name}" takes no {name}', f"it takes {', '.join(found.options)}")
    divided = found.by if options.by is None or options.by in found.by else (*found.by, *_own_names(found))
    for name, known in (("by", divided), ("compare", COMPARE)):
        if given[name] is not None and given[name] not in known:
            raise Unreadable(f'the report "{found.name}" is not told by "{given[name]}"', f"{name}: {', '.join(known)}")
    if options.limit is not None and options.limit < 1:
        raise Unreadable(f"{options.limit} is no limit", "from 1, or none for all lines")
