"""Where clients and deals came from: the utm parameters of the page that brought them."""

from __future__ import annotations

from collections.abc import Mapping

from crmtui import texts
from crmtui.store.journal import Recorder
from crmtui.store.tables import Origin

FIELDS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")


def of(kind: str, record_id: int) -> dict[str, str]:
    """The utm parameters of a client or a deal (`kind`) by name, those that it has."""
    row = Origin.get_or_none(Origin.kind == kind, Origin.record_id == record_id)
    return {name: getattr(row, name) for name in FIELDS if getattr(row, name)} if row else {}


def check(given: Mapping[str, str]) -> dict[str, str]:
    """The utm parameters as they are kept, empty ones left out. Raises `Refused` for one that is too long."""
    return {name: value for name in FIELDS if (value := texts.line(given.get(name, ""), name))}


def write(recorder: Recorder, kind: str, record_id: int, utm: Mapping[str, str]) -> None:
    """Keep the checked utm parameters of a client or a deal that has none yet."""
    if utm:
        recorder.insert(Origin, kind=kind, record_id=record_id, **utm)
