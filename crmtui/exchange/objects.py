"""JSON: an array of objects, an object with one array of them inside, or an object a line; each object a row, each key a column.

An object within is as many columns (`company.name`), a list of texts stands in one cell between semicolons. JSON Lines are read with
flat memory, however long the file; an array is held in memory and bounded.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from crmtui.errors import Refused
from crmtui.exchange.cells import joined
from crmtui.exchange.encodings import LONGEST_LINE, WIDE, Found
from crmtui.exchange.framing import known
from crmtui.exchange.records import Aside, Record, is_plain

LARGEST = 100 * 1024 * 1024
"""Bytes of a JSON document that is not one object a line."""

DEEPEST = 8
"""Objects within objects."""

MOST_COLUMNS = 1000

Line = tuple[int, Any]


class Objects:
    """The rows of a JSON file; the columns are the keys of all objects, in the order in which they come first."""

    def __init__(self, source: BinaryIO, found: Found) -> None:
        """Read all keys. Raises `Refused` for what is no list of objects, or is too large."""
        self.encoding = found.name
        self.notes: list[str] = []
        self._source, self._start = source, source.tell()
        self._lines = self._a_line_each()
        self._document = [] if self._lines else self._whole()
        names: dict[str, None] = {}
        for _, value in self._objects(lambda *_: None):
            names |= dict.fromkeys(_cells(value))
            if len(names) > MOST_COLUMNS:
                raise Refused(f"the objects of the file have more than {MOST_COLUMNS:,} keys")
        self.header: tuple[str, ...] = tuple(names)
        if not names:
            raise Refused("the file has no header", "its objects have no keys")

    def rows(self, aside: Aside) -> Iterator[Record]:
        """Each object in its place; what is no object goes to `aside`."""
        for line, value in self._objects(aside):
            found = _cells(value)
            cells = [found.get(name, "") for name in self.header]
            yield line, cells, is_plain("".join(cells))

    def _objects(self, aside: Aside) -> Iterator[Line]:
        for line, value in self._each_line(aside) if self._lines else iter(self._document):
            if not isinstance(value, dict):
                aside(line, [json.dumps(value, ensure_ascii=False)], "it is no object")
            elif _depth(value) > DEEPEST:
                aside(line, [json.dumps(value, ensure_ascii=False)], f"objects stand in it deeper than {DEEPEST}")
            else:
                yield line, value

    def _text(self) -> io.TextIOWrapper:
        self._source.seek(self._start)
        errors = "strict" if self.encoding.startswith(WIDE) else "surrogateescape"
        return io.TextIOWrapper(io.BufferedReader(_Open(self._source)), self.encoding, errors=errors)

    def _a_line_each(self) -> bool:
        """Whether the first line is an object by itself, and the file goes on with another or ends."""
        lines = (line for line in self._bounded() if line.strip())
        try:
            value, then = _parsed(next(lines, "")), next(lines, "{")
        except ValueError:
            return False
        alone = then == "{"
        return isinstance(value, dict) and then.lstrip().startswith("{") and not (alone and _inside(value))

    def _bounded(self) -> Iterator[str]:
        text = self._text()
        while line := self._decoded(text.readline, LONGEST_LINE):
            yield line

    def _decoded(self, read: Callable[[int], str], size: int) -> str:
        try:
            return read(size)
        except UnicodeError as why:
            raise Refused(f"the file is no {self.encoding}: {getattr(why, 'reason', why)}", "name its encoding: --encoding NAME") from None

    def _each_line(self, aside: Aside) -> Iterator[Line]:
        for number, line in enumerate(self._bounded(), 1):
            if not line.strip():
                continue
            if len(line) >= LONGEST_LINE:
                raise Refused("the file has a line of more than 4 MB")
            try:
                yield number, _parsed(line)
            except ValueError as why:
                aside(number, [line.rstrip("\r\n")], f"it is no JSON: {_reason(why)}")

    def _whole(self) -> list[Line]:
        """The objects of one document with their lines."""
        text = self._decoded(self._text().read, LARGEST + 1)
        if len(text) > LARGEST:
            raise Refused(f"the JSON document is larger than {LARGEST // 1024 // 1024} MB", "write it as JSON Lines, an object a line")
        try:
            value = _parsed(text)
        except ValueError as why:
            raise Refused(f"the file is no JSON: {_reason(why)}") from None
        key = _list_of(value) if isinstance(value, dict) else ""
        found = value[key] if key else value
        if isinstance(found, dict):
            return [(1, found)]
        return list(zip(_places(text, key), found, strict=True))


class _Open(io.RawIOBase):
    """A source that stays open."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _parsed(text: str) -> Any:
    """The value of a text, numbers as they are written. Raises `ValueError`."""
    try:
        return json.loads(text, parse_int=str, parse_float=_number, parse_constant=str)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _number(text: str) -> str:
    """A number with a point as digits, without the zeros after it that could be taken for thousands."""
    value = Decimal(text)
    if abs(value.adjusted()) > 30:
        return text
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _reason(why: ValueError) -> str:
    return f"line {why.lineno}: {why.msg}" if isinstance(why, json.JSONDecodeError) else str(why)


def _inside(value: dict[str, Any]) -> list[str]:
    """The keys under which an object holds a list of objects, when it is itself no record."""
    lists = [key for key, held in value.items() if isinstance(held, list) and held and all(isinstance(item, dict) for item in held)]
    return lists if known(key for key in value if key not in lists) < 2 else []


def _list_of(value: dict[str, Any]) -> str:
    lists = _inside(value)
    if len(lists) > 1:
        raise Refused(f"the file holds several lists: {', '.join(lists)}", "keep one of them")
    empty = [key for key, held in value.items() if held == []]
    return lists[0] if lists else empty[0] if empty and known(value) < 2 else ""


def _places(text: str, key: str) -> Iterator[int]:
    """The line on which each item of the list begins: of the document, or of the object's list under a key."""
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    place = _list_begins(text, key, decoder) + 1
    line, counted = 1, 0
    while True:
        place = _after_blanks(text, place, ",")
        if text[place] == "]":
            return
        line, counted = line + text.count("\n", counted, place), place
        yield line
        place = decoder.raw_decode(text, place)[1]


def _list_begins(text: str, key: str, decoder: json.JSONDecoder) -> int:
    place = _after_blanks(text, 0)
    while key:
        place = _after_blanks(text, place, "{,")
        name, place = decoder.raw_decode(text, place)
        place = _after_blanks(text, place, ":")
        if name == key:
            return place
        place = _after_blanks(text, decoder.raw_decode(text, place)[1])
    return place


def _after_blanks(text: str, place: int, signs: str = "") -> int:
    while text[place] in " \t\r\n" or text[place] in signs:
        place += 1
    return place


def _depth(value: Any, level: int = 0) -> int:
    if level > DEEPEST or not isinstance(value, dict | list):
        return level
    items = value.values() if isinstance(value, dict) else value
    return max((_depth(item, level + 1) for item in items), default=level)


def _cells(value: dict[str, Any], before: str = "") -> dict[str, str]:
    """The cells of an object by the name of their column."""
    found: dict[str, str] = {}
    for key, held in value.items():
        name = f"{before}{key}"
        if isinstance(held, dict):
            found |= _cells(held, f"{name}.")
        else:
            found[name] = _cell(held)
    return found


def _cell(held: Any) -> str:
    if isinstance(held, list):
        return joined(text for item in held if (text := _item(item)))
    return "" if held is None else str(held).lower() if isinstance(held, bool) else str(held)


def _item(item: Any) -> str:
    """An item of a list as text; an object with a value, like a phone with its label, as these."""
    if not isinstance(item, dict):
        return _cell(item)
    value = next((item[key] for key in ("value", "email", "phone", "number", "name") if item.get(key)), None)
    label = next((item[key] for key in ("label", "type") if isinstance(item.get(key), str)), "")
    if value is None or isinstance(value, dict | list):
        return json.dumps(item, ensure_ascii=False)
    return f"{label}: {value}" if label.isalnum() else str(value)
