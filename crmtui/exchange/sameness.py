"""What tells that the very same file comes again: its SHA-256, and all that was asked of its reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO, cast

from crmtui import sources
from crmtui.errors import Failed
from crmtui.exchange.terms import Options
from crmtui.store.imports import Source

CHUNK = 1024 * 1024
_BESIDE = frozenset({"file_name", "joins", "dry_run", "all_or_nothing", "rejects", "progress"})
"""Options that do not change what is read from a file."""


def watched(source: BinaryIO) -> tuple[BinaryIO, Callable[[], str]]:
    """A file to be read instead of `source`, and what tells its SHA-256 once it has been read to its end.

    A file that can be read twice is read for that first and handed back as it is; a pipe is listened to while it is read.
    """
    if not source.seekable():
        pipe = _Pipe(source)
        return cast(BinaryIO, pipe), pipe.sha256
    start = source.tell()
    try:
        found = _digest(source)
    except OSError as why:
        raise Failed(f"the file cannot be read: {why.strerror}") from None
    source.seek(start)
    return source, lambda: found


class _Pipe:
    """A stream that is hashed on its way through."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As of the stream."""
        data = self._source.read(size) or b""
        self._hash.update(data)
        return data

    def sha256(self) -> str:
        """Of what has been read so far."""
        return self._hash.hexdigest()


def _digest(source: BinaryIO) -> str:
    found = hashlib.sha256()
    while data := source.read(CHUNK):
        found.update(data)
    return found.hexdigest()


def source_of(kind: str, sha256: str, options: Options) -> Source:
    """What is kept of a file so that it is known again; files that were joined count by their content."""
    asked = {field.name: getattr(options, field.name) for field in fields(options) if field.name not in _BESIDE}
    asked["joins"] = [_digest_of(path) for path in options.joins]
    name = "stdin" if options.file_name in ("", "-") else Path(options.file_name).name
    return Source(kind, name, sha256, json.dumps(asked, ensure_ascii=False, sort_keys=True, default=str))


def _digest_of(path: Path) -> str:
    with sources.opened(path) as source:
        return _digest(source)
