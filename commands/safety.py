"""Commands that look back: undo, redo, history, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from typer import Argument, Option

from commands.paging import Page, more
from commands.results import Done, Listing


def undo(*, id: Annotated[int | None, Option("--id", min=1, help="The operation, as history shows it.")] = None) -> Done:
    """Take back what you did last, or the operation named. What was changed again since is refused."""
    from crmtui.store import rewind

    found = rewind.undo(id)
    return Done(f"undone: {found.summary} (operation {found.of})", found, found.operation)


def redo() -> Done:
    """Do again what you undid last, as long as you changed nothing since."""
    from crmtui.store import rewind

    found = rewind.redo()
    return Done(f"done again: {found.summary} (operation {found.operation})", found, found.operation)


Noun = Literal["client", "deal", "task", "rep", "product"]


def history(
    noun: Annotated[Noun | None, Argument(help="What kind of record.")] = None,
    ref: Annotated[str | None, Argument(help="Which one.")] = None,
    *,
    limit: Annotated[int, Option(min=1, max=100_000, help="At most so many operations.")] = 50,
    page: Page = 1,
) -> Listing:
    """Show what was done in the base, newest first; or every value of one record that ever changed, oldest first."""
    from crmtui.errors import Unreadable
    from crmtui.present import lists
    from crmtui.store import history as told

    if noun is None:
        found = told.operations(limit=limit, offset=(page - 1) * limit)
        total = told.count() if len(found) == limit else 0
        return Listing(found, lists.EVENTS, told.Event, more(len(found), total, limit, page, "operations"), "nothing was done yet")
    if ref is None:
        raise Unreadable(f"no {noun} is named", f"name one: crmtui history {noun} REF")
    changes = told.of(noun, _found(noun, ref))
    return Listing(changes, lists.CHANGES, told.FieldChange, empty="nothing is known of it")


def _found(noun: str, ref: str) -> int:
    from crmtui import team
    from crmtui.activities import tasks
    from crmtui.clients import clients
    from crmtui.sales import deals, products
    from crmtui.store import history as told

    if (deleted := told.deleted(noun, ref)) is not None:
        return deleted
    modules: dict[str, Any] = {"client": clients, "deal": deals, "task": tasks, "rep": team, "product": products}
    id_: int = modules[noun].find(ref)
    return id_


def backup(
    file: Annotated[
        Path | None, Argument(help="Where to; beside the base, with the time in its name, otherwise.", show_default=False)
    ] = None,
) -> Done:
    """Copy the base to a new file while others go on working, and verify the copy."""
    from crmtui.store import backups

    made = backups.write(file)
    return Done(f"backed up to {made.path} ({made.bytes:,} bytes)", made, None)
