"""What kind of file it is, by what it holds and never by its name."""

from __future__ import annotations

import re
from typing import BinaryIO

from crmtui.errors import Unreadable
from crmtui.exchange import encodings
from crmtui.exchange.delimited import Delimited
from crmtui.exchange.records import Records

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 64 * 1024
_JSON = re.compile(r"\s*(?:\[\s*[{\]]|\{\s*[\"}])")
_VCARD = re.compile(r"\s*BEGIN:VCARD\s*[\r\n]", re.IGNORECASE)


def opened(source: BinaryIO, encoding: str | None = None, delimiter: str | None = None, page: str | None = None) -> Records:
    """The rows of a file that can be read from the start again: a workbook, vCards, JSON, JSON Lines, else cells with a sign between.

    Raises `Unreadable` for a page of a file that has none, and as the formats do.
    """
    start = source.tell()
    head = source.read(len(_OLE))
    source.seek(start)
    if head.startswith((_ZIP, _OLE)):
        from crmtui.exchange.workbooks import Workbook

        return Workbook(source, page)
    if page is not None:
        raise Unreadable(f'no sheet "{page}": the file is no workbook', "leave out --sheet")
    found = encodings.found(source, encoding)
    text = source.read(_HEAD).decode(found.name, "replace")
    source.seek(start)
    records = _by_text(text, source, found, delimiter)
    if found.words:
        shown = ", ".join(f'"{word}"' for word in found.words)
        records.notes.insert(0, f"read as {found.name}, so it says {shown}; if that is wrong: --encoding NAME")
    return records


def _by_text(text: str, source: BinaryIO, found: encodings.Found, delimiter: str | None) -> Records:
    if _VCARD.match(text):
        from crmtui.exchange.vcards import Cards

        return Cards(source, found)
    if _JSON.match(text) and not delimiter:
        from crmtui.exchange.objects import Objects

        return Objects(source, found)
    return Delimited(source, found, delimiter)
