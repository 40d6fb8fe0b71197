"""Widgets that draw their lines whole, margins and all: Textual's laying of frames around lines takes longer than drawing them."""

from __future__ import annotations

from typing import Any, Self

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class WholeLines(Widget):
    """Each line is as wide as the widget, which has no border and no padding. A line stays as it was drawn until it is refreshed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._whole: dict[int, Strip] = {}

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in view."""
        background = self.background_colors[1]
        for y in crop.line_range:
            if y not in self._whole:
                strip = self.render_line(y)
                for change in self.get_line_filters():
                    strip = strip.apply_filter(change, background)
                self._whole[y] = strip
        drawn = [self._whole[y] for y in crop.line_range]
        return drawn if crop.column_span == (0, self.size.width) else [strip.crop(*crop.column_span) for strip in drawn]

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Have lines drawn anew: those of the regions, or all."""
        if repaint and not regions:
            self._whole.clear()
        for region in regions:
            for y in region.line_range:
                self._whole.pop(y, None)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def notify_style_update(self) -> None:
        """Everything looks different now."""
        self._whole.clear()
        super().notify_style_update()
