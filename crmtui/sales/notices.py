"""Notices: what reps are to be told, each once, kept until it is sent."""

from __future__ import annotations

from crmtui import texts
from crmtui.store.journal import operation
from crmtui.store.tables import Notice


def queue(rep: int, subject: str, body: str, key: str) -> bool:
    """Have a rep told something; whether it was put into the queue: what was there before under the same key is not told again.

    Part of the operation in progress, if there is one, and undone with it. Raises `Refused` for an empty subject.
    """
    line = texts.required(" ".join(subject.split()), "subject of the notice")
    with operation(f"queued a notice: {line}") as recorder:
        if Notice.select(Notice.id).where(Notice.key == key).exists():
            return False
        recorder.insert(Notice, rep=rep, subject_line=line, body=texts.prose(body, "notice"), key=key)
    return True
