"""Mentions: a colleague whom a note names with an @ finds it on a list of their own, until they have seen it.

`@nils`, `@Nils Berg`, `@nils.berg` and `@nils@example.com` name a rep who works here by a name that nobody else has, by the whole name, or
by mail. A word that names nobody, or that may be several people, is a part of the text and no more; so is who writes the note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from peewee import JOIN, ModelSelect

from crmtui.errors import NotFound
from crmtui.frozen import dataclass
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold
from crmtui.store.reading import dicts, ids
from crmtui.store.tables import Client, Deal, Interaction, Mention, Rep, Task

MOST = 1_000
"""Words with an @ that are looked at in one note."""

_LONGEST = 200
_AT = re.compile(r"(?<![\w@.])@(?=\w)")
_WORD = re.compile(r"[\w.%+-]+(?:@[\w-]+(?:\.[\w-]+)+)?")
_APART = re.compile(r"[\s._-]+")


@dataclass(frozen=True, slots=True)
class Call:
    """A note that names a rep (`noun` and `record_id` say where it stands: interaction or task): by whom, when, about whom.

    `title` is the subject of the interaction or the title of the task. `seen_at` is None until the rep has seen it.
    """

    id: int
    noun: str
    record_id: int
    rep: str
    rep_id: int
    author: str | None
    author_id: int | None
    at: datetime
    title: str | None
    note: str | None
    client: str | None
    client_id: int | None
    deal: str | None
    deal_id: int | None
    seen_at: datetime | None


def keep(recorder: Recorder, noun: str, record_id: int, note: str | None, *, new: bool = False) -> None:
    """Note whom the note of an interaction or a task (a new one, or one that was there) names, in the operation in progress.

    Who was told of it once is not told again; who is named there no longer, and has not seen it, is taken off.
    """
    known = () if new else Mention.select().where(Mention.kind == noun, Mention.record_id == record_id)
    present = {row.rep_id: row for row in known}
    wanted = named(note or "") - {current().actor_id}
    for rep, row in present.items():
        if rep not in wanted and row.seen_at is None:
            recorder.delete(row)
    for rep in sorted(wanted - present.keys()):
        recorder.insert(Mention, kind=noun, record_id=record_id, rep=rep, author=current().actor_id, at=recorder.at)


def named(text: str) -> set[int]:
    """The ids of the reps whom a text names with an @."""
    if "@" not in text:
        return set()
    places = [match.end() for _, match in zip(range(MOST), _AT.finditer(text), strict=False)]
    reps = list(Rep.select(Rep.id, Rep.name, Rep.email).where(Rep.active)) if places else []
    people = [(row.id, " ".join(fold(row.name).split()), fold(row.email or "")) for row in reps]
    found = (_meant(text[place : place + _LONGEST], people) for place in places)
    return {rep for rep in found if rep is not None}


def _meant(text: str, people: Sequence[tuple[int, str, str]]) -> int | None:
    """Whom the text after an @ begins with: the longest whole name there, else the one to whom its first word leads."""
    folded = " ".join(fold(text).split())
    whole = [(len(name), id_) for id_, name, _ in people if name and folded.startswith(name) and not folded[len(name) :][:1].isalnum()]
    if whole:
        longest = max(whole)[0]
        best = [id_ for size, id_ in whole if size == longest]
        return best[0] if len(best) == 1 else None
    match = _WORD.match(text)
    word = fold(match[0]).rstrip(".-+%") if match else ""
    leads = [id_ for id_, name, mail in people if word and word in set(_ways(name, mail))]
    return leads[0] if len(leads) == 1 else None


def _ways(name: str, mail: str) -> Iterator[str]:
    """The single words that lead to a rep."""
    parts = _APART.split(name)
    yield from parts
    for mark in ("", ".", "_", "-"):
        yield mark.join(parts)
    if mail:
        yield mail
        yield mail.partition("@")[0]


def waiting(rep: int) -> list[Call]:
    """The notes that name a rep and that they have not seen, the newest first."""
    return listed(rep=rep)


def listed(*, rep: int | None = None, seen: bool = False, limit: int | None = None, offset: int = 0) -> list[Call]:
    """The notes that name a rep, or anybody, the newest first: those not seen yet, with `seen` the others too."""
    query = _matching(rep, seen).order_by(Mention.at.desc(), Mention.id.desc()).offset(offset)
    return load(ids(query.limit(limit) if limit else query))


def count(*, rep: int | None = None, seen: bool = False) -> int:
    """How many notes `listed` lists in all."""
    return _matching(rep, seen).count()


def _matching(rep: int | None, seen: bool) -> ModelSelect[Mention]:
    query = Mention.select(Mention.id)
    query = query.where(Mention.rep == rep) if rep else query
    return query if seen else query.where(Mention.seen_at.is_null())


def see(mention_id: int) -> Call:
    """Mark a mention as seen; one that was seen before stays so. Raises `NotFound`."""
    with operation() as recorder:
        row = Mention.get_or_none(Mention.id == mention_id)
        if row is None:
            raise NotFound(f"no mention {mention_id}", "crmtui list-mentions has their ids")
        recorder.summary = f"saw mention {mention_id}"
        if row.seen_at is None:
            recorder.update(row, seen_at=recorder.at)
    return load([mention_id])[0]


def load(wanted: Sequence[int]) -> list[Call]:
    """The mentions of these ids in their order."""
    found = {row["id"]: _call(row) for row in dicts(_rows().where(Mention.id.in_(list(wanted))))}
    return [found[id_] for id_ in wanted if id_ in found]


def _call(row: dict[str, Any]) -> Call:
    place = "task" if row["noun"] == "task" else "interaction"
    shared = {name: row.pop(f"{place}_{name}") for name in ("title", "note", "client_id", "client", "deal_id", "deal")}
    return Call(**{name: value for name, value in row.items() if not name.startswith(("task_", "interaction_"))}, **shared)


def _rows() -> Any:
    author, clients, deals = Rep.alias(), (Client.alias(), Client.alias()), (Deal.alias(), Deal.alias())
    query = (
        Mention.select(
            Mention.id, Mention.kind.alias("noun"), Mention.record_id, Rep.name.alias("rep"), Mention.rep.alias("rep_id"),
            author.name.alias("author"), Mention.author.alias("author_id"), Mention.at, Mention.seen_at,
            Task.title.alias("task_title"), Interaction.subject_line.alias("interaction_title"),
            *_told("task", Task, clients[0], deals[0]), *_told("interaction", Interaction, clients[1], deals[1]),
        )
        .join(Rep, on=(Mention.rep == Rep.id))
        .switch(Mention)
        .join(author, JOIN.LEFT_OUTER, on=(Mention.author == author.id))
    )  # fmt: skip
    for noun, table, client, deal in (("task", Task, clients[0], deals[0]), ("interaction", Interaction, clients[1], deals[1])):
        query = query.switch(Mention).join(table, JOIN.LEFT_OUTER, on=((Mention.kind == noun) & (Mention.record_id == table.id)))
        query = query.join(client, JOIN.LEFT_OUTER, on=(table.client == client.id)).switch(table)
        query = query.join(deal, JOIN.LEFT_OUTER, on=(table.deal == deal.id))
    return query


def _told(noun: str, table: Any, client: Any, deal: Any) -> Iterator[Any]:
    """The columns that tell what a note of this kind is about."""
    yield table.note.alias(f"{noun}_note")
    yield table.client.alias(f"{noun}_client_id")
    yield client.name.alias(f"{noun}_client")
    yield table.deal.alias(f"{noun}_deal_id")
    yield deal.title.alias(f"{noun}_deal")
