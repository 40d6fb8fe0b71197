"""vCards 2.1, 3.0 and 4.0: each card a row. A card that cannot be read is put aside alone; pictures and sounds are passed over.

Phones and mails keep their labels; ORG is the company, or the name of a card that is one's own; UID is the id.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from crmtui.errors import Refused
from crmtui.exchange.cells import joined
from crmtui.exchange.encodings import LONGEST_LINE, Found
from crmtui.exchange.records import Aside, Record, is_plain

LARGEST = 64 * 1024 * 1024
"""Bytes of a file of cards."""

LARGEST_CARD = 1024 * 1024
"""Characters of a card, without its pictures: the time that a card takes grows faster than its length."""

MOST_CARDS = 100_000

COLUMNS = (
    "kind", "name", "first_name", "last_name", "company", "position", "emails", "phones", "street", "city", "region", "postcode", "country",
    "birth_date", "website", "tags", "notes", "external_id",
)  # fmt: skip

_PASSED_OVER = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|AGENT)[;:]", re.IGNORECASE)
_LABELS = {
    "cell": "mobile", "mobile": "mobile", "iphone": "mobile", "work": "work", "home": "home", "fax": "fax", "pager": "pager",
    "main": "main",
}  # fmt: skip
_SHORT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")
_APPLE_LABEL = re.compile(r"_\$!<(\w+)>!\$_")


class Cards:
    """The rows of a file of vCards."""

    header: tuple[str, ...] = COLUMNS

    def __init__(self, source: BinaryIO, found: Found) -> None:
        """Raises `Refused` for a file that is too large."""
        self.encoding = found.name
        self.notes: list[str] = []
        self._source, self._start = source, source.tell()
        size = source.seek(0, io.SEEK_END) - self._start
        if size > LARGEST:
            raise Refused(f"the file of vCards is larger than {LARGEST // 1024 // 1024} MB", "take the pictures out, or split it")

    def rows(self, aside: Aside) -> Iterator[Record]:
        """Each card in its place. Raises `Refused` for too many of them."""
        from vobject.base import VObjectError, readOne

        for number, (line, text) in enumerate(self._cards(aside), 1):
            if number > MOST_CARDS:
                raise Refused(f"the file holds more than {MOST_CARDS:,} vCards", "split it")
            try:
                found = _cells(readOne(text, allowQP=True).contents)
            except (VObjectError, ValueError, LookupError, AttributeError, TypeError):
                aside(line, [text], "the vCard cannot be read")
                continue
            cells = [found.get(column, "") for column in COLUMNS]
            yield line, cells, is_plain("".join(cells))

    def _cards(self, aside: Aside) -> Iterator[tuple[int, str]]:
        """The line and the text of each card, without what is passed over; cards within cards are passed over too."""
        lines: list[str] = []
        begun = depth = size = 0
        over = False
        for number, line in enumerate(self._lines(), 1):
            word = line.strip().upper()
            if word == "BEGIN:VCARD":
                depth += 1
                if depth == 1:
                    begun, lines, size, over = number, [], 0, False
            if depth == 1 and word:
                over = _PASSED_OVER.match(line) is not None or (over and line[0] in " \t")
                size += 0 if over else len(line) + 2
                if not over and size <= LARGEST_CARD:
                    lines.append(line)
            if word == "END:VCARD" and depth:
                depth -= 1
                if not depth and size > LARGEST_CARD:
                    aside(begun, ["\n".join(lines)], f"the vCard is larger than {LARGEST_CARD // 1024 // 1024} MB")
                elif not depth:
                    yield begun, "\r\n".join(lines) + "\r\n"
        if depth:
            aside(begun, ["\n".join(lines)], "the vCard never ends")

    def _lines(self) -> Iterator[str]:
        self._source.seek(self._start)
        errors = "surrogateescape" if not self.encoding.startswith("utf-16") else "replace"
        for raw in re.split(r"\r\n?|\n", self._source.read(LARGEST).decode(self.encoding, errors)):
            if len(raw) > LONGEST_LINE:
                raise Refused("the file has a line of more than 4 MB")
            yield raw


def _cells(contents: dict[str, list[Any]]) -> dict[str, str]:
    """The cells of a card by column."""
    first = {name: lines[0].value for name, lines in contents.items() if lines}
    name, address, firm = first.get("n"), first.get("adr"), [_flat(part) for part in _parts(first.get("org"))]
    labels = {line.group: _APPLE_LABEL.sub(r"\1", str(line.value)) for line in contents.get("x-ablabel", ()) if line.group}
    found = {
        "first_name": _flat(getattr(name, "given", "")), "last_name": _flat(getattr(name, "family", "")),
        "name": _flat(first.get("fn")), "company": firm[0] if firm else "", "position": _flat(first.get("title")),
        "street": _flat(getattr(address, "street", "")), "city": _flat(getattr(address, "city", "")),
        "region": _flat(getattr(address, "region", "")), "postcode": _flat(getattr(address, "code", "")),
        "country": _flat(getattr(address, "country", "")), "birth_date": _day(_flat(first.get("bday"))),
        "website": _flat(first.get("url")), "notes": "\n".join(_flat(line.value) for line in contents.get("note", ())),
        "tags": joined(_flat(part) for line in contents.get("categories", ()) for part in _listed(line.value)),
        "external_id": _flat(first.get("uid")).removeprefix("urn:uuid:"),
        "emails": joined(_labelled(contents.get("email", ()), labels)), "phones": joined(_labelled(contents.get("tel", ()), labels)),
    }  # fmt: skip
    nobody = not found["first_name"] and not found["last_name"]
    if found["company"] and nobody and (_flat(first.get("kind")).lower() == "org" or found["name"] in ("", found["company"])):
        return found | {"kind": "company", "name": found["company"], "company": ""}
    return found


def _flat(value: Any) -> str:
    """The text of a value that may have parts."""
    return " ".join(filter(None, map(_flat, value))) if isinstance(value, list | tuple) else str(value or "").strip()


def _parts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [part for part in str(value or "").split(";") if part.strip()]


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else str(value).split(",")


def _labelled(lines: Iterable[Any], labels: dict[str, str]) -> Iterator[str]:
    """Phones or mails, each after its label, the preferred first."""
    told = [(line, _types(line)) for line in lines]
    for line, types in sorted(told, key=lambda pair: "pref" not in pair[1]):
        label = next((_LABELS[word] for word in _LABELS if word in types), labels.get(line.group or "", "").lower())
        value = _flat(line.value)
        if value.lower().startswith(("tel:", "mailto:")):
            value = value.partition(":")[2].replace(";ext=", " x")
        if value:
            yield f"{label}: {value}" if label.isalnum() and len(label) <= 20 else value


def _types(line: Any) -> set[str]:
    """What the parameters say a phone or mail is; in a card of 2.1 they stand bare."""
    words = [word for given in line.params.get("TYPE", ()) for word in given.split(",")]
    words += [word[0] if isinstance(word, list) else word for word in line.singletonparams]
    return {word.strip().lower() for word in words} | ({"pref"} if line.params.get("PREF") == ["1"] else set())


def _day(text: str) -> str:
    """A birthday as ISO text; one without a year is none."""
    if text.startswith(("--", "1604")):
        return ""
    match = _SHORT_DAY.fullmatch(text)
    return "-".join(match.groups()) if match else text.partition("T")[0]
