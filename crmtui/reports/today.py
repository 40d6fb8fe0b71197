"""Today: the business on one screen.

open deals, open value, weighted
             as in the report `pipeline`.
won          deals won and their money since the first of this month. Beside it
             stand as many days of last month, from its first on: on the 10th
             the first ten days, at most the whole month.
tasks        open tasks: overdue (their moment, or whole day, is over), and the
             others due today.
new leads    clients added since the first of this month that are leads now;
             beside it as many days of last month.

Then: the tasks overdue and due today, the oldest first; the calls and meetings
logged for today, in and out, the latest first; open deals by stage; deals that
need attention, first those beyond the limit of their stage (as in `overdue`,
latest first), then those without a next step; the newest leads. Each list has
five lines at most and says how many there are. Calls and meetings are told
whatever became of their client.

Asked for an owner: that rep's deals, tasks and clients, and the calls and
meetings that this rep had. Deleted deals and clients are left out. Amounts in
other currencies than the report's are converted at today's rate, of won deals
at that of the closing day; without a rate they are left out of the sums, and a
note says how many deals that are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from peewee import JOIN, fn

from crmtui.activities import tasks
from crmtui.activities.interactions import HELD
from crmtui.blocks import Column, Figure, Figures, Kind, Table, Value
from crmtui.periods import Period, month_start
from crmtui.reports import findings, pipeline
from crmtui.reports.population import Answer, Members, Scope, added, closed, deals, left_out, new_clients, plural, within
from crmtui.reports.sums import TODAY, Standing, closings, conversions, standing
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, Deal, Interaction, Rep

LINES = 5
"""Lines of each list, unless another number is asked for."""


def _most(scope: Scope) -> int:
    return scope.limit or LINES


def compute(scope: Scope) -> Answer:
    """The figures and the five lists."""
    opened = standing(scope)
    overdue = tasks.count(overdue=True, until=scope.today, assignee=scope.owner)
    due = tasks.count(until=scope.today, assignee=scope.owner) - overdue
    told, others = _deals(scope, opened)
    figures = Figures((*told, *_tasks_due(overdue, due), _new_leads(scope)))
    lists = (_tasks(scope, overdue, due), _contacts(scope), _stages(scope, opened), _attention(scope, opened), _leads(scope))
    return Answer((figures, *lists, *left_out(others, scope.currency, "pipeline and kpi tell them"), *conversions(scope, opened, TODAY)))


OPENS = ("open_deals", "open_cents", "weighted_cents", "won", "won_cents", "tasks_overdue", "tasks_due_today", "new_leads")
"""The figures that can be opened."""


def members(scope: Scope, figure: str) -> Members:
    """The records that a figure of `OPENS` is made of."""
    month, _ = month_so_far(scope)
    if figure in pipeline.OPENS:
        return pipeline.members(scope, figure)
    if figure in ("won", "won_cents"):
        return deals(closed(scope, month, "won"), Deal.closed_at)
    if figure == "new_leads":
        return "client", ids(
            Client.select(Client.id).where(*added(scope, month), Client.status == "lead").order_by(Client.created_at, Client.id)
        )
    jobs = tasks.listed(until=scope.today, assignee=scope.owner)
    return "task", [job.id for job in jobs if job.overdue == (figure == "tasks_overdue")]


def month_so_far(scope: Scope) -> tuple[Period, Period]:
    """This month up to and with today, and as many days of the month before, at most all of it."""
    first, until = month_start(scope.today), scope.today + timedelta(days=1)
    before = month_start(scope.today, -1)
    return Period("month", first, until), Period("previous", before, min(before + (until - first), first))


def _deals(scope: Scope, opened: Sequence[Standing]) -> tuple[list[Figure], int]:
    """The figures of deals, and how many deals in other currencies are not in them."""
    (won, cents, others), (won_before, cents_before, _) = (_won(scope, period) for period in month_so_far(scope))
    return [
        *pipeline.figures(scope, opened).items,
        Figure("won", "Won this month", won, Kind.COUNT, won_before),
        Figure("won_cents", "Won money this month", cents, Kind.MONEY, cents_before),
    ], others + sum(each.valued for each in opened if each.currency != scope.currency)


def _won(scope: Scope, period: Period) -> tuple[int, int, int]:
    won = [each for each in closings(scope, period) if each.stage_id in scope.stages("won")]
    own = sum(each.value_cents for each in won if each.currency == scope.currency)
    return sum(each.deals for each in won), own, sum(each.valued for each in won if each.currency != scope.currency)


def _tasks_due(overdue: int, due: int) -> tuple[Figure, Figure]:
    return (
        Figure("tasks_overdue", "Tasks overdue", overdue, Kind.COUNT),
        Figure("tasks_due_today", "Tasks due today", due, Kind.COUNT),
    )


def _new_leads(scope: Scope) -> Figure:
    now, before = (new_clients(scope, period).get("lead", 0) for period in month_so_far(scope))
    return Figure("new_leads", "New leads this month", now, Kind.COUNT, before)


def _tasks(scope: Scope, overdue: int, due: int) -> Table:
    columns = (
        Column("id", "Id", Kind.ID, only_data=True),
        Column("title", "Task"),
        Column("client", "Client"),
        Column("assignee", "Who"),
        Column("due_on", "Due", Kind.DAY),
        Column("overdue", "", only_data=True),
    )
    jobs = tasks.listed(until=scope.today, assignee=scope.owner, limit=_most(scope))
    rows = tuple((job.id, job.title, job.client, job.assignee, job.due_on, "yes" if job.overdue else "no") for job in jobs)
    return Table("tasks", f"Tasks: {overdue:,} overdue, {due:,} due today", columns, rows, empty="nothing is due")


def _contacts(scope: Scope) -> Table:
    columns = (
        Column("id", "Id", Kind.ID, only_data=True),
        Column("at", "At", Kind.MOMENT),
        Column("kind", "Kind"),
        Column("client", "Client"),
        Column("rep", "Who"),
        Column("outcome", "Outcome"),
    )
    today = Period("today", scope.today, scope.today + timedelta(days=1))
    held = [Interaction.kind.in_(HELD), *within(Interaction.at, today), *([Interaction.rep == scope.owner] if scope.owner else [])]
    counts = dict(tuples(Interaction.select(Interaction.kind, fn.COUNT(Interaction.id)).where(*held).group_by(Interaction.kind)))
    query = (
        Interaction.select(Interaction.id, Interaction.at, Interaction.kind, Client.name, Rep.name, Interaction.outcome)
        .join(Client, JOIN.LEFT_OUTER, on=(Interaction.client == Client.id))
        .switch(Interaction)
        .join(Rep, JOIN.LEFT_OUTER, on=(Interaction.rep == Rep.id))
        .where(*held)
        .order_by(Interaction.at.desc(), Interaction.id.desc())
        .limit(_most(scope))
    )
    told = ", ".join(plural(counts.get(kind, 0), kind) for kind in HELD)
    return Table("contacts", f"Calls and meetings today: {told}", columns, tuple(tuples(query)), empty="no call or meeting yet")


def _stages(scope: Scope, opened: Sequence[Standing]) -> Table:
    columns = (
        scope.pipeline_column(),
        Column("stage", "Stage"),
        Column("deals", "Deals", Kind.COUNT),
        Column("value_cents", "Value", Kind.MONEY),
    )
    rows = tuple(row[:4] for row in pipeline.open_rows(scope, opened))
    return Table("stages", "Open deals by stage", columns, rows, shape="funnel", empty="no stages")


def _attention(scope: Scope, opened: Sequence[Standing]) -> Table:
    columns = (
        Column("id", "Id", Kind.ID, only_data=True),
        Column("title", "Deal"),
        Column("client", "Client"),
        Column("owner", "Owner"),
        Column("why", "Why"),
        Column("late_days", "Days late", Kind.DAYS),
        Column("value_cents", "Value", Kind.MONEY),
        Column("currency", "Currency", only_data=True),
    )
    idle = findings.without_next_step(scope)
    title = f"Deals to look after: {sum(each.past for each in opened):,} cold, {idle:,} without a next step"
    return Table("attention", title, columns, tuple(_waiting(scope)), empty="every deal has a next step and none is cold")


def _waiting(scope: Scope) -> Iterator[tuple[Value, ...]]:
    """The first deals, each once: a cold one without a next step is told as cold."""
    reasons = {"stage": "cold", "next step": "no next step"}
    most = _most(scope)
    lines = findings.found(scope, ["stage"], most)
    told = {line.id for line in lines}
    if len(lines) < most:
        lines += [line for line in findings.found(scope, ["next step"], most + len(told)) if line.id not in told]
    for line in lines[:most]:
        yield (line.id, line.title, line.client, line.owner, reasons[line.kind], line.late_days, line.value_cents, line.currency)


def _leads(scope: Scope) -> Table:
    columns = (
        Column("id", "Id", Kind.ID, only_data=True),
        Column("name", "Lead"),
        Column("source", "Source"),
        Column("owner", "Owner"),
        Column("created_at", "Added", Kind.MOMENT),
    )
    leads = [Client.status == "lead", Client.deleted_at.is_null(), *([Client.owner == scope.owner] if scope.owner else [])]
    total = Client.select(Client.id).where(*leads).count()
    query = (
        Client.select(Client.id, Client.name, Client.source, Rep.name, Client.created_at)
        .join(Rep, JOIN.LEFT_OUTER, on=(Client.owner == Rep.id))
        .where(*leads)
        .order_by(Client.created_at.desc(), Client.id.desc())
        .limit(_most(scope))
    )
    return Table("leads", f"Newest of {plural(total, 'lead')}", columns, tuple(tuples(query)), empty="no leads")
