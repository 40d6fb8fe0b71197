"""Who gets a request that comes in: each in turn, who has the least to do (of all or of a role), who has its source, or always the same.

It is decided from the base, inside the change that takes the request in: however many programs take requests in at once, none of
them decides on what another is about to change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from peewee import fn

from crmtui import config, team
from crmtui.errors import Ambiguous, NotFound, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.sales import pipelines
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Capture, Deal, Rep, Task


@dataclass(frozen=True, slots=True)
class Rule:
    """How requests are given out: `way` is turn, load, role, source, rep or empty for nobody. `sources` is folded source → rep."""

    way: str
    rep: int | None = None
    role: str = ""
    sources: Mapping[str, int] = field(default_factory=dict)


def rule() -> Rule:
    """The rule of the configuration. Raises `Unreadable` when it names a rep, or a role, that nobody knows or has."""
    given = config.current()
    if given.assign == "source":
        return Rule("source", sources=dict(_source(pair) for pair in given.assign_by_source.split(",") if pair.strip()))
    if given.assign in ("", "turn", "load"):
        return Rule(given.assign)
    head, colon, role = given.assign.partition(":")
    if colon and head.strip().lower() == "role":
        return Rule("role", role=_role(role.strip()))
    return Rule("rep", _rep("assign", given.assign))


def _role(name: str) -> str:
    roles = {member.role for member in team.load() if member.role}
    if not any(fold(role) == fold(name) for role in roles):
        hint = nearest(name, sorted(roles)) or "crmtui edit-rep REP --role gives one"
        raise Unreadable(f'setting assign: nobody has the role "{name}"', hint)
    return name


def _source(pair: str) -> tuple[str, int]:
    source, equals, name = pair.partition("=")
    if not equals or not source.strip():
        raise Unreadable(f'assign_by_source has "{pair.strip()}"', 'write it like "web=Nils, fair=Brigid"')
    return fold(source.strip()), _rep("assign_by_source", name)


def _rep(setting: str, name: str) -> int:
    try:
        return team.find(name.strip())
    except (NotFound, Ambiguous) as why:
        raise Unreadable(f"setting {setting}: {why.sentence}", why.hint or "crmtui list-reps lists who works here") from None


def choose(by: Rule, source: str) -> tuple[int | None, str | None]:
    """Id and name of the rep who gets the next request of a source; None when nobody does. To be asked inside the operation that
    takes it in.

    Only who still works here is chosen: in place of one who has gone, whoever's turn it is. Of a role it is who has the least to do.
    """
    waiting = _in_turn(by.role) if by.way else {}
    named = by.rep if by.way == "rep" else by.sources.get(fold(source))
    if named in waiting:
        return named, waiting[named]
    if by.way in ("load", "role"):
        work = load()
        return min(waiting.items(), key=lambda rep: work[rep[0]], default=(None, None))
    return next(iter(waiting.items()), (None, None))


def _in_turn(role: str) -> dict[int | None, str | None]:
    """Who works here, by id and name: whoever got a request longest ago first, and before all who never got one.

    With a role those who have it; all where none of them works here any more.
    """
    last: Any = Capture.select(fn.MAX(Capture.id)).where(Capture.rep == Rep.id)
    found = list(tuples(Rep.select(Rep.id, Rep.name, Rep.role).where(Rep.active).order_by(fn.COALESCE(last, 0), Rep.id)))
    able = [row for row in found if role and fold(row[2] or "") == fold(role)]
    return {id_: name for id_, name, _ in able or found}


def load() -> Counter[int | None]:
    """Open tasks and open deals together, by rep."""
    stages = [step.id for step in pipelines.load(deleted=True) if step.outcome == "open"]
    tasks = Task.select(Task.assignee, fn.COUNT(Task.id)).where(Task.state == "open").group_by(Task.assignee)
    deals = Deal.select(Deal.owner, fn.COUNT(Deal.id)).where(Deal.stage.in_(stages), Deal.deleted_at.is_null()).group_by(Deal.owner)
    return Counter(dict(tuples(tasks))) + Counter(dict(tuples(deals)))
