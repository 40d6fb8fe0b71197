"""What the pages of single records share: two columns where there is room, next and previous record, opening what a line names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal

from screens import keeper
from screens.lines import BLANK, Line, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

WIDE = 100
"""Cells from which on two columns stand side by side."""


class Page(View):
    """One record. The left column says what it is, the right one what was and will be done; where it is narrow they follow each other.

    A page is one of several: `next` and `previous` go through the records among which it was opened.
    """

    NOUN: ClassVar[str] = ""
    DEFAULT_CSS = """
    Page > Horizontal { height: 1fr; }
    Page Sheet { width: 1fr; padding: 0 1; }
    Page .right { margin-left: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.record = Subject(self.NOUN, 0)
        self._among: list[Subject] = []
        self._called = ""
        self._columns: tuple[list[Line], list[Line]] = ([], [])
        self._left, self._right = Sheet(), Sheet()

    def compose(self) -> ComposeResult:
        """Two columns."""
        self._right.add_class("right")
        with Horizontal():
            yield self._left
            yield self._right

    def read(self) -> tuple[str, list[Line], list[Line]]:
        """The record's name, the lines of the left and of the right column. Raises `NotFound` when it has gone."""
        raise NotImplementedError

    @property
    def heading(self) -> str:
        """Which record it is, and its place among the others."""
        several = len(self._among) > 1 and self.record in self._among
        return f"{self._among.index(self.record) + 1} of {len(self._among):,} · {self._called}" if several else self._called

    @property
    def subjects(self) -> list[Subject]:
        """The line under the cursor when it names a record, else the record of the page."""
        return [self._focused.subject or self.record]

    @property
    def listed(self) -> list[Subject]:
        """The records among which it was opened."""
        return self._among or [self.record]

    @property
    def _focused(self) -> Sheet:
        return self._right if self._right.has_focus else self._left

    def enter(self) -> None:
        """The keys go to the left column."""
        self._focused.focus()

    def show_record(self, subject: Subject, among: Sequence[Subject] | None) -> None:
        """Show another record; `among` None: among the same ones as before."""
        self.record = subject
        self._among = list(among) if among is not None else self._among
        for sheet in (self._left, self._right):
            sheet.scroll_home(animate=False)
        self.reload()

    def reload(self) -> None:
        """Read the record and lay it out."""
        if not self.record.id:
            return
        outcome = keeper.ask(self.read)
        if outcome.value is None:
            self._called, self._columns = "", ([plain(outcome.refused, "bad"), plain("Esc goes back; u takes back what you did last")], [])
        else:
            self._called, left, right = outcome.value
            self._columns = (left, right)
        self._lay_out()

    def on_resize(self) -> None:
        """One column or two."""
        self._lay_out()

    def _lay_out(self) -> None:
        left, right = self._columns
        wide = self.size.width >= WIDE
        self._right.display = wide
        self._left.fill(left if wide else [*left, BLANK, *right])
        self._right.fill(right if wide else [])

    def do_next(self) -> None:
        """The next of the records among which this one was opened."""
        self._step(1)

    def do_previous(self) -> None:
        """The one before."""
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.record in self._among:
            place = self._among.index(self.record) + by
            if 0 <= place < len(self._among):
                self.show_record(self._among[place], None)
                self.crm.tell()
                return
        self.crm.say("there is no further one" if by > 0 else "there is none before it")

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        if event.subject == self.record:
            await self.crm.action_act("edit", [self.record])
            return
        await self.crm.open(event.subject, [each for each in event.sheet.subjects if each.noun == event.subject.noun])

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        self.crm.tell()
