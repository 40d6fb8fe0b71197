"""The notes that name whoever works here with an @: in lines, opened, and marked as seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from crmtui import clock
from crmtui.activities import mentions
from crmtui.activities.mentions import Call
from crmtui.store import batches
from screens import days
from screens.lines import REST, Line, Part, head
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

NOUN = "mention"
MOST = 5
"""Mentions that are listed; the others come up as these are seen."""


def lines(found: Sequence[Call], count: int) -> Iterator[Line]:
    """When, who wrote it, about whom, and what; nothing at all where there are none."""
    if not found:
        return
    yield head(f"Mentions: {count:,} not seen", "x has seen it")
    for each in found:
        about = f"{each.client}: " if each.client else ""
        words = " ".join((each.note or each.title or "").split())
        parts = (Part(days.short(clock.local(each.at).date()), 13, "muted"), Part(each.author or "somebody", 12, "accent"))
        yield Line((*parts, Part(f"{about}{words}", REST)), Subject(NOUN, each.id))


async def show(app: CrmApp, chosen: list[Subject]) -> None:
    """Open the task or the interaction in whose note it is."""
    call = mentions.load([chosen[0].id])[0]
    await app.open(Subject(call.noun, call.record_id))


async def see(app: CrmApp, chosen: list[Subject]) -> None:
    """It has been seen."""

    def seen() -> Any:
        return batches.each(NOUN, [each.id for each in chosen], "saw", mentions.see)

    await app.do(seen, "seen; u brings it back")
