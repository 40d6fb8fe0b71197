"""Columns of one name, such as a report that gives the account twice: read as one, as long as they never say different things.

The first filled cell counts. Where two of them differ the file is refused, since nobody but its owner knows which is meant; a column
that the user maps under its number, `Email (2)`, is left as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from crmtui.errors import Refused
from crmtui.exchange.records import Aside, Record
from crmtui.store.keys import letters


class Readable(Protocol):
    """What has a header and rows."""

    header: tuple[str, ...]
    encoding: str

    @property
    def notes(self) -> list[str]: ...

    def rows(self, aside: Aside) -> Iterator[Record]: ...


def merged(sheet: Readable, mapping: Mapping[str, str], apart: Collection[str] = ()) -> Readable:
    """The sheet with columns of one name as one; itself when there are none, or the user says what they are.

    `apart` are names whose columns say different things and are all read.
    """
    several = [name for name in set(sheet.header) if name not in apart]
    numbered = {f"{letters(name)}{count}" for name in several for count in range(2, sheet.header.count(name) + 1)}
    return _Merged(sheet, apart) if numbered and not numbered & set(map(letters, mapping)) else sheet


class _Merged:
    def __init__(self, sheet: Readable, apart: Collection[str]) -> None:
        self._sheet = sheet
        self.encoding = sheet.encoding
        found: dict[tuple[str, int], list[int]] = {}
        for place, name in enumerate(sheet.header):
            found.setdefault((name, place if name in apart else -1), []).append(place)
        self.header = tuple(name for name, _ in found)
        self._places = list(found.values())

    @property
    def notes(self) -> list[str]:
        """As of the sheet."""
        return self._sheet.notes

    def rows(self, aside: Aside) -> Iterator[Record]:
        """As of the sheet. Raises `Refused` when columns of one name differ."""
        for line, cells, plain in self._sheet.rows(aside):
            yield line, [self._one(line, cells, places) for places in self._places], plain

    def _one(self, line: int, cells: list[str], places: list[int]) -> str:
        if len(places) == 1:
            return cells[places[0]]
        filled = list(dict.fromkeys(text for place in places if (text := cells[place].strip())))
        if len(filled) > 1:
            raise self._contradiction(line, filled)
        return filled[0] if filled else ""

    def _contradiction(self, line: int, filled: list[str]) -> Refused:
        counts = {name: len(places) for name, places in zip(self.header, self._places, strict=True) if len(places) > 1}
        options = " ".join(f'--map "{name} ({number})=-"' for name, count in counts.items() for number in range(2, count + 1))
        said = f'line {line} says both "{filled[0]}" and "{filled[1]}"'
        return Refused(
            f"the file has more than one column called {', '.join(counts)}, and {said}",
            f"say what the others are, or leave them out: {options}",
        )
