"""A board: lanes of cards under heads that stay, with a cursor and marks, drawn line by line; only what differs is painted anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from crmtui.present.cleaner import width
from crmtui.sales.board import BoardCard, Lane
from screens import frames, lines, tiles
from screens.frames import Frame
from screens.lines import BLANK, REST, Line, Part, plain
from screens.sheet import LINE_CLASSES, LINE_STYLES
from screens.subject import Subject
from screens.whole_lines import WholeLines

TALL = 30
"""Lines of the board from which on there is an empty one between cards."""

EDGES = 2
"""Cells of a lane before and after its text."""

KEPT = 4000
"""Drawn cards and heads that are kept to be shown again."""


@dataclass(slots=True)
class Drag:
    """A card that the mouse has pressed on: from which lane, by which of its lines, where the pointer is; `begun` once that has moved."""

    card: BoardCard
    lane: int
    grip: int
    x: int
    y: int
    begun: bool = False


class Board(WholeLines, can_focus=True):
    """A column a stage. The cursor follows its deal when the lanes are drawn anew. What moves it is in `Lanes`."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = LINE_CLASSES | {"lane--rule", "lane--away"}
    DEFAULT_CSS = (
        "Board { height: 1fr; width: 1fr;"
        + LINE_STYLES
        + "& > .lane--rule { color: $text-muted 50%; } & > .lane--away { text-style: dim italic; } }"
    )

    class Chosen(Message):
        """The cursor has come to another card."""

    def __init__(self) -> None:
        super().__init__()
        self.lanes: tuple[Lane, ...] = ()
        self.marked: set[int] = set()
        self._currency = ""
        self._told = ""
        self._at = (0, 0)
        self._first = 0
        self._tops: dict[int, int] = {}
        self._drag: Drag | None = None
        self._frames: list[Frame] = []
        self._heads = 0
        self._cells, self._rows = 0, 0
        self._drawn: dict[object, list[Strip]] = {}

    # -- what it holds

    @property
    def card(self) -> BoardCard | None:
        """The card under the cursor."""
        lane, place = self._at
        return self.lanes[lane].cards[place] if lane < len(self.lanes) and place < len(self.lanes[lane].cards) else None

    @property
    def subjects(self) -> list[Subject]:
        """The marked deals in the order of the board, else the one under the cursor."""
        if self.marked:
            return [each for each in self.listed if each.id in self.marked]
        return [Subject("deal", self.card.id)] if self.card else []

    @property
    def listed(self) -> list[Subject]:
        """All the deals that have a card."""
        return [Subject("deal", card.id) for lane in self.lanes for card in lane.cards]

    def fill(self, lanes: Sequence[Lane], currency: str, told: str) -> None:
        """Show these lanes under a line that tells of them; the cursor stays with its deal, else where it was."""
        with self._repainted():
            before, (lane, place) = self.card, self._at
            height = place - self._top(lane)
            self.lanes, self._currency, self._told = tuple(lanes), currency, told
            self.marked &= {card.id for each in lanes for card in each.cards}
            found = self._found(before.id) if before else None
            if self._drag and not self._found(self._drag.card.id):
                self._drag = None
            self._at = found or self._nearest(lane, place)
            if found and found[0] == lane:
                self._tops[lane] = found[1] - height
            elif found:
                self._bring_in(*found)
            self._show_cursor()

    def tell(self, told: str) -> None:
        """Put other words into the line above the lanes."""
        with self._repainted():
            self._told = told

    def mark(self) -> None:
        """Mark the card under the cursor, or unmark it, and go on to the next."""
        with self._repainted():
            if self.card:
                self.marked ^= {self.card.id}
                self._at = self._nearest(self._at[0], self._at[1] + 1)
                self._show_cursor()

    def mark_all(self) -> None:
        """Mark all the cards of the column; none of them, when all are marked."""
        with self._repainted():
            own = {card.id for card in self.lanes[self._at[0]].cards} if self.lanes else set()
            self.marked = self.marked - own if own <= self.marked else self.marked | own

    def unmark(self) -> bool:
        """Take all marks off; say whether there were any."""
        with self._repainted():
            had = bool(self.marked)
            self.marked.clear()
        return had

    def _found(self, id_: int) -> tuple[int, int] | None:
        return next(
            ((lane, place) for lane, each in enumerate(self.lanes) for place, card in enumerate(each.cards) if card.id == id_), None
        )

    def _nearest(self, lane: int, place: int) -> tuple[int, int]:
        filled = [number for number in range(len(self.lanes)) if self._places(number)]
        near = min(filled, key=lambda number: (abs(number - lane), number), default=0)
        return near, max(0, min(place, self._places(near) - 1))

    def _places(self, lane: int) -> int:
        """How many cards a lane has, the line that says how many more there are among them."""
        return len(self.lanes[lane].cards) + (self._more(lane) > 0) if lane < len(self.lanes) else 0

    def _more(self, lane: int) -> int:
        return self.lanes[lane].deals - len(self.lanes[lane].cards)

    # -- where things are

    def _arrange(self, first: int) -> None:
        """Show the lanes from the first on; the heads have as many lines as the longest in view needs."""
        self._cells, self._rows = self.size
        opens = [lane.step.outcome == "open" for lane in self.lanes]
        self._frames = frames.shown(opens, first, self._cells) if self.lanes and self._cells else []
        self._first = self._frames[0].lane if self._frames else 0
        self._heads = max((len(self._head(frame)) for frame in self._frames), default=0)

    @property
    def _body(self) -> int:
        """The line on which the cards begin: under the told one, the heads and the rule."""
        return 2 + self._heads

    @property
    def _pitch(self) -> int:
        """Lines from one card to the next."""
        return tiles.HEIGHT + (self._rows >= TALL)

    @property
    def _room(self) -> int:
        """Whole cards that are in view."""
        return max(1, (self._rows - self._body + self._pitch - tiles.HEIGHT) // self._pitch)

    def _top(self, lane: int) -> int:
        """The first card that is in view in a lane."""
        return max(0, min(self._tops.get(lane, 0), self._places(lane) - self._room))

    def _frame_at(self, x: int) -> Frame | None:
        return next((frame for frame in self._frames if frame.x <= x < frame.x + frame.cells + 1), None)

    def _place_at(self, x: int, y: int) -> tuple[int, int] | None:
        frame = self._frame_at(x)
        if frame is None or y < self._body:
            return None
        slot, line = divmod(y - self._body, self._pitch)
        place = self._top(frame.lane) + slot
        return (frame.lane, place) if place < self._places(frame.lane) and line < tiles.HEIGHT else None

    def _bring_in(self, lane: int, place: int) -> None:
        """Scroll a lane so that a card that has come into it stands in the middle, unless it is in view already."""
        if not 0 <= place - self._top(lane) < self._room:
            self._tops[lane] = place - self._room // 2

    def _show_cursor(self) -> None:
        """Scroll so far that the cursor is in view."""
        lane, place = self._at
        self._arrange(self._first)
        if self._frames and not self._frames[0].lane <= lane <= self._frames[-1].lane:
            self._arrange(lane if lane < self._first else self._first + lane - self._frames[-1].lane)
        top = self._top(lane)
        self._tops[lane] = place if place < top else max(top, place - self._room + 1)

    # -- drawing

    @contextmanager
    def _repainted(self) -> Iterator[None]:
        """Paint what is different afterwards, and tell when another card is chosen."""
        card, before = self.card, self._picture()
        yield
        after = self._picture()
        if before.keys() != after.keys():
            self.refresh()
        else:
            self.refresh(*(region for region, what in after.items() if before[region] != what))
        if (card and card.id) != (self.card and self.card.id):
            self.post_message(self.Chosen())

    def _picture(self) -> dict[Region, object]:
        """What is seen in each part of the board."""
        heads, pitch, body = self._heads, self._pitch, self._body
        found: dict[Region, object] = {Region(0, 0, self._cells, 1): self._line_told()}
        for frame in self._frames:
            lane, top = self.lanes[frame.lane], self._top(frame.lane)
            target, ghost = self._is_target(frame.lane), self._ghost_line(frame.lane)
            found[Region(frame.x, 1, frame.cells, heads + 1)] = (lane.step, lane.deals, lane.value_cents, lane.others, top, target)
            for slot in range((self._rows - body) // pitch + 1):
                seen = self._seen(frame.lane, top + slot)
                found[Region(frame.x, body + slot * pitch, frame.cells, pitch)] = (seen, ghost)
        return found

    def _seen(self, lane: int, place: int) -> object:
        """What a slot shows: a card with its state, how many more there are, none, or nothing."""
        cards = self.lanes[lane].cards
        if place < len(cards):
            return cards[place], self._state(lane, place)
        if place == len(cards) and self._more(lane):
            return self._more(lane), self._state(lane, place)
        return "none" if place == 0 else ""

    def _state(self, lane: int, place: int) -> str:
        """How a card looks beside what it says: `cursor`, `idle`, `marked`, `away` while it is dragged."""
        cards = self.lanes[lane].cards
        id_ = cards[place].id if place < len(cards) else 0
        if self._drag and self._drag.begun and self._drag.card.id == id_:
            return "away"
        marked = "marked" if id_ in self.marked else ""
        if (lane, place) == self._at:
            return f"{'cursor' if self.has_focus else 'idle'} {marked}".strip()
        return marked

    def render_line(self, y: int) -> Strip:
        """One line across all the lanes in view."""
        cells, ground = self._cells, self._look("text")
        if y == 0:
            return lines.strip(self._line_told(), cells, self._look)
        border = Segment("│", self.get_component_rich_style("lane--rule"))
        body, parts = self._body, []
        for frame in self._frames:
            if frame.x:
                parts.append(Strip([Segment("┼", border.style) if y == body - 1 else border], 1))
            if y < body - 1:
                parts.append(self._head_strip(frame, y - 1))
            elif y == body - 1:
                parts.append(self._rule(frame))
            else:
                parts.append(self._body_strip(frame, y))
        return Strip.join(parts).adjust_cell_length(cells, ground)

    def _line_told(self) -> Line:
        """What the lanes come to, between how many more there are to each side."""
        found = self._frames
        before, after = (found[0].lane, len(self.lanes) - 1 - found[-1].lane) if found else (0, 0)
        marked = f" · {len(self.marked):,} marked" if self.marked else ""
        left = [Part(f"‹ {_stages(before)}", 0, "accent")] if before else []
        right = [Part(f"{_stages(after)} ›", 0, "accent")] if after else []
        return Line((*left, Part(f"{'' if left else ' '}{self._told}{marked}", REST, "muted"), *right))

    def _dragged_to(self) -> Frame | None:
        """The lane that the pointer has taken a card to, other than its own."""
        frame = self._frame_at(self._drag.x) if self._drag and self._drag.begun else None
        return frame if frame and self._drag and frame.lane != self._drag.lane else None

    def _is_target(self, lane: int) -> bool:
        frame = self._dragged_to()
        return frame is not None and frame.lane == lane

    def _ghost_line(self, lane: int) -> int:
        """The line on which the card that is dragged begins in a lane; -1 where it is not."""
        if self._drag is None or not self._is_target(lane):
            return -1
        return max(self._body, min(self._drag.y - self._drag.grip, self._rows - tiles.HEIGHT))

    def _head(self, frame: Frame) -> list[Line]:
        return tiles.head(self.lanes[frame.lane], self._currency, frame.cells - EDGES)

    def _head_strip(self, frame: Frame, line: int) -> Strip:
        lane, state = self.lanes[frame.lane], "idle" if self._is_target(frame.lane) else ""
        key = (lane.step, lane.deals, lane.value_cents, lane.weighted_cents, lane.others, frame.cells, state)
        found = self._drawn.get(key) or self._draw(key, self._head(frame), frame.cells, state)
        return found[line] if line < len(found) else Strip.blank(frame.cells, self._over(state) or self._look("text"))

    def _rule(self, frame: Frame) -> Strip:
        """The line under a head, with how many cards are scrolled out above and below."""
        top, style = self._top(frame.lane), self.get_component_rich_style("lane--rule")
        below = max(0, len(self.lanes[frame.lane].cards) - top - self._room)
        words = " ".join([f"↑{top}"] * bool(top) + [f"↓{below}"] * bool(below))
        tail = [Segment(f" {words} ", self._look("muted"))] if words else []
        return Strip([Segment("─" * (frame.cells - (width(words) + 2 if words else 0)), style), *tail], frame.cells)

    def _body_strip(self, frame: Frame, y: int) -> Strip:
        slot, line = divmod(y - self._body, self._pitch)
        ghost = self._ghost_line(frame.lane)
        if self._drag and 0 <= ghost <= y < ghost + tiles.HEIGHT:
            return self._card_strips(self._drag.card, frame.cells, "cursor")[y - ghost]
        place = self._top(frame.lane) + slot
        cards = self.lanes[frame.lane].cards
        if line == tiles.HEIGHT or place >= max(1, self._places(frame.lane)):
            return Strip.blank(frame.cells, self._look("text"))
        state = self._state(frame.lane, place)
        if place < len(cards):
            return self._card_strips(cards[place], frame.cells, state)[line]
        words = f"{self._more(frame.lane):,} more; ⏎ lists all" if self._more(frame.lane) else "none"
        key = (words, frame.cells, state)
        made = [plain(words, "accent" if state else "muted"), BLANK, BLANK]
        return (self._drawn.get(key) or self._draw(key, made, frame.cells, state))[line]

    def _card_strips(self, card: BoardCard, cells: int, state: str) -> list[Strip]:
        key = (card, self._currency, cells, state)
        return self._drawn.get(key) or self._draw(key, tiles.card(card, self._currency, cells - EDGES), cells, state)

    def _draw(self, key: object, made: Sequence[Line], cells: int, state: str) -> list[Strip]:
        """Lines as strips, with a sign before them where the cursor or a mark is; kept for the next time."""
        over = self._over(state)
        ground = self._look("accent") + over if over else self._look("accent")
        signs = ["▎" if state.startswith("cursor") else " "] * len(made)
        signs[0] = "●" if state.endswith("marked") else signs[0]
        found = [
            Strip([Segment(sign, ground), *lines.strip(line, cells - EDGES, self._look, over), Segment(" ", ground)], cells)
            for sign, line in zip(signs, made, strict=True)
        ]
        if len(self._drawn) > KEPT:
            self._drawn.clear()
        self._drawn[key] = found
        return found

    def _over(self, state: str) -> Style | None:
        if not state:
            return None
        name = "lane--away" if state == "away" else f"line--{state.split(maxsplit=1)[0]}"
        return self.get_component_rich_style(name, partial=True)

    def _look(self, name: str) -> Style:
        return self.get_component_rich_style(f"line--{name}")

    def notify_style_update(self) -> None:
        """Other colours: everything is drawn anew."""
        self._drawn.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Other lanes may go in now."""
        self._show_cursor()
        self.refresh()

    def on_focus(self) -> None:
        """The cursor looks different where the keys go."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor looks different where the keys do not go."""
        self.refresh()


def _stages(count: int) -> str:
    return f"{count} stage{'s' if count != 1 else ''}"
