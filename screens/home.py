"""Home: the business on one screen, the same figures as the report `today`; every line opens its thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.geometry import Size

from crmtui.activities import mentions as calls
from crmtui.blocks import Figure, Figures, Note, Report, Table
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.store.connection import current
from screens import keeper, mentions, suggestions, today
from screens.lines import BLANK, Line, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import NOBODY, View

if TYPE_CHECKING:
    from crmtui.sales.suggestions import Suggestion

WIDE, WIDEST = 100, 180
"""Cells from which on two, and three columns stand side by side."""

LEAST = 5
"""Lines of each list where there is little room."""

HEADS = 2
"""Lines of a list that are no records: its head, and the blank one below it."""

BORDERS = 3
"""Cells of a column that no line has: one at each side, one for the bar that tells how far it is scrolled."""

BARS = 2
"""Lines of the terminal that no view has."""

COLUMNS = {
    1: (("tasks", "mentions", "next", "contacts", "attention", "stages", "figures", "leads"),),
    2: (("tasks", "mentions", "next", "contacts", "attention"), ("stages", "figures", "leads")),
    3: (("tasks", "mentions", "next", "contacts"), ("attention", "leads"), ("stages", "figures")),
}
"""What stands in which column, by how many columns there are."""

FEW, SOME = 3, 5
"""How much is suggested to do next at least, in one column and in several; the more lines there are, the more."""


class Home(View):
    """What is due, what the team has in hand, who is new."""

    TITLE = "Home"
    DEFAULT_CSS = """
    Home > Horizontal { height: 1fr; }
    Home Sheet { width: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "aside(-1)", "left", show=False, id="move.left"),
        Binding("right", "aside(1)", "right", show=False, id="move.right"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._all = current().actor_id is None
        self._report: Report | None = None
        self._next: Sequence[Suggestion] | None = None
        self._sought = False
        self._laid_out: Size | None = None
        self._sheets = tuple(Sheet() for _ in COLUMNS)

    def compose(self) -> ComposeResult:
        """The columns, of which the others are only there where there is room."""
        with Horizontal():
            yield from self._sheets

    # -- what is chosen

    @property
    def heading(self) -> str:
        """Whose day it is."""
        return "everyone" if self._all else "mine"

    @property
    def subjects(self) -> list[Subject]:
        """The record under the cursor."""
        found = self._focused.subject
        return [found] if found and found.noun in (*today.NOUNS.values(), mentions.NOUN) else []

    @property
    def nouns(self) -> set[str]:
        """The noun of what is chosen, and that it is suggested, if it is."""
        return super().nouns | ({suggestions.NOUN} if self._suggested else set())

    @property
    def _suggested(self) -> Suggestion | None:
        """What the line under the cursor suggests."""
        sheet = self._focused
        if sheet.key != suggestions.KEY:
            return None
        return next((each for each in self._next or () if Subject(each.noun, each.id) == sheet.subject), None)

    @property
    def listed(self) -> list[Subject]:
        """The records of the column that are of the same noun."""
        chosen = self.subjects
        return [each for each in self._focused.subjects if chosen and each.noun == chosen[0].noun]

    @property
    def _focused(self) -> Sheet:
        return next((sheet for sheet in self._sheets if sheet.has_focus), self._sheets[0])

    def enter(self) -> None:
        """The keys go to the tasks."""
        self._focused.focus()

    # -- reading and laying out

    def reload(self) -> None:
        """Compute the report anew and lay it out."""
        outcome = keeper.ask(lambda: registry.run("today", self._options))
        self._report = outcome.value
        if outcome.value is None:
            self._sheets[0].fill([plain(outcome.refused, "bad"), plain(outcome.hint)])
            return
        self._lay_out(outcome.value)
        self._laid_out = self._space
        self.call_after_refresh(self._advise)  # aside, when what the report tells is on the screen

    @work(group=suggestions.KEY, exclusive=True)
    async def _advise(self) -> None:
        rep, limit = self._options.owner, self._advised

        def found() -> list[Suggestion]:
            from crmtui.sales.suggestions import listed

            return listed(rep, limit=limit)

        outcome = await keeper.ask_aside(found)
        if outcome.value is not None and self._report is not None:
            self._next = outcome.value
            self._lay_out(self._report)
            self._seek()
            self.crm.tell()

    @property
    def _space(self) -> Size:
        """The cells there are; before anything is laid out, those that the bars will leave."""
        return self.size or Size(self.app.size.width, self.app.size.height - BARS)

    @property
    def _options(self) -> Options:
        return Options(owner=None if self._all else current().actor_id, limit=self._lines)

    @property
    def _lines(self) -> int:
        """Lines of each list: so many that the lists of the longest column fill the screen."""
        columns = COLUMNS[self._wide]
        return LEAST if len(columns) == 1 else max(LEAST, min(self._room(column) for column in columns))

    def _room(self, column: Sequence[str]) -> int:
        """The lines that each list of a column has room for, beside its suggestions."""
        lists = sum(name in today.NOUNS for name in column)
        advised = suggestions.room(self._advised) + 1 if "next" in column else 0
        return (self._space.height + 1 - advised) // max(1, lists) - HEADS

    @property
    def _advised(self) -> int:
        """How much is suggested: a third of the lines, if that is more than the least."""
        return max(FEW if self._wide == 1 else SOME, self._space.height // (3 * suggestions.EACH))

    @property
    def _wide(self) -> int:
        """How many columns there is room for."""
        return 1 if self._space.width < WIDE else 2 if self._space.width < WIDEST else 3

    def on_resize(self) -> None:
        """As many columns, and lines in them, as there is room for."""
        if self._space != self._laid_out:
            self.reload()

    def _lay_out(self, report: Report) -> None:
        columns = COLUMNS[self._wide]
        hidden = self._focused in self._sheets[len(columns) :]
        for place, sheet in enumerate(self._sheets):
            sheet.display = place < len(columns)
            names = columns[place] if sheet.display else ()
            sheet.fill(self._column(report, names, self._space.width // len(columns) - BORDERS))
        if hidden:
            self._sheets[0].focus()

    def _column(self, report: Report, names: Sequence[str], cells: int) -> list[Line]:
        """The parts of a column one under the other; the notes of the report stand below its figures."""
        found: list[Line] = []
        for name in names:
            if name in ("next", "mentions"):
                made = self._suggestions() if name == "next" else list(self._mentions())
                found += [*made, BLANK] if made else []
                continue
            block = next(each for each in report.blocks if name == (each.name if isinstance(each, Table) else _name(each)))
            if isinstance(block, Figures):
                found += today.figures(block.items, report.currency)
                found += [plain(each.text) for each in report.blocks if isinstance(each, Note)]
            elif isinstance(block, Table):
                found += today.lines(block, report.currency, cells=cells, who=self._all)
            found.append(BLANK)
        return found[:-1]

    def _suggestions(self) -> list[Line]:
        return suggestions.lines(self._next, self._advised)

    def _mentions(self) -> Iterator[Line]:
        """The notes that name whoever works here."""
        rep = current().actor_id
        count = keeper.ask(lambda: calls.count(rep=rep)).value if rep else 0
        if count:
            yield from mentions.lines(keeper.ask(lambda: calls.listed(rep=rep, limit=mentions.MOST)).value or (), count)

    # -- its actions

    def to_next(self) -> None:
        """The cursor goes to the first that is suggested, as soon as it is known."""
        self._sought = True
        self._seek()

    def _seek(self) -> None:
        if self._sought and self._next is not None:
            self._sought = False
            for each in self._next[:1]:
                self._sheets[0].choose(Subject(each.noun, each.id), suggestions.KEY)
            self._sheets[0].focus()

    async def do_hide(self) -> None:
        """Hide what is suggested."""
        from crmtui.sales.suggestions import HIDDEN_DAYS, hide

        each = self._suggested
        if each is not None:
            await self.crm.do(lambda: hide(each.noun, each.id, each.kind), f"hidden for {HIDDEN_DAYS} days; u brings it back")

    def do_mine(self) -> None:
        """My day, or everyone's."""
        if current().actor_id is None:
            self.crm.say(NOBODY)
            return
        self._all = not self._all
        self._next = None
        self.reload()
        self.crm.tell()

    def action_aside(self, by: int) -> None:
        """To the column beside."""
        self._enter_column(self._sheets.index(self._focused) + by)

    def _enter_column(self, place: int, edge: int = 0) -> None:
        """The keys go to a column, if it is there; to its first (-1) or last (1) line, or to where they were in it."""
        if not (0 <= place < len(self._sheets) and self._sheets[place].display):
            return
        if edge:
            self._sheets[place].action_edge(edge)
        self._sheets[place].focus()
        self.crm.tell()

    @on(Sheet.Left)
    def _beyond(self, event: Sheet.Left) -> None:
        """Below the end of a column begins the next."""
        self._enter_column(self._sheets.index(event.sheet) + event.by, edge=-event.by)

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        """A stage leads to the pipeline, a figure to its records, an interaction to its client, a record to its page or its form."""
        subject = event.subject
        if subject.noun == today.STAGE:
            await self.crm.go("pipeline")
        elif subject.noun == today.FIGURE:
            await self._open_figure(subject.id)
        elif subject.noun == "interaction":
            await self.crm.action_act("client.open", [subject])
        else:
            await self.crm.open(subject, self.listed)

    async def _open_figure(self, place: int) -> None:
        blocks = self._report.blocks if self._report else ()
        figure: Figure = next(block for block in blocks if isinstance(block, Figures)).items[place]
        outcome = keeper.ask(lambda: registry.opened("today", figure.name, self._options))
        if outcome.value is None:
            self.crm.refuse(outcome)
            return
        noun, ids = outcome.value
        page = await self.crm.show_page("report")
        await page.show_members(figure.title, noun, ids)  # type: ignore[attr-defined]

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        self.crm.tell()


def _name(block: object) -> str:
    return "figures" if isinstance(block, Figures) else ""
