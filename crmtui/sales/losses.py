"""Why deals are lost: the reasons that people give."""

from __future__ import annotations

from collections import Counter

from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal

LATEST = 500
"""Lost deals that are asked for their reasons."""


def reasons(limit: int = 8) -> list[str]:
    """The reasons given for the deals lost last, the most usual first, each in the form written last."""
    query = (
        Deal.select(Deal.lost_reason)
        .where(Deal.lost_reason.is_null(False), Deal.closed_at.is_null(False), Deal.deleted_at.is_null())
        .order_by(Deal.closed_at.desc())
        .limit(LATEST)
    )
    forms: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for (reason,) in tuples(query):
        counts[fold(reason)] += 1
        forms.setdefault(fold(reason), reason)
    return [forms[key] for key, _ in counts.most_common(limit)]
