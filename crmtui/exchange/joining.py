"""A file whose rows say only half: the rest stands in another file, under an id that both have.

The id is the first column of the other file that both have and of which it has each value once. Its other columns are read as if they
stood in the first file. The other file is held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from crmtui import sources
from crmtui.errors import Failed, Refused
from crmtui.exchange.reading import Aside, Sheet
from crmtui.exchange.terms import Options
from crmtui.exchange.twins import Readable
from crmtui.store.keys import letters


class Joined:
    """A sheet with the columns of another one beside its own."""

    def __init__(self, sheet: Readable, path: Path, options: Options) -> None:
        """Read the other file. Raises `Refused` for one that shares no id, `Failed` when it cannot be read."""
        self._sheet, self._name = sheet, path.name
        self._notes: list[str] = []
        self.encoding: str = sheet.encoding
        header, rows = self._read(path, options)
        shared = [place for place, name in enumerate(header) if letters(name) in {letters(own) for own in sheet.header}]
        key = next((place for place in shared if len({row[place] for row in rows}) == len(rows)), None)
        if key is None:
            raise Refused(
                f"{self._name} has no column of ids that the file has too", "is it the other way round? import that file and join this one"
            )
        self._key = next(place for place, name in enumerate(sheet.header) if letters(name) == letters(header[key]))
        taken = [place for place in range(len(header)) if place not in shared]
        self._rows = {row[key].strip(): [row[place] for place in taken] for row in rows}
        self.header: tuple[str, ...] = (*sheet.header, *(header[place] for place in taken))

    def rows(self, aside: Aside) -> Iterator[tuple[int, list[str], bool]]:
        """As of a sheet; rows whose id the other file does not have go to `aside`."""
        width = len(self.header) - len(self._sheet.header)
        for line, cells, _ in self._sheet.rows(aside):
            given = cells[self._key].strip()
            found = self._rows.get(given) if given else [""] * width
            if found is None:
                aside(line, [*cells, *([""] * width)], f'no {self._sheet.header[self._key]} "{given}" in {self._name}')
            else:
                yield line, [*cells, *found], False

    @property
    def notes(self) -> list[str]:
        """Of both files, those of the other one after its name."""
        return [*self._sheet.notes, *self._notes]

    def _read(self, path: Path, options: Options) -> tuple[Sequence[str], list[list[str]]]:
        def refuse(line: int, _cells: list[str], reason: str) -> None:
            raise Refused(f"{path.name}, line {line}: {reason}", "mend the file")

        try:
            with sources.opened(path) as source:
                sheet = Sheet(source, options.encoding)
                rows = [cells for _, cells, _ in sheet.rows(refuse) if any(cells)]
        except OSError as why:
            raise Failed(f"{path} cannot be read: {why.strerror}") from None
        self._notes = [f"{path.name}: {note}" for note in sheet.notes]
        return sheet.header, rows
