"""A file before it is imported: its columns, the field that each goes to, what stands in them; and what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from crmtui import sources
from crmtui.errors import Failed, NotFound, Question
from crmtui.exchange import columns, importing, mappings, own, stages
from crmtui.exchange.aliases import SEVERAL
from crmtui.exchange.cleaning import NOTHING
from crmtui.exchange.importing import Imported, Options
from crmtui.frozen import dataclass

SAMPLES = 3
"""Values told of each column."""

LOOKED_AT = 200
"""Rows in which they are looked for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A column: its name, the field it goes to (None: it is left out), and its first different values, less what stands for nothing."""

    name: str
    field: str | None
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The columns of a file, the fields that its kind of records has (built-in ones, then own), and whether a column can become one."""

    columns: tuple[Seen, ...]
    fields: tuple[str, ...]
    keeps: bool


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, for the block. Raises `NotFound` when there is none, `Failed` when it cannot be read."""
    try:
        source = sources.opened(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no name that a file could have
        raise NotFound(f"no file {path}", "name one that is there") from None
    except OSError as why:
        raise Failed(f"{path} cannot be read: {why.strerror}") from None
    with source:
        yield source


def look(kind: str, path: Path, options: Options) -> Preview:
    """The columns of a file as `run` would take them, also of one that lacks what its kind needs; only its beginning is read.

    Raises as `opened` and `importing.understood` do.
    """
    with opened(path) as source:
        sheet, found, _, _ = importing.understood(kind, source, options, whole=False)
        rows = [cells for _, cells, _ in islice(sheet.rows(lambda *_: None), LOOKED_AT)]
        seen = tuple(Seen(name, field, _samples(rows, place)) for place, (name, field) in enumerate(_named(found)))
    known = [field.name for field in own.known(kind)]
    return Preview(seen, (*columns.fields_of(kind), *known), kind in own.NOUNS)


def _named(found: columns.Columns) -> Iterator[tuple[str, str | None]]:
    yield from zip(found.header, found.fields, strict=True)


def _samples(rows: list[list[str]], place: int) -> tuple[str, ...]:
    texts = (cells[place].strip() for cells in rows if place < len(cells))
    return tuple(islice(dict.fromkeys(text for text in texts if text and text not in NOTHING), SAMPLES))


def run(kind: str, path: Path, options: Options, save: str | None = None) -> Imported:
    """Import a file by its path, and save the mapping as `save`. Raises as `opened` and `mappings.run` do."""
    with opened(path) as source:
        return mappings.run(kind, source, options, save=save)


def remapped(options: Options, column: str, field: str) -> Options:
    """The options with another field for a column; of a field that takes one column it is taken away from the other."""
    one = field not in (*columns.IGNORED, columns.KEPT) and field not in SEVERAL
    mapping = {name: named for name, named in options.mapping.items() if not (one and named == field)}
    return replace(options, mapping=mapping | {column: field})


def answered(options: Options, question: Question, answer: str) -> Options:
    """The options with the answer to a question that the import asked. Raises `Refused` for stages that cannot be read."""
    if question.option == "missing":
        return replace(options, create_missing=answer == "create", reject_missing=answer == "reject")
    if question.option == "stages":
        return staged(options, answer)
    given: dict[str, Any] = {question.option: answer}
    return replace(options, **given)


def staged(options: Options, text: str) -> Options:
    """The options with these stages, written as `stages.read` takes them. Raises `Refused`."""
    one, several = stages.read(text, several=not options.pipeline)
    return replace(options, stages=one, pipelines=several)
