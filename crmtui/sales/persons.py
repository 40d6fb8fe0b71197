"""All that is held about one person: taken out as one document, and erased for good."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TextIO

from crmtui.activities import tasks
from crmtui.activities.interactions import Contact
from crmtui.activities.interactions import load as load_interactions
from crmtui.activities.tasks import Job
from crmtui.clients import clients
from crmtui.errors import Refused, Undecided
from crmtui.frozen import dataclass
from crmtui.present import plain
from crmtui.sales import deals, pages
from crmtui.sales.pages import ClientPage
from crmtui.sales.records import DealCard, Move, moves
from crmtui.store import backups, contents, erasing, history, leftovers, reading
from crmtui.store.connection import current
from crmtui.store.erasing import Erasure
from crmtui.store.history import FieldChange
from crmtui.store.tables import DealContact, ImportBatch, Interaction


@dataclass(frozen=True, slots=True)
class Person(ClientPage):
    """A client with all that is held about them: open and past tasks, every interaction, their deals with the moves, the deals in which
    they have a say, purchases, files, what they said to being reached, and every value that ever changed."""

    deals_as_contact: tuple[DealCard, ...]
    moves: tuple[Move, ...]
    history: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Gone:
    """What erasing a person came to (or, rehearsed, would come to): rows emptied or taken away, lines of history rewritten, texts of
    others cleaned, contents removed; `copies` are the backups beside the base that were made before and still hold the person."""

    id: int
    rows: int
    lines: int
    texts: int
    contents: int
    copies: tuple[str, ...]
    operation: int | None
    notes: tuple[str, ...]


def of(client_id: int) -> Person:
    """All that is held about a client. Raises `NotFound`."""
    with current().reading():
        page = pages.of_client(client_id)
        own = {field.name: getattr(page, field.name) for field in fields(ClientPage)}
        ids = [deal.id for deal in page.deals]
        query = Interaction.select(Interaction.id).where((Interaction.client == client_id) | Interaction.deal.in_(ids))
        say = reading.ids(DealContact.select(DealContact.deal).where(DealContact.client == client_id).order_by(DealContact.deal))
        jobs = {job.id: job for job in [*tasks.listed(state=None, client=client_id), *_of_deals(ids)]}
        return Person(
            **own | {"tasks": tuple(jobs.values()), "interactions": _contacts(query)},
            deals_as_contact=tuple(deal for deal in map(deals.get, _living(say)) if deal.id not in ids),
            moves=tuple(move for id_ in ids for move in moves(id_)),
            history=tuple(history.of("client", client_id)),
        )


def _of_deals(ids: list[int]) -> list[Job]:
    return [job for id_ in ids for job in tasks.listed(state=None, deal=id_)]


def _contacts(query: Any) -> tuple[Contact, ...]:
    return tuple(load_interactions(reading.ids(query.order_by(Interaction.at.desc(), Interaction.id.desc()))))


def _living(ids: list[int]) -> list[int]:
    return [id_ for id_ in ids if deals.row_of(id_).deleted_at is None]


def write(client_id: int, stream: TextIO) -> Person:
    """Write all that is held about a client as one JSON document. Raises `NotFound`."""
    found = of(client_id)
    plain.write_record(found, "json", stream)
    return found


def erase(client_id: int, *, sure: bool = False, copies: bool = False, rehearse: bool = False) -> Gone:
    """Erase a person: from the base, its history, its search index, its log and the contents beside it; in a rehearsal only count.

    With `copies` a new backup is made and those from before are removed. Nothing brings the person back but such a backup.
    Raises `NotFound`, `Refused` for a company, `Undecided` unless somebody is `sure`.
    """
    card = clients.get(client_id)
    if card.kind != "person":
        raise Refused(f"client {client_id} {card.name} is a company", f"crmtui delete-client {client_id}; only people are erased")
    found = erasing.find(client_id)
    if rehearse:
        return _told(found, _copies())
    if not sure:
        raise Undecided(f"erasing {card.name} cannot be undone", "pass --yes; --dry-run says what would go, export-person keeps a copy")
    before = _copies()
    erasing.carry_out(found)
    if copies and before:
        made = Path(backups.automatic(current(), "after-erasing").path)
        contents.copy_along(made)
        _remove(before)
        removed = f"{len(before)} backup{'s' if len(before) != 1 else ''}"
        return _told(found, [], [f"removed {removed} from before, made {made.name}"])
    return _told(found, before)


def _copies() -> list[Path]:
    return backups.beside(current().path)


def _remove(copies: list[Path]) -> None:
    for each in copies:
        each.unlink(missing_ok=True)
        shutil.rmtree(each.with_name(f"{each.name}-files"), ignore_errors=True)


def _told(found: Erasure, copies: list[Path], done: Sequence[str] = ()) -> Gone:
    rows = sum(map(len, found.rows.values()))
    names = tuple(each.name for each in copies)
    return Gone(found.client_id, rows, found.lines, found.cleaned, found.contents, names, found.operation, (*done, *_notes(found, names)))


def _notes(found: Erasure, copies: tuple[str, ...]) -> list[str]:
    """What the eraser has to look after."""
    notes = []
    if copies:
        holding = "a backup from before holds" if len(copies) == 1 else f"{len(copies)} backups from before hold"
        notes.append(f"{holding} the person still: {', '.join(copies[:3])}; --with-backups puts a new one in the place of all")
    if drafts := leftovers.half_copies(settled=False):
        named = ", ".join(each.name for each in drafts[:3])
        notes.append(f"unfinished backups may hold the person still: {named}; remove those that no program is writing")
    if strays := backups.others(current().path):
        notes.append(f"bases of other names lie beside this one: {', '.join(each.name for each in strays[:3])}; look there too")
    if ImportBatch.select().where(ImportBatch.rejected > 0).exists():
        notes.append("rows that imports rejected lie in files beside the imported ones; look there too")
    if found.operation and not found.log_emptied:
        notes.append("another program has the base open: its log is emptied when that is closed; crmtui check tells")
    return notes
