"""What to do next, in lines: what, the money at risk, and below it why; how Home is asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crmtui.blocks import Column, Kind
from crmtui.present import text as shown
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.subject import Subject

if TYPE_CHECKING:
    from crmtui.sales.suggestions import Suggestion
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
        told = [head(TITLE, BESIDE), *(line for each, money in zip(found, _money(found), strict=True) for line in _pair(each, money))]
    return [*told, *[BLANK] * (room(limit) - len(told))]


def _money(found: Sequence[Suggestion]) -> Iterator[str]:
    """What is at risk in each, empty for nothing."""
    columns = (Column("risk", "", Kind.MONEY), Column("currency", ""))
    texts = shown.cells(columns, [(each.money_at_risk_cents, each.currency) for each in found])
    yield from (text if each.money_at_risk_cents else "" for each, (text, _) in zip(found, texts, strict=True))


def _pair(each: Suggestion, money: str) -> Iterator[Line]:
    yield Line((Part(_what(each), REST), Part(money, 0, right=True)), Subject(each.noun, each.id), key=KEY)
    yield Line((Part("", INDENT), Part(each.reason, REST, "muted")))


def _what(each: Suggestion) -> str:
    """What to do, and about whom where the words do not say it already."""
    names = [name for name in (each.deal, each.client) if name]
    if not names or any(name in each.action for name in names):
        return each.action
    return f"{each.action}{', ' if ': ' in each.action else ': '}{names[0]}"


async def show(app: CrmApp, chosen: list[Subject]) -> None:
    """Home, and there what to do next."""
    await app.go("home")
    app.view.to_next()  # type: ignore[attr-defined]
