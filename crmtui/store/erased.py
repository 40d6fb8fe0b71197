"""Those who were erased, known again by keyed hashes alone: when an old list or an old backup brings them back, that is told."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from crmtui import clock
from crmtui.store.connection import current
from crmtui.store.reading import tuples
from crmtui.store.tables import Erased, database

SALT_BYTES = 32
TOLD = 5
"""People named in a warning; of more their number is told."""

Line = tuple[Any, ...]


def remember(client_id: int, keys: Iterable[str], at: datetime) -> None:
    """Keep the hashes of a person's mails and phones, as they are compared. Inside the transaction that erases them."""
    newest = Erased.select(Erased.salt).order_by(Erased.id.desc()).first()
    salt = newest.salt if newest else secrets.token_hex(SALT_BYTES)
    for key in sorted(set(keys)):
        Erased.create(client_id=client_id, at=at, salt=salt, hash=_hash(salt, key))


def _hash(salt: str, key: str) -> str:
    return hmac.new(bytes.fromhex(salt), key.encode(), hashlib.sha256).hexdigest()


def warn(lines: Sequence[Line]) -> None:
    """Have whoever entered mails or phones of people who were erased told so. `lines` are those of the journal."""
    runs = [(line[2], line[3]) for line in lines if line[0] == "contact_point" and line[1] == "insert"]
    if not runs or not Erased.select(Erased.id).exists():
        return
    rows = (row for run in runs for row in database.execute_sql(_POINTS, run).fetchall())
    told = sorted(among(rows).items())
    people = ", ".join(f"client {id_} (erased on {clock.local(at):%Y-%m-%d})" for id_, at in told[:TOLD])
    more = f" and {len(told) - TOLD} more" if len(told) > TOLD else ""
    if told:
        current().notes.append(f"{people}{more} had themselves erased and are here again; crmtui erase-person erases them anew")


_POINTS = 'SELECT client_id, "key" FROM contact_point WHERE id BETWEEN ? AND ?'


def among(rows: Iterable[tuple[int, str]]) -> dict[int, datetime]:
    """Of pairs of a client and the key of a mail or phone those clients who were erased once, with the moment."""
    known = {row.hash: (row.salt, row.at) for row in Erased.select()}
    salts = sorted({salt for salt, _ in known.values()})
    found: dict[int, datetime] = {}
    for client, key in rows if salts else ():
        for salt in salts:
            if (hashed := _hash(salt, key)) in known:
                found[client] = known[hashed][1]
    return found


def returned() -> dict[int, datetime]:
    """The clients of the base who were erased once, with the moment."""
    return among(database.execute_sql('SELECT client_id, "key" FROM contact_point'))


def kept() -> list[tuple[Any, ...]]:
    """The rows as they are, to be carried into the content that a restore brings."""
    return tuples(Erased.select(Erased.client_id, Erased.at, Erased.salt, Erased.hash))


def carry(rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows that `kept` gave, but for those that are there. Inside a transaction."""
    there = {row.hash for row in Erased.select(Erased.hash)}
    for client_id, at, salt, hashed in rows:
        if hashed not in there:
            Erased.create(client_id=client_id, at=at, salt=salt, hash=hashed)
