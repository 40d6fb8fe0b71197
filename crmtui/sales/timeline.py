"""The timeline of a client or a deal: what is planned and what has been, of every kind, in one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from peewee import JOIN

from crmtui import clock, money
from crmtui.activities import interactions, tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.tasks import Job
from crmtui.clients import clients
from crmtui.frozen import dataclass
from crmtui.sales import deals, purchases
from crmtui.store.connection import current
from crmtui.store.reading import dicts, ids, paged
from crmtui.store.tables import Attachment, Client, Deal, Interaction, Purchase, Rep, Stage, StageChange, Task

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """Something planned or past, on its day in the rep's zone, at its moment when one is known.

    `noun` and `id` name the record: task; interaction; deal (of `kind` next step, close, opened); move (`kind` is the outcome of the stage
    entered: open, won, lost), by the id of the change of stage; purchase; file. Only what is planned may have no day. `detail` is what
    else tells it, empty for nothing; `who` did it or is to do it.
    """

    planned: bool
    on: date | None
    at: datetime | None
    noun: str
    id: int
    kind: str
    title: str
    detail: str
    who: str | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whose timeline it is, `deal_id` None for a client's, and the conditions of what belongs on it, table by table."""

    client_id: int | None
    deal_id: int | None
    deals: Any
    tasks: Any
    interactions: Any
    purchases: Any
    files: Any


def of_client(client_id: int, *, limit: int = 100) -> list[Event]:
    """What is planned with a client, the soonest first and what has no day last; then at most `limit` past events, the newest first.

    Planned are open tasks, the next steps of open deals and the days these are expected to close. Past are interactions, tasks done,
    deals opened and moved, purchases, files attached to the client or its deals. With a company stand the tasks and interactions of
    its people. A next step that is a task too is told once. Raises `NotFound`.
    """
    with current().reading():
        card = clients.get(client_id)
        people = (Client.company == client_id) & (Client.kind == "person") & Client.deleted_at.is_null()
        who = Client.select(Client.id).where((Client.id == client_id) | people) if card.kind == "company" else [client_id]
        own = Deal.select(Deal.id).where(Deal.client == client_id, Deal.deleted_at.is_null())
        subject = _Subject(
            client_id=client_id,
            deal_id=None,
            deals=(Deal.client == client_id) & Deal.deleted_at.is_null(),
            tasks=Task.client.in_(who) | Task.deal.in_(own),
            interactions=Interaction.client.in_(who),
            purchases=Purchase.client == client_id,
            files=_files_of("client", [client_id]) | _files_of("deal", own),
        )
        return _told(subject, limit)


def of_deal(deal_id: int, *, limit: int = 100) -> list[Event]:
    """What is planned and past of a deal, in the order of `of_client`; of purchases those of its client. Raises `NotFound`."""
    with current().reading():
        client = deals.row_of(deal_id).client_id
        bought = Purchase.deal == deal_id
        subject = _Subject(
            client_id=client,
            deal_id=deal_id,
            deals=Deal.id == deal_id,
            tasks=Task.deal == deal_id,
            interactions=Interaction.deal == deal_id,
            purchases=bought & (Purchase.client == client) if client else bought,
            files=_files_of("deal", [deal_id]),
        )
        return _told(subject, limit)


def _files_of(noun: str, records: Any) -> Any:
    return (Attachment.kind == noun) & Attachment.record_id.in_(records)


def _told(subject: _Subject, limit: int) -> list[Event]:
    jobs = list(paged(tasks.load, ids(Task.select(Task.id).where(Task.state == "open", subject.tasks))))
    planned = [_of_task(subject, job) for job in jobs] + [*_steps(subject, jobs)]
    past: list[Event] = []
    for source in (_interactions, _done, _opened, _moves, _purchases, _files):
        past += source(subject, limit)
    return [*sorted(planned, key=_place), *sorted(past, key=_place, reverse=True)[:limit]]


def _place(event: Event) -> tuple[Any, ...]:
    """By day, what has none last; within a day what has no time first, then by time."""
    return event.on is None, event.on or date.min, event.at is not None, event.at or _BEGINNING, event.noun, event.id, event.kind


def _beside(subject: _Subject, record: Job | Contact, *more: str | None) -> str:
    """What tells a record on this timeline beside its title: client and deal where they are not the timeline's own."""
    client = record.client if record.client_id != subject.client_id else None
    deal = record.deal if subject.deal_id is None else None
    return _joined(client, deal, *more)


def _joined(*parts: str | None) -> str:
    return " – ".join(part for part in parts if part)


def _past(
    noun: str, id_: int, kind: str, title: str, *, at: datetime | None, on: date | None = None, detail: str, who: str | None
) -> Event:
    """Something past, on the day of its moment unless only a day is known."""
    day = clock.local(at).date() if at else on
    return Event(planned=False, on=day, at=at, noun=noun, id=id_, kind=kind, title=title, detail=detail, who=who, overdue=False)


# ── what is planned


def _of_task(subject: _Subject, job: Job) -> Event:
    return Event(
        planned=True, on=job.due_on, at=job.due_at, noun="task", id=job.id, kind="task", title=job.title,
        detail=_beside(subject, job, job.note), who=job.assignee, overdue=job.overdue,
    )  # fmt: skip


def _steps(subject: _Subject, jobs: Iterable[Job]) -> Iterator[Event]:
    """Of each open deal the next step, unless a task says the same, and the day it is expected to close."""
    fields = (Deal.id, Deal.title, Deal.next_step, Deal.next_step_on, Deal.expected_close, Deal.value_cents, Deal.currency)
    rows = Deal.select(*fields, Rep.name.alias("owner")).join(Stage).switch(Deal).join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
    known = {(job.deal_id, job.title, job.due_on) for job in jobs}
    for row in dicts(rows.where(subject.deals, Stage.outcome == "open")):
        step, on = row["next_step"], row["next_step_on"]
        if step and (row["id"], step, on) not in known:
            yield _of_deal(row, "next step", on, step, "" if subject.deal_id else row["title"])
        if row["expected_close"]:
            yield _of_deal(row, "close", row["expected_close"], row["title"], _worth(row))


def _of_deal(row: dict[str, Any], kind: str, on: date | None, title: str, detail: str) -> Event:
    return Event(
        planned=True, on=on, at=None, noun="deal", id=row["id"], kind=kind, title=title, detail=detail, who=row["owner"],
        overdue=on is not None and on < clock.today(),
    )  # fmt: skip


def _worth(row: dict[str, Any]) -> str:
    return "" if row["value_cents"] is None else money.shown(row["value_cents"], row["currency"])


# ── what has been: of each kind the newest, at most as many as are told of all kinds together


def _interactions(subject: _Subject, limit: int) -> Iterator[Event]:
    query = Interaction.select(Interaction.id).where(subject.interactions).order_by(Interaction.at.desc(), Interaction.id.desc())
    for each in paged(interactions.load, ids(query.limit(limit))):
        title = each.subject or each.outcome or each.kind
        detail = _beside(subject, each, each.outcome if each.subject else None, each.note)
        yield _past("interaction", each.id, each.kind, title, at=each.at, detail=detail, who=each.rep)


def _done(subject: _Subject, limit: int) -> Iterator[Event]:
    query = Task.select(Task.id).where(Task.state == "done", Task.done_at.is_null(False), subject.tasks)
    for job in paged(tasks.load, ids(query.order_by(Task.done_at.desc(), Task.id.desc()).limit(limit))):
        yield _past("task", job.id, "task", job.title, at=job.done_at, detail=_beside(subject, job, job.note), who=job.assignee)


def _opened(subject: _Subject, limit: int) -> Iterator[Event]:
    fields = (Deal.id, Deal.title, Deal.opened_at, Deal.value_cents, Deal.currency, Rep.name.alias("owner"))
    rows = Deal.select(*fields).join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
    known = rows.where(subject.deals, Deal.opened_at.is_null(False)).order_by(Deal.opened_at.desc(), Deal.id.desc())
    for row in dicts(known.limit(limit)):
        yield _past("deal", row["id"], "opened", row["title"], at=row["opened_at"], detail=_worth(row), who=row["owner"])


def _moves(subject: _Subject, limit: int) -> Iterator[Event]:
    """The stages that deals entered, but for the first one where it was entered at the opening, which is told already."""
    left, entered = Stage.alias(), Stage.alias()
    later = StageChange.from_stage.is_null(False) | Deal.opened_at.is_null() | (StageChange.at != Deal.opened_at)
    rows = (
        StageChange.select(
            StageChange.id, StageChange.at, left.name.alias("left"), entered.name.alias("entered"), entered.outcome, StageChange.note,
            Deal.title, Rep.name.alias("rep"),
        )
        .join(Deal)
        .switch(StageChange)
        .join(left, JOIN.LEFT_OUTER, on=(StageChange.from_stage == left.id))
        .switch(StageChange)
        .join(entered, on=(StageChange.to_stage == entered.id))
        .switch(StageChange)
        .join(Rep, JOIN.LEFT_OUTER, on=(StageChange.rep == Rep.id))
        .where(subject.deals, StageChange.at.is_null(False), later)
        .order_by(StageChange.at.desc(), StageChange.id.desc())
    )  # fmt: skip
    for row in dicts(rows.limit(limit)):
        stages = f"{row['left']} → {row['entered']}" if row["left"] else row["entered"]
        detail = _joined(stages, row["note"])
        yield _past("move", row["id"], row["outcome"], row["title"], at=row["at"], detail=detail, who=row["rep"])


def _purchases(subject: _Subject, limit: int) -> Iterator[Event]:
    query = Purchase.select(Purchase.id).where(subject.purchases).order_by(Purchase.bought_on.desc(), Purchase.id.desc())
    for each in paged(purchases.load, ids(query.limit(limit))):
        amount = money.shown(each.amount_cents, each.currency)
        detail = _joined(amount if each.what else None, None if subject.deal_id else each.deal)
        yield _past("purchase", each.id, "purchase", each.what or amount, at=None, on=each.bought_on, detail=detail, who=None)


def _files(subject: _Subject, limit: int) -> Iterator[Event]:
    rows = (
        Attachment.select(Attachment.id, Attachment.name, Attachment.added_at, Deal.title.alias("deal"), Rep.name.alias("rep"))
        .join(Deal, JOIN.LEFT_OUTER, on=((Attachment.kind == "deal") & (Attachment.record_id == Deal.id)))
        .switch(Attachment)
        .join(Rep, JOIN.LEFT_OUTER, on=(Attachment.rep == Rep.id))
        .where(subject.files)
        .order_by(Attachment.added_at.desc(), Attachment.id.desc())
    )
    for row in dicts(rows.limit(limit)):
        detail = "" if subject.deal_id else row["deal"] or ""
        yield _past("file", row["id"], "file", row["name"], at=row["added_at"], detail=detail, who=row["rep"])
