"""What to do next, in lines: what, the money at risk, and below it why; how Home is asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmtui.blocks import Kind
from crmtui.present import text as shown
from crmtui.sales.suggestions import Suggestion
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

KEY = "next"
"""What tells the lines of this part from others about the same record."""

NOUN = "suggestion"
"""What a record under the cursor is besides, when the line suggests something."""

TITLE, BESIDE = "Do next", "money at risk"

EACH = 2
"""Lines of each: what to do, and why."""

INDENT = 1
"""Cells before the reason."""


def room(limit: int) -> int:
    """Lines that so many take, with their head."""
    return 1 + EACH * limit


def lines(found: Sequence[Suggestion] | None, limit: int) -> list[Line]:
    """They under their head, in the room of so many, however few there are; None: they are being looked for."""
    if found is None:
        told = [head(TITLE, "looking …")]
    elif not found:
        told = [head(TITLE), plain("nothing waits for you")]
    else:
        told = [head(TITLE, BESIDE), *(line for each in found for line in _pair(each))]
    return [*told, *[BLANK] * (room(limit) - len(told))]


def _pair(each: Suggestion) -> Iterator[Line]:
    money = shown.value(each.money_at_risk_cents, Kind.MONEY, each.currency) if each.money_at_risk_cents else ""
    yield Line((Part(_what(each), REST), Part(money, 0, right=True)), Subject(each.noun, each.id), key=KEY)
    yield Line((Part("", INDENT), Part(each.reason, REST, "muted")))


def _what(each: Suggestion) -> str:
    """What to do, and about whom where the words do not say it already."""
    about = next((name for name in (each.deal, each.client) if name), "")
    return each.action if not about or about in each.action or (each.client or about) in each.action else f"{each.action}: {about}"


async def show(app: CrmApp, chosen: list[Subject]) -> None:
    """Home, and there what to do next."""
    await app.go("home")
    app.view.to_next()  # type: ignore[attr-defined]
