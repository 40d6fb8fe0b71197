"""Clients as vCards, for address books: one card each, with an id that stays, so that a second import there renews instead of doubling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

import vobject
from vobject.vcard import Address, Name

from crmtui.clients import clients
from crmtui.clients.records import Card, Point, PostalAddress
from crmtui.clients.records import load as load_clients
from crmtui.exchange.foreign import text, uid
from crmtui.store import reading
from crmtui.store.connection import current

VERSIONS = ("4.0", "3.0")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,30}")
_SEXES = {"male": "M", "female": "F"}
_NAMES = {"email": "email", "phone": "tel"}


def write(stream: TextIO, ids: Sequence[int] | None = None, *, version: str = "4.0") -> int:
    """Write the living clients, all or those of `ids` in their order, as cards of a version of `VERSIONS`; how many they were."""
    count = 0
    with current().reading():
        cards: Iterator[Card] = clients.every() if ids is None else reading.paged(load_clients, list(ids))
        for card in cards:
            stream.write(_drawn(card, version))
            count += 1
    return count


def _drawn(card: Card, version: str) -> str:
    made = vobject.vCard()
    id_ = uid("client", card.id, card.created_at)
    _add(made, "version", version)
    _add(made, "uid", f"urn:uuid:{id_}" if version == "4.0" else id_)
    _add(made, "rev", f"{card.updated_at:%Y%m%dT%H%M%SZ}")
    _add(made, "fn", text(card.name))
    made.add("n").value = _name(card)
    if card.kind == "company" or card.company:
        made.add("org").value = [text(card.name if card.kind == "company" else card.company or "")]
    for name, value in _plain(card, version).items():
        _add(made, name, value)
    if card.tags:
        made.add("categories").value = [text(tag) for tag in card.tags]
    for number, point in enumerate(card.contact_points, 1):
        _label(made, made.add(_NAMES[point.kind]), point, f"item{number}").value = text(point.value)
    for number, place in enumerate(card.addresses, len(card.contact_points) + 1):
        _label(made, made.add("adr"), place, f"item{number}").value = _address(place)
    written: str = made.serialize(lineLength=75)
    return written


def _name(card: Card) -> Name:
    if card.kind == "company":
        return Name()
    if card.first_name or card.last_name:
        return Name(family=text(card.last_name or ""), given=text(card.first_name or ""))
    return Name(given=text(card.name))


def _plain(card: Card, version: str) -> dict[str, str]:
    """The properties that hold one text; empty ones are left out."""
    born = f"{card.birth_date:%Y%m%d}" if card.birth_date and version == "4.0" else str(card.birth_date or "")
    found = {"title": card.position, "url": card.website, "bday": born, "note": card.notes}
    if version == "4.0":
        found |= {"kind": "org" if card.kind == "company" else "individual", "gender": _SEXES.get((card.sex or "").lower())}
    return {name: text(value) for name, value in found.items() if value}


def _add(made: Any, name: str, value: str) -> None:
    made.add(name).value = value


def _label(made: Any, line: Any, labelled: Point | PostalAddress, group: str) -> Any:
    """A label that is one word is a type; any other stands beside under the name that address books have agreed on."""
    if _TYPE.fullmatch(labelled.label):
        line.type_param = labelled.label
    elif labelled.label:
        line.group = group
        beside = made.add("x-ablabel")
        beside.group, beside.value = group, text(labelled.label)
    return line


def _address(place: PostalAddress) -> Address:
    parts = {"street": place.street, "city": place.city, "region": place.region, "code": place.postcode, "country": place.country}
    return Address(**{name: text(value or "") for name, value in parts.items()})
