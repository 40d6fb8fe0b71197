"""The reasons that are offered when a deal is lost."""

from __future__ import annotations

from crmtui.sales import deals, losses, moves
from crmtui.store.connection import Base


def test_the_most_usual_reason_comes_first_as_it_was_written_last(base: Base) -> None:
    for number, reason in enumerate(["price", "Too late", "Price", "no answer", "too late", "Price"]):
        moves.move(deals.add({"title": f"d{number}"}).id, "lost", reason=reason)
    assert losses.reasons() == ["Price", "too late", "no answer"]
    assert losses.reasons(1) == ["Price"]
