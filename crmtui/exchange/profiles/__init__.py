"""How other programs write their exports: a readable file for each beside this module, and the one that a header fits.

A file names the program (`title`) and the system whose ids it writes (`system`), then its exports, each a table `[[export]]`:

- `of` is what the program calls them, `kinds` what they are imported as;
- `marks` are lists of columns; a header that has all columns of one list is such an export;
- `fields` is field → columns that fill it. Of several the first filled counts; of notes, streets and lists all do;
- `labels` is column of mails or phones → columns with its label; `#` in a name of a column is any number;
- `ids` is column → what its ids are of, where another export has these under that name; `system` says that those of an export are numbered
  apart from others; `between` is what stands between several values of one cell;
- `words` is field → word of theirs → word of ours; `overrules` are further columns whose words decide a field, when they are known ones;
- `defaults` is field → what it is where the export says nothing, `nothing` are words that say nothing, `leave` columns to be left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from importlib import resources
from typing import Any

from crmtui.errors import Refused, Unreadable, nearest
from crmtui.exchange.aliases import SEVERAL
from crmtui.exchange.terms import Options
from crmtui.frozen import dataclass
from crmtui.store.keys import letters

NONE = "none"
"""The name that asks for no profile."""

NO_SYSTEM = "csv"
"""Whose ids those of a file are that no known program wrote."""

OWN = "crmtui"
"""The profile of what this program exports."""

TOGETHER = {"first_name": " ", "street": ", ", "notes": "\n", "note": "\n", "contacts": "; ", "products": "; "}
"""Fields that several columns make up together, with what comes between; of other fields the first filled column counts."""

_AS_TASK = {"subject": "title", "rep": "assignee"}


@dataclass(frozen=True, slots=True)
class Overrule:
    """A column whose words decide a field, word → value; a word that is not among them decides nothing."""

    field: str
    column: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """One kind of export of one program, as its file says; marks and words are folded, `name` is that of the file."""

    name: str
    title: str
    system: str
    of: str
    kinds: tuple[str, ...]
    marks: tuple[frozenset[str], ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    between: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    overrules: tuple[Overrule, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    nothing: frozenset[str] = frozenset()
    leave: tuple[str, ...] = ()

    def system_of(self, column: str, system: str) -> str:
        """Whose ids a column of ids holds, in a file whose own ids are those of `system`."""
        others = {export.of: export.system for export in load() if export.name == self.name}
        return others.get(self.ids[column], system) if system == self.system else system

    def claimed(self, kind: str, header: Sequence[str]) -> dict[int, str]:
        """Place of a column → field that it fills in a file of a kind, `-` for one to be left out; in the order in which columns count."""
        found: dict[int, str] = {}
        named = [*((name, columns) for name, columns in self.fields.items()), ("-", self.leave)]
        for name, columns in named:
            said = _AS_TASK.get(name, name) if kind == "tasks" else name
            for column in columns:
                for place in places(column, header):
                    found.setdefault(place, said)
        return found

    def together(self, kind: str, header: Sequence[str]) -> set[str]:
        """The names of columns that an export may have several times, each saying something else."""
        return {header[place] for place, said in self.claimed(kind, header).items() if said in TOGETHER or said in SEVERAL}

    def fits(self, header: Sequence[str]) -> int:
        """How many columns of a header it knows, 0 when its marks are not among them."""
        present = set(map(letters, header))
        if not any(mark <= present for mark in self.marks):
            return 0
        return len(self.claimed("", header)) + max(len(mark) for mark in self.marks if mark <= present)

    def alike(self, header: Sequence[str]) -> int:
        """How many columns of a header are written just as it says."""
        return len({column for columns in self.fields.values() for column in columns} & set(header))


def places(column: str, header: Sequence[str]) -> Iterator[int]:
    """Where a header has a column, however it is written; with `#` in its name those of every number, in the order of the header."""
    if "#" in column:
        shape = re.compile(r"\d+".join(re.escape(letters(part)) if part.strip(" -") else "" for part in column.split("#")))
        yield from (place for place, name in enumerate(header) if shape.fullmatch(letters(name)))
    else:
        wanted = letters(column)
        yield from (place for place, name in enumerate(header) if letters(name) == wanted)


_RECORDS = (
    frozenset({"contact_points", "addresses", "owner_id", "revenue_cents"}),
    frozenset({"client_id", "stage_id", "value_cents", "stage_since"}),
    frozenset({"due_on", "assignee_id", "given_by_id", "items_done"}),
    frozenset({"kind", "at", "rep_id", "client_id", "deal_id"}),
)
"""Keys by which our own JSON of clients, deals, tasks and interactions is known."""


@lru_cache
def load() -> tuple[Export, ...]:
    """The exports of all programs, in the order of the names of their files."""
    import tomllib

    files = sorted((file for file in resources.files(__name__).iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return tuple(export for file in files for export in _read(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))))


def names() -> list[str]:
    """What `--profile` takes."""
    return [*dict.fromkeys(export.name for export in load()), NONE]


def recognised(kind: str, header: Sequence[str], named: str | None = None) -> Export | None:
    """The export that a file of a kind is: the one that knows most of it, of those of the program named, else of those whose marks it has.

    Raises `Unreadable` for a name that is none, or of a program without exports of this kind; `Refused` for records as `export-json` gives
    them to other programs, unless a profile is named: they do not say all that a row says.
    """
    if named is None and any(marks <= set(header) for marks in _RECORDS):
        raise Refused("these are records as export-json writes them for other programs", "import what export-csv writes")
    if named == NONE:
        return None
    if named and named not in names():
        raise Unreadable(f'no profile "{named}"', f"{nearest(named, names())} profiles: {', '.join(names())}".strip())
    fitting = [export for export in load() if kind in export.kinds and named in (None, export.name)]
    if named and not fitting:
        raise Unreadable(f'the profile "{named}" has no {kind}', f"it has {', '.join(_kinds_of(named))}")
    best = max(fitting, key=lambda export: (export.fits(header) > 0, export.fits(header) + export.alike(header)), default=None)
    return best if best and (named or best.fits(header)) else None


def elsewhere(kind: str, header: Sequence[str]) -> Export | None:
    """The export of another kind that a file is, as far as its header tells."""
    best = max((export for export in load() if kind not in export.kinds), key=lambda export: export.fits(header), default=None)
    return best if best and best.fits(header) else None


def saved(columns: Mapping[str, str], header: Sequence[str]) -> dict[int, str]:
    """Place → field, of a saved mapping; columns that the header lacks are passed over."""
    wanted = {letters(column): field for column, field in columns.items()}
    return {place: wanted[letters(name)] for place, name in enumerate(header) if letters(name) in wanted}


def told(kind: str, header: Sequence[str], export: Export | None, options: Options) -> list[str]:
    """What is said of how a file was read: as whose export, or as one of another kind; which columns of a saved mapping it lacks."""
    present = set(map(letters, header))
    absent = [column for column in options.usual if letters(column) not in present]
    notes = [f"the mapping also names {', '.join(absent)}, which the file does not have"] if absent else []
    if export and export.name != OWN:
        return [f"it reads like {_article(export.title)} {export.title} export of {export.of}", *notes]
    if export or options.profile or not (other := elsewhere(kind, header)) or other.name == OWN:
        return notes
    said = f"it reads like {_article(other.title)} {other.title} export of {other.of}"
    return [f"{said}: crmtui import-csv {other.kinds[0]} FILE", *notes]


def _article(word: str) -> str:
    return "an" if word[0] in "AEIOaeio" else "a"


def _kinds_of(name: str) -> list[str]:
    return list(dict.fromkeys(kind for export in load() if export.name == name for kind in export.kinds))


def _read(name: str, file: Mapping[str, Any]) -> Iterator[Export]:
    for said in file["export"]:
        yield Export(
            name=name, title=file["title"], system=said.get("system", file["system"]), of=said["of"], kinds=tuple(said["kinds"]),
            marks=tuple(frozenset(map(letters, mark)) for mark in said["marks"]),
            fields={to: tuple(columns) for to, columns in said.get("fields", {}).items()},
            labels={value: tuple(labels) for value, labels in said.get("labels", {}).items()},
            ids=said.get("ids", {}), between=tuple(file.get("between", ())),
            words={to: _folded(words) for to, words in (file.get("words", {}) | said.get("words", {})).items()},
            overrules=tuple(Overrule(one["field"], one["column"], _folded(one["words"])) for one in said.get("overrules", ())),
            defaults=said.get("defaults", {}), nothing=frozenset(file.get("nothing", ())),
            leave=tuple(said.get("leave", ())),
        )  # fmt: skip


def _folded(words: Mapping[str, str]) -> dict[str, str]:
    return {letters(theirs): ours for theirs, ours in words.items()}
