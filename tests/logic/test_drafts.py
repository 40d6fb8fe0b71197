"""What was begun and not saved: kept for the one who began it, outside the history."""

from __future__ import annotations

from crmtui.store import drafts, history
from crmtui.store.connection import Base


def test_a_draft_is_kept_anew_and_dropped(base: Base) -> None:
    drafts.keep("add-client", {"name": "Ann"})
    drafts.keep("add-client", {"name": "Anna", "phone": "+371 2"})
    drafts.keep("calls", {"ids": [1, 2]})
    assert drafts.kept("add-client") == {"name": "Anna", "phone": "+371 2"}
    drafts.drop("add-client")
    assert drafts.kept("add-client") == {}
    assert drafts.kept("calls") == {"ids": [1, 2]}


def test_a_draft_is_its_authors_own_and_no_history(base: Base) -> None:
    drafts.keep("add-client", {"name": "Ann"})
    base.actor = "somebody else"
    assert drafts.kept("add-client") == {}
    assert history.count() == 0
