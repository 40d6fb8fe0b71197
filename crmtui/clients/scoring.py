"""How likely two clients are one: a score and the reasons for it.

A name alone proves nothing of people: a thousand are called alike. It takes a second sign that both have: a mail, a phone, a company, a
day of birth, or that nothing else is known of one of them. A sign alone proves little too: families share phones, offices share mails.
"""

from __future__ import annotations

from collections.abc import Iterator

from crmtui.clients import likeness, signs
from crmtui.clients.signs import Known

ALIKE = 85
"""Likeness (0–100) of names from which on they are one name with a typing error."""

NEARLY = 94
"""Likeness asked for where the second sign is a weak one: no more than one small error."""

PARTLY = 75
"""Likeness of names of which one is a part of the other."""

EACH_FURTHER = 2
"""What every further reason adds to the strongest."""

ANOTHER_BIRTHDAY = 30
"""What different days of birth take away: a father and his son."""

SHORTEST_MAIL = 8
"""Characters of a mail from which on one wrong letter is an error rather than another address."""

Reason = tuple[int, str]


def judged(a: Known, b: Known) -> tuple[int, tuple[str, ...]]:
    """The score of two clients, 0–100, and the reasons in words, the strongest first; 0 without any."""
    if a.kind != b.kind:
        return 0, ()
    found = sorted(_people(a, b) if a.kind == "person" else _firms(a, b), key=lambda reason: -reason[0])
    if not found:
        return 0, ()
    score = min(100, found[0][0] + EACH_FURTHER * (len(found) - 1))
    if a.born and b.born and a.born != b.born:
        score -= ANOTHER_BIRTHDAY
    return score, (*(told for _, told in found), *_named(a, b))


def _people(a: Known, b: Known) -> Iterator[Reason]:
    """What speaks for two people being one."""
    mails, phones, firm = a.mails & b.mails, signs.shared_phone(a, b), _same_firm(a, b)
    born = bool(a.born) and a.born == b.born
    near = not mails and _near_mail(a, b)
    slip = not (phones or (a.mails and b.mails)) and _near_phone(a, b)
    alone = a.bare or b.bare
    if not (mails or phones or firm or born or near or slip or alone):
        return
    names = likeness.people(a.words, b.words)
    if mails:
        yield _by_mail(all(map(signs.is_box, mails)), names), "same mail"
    if phones:
        yield 96 if names >= ALIKE else 84 if names >= PARTLY else 50, "same phone"
    if firm:
        apart = _own_ways(a, b)
        yield (70 if apart else 86) if names >= NEARLY else (60 if apart else 78) if names >= ALIKE else 30, firm
    if born and names >= ALIKE:
        yield 92, "same birthday"
    if near and names >= ALIKE:
        yield 90, "mails alike"
    if slip and names >= NEARLY:
        yield 82, "phones alike"
    if alone and names == 100:
        yield 72, "nothing else known"


def _by_mail(box: bool, names: int) -> int:
    if box:
        return 90 if names >= ALIKE else 30
    return 98 if names >= ALIKE else 90 if names >= PARTLY else 65


def _firms(a: Known, b: Known) -> Iterator[Reason]:
    """What speaks for two companies being one."""
    mails, hosts, phones = a.mails & b.mails, a.hosts & b.hosts, signs.shared_phone(a, b)
    if not (mails or hosts or phones or a.sound == b.sound or likeness.typing_error(a.letters, b.letters)):
        return
    names = likeness.firms(a.words, b.words)
    if mails:
        yield 98 if names >= PARTLY else 60, "same mail"
    if hosts:
        yield 96 if names >= PARTLY else 60, "same domain"
    if phones:
        yield 95 if names >= PARTLY else 45, "same phone"
    if names < NEARLY or (names < 100 and min(len(a.letters), len(b.letters)) < signs.SHORTEST_FIRM):
        return
    elsewhere = (a.hosts and b.hosts and not hosts) or (a.forms and b.forms and a.forms != b.forms)
    reached_apart = a.phones and b.phones and not phones
    if names == 100:
        yield 60 if elsewhere else 76 if reached_apart else 88, "only the name is known" if a.bare or b.bare else "nothing against it"
    else:
        yield 50 if elsewhere else 60 if reached_apart else 80, "a typing error apart"


def _same_firm(a: Known, b: Known) -> str:
    if a.company and a.company == b.company:
        return "same company"
    return "same company domain" if a.hosts & b.hosts else ""


def _own_ways(a: Known, b: Known) -> bool:
    """Whether both have a mail, or both a phone, of their own and share none: two of one name in one company."""
    return bool((a.mails and b.mails and not a.mails & b.mails) or (a.phones and b.phones and not signs.shared_phone(a, b)))


def _near_mail(a: Known, b: Known) -> bool:
    return any(_mistyped(one, other) for one in a.mails for other in b.mails)


def _mistyped(one: str, other: str) -> bool:
    """One letter apart, and not by a number: `anna1@` and `anna2@` are two people."""
    if min(len(one), len(other)) < SHORTEST_MAIL or _digits(one) != _digits(other):
        return False
    return likeness.typing_error(_undotted(one), _undotted(other))


def _undotted(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name.replace('.', '')}@{domain}"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _near_phone(a: Known, b: Known) -> bool:
    return any(likeness.typing_error(one, other) for one in a.phones for other in b.phones if min(len(one), len(other)) > signs.TAIL)


def _named(a: Known, b: Known) -> Iterator[str]:
    """What is to be said of the names."""
    if a.words == b.words:
        yield "same name" if a.name.casefold() == b.name.casefold() else f"names alike ({a.name} / {b.name})"
    elif a.kind == "person" and sorted(a.words) == sorted(b.words):
        yield "swapped first and last name"
    elif (likeness.people if a.kind == "person" else likeness.firms)(a.words, b.words) >= PARTLY:
        yield f"names alike ({a.name} / {b.name})"
    else:
        yield f"other names ({a.name} / {b.name})"
