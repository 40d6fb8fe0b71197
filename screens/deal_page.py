"""The page of a deal: what is known of it and the stages it passed; beside them everything planned and past."""

from __future__ import annotations

from crmtui.sales import deals, records, timeline
from screens import cards
from screens.lines import BLANK, Line
from screens.page import Page


class DealPage(Page):
    """One deal."""

    TITLE = "Deal"
    NOUN = "deal"

    def read(self) -> tuple[str, list[Line], list[Line]]:
        """The deal with its stages, and its timeline."""
        card = deals.get(self.record.id)
        left = [*cards.deal_facts(card), BLANK, *cards.moves(records.moves(card.id))]
        return card.title, left, list(cards.timeline(timeline.of_deal(card.id)))
