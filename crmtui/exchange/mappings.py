"""Mappings under a name: which column of a file is which field, and how the file is read; a small text file for each, to be edited.

They lie in the folder `mappings` beside the configuration, for their owner's eyes. A column that a file does not have is passed over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Table
from dataclasses import field, fields, replace
from pathlib import Path
from typing import BinaryIO

from crmtui import config
from crmtui.errors import Failed, NotFound, Refused, Unreadable, nearest
from crmtui.exchange import importing
from crmtui.exchange.importing import Imported, Options
from crmtui.frozen import dataclass
from crmtui.store.files import Draft

_NAME = re.compile(r"[^\W_][\w .-]{0,63}")
_READING = ("profile", "system", "encoding", "delimiter", "date_order", "decimal_mark", "sheet")
"""Options that are saved with the columns."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """A saved mapping: `columns` is column → field, empty for one that is left out; the others are options, empty where none was given."""

    name: str
    kind: str
    profile: str = ""
    system: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    decimal_mark: str = ""
    sheet: str = ""
    columns: Table[str, str] = field(default_factory=dict)
    file: str = ""


def run(kind: str, source: BinaryIO, options: Options, use: str | None = None, save: str | None = None) -> Imported:
    """Import as `importing.run` does, with the mapping `use`, over which the options come; then save what was done as `save`.

    Raises `NotFound` for a mapping that there is not, `Refused` for one of another kind and for a name that is taken.
    """
    target = _free(save) if save is not None else None
    if use is not None:
        options = applied(kind, options, use)
    done = importing.run(kind, source, options)
    if target is None or options.dry_run:
        return done
    _write(target, kind, options, done)
    return replace(done, notes=(*done.notes, f"the mapping is saved: {target}"))


def applied(kind: str, options: Options, use: str) -> Options:
    """The options with those of the mapping `use` beneath them. Raises `NotFound`, `Refused` for a mapping of another kind."""
    saved = find(use)
    if saved.kind != kind:
        raise Refused(f'the mapping "{saved.name}" is for {saved.kind}', f"crmtui import-csv {saved.kind} FILE --mapping {saved.name}")
    given = {name: getattr(options, name) or getattr(saved, name) or getattr(options, name) for name in _READING}
    return replace(options, usual=saved.columns, **given)


def folder() -> Path:
    """Where the mappings are; it need not exist."""
    return config.path().parent / "mappings"


def load() -> list[Mapping]:
    """All mappings by name. Raises `Unreadable` for a file that is none."""
    return [_read(path) for path in sorted(folder().glob("*.toml"))]


def find(name: str) -> Mapping:
    """One of them. Raises `NotFound`, and `Unreadable` for a file that is none."""
    path = folder() / f"{name}.toml"
    if not _NAME.fullmatch(name) or not path.is_file():
        known = [other.stem for other in sorted(folder().glob("*.toml"))]
        hint = f"{nearest(name, known)} mappings: {', '.join(known)}" if known else "import-csv --save-mapping NAME saves one"
        raise NotFound(f'no mapping "{name}"', hint.strip())
    return _read(path)


def _free(name: str) -> Path:
    path = folder() / f"{name}.toml"
    if not _NAME.fullmatch(name):
        raise Unreadable(
            f'"{name}" is no name of a mapping', "it takes letters, digits, blanks, dots and hyphens, and begins with a letter or digit"
        )
    if path.exists():
        raise Refused(f'the mapping "{name}" exists already', f"name another, or edit or remove {path}")
    return path


def _read(path: Path) -> Mapping:
    import tomllib

    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise Unreadable(f"the mapping {path} cannot be read: {why}") from None
    known = {each.name for each in fields(Mapping)} - {"name", "file"}
    if odd := next((name for name in said if name not in known), None):
        raise Unreadable(f'the mapping {path} says "{odd}"', f"it takes {', '.join(sorted(known))}")
    columns = said.pop("columns", {})
    texts_only = all(isinstance(value, str) for value in (*said.values(), *(columns.values() if isinstance(columns, dict) else (0,))))
    if not texts_only or said.get("kind") not in importing.KINDS:
        raise Unreadable(f"the mapping {path} makes no sense", f"kind is one of {', '.join(importing.KINDS)}; columns are column = field")
    return Mapping(path.stem, columns=columns, file=str(path), **said)


def _write(target: Path, kind: str, options: Options, done: Imported) -> None:
    left_out = {column: "" for column, named in options.mapping.items() if named.strip() in ("", "-")}
    columns = {column: named for column, named in done.columns.items() if named} | left_out
    lines = [
        "# Which column is which field, and how the file is read: crmtui import-csv KIND FILE --mapping NAME",
        f"kind = {_quoted(kind)}",
    ]
    lines += [f"{name} = {_quoted(value)}" for name in _READING if (value := getattr(options, name))]
    lines += ["", "[columns]", *(f"{_quoted(column)} = {_quoted(named)}" for column, named in columns.items())]
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Draft(target)
        draft.path.write_text("\n".join(lines) + "\n", "utf-8")
    except OSError as why:
        raise Failed(f"the mapping cannot be written to {target}: {why.strerror}") from None
    draft.keep()


def _quoted(text: str) -> str:
    """A text of TOML, whose texts are those of JSON but for one control character."""
    return json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False).replace("\x7f", "\\u007f")
