"""Tags of clients and deals: free words, the same whatever their case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crmtui.store.journal import Recorder
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import ClientTag, DealTag, Tag

_LINKS: dict[str, tuple[Any, Any]] = {"client": (ClientTag, ClientTag.client), "deal": (DealTag, DealTag.deal)}


def of(kind: str, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The tags of each record of a kind (client, deal), by name; records without tags are not in it."""
    link, record = _LINKS[kind]
    found: dict[int, tuple[str, ...]] = {}
    rows = link.select(record, Tag.name).join(Tag).where(record.in_(list(ids))).order_by(Tag.key)
    for id_, name in tuples(rows):
        found[id_] = (*found.get(id_, ()), name)
    return found


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
