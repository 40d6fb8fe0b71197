"""The keeper of this door: what is refused becomes a sentence on the screen; a write never holds the screen up."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from textual.app import App

from crmtui.errors import CrmError, Doubtful, Question, Undecided
from crmtui.frozen import dataclass
from crmtui.present.cleaner import show
from crmtui.store import connection

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call came to: its value, or the sentence by which it was refused and the hint of what would work.

    `doubtful` says that a person may decide otherwise; `question` is what a person is asked to decide.
    """

    value: T | None
    refused: str = ""
    hint: str = ""
    doubtful: bool = False
    question: Question | None = None


_OF_THE_SHELL = re.compile(r"(?:^|, |; |: )[^,;:]*(?:--[a-z]|crmtui [a-z])")
"""Where a hint begins to speak of commands and options, of which there are none here."""


def ask(call: Callable[[], T]) -> Outcome[T]:
    """Carry out a call at once, on the connection that is open."""
    try:
        with connection.explained(connection.current().path):
            return Outcome(call())
    except CrmError as why:
        return _refused(why)


async def carry(call: Callable[[], Awaitable[None] | None]) -> Outcome[None]:
    """Carry out what an action does, also when it waits for something on its way."""
    try:
        with connection.explained(connection.current().path):
            done = call()
            if done is not None:
                await done
            return Outcome(None)
    except CrmError as why:
        return _refused(why)


def spoken(hint: str) -> str:
    """A hint without what it says of commands and options."""
    beyond = _OF_THE_SHELL.search(hint)
    return hint[: beyond.start()] if beyond else hint


def _refused(why: CrmError) -> Outcome[Any]:
    return Outcome(None, why.sentence, spoken(why.hint), isinstance(why, (Doubtful, Undecided)), getattr(why, "question", None))


async def ask_aside(call: Callable[[], T]) -> Outcome[T]:
    """Carry out a call that may take long on a thread of its own; the screen goes on meanwhile."""
    return await asyncio.to_thread(_connected, call)


async def do(app: App[Any], call: Callable[[], T], slow: bool = False) -> Outcome[T]:
    """Carry out a call that changes the base: at once when nobody else is writing, else aside, in its turn, and it is said who writes.

    One that is known to be `slow` is carried out aside in any case.
    """
    if slow and not connection.current().read_only:
        app.notify("working …", timeout=2, markup=False)
        return await ask_aside(call)
    outcome = at_once(call)
    if outcome is not BUSY:
        return outcome
    app.notify(show(f"waiting for {connection.current().queue.holder()}"), timeout=2, markup=False)
    return await ask_aside(call)


BUSY: Outcome[Any] = Outcome(None, "another program is writing", "try again in a moment")
"""What a change comes to that was only to be made if nobody else was writing."""


def at_once(call: Callable[[], T]) -> Outcome[T]:
    """Carry out a change only if nobody else is writing; else it comes to `BUSY`."""
    base = connection.current()
    if base.read_only:
        return ask(call)
    taken = ask(lambda: base.queue.take_now(base.command))
    if not taken.value:
        return Outcome(None, taken.refused, taken.hint) if taken.refused else BUSY
    try:
        return ask(call)
    finally:
        base.queue.give_back()


def _connected(call: Callable[[], T]) -> Outcome[T]:
    def within() -> T:
        with connection.connected():
            return call()

    return ask(within)
