"""The search over everything that has a name."""

from __future__ import annotations

from typing import Annotated

from typer import Argument, Option

from commands.results import Listing


def search(
    words: Annotated[list[str], Argument(help="Words that must all be found: parts of names, mails, phones, titles.")],
    *,
    limit: Annotated[int, Option(min=1, max=10_000, help="At most so many of each kind.")] = 20,
) -> Listing:
    """Find clients and deals by any words, in any script; case, accents and width do not matter."""
    from crmtui.present import lists
    from crmtui.sales import finding

    return Listing(finding.everything(" ".join(words), limit), lists.FOUND, finding.Found, empty="nothing found")
