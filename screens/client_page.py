"""The page of a client: contact data, deals, tags and notes; beside them everything planned and past."""

from __future__ import annotations

from crmtui.clients import clients
from crmtui.sales import deals, timeline
from screens import cards
from screens.lines import BLANK, Line
from screens.page import Page

DEALS = 50
"""Deals on the page."""


class ClientPage(Page):
    """One client."""

    TITLE = "Client"
    NOUN = "client"

    def read(self) -> tuple[str, list[Line], list[Line]]:
        """The client with its deals, and its timeline."""
        card = clients.get(self.record.id)
        sold = deals.page(client=card.id, sort="opened", descending=True, limit=DEALS)
        left = [*cards.client_facts(card), BLANK, *cards.deals(sold)]
        return card.name, left, list(cards.timeline(timeline.of_client(card.id)))
