"""One change carried out on many records as one operation: on all of them or on none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from crmtui.errors import CrmError, NotFound
from crmtui.frozen import dataclass
from crmtui.store.journal import operation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """What a change of many came to: its result for each record in order, and on how many of them it changed anything."""

    results: list[T]
    changed: int


def each(noun: str, ids: Sequence[int], verb: str, change: Callable[[int], T]) -> Batch[T]:
    """Carry out a change on each of these records as one operation, told as `moved 3 deals`; one alone tells itself.

    Raises what the change raises, with the record named: then nothing has happened to any of them.
    """
    results: list[T] = []
    changed = 0
    with operation() as recorder:
        for id_ in ids:
            before = recorder.changes
            results.append(_one(noun, id_, change))
            changed += recorder.changes > before
        if changed != 1:
            recorder.summary = f"{verb} {changed:,} {noun}s"
    return Batch(results, changed)


def _one(noun: str, id_: int, change: Callable[[int], T]) -> T:
    try:
        return change(id_)
    except CrmError as why:
        unknown = isinstance(why, NotFound) and why.sentence == f"no {noun} {id_}"
        if not unknown:
            why.sentence = f"{noun} {id_}: {why.sentence}"
        raise
