"""What became of a client, a deal or a task by one operation, in words: `moved Winter garden from Lead to Qualified`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from crmtui import clock, money
from crmtui.frozen import dataclass
from crmtui.store import steps
from crmtui.store.bulk import selected
from crmtui.store.steps import Edit, Key
from crmtui.store.tables import Stage

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_NOW = {
    "client": "SELECT id, name, owner_id, NULL, NULL, NULL FROM client WHERE id IN ({keys})",
    "deal": "SELECT id, title, owner_id, currency, value_cents, stage_id FROM deal WHERE id IN ({keys})",
    "task": "SELECT id, title, assignee_id, NULL, NULL, NULL FROM task WHERE id IN ({keys})",
}
_NOTHING = {"value_cents": None, "currency": None}
_COLUMNS = {"client": ("name", "owner_id"), "deal": ("title", "owner_id"), "task": ("title", "assignee_id")}


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a record: the kind of change, the value before and after as text (None for nothing), and in words."""

    kind: str
    words: str
    before: str | None = None
    after: str | None = None


class Names:
    """Records as they are now, stages and reps by their names; looked up together."""

    def __init__(self, keys: Iterable[Key]) -> None:
        wanted = list(keys)
        self._now: dict[Key, dict[str, Any]] = {}
        for noun, query in _NOW.items():
            name, owner = _COLUMNS[noun]
            for id_, called, rep, currency, cents, stage in selected(query, [id_ for other, id_ in wanted if other == noun]):
                values = {name: called, owner: rep, "currency": currency, "value_cents": cents, "stage_id": stage}
                self._now[noun, id_] = values
        self._gone: dict[Key, str] = {}
        self._reps: dict[int, str] = {}
        self.stages = {row.id: row for row in Stage.select()}

    def now(self, key: Key) -> dict[str, Any]:
        """The values of a record now; empty when it is not there any more."""
        return self._now.get(key, {})

    def of(self, key: Key) -> str:
        """What a record is called."""
        return self.now(key).get(_COLUMNS[key[0]][0]) or self._gone.get(key) or f"{key[0]} {key[1]}"

    def remember(self, key: Key, edit: Edit) -> None:
        """Keep what a record was called that is not there any more."""
        for side in (edit.after, edit.before):
            if side and side.get(_COLUMNS[key[0]][0]):
                self._gone.setdefault(key, side[_COLUMNS[key[0]][0]])

    def rep(self, id_: int) -> str:
        """What a rep is called."""
        if id_ not in self._reps:
            self._reps |= dict(selected("SELECT id, name FROM rep WHERE id IN ({keys})", [id_]))
        return self._reps.get(id_, f"rep {id_}")

    def client(self, id_: int) -> str:
        """What a client is called."""
        found = self.now(("client", id_)) or dict(selected("SELECT 'name', name FROM client WHERE id IN ({keys})", [id_]))
        return str(found.get("name", f"client {id_}"))


Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that was changed: what it is called, what changed of it by column, what else is known of it as it was then."""

    called: str
    before: Row
    after: Row
    then: Row
    names: Names


def turns(key: Key, edit: Edit, operation: int, names: Names) -> Iterator[Turn]:
    """What became of a record by an operation, in the order in which people tell it.

    Nothing when only fields were changed of which `history` tells.
    """
    names.remember(key, edit)
    noun, called = key[0], names.of(key)
    if noun == "task":
        called = f"task {called}"
    if edit.before is None and edit.after is None:
        return
    if edit.before is None:
        yield from _added(called, steps.then(key, operation, names.now(key)) | (edit.after or {}), names)
    elif edit.after is None:
        yield Turn("deleted", f"deleted {called}")
    else:
        rich = {"stage_id", "value_cents", "currency"} & edit.after.keys()
        then = steps.then(key, operation, names.now(key)) if rich else {}
        for teller in _TELLERS[noun]:
            yield from teller(Seen(called, edit.before, edit.after, _NOTHING | then | edit.after, names))


def _added(called: str, row: Row, names: Names) -> Iterator[Turn]:
    stage = names.stages.get(row.get("stage_id") or 0)
    worth = _money(row.get("value_cents"), row.get("currency"))
    told = "".join([f", {worth}" if worth else "", f" in {stage.name}" if stage and stage.outcome == "open" else ""])
    yield Turn("added", f"added {called}{told}", None, stage.name if stage else None)
    if stage and stage.outcome != "open":
        yield Turn(stage.outcome, f"{stage.outcome} {called}", None, stage.name)


def _erased(it: Seen) -> Iterator[Turn]:
    if "deleted_at" not in it.after or bool(it.before["deleted_at"]) == bool(it.after["deleted_at"]):
        return
    if it.after.get("merged_into_id"):
        other = it.names.client(it.after["merged_into_id"])
        yield Turn("merged", f"merged {it.called} into {other}", it.called, other)
    elif it.after["deleted_at"]:
        yield Turn("deleted", f"deleted {it.called}")
    else:
        yield Turn("restored", f"brought back {it.called}")


def _moved(it: Seen) -> Iterator[Turn]:
    left, entered = (it.names.stages.get(side.get("stage_id") or 0) for side in (it.before, it.after))
    if not left or not entered or left.id == entered.id:
        return
    if entered.outcome != "open":
        worth = _money(it.then["value_cents"], it.then["currency"])
        reason = it.after.get("lost_reason") if entered.outcome == "lost" else None
        told = f"{entered.outcome} {it.called}{f', {worth}' if worth else ''}{f': {reason}' if reason else ''}"
        yield Turn(entered.outcome, told, left.name, entered.name)
    elif left.outcome != "open":
        yield Turn("reopened", f"took {it.called} up again, from {left.name} to {entered.name}", left.name, entered.name)
    else:
        yield Turn("moved", f"moved {it.called} from {left.name} to {entered.name}", left.name, entered.name)


def _valued(it: Seen) -> Iterator[Turn]:
    if "value_cents" not in it.after and "currency" not in it.after:
        return
    (old, old_code), (new, new_code) = ((whole["value_cents"], whole["currency"]) for whole in (it.then | it.before, it.then))
    if old is None and new is None:
        return
    was, is_ = _money(old, old_code), _money(new, new_code)
    if was is None:
        told = f"valued {it.called} at {is_}"
    elif is_ is None:
        told = f"took the value of {it.called} away, {was}"
    else:
        verb = "changed" if old_code != new_code else "raised" if new > old else "lowered"
        told = f"{verb} {it.called} from {was.removesuffix(f' {new_code}')} to {is_}"
    yield Turn("valued", told, _amount(old, old_code), _amount(new, new_code))


def _closing(it: Seen) -> Iterator[Turn]:
    if "expected_close" in it.after:
        yield from _dated(it.called, it.before["expected_close"], it.after["expected_close"], "the expected close of ")


def _due(it: Seen) -> Iterator[Turn]:
    if "due_on" in it.after:
        yield from _dated(it.called, it.before["due_on"], it.after["due_on"], "")


def _dated(called: str, was: str | None, is_: str | None, what: str) -> Iterator[Turn]:
    if was and is_:
        verb = f"put off {called}" if is_ > was else f"brought {called} forward"
        told = f"{verb} from {_day(was)} to {_day(is_)}"
    else:
        told = f"set {what}{called} to {_day(is_)}" if is_ else f"took the date of {called} away, {_day(was or '')}"
    yield Turn("dated", told, was, is_)


def _given(it: Seen) -> Iterator[Turn]:
    column = next((column for column in ("owner_id", "assignee_id") if column in it.after), None)
    if column is None or it.before[column] == it.after[column]:
        return
    was, is_ = (it.names.rep(side[column]) if side[column] else None for side in (it.before, it.after))
    told = f"took {it.called} from {was}" if is_ is None else f"gave {it.called}{f' from {was}' if was else ''} to {is_}"
    yield Turn("assigned", told, was, is_)


def _status(it: Seen) -> Iterator[Turn]:
    if "status" in it.after and it.before["status"] != it.after["status"]:
        yield Turn(
            "status", f"changed {it.called} from {it.before['status']} to {it.after['status']}", it.before["status"], it.after["status"]
        )


_STATES = {"done": ("done", "completed"), "cancelled": ("deleted", "deleted"), "open": ("reopened", "took up again")}


def _state(it: Seen) -> Iterator[Turn]:
    if "state" in it.after and it.before["state"] != it.after["state"]:
        kind, verb = {"done": ("done", "completed"), "cancelled": ("deleted", "deleted")}.get(
            it.after["state"], ("reopened", "took up again")
        )
        yield Turn(kind, f"{verb} {it.called}", it.before["state"], it.after["state"])


_TELLERS = {
    "client": (_erased, _status, _given),
    "deal": (_erased, _moved, _valued, _closing, _given),
    "task": (_state, _due, _given),
}


def _money(cents: int | None, code: str | None) -> str | None:
    return None if cents is None or not code else money.shown(cents, code)


def _amount(cents: int | None, code: str) -> str | None:
    return None if cents is None else f"{money.plain(cents, code)} {code}"


def _day(text: str) -> str:
    """A day as people say it, with its year when that is not this one."""
    day = date.fromisoformat(text)
    said = f"{day.day} {MONTHS[day.month - 1]}"
    return said if day.year == clock.today().year else f"{said} {day.year}"
