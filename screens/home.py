"""Home: the business on one screen, the same figures as the report `today`; every line opens its thing."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from crmtui.blocks import Figure, Figures, Note, Report, Table
from crmtui.present import bars
from crmtui.present import text as shown
from crmtui.reports import registry
from crmtui.store.connection import current
from screens import keeper
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

WIDE = 100
"""Cells from which on two columns stand side by side."""

NOUNS = {"tasks": "task", "contacts": "interaction", "attention": "deal", "leads": "client"}
"""What the lines of each table of the report open."""


class Home(View):
    """What is due, what the team has in hand, who is new."""

    TITLE = "Home"
    DEFAULT_CSS = """
    Home > Horizontal { height: 1fr; }
    Home Sheet { width: 1fr; padding: 0 1; }
    Home #right { margin-left: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._all = current().actor_id is None
        self._report: Report | None = None

    def compose(self) -> ComposeResult:
        """Two columns, of which the second is only there where there is room."""
        with Horizontal():
            yield Sheet(id="left")
            yield Sheet(id="right")

    @property
    def heading(self) -> str:
        """Whose day it is."""
        return "everyone" if self._all else "mine"

    @property
    def subjects(self) -> list[Subject]:
        """The line under the cursor."""
        found = self._focused.subject
        return [found] if found else []

    @property
    def _focused(self) -> Sheet:
        right = self.query_one("#right", Sheet)
        return right if right.has_focus else self.query_one("#left", Sheet)

    def enter(self) -> None:
        """The keys go to the tasks."""
        self._focused.focus()

    def do_mine(self) -> None:
        """My day, or everyone's."""
        self._all = not self._all or current().actor_id is None
        self.reload()

    def reload(self) -> None:
        """Compute the report anew and lay it out."""
        owner = None if self._all else current().actor_id
        outcome = keeper.ask(lambda: registry.run("today", registry.Options(owner=owner)))
        self._report = outcome.value
        if outcome.value is None:
            self.query_one("#left", Sheet).fill([plain(outcome.refused, "bad")])
            return
        self._lay_out(outcome.value)

    def on_resize(self) -> None:
        """One column or two."""
        if self._report is not None:
            self._lay_out(self._report)

    def _lay_out(self, report: Report) -> None:
        wide = self.size.width >= WIDE
        left, right = self.query_one("#left", Sheet), self.query_one("#right", Sheet)
        parts = {block.name: block for block in report.blocks if isinstance(block, Table)}
        figures = [figure for block in report.blocks if isinstance(block, Figures) for figure in block.items]
        notes = [plain(block.text) for block in report.blocks if isinstance(block, Note)]
        first = [*self._table(parts["tasks"]), BLANK, *self._table(parts["attention"])]
        second = [*self._figures(figures, report.currency), BLANK, *self._funnel(parts["stages"], report.currency), BLANK]
        second += [*self._table(parts["leads"]), BLANK, *notes]
        right.display = wide
        left.fill(first if wide else [*first, BLANK, *second])
        right.fill(second if wide else [])

    def _figures(self, figures: list[Figure], currency: str) -> list[Line]:
        rows = [Line((Part(each.title, REST), Part(shown.value(each.value, each.kind, currency), 0, "accent"))) for each in figures]
        return [head("The business today"), *rows]

    def _funnel(self, table: Table, currency: str) -> list[Line]:
        names = [column.name for column in table.columns]
        most = max((row[names.index("deals")] or 0 for row in table.rows), default=0)
        rows = []
        for row in table.rows:
            values = dict(zip(names, row, strict=True))
            share = float(values["deals"] or 0) / most if most else 0.0  # type: ignore[arg-type, operator]
            money = shown.value(values["value_cents"], table.columns[names.index("value_cents")].kind, currency)
            stage = Part(str(values["stage"]), 14)
            rows.append(
                Line((stage, Part(bars.bar(share, 16), 16, "accent"), Part(str(values["deals"]), 4, "text", True), Part(money, REST)))
            )
        return [head(table.title), *rows]

    def _table(self, table: Table) -> list[Line]:
        if not table.rows:
            return [head(table.title), plain(table.empty)]
        return [head(table.title), *(self._row(table, row) for row in table.rows)]

    def _row(self, table: Table, row: tuple[object, ...]) -> Line:
        texts = shown.cells(table.columns, [row])[0]  # type: ignore[list-item]
        cells = dict(zip((column.name for column in table.columns), texts, strict=True))
        first, *others = [column.name for column in table.columns if not column.only_data]
        style = "bad" if cells.get("overdue") == "yes" else "text"
        parts = [Part(cells[first], REST, style), *(Part(cells[name], 0, "muted") for name in others[-2:])]
        return Line(tuple(parts), Subject(NOUNS[table.name], int(str(row[0]))))

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        await self.crm.open(event.subject)

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        self.crm.tell()
