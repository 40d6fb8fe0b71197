"""The lanes of a board under keys and mouse: the cursor moves, cards are opened, marked and dragged to another stage."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from crmtui.sales.board import Lane
from crmtui.sales.pipelines import Step
from screens.board import Board, Drag
from screens.sheet import MOVES
from screens.subject import Subject


class Lanes(Board):
    """A board that is worked with. A card is dragged to another lane by the mouse; `Dropped` says so, the lanes are as they were."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *MOVES,
        Binding("left", "aside(-1)", "left", show=False, id="move.left"),
        Binding("right", "aside(1)", "right", show=False, id="move.right"),
    ]

    class Opened(Message):
        """A card was opened."""

        def __init__(self, subject: Subject) -> None:
            super().__init__()
            self.subject = subject

    class More(Message):
        """All the deals of a lane are wanted, beyond its cards."""

        def __init__(self, lane: Lane) -> None:
            super().__init__()
            self.lane = lane

    class Dropped(Message):
        """Cards were dragged to another stage."""

        def __init__(self, subjects: list[Subject], step: Step) -> None:
            super().__init__()
            self.subjects, self.step = subjects, step

    # -- moving

    def _go(self, lane: int, place: int) -> None:
        with self._repainted():
            self._at = (lane, max(0, min(place, self._places(lane) - 1)))
            self._show_cursor()

    def action_move(self, by: int) -> None:
        """Go to the next card of the lane, or the one before."""
        self._go(self._at[0], self._at[1] + by)

    def action_page(self, by: int) -> None:
        """Go as many cards further as are in view."""
        self._go(self._at[0], self._at[1] + by * self._room)

    def action_edge(self, side: int) -> None:
        """Go to the first card of the lane, or the last."""
        self._go(self._at[0], 0 if side < 0 else self._places(self._at[0]))

    def action_aside(self, by: int) -> None:
        """Go to the card at the same height in the next lane that has any; without one, show what is there."""
        lane, place = self._at
        target = lane + by
        while 0 <= target < len(self.lanes) and not self._places(target):
            target += by
        if 0 <= target < len(self.lanes):
            self._go(target, self._top(target) + place - self._top(lane))
        else:
            self._scroll_aside(by)

    def _scroll_aside(self, by: int) -> None:
        with self._repainted():
            self._arrange(self._first + by)

    def action_open(self) -> None:
        """Open the card under the cursor; where the lane has more than its cards, list them all."""
        if self.card:
            self.post_message(self.Opened(Subject("deal", self.card.id)))
        elif self.lanes and self._places(self._at[0]):
            self.post_message(self.More(self.lanes[self._at[0]]))

    # -- the mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose what is pressed on, and hold it; a word at the edge shows what is beyond."""
        if event.button != 1:
            return
        x, y = int(event.x), int(event.y)
        if y == 0:
            self._scroll_aside(-1 if x < self._cells // 2 else 1)
            return
        found = self._place_at(x, y)
        if found is None:
            return
        self._go(*found)
        if self.card:
            self._drag = Drag(self.card, found[0], (y - self._body) % self._pitch, x, y)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take the card that is held along; at the edge the lanes beyond come into view."""
        if self._drag is None:
            return
        with self._repainted():
            x = max(0, min(int(event.x), self._cells - 1))
            self._drag.begun = self._drag.begun or (x, int(event.y)) != (self._drag.x, self._drag.y)
            self._drag.x, self._drag.y = x, int(event.y)
            if x in (0, self._cells - 1) and self._drag.begun:
                self._arrange(self._first + (1 if x else -1))

    def on_mouse_up(self) -> None:
        """Leave the card where the pointer is."""
        drag, frame = self._drag, self._dragged_to()
        self.cancel()
        if drag and frame:
            own = Subject("deal", drag.card.id)
            subjects = self.subjects if drag.card.id in self.marked else [own]
            self.post_message(self.Dropped(subjects, self.lanes[frame.lane].step))

    def on_mouse_release(self) -> None:
        """What is held falls back when the mouse is taken away."""
        self.cancel()

    def cancel(self) -> bool:
        """Leave a card that is dragged where it was; say whether there was one."""
        with self._repainted():
            begun = self._drag is not None and self._drag.begun
            self._drag = None
        self.release_mouse()
        return begun

    def on_blur(self) -> None:
        """What is held falls back when the keys go elsewhere."""
        self.cancel()

    def on_click(self, event: events.Click) -> None:
        """A double click opens."""
        if event.chain == 2 and self._place_at(int(event.x), int(event.y)) == self._at:
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll the lane under the pointer."""
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll the lane under the pointer back."""
        self._scroll(event, -1)

    def on_mouse_scroll_right(self) -> None:
        """Show what is to the right."""
        self._scroll_aside(1)

    def on_mouse_scroll_left(self) -> None:
        """Show what is to the left."""
        self._scroll_aside(-1)

    def _scroll(self, event: events.MouseEvent, by: int) -> None:
        event.stop()
        frame = self._frame_at(int(event.x))
        if event.shift:
            self._scroll_aside(by)
        elif frame is not None:
            with self._repainted():
                self._tops[frame.lane] = self._top(frame.lane) + by
