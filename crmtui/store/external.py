"""The ids that our records have in other systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmtui.errors import Refused
from crmtui.store.journal import Recorder
from crmtui.store.reading import tuples
from crmtui.store.tables import ExternalId


def of(kind: str, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """For records of a kind (client, deal, product, rep): record → system → id there; the first one, where a merged client has two."""
    found: dict[int, dict[str, str]] = {}
    query = ExternalId.select(ExternalId.record_id, ExternalId.system, ExternalId.value)
    rows = query.where(ExternalId.kind == kind, ExternalId.record_id.in_(list(ids))).order_by(ExternalId.id)
    for record, system, value in tuples(rows):
        found.setdefault(record, {}).setdefault(system, value)
    return found


def write(recorder: Recorder, kind: str, record_id: int, values: Mapping[str, str]) -> None:
    """Set the ids of a record by system; an empty one takes it away. Raises `Refused` when another record has it."""
    own = ExternalId.select().where(ExternalId.kind == kind, ExternalId.record_id == record_id).order_by(ExternalId.id)
    present: dict[str, list[ExternalId]] = {}
    for each in own if values else ():
        present.setdefault(each.system, []).append(each)
    for system, value in values.items():
        rows = present.get(system, [])
        if not value:
            for row in rows:
                recorder.delete(row)
            continue
        taken = ExternalId.get_or_none(ExternalId.kind == kind, ExternalId.system == system, ExternalId.value == value)
        if taken and taken.record_id != record_id:
            raise Refused(f'{kind} {taken.record_id} has the id "{value}" of {system} already')
        if rows and not taken:
            recorder.update(rows[0], value=value)
        elif not taken:
            recorder.insert(ExternalId, kind=kind, system=system, value=value, record_id=record_id)
        recorder.touch(kind, record_id)
