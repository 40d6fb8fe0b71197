"""What changed since: deals that were added, moved, won, lost, valued, dated anew; clients and tasks; told as sentences, the newest first.

Counted is what stands at the end of the stretch: what was done and undone within it is left out. Of a record's other fields `history`
tells. What changed many records at once, an import above all, is one line with its counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from crmtui import clock, dates
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass
from crmtui.sales import wordings
from crmtui.sales.wordings import Names, Turn
from crmtui.store import steps, thinning
from crmtui.store.bulk import selected
from crmtui.store.reading import ids
from crmtui.store.steps import Key, Step
from crmtui.store.tables import Deal, Task, database

OWNERS = {"client": "owner_id", "deal": "owner_id", "task": "assignee_id"}


@dataclass(frozen=True, slots=True)
class Changed:
    """A change: when, by whom, of which kind (added, moved, won, lost, …), of which record, from what to what, by which operation.

    `count` is how many records it is about; where they are many, `id` is None and `name` tells what was done.
    """

    at: datetime
    who: str
    kind: str
    noun: str
    id: int | None
    name: str
    before: str | None
    after: str | None
    count: int
    operation: int
    sentence: str


def since(text: str) -> datetime:
    """The moment from which on is meant: of a day its beginning, of a weekday the last one. Raises `Unreadable`, `Undecided`."""
    found = dates.moment(text)
    if found > clock.now() and text.strip().lower() in dates.WEEKDAYS:
        found = dates.moment(f"last {text.strip()}")
    if found > clock.now():
        raise Unreadable(f'"{text}" is yet to come', "name a day or a moment of the past: monday, yesterday, 2026-03-01")
    return found


def until(text: str) -> datetime:
    """The moment up to which is meant: of a day its end. Raises `Unreadable`, `Undecided`."""
    when = dates.read(text)
    return when.moment or clock.midnight(when.day + timedelta(days=1))


def usually(whole: bool) -> datetime:
    """From when on changes are told unless it is said: for the last seven days, or all there are."""
    return datetime(clock.FIRST_YEAR, 1, 1, tzinfo=UTC) if whole else clock.midnight(clock.today() - timedelta(days=7))


def forgotten(since: datetime) -> str:
    """What is to be said where changes were let go of that would be told; else empty."""
    last = thinning.last()
    if last is None or last.at < since:
        return ""
    return f"what changed up to {clock.local(last.at):%Y-%m-%d %H:%M} was let go of by compact-history"


def listed(
    since: datetime, until: datetime | None = None, *, owner: int | None = None, client: int | None = None, deal: int | None = None
) -> Iterator[Changed]:
    """The changes from a moment on, until another or until now, newest first.

    With `owner` those of records that are the rep's, were before or became so; with `client` those of the client, its deals and tasks;
    with `deal` those of the deal and its tasks.
    """
    found = steps.standing(since, until or clock.after(clock.now()), _about(client, deal))
    for _, part in groupby(enumerate(found), lambda each: each[0] // steps.PAGE):
        yield from _told([step for _, step in part], owner)


def _about(client: int | None, deal: int | None) -> list[Key] | None:
    """The records that are meant, also those that are deleted; None for all."""
    if not client and not deal:
        return None
    held = [deal] if deal else ids(Deal.select(Deal.id).where(Deal.client == client))
    mine = Task.deal.in_(held) if deal else Task.deal.in_(held) | (Task.client == client)
    todo = ids(Task.select(Task.id).where(mine))
    return [*([("client", client)] if client else []), *(("deal", id_) for id_ in held), *(("task", id_) for id_ in todo)]


def _told(part: Sequence[Step], owner: int | None) -> Iterator[Changed]:
    names = Names([key for step in part for key in step.edits])
    for step in part:
        if step.many or step.imported:
            yield from _whole(step, owner)
            continue
        for key, edit in step.edits.items():
            if owner is None or owner in _owners(key, edit, names):
                for turn in wordings.turns(key, edit, step.id, names):
                    yield _changed(step, key, turn, names)


def _owners(key: Key, edit: steps.Edit, names: Names) -> set[int | None]:
    """Whose the record is, was before and became by the change."""
    column = OWNERS[key[0]]
    return {names.now(key).get(column), *((side or {}).get(column) for side in (edit.before, edit.after))}


def _changed(step: Step, key: Key, turn: Turn, names: Names) -> Changed:
    noun, id_ = key
    told = f"{step.actor or 'somebody'} {turn.words}"
    return Changed(step.at, step.actor, turn.kind, noun, id_, names.of(key), turn.before, turn.after, 1, step.id, told)


def _whole(step: Step, owner: int | None) -> Iterator[Changed]:
    """An operation on many records as one line."""
    counts = {noun: _count(noun, step.many[noun], owner) for noun in steps.NOUNS if noun in step.many}
    if owner is not None and not any(counts.values()):
        return
    noun = max(counts, key=lambda each: counts[each], default="")
    told = ", ".join(f"{count:,} {each}{'' if count == 1 else 's'}" for each, count in counts.items() if count)
    if step.imported and owner is None:
        told = f"{step.imported[0]:,} created, {step.imported[1]:,} updated"
    kind, count = "imported" if step.imported else "many", counts.get(noun, 0)
    sentence = f"{step.actor or 'somebody'} {step.summary} ({told})" if told else f"{step.actor or 'somebody'} {step.summary}"
    yield Changed(step.at, step.actor, kind, noun, None, step.summary, None, None, count, step.id, sentence)


def _count(noun: str, runs: Sequence[Sequence[int]], owner: int | None) -> int:
    """How many records these are; with `owner` how many of them are the rep's now."""
    if owner is None:
        return len({id_ for run in runs for id_ in run})
    query = f"SELECT count(*) FROM {noun} WHERE id BETWEEN ? AND ? AND {OWNERS[noun]} = ?"
    between = [run for run in runs if isinstance(run, range)]
    named = {id_ for run in runs if not isinstance(run, range) for id_ in run}
    count: int = sum(database.execute_sql(query, (run[0], run[-1], owner)).fetchone()[0] for run in between)
    mine = selected(f"SELECT id FROM {noun} WHERE {OWNERS[noun]} = ? AND id IN ({{keys}})", named, owner)
    return count + sum(not any(id_ in run for run in between) for (id_,) in mine)
