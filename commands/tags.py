"""Commands on tags."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from typer import Argument

from commands.parameters import ClientRef, DealRef, Many
from commands.results import Done, Listing

Tags = Annotated[list[str], Argument(metavar="TAG…", help="One or more tags; case does not matter.")]


def tag_client(client: Annotated[ClientRef, Many("tagged")], tags: Tags) -> Done:
    """Put tags on a client beside those it has."""
    from crmtui.clients import clients

    card = clients.tag(client, tags)
    return Done(_told("tagged client", card.id, card.name, card.tags), card, card.id)


def untag_client(client: Annotated[ClientRef, Many("untagged")], tags: Tags) -> Done:
    """Take tags off a client; those it does not have are no matter."""
    from crmtui.clients import clients

    card = clients.untag(client, tags)
    return Done(_told("untagged client", card.id, card.name, card.tags), card, card.id)


def tag_deal(deal: Annotated[DealRef, Many("tagged")], tags: Tags) -> Done:
    """Put tags on a deal beside those it has."""
    from crmtui.sales import deals

    card = deals.tag(deal, tags)
    return Done(_told("tagged deal", card.id, card.title, card.tags), card, card.id)


def untag_deal(deal: Annotated[DealRef, Many("untagged")], tags: Tags) -> Done:
    """Take tags off a deal; those it does not have are no matter."""
    from crmtui.sales import deals

    card = deals.untag(deal, tags)
    return Done(_told("untagged deal", card.id, card.title, card.tags), card, card.id)


def _told(what: str, id_: int, name: str, tags: Sequence[str]) -> str:
    return f"{what} {id_} {name}: {', '.join(tags) or 'no tags'}"


def list_tags() -> Listing:
    """List the tags by name, with how many clients and deals bear each."""
    from crmtui.clients import tags
    from crmtui.present import lists

    return Listing(tags.uses(), lists.TAGS, tags.Use, empty="no tags")
