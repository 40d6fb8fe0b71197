"""The health of open deals: a score from 0 to 100, the sum of parts that each say why.

next step    25  planned and not past; 15 without a day; 5 when its day is past; 0 without one. What is planned is the next step written
                 on the deal or its first open task by due day, whichever comes first.
stage        25  as long as the deal is within the limit of its stage, or there is none; beyond it a share falls away with each day, and
                 nothing is left at twice the limit.
touch        20  when somebody was in touch with the client within a week: a call, mail, meeting or message, of the deal or with its
                 client; then less with each day, nothing after 30 days. Who was never reached counts from the day the deal was opened.
close        15  expected today or later; 5 without an expected day; 0 when the day is past.
value        10  when the value is known.
contact       5  when the client has a phone or a mail.

Days are midnights on your calendar. Closed and deleted deals have no health.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from peewee import fn

from crmtui import clock
from crmtui.frozen import dataclass
from crmtui.sales import records
from crmtui.store.reading import tuples
from crmtui.store.tables import ContactPoint, Deal, Interaction, Stage, Task

FRESH_DAYS, SILENT_DAYS = 7, 30
"""Up to how many days a touch is fresh, and after how many it counts for nothing."""


@dataclass(frozen=True, slots=True)
class Factor:
    """A part of a score: so many points of at most so many, and why in words."""

    name: str
    points: int
    most: int
    words: str


@dataclass(frozen=True, slots=True)
class Health:
    """How an open deal does: `score` from 0 to 100, which is what its parts add up to."""

    deal_id: int
    score: int
    parts: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the score of a deal is made of."""

    id: int
    next_step: str | None
    next_step_on: date | None
    task: date | None
    tasks: int
    stage_days: int | None
    limit_days: int | None
    touched: datetime | None
    opened_at: datetime | None
    expected_close: date | None
    value_cents: int | None
    reachable: bool


def of(deal_ids: Sequence[int]) -> list[Health]:
    """The health of the open ones among these deals, in their order."""
    found = {facts.id: _health(facts) for facts in _facts(list(deal_ids))}
    return [found[id_] for id_ in deal_ids if id_ in found]


def worst(health: Health) -> list[Factor]:
    """The parts that are not whole, those that cost most first."""
    return sorted((part for part in health.parts if part.points < part.most), key=lambda part: part.points - part.most)


def _facts(ids: list[int]) -> Iterator[_Facts]:
    open_task = (Task.deal == Deal.id) & (Task.state == "open")
    touches = Interaction.kind != "note"
    reachable = fn.EXISTS(ContactPoint.select(ContactPoint.id).where(ContactPoint.client == Deal.client))
    rows = (
        Deal.select(
            Deal.id, Deal.next_step, Deal.next_step_on, Task.select(fn.MIN(Task.due_on)).where(open_task),
            Task.select(fn.COUNT(Task.id)).where(open_task), Deal.stage_since, Stage.limit_days,
            Interaction.select(fn.MAX(Interaction.at)).where(Interaction.deal == Deal.id, touches),
            Interaction.select(fn.MAX(Interaction.at)).where(Interaction.client == Deal.client, touches),
            Deal.opened_at, Deal.expected_close, Deal.value_cents, reachable,
        )
        .join(Stage)
        .where(Deal.id.in_(ids), Deal.deleted_at.is_null(), Stage.outcome == "open")
    )  # fmt: skip
    for id_, step, day, task, tasks, since, limit, of_deal, of_client, *rest in tuples(rows):
        touched = max(filter(None, (_moment(of_deal), _moment(of_client))), default=None)
        opened, close, cents, reached = rest
        due = date.fromisoformat(task) if isinstance(task, str) else task
        yield _Facts(id_, step, day, due, tasks, records.stage_days(since), limit, touched, opened, close, cents, bool(reached))


def _moment(found: Any) -> datetime | None:
    """A moment as its column reads it: what the base picked of several comes as it is kept."""
    moment: datetime | None = Interaction.at.python_value(found)
    return moment


def _health(facts: _Facts) -> Health:
    parts = (_step(facts), _stage(facts), _touch(facts), _close(facts), _value(facts), _contact(facts))
    return Health(facts.id, sum(part.points for part in parts), parts)


def _step(facts: _Facts) -> Factor:
    planned = min(filter(None, (facts.next_step_on, facts.task)), default=None)
    if planned is not None:
        late = (clock.today() - planned).days
        return Factor("next step", 5 if late > 0 else 25, 25, f"next step {_days(late)} late" if late > 0 else "next step planned")
    if facts.next_step or facts.tasks:
        return Factor("next step", 15, 25, "next step without a day")
    return Factor("next step", 0, 25, "no next step")


def _stage(facts: _Facts) -> Factor:
    days, limit = facts.stage_days, facts.limit_days
    if days is None or limit is None:
        return Factor("stage", 25, 25, "no limit for its stage")
    points = 25 * (2 * limit - min(max(days, limit), 2 * limit)) // limit
    return Factor("stage", points, 25, f"{_days(days)} in its stage, of {limit}")


def _touch(facts: _Facts) -> Factor:
    since = facts.touched or facts.opened_at
    if since is None:
        return Factor("touch", 0, 20, "never in touch")
    days = max(0, clock.days_between(since, clock.now()))
    points = 20 * (SILENT_DAYS - min(max(days, FRESH_DAYS), SILENT_DAYS)) // (SILENT_DAYS - FRESH_DAYS)
    when = "today" if not days else f"{_days(days)} ago"
    return Factor("touch", points, 20, f"no touch for {_days(days)}" if points < 20 else f"in touch {when}" if facts.touched else "new")


def _close(facts: _Facts) -> Factor:
    if facts.expected_close is None:
        return Factor("close", 5, 15, "no expected close")
    late = (clock.today() - facts.expected_close).days
    return Factor("close", 0 if late > 0 else 15, 15, f"expected close {_days(late)} ago" if late > 0 else "close ahead")


def _value(facts: _Facts) -> Factor:
    return Factor("value", 0, 10, "no value") if facts.value_cents is None else Factor("value", 10, 10, "value known")


def _contact(facts: _Facts) -> Factor:
    return Factor("contact", 5, 5, "can be reached") if facts.reachable else Factor("contact", 0, 5, "no phone and no mail")


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
