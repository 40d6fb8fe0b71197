"""The full screen: its views, the actions that work in all of them, and how it stays true while others work."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable
from importlib import import_module
from time import monotonic
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from crmtui import config
from crmtui.present.cleaner import show
from crmtui.sales import playbooks
from crmtui.store.connection import current
from screens import actions, keeper, terminal, themes
from screens.actions import Action
from screens.bars import KeyBar, TopBar
from screens.keeper import Outcome
from screens.subject import Subject
from screens.view import View

PULSE_SECONDS = 0.5
"""How often the base is asked whether another program has changed it."""

DEAF_SECONDS = 0.5
"""How long the letters of a word that was picked by its first one are let pass."""

VIEWS: dict[str, tuple[str, str]] = {
    "home": ("Home", "screens.home:Home"),
    "pipeline": ("Pipeline", "screens.pipeline:Pipeline"),
    "clients": ("Clients", "screens.client_list:ClientList"),
    "agenda": ("Agenda", "screens.agenda:Agenda"),
    "calls": ("Calls", "screens.calls:Calls"),
    "reports": ("Reports", "screens.report_view:Reports"),
}
"""The views that have a key of their own: their words and where they are. Others are opened from them."""

PAGES = {
    "client": "screens.client_page:ClientPage",
    "deal": "screens.deal_page:DealPage",
    "report": "screens.records:Records",
    "duplicates": "screens.duplicates:Duplicates",
    "merge": "screens.merging:Merge",
    "import": "screens.importing:Import",
}
"""The views that are opened above others: one record, the records behind a figure, clients who may be one, a file to import."""

T = TypeVar("T")


class CrmApp(App[int]):
    """The views one above the other, one of them shown; every action is one call and one redraw."""

    TITLE = "crmtui"
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { background: $background; layers: base over; }
    #views { height: 1fr; }
    View { height: 1fr; width: 1fr; }
    Toast { max-width: 76; padding: 0 1; }
    ToastRack { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = list(actions.bindings())

    def __init__(self) -> None:
        settings = config.current()
        self.keys = actions.keymap(settings.keymap, settings.keys)
        super().__init__(ansi_color=True if themes.chosen(settings.theme) == themes.SIXTEEN else None)
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = themes.chosen(settings.theme)  # before it runs, so that it is not styled twice
        self.set_keymap(self.keys)
        terminal.forgive_bytes()
        self._settings = settings
        self._seen = 0
        self._views: dict[str, View] = {}
        self._stale: set[str] = set()
        self._trail: list[tuple[str, Subject | None]] = []
        self._here = ""
        self._deaf_until = 0.0

    # -- its frame

    def compose(self) -> ComposeResult:
        """The bar of views, the view, the bar of keys."""
        self._top = TopBar([(name, actions.sign(actions.keys_of(f"go.{name}", self.keys)[0]), title) for name, (title, _) in VIEWS.items()])
        self._bottom = KeyBar()
        yield self._top
        yield Container(id="views")
        yield self._bottom

    async def on_mount(self) -> None:
        """Show the first view and begin to watch the base and the terminal."""
        terminal.guard(self)
        self._seen = current().state()
        await self.go(self._settings.screen)
        self.set_interval(PULSE_SECONDS, self._pulse)
        self.call_after_refresh(_collect)
        self.call_after_refresh(self.run_worker, _save_day, group="backup")

    @property
    def view(self) -> View:
        """The view that is shown."""
        return self._views[self._here]

    async def go(self, name: str) -> None:
        """Show one of the views; the way back begins anew."""
        self._trail.clear()
        await self._show(name)

    async def open(self, subject: Subject, among: list[Subject] | None = None) -> None:
        """Show the page of a client or a deal; `among` are the records to go through with next and previous."""
        if subject.noun not in PAGES:
            from screens import opening

            await self._carry(lambda: opening.record(self, subject))
            return
        self._remember()
        page = await self._show(subject.noun)
        page.show_record(subject, among or [subject])  # type: ignore[attr-defined]
        self.tell()

    async def show_page(self, name: str) -> View:
        """Show one of `PAGES` above the view that is shown; `back` leads here again."""
        self._remember()
        return await self._show(name)

    def _remember(self) -> None:
        subject = getattr(self.view, "record", None)
        self._trail.append((self._here, subject))

    async def _show(self, name: str) -> View:
        page = self._views.get(name)
        if page is None:
            module, _, kind = (VIEWS[name][1] if name in VIEWS else PAGES[name]).partition(":")
            page = self._views[name] = getattr(import_module(module), kind)()
            await self.query_one("#views").mount(page)
            self._stale.add(name)
        for other, view in self._views.items():
            view.display = other == name
        self._here = name
        if name in self._stale:
            self._stale.discard(name)
            page.reload()
        page.enter()
        self.tell()
        return page

    def tell(self) -> None:
        """Say in the bars which view this is and which keys matter for what is chosen."""
        base = current()
        if not self._here:
            return
        here = self._here if self._here in VIEWS else next((name for name, _ in reversed(self._trail) if name in VIEWS), "")
        beside = " · ".join(part for part in (self.view.heading, base.path.name, base.actor) if part)
        self._top.tell(here, beside)
        told = [each for each in actions.ACTIONS if each.label and each.name not in ("help", "quit") and self.available(each)]
        order = sorted(told, key=lambda each: (each.group != "Record", each.group == "Go"))
        last = [actions.BY_NAME[name] for name in ("help",)]
        keys = [(each.name, actions.sign(actions.keys_of(each.name, self.keys)[0]), each.label) for each in (*last, *order)]
        self._bottom.tell(keys)

    # -- staying true

    def _pulse(self) -> None:
        """Draw anew when another program has written; forms keep what is typed."""
        seen = keeper.ask(current().state)
        if seen.value is not None and seen.value != self._seen:
            self._seen = seen.value
            self.changed()

    def changed(self) -> None:
        """Draw anew what is shown, and the other views when they come up next; what followed from the change is told after it."""
        self._stale = set(self._views) - {self._here}
        self.view.reload()
        self.tell()
        self.call_later(self._tell_notes)

    def _tell_notes(self) -> None:
        """Tell what the rules of the playbook did beside the change, and what of it failed."""
        for note in playbooks.notes(current()):
            failed = isinstance(note, playbooks.Failure)
            self.notify(show(note), severity="warning" if failed else "information", timeout=8 if failed else 5, markup=False)

    def _fatal_error(self) -> None:
        """A mistake of ours ends the program. The shell's keeper tells it and writes the log: no trace with people's data on the screen."""
        self.bell()
        self._close_messages_no_wait()

    @property
    def mistake(self) -> Exception | None:
        """What ended the program against its will."""
        return self._exception

    # -- carrying out

    async def do(self, call: Callable[[], T], told: Callable[[T], str] | str = "", slow: bool = False) -> Outcome[T]:
        """Carry out a change and draw it; what was done, or why it was refused, is said. `slow`: it takes more than a moment."""
        outcome = await keeper.do(self, call, slow)
        if outcome.refused:
            self.refuse(outcome)
            return outcome
        self.changed()
        if told:
            self.say(told if isinstance(told, str) else told(outcome.value))  # type: ignore[arg-type]
        return outcome

    def say(self, sentence: str) -> None:
        """Tell what was done, for a moment."""
        self.notify(show(sentence), timeout=4, markup=False)

    def refuse(self, outcome: Outcome[Any]) -> None:
        """Tell why something was refused and what would work."""
        self.bell()
        hint = f"\n{outcome.hint}" if outcome.hint else ""
        self.notify(show(outcome.refused) + show(hint, lines=True), severity="warning", timeout=8, markup=False)

    def available(self, action: Action) -> bool:
        """Whether an action makes sense for what is shown and chosen."""
        where, _, method = action.target.partition(":")
        if where in ("app", "go"):
            return True
        if where == "view" and not hasattr(self.view, f"do_{method}"):
            return False
        return not action.nouns or not self.view.nouns.isdisjoint(action.nouns)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Let keys through to the next that has them when an action makes no sense here."""
        if action == "act" and monotonic() < self._deaf_until:
            return False
        if action == "act" and parameters and self._here:
            return self.available(actions.BY_NAME[str(parameters[0])])
        return True

    def deafen(self) -> None:
        """Take no key for an action for a moment: after a letter has picked a choice, the rest of its word may still be typed."""
        self._deaf_until = monotonic() + DEAF_SECONDS

    async def action_act(self, name: str, subjects: list[Subject] | None = None) -> None:
        """Carry out an action of the table on what is chosen, or on the subjects given."""
        action = actions.BY_NAME[name]
        where, _, method = action.target.partition(":")
        if where == "go":
            done = self.go(method)
        elif where in ("view", "app"):
            done = getattr(self.view if where == "view" else self, f"do_{method}")()
        else:
            chosen = [each for each in (subjects or self.view.subjects) if not action.nouns or each.noun in action.nouns]
            if len(chosen) > 1 and not action.many:
                self.say(f"“{action.label or action.name}” takes one record at a time; {len(chosen):,} are marked")
                return
            await self._carry(lambda: getattr(import_module(where), method)(self, chosen))
            return
        if done is not None:
            await done

    async def _carry(self, call: Callable[[], Awaitable[None] | None]) -> None:
        """Do something with a record; that it has gone meanwhile, or whatever else is refused, is said."""
        outcome = await keeper.carry(call)
        if outcome.refused:
            self.refuse(outcome)

    async def do_back(self) -> None:
        """Out of what was begun in the view; else back to the view before, and to its record."""
        if self.view.step_back() or not self._trail:
            self.tell()
            return
        seen = getattr(self.view, "record", None)
        name, subject = self._trail.pop()
        view = await self._show(name)
        if subject:
            view.show_record(subject, None)  # type: ignore[attr-defined]
        if seen:
            view.seen(seen)
        self.tell()

    def do_find(self) -> None:
        """Search clients and deals; a view that searches by itself does."""
        if hasattr(self.view, "do_find"):
            self.view.do_find()
            return
        from screens.finder import Finder

        self.push_screen(Finder())

    def do_palette(self) -> None:
        """Search actions too."""
        from screens.finder import Finder

        self.push_screen(Finder(everything=True))

    def do_help(self) -> None:
        """The page of keys."""
        from screens.help import Keys

        self.push_screen(Keys(self))

    def do_add(self) -> None:
        """Choose what to add."""
        from screens.adding import choose

        choose(self)

    def do_undo(self) -> None:
        """Take back the last own operation."""
        from crmtui.store import rewind

        self.run_worker(self.do(rewind.undo, lambda done: f"undone: {done.summary}", slow=True), group="rewind")

    def do_redo(self) -> None:
        """Do again what was undone last."""
        from crmtui.store import rewind

        self.run_worker(self.do(rewind.redo, lambda done: f"done again: {done.summary}", slow=True), group="rewind")

    def do_renew(self) -> None:
        """Everything from the base once more."""
        self.changed()

    def do_next_theme(self) -> None:
        """The next set of colours."""
        names = [theme.name for theme in themes.THEMES]
        place = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(place + 1) % len(names)]
        self.say(f"colours: {self.theme}; the setting theme keeps them")

    def do_leave(self) -> None:
        """Leave."""
        self.exit(0)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys matter where the keys go now."""
        self.tell()


def _collect() -> None:
    """Collect garbage from now on: a start does without, a day would not. What the start made stays for good and is not gone through."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


async def _save_day() -> None:
    """Have the backup of the day made while nobody waits for it, so that the first change of the day does not."""
    base = current()
    if not base.read_only:
        await keeper.ask_aside(base.save_day)
