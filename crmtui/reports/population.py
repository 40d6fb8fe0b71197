"""Whom and what a report speaks of: its scope, living deals by stage and by closing, the currency of its sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from peewee import ModelSelect, Select, fn

from crmtui import clock, config, periods, team
from crmtui.blocks import Block, Column, Note
from crmtui.errors import NotFound
from crmtui.frozen import dataclass
from crmtui.periods import ALL, Period
from crmtui.reports import ordinals
from crmtui.sales import pipelines, rates
from crmtui.sales.pipelines import Step
from crmtui.sales.rates import Rates
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, Deal, Rep, StageChange

if TYPE_CHECKING:
    from crmtui.dates import When

_BEGINNING = datetime(1000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report found; `findings` counts the lines that call for action."""

    blocks: tuple[Block, ...]
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about: its moment and day, its period (without bounds when it takes none), and the options it was given.

    `steps` are the stages of the pipeline asked for, else of all that have deals; `currency` is that of the sums, to which `rates`
    lead from others; `whose` names owner and pipeline when the report is limited to them; `since` is the first moment of any deal.
    `before` is the period that stands beside, None without one; `by` what the report is divided by, None for its own way; `within`
    the day or moment until which what is still to come is told, None for nothing of it.
    """

    as_of: datetime
    today: date
    period: Period
    owner: int | None
    limit: int | None
    steps: tuple[Step, ...]
    one_pipeline: bool
    currency: str
    whose: tuple[str, ...]
    since: datetime
    before: Period | None
    by: str | None
    rates: Rates
    within: When | None = None

    def day(self, field: Any) -> Any:
        """The day a moment falls on in the rep's zone, as an expression of the base: a number for `date.fromordinal`."""
        return ordinals.day(field, self.since)

    def stages(self, *outcomes: str) -> list[int]:
        """The ids of the stages that have one of these outcomes, of all stages when none is named."""
        return [step.id for step in self.steps if not outcomes or step.outcome in outcomes]

    def pipeline_column(self) -> Column:
        """The column that names a row's pipeline, drawn only when there are several."""
        return Column("pipeline", "Pipeline", only_data=self.one_pipeline)


def scope(
    period: Period | None,
    owner: int | None,
    pipeline: int | None,
    limit: int | None,
    *,
    stage: int | None = None,
    by: str | None = None,
    compare: str | None = None,
    within: When | None = None,
) -> Scope:
    """The scope of a report asked for now, compared with the period before (`previous`) or a year before (`year`).

    Raises `NotFound` for an unknown rep, pipeline or stage.
    """
    steps = _told(pipelines.load(pipeline, deleted=True) if pipeline else _used(pipelines.load(deleted=True)))
    if pipeline and not steps:
        raise NotFound(f"no pipeline {pipeline}")
    names = ([team.get(owner).name] if owner else []) + ([steps[0].pipeline] if pipeline else [])
    as_of, whole = clock.now(), period or ALL
    currency = _currency([step.id for step in (pipelines.load(deleted=True) if pipeline else steps)])
    if stage:
        steps = [pipelines.get(stage)]
        names.append(steps[0].name)
    return Scope(
        as_of=as_of,
        today=clock.local(as_of).date(),
        period=whole,
        owner=owner,
        limit=limit,
        steps=tuple(steps),
        one_pipeline=len({step.pipeline_id for step in steps}) == 1,
        currency=currency,
        whose=tuple(names),
        since=ordinals.earliest(),
        before=periods.year_before(whole) if compare == "year" else periods.previous(whole),
        by=by,
        rates=rates.into(currency),
        within=within,
    )


def _used(steps: list[Step]) -> list[Step]:
    """The stages of the pipelines that have deals; of all when none has."""
    own: dict[int, list[int]] = {}
    for step in steps:
        own.setdefault(step.pipeline_id, []).append(step.id)
    used = {home for home, ids in own.items() if Deal.select(Deal.id).where(Deal.deleted_at.is_null(), Deal.stage.in_(ids)).exists()}
    return [step for step in steps if step.pipeline_id in used] or steps


def _told(steps: list[Step]) -> list[Step]:
    """The stages without the deleted ones in which no living deal is or ever was."""
    gone = [step.id for step in steps if step.deleted]
    if not gone:
        return steps
    living = Deal.select(Deal.id).where(Deal.deleted_at.is_null())
    entered = StageChange.select(StageChange.to_stage).where(StageChange.to_stage.in_(gone), StageChange.deal.in_(living))
    inside = Deal.select(Deal.stage).where(Deal.deleted_at.is_null(), Deal.stage.in_(gone))
    needed = {row[0] for query in (entered, inside) for row in tuples(query.distinct())}
    return [step for step in steps if not step.deleted or step.id in needed]


def _currency(stages: Sequence[int]) -> str:
    """The configured currency when a deal with a value has it or no deal has a value, else the one most of them have."""
    usual = config.current().currency
    valued = [Deal.deleted_at.is_null(), Deal.stage.in_(stages), Deal.value_cents.is_null(False)]
    if Deal.select(Deal.id).where(*valued, Deal.currency == usual).exists():
        return usual
    query = Deal.select(Deal.currency).where(*valued).group_by(Deal.currency).order_by(fn.COUNT(Deal.id).desc(), Deal.currency)
    most = tuples(query.limit(1))
    return most[0][0] if most else usual


def living(scope: Scope, stages: Sequence[int] | None = None) -> list[Any]:
    """The conditions of the scope's deals that are not deleted, found by their stage; `stages` None: every one of the scope."""
    owned = [Deal.owner == scope.owner] if scope.owner else []
    return [Deal.deleted_at.is_null(), *owned, Deal.stage.in_(scope.stages() if stages is None else stages)]


def living_by(scope: Scope, *conditions: Any, stages: Sequence[int] | None = None) -> list[Any]:
    """The same where other conditions lead to the rows: an index over stages would lead to far more of them."""
    found = living(scope, stages)
    # An expression in place of the column keeps the stage from being the way in.
    return [*found[:-1], *conditions, (Deal.stage + 0).in_(scope.stages() if stages is None else list(stages))]


def within(field: Any, period: Period) -> list[Any]:
    """The conditions of a moment in a period; none for a period without bounds, which also takes moments that are not known."""
    bounds = [field >= period.start] if period.start else []
    return bounds + ([field < period.end] if period.end else [])


def known(field: Any) -> Any:
    """The condition of a moment that is known; written so that an index can lead to it, which none does for "is not null"."""
    return field >= _BEGINNING


def added_up(value: Any) -> Any:
    """The sum of a column as a whole number, 0 for no rows."""
    return fn.COALESCE(fn.SUM(value), 0).converter(int)


def cold_before(scope: Scope, step: Step) -> datetime:
    """A deal that entered the stage before this moment has been there for more days than the stage's limit."""
    return clock.midnight(scope.today - timedelta(days=step.limit_days or 0))


def closed(scope: Scope, period: Period, *outcomes: str) -> list[Any]:
    """The conditions of living deals in a stage of these outcomes that were closed in the period.

    In all time also those whose closing day is not known.
    """
    stages, when = scope.stages(*outcomes), within(Deal.closed_at, period)
    return living_by(scope, *when, stages=stages) if when else living(scope, stages)


def opened(scope: Scope, period: Period) -> list[Any]:
    """The conditions of living deals that were opened in the period; in all time also those whose opening day is not known."""
    when = within(Deal.opened_at, period)
    return living_by(scope, *when) if when else living(scope)


def counted(rows: ModelSelect[Any], keys: Sequence[str], *sums: str) -> list[tuple[Any, ...]]:
    """Rows of a query grouped by named columns of it: the keys, how many rows, the sum of each column in `sums` (0 for none).

    The way to group by an expression: some databases do not see that two of them with parameters are the same.
    """
    columns = [getattr(rows.c, key) for key in keys]
    query: Any = Select([rows], [*columns, fn.COUNT(1), *(added_up(getattr(rows.c, name)) for name in sums)])
    return tuples(query.group_by(*columns).bind(Deal._meta.database))


def share(part: int | float, whole: int | float) -> float | None:
    """Part of a whole, 0–1; None of nothing."""
    return part / whole if whole else None


def left_out(deals: int, currency: str, told: str = "the table of currencies has them") -> Iterator[Note]:
    """The note on deals whose amounts are in other currencies, and where these are told, when there are any."""
    if deals:
        which = "1 deal is" if deals == 1 else f"{deals:,} deals are"
        yield Note(f"{which} in other currencies and not in the amounts in {currency}; {told}.")


def plural(count: int, noun: str) -> str:
    """`1 deal`, `1,250 deals`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def rep_names() -> dict[int | None, str]:
    """The names of all reps by id, and what stands for nobody."""
    return {None: "nobody", **dict(tuples(Rep.select(Rep.id, Rep.name)))}


def new_clients(scope: Scope, period: Period) -> dict[str, int]:
    """How many clients of each status were added in the period; none of the deleted ones."""
    return dict(tuples(Client.select(Client.status, fn.COUNT(Client.id)).where(*added(scope, period)).group_by(Client.status)))


def added(scope: Scope, period: Period) -> list[Any]:
    """The conditions of living clients that were added in the period."""
    from crmtui.clients.rules import STATUSES

    owned = [Client.owner == scope.owner] if scope.owner else []
    return [Client.status.in_(STATUSES), Client.deleted_at.is_null(), *within(Client.created_at, period), *owned]


Members = tuple[str, list[int]]
"""The records that make a figure: their noun (client, deal, task, interaction, product) and their ids in a fixed order."""


def deals(conditions: Sequence[Any], *order: Any) -> Members:
    """The deals under the conditions, by what is named and then by id."""
    return "deal", ids(Deal.select(Deal.id).where(*conditions).order_by(*order, Deal.id))
