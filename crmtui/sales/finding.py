"""The search over everything that people give names to, and the one record that a reference means whatever its noun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmtui import team
from crmtui.activities import tasks
from crmtui.clients import clients, listing
from crmtui.errors import Ambiguous, Candidate, NotFound
from crmtui.frozen import dataclass
from crmtui.sales import deals, products
from crmtui.store import history, search

NOUNS: dict[str, Any] = {"client": clients, "deal": deals, "task": tasks, "rep": team, "product": products}
"""The nouns of the product and the modules that find and word their records."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was found: its noun (client, deal), its id, and the words that tell it from others."""

    noun: str
    id: int
    label: str


def everything(words: str, limit: int) -> list[Found]:
    """Clients, then deals, in which every word is found; at most `limit` of each, those first whose name begins so, then by name."""
    return _told(search.likely("client", words, limit), search.likely("deal", words, limit))


def at_once(words: str, limit: int) -> list[Found] | None:
    """The same where it takes no time: when so many clients' names begin with the words that no other is asked for; else None."""
    people = search.begun("client", words, limit)
    return _told(people, search.begun("deal", words, limit)) if len(people) == limit else None


def _told(people: Sequence[int], sold: Sequence[int]) -> list[Found]:
    named = [(each.id, clients.worded(each.name, each.company, each.email or each.phone)) for each in listing.lines(people)]
    found = [Found("client", id_, label) for id_, label in named]
    return found + [Found("deal", hit.id, hit.label) for hit in (_labels("deal", sold) if sold else ())]


def _labels(noun: str, ids: Sequence[int]) -> list[Candidate]:
    found: list[Candidate] = NOUNS[noun].labels(ids)
    return found


def ever(noun: str, ref: str) -> int:
    """The id of a record of a noun, also of a deleted one when the reference is its id. Raises `NotFound`, `Ambiguous`."""
    gone = history.deleted(noun, ref)
    if gone is not None:
        return gone
    id_: int = NOUNS[noun].find(ref)
    return id_


def any_record(ref: str) -> tuple[str, int]:
    """The noun and the id of the one record, of whatever noun, that a reference means.

    Raises `NotFound`, and `Ambiguous` when records of several nouns answer to it, or several of one.
    """
    found: list[tuple[str, int]] = []
    several: list[Ambiguous] = []
    for noun in NOUNS:
        try:
            found.append((noun, ever(noun, ref)))
        except NotFound:
            continue
        except Ambiguous as why:
            several.append(why)
    if len(found) == 1:
        return found[0]
    if several:
        raise several[0]
    if not found:
        raise NotFound(f'nothing is called "{ref}"', "crmtui search finds clients and deals by any words")
    candidates = [Candidate(id_, f"{noun} {hit.label}") for noun, id_ in found for hit in _labels(noun, [id_])]
    listed = ", ".join(f"{noun} {id_}" for noun, id_ in found)
    raise Ambiguous(f'"{ref}" may be records of {len(found)} kinds', candidates, f"say which: {listed}")
