"""Something to read over the view: lines that scroll, and any of the usual keys to leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from crmtui.present.cleaner import show
from screens.lines import Line
from screens.sheet import Sheet


class Reading(ModalScreen[None]):
    """Lines under a title. Escape, q and Enter leave."""

    DEFAULT_CSS = """
    Reading { align: center middle; background: $background 60%; }
    Reading > Vertical { width: 96%; max-width: 110; height: auto; max-height: 96%; background: $surface; border: round $primary;
        border-title-color: $text-primary; border-subtitle-color: $text-muted; padding: 0 1; }
    Reading Sheet { height: auto; max-height: 100%; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,q,question_mark,i", "dismiss", "leave")]

    def __init__(self, title: str, lines: Sequence[Line], beside: str = "Esc leave") -> None:
        super().__init__()
        self._title, self._lines, self._beside = title, list(lines), beside

    def compose(self) -> ComposeResult:
        """The lines, as many as there are."""
        with Vertical() as box:
            box.border_title = Content(show(self._title))
            box.border_subtitle = Content(show(self._beside))
            yield Sheet(self._lines)

    def on_resize(self) -> None:
        """As high as its lines, which are more where it is narrow."""
        sheet = self.query_one(Sheet)
        sheet.fill(self._lines)
        sheet.styles.height = max(1, len(sheet.lines))
