"""Blocks: which clients are compared with each other at all, so that nobody is compared with everybody.

Clients are put together by one sign at a time (a mail, the end of a phone, how the name sounds, a domain with a word of the name, …), and
only those in one block are compared. A block that is too crowded is divided by a second sign.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from crmtui.clients import likeness, signs
from crmtui.clients.signs import Known

CROWD = 60
"""Clients in a block that are still compared each with each, 1,770 pairs; more of them are divided."""

Keys = Callable[[Known], Iterable[str]]


def pairs(known: Sequence[Known], crowded: set[str]) -> Iterator[tuple[Known, Known]]:
    """Every two clients worth a comparison, the one with the lower id first; a pair may come again.

    `known` are in order of their ids; `crowded` collects the signs that so many share that these were not all compared.
    """
    for coarse, fine in _BLOCKS:
        for block in _divided(known, coarse, fine, crowded):
            yield from combinations(block, 2)


def _divided(known: Iterable[Known], coarse: Keys, fine: Keys, crowded: set[str]) -> Iterator[list[Known]]:
    """The blocks of one sign; one with too many in it as the blocks of a second sign, and what is then too many still, left out."""
    for key, block in _grouped(known, coarse).items():
        if len(block) <= CROWD:
            yield block
            continue
        for part in _grouped(block, fine).values():
            if len(part) <= CROWD:
                yield part
            else:
                crowded.add(key)


def _grouped(known: Iterable[Known], keys: Keys) -> dict[str, list[Known]]:
    """Those who share a key, by that key."""
    found: defaultdict[str, list[Known]] = defaultdict(list)
    for each in known:
        for key in dict.fromkeys(keys(each)):
            found[key].append(each)
    return {key: block for key, block in found.items() if len(block) > 1}


def _mails(known: Known) -> Iterable[str]:
    return known.mails


def _name(known: Known) -> Iterator[str]:
    if known.words:
        yield f"{known.kind} {known.sound}"


def _words_at_hosts(known: Known) -> Iterator[str]:
    """A domain or company with each word of the name: a colleague with an error in one of his names still has the other."""
    places = [*known.hosts, *([str(known.company)] if known.company else [])] if known.kind == "person" else []
    return (f"{place} {likeness.bones(word)}" for place in places for word in set(known.words))


def _hosts(known: Known) -> Iterable[str]:
    return known.hosts if known.kind == "company" else ()


def _birthdays(known: Known) -> Iterator[str]:
    return (f"{known.born} {likeness.bones(word)}" for word in set(known.words) if known.born)


def _ends(known: Known) -> Iterator[str]:
    """The first and the last letters of a company's name: one error leaves one of them as it is."""
    if known.kind == "company" and len(known.letters) >= signs.SHORTEST_FIRM:
        yield f"{known.letters[:4]}…"
        yield f"…{known.letters[-4:]}"


def _further_ends(known: Known) -> Iterator[str]:
    """More of both ends, for those who share one."""
    whole = known.letters
    yield f"{whole[:7]}…"
    yield f"{whole[:4]}…{whole[-3:]}"
    yield f"{whole[:3]}…{whole[-4:]}"
    yield f"…{whole[-7:]}"


def _second_signs(known: Known) -> Iterator[str]:
    """What else those have in common who are called alike and are one."""
    yield from known.hosts
    yield from (address[:6] for address in known.mails)
    yield from (address[-14:] for address in known.mails)
    yield from signs.tails(known)
    yield from (number[:6] for number in known.phones)
    if known.company:
        yield f"of {known.company}"
    if known.born:
        yield known.born
    if known.bare:
        yield "bare"


_BLOCKS: tuple[tuple[Keys, Keys], ...] = (
    (_mails, _name),
    (signs.tails, _name),
    (_name, _second_signs),
    (_words_at_hosts, _name),
    (_hosts, _name),
    (_birthdays, _name),
    (_ends, _further_ends),
)
"""The sign that makes a block, and the sign by which a crowded one is divided."""
