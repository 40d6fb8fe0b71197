"""The full screen: the reports of the business, one key each, kept up to date while others work."""

from __future__ import annotations

from typing import ClassVar

from rich.console import Group
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from crmtui.errors import CrmError
from crmtui.present import drawing
from crmtui.present.cleaner import show
from crmtui.reports import registry
from crmtui.store.connection import current
from screens import terminal

PULSE_SECONDS = 1.0
"""How often the base is asked whether another program has changed it."""


DIGITS = 8
"""Reports that have a digit of their own; `n` and `p` go through all."""


class CrmApp(App[None]):
    """Reports on the whole screen. Digits choose one, `n` and `p` go through all.

    A change by another program redraws the report where it was scrolled to.
    """

    TITLE = "crmtui"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { height: 1; padding: 0 1; background: $primary; color: $text; }
    #head Static { width: 1fr; }
    #page { padding: 1 2; scrollbar-size-vertical: 1; }
    #head #keys { width: auto; }
    #report { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(place), f"open('{name}')", name) for place, name in enumerate(registry.names()[:DIGITS], 1)),
        Binding("n,right", "step(1)", "next", show=False),
        Binding("p,left", "step(-1)", "previous", show=False),
        Binding("r", "refresh", "refresh", show=False),
        Binding("q", "quit", "quit", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._report = registry.names()[0]
        self._seen = 0

    def compose(self) -> ComposeResult:
        """One line with the base and who works in it, the report, the keys."""
        base = current()
        with Horizontal(id="head"):
            yield Static(Content(show(f"crmtui · {base.path.name} · {base.actor}")))
            yield Static(Content("n next · p previous · r refresh · q quit"), id="keys")
        with VerticalScroll(id="page"):
            yield Static(id="report")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Draw the first report and begin to watch the base and the terminal."""
        terminal.guard(self)
        self._seen = current().state()
        self._draw()
        self.set_interval(PULSE_SECONDS, self._watch)
        self.query_one("#page").focus()

    def _watch(self) -> None:
        """Redraw when another program has written."""
        state = current().state()
        if state != self._seen:
            self._seen = state
            self._draw()

    def _draw(self) -> None:
        self.query_one("#report", Static).update(self._drawing())

    def _drawing(self) -> Group | Content:
        try:
            return drawing.draw(registry.run(self._report, registry.for_people(self._report)))
        except CrmError as why:  # the one keeper of this door
            return Content(show(f"error: {why}"))

    def action_open(self, name: str) -> None:
        """Show another report from its top."""
        self._report = name
        self._draw()
        self.query_one("#page").scroll_home(animate=False)

    def action_step(self, by: int) -> None:
        """Show the next report of all there are, or the previous one."""
        names = registry.names()
        self.action_open(names[(names.index(self._report) + by) % len(names)])

    def action_refresh(self) -> None:
        """Compute the report anew."""
        self._draw()
