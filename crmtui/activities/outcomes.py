"""Outcomes to offer for an interaction: those of the setting, then those that are used most."""

from __future__ import annotations

from collections import Counter

from crmtui import config
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Interaction

LATEST = 1_000
"""Interactions of a kind, the newest, whose outcomes are counted."""


def usual(kind: str, limit: int = 8) -> list[str]:
    """At most `limit` outcomes to offer for a kind of interaction, each once however it is written.

    For calls first those of the setting `call_outcomes`, in its order. Then those of the newest `LATEST` interactions of the kind, the
    most used first, of equal ones the newer, each as it was written last.
    """
    named = config.current().call_outcomes.split(",") if kind == "call" else []
    newest = Interaction.select(Interaction.outcome).where(Interaction.kind == kind).order_by(Interaction.at.desc(), Interaction.id.desc())
    used = [outcome for (outcome,) in tuples(newest.limit(LATEST)) if outcome]
    written = {_key(outcome): outcome.strip() for outcome in [*reversed(used), *reversed(named)]}
    counted = Counter(_key(outcome) for outcome in used)
    keys = dict.fromkeys([*map(_key, named), *(key for key, _ in counted.most_common())])
    return [written[key] for key in keys if key][:limit]


def _key(outcome: str) -> str:
    return " ".join(fold(outcome).split())
