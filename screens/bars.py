"""The two bars: above, the views, the base and who works; below, the keys that matter now. Both can be clicked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from crmtui.present.cleaner import fit, show, width


class TopBar(Widget):
    """One line: the views with their keys, and at the end what is open and who works in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--here", "bar--key", "bar--quiet"}
    DEFAULT_CSS = """
    TopBar { height: 1; background: $panel; color: $foreground; }
    TopBar > .bar--here { background: $primary; color: $background; text-style: bold; }
    TopBar > .bar--key { color: $text-accent; text-style: bold; }
    TopBar > .bar--quiet { color: $text-muted; }
    """

    def __init__(self, views: Sequence[tuple[str, str, str]]) -> None:
        super().__init__()
        self._views = views
        self.here = ""
        self.beside = ""

    def tell(self, here: str, beside: str) -> None:
        """Say which view is shown, and what stands at the end."""
        if (here, beside) != (self.here, self.beside):
            self.here, self.beside = here, beside
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar in the width there is: without the words of the views where it is short of room, without the rest before that."""
        cells = self.size.width
        ground = self.rich_style
        words = [(name, f" {key} {title} ") for name, key, title in self._views]
        if sum(width(word) for _, word in words) > cells:
            words = [(name, f" {key} {title} " if name == self.here else f" {key} ") for name, key, title in self._views]
        segments: list[Segment] = []
        for name, word in words:
            style = self.get_component_rich_style("bar--here") if name == self.here else ground
            segments.append(Segment(word, style + Style(meta={"@click": f"app.act('go.{name}')"})))
        room = cells - sum(width(word) for _, word in words)
        if room > 8:
            quiet = self.get_component_rich_style("bar--quiet")
            segments.append(
                Segment(fit(fit(show(self.beside), min(room - 2, width(show(self.beside)))), room - 1, right=True) + " ", quiet)
            )
        return Strip(segments).adjust_cell_length(cells, ground)


class KeyBar(Widget):
    """One line: the keys that do something with what is chosen, as many as there is room for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"bar--key", "bar--word"}
    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; color: $text-muted; }
    KeyBar > .bar--key { color: $text-accent; text-style: bold; }
    KeyBar > .bar--word { color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._keys: list[tuple[str, str, str]] = []

    def tell(self, keys: list[tuple[str, str, str]]) -> None:
        """Show these: the action's name, its key, its word; the first are the most important."""
        if keys != self._keys:
            self._keys = keys
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar in the width there is; whole keys only."""
        cells, used = self.size.width, 1
        key_style, word_style = (self.get_component_rich_style(name) for name in ("bar--key", "bar--word"))
        segments = [Segment(" ", self.rich_style)]
        for name, key, word in self._keys:
            size = width(key) + 1 + width(word) + 2
            if used + size > cells:
                break
            click = Style(meta={"@click": f"app.act('{name}')"})
            segments += [Segment(key, key_style + click), Segment(f" {word}", word_style + click), Segment("  ", self.rich_style)]
            used += size
        return Strip(segments).adjust_cell_length(cells, self.rich_style)
