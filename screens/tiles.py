"""What a board's lane shows, as lines: its head with what stands in it, and a card of three lines for each deal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from crmtui import clock
from crmtui.present import text as shown
from crmtui.present.cleaner import width
from crmtui.sales.board import BoardCard, Lane
from screens import cards, days
from screens.lines import GAP, REST, Line, Part

HEIGHT = 3
"""Lines of a card."""

ROOMY = 30
"""Cells from which on a card also says when a deal without a next step is to close, and the days of the week."""

WIDE = 40
"""Cells from which on it also says who has the deal."""


def head(lane: Lane, currency: str, cells: int) -> list[Line]:
    """The stage and its number of deals, then its sums, as many to a line as go into so many cells."""
    style = "head" if lane.step.outcome == "open" else "muted"
    found = [Line((Part(lane.step.name, REST, style), Part(f"{lane.deals:,}", 0, style, right=True)))]
    abroad = f"+{lane.others:,} in other currencies"
    others = [abroad if width(abroad) <= cells else f"+{lane.others:,} other currencies"] if lane.others else []
    sums = shown.short_money(lane.value_cents, currency), f"weighted {shown.short_money(lane.weighted_cents, currency).split(' ')[0]}"
    row: list[str] = []
    for phrase in (*sums, *others):
        if row and sum(width(each) + GAP for each in row) + width(phrase) > cells:
            found.append(_sums(row))
            row = []
        row.append(phrase)
    return [*found, _sums(row)]


def _sums(phrases: Sequence[str]) -> Line:
    """Sums beside each other; what is weighted stands at the end."""
    first, *others = phrases
    style = "muted" if first.startswith(("weighted", "+")) else "text"
    return Line((Part(first, REST, style), *(Part(each, 0, "muted") for each in others)))


def card(deal: BoardCard, currency: str, cells: int) -> tuple[Line, Line, Line]:
    """A deal: its title and how it stands; its client and value, which names its currency if that is not the board's own; what is
    to be done next, or when it was closed.
    """
    state = cards.mark(deal.late, deal.cold).strip()
    title = [Part(deal.title, REST, "text" if deal.outcome == "open" else "muted")]
    if state:
        title.append(Part(state, 0, "bad" if deal.late else "warn"))
    value = "–" if deal.value_cents is None else shown.short_money(deal.value_cents, deal.currency).removesuffix(f" {currency}")
    middle = [Part(deal.client or "no client", REST, "muted"), Part(value, 0, "text" if deal.outcome == "open" else "muted")]
    if cells >= WIDE and deal.owner and deal.outcome == "open":
        middle.insert(1, Part(deal.owner, min(14, width(deal.owner)), "muted"))
    return Line(tuple(title)), Line(tuple(middle)), Line(tuple(_ahead(deal, cells) if deal.outcome == "open" else _closed(deal)))


def _ahead(deal: BoardCard, cells: int) -> list[Part]:
    if deal.next_step:
        due = deal.next_step_on
        day = [Part(_day(due, cells), 0, "bad" if due < clock.today() else "muted")] if due else []
        return [Part(deal.next_step, REST, "muted"), *day]
    close = [Part(f"closes {days.short(deal.expected_close)}", 0, "muted")] if cells >= ROOMY and deal.expected_close else []
    return [Part("no next step", REST, "warn"), *close]


def _closed(deal: BoardCard) -> list[Part]:
    ago = {None: "", 0: "today"}.get(deal.stage_days, f"{deal.stage_days:,} d ago" if deal.stage_days else "")
    return [Part(deal.owner or "", REST, "muted"), Part(ago, 0, "muted")]


def _day(day: date, cells: int) -> str:
    return days.short(day).partition(" ")[2] if cells < ROOMY and day.year == clock.today().year else days.short(day)
