"""Reps: who works here, who manages whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crmtui import texts
from crmtui.errors import Candidate, NotFound, Refused
from crmtui.frozen import dataclass
from crmtui.store import references
from crmtui.store.connection import current
from crmtui.store.journal import operation
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Rep

ME = "me"
"""How whoever works is named instead of by name."""

ALL, MANAGERS = GROUPS = ("all", "managers")
"""How several reps are named at once."""


@dataclass(frozen=True, slots=True)
class Member:
    """A rep as people see them; `manager` is a name, `role` what they do here: seller, surveyor, installer.

    `hours`, `holidays` and `timezone` are their own; None where those of the configuration hold.
    """

    id: int
    name: str
    email: str | None
    manager: str | None
    manager_id: int | None
    region: str | None
    role: str | None
    hours: str | None
    holidays: str | None
    timezone: str | None
    active: bool
    created_at: datetime
    updated_at: datetime


def add(values: Mapping[str, Any]) -> Member:
    """Add a rep. `values` may hold name, email, region, role (texts), manager (an id), active. Raises `Refused` for a second one."""
    checked = check(values)
    name = texts.required(checked.get("name", ""), "name of the rep")
    with operation(f"added rep {name}") as recorder:
        _refuse_second(name, None)
        row = recorder.insert(Rep, **checked)
    return get(row.id)


def edit(rep_id: int, values: Mapping[str, Any]) -> Member:
    """Change what `values` holds; an empty text empties a field. Raises `NotFound`, `Refused`."""
    checked = check(values)
    if "name" in checked:
        texts.required(checked["name"], "name of the rep")
    with operation() as recorder:
        row = _row(rep_id)
        recorder.summary = f"changed rep {row.name}"
        if "name" in checked:
            _refuse_second(checked["name"], rep_id)
        _refuse_circle(rep_id, checked.get("manager"))
        recorder.update(row, **checked)
    return get(rep_id)


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a rep as they are kept: texts trimmed, mails checked, `manager` an id or None. Pure; raises `Refused`."""
    checked: dict[str, Any] = {}
    for name, value in values.items():
        if name == "email":
            checked[name] = _mail(value)
        elif name in ("name", "region", "role"):
            checked[name] = texts.line(value, name) or ("" if name == "name" else None)
        elif name in ("hours", "holidays", "timezone"):
            checked[name] = _times(name, texts.line(value, name))
        else:
            checked[name] = value
    return checked


def _mail(value: str) -> str | None:
    from crmtui import contacts

    return contacts.email(value)[0] if value.strip() else None


def _times(name: str, text: str) -> str | None:
    """When a rep works, as it is written; read once, so that what cannot be read is refused here and not at the first deadline."""
    if not text:
        return None
    from crmtui import clock, worktimes

    {"hours": worktimes.week, "holidays": worktimes.holidays, "timezone": clock.named_zone}[name](text)
    return text


def _refuse_second(name: str, rep_id: int | None) -> None:
    key = fold(name)
    for other in Rep.select(Rep.id, Rep.name):
        if other.id != rep_id and fold(other.name) == key:
            raise Refused(f'there is a rep "{other.name}" ({other.id}) already')


def _refuse_circle(rep_id: int, manager: int | None) -> None:
    step = manager
    while step is not None:
        if step == rep_id:
            raise Refused("a rep cannot be their own manager, directly or through others")
        step = Rep.get_by_id(step).manager_id


def _row(rep_id: int) -> Rep:
    row = Rep.get_or_none(Rep.id == rep_id)
    if row is None:
        raise NotFound(f"no rep {rep_id}")
    found: Rep = row
    return found


def get(rep_id: int) -> Member:
    """The rep of an id. Raises `NotFound`."""
    _row(rep_id)
    return load([rep_id])[0]


def load(ids: Sequence[int] | None = None) -> list[Member]:
    """The reps of these ids in their order, or all by name."""
    query = Rep.select().order_by(Rep.search_key, Rep.id)
    rows = list(query if ids is None else query.where(Rep.id.in_(list(ids))))
    names = dict(tuples(Rep.select(Rep.id, Rep.name)))
    members = [_member(row, names) for row in rows]
    if ids is None:
        return members
    by_id = {member.id: member for member in members}
    return [by_id[id_] for id_ in ids if id_ in by_id]


def _member(row: Rep, names: Mapping[int, str]) -> Member:
    return Member(
        row.id, row.name, row.email, names.get(row.manager_id or 0), row.manager_id, row.region, row.role, row.hours, row.holidays,
        row.timezone, bool(row.active), row.created_at, row.updated_at,
    )  # fmt: skip


def find(ref: str) -> int:
    """The id of the rep that a person means: id, mail, name or part of it; `me` is who works. Raises `NotFound`, `Ambiguous`."""
    if fold(ref).strip() == ME:
        return _actor(ref)
    keyed = [row.id for row in Rep.select(Rep.id).where(Rep.email == ref.strip())] if "@" in ref else []
    return references.resolve("rep", "rep", ref, labels, keyed)


def _actor(ref: str) -> int:
    """Who works; where that is no rep, one of this very name."""
    named = next((row.id for row in Rep.select(Rep.id, Rep.name) if fold(row.name).strip() == ME), None)
    found: int | None = current().actor_id or named
    if found is None:
        raise NotFound(f'no rep "{ref}": {current().actor or "nobody known"} works here', "say who you are: --as REP, or the setting rep")
    return found


def named(whom: str) -> list[int]:
    """The ids of those whom a word means: `all` who work here, the `managers` of these, or one rep, as `find` finds them."""
    if fold(whom).strip() not in GROUPS:
        return [find(whom)]
    working = [member for member in load() if member.active]
    above = {member.manager_id for member in working}
    return [member.id for member in working if fold(whom).strip() == ALL or member.id in above]


def any_reps() -> bool:
    """Whether anybody works here yet."""
    return Rep.select(Rep.id).exists()


def known(name: str) -> tuple[int | None, str]:
    """The id and the name under which someone who works here is written in the journal; no id for one who is no rep."""
    if not name.strip():
        return None, ""
    key = fold(name.strip())
    for row in Rep.select(Rep.id, Rep.name, Rep.email):
        if name.strip() == str(row.id) or key in (fold(row.name), fold(row.email or "")):
            return row.id, row.name
    return None, name.strip()


def labels(ids: Sequence[int]) -> list[Candidate]:
    """The words that tell them apart."""
    return [Candidate(m.id, f"{m.name} ({m.region})" if m.region else m.name) for m in load(ids)]
