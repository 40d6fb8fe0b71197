"""Commands on imports as a whole: what was imported when, which records came of it, taking one back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

from typer import Argument

from commands import paging
from commands.paging import Limit, Page
from commands.parameters import ImportRef
from commands.results import NOT_DONE, Finished, Listing, Shown

if TYPE_CHECKING:
    from crmtui.store.imports import ImportPage
    from crmtui.store.takeback import Kept, TakenBack

TOLD = 20
"""Kept records told to people; the JSON has them all."""

_WHICH = Argument(help="Which import: its id, as list-imports shows it, or last.")


def list_imports(*, limit: Limit = None, page: Page = 1) -> Listing:
    """List what was imported, newest first: when, by whom, from which file, what became of its rows."""
    from crmtui.present import lists
    from crmtui.store import imports

    return paging.listed(imports, {}, {}, limit, page, lists.IMPORTS, imports.Import, "imports")


def show_import(which: Annotated[ImportRef, _WHICH], *, limit: Limit = None, page: Page = 1) -> Shown:
    """Show an import and the records that it created or updated, as they are called now."""
    from crmtui.store import imports

    many = paging.size(limit)
    found = imports.show(which, limit=many, offset=(page - 1) * many)
    more = paging.more(len(found.records), found.touched, many, page, "records")
    return Shown(found, partial(_lines, found, more))


def _lines(found: ImportPage, more: str, width: int | None, bold: bool) -> Iterator[str]:
    from crmtui.present import lists, text

    rows = [("import", f"{found.kind} from {found.file}  (id {found.id})"), ("when", found.at), ("who", found.actor)]
    rows += [(name, getattr(found, name)) for name in ("rows", "created", "updated", "unchanged", "skipped", "rejected")]
    yield from text.card([*rows, ("undone", "yes" if found.undone else None)], bold=bold)
    if found.records:
        yield ""
        yield from text.table(lists.TOUCHED, lists.rows(lists.TOUCHED, found.records), width=width, bold=bold)
    if more:
        yield more


def undo_import(which: Annotated[ImportRef, _WHICH]) -> Finished:
    """Take an import back row by row, as one operation. What people have changed since, or hung something on, is kept and named."""
    from crmtui.store import takeback
    from crmtui.store.connection import current

    done = takeback.run(which)
    return Finished(done, list(_told(done, current().rehearsal)), 0, done.operation)


def _told(done: TakenBack, rehearsed: bool) -> Iterator[str]:
    begun = NOT_DONE if rehearsed else ""
    yield f"{begun}{done.summary}: {done.removed:,} removed, {done.restored:,} restored, {len(done.kept):,} kept"
    yield from _kept(done.kept[:TOLD])
    if len(done.kept) > TOLD:
        yield f"and {len(done.kept) - TOLD:,} more; --format json has them all"
    if done.operation and not rehearsed:
        yield f"operation {done.operation}; crmtui undo --id {done.operation} brings the import back"


def _kept(records: Sequence[Kept]) -> Iterator[str]:
    for each in records:
        by = f" by operation {each.changed_by}" if each.changed_by else ""
        yield f"kept {each.noun} {each.id} {each.label or ''}: {each.why}{by}"
