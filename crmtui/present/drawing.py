"""Reports drawn for people: the only module that knows Rich. The shell prints and the screen shows the same renderable."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html import escape
from typing import TextIO

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.text import Text

from crmtui.blocks import Figure, Figures, Note, Report, Table
from crmtui.frozen import dataclass
from crmtui.present import heat, layout, slots
from crmtui.present.changes import beside
from crmtui.present.cleaner import fit, show, width
from crmtui.present.slots import Slot
from crmtui.present.text import value

ACCENT, RISE, FALL, QUIET, STRONG = "cyan", "green", "red", "dim", "bold"
"""The whole palette: of the sixteen colours of a terminal, so that it reads on dark and on light."""

NARROWEST_REPORT = 80
"""Cells that a report takes at least where there is no terminal to fit into."""


def draw(report: Report) -> Group:
    """The report as one renderable that fits itself into whatever width it is given; notes stand at the end."""
    blocks = sorted(report.blocks, key=lambda block: isinstance(block, Note))
    parts: list[RenderableType] = [_Title(report)]
    for place, block in enumerate(blocks):
        if not (isinstance(block, Note) and place and isinstance(blocks[place - 1], Note)):
            parts.append(Text())
        parts.append(_block(block, report.currency))
    return Group(*parts)


def print_report(report: Report, stream: TextIO, *, width: int | None, colour: bool) -> None:
    """Draw the report onto a stream of text, no line longer than `width` cells; None cuts nothing. No escape codes without `colour`."""
    drawing = draw(report)
    console = _Console(
        file=stream,
        width=width or _needed(report),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(drawing)


def html(report: Report) -> str:
    """The drawing as a page of its own, its styles within it."""
    from rich.terminal_theme import DEFAULT_TERMINAL_THEME

    page = _recorded(report).export_html(theme=DEFAULT_TERMINAL_THEME, inline_styles=True)
    return page.replace("<head>", f"<head>\n<title>{escape(show(report.title))}</title>", 1)


def svg(report: Report) -> str:
    """The drawing as a picture that asks no other machine for its letters."""
    from rich.terminal_theme import DEFAULT_TERMINAL_THEME

    picture = _recorded(report).export_svg(title=show(report.title), theme=DEFAULT_TERMINAL_THEME)
    return re.sub(r"@font-face \{.*?\}\n?", "", picture, flags=re.DOTALL)


def _recorded(report: Report) -> Console:
    """A console that has drawn the report in colour for nobody."""
    console = _Console(
        file=io.StringIO(),
        record=True,
        width=max(NARROWEST_REPORT, _needed(report)),
        force_terminal=True,
        color_system="standard",
        no_color=False,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(draw(report))
    return console


class _Console(Console):
    """A console that leaves a closed pipe to whoever prints, instead of ending the program."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _needed(report: Report) -> int:
    tables = [_Drawn(block, report.currency).needed for block in report.blocks if isinstance(block, Table)]
    return max([NARROWEST_REPORT, _Title(report).needed, *tables])


@dataclass(frozen=True, slots=True)
class _Title:
    """What the report is, of which period, as of when: on one line, on two where that is too long."""

    report: Report

    @property
    def _parts(self) -> tuple[str, str]:
        when = f"as of {value(self.report.as_of)}"
        return show(self.report.title), f"{self.report.period} · {when}" if self.report.period else when

    @property
    def needed(self) -> int:
        return layout.total([width(part) for part in self._parts])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        title, beside = self._parts
        between = " " * layout.GAP if self.needed <= options.max_width else "\n"
        yield Text.assemble((title, STRONG), between, (beside, QUIET))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(24, options.max_width), min(self.needed, options.max_width))


def _block(block: Figures | Table | Note, currency: str) -> RenderableType:
    if isinstance(block, Figures):
        return _Strip(block, currency)
    if isinstance(block, Table):
        return _Drawn(block, currency)
    return Text(show(block.text), style=QUIET)


@dataclass(frozen=True, slots=True)
class _Strip:
    """The key figures side by side, title over value and change, in as many rows as the width asks for."""

    figures: Figures
    currency: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        items = [self._item(figure) for figure in self.figures.items]
        if not items:
            return
        cell = min(max(max(width(head), body.cell_len) for head, body in items), max(1, options.max_width - 2))
        most = max(1, (options.max_width + 3) // (cell + 5))
        across = -(-len(items) // -(-len(items) // most))
        for start in range(0, len(items), across):
            if start:
                yield Text()
            row = items[start : start + across]
            yield _joined([Text(fit(head, cell), style=QUIET) for head, _ in row])
            yield _joined([_padded(body, cell) for _, body in row])

    def _item(self, figure: Figure) -> tuple[str, Text]:
        said, better = beside(figure, self.currency)
        body = Text(value(figure.value, figure.kind, self.currency), style=STRONG)
        if said:
            body.append(f"  {said}", style=f"not bold {(QUIET, RISE, FALL)[better]}")
        return show(figure.title), body

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(24, options.max_width), options.max_width)


def _joined(cells: list[Text]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis", end="\n")
    for place, cell in enumerate(cells):
        line.append("   " if place else "")
        line.append("▎ ", style=ACCENT)
        line.append_text(cell)
    line.rstrip()
    return line


def _padded(body: Text, cells: int) -> Text:
    body.truncate(cells, overflow="ellipsis", pad=True)
    return body


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A table, a funnel or bars, laid out anew for each width; too many columns for it are told in bands under each other."""

    table: Table
    currency: str

    @property
    def needed(self) -> int:
        if self.table.shape == "heat" and self.table.rows:
            return heat.needed(self.table)
        return layout.total([slot.natural for slot in slots.of(self.table, self.currency)])

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(show(self.table.title), style=STRONG)
        if not self.table.rows:
            yield Text(show(self.table.empty), style=QUIET)
            return
        if self.table.shape == "heat" and (shaded := heat.lines(self.table, options.max_width)):
            for place, line in enumerate(shaded):
                yield Text(line, style=QUIET if place in (0, len(shaded) - 1) else "", no_wrap=True, overflow="ellipsis")
            return
        for place, band in enumerate(slots.fitted(slots.of(self.table, self.currency), options.max_width)):
            if place:
                yield Text()
            yield from _lines(band, len(self.table.rows))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        most = max(self.needed, width(show(self.table.title)), width(show(self.table.empty)))
        return Measurement(min(24, options.max_width), min(most, options.max_width))


def _lines(band: list[Slot], rows: int) -> Iterator[Text]:
    """Heads over a thin rule, then a line a row."""
    heads = [layout.head(slot.title, slot.cells) for slot in band]
    height = max(map(len, heads))
    for level in range(height):
        yield _line([(slot, _at(head, level - height + len(head)), QUIET) for slot, head in zip(band, heads, strict=True)])
    yield Text("─" * layout.total([slot.cells for slot in band]), style=QUIET, no_wrap=True, overflow="crop")
    for row in range(rows):
        yield _line([(slot, slot.drawn(row), ACCENT if slot.bars else "") for slot in band])


def _at(head: list[str], level: int) -> str:
    return head[level] if level >= 0 else ""


def _line(cells: list[tuple[Slot, str, str]]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for place, (slot, content, style) in enumerate(cells):
        line.append(" " * layout.GAP if place else "")
        line.append(fit(content, slot.cells, slot.right), style=style)
    line.rstrip()
    return line
