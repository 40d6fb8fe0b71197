"""By what a client is recognised: the words of the name, mails, phones, domains, company, birthday; each in the form that is compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from crmtui import contacts
from crmtui.clients import likeness
from crmtui.clients.hosts import FREE, host
from crmtui.store.connection import current
from crmtui.store.tables import Client, ContactPoint

TAIL = 9
"""Last digits by which phones are looked up together: a number has them however it is written, with its country or without."""

SHORTEST = 7
"""Digits that a number without its country must have to be taken for the end of one with it."""

SHORTEST_FIRM = 8
"""Letters of a company's name from which on one wrong letter is an error rather than another name."""

_BOXES = frozenset({
    "info", "office", "sales", "contact", "hello", "mail", "admin", "support", "service", "order", "orders", "reception", "accounts",
    "kontakt", "buero", "post", "zakaz", "sale",
})  # fmt: skip
_GMAIL = ("gmail.com", "googlemail.com")


@dataclass(slots=True)
class Known:
    """A client as it is compared with others. `hosts` are domains of its own, no free mail's; `born` is a day as text or empty."""

    id: int
    kind: str
    name: str
    words: tuple[str, ...]
    forms: frozenset[str]
    company: int | None
    born: str
    hosts: frozenset[str] = frozenset()
    mails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    points: list[tuple[str, str]] = field(default_factory=list)
    _sound: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing but the name is known."""
        return not (self.mails or self.phones or self.hosts or self.company)

    @property
    def sound(self) -> str:
        """How the name sounds, its words in a fixed order: the same for names that are swapped or written in another script."""
        if self._sound is None:
            self._sound = " ".join(sorted(map(likeness.bones, self.words)))
        return self._sound

    @property
    def letters(self) -> str:
        """The name without blanks."""
        return "".join(self.words)


def read(ids: Sequence[int] | None = None) -> list[Known]:
    """The living clients of these ids, or all, in order of their ids."""
    query = Client.select(Client.id, Client.kind, Client.name, Client.company, Client.birth_date, Client.website)
    points = ContactPoint.select(ContactPoint.client, ContactPoint.kind, ContactPoint.key)
    if ids is not None:
        query, points = query.where(Client.id.in_(list(ids))), points.where(ContactPoint.client.in_(list(ids)))
    found = {}
    with current().reading():
        for row in query.where(Client.deleted_at.is_null()).order_by(Client.id).tuples().iterator():
            found[row[0]] = _known(*row)
        for id_, kind, key in points.tuples().iterator():
            if id_ in found:
                found[id_].points.append((kind, key))
    for each in found.values():
        _add_points(each)
    return list(found.values())


def _known(id_: int, kind: str, name: str, company: int | None, born: Any, website: str | None) -> Known:
    words, forms = (likeness.words(name), frozenset[str]()) if kind == "person" else likeness.firm_words(name)
    site = host(website) if website else ""
    return Known(id_, kind, name, words, forms, company, str(born or ""), frozenset({site} if site else ()))


def _add_points(known: Known) -> None:
    known.mails = frozenset(mail(key) for kind, key in known.points if kind == "email")
    known.phones = frozenset(contacts.one_key(key) for kind, key in known.points if kind == "phone")
    known.hosts |= {domain for each in known.mails if (domain := each.rpartition("@")[2]) not in FREE}
    known.points = []


def mail(key: str) -> str:
    """A mail as it is compared: look-alike letters are Latin, and of Gmail's one way to write it is taken: no dots, no `+tag`."""
    name, _, domain = likeness.in_latin(key).rpartition("@")
    if domain in _GMAIL:
        return f"{name.partition('+')[0].replace('.', '')}@gmail.com"
    return f"{name}@{domain}"


def is_box(address: str) -> bool:
    """Whether a mail is that of an office, not of a person."""
    return address.partition("@")[0] in _BOXES


def tail(number: str) -> str:
    """The last digits of a phone without its extension; empty when it is too short to be told from others."""
    digits = number.partition("x")[0].removeprefix("+").lstrip("0")
    return digits[-TAIL:] if len(digits) >= SHORTEST else ""


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers are one: equal, or one of them the end of the other, which has its country."""
    if one == other:
        return True
    (first, _, inner), (second, _, inner_too) = one.partition("x"), other.partition("x")
    if inner and inner_too and inner != inner_too:
        return False
    if first == second:
        return True
    if first.startswith("+") == second.startswith("+"):
        return False
    local, full = (second, first) if first.startswith("+") else (first, second)
    return len(local.lstrip("0")) >= SHORTEST and full.endswith(local.lstrip("0"))


def shared_phone(one: Known, other: Known) -> bool:
    """Whether two clients have a number in common."""
    if one.phones & other.phones:
        return True
    return any(same_phone(a, b) for a in one.phones for b in other.phones)


def tails(known: Known) -> Iterator[str]:
    """The ends of the phones of a client, each once."""
    yield from {found for number in known.phones if (found := tail(number))}
