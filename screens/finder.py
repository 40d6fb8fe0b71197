"""The finder: any client or deal by any words, and on request every action by its name."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from crmtui.sales import finding
from crmtui.store.keys import fold
from screens import actions, keeper
from screens.actions import Action
from screens.forms.editors import TextLine
from screens.lines import REST, Line, Part, plain
from screens.sheet import Sheet
from screens.subject import Subject

HITS = 12
"""Clients, and as many deals, that are shown at most."""


class Finder(ModalScreen[None]):
    """Type, go down, Enter; what was typed last is what Enter means."""

    DEFAULT_CSS = """
    Finder { align: center top; background: $background 60%; }
    Finder > Vertical { width: 84; max-width: 96%; height: 28; max-height: 90%; margin-top: 1; background: $surface;
        border: round $primary; border-title-color: $text-primary; border-subtitle-color: $text-muted; padding: 0 1; }
    Finder TextLine { margin-bottom: 1; }
    Finder Sheet { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "leave"),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
    ]

    def __init__(self, everything: bool = False) -> None:
        super().__init__()
        self._everything = everything
        self._typed = ""

    def compose(self) -> ComposeResult:
        """A line to type in, and what is found."""
        with Vertical() as box:
            box.border_title = "Do or find anything" if self._everything else "Find a client or a deal"
            box.border_subtitle = "⏎ open · ↑↓ choose · Esc leave"
            yield TextLine("")
            yield Sheet(steered=True)

    def on_mount(self) -> None:
        """Begin with the actions, where they are asked for."""
        self.query_one(TextLine).focus()
        self.query_one(Sheet).can_focus = False
        self._show(self._typed, [])

    @on(Input.Changed)
    async def _search(self, event: Input.Changed) -> None:
        """Search for what is typed by now: whose name begins so at once, the others aside; the last answer wins."""
        event.stop()
        self._typed = event.value
        found = keeper.ask(lambda: finding.at_once(event.value, HITS)).value
        if found is not None:
            self.workers.cancel_group(self, "finder")
            self._show(event.value, found)
            return
        self.run_worker(self._found(event.value), exclusive=True, group="finder")

    async def _found(self, words: str) -> None:
        outcome = await keeper.ask_aside(lambda: finding.everything(words, HITS)) if words.strip() else None
        if words == self._typed:
            self._show(words, list(outcome.value or ()) if outcome else [])

    def _show(self, words: str, found: list[finding.Found]) -> None:
        lines = [Line((Part(hit.noun, 7, "muted"), Part(hit.label, REST)), Subject(hit.noun, hit.id)) for hit in found]
        doing = self._actions(words) if self._everything else []
        if not lines and not doing:
            lines = [plain("nothing is called so" if words.strip() else "type any words, in any script: a name, a mail, a number")]
        self.query_one(Sheet).fill([*doing[:HITS], *lines])
        self.query_one(Sheet).styles.height = len(doing[:HITS]) + len(lines)

    def _actions(self, words: str) -> list[Line]:
        wanted = fold(words).split()
        app = self.app
        told = [each for each in actions.ACTIONS if all(word in fold(f"{each.sentence} {each.name}") for word in wanted)]
        return [self._action(each) for each in told if each.name not in ("palette", "find") and app.available(each)]  # type: ignore[attr-defined]

    def _action(self, action: Action) -> Line:
        key = actions.sign(actions.keys_of(action.name, self.app.keys)[0])  # type: ignore[attr-defined]
        return Line((Part(key, 7, "accent"), Part(action.sentence, REST)), Subject("action", actions.ACTIONS.index(action)))

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        await self._searched()
        self.query_one(Sheet).action_open()

    async def _searched(self) -> None:
        """Who types fast and presses Enter means what was typed, not what was found for half of it."""
        await self.workers.wait_for_complete([worker for worker in self.workers if worker.group == "finder"])

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        event.stop()
        among = [each for each in event.sheet.subjects if each.noun == event.subject.noun]
        self.dismiss()
        if event.subject.noun == "action":
            self.app.call_later(self.app.action_act, actions.ACTIONS[event.subject.id].name)  # type: ignore[attr-defined]
        else:
            self.app.call_later(self.app.open, event.subject, among)  # type: ignore[attr-defined]

    def action_step(self, by: int) -> None:
        """The next line, or the one before."""
        self.query_one(Sheet).action_move(by)

    def action_page(self, by: int) -> None:
        """A screen further."""
        self.query_one(Sheet).action_page(by)

    def on_click(self, event: events.Click) -> None:
        """A click beside the finder leaves it."""
        if event.widget is self:
            self.dismiss()
