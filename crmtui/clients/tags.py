"""Tags of clients and deals: free words, the same whatever their case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import fn

from crmtui import texts
from crmtui.errors import NotFound, nearest
from crmtui.frozen import dataclass
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, ClientTag, Deal, DealTag, Tag

_LINKS: dict[str, tuple[Any, Any]] = {"client": (ClientTag, ClientTag.client), "deal": (DealTag, DealTag.deal)}


@dataclass(frozen=True, slots=True)
class Use:
    """A tag, and how many clients and deals bear it; deleted ones do not count."""

    id: int
    name: str
    clients: int
    deals: int


def of(kind: str, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each record of a kind (client, deal), by name; records without tags are not in it."""
    link, record = _LINKS[kind]
    found: dict[int, tuple[str, ...]] = {}
    rows = link.select(record, Tag.name).join(Tag).where(record.in_(list(ids))).order_by(Tag.key)
    for id_, name in tuples(rows):
        found[id_] = (*found.get(id_, ()), name)
    return found


def uses() -> list[Use]:
    """Every tag by name, with its counts; tags that nothing bears any more are left out."""
    counts = [dict(tuples(_bearers(kind, table))) for kind, table in (("client", Client), ("deal", Deal))]
    found = (Use(id_, name, *(each.get(id_, 0) for each in counts)) for id_, name in tuples(Tag.select(Tag.id, Tag.name).order_by(Tag.key)))
    return [use for use in found if use.clients or use.deals]


def _bearers(kind: str, table: Any) -> Any:
    link, record = _LINKS[kind]
    living = link.select(link.tag, fn.COUNT(link.id)).join(table, on=(record == table.id)).where(table.deleted_at.is_null())
    return living.group_by(link.tag)


def put(recorder: Recorder, kind: str, record_id: int, names: Sequence[str]) -> None:
    """Add these tags to those of a record. Raises `Refused` for an empty one."""
    present = of(kind, [record_id]).get(record_id, ())
    write(recorder, kind, record_id, [*present, *(texts.required(name, "tag") for name in names)])


def take(recorder: Recorder, kind: str, record_id: int, names: Sequence[str]) -> None:
    """Take these tags off a record. Raises `NotFound` for a tag that nothing was ever given."""
    off = {_known(name) for name in names}
    write(recorder, kind, record_id, [name for name in of(kind, [record_id]).get(record_id, ()) if fold(name) not in off])


def _known(name: str) -> str:
    key = fold(name.strip())
    if Tag.get_or_none(Tag.key == key) is None:
        hint = nearest(name, [known for (known,) in tuples(Tag.select(Tag.name))])
        raise NotFound(f'no tag "{name}"', hint or "crmtui list-tags lists them")
    return key


def write(recorder: Recorder, kind: str, record_id: int, names: Sequence[str]) -> None:
    """Make these the tags of a record: missing ones are added, others taken off."""
    link, record = _LINKS[kind]
    wanted = {fold(name): name for name in names}
    present = {row.tag.key: row for row in link.select(link, Tag).join(Tag).where(record == record_id)}
    for key, row in present.items():
        if key not in wanted:
            recorder.delete(row)
    for key, name in wanted.items():
        if key not in present:
            tag = Tag.get_or_none(Tag.key == key) or recorder.insert(Tag, name=name, key=key)
            recorder.insert(link, **{record.name: record_id, "tag": tag})
