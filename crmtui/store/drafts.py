"""Drafts: what a person has typed and not saved, kept in the base so that a killed program loses none of it."""

from __future__ import annotations

import json
from typing import Any

from crmtui import clock
from crmtui.store.connection import current
from crmtui.store.tables import Draft


def keep(place: str, content: dict[str, Any]) -> None:
    """Keep what the actor has begun at a place (`add-client`, `calls`, …) instead of what was kept there; JSON values only.

    Outside history and undo. A base that cannot be written keeps nothing, without complaint.
    """
    base = current()
    if base.read_only or base.stands_in:
        return
    values = {"content": json.dumps(content, ensure_ascii=False), "updated_at": clock.now()}
    with base.writing():
        Draft.insert(actor=base.actor, place=place, **values).on_conflict(
            conflict_target=[Draft.actor, Draft.place], update=values
        ).execute()


def kept(place: str) -> dict[str, Any]:
    """What the actor has begun at a place; empty when nothing."""
    row = Draft.get_or_none(Draft.actor == current().actor, Draft.place == place)
    found: dict[str, Any] = json.loads(row.content) if row else {}
    return found


def drop(place: str) -> None:
    """Forget what the actor has begun at a place. Nothing is written when there is nothing."""
    base = current()
    if not base.read_only and kept(place):
        with base.writing():
            Draft.delete().where(Draft.actor == base.actor, Draft.place == place).execute()
