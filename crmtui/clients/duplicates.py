"""Clients who may be one: found by what they have in common, offered until somebody says that they are not the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from crmtui import contacts
from crmtui.clients import clients
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.store.journal import operation
from crmtui.store.keys import sort_key
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Client, ContactPoint, NotSame

if TYPE_CHECKING:
    from crmtui.clients.signs import Known

LIKELY = 75
"""Score from which on a pair is worth a look: every two signs that agree, but no sign that a family or an office shares."""

WARNED = 84
"""Score from which on adding a client is answered by a word: only what is nearly certain, or nobody reads it."""

COMPARED = 20
"""Clients with whom a new one is compared at most."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients who may be one, the one that was here first as `a`; how likely it is (0–100), and why."""

    a_id: int
    a: str
    b_id: int
    b: str
    score: int
    reasons: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reasons in a line."""
        return ", ".join(self.reasons)


class Search(NamedTuple):
    """The pairs that were found, the likeliest first; `crowded` counts the signs that so many share that they were not all compared."""

    pairs: list[Pair]
    crowded: int


def find(*, least: int = LIKELY) -> Search:
    """Every two living clients who may be one, with a score of at least `least`, but for those who are known not to be the same."""
    from crmtui.clients import blocks, signs

    found: dict[tuple[int, int], Pair] = {}
    crowded: set[str] = set()
    for a, b in blocks.pairs(signs.read(), crowded):
        if (a.id, b.id) not in found and (pair := _pair(a, b, least)):
            found[a.id, b.id] = pair
    for apart in tuples(NotSame.select(NotSame.a, NotSame.b)):
        found.pop((apart[0], apart[1]), None)
    return Search(sorted(found.values(), key=lambda pair: (-pair.score, pair.a_id, pair.b_id)), len(crowded))


def _pair(a: Known, b: Known, least: int) -> Pair | None:
    from crmtui.clients import scoring

    score, reasons = scoring.judged(a, b)
    return Pair(a.id, a.name, b.id, b.name, score, reasons) if reasons and score >= least else None


def standing(pairs: Sequence[Pair]) -> list[Pair]:
    """Those of some pairs who may still be one: both clients are there, under the names that they have now, and nobody told them apart."""
    from crmtui.store.bulk import selected

    query = "SELECT id, name FROM client WHERE deleted_at IS NULL AND id IN ({keys})"
    names = dict(selected(query, [id_ for pair in pairs for id_ in (pair.a_id, pair.b_id)]))
    apart = set(tuples(NotSame.select(NotSame.a, NotSame.b)))
    here = [pair for pair in pairs if {pair.a_id, pair.b_id} <= names.keys() and (pair.a_id, pair.b_id) not in apart]
    return [replace(pair, a=names[pair.a_id], b=names[pair.b_id]) for pair in here]


def of(client_id: int, *, least: int = WARNED) -> list[Pair]:
    """The clients who may be one with this one, the likeliest first, by what an index finds at once: the same phone, the same name.

    Raises nothing for a client that is not there: it is like nobody. Where there is nobody near, nothing that compares is even loaded.
    """
    points = tuples(ContactPoint.select(ContactPoint.kind, ContactPoint.key).where(ContactPoint.client == client_id))
    found = dict.fromkeys([*_by_point(points), *_by_name(client_id, any(kind == "email" for kind, _ in points))])
    found.pop(client_id, None)
    if not found:
        return []
    apart = _apart(client_id)
    near = [each for each in found if each not in apart][:COMPARED]
    from crmtui.clients import signs

    known = signs.read([client_id, *near])
    own = next((each for each in known if each.id == client_id), None)
    pairs = [_pair(*((each, own) if each.id < client_id else (own, each)), least) for each in known if own and each is not own]
    return sorted(filter(None, pairs), key=lambda pair: (-pair.score, pair.a_id, pair.b_id))


def _by_point(points: Sequence[tuple[Any, ...]]) -> list[int]:
    """Those who have one of these (kind, key)."""
    keys = {each for kind, key in points for each in (contacts.spellings(key) if kind == "phone" else (key,))}
    return ids(ContactPoint.select(ContactPoint.client).where(ContactPoint.key.in_(keys)).limit(COMPARED)) if keys else []


def _by_name(client_id: int, with_mail: bool) -> list[int]:
    """Those of this name, also when first and last name are swapped; of a person without a mail only with a second sign in common."""
    asked = Client.select(Client.name, Client.kind, Client.company, Client.birth_date).where(Client.id == client_id)
    for name, kind, company, born in tuples(asked):
        keys = {sort_key(order) for order in _orders(name)}
        query = Client.select(Client.id).where(Client.sort_key.in_(keys), Client.deleted_at.is_null())
        if kind == "person" and not with_mail:
            signs = [column == value for column, value in ((Client.company, company), (Client.birth_date, born)) if value]
            query = query.where(reduce(or_, signs)) if signs else query.where(Client.id.is_null())
        return ids(query.limit(COMPARED))
    return []


def _orders(name: str) -> tuple[str, ...]:
    words = name.split()
    return (name, f"{words[1]} {words[0]}") if len(words) == 2 else (name,)


def _apart(client_id: int) -> set[int]:
    rows = tuples(NotSame.select(NotSame.a, NotSame.b).where((NotSame.a == client_id) | (NotSame.b == client_id)))
    return {id_ for row in rows for id_ in row}


def tell_apart(one: int, other: int) -> tuple[Pair, bool]:
    """Remember that two clients are not the same, so that they are never offered again; say whether that is news.

    Raises `NotFound`, `Refused` for a client and itself.
    """
    if one == other:
        raise Refused(f"client {one} cannot be told from itself", "name two clients")
    low, high = sorted((one, other))
    a, b = clients.get(low), clients.get(high)
    with operation(f"told client {a.name} from {b.name}") as recorder:
        news = NotSame.get_or_none(NotSame.a == low, NotSame.b == high) is None
        if news:
            recorder.insert(NotSame, a=low, b=high)
    from crmtui.clients import scoring, signs

    score, reasons = scoring.judged(*signs.read([low, high]))
    return Pair(low, a.name, high, b.name, score, reasons), news
