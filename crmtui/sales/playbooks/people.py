"""Whom a rule means: a rep, the owner, the owner's manager, whoever has a role; and who gets what is given out in turn or by load."""

from __future__ import annotations

from collections import Counter
from typing import Any

from peewee import fn

from crmtui import team
from crmtui.errors import Ambiguous, NotFound, Refused, nearest
from crmtui.sales import assigning
from crmtui.sales.playbooks.subjects import Subject
from crmtui.store.connection import current
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Firing
from crmtui.team import Member

OWNER, MANAGER = "owner", "manager of owner"
WAYS = ("turn", "load")


def role_of(word: str) -> str | None:
    """The role that `role:surveyor` names; None for another word."""
    head, colon, tail = word.partition(":")
    return tail.strip() if colon and head.strip().lower() == "role" else None


def check(word: str, roles: bool = True) -> None:
    """Raise `Refused` for a word that means nobody who works here; for a role that nobody has only if `roles` are asked for."""
    role = role_of(word)
    if word.lower() in (OWNER, MANAGER):
        return
    if role is None:
        _rep(word)
    if role is None or not roles:
        return
    known = {member.role for member in team.load() if member.role and member.active}
    if not any(fold(each) == fold(role) for each in known):
        hint = nearest(role, sorted(known)) or "crmtui edit-rep REP --role gives one"
        raise Refused(f'nobody has the role "{role}"', hint)


def _rep(word: str) -> int:
    try:
        return team.find(word)
    except (NotFound, Ambiguous) as why:
        raise Refused(why.sentence, why.hint or "it is a rep, owner, manager of owner, or role:surveyor") from None


class People:
    """The reps as they are now; each one who is given something counts as busier from then on. `notes` say for whom nobody was found."""

    def __init__(self) -> None:
        self._members = {member.id: member for member in team.load()}
        self._loads: Counter[int | None] | None = None
        self._found: dict[str, int] = {}
        self._turns: dict[str, dict[int, int]] = {}
        self.notes: list[str] = []

    def meant(self, word: str, subject: Subject) -> int | None:
        """The rep whom a word means for a deal or a client. For a role that nobody has, or an owner without manager, the owner; without
        one, who does the change. Raises `Refused` for one whom nobody knows."""
        role = role_of(word)
        owner = subject.owner_id
        if word.lower() == OWNER:
            found = owner
        elif word.lower() == MANAGER:
            found = self._members[owner].manager_id if owner else None
        elif role is not None:
            found = self._with_role(role, owner)
            if found is None:
                self.notes.append(f'nobody has the role "{role}": it is for the owner')
        else:
            found = self._rep(word)
        found = found or owner or current().actor_id
        self._load()[found] += 1
        return found

    def _rep(self, word: str) -> int:
        if word not in self._found:
            self._found[word] = _rep(word)
        return self._found[word]

    def _with_role(self, role: str, owner: int | None) -> int | None:
        """Of those with a role who work here: of the owner's region before others, with the least to do, first come."""
        able = [member for member in self._members.values() if member.active and member.role and fold(member.role) == fold(role)]
        region = self._members[owner].region if owner else None
        near = [member for member in able if region and fold(member.region or "") == fold(region)] or able
        return min(near, key=lambda member: (self._load()[member.id], member.id)).id if near else None

    def next(self, way: str, subject: Subject, rule: str) -> int | None:
        """Who gets a record: `turn` is who got one by this rule longest ago, `load` who has the least to do, else whom the word means."""
        if way not in WAYS:
            return self.meant(way, subject)
        able = [member for member in self._members.values() if member.active]
        chosen = min(able, key=lambda each: self._rank(way, rule, each), default=None)
        if chosen is None:
            return None
        self._load()[chosen.id] += 1
        turns = self._turn(rule)
        turns[chosen.id] = max(turns.values(), default=0) + 1
        return chosen.id

    def _rank(self, way: str, rule: str, member: Member) -> tuple[int, int]:
        return (self._load()[member.id] if way == "load" else self._turn(rule).get(member.id, 0)), member.id

    def _load(self) -> Counter[int | None]:
        if self._loads is None:
            self._loads = assigning.load()
        return self._loads

    def _turn(self, rule: str) -> dict[int, int]:
        if rule not in self._turns:
            last: Any = Firing.select(Firing.rep, fn.MAX(Firing.id)).where(Firing.rule == rule, Firing.rep.is_null(False))
            self._turns[rule] = dict(tuples(last.group_by(Firing.rep)))
        return self._turns[rule]
