"""Commands that look back: undo, redo, history, backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option

from commands.paging import Limit, Page, more, size
from commands.parameters import ClientRef, DayText, DealRef, RepRef, SinceText, UntilText, current_format
from commands.results import Done, Listing


def undo(*, id: Annotated[int | None, Option("--id", min=1, max=2**63 - 1, help="The operation, as history shows it.")] = None) -> Done:
    """Take back what you did last, or the operation named. What was changed again since is refused."""
    from crmtui.store import rewind

    found = rewind.undo(id)
    return Done(f"undone: {found.summary} (operation {found.of})", found, found.operation)


def redo() -> Done:
    """Do again what you undid last, as long as you changed nothing since."""
    from crmtui.store import rewind

    found = rewind.redo()
    return Done(f"done again: {found.summary} (operation {found.operation})", found, found.operation)


def history(
    record: Annotated[list[str] | None, Argument(help="Which one; a noun before it (client, deal, …) where it could be several.")] = None,
    *,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """Show what was done in the base, newest first; or every value of one record that ever changed, oldest first."""
    from crmtui.present import lists
    from crmtui.store import history as told

    if not record:
        many = size(limit)
        found = told.operations(limit=many or told.count(), offset=(page - 1) * many)
        total = told.count() if many and len(found) == many else 0
        return Listing(found, lists.EVENTS, told.Event, more(len(found), total, many, page, "operations"), "nothing was done yet")
    changes = told.of(*_record(record))
    return Listing(changes, lists.CHANGES, told.FieldChange, empty="nothing is known of it")


def _record(words: list[str]) -> tuple[str, int]:
    """The noun and the id of the record that is meant, also of one that was deleted."""
    from crmtui.errors import Unreadable
    from crmtui.sales import finding

    if words[0] in finding.NOUNS and len(words) > 1:
        return words[0], finding.ever(words[0], " ".join(words[1:]))
    if words[0] in finding.NOUNS:
        raise Unreadable(f"which {words[0]}?", f"crmtui history {words[0]} REF")
    return finding.any_record(" ".join(words))


def changes(
    *,
    since: Annotated[
        SinceText | None,
        Option(
            help="From when on: monday, yesterday, 2026-03-01, '2 hours ago'.", show_default="for 7 days, of a record from its beginning"
        ),
    ] = None,
    until: Annotated[UntilText | None, Option(help="Up to that moment, or the end of that day.")] = None,
    owner: Annotated[RepRef | None, Option(help="Only what is this rep's, was, or became so.", metavar="REP")] = None,
    client: Annotated[ClientRef | None, Option(help="Only this client, its deals and its tasks.", metavar="CLIENT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only this deal and its tasks.", metavar="DEAL")] = None,
    limit: Limit = None,
    page: Page = 1,
) -> Listing:
    """Tell what changed since, newest first: clients, deals and tasks that were added, moved, won, lost, valued, dated, given, deleted.

    What was done and undone in the meantime is left out; an import, or another change of many, is one line.
    """
    from itertools import islice

    from crmtui.present import lists
    from crmtui.sales import changes as told

    if current_format() == "ids":
        from crmtui.errors import Unreadable

        raise Unreadable("changes have no ids of their own", "formats: table, json, jsonl, csv, tsv")
    many, start = size(limit), since or told.usually(client is not None or deal is not None)
    found = told.listed(start, until, owner=owner, client=client, deal=deal)
    said = told.forgotten(start)
    if not many:
        return Listing(found, lists.TURNS, told.Changed, said, "nothing changed")
    shown = list(islice(found, (page - 1) * many, page * many + 1))
    cut = f"the first {many * page:,} changes; --page {page + 1} for the next, --limit 0 for all" if len(shown) > many else ""
    return Listing(shown[:many], lists.TURNS, told.Changed, "; ".join(filter(None, (cut, said))), "nothing changed")


def compact_history(
    *,
    before: Annotated[DayText, Option(help="The day before which it is compacted.", metavar="DAY")],
) -> Done:
    """Let go of what old operations changed, to make room; that they were done, when and by whom stays in the history.

    They can no longer be undone, and reports can no longer be asked for as of then. This itself cannot be undone: a backup keeps it.
    """
    from crmtui import clock
    from crmtui.store import thinning

    done = thinning.compact(before)
    if done.known_from is None:
        return Done(f"nothing before {before} is left to compact", done, None)
    counted = f"{done.changes:,} changes of {done.operations:,} operations"
    notes = [
        f"operations up to {done.last} can no longer be undone; report --as-of goes back to {clock.local(done.known_from):%Y-%m-%d %H:%M}",
        "the file keeps its size: what comes is written into the room",
    ]
    return Done(f"compacted the history before {before}: let go of {counted} (operation {done.operation})", done, done.operation, notes)


def backup(
    file: Annotated[
        Path | None, Argument(help="Where to; beside the base, with the time in its name, otherwise.", show_default=False)
    ] = None,
) -> Done:
    """Copy the base to a new file while others go on working, and verify the copy."""
    from crmtui.store import backups

    made = backups.write(file)
    return Done(f"backed up to {made.path} ({made.bytes:,} bytes)", made, None)
