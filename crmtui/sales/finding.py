"""The search over everything that people give names to."""

from __future__ import annotations

from dataclasses import dataclass

from crmtui.clients import clients
from crmtui.sales import deals
from crmtui.store import search


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: its noun (client, deal), its id, and the words that tell it from others."""

    noun: str
    id: int
    label: str


def everything(words: str, limit: int) -> list[Found]:
    """Clients, then deals, in which every word is found; at most `limit` of each, by name."""
    nouns = {"client": clients.labels, "deal": deals.labels}
    return [Found(noun, hit.id, hit.label) for noun, labels in nouns.items() for hit in labels(search.found(noun, words, limit))]
