"""Commands that bring back what was deleted."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from commands.parameters import DeletedClientRef, DeletedDealRef, Many
from commands.results import Done


def restore_client(
    client: Annotated[DeletedClientRef, Many("restored")],
    *,
    allow_duplicate: Annotated[bool, Option("--allow-duplicate", help="Also when another client has its mail or phone by now.")] = False,
) -> Done:
    """Bring a deleted client back, with the deals that were deleted in the same step."""
    from crmtui.sales import trash

    back = trash.restore_client(client, allow_duplicate=allow_duplicate)
    beside = f" and {back.deals} deal{'s' if back.deals > 1 else ''}" if back.deals else ""
    return Done(f"restored client {back.client.id} {back.client.name}{beside}", back.client, back.client.id)


def restore_deal(deal: Annotated[DeletedDealRef, Many("restored")]) -> Done:
    """Bring a deleted deal back to the stage it was in."""
    from crmtui.sales import trash

    card = trash.restore_deal(deal)
    return Done(f"restored deal {card.id} {card.title}", card, card.id)
