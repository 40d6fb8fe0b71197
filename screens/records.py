"""The very records behind a figure, or beyond the end of a column: a list of one noun, from which each can be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from crmtui import clock
from crmtui.activities import interactions, tasks
from crmtui.blocks import Kind
from crmtui.clients import listing
from crmtui.frozen import dataclass
from crmtui.present import text as shown
from crmtui.present.cleaner import show
from crmtui.sales import products
from crmtui.sales import records as deals
from screens import cards
from screens.client_list import COLUMNS as CLIENT_COLUMNS
from screens.lines import REST
from screens.subject import Subject
from screens.table import Column, Table
from screens.view import View


@dataclass(frozen=True, slots=True)
class Way:
    """How the records of a noun are read by ids, and in which columns they stand."""

    read: Callable[[Sequence[int]], Sequence[Any]]
    columns: tuple[Column, ...]


def _deal_style(deal: deals.DealCard) -> str:
    return "bad" if deal.late or deal.cold else {"won": "good", "lost": "muted"}.get(deal.outcome, "text")


def _task_style(job: tasks.Job) -> str:
    return "bad" if job.overdue else "muted" if job.state != "open" else "text"


def _quiet(row: Any) -> str:
    return "muted"


WAYS = {
    "client": Way(listing.lines, CLIENT_COLUMNS),
    "deal": Way(
        deals.load,
        (
            Column("Deal", REST, lambda row: row.title),
            Column("Client", 24, lambda row: row.client or "", _quiet, least=84),
            Column("Stage", 18, lambda row: f"{row.stage}{cards.mark(row.late, row.cold)}", _deal_style),
            Column("Owner", 15, lambda row: row.owner or "–", _quiet, least=116),
            Column("Close", 10, lambda row: shown.value(row.expected_close), _quiet, least=100),
            Column("Value", 14, lambda row: shown.value(row.value_cents, Kind.MONEY, row.currency), right=True),
        ),
    ),
    "task": Way(
        tasks.load,
        (
            Column("Task", REST, lambda row: row.title, _task_style),
            Column("Client", 24, lambda row: row.client or "", _quiet, least=70),
            Column("For", 15, lambda row: row.assignee or "–", _quiet, least=84),
            Column("Due", 10, lambda row: shown.value(row.due_on), _task_style),
            Column("State", 9, lambda row: "overdue" if row.overdue else row.state, _task_style),
        ),
    ),
    "interaction": Way(
        interactions.load,
        (
            Column("When", 16, lambda row: f"{clock.local(row.at):%Y-%m-%d %H:%M}"),
            Column("Kind", 8, lambda row: row.kind, _quiet),
            Column("Client", 26, lambda row: row.client or ""),
            Column("What", REST, lambda row: " – ".join(filter(None, (row.outcome, row.subject, row.note)))),
            Column("Who", 15, lambda row: row.rep or "", _quiet, least=84),
        ),
    ),
    "product": Way(
        products.load, (Column("Product", REST, lambda row: row.name), Column("Family", 20, lambda row: row.family or "", _quiet))
    ),
}
"""The nouns whose records can stand behind a figure."""


class Records(View):
    """A list of records under its title."""

    TITLE = "Records"
    DEFAULT_CSS = """
    Records > #head { height: 1; padding: 0 1; color: $text-primary; text-style: bold; }
    Records Table { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._table: Table | None = None

    def compose(self) -> ComposeResult:
        """The title; the list comes with the records."""
        yield Static(id="head")

    @property
    def heading(self) -> str:
        """What they are."""
        return self._title

    @property
    def subjects(self) -> list[Subject]:
        """The marked ones, or the one under the cursor."""
        return self._table.subjects if self._table is not None else []

    @property
    def nouns(self) -> set[str]:
        """The one they are of."""
        return {self._table.noun} if self._table is not None and self._table.ids else set()

    @property
    def listed(self) -> list[Subject]:
        """All of them."""
        return [Subject(self._table.noun, id_) for id_ in self._table.ids] if self._table is not None else []

    async def show_members(self, title: str, noun: str, ids: Sequence[int]) -> None:
        """List these records of a noun."""
        if self._table is not None:
            await self._table.remove()
        self._title = title
        way = WAYS[noun]
        self._table = Table(noun, way.columns, way.read)
        await self.mount(self._table)
        self._table.fill(ids)
        self._tell_head()
        self.enter()
        self.crm.tell()

    def _tell_head(self) -> None:
        """What they are, how many, and how many of them are marked."""
        if self._table is not None:
            number, marked = len(self._table.ids), len(self._table.marked)
            told = f"{self._title}: {number:,} {self._table.noun}{'s' if number != 1 else ''}"
            self.query_one("#head", Static).update(Content(show(f"{told} · {marked:,} marked" if marked else told)))

    def enter(self) -> None:
        """The keys go to the list."""
        if self._table is not None:
            self._table.focus()

    def reload(self) -> None:
        """Read the rows anew; which records they are stays, so that going back shows what was left."""
        if self._table is not None:
            self._table.renew()

    @on(Table.Opened)
    async def _opened(self, event: Table.Opened) -> None:
        await self.crm.open(event.subject, self.listed)

    @on(Table.Chosen)
    def _chosen(self) -> None:
        self.crm.tell()

    def seen(self, subject: Subject) -> None:
        """The record of the page one comes back from."""
        if self._table is not None and subject.noun == self._table.noun:
            self._table.choose(subject.id)

    def step_back(self) -> bool:
        """Take the marks off; say whether there were any."""
        if self._table is None or not self._table.marked:
            return False
        self._table.marked.clear()
        self._table.refresh()
        self._tell_head()
        return True

    def do_mark(self) -> None:
        """Mark the record under the cursor."""
        if self._table is not None:
            self._table.mark()
            self._tell_head()

    def do_mark_all(self) -> None:
        """Mark all, or none."""
        if self._table is not None:
            self._table.mark_all()
            self._tell_head()
