"""The page of a deal: what is known of it, what is said at its stage and the stages it passed; beside them everything planned and past."""

from __future__ import annotations

from crmtui.sales import deals, pipelines, records, timeline
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
        said = cards.script(pipelines.get(card.stage_id)) if card.outcome == "open" else []
        left = [*cards.deal_facts(card), BLANK, *said, *([BLANK] if said else []), *cards.moves(records.moves(card.id))]
        return card.title, left, list(cards.timeline(timeline.of_deal(card.id)))
