"""Files attached to clients and deals: added, listed, looked after, taken off. Their names are data, never paths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from peewee import JOIN, ModelSelect

from crmtui import texts
from crmtui.clients import clients
from crmtui.errors import Candidate, Failed, NotFound, Refused, Undecided, Unreadable
from crmtui.frozen import dataclass
from crmtui.sales import deals
from crmtui.store import contents, reading, references
from crmtui.store.connection import current
from crmtui.store.contents import Content
from crmtui.store.journal import operation
from crmtui.store.keys import fold
from crmtui.store.tables import Attachment, Client, Deal, Rep

KINDS = ("client", "deal")
LARGEST_ID = 2**63 - 1
PROGRAMS = frozenset({
    "apk", "app", "appimage", "bash", "bat", "bin", "cmd", "com", "command", "cpl", "csh", "deb", "desktop", "dll", "dmg", "exe", "fish",
    "hta", "inf", "jar", "js", "jse", "ksh", "lnk", "msi", "msp", "pif", "pkg", "pl", "ps1", "py", "pyw", "rb", "reg", "rpm", "run", "scpt",
    "scr", "sh", "terminal", "url", "vbe", "vbs", "webloc", "workflow", "wsf", "zsh",
})  # fmt: skip
"""Endings of files that may run as a program when they are opened."""


@dataclass(frozen=True, slots=True)
class File:
    """An attached file: of which noun (client, deal) and record, its size and SHA-256, since when, by whom.

    `state` says how its content is: kept, missing, or changed since it was attached.
    """

    id: int
    noun: str
    record_id: int
    record: str
    name: str
    size_bytes: int
    sha256: str
    added_at: datetime
    rep: str | None
    state: str

    @property
    def trouble(self) -> str:
        """The state where it is a bad one."""
        return "" if self.state == "kept" else self.state


def add(noun: str, record_id: int, source: Path | BinaryIO, name: str = "") -> File:
    """Attach a file to a client or a deal under a name, its own unless one is given; its content is copied beside the base.

    Raises `NotFound`, `Failed` for what cannot be read, `Refused` for a content that the record has under this name already.
    """
    label = _label(noun, record_id)
    told = texts.required(name or (source.name if isinstance(source, Path) else ""), "name of the file")
    found = contents.keep(source)
    with operation(f"attached {told} to {label}") as recorder:
        _refuse_second(noun, record_id, told, found)
        row = recorder.insert(
            Attachment, kind=noun, record_id=record_id, name=told, size=found.size, sha256=found.sha256, added_at=recorder.at,
            rep=current().actor_id,
        )  # fmt: skip
    return load([row.id])[0]


def _label(noun: str, record_id: int) -> str:
    if noun not in KINDS:
        raise Unreadable(f'nothing is attached to a "{noun}"', f"to one of: {', '.join(KINDS)}")
    return clients.get(record_id).name if noun == "client" else deals.get(record_id).title


def _refuse_second(noun: str, record_id: int, name: str, content: Content) -> None:
    own = (Attachment.kind == noun) & (Attachment.record_id == record_id)
    twin = Attachment.get_or_none(own, Attachment.name == name, Attachment.sha256 == content.sha256)
    if twin is not None:
        raise Refused(f'{noun} {record_id} has this file as "{name}" already ({twin.id})')


def detach(attachment_id: int) -> File:
    """Take a file off its record. Its content stays beside the base, so that undo brings it back. Raises `NotFound`."""
    with operation() as recorder:
        file = get(attachment_id)
        recorder.summary = f"detached {file.name} from {file.record}"
        recorder.delete(Attachment.get_by_id(attachment_id))
    return file


def get(attachment_id: int) -> File:
    """The attached file of an id. Raises `NotFound`."""
    found = load([attachment_id])
    if not found:
        raise NotFound(f"no attachment {attachment_id}")
    return found[0]


def load(wanted: Sequence[int], *, thorough: bool = False) -> list[File]:
    """The attached files of these ids in their order; `thorough` reads every content to say its state."""
    rows = _rows().where(Attachment.id.in_(list(wanted)))
    found = {row["id"]: _file(row, thorough) for row in reading.dicts(rows)}
    return [found[id_] for id_ in wanted if id_ in found]


def listed(*, client: int | None = None, deal: int | None = None, thorough: bool = False) -> list[File]:
    """The files of a client, of a deal, or of all living ones, oldest first; `thorough` as in `load`."""
    query = _rows().order_by(Attachment.id)
    for noun, id_ in (("client", client), ("deal", deal)):
        if id_:
            query = query.where(Attachment.kind == noun, Attachment.record_id == id_)
    return [_file(row, thorough) for row in reading.dicts(query)]


def _rows() -> ModelSelect[Attachment]:
    """The attachments of living records, as dictionaries that `_file` reads."""
    of_client = (Attachment.kind == "client") & (Attachment.record_id == Client.id) & Client.deleted_at.is_null()
    of_deal = (Attachment.kind == "deal") & (Attachment.record_id == Deal.id) & Deal.deleted_at.is_null()
    return (
        Attachment.select(
            Attachment.id, Attachment.kind.alias("noun"), Attachment.record_id, Attachment.name, Attachment.size.alias("size_bytes"),
            Attachment.sha256, Attachment.added_at, Rep.name.alias("rep"), Client.name.alias("client"), Deal.title.alias("deal"),
        )
        .join(Client, JOIN.LEFT_OUTER, on=of_client)
        .switch(Attachment)
        .join(Deal, JOIN.LEFT_OUTER, on=of_deal)
        .switch(Attachment)
        .join(Rep, JOIN.LEFT_OUTER, on=(Attachment.rep == Rep.id))
        .where(Client.id.is_null(False) | Deal.id.is_null(False))
    )  # fmt: skip


def _file(row: dict[str, Any], thorough: bool) -> File:
    client, deal = row.pop("client"), row.pop("deal")
    state = contents.state(Content(row["sha256"], row["size_bytes"]), thorough=thorough)
    return File(**row, record=client if row["noun"] == "client" else deal, state=state)


def find(ref: str) -> int:
    """The id of the attached file that a person means: its id, its name or words of it. Raises `NotFound`, `Ambiguous`."""
    names = {row["id"]: fold(row["name"]) for row in reading.dicts(_rows().order_by(Attachment.id))}
    digits, words = ref.strip().removeprefix("#"), fold(ref).split()
    if digits.isascii() and digits.isdigit() and int(digits) <= LARGEST_ID and int(digits) in names:
        return int(digits)
    whole = [id_ for id_, name in names.items() if name.split() == words]
    found = whole or [id_ for id_, name in names.items() if words and all(word in name for word in words)]
    return references.chosen("attachment", ref, found, labels, lambda: "crmtui list-files has their ids")


def labels(wanted: Sequence[int]) -> list[Candidate]:
    """The words that tell them apart: name, record, day."""
    return [Candidate(file.id, f"{file.name} ({file.noun} {file.record})") for file in load(wanted)]


def copy(attachment_id: int, target: Path) -> File:
    """Write a file's content to a new file. Raises `NotFound`, `Failed` when it is missing or changed, `Refused` when the target exists."""
    file = _sound(attachment_id)
    contents.write(_content(file), target)
    return file


def read(attachment_id: int) -> bytes:
    """A file's content. Raises `NotFound`, `Failed` when it is missing or changed."""
    return contents.place(_sound(attachment_id).sha256).read_bytes()


def prepare(attachment_id: int, *, programs: bool = False) -> Path:
    """A copy for reading under the file's name, by its absolute path, for a program to open.

    Raises `NotFound`, `Failed` when it is missing or changed, `Undecided` for what may run as a program unless `programs` allows it.
    """
    file = _sound(attachment_id)
    ending = contents.harmless(file.name).rpartition(".")[2].lower()
    if not programs and (ending in PROGRAMS or contents.begins_as_program(_content(file))):
        raise Undecided(f'"{file.name}" may run as a program when it is opened', "pass --yes, or write it to a file: --to FILE")
    return contents.laid_out(_content(file), file.name)


def _content(file: File) -> Content:
    return Content(file.sha256, file.size_bytes)


def _sound(attachment_id: int) -> File:
    found = load([attachment_id], thorough=True)
    if not found:
        raise NotFound(f"no attachment {attachment_id}")
    if found[0].state != "kept":
        told = "is missing" if found[0].state == "missing" else "is no longer what was attached"
        raise Failed(f'the content of "{found[0].name}" {told}: {contents.place(found[0].sha256)}', "attach the file again")
    return found[0]
