"""What an action is about: a record, by its noun and id."""

from __future__ import annotations

from crmtui.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """A record on the screen. `noun` is client, deal, task, interaction, rep, product, purchase or file."""

    noun: str
    id: int
