"""Handing a rep's open work to another, and leaving: who goes leaves nothing open behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

from peewee import ModelSelect, fn

from crmtui import team
from crmtui.errors import Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Rep, Task
from crmtui.team import Member

KINDS = ("deals", "tasks", "clients")
"""What is handed over."""

_OPEN_DEAL = (Deal.deleted_at.is_null(), Deal.closed_at.is_null())
_OPEN_TASK = (Task.state == "open",)
_LIVING = (Client.deleted_at.is_null(),)


@dataclass(frozen=True, slots=True)
class RepPage(Member):
    """A rep with how much is theirs: deals and tasks that are open, clients that are not deleted."""

    open_deals: int
    open_tasks: int
    clients: int


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Whose open work went to whom, and how much: open deals, open tasks, clients."""

    rep_id: int
    rep: str
    to_id: int
    to: str
    deals: int
    tasks: int
    clients: int


@dataclass(frozen=True, slots=True)
class Left:
    """A rep who works here no longer, and how much was handed to another: open deals, open tasks, clients."""

    member: Member
    deals: int
    tasks: int
    clients: int


def of_rep(rep_id: int) -> RepPage:
    """The page of a rep. Raises `NotFound`."""
    with current().reading():
        return _page(team.get(rep_id), _deals(rep_id).count(), _tasks(rep_id).count(), _clients(rep_id).count())


def listed() -> list[RepPage]:
    """Every rep by name, each with how much is theirs."""
    with current().reading():
        deals, tasks = _counts(Deal.owner, *_OPEN_DEAL), _counts(Task.assignee, *_OPEN_TASK)
        clients = _counts(Client.owner, *_LIVING)
        return [_page(each, deals[each.id], tasks[each.id], clients[each.id]) for each in team.load()]


def _counts(owner: Any, *conditions: Any) -> Counter[int | None]:
    """How many rows each rep has."""
    return Counter(dict(tuples(owner.model.select(owner, fn.COUNT(owner)).where(*conditions).group_by(owner))))


def _page(member: Member, deals: int, tasks: int, clients: int) -> RepPage:
    shown: dict[str, Any] = {field.name: getattr(member, field.name) for field in fields(Member)}
    return RepPage(**shown, open_deals=deals, open_tasks=tasks, clients=clients)


def hand_over(rep_id: int, to: int, *, only: str | None = None) -> HandedOver:
    """Give all the open work of a rep to another as one operation: open deals, open tasks, clients, or `only` one of `KINDS`.

    Both work on. What is past, and what is closed or done, stays with who did it. Raises `NotFound`, `Unreadable` for another kind,
    and `Refused` for a successor who is the same rep or works here no longer.
    """
    if only is not None and only not in KINDS:
        raise Unreadable(f'"{only}" cannot be handed over', nearest(only, list(KINDS)) or f"it is one of {', '.join(KINDS)}")
    with operation() as recorder:
        member, successor = team.get(rep_id), _successor(rep_id, to)
        open_work: tuple[tuple[ModelSelect[Any], str], ...] = (
            (_deals(rep_id), "owner"),
            (_tasks(rep_id), "assignee"),
            (_clients(rep_id), "owner"),
        )
        counts = [
            _hand(recorder, rows, column, to) if only in (None, kind) else 0
            for kind, (rows, column) in zip(KINDS, open_work, strict=True)
        ]  # fmt: skip
        recorder.summary = f"handed over from {member.name} to {successor.name}: {told(*counts)}"
    return HandedOver(member.id, member.name, successor.id, successor.name, *counts)


def leave(rep_id: int, *, hand_to: int | None = None) -> Left:
    """Mark a rep as one who works here no longer; open deals, open tasks and clients go to `hand_to` in the same operation.

    What is past stays with who did it. Raises `NotFound`, and `Refused` when the rep has left already, when open deals or tasks
    would be left behind, and for a successor who is the same rep or has left.
    """
    with operation() as recorder:
        member = team.get(rep_id)
        if not member.active:
            raise Refused(f"rep {rep_id} {member.name} works here no longer already", f"crmtui edit-rep {rep_id} --active brings them back")
        handed = (0, 0, 0)
        recorder.summary = f"deleted rep {member.name}"
        if hand_to is None:
            _refuse_open_work(member)
        else:
            successor = _successor(rep_id, hand_to)
            handed = (_hand(recorder, _deals(rep_id), "owner", hand_to), _hand(recorder, _tasks(rep_id), "assignee", hand_to),
                      _hand(recorder, _clients(rep_id), "owner", hand_to))  # fmt: skip
            recorder.summary = f"deleted rep {member.name}, handed to {successor.name}: {told(*handed)}"
        recorder.update(Rep.get_by_id(rep_id), active=False)
    return Left(team.get(rep_id), *handed)


def told(deals: int, tasks: int, clients: int) -> str:
    """So many deals, tasks and clients in words; those of which there are none are left out."""
    counts = ((deals, "deal"), (tasks, "task"), (clients, "client"))
    return ", ".join(f"{count:,} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count) or "nothing"


def _refuse_open_work(member: Member) -> None:
    deals, tasks = _deals(member.id).count(), _tasks(member.id).count()
    if deals or tasks:
        raise Refused(f"{member.name} has open work: {told(deals, tasks, 0)}", "pass --hand-to REP to give it to another")


def _successor(rep_id: int, hand_to: int) -> Member:
    found = team.get(hand_to)
    if hand_to == rep_id or not found.active:
        raise Refused(f"open work cannot be handed to {found.name}", "name another who works here")
    return found


def _hand(recorder: Recorder, rows: ModelSelect[Any], column: str, hand_to: int) -> int:
    """Give rows to another; how many there were. Who hands a task on is known as its giver."""
    found = list(rows)
    giver = {"giver": current().actor_id} if column == "assignee" else {}
    for row in found:
        recorder.update(row, **{column: hand_to}, **giver)
    return len(found)


def _deals(rep_id: int) -> ModelSelect[Deal]:
    return Deal.select().where(Deal.owner == rep_id, *_OPEN_DEAL)


def _tasks(rep_id: int) -> ModelSelect[Task]:
    return Task.select().where(Task.assignee == rep_id, *_OPEN_TASK)


def _clients(rep_id: int) -> ModelSelect[Client]:
    return Client.select().where(Client.owner == rep_id, *_LIVING)
