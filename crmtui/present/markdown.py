"""Reports as Markdown: figures and tables as people read them, for a mail or a wiki."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crmtui.blocks import Figures, Note, Report, Table
from crmtui.present import layout
from crmtui.present.cleaner import show
from crmtui.present.text import cells, value

_SPECIAL = re.compile(r"([\\|<>*_`\[\]#~&])")


def report(found: Report) -> str:
    """The whole report: its title, its period, its figures as a table, its tables, its notes."""
    when = f"as of {value(found.as_of)}"
    lines = [f"# {escaped(found.title)}", "", f"{found.period} · {when}" if found.period else when, ""]
    for block in sorted(found.blocks, key=lambda block: isinstance(block, Note)):
        lines += [*_block(block, found.currency), ""]
    return "\n".join(lines)


def _block(block: Figures | Table | Note, currency: str) -> Iterator[str]:
    if isinstance(block, Note):
        yield escaped(block.text)
    elif isinstance(block, Figures):
        told = [(each.title, value(each.value, each.kind, currency), value(each.before, each.kind, currency)) for each in block.items]
        compared = any(each.before is not None for each in block.items)
        heads = ["Figure", "Value", "Before"][: 3 if compared else 2]
        yield from table(heads, [False, True, True], [row[: len(heads)] for row in told])
    else:
        yield from (f"## {escaped(block.title)}", "")
        shown = [place for place, column in enumerate(block.columns) if not column.only_data]
        rows = [[row[place] for place in shown] for row in cells(block.columns, block.rows, currency)]
        right = [block.columns[place].kind in layout.RIGHT for place in shown]
        yield from table([block.columns[place].title for place in shown], right, rows) if rows else [escaped(block.empty)]


def table(heads: Sequence[str], right: Sequence[bool], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table; what is right is so that digits stand under digits."""
    yield _line(heads)
    yield _line(["---:" if each else "---" for each in right[: len(heads)]], plain=True)
    yield from map(_line, rows)


def _line(row: Sequence[str], plain: bool = False) -> str:
    return f"| {' | '.join(cell if plain else escaped(cell) for cell in row)} |"


def escaped(text: str) -> str:
    """Text in which nothing is taken for Markdown or HTML, on one line, harmless to print."""
    return _SPECIAL.sub(r"\\\1", show(text))
