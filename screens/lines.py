"""A line of the screen: parts with a width and a style each, made harmless here and fitted to the cells there are."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from crmtui.frozen import dataclass
from crmtui.present.cleaner import fit, show, width
from screens.subject import Subject

GAP = 2
LEAST = 6
"""Cells that a part which takes the rest is never squeezed below."""

REST = -1
"""As a part's cells: what the others leave."""

STYLES = ("text", "muted", "accent", "good", "warn", "bad", "head")
"""The styles a part can have, by what it means; the theme says how it looks."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line: its text as it came, exactly so many cells (0: as many as the text takes, `REST`: what is left), its style."""

    text: str
    cells: int = 0
    style: str = "text"
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line; with a subject it can be chosen and opened. `key` tells lines of one subject apart when they are drawn anew.

    `wraps`: what its part of the rest has no room for goes on in lines of its own.
    """

    parts: tuple[Part, ...]
    subject: Subject | None = None
    key: str = ""
    wraps: bool = False


def head(title: str, beside: str = "") -> Line:
    """The line above a list: its title, and at the end what it comes to."""
    return Line((Part(title, REST, "head"), Part(beside, 0, "muted")))


def plain(text: str, style: str = "muted") -> Line:
    """A line that only tells something."""
    return Line((Part(text, REST, style),))


BLANK = Line(())


def wrapped(line: Line, cells: int) -> list[Line]:
    """The line, and those in which it goes on when it is to be wrapped."""
    place = next((place for place, part in enumerate(line.parts) if part.cells == REST), None)
    if not line.wraps or place is None:
        return [line]
    size = sizes(line.parts, cells)
    texts = _broken(line.parts[place].text, size[place])
    found = [replace(line, parts=(*line.parts[:place], replace(line.parts[place], text=texts[0]), *line.parts[place + 1 :]))]
    for text in texts[1:]:
        parts = [replace(part, text=text if at == place else "", cells=size[at]) for at, part in enumerate(line.parts)]
        found.append(Line(tuple(parts)))
    return found


def _broken(text: str, cells: int) -> list[str]:
    """The text in pieces of at most so many cells, broken at blanks where there are any."""
    pieces = [""]
    for word in re.findall(r"\S+\s*|\s+", text):
        if pieces[-1] and width(show(pieces[-1] + word.rstrip())) > cells:
            pieces.append("")
        while width(show(pieces[-1] + word.rstrip())) > cells and len(word) > 1:
            taken = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width(show(word[:n])) <= cells)
            pieces[-1], word = word[:taken], word[taken:]
            pieces.append("")
        pieces[-1] += word
    return [piece.rstrip() for piece in pieces]


def strip(line: Line, cells: int, look: Callable[[str], Style], over: Style | None = None) -> Strip:
    """The line in exactly so many cells. `look` gives the style of a part by name; `over` lies over all of them, as a cursor does."""
    ground = look("text")
    found = sizes(line.parts, cells)
    texts = [fit(show(part.text), size, part.right) for part, size in zip(line.parts, found, strict=True)]
    runs: list[tuple[str, Style]] = []
    for place, (part, text) in enumerate(zip(line.parts, texts, strict=True)):
        style = look(part.style)
        whole = text + " " * GAP if place < len(texts) - 1 else text
        if runs and runs[-1][1] == style:
            whole = runs.pop()[0] + whole
        runs.append((whole, style))
    if over is not None:
        runs = [(text, style + over) for text, style in runs]
        ground = ground + over
    taken = sum(found) + GAP * (len(found) - 1) if found else 0
    return Strip([Segment(text, style) for text, style in runs], taken).adjust_cell_length(cells, ground)


def sizes(parts: Sequence[Part], cells: int) -> list[int]:
    """How many cells each part takes in a line of so many."""
    taken = [part.cells if part.cells > 0 else width(show(part.text)) if part.cells == 0 else 0 for part in parts]
    rest = [place for place, part in enumerate(parts) if part.cells == REST]
    room = cells - sum(taken) - GAP * (len(parts) - 1)
    for number, place in enumerate(rest):
        share = room // (len(rest) - number)
        taken[place] = max(share, LEAST)
        room -= share
    return taken
