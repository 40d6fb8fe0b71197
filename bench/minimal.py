"""The least full screen that Textual can paint, a floor for ours: `python -m bench.minimal`. Down and up redraw a line."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, Static

LINES = 30


class MinimalApp(App[None]):
    """A line that a key redraws, lines that stay, a field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("f10", "quit", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._place = 0

    def compose(self) -> ComposeResult:
        yield Static("line 0", id="mark", markup=False)
        yield Static("\n".join(f"a line of text, number {number}" for number in range(LINES)), markup=False)
        yield Input(placeholder="a field")

    def action_move(self, by: int) -> None:
        """Redraw one line."""
        self._place += by
        self.query_one("#mark", Static).update(f"line {self._place}")


if __name__ == "__main__":
    MinimalApp().run()
