"""Two clients side by side, field by field: what each says, whose word counts, and what comes of it; then one of them, or two for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from crmtui.clients import clients, merging
from crmtui.clients.merging import FieldChoice, Merged
from crmtui.errors import Candidate
from crmtui.present.cleaner import show
from screens import duplicates, keeper
from screens.lines import BLANK, REST, Line, Part, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

WIDE = 110
"""Cells from which on what comes of each field has a column of its own."""

LABEL = 12
"""Cells of the names of the fields."""

JOINED = "notes"
"""The field that is joined of both, unless one side is chosen."""

DOINGS = (("s", "make them one"), ("x", "they are not the same"), ("v", "keep the other one"))
"""What can be done with the two; in the order of `Merge.done`."""


class Merge(View):
    """The client that stays on the left, the one that becomes part of it on the right."""

    TITLE = "Merge"
    DEFAULT_CSS = """
    Merge > #head { height: 1; padding: 0 1; color: $text-muted; }
    Merge > Sheet { height: 1fr; padding: 0 1; }
    Merge > #result { height: auto; max-height: 4; padding: 0 1; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "side('a')", "left", show=False, id="move.left"),
        Binding("right", "side('b')", "right", show=False, id="move.right"),
        Binding("s,ctrl+s,f2", "merge", "merge", show=False),
        Binding("x", "apart", "not the same", show=False),
        Binding("v", "swap", "swap", show=False),
        Binding("o", "client", "open", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept, self._gone = 0, 0
        self._names: Sequence[Candidate] = ()
        self._choices: dict[str, str] = {}
        self._rows: Sequence[FieldChoice] = ()
        self._ending = False
        self._list = Sheet()

    def compose(self) -> ComposeResult:
        """Who they are, their fields, and in full what comes of the one under the cursor."""
        yield Static(id="head")
        yield self._list
        yield Static(id="result")

    @property
    def heading(self) -> str:
        """That two are looked at."""
        return "two side by side"

    def enter(self) -> None:
        """The keys go to the fields."""
        self._list.focus()

    def show_pair(self, kept: int, gone: int) -> None:
        """Lay two clients side by side; the first stays."""
        self._kept, self._gone, self._choices, self._ending = kept, gone, {}, False
        self._rows, self._names = (), ()
        self._list.fill([])
        self.reload()

    def reload(self) -> None:
        """Work out anew what would come of the two, aside: it is tried and taken back."""
        if self._kept and not self._ending:
            self.run_worker(self._previewed(), exclusive=True, group="merge")

    async def _previewed(self) -> None:
        kept, gone, choices = self._kept, self._gone, dict(self._choices)
        outcome = await keeper.ask_aside(lambda: (merging.preview(kept, gone, choices), clients.labels([kept, gone])))
        if (kept, gone, choices) != (self._kept, self._gone, self._choices):
            return
        if outcome.value is None:
            self._rows = ()
            self._tell("they cannot be made one")
            self._list.fill([plain(outcome.refused, "bad"), plain(outcome.hint or "Esc goes back")])
        else:
            self._rows, self._names = outcome.value
            self._tell("←→ or ⏎ whose word counts · s makes them one · x not the same · Esc leaves both")
            self._list.fill(self._lines())
        self._tell_result()

    # -- drawing

    def _tell(self, sentence: str) -> None:
        self.query_one("#head", Static).update(Content(show(sentence)))

    def _lines(self) -> list[Line]:
        sides = zip(("stays", "goes into it"), (self._kept, self._gone), self._names, strict=True)
        wide = self.size.width >= WIDE
        return [
            *(
                Line((Part(word, LABEL, "muted"), Part(f"{each.label} · id {id_}", REST, "accent")), Subject("client", id_))
                for word, id_, each in sides
            ),
            BLANK,
            *(self._line(place, row, wide) for place, row in enumerate(self._rows)),
            BLANK,
            plain("● its word counts · ○ it goes · + both stay · 1 2 in this order · = the same"),
            BLANK,
            *(
                Line((Part(key, LABEL, "accent"), Part(word, REST)), Subject("doing", place), key="doing")
                for place, (key, word) in enumerate(DOINGS)
            ),
        ]

    def _line(self, place: int, row: FieldChoice, wide: bool) -> Line:
        (mine, mine_style), (other, other_style) = self._signs(row)
        parts = [
            Part(row.field.replace("_", " "), LABEL, "muted"),
            Part(f"{mine} {row.a or '–'}", REST, mine_style),
            Part(f"{other} {row.b or '–'}", REST, other_style),
        ]
        parts += [Part(f"→ {row.result or '–'}", REST)] if wide else []
        return Line(tuple(parts), Subject("field", place) if self._can_choose(row) else None)

    def _signs(self, row: FieldChoice) -> tuple[tuple[str, str], tuple[str, str]]:
        """The sign and the style of either side: ● its word counts, ○ it goes, + both are kept, = they say the same."""
        if row.a == row.b:
            return ("=", "muted"), ("=", "muted")
        if row.result == row.a:
            return ("●", "text"), ("○", "muted")
        if row.result == row.b:
            return ("○", "muted"), ("●", "text")
        if self._can_choose(row) and row.field != JOINED:
            first = ("1", "text"), ("2", "text")
            return first if self._side(row) == "a" else (first[1], first[0])
        return ("+", "text"), ("+", "text")

    def _can_choose(self, row: FieldChoice) -> bool:
        return row.field in merging.FIELDS and row.a != row.b

    def _side(self, row: FieldChoice) -> str:
        """Whose word counts by now; of a joined field nobody's, of a list who comes first."""
        if row.field in self._choices:
            return self._choices[row.field]
        if row.field == JOINED and row.a and row.b:
            return ""
        return "b" if row.result == row.b else "a"

    def _tell_result(self) -> None:
        row = self._row
        told = self.query_one("#result", Static)
        told.display = row is not None
        if row is not None:
            told.update(Content(show(f"{row.field.replace('_', ' ')} becomes: {row.result or 'empty'}")))

    def on_resize(self) -> None:
        """What comes of it has a column where there is room."""
        if self._rows:
            self._list.fill(self._lines())

    # -- choosing

    @property
    def _row(self) -> FieldChoice | None:
        chosen = self._list.subject
        return self._rows[chosen.id] if chosen and chosen.noun == "field" and chosen.id < len(self._rows) else None

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        self._tell_result()

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        """A field takes the other's word, a name opens its client, the last lines do what they say."""
        row = self._row
        if event.subject.noun == "client":
            await self.crm.open(event.subject)
        elif event.subject.noun == "doing":
            await (self.action_merge, self.action_apart, self.action_swap)[event.subject.id]()
        elif row is not None:
            circle = ("", "a", "b") if row.field == JOINED and row.a and row.b else ("a", "b")
            self._choose(row, circle[(circle.index(self._side(row)) + 1) % len(circle)])

    def action_side(self, side: str) -> None:
        """Whose word counts for the field under the cursor: a of the one that stays, b of the other."""
        row = self._row
        if row is not None:
            self._choose(row, side)

    def _choose(self, row: FieldChoice, side: str) -> None:
        self._choices.pop(row.field, None)
        if side:
            self._choices[row.field] = side
        self.reload()

    async def action_client(self) -> None:
        """The page of the client under the cursor, or of the one that stays."""
        chosen = self._list.subject
        await self.crm.open(chosen if chosen and chosen.noun == "client" else Subject("client", self._kept))

    async def action_swap(self) -> None:
        """Keep the other one; whose word was chosen stays so."""
        self._kept, self._gone = self._gone, self._kept
        self._choices = {name: "a" if side == "b" else "b" for name, side in self._choices.items()}
        self.reload()

    # -- deciding

    async def action_merge(self) -> None:
        """Make them one, and go back."""
        kept, gone, choices = self._kept, self._gone, dict(self._choices)
        if not self._rows:
            return
        self._ending = True
        done = await self.crm.do(lambda: merging.merge(kept, gone, choices), _told)
        self._ending = False
        if done.value is None:
            self.reload()
            return
        await self._leave()
        view = self.crm.view
        if getattr(view, "record", None) == Subject("client", gone):  # who came from the page of the one that is gone
            view.show_record(Subject("client", kept), None)  # type: ignore[attr-defined]
            self.crm.tell()

    async def action_apart(self) -> None:
        """Remember that they are two, and go back."""
        if await duplicates.tell_apart(self.crm, self._kept, self._gone):
            await self._leave()

    async def _leave(self) -> None:
        self._kept, self._gone, self._rows = 0, 0, ()
        await self.crm.do_back()


def _told(done: Merged) -> str:
    return f"{done.gone} is part of {done.client.name} now; u parts them again"
