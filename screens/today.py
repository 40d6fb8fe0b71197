"""The parts of Home in lines: the blocks of the report `today`, each with what its lines open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from crmtui import clock
from crmtui.blocks import Figure, Kind, Table
from crmtui.present import bars
from crmtui.present import text as shown
from crmtui.present.cleaner import width
from crmtui.present.drawing import beside
from screens import cards
from screens.lines import REST, Line, Part, head, plain
from screens.subject import Subject

NOUNS = {"tasks": "task", "contacts": "interaction", "attention": "deal", "leads": "client"}
"""What the lines of each table of the report open."""

STAGE, FIGURE = "stage", "figure"
"""The nouns of the lines of the funnel and of the figures; the id is their place."""

WHO = 14
"""Cells of a rep."""

ROOMY = 62
"""Cells of a column from which on the client stands beside the title."""

MOVED = {1: "good", 0: "muted", -1: "bad"}
"""How a figure that moved looks, by whether that is good."""

Row = Mapping[str, Any]


def lines(table: Table, currency: str, *, cells: int, who: bool) -> list[Line]:
    """A table of the report under its title, in a column of so many cells; with the rep of each line, if asked for."""
    if not table.rows:
        return [head(table.title), plain(table.empty)]
    rows = [dict(zip((column.name for column in table.columns), row, strict=True)) for row in table.rows]
    if table.name == "stages":
        return [head(table.title), *_funnel(rows, table, currency, cells)]
    made = [_record(table.name, row, currency, cells, who) for row in rows]
    return [head(table.title), *made]


def _record(name: str, row: Row, currency: str, cells: int, who: bool) -> Line:
    """A task, a contact, a deal or a lead: when or why, what, with whom, whose."""
    first, title, others = _PARTS[name](row, currency)
    parts = [first]
    client = "" if name == "leads" else row["client"] or ""
    if name == "leads" or name == "contacts" or cells >= ROOMY:
        parts += [Part(title, REST, first.style if first.style != "muted" else "text")]
        parts += [Part(client, REST, "muted")] if client and name != "leads" else []
    return Line((*parts, *others), Subject(NOUNS[name], int(row["id"])))
