"""The words that programs write for the types, states, directions and priorities of activities."""

from __future__ import annotations

from crmtui.activities import tasks
from crmtui.activities.interactions import DIRECTIONS, KINDS
from crmtui.errors import Unreadable, nearest
from crmtui.store.keys import fold, letters

_SORTS = {
    "call": ("call", "phone", "telephone", "звонок"),
    "email": ("email", "mail", "письмо"),
    "meeting": ("meeting", "demo", "visit", "lunch", "dinner", "appointment", "event", "presentation", "встреча"),
    "task": ("task", "todo", "followup", "reminder", "deadline", "задача"),
    "message": ("message", "sms", "chat", "whatsapp", "telegram", "linkedin"),
    "note": ("note", "comment", "заметка"),
}
_STATES = {
    "open": "open notstarted new inprogress inwork waiting waitingonsomeoneelse deferred pending planned scheduled todo false no n 0",
    "done": "done completed complete closed finished true yes y 1",
    "cancelled": "cancelled canceled dropped",
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}
_IN, _OUT = ("in", "incoming", "inbound", "received"), ("out", "outgoing", "outbound", "sent")
_PRIORITIES = {"none": "normal", "medium": "normal", "urgent": "high", "highest": "high", "lowest": "low"}


def sort_of(text: str) -> str:
    """The kind of interaction that a type means, or `task`. Raises `Unreadable`."""
    bare, spoken = letters(text), fold(text).replace("-", " ").split()
    for sort, words in _SORTS.items():
        if bare in words or bare.removesuffix("s") in words:
            return sort
    for sort, words in _SORTS.items():
        if any(word in words for word in (*spoken, *(word.removesuffix("s") for word in spoken))):
            return sort
    known = (*KINDS, "task")
    raise Unreadable(f'no kind of activity "{text}"', f"{nearest(text, list(known))} kinds: {', '.join(known)}".strip())


def state_of(text: str) -> str:
    """The state of a task that a word means, or yes and no in a column that says whether it is done. Raises `Unreadable`."""
    if (found := _STATE_OF.get(letters(text))) is None:
        raise Unreadable(f'no state "{text}"', f"it is one of {', '.join(tasks.STATES)}")
    return found


def direction_of(text: str, *, strict: bool = True) -> str:
    """In or out from the words for them; without `strict` empty when no word says it. Raises `Unreadable`."""
    spoken = fold(text).split()
    for direction, words in (("in", _IN), ("out", _OUT)):
        if any(word in words for word in spoken):
            return direction
    if strict:
        raise Unreadable(f'no direction "{text}"', f"it is {' or '.join(DIRECTIONS)}")
    return ""


def priority_of(text: str) -> str:
    """The priority that a word means. Raises `Unreadable`."""
    word = text.strip().lower()
    found: str = tasks.READERS["priority"](_PRIORITIES.get(word, word))
    return found
