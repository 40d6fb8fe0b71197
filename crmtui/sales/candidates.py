"""What may be suggested: open deals that wait for something, clients to call; found kind by kind, those with most money first.

Of each kind only the first few are read whole, so that a look at them stays quick however many deals there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from crmtui import clock
from crmtui.activities import tasks
from crmtui.frozen import dataclass
from crmtui.sales.markets import Market, market
from crmtui.store.keys import fold
from crmtui.store.reading import dicts, tuples
from crmtui.store.tables import Client, Deal, Interaction, Rep, Task

KINDS = ("step", "task", "late", "cold", "idle", "call back", "lead", "silent")
"""The kinds of reasons; of several that hold, the first says what to do."""

UNREACHED = ("call back", "no answer", "voicemail", "busy")
"""The outcomes of a call after which it is to be tried again."""

LATEST_DAYS, LATEST_LEAD_DAYS, SILENT_DAYS, WON_DAYS = 14, 30, 90, 365
MOST = 300
"""Calls and leads, the newest, that are looked at."""

BESIDE = 5
"""Deals won that are looked at for each line asked for: of the clients of most, somebody has heard."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is suggested: its kind, the day since which it holds, in words."""

    kind: str
    since: date
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """A deal, task or client with what to do and every reason; `rank_cents` is the money at risk in the currency of all, 0 without a rate.

    `updated_at` is when the record was last changed.
    """

    noun: str
    id: int
    action: str
    reasons: tuple[Reason, ...]
    risk_cents: int
    currency: str
    rank_cents: int
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    owner: str | None
    owner_id: int | None
    updated_at: datetime

    @property
    def kind(self) -> str:
        """The kind of its first reason."""
        return self.reasons[0].kind


def found(rep: int | None, limit: int) -> list[Found]:
    """The first so many of what may be suggested, of a rep's or of everybody's records: by money at risk, then by what waited longest."""
    here = market()
    wanted = dict.fromkeys(id_ for ids in _deal_ids(here, rep, limit) for id_ in ids)
    everything = [*_deals(here, list(wanted)), *_tasks(here, rep, limit), *_clients(here, rep, limit)]
    return sorted(everything, key=lambda each: (-each.rank_cents, min(r.since for r in each.reasons), each.noun, each.id))[:limit]


# ── deals


def _deal_ids(here: Market, rep: int | None, limit: int) -> Iterator[list[int]]:
    """The open deals of each kind, those with most money at risk first, each kind by the index that leads to it."""
    owned = [Deal.deleted_at.is_null(), *([Deal.owner == rep] if rep else [])]
    # An expression in place of the column keeps the stage from being the way in.
    anywhere = [*owned, Deal.closed_at.is_null(), (Deal.stage + 0).in_(here.open)]
    # The open tasks are few and have an index; by the deal they are about, all tasks would be read.
    planned = Deal.id.in_(Task.select(fn.COALESCE(Task.deal, 0)).where(Task.state == "open"))
    ways = [
        [*anywhere, Deal.next_step_on < here.today],
        [*anywhere, Deal.expected_close < here.today],
        [*owned, Deal.closed_at.is_null(), Deal.next_step.is_null(), Deal.stage.in_(here.open), ~planned],
    ]
    for step in here.steps.values():
        if step.outcome == "open" and step.limit_days:
            before = clock.midnight(here.today - timedelta(days=step.limit_days))
            ways.append([*owned, Deal.stage == step.id, Deal.stage_since < before])
    for conditions in ways:
        query = Deal.select(Deal.id).where(*conditions)
        yield [id_ for (id_,) in tuples(query.order_by(here.at_risk().desc(), Deal.id).limit(limit))]
    late = Deal.id.in_(Task.select(Task.deal).where(tasks.is_overdue(), Task.due_on <= here.today, Task.deal.is_null(False)))
    query = Deal.select(Deal.id).where(*anywhere, late)
    yield [id_ for (id_,) in tuples(query.order_by(here.at_risk().desc(), Deal.id).limit(limit))]


def _deals(here: Market, ids: Sequence[int]) -> Iterator[Found]:
    late: dict[int, tuple[str, date]] = {}
    overdue = [Task.deal.in_(ids), tasks.is_overdue(), Task.due_on <= here.today]
    query = Task.select(Task.deal, Task.title, Task.due_on).where(*overdue).order_by(Task.due_on.desc(), Task.id.desc())
    for deal, title, due in tuples(query):
        late[deal] = (title, due)
    open_tasks = {deal for (deal,) in tuples(Task.select(Task.deal).where(Task.deal.in_(ids), Task.state == "open").distinct())}
    rows = (
        Deal.select(
            Deal.id, Deal.title.alias("deal"), Deal.client.alias("client_id"), Client.name.alias("client"), Deal.owner.alias("owner_id"),
            Rep.name.alias("owner"), Deal.stage.alias("stage_id"), Deal.stage_since, Deal.value_cents, Deal.currency, Deal.expected_close,
            Deal.next_step, Deal.next_step_on, Deal.opened_at, Deal.created_at, Deal.updated_at,
        )
        .join(Client, JOIN.LEFT_OUTER, on=(Deal.client == Client.id))
        .switch(Deal)
        .join(Rep, JOIN.LEFT_OUTER, on=(Deal.owner == Rep.id))
        .where(Deal.id.in_(ids))
    )  # fmt: skip
    for row in dicts(rows):
        reasons = tuple(_reasons(here, row, late.get(row["id"]), row["id"] in open_tasks))
        risk, currency, rank = here.told(row["value_cents"] or 0, row["currency"], here.steps[row["stage_id"]].probability)
        if reasons:
            yield Found(
                noun="deal", id=row["id"], action=_action(reasons[0].kind, row, late.get(row["id"])), reasons=reasons, risk_cents=risk,
                currency=currency, rank_cents=rank, deal_id=row["id"],
                **{name: row[name] for name in ("client", "client_id", "deal", "owner", "owner_id", "updated_at")},
            )  # fmt: skip


def _reasons(here: Market, row: dict[str, Any], late: tuple[str, date] | None, planned: bool) -> Iterator[Reason]:
    """Why a deal is suggested, in the order of `KINDS`."""
    step, due, close, since = here.steps[row["stage_id"]], row["next_step_on"], row["expected_close"], row["stage_since"]
    if due is not None and due < here.today:
        yield Reason("step", due, f"the next step was due {_ago(here, due)}")
    told = due is not None and due < here.today and late is not None and fold(late[0]) == fold(row["next_step"] or "")
    if late and not told:
        yield Reason("task", late[1], f'the task "{late[0]}" was due {_ago(here, late[1])}')
    if close is not None and close < here.today:
        yield Reason("late", close, f"it was expected to close {_ago(here, close)}")
    days = clock.days_between(since, clock.now()) if since else 0
    if step.limit_days and days > step.limit_days:
        over = clock.local(since).date() + timedelta(days=step.limit_days)
        yield Reason("cold", over, f"{days} days in {step.name}, {step.limit_days} is the limit")
    if row["next_step"] is None and not planned:
        yield Reason("idle", clock.local(row["opened_at"] or row["created_at"]).date(), "it has no next step")


def _action(kind: str, row: dict[str, Any], late: tuple[str, date] | None) -> str:
    who = row["client"] or row["deal"]
    return {
        "step": f"next step: {row['next_step'] or 'plan one'}",
        "task": f"do: {late[0] if late else ''}",
        "late": f"ask {who} for a decision",
        "cold": f"call {who} and move it on",
        "idle": "plan the next step",
    }[kind]


def _ago(here: Market, day: date) -> str:
    return ago((here.today - day).days)


def ago(days: int) -> str:
    """How long ago a day was, in words."""
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"


# ── tasks of no deal


def _tasks(here: Market, rep: int | None, limit: int) -> Iterator[Found]:
    """Overdue tasks that are about no open deal, the oldest first; money is at risk in none of them."""
    owned = [Task.assignee == rep] if rep else []
    alive = fn.EXISTS(Deal.select(Deal.id).where(Deal.id == Task.deal, Deal.closed_at.is_null(), Deal.deleted_at.is_null()))
    query = Task.select(Task.id).where(tasks.is_overdue(), Task.due_on <= here.today, *owned, ~alive)
    wanted = [id_ for (id_,) in tuples(query.order_by(Task.due_on, Task.id).limit(limit))]
    for job in tasks.load(wanted):
        if job.due_on:
            reason = Reason("task", job.due_on, f"it was due {_ago(here, job.due_on)}")
            yield Found(
                noun="task", id=job.id, action=f"do: {job.title}", reasons=(reason,), risk_cents=0, currency=here.currency, rank_cents=0,
                client=job.client, client_id=job.client_id, deal=job.deal, deal_id=job.deal_id, owner=job.assignee,
                owner_id=job.assignee_id, updated_at=job.updated_at,
            )  # fmt: skip


# ── clients to call


def _clients(here: Market, rep: int | None, limit: int) -> list[Found]:
    """Clients to call, each once, by the first kind that holds."""
    again, leads = _call_backs(here, rep), _leads(here, rep)
    asked = {**leads, **again}
    risks = _open_money(here, list(asked))
    money = {id_: risks.get(id_, (0, here.currency, 0)) for id_ in asked}
    silent = {id_: found for id_, found in _silent(here, rep, limit).items() if id_ not in asked}
    asked |= {id_: reason for id_, (reason, _) in silent.items()}
    money |= {id_: risk for id_, (_, risk) in silent.items()}
    wanted = sorted(asked, key=lambda id_: (-money[id_][2], asked[id_].since, id_))[:limit]
    return [_of_client(row, asked[row[0]], money[row[0]]) for row in _names(wanted)]


def _names(ids: Sequence[int]) -> list[tuple[Any, ...]]:
    query = Client.select(Client.id, Client.name, Rep.name, Client.owner, Client.updated_at)
    return tuples(query.join(Rep, JOIN.LEFT_OUTER, on=(Client.owner == Rep.id)).where(Client.id.in_(list(ids))))


def _of_client(row: tuple[Any, ...], reason: Reason, risk: tuple[int, str, int]) -> Found:
    id_, name, owner, owner_id, updated = row
    again = " again" if reason.kind == "call back" else ""
    return Found("client", id_, f"call {name}{again}", (reason,), *risk, name, id_, None, None, owner, owner_id, updated)


def _call_backs(here: Market, rep: int | None) -> dict[int, Reason]:
    """Clients whose last call reached nobody, or ended with the promise to call again, on a day gone by, and nothing since."""
    first, until = clock.midnight(here.today - timedelta(days=LATEST_DAYS)), clock.midnight(here.today)
    owned = [Interaction.rep == rep] if rep else []
    calls = [Interaction.kind == "call", Interaction.at >= first, Interaction.at < until, Interaction.client.is_null(False), *owned]
    outcome = Interaction.outcome.collate("NOCASE").in_(UNREACHED)
    query = Interaction.select(Interaction.client, Interaction.at, Interaction.outcome).where(*calls, outcome)
    rung: dict[int, tuple[datetime, str]] = {}
    for client, at, word in tuples(query.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(MOST)):
        rung.setdefault(client, (at, word))
    later = _touched(list(rung))
    busy = {client for (client,) in tuples(Task.select(Task.client).where(Task.client.in_(list(rung)), Task.state == "open").distinct())}
    return {
        client: Reason("call back", clock.local(at).date(), _promise(here, word, clock.local(at).date()))
        for client, (at, word) in rung.items()
        if client in later and later[client] <= at and client not in busy
    }


def _promise(here: Market, word: str, day: date) -> str:
    if fold(word).strip() == "call back":
        return f"promised to call back {_ago(here, day)}"
    return f"the last call, {_ago(here, day)}, ended with {word.strip()}"


def _touched(clients: list[int]) -> dict[int, datetime]:
    """When somebody was last in touch with these clients, of those not deleted: notes do not count."""
    living = Client.select(Client.id).where(Client.id.in_(clients), Client.deleted_at.is_null())
    query = Interaction.select(Interaction.client, fn.MAX(Interaction.at)).where(Interaction.client.in_(living), Interaction.kind != "note")
    return {client: moment for client, at in tuples(query.group_by(Interaction.client)) if (moment := Interaction.at.python_value(at))}


def _leads(here: Market, rep: int | None) -> dict[int, Reason]:
    """The newest leads whom nobody has called."""
    called = fn.EXISTS(Interaction.select(Interaction.id).where(Interaction.client == Client.id, Interaction.kind == "call"))
    since = clock.midnight(here.today - timedelta(days=LATEST_LEAD_DAYS))
    owned = [Client.owner == rep] if rep else []
    new = [Client.status == "lead", Client.deleted_at.is_null(), Client.created_at >= since, *owned, ~called]
    query = Client.select(Client.id, Client.created_at, Client.source).where(*new).order_by(Client.created_at.desc()).limit(MOST)
    return {
        id_: Reason("lead", day, f"a lead{f' from {source}' if source else ''}, added {_ago(here, day)}, nobody has called")
        for id_, day, source in ((id_, clock.local(made).date(), source) for id_, made, source in tuples(query))
    }


def _silent(here: Market, rep: int | None, limit: int) -> dict[int, tuple[Reason, tuple[int, str, int]]]:
    """Customers of deals won within a year who have no open deal and have heard nothing for long, with what the largest is worth anew."""
    first, until = (clock.midnight(here.today - timedelta(days=days)) for days in (WON_DAYS, SILENT_DAYS))
    held = [Deal.deleted_at.is_null(), Deal.closed_at >= first, Deal.closed_at < until, (Deal.stage + 0).in_(here.won)]
    held += [Deal.owner == rep] if rep else []
    # Only the ids: all that orders them stands in the index of closed deals, and the deals themselves are not read.
    best = [id_ for (id_,) in tuples(Deal.select(Deal.id).where(*held).order_by(here.anew().desc(), Deal.id).limit(BESIDE * limit))]
    columns = (Deal.id, Deal.client, Deal.value_cents, Deal.currency, Deal.stage, Deal.closed_at)
    won = {row[0]: row[1:] for row in tuples(Deal.select(*columns).where(Deal.id.in_(best)))}
    rows: dict[int, tuple[Any, ...]] = {}
    for client, *deal in (won[id_] for id_ in best):
        if client:
            rows.setdefault(client, tuple(deal))
    touched, customers = _touched(list(rows)), _idle_customers(list(rows))
    found: dict[int, tuple[Reason, tuple[int, str, int]]] = {}
    for client, (cents, currency, stage, closed) in rows.items():
        last = max(filter(None, (touched.get(client), closed)))
        if client in customers and last < until:
            words = f"a customer who has heard nothing for {clock.days_between(last, clock.now())} days"
            found[client] = Reason("silent", clock.local(last).date(), words), here.told(cents or 0, currency, here.first[stage])
    return found


def _idle_customers(clients: list[int]) -> set[int]:
    opened = fn.EXISTS(Deal.select(Deal.id).where(Deal.client == Client.id, Deal.closed_at.is_null(), Deal.deleted_at.is_null()))
    # An expression in place of the status, whose index would lead through all customers.
    customer = fn.COALESCE(Client.status, "") == "customer"
    query = Client.select(Client.id).where(Client.id.in_(clients), customer, Client.deleted_at.is_null(), ~opened)
    return {id_ for (id_,) in tuples(query)}


def _open_money(here: Market, clients: list[int]) -> dict[int, tuple[int, str, int]]:
    """What the open deals of clients are worth at the probability of their stages: in the currency of all, else in that of the first."""
    columns = (Deal.client, Deal.stage, Deal.currency, fn.SUM(Deal.value_cents))
    held = [Deal.client.in_(clients), Deal.closed_at.is_null(), Deal.deleted_at.is_null(), Deal.value_cents.is_null(False)]
    parts: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
    for client, stage, currency, cents in tuples(Deal.select(*columns).where(*held).group_by(Deal.client, Deal.stage, Deal.currency)):
        parts[client].append(here.told(int(cents), currency, here.steps[stage].probability))
    return {client: _together(here, told) for client, told in parts.items()}


def _together(here: Market, told: Iterable[tuple[int, str, int]]) -> tuple[int, str, int]:
    same = [part for part in told if part[1] == here.currency]
    return (sum(part[0] for part in same), here.currency, sum(part[2] for part in same)) if same else next(iter(told))
