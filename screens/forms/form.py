"""A form over the view: fields, one call that saves, errors beside the field they are about, drafts that survive a killed program."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from crmtui.frozen import dataclass
from crmtui.present.cleaner import show
from crmtui.store import drafts
from screens import keeper
from screens.forms.editors import Changed, Choice, Wanted
from screens.forms.fields import Field
from screens.forms.row import FieldRow
from screens.lines import Line
from screens.sheet import Sheet
from screens.subject import Subject

WIDE = 124
"""Cells from which on what is to be read stands beside the fields; else it stands above them."""

MOST, LEAST = 8, 3
"""Lines of it above the fields, at most and at least."""

FIELDS, FRAME = 16, 6
"""Lines that it leaves to the fields above which it stands, and to the frame when it stands beside them."""

BORDERS = 2
"""Lines that the border of a form takes."""

AGAIN_SECONDS = 0.1
"""How soon a form that is covered tries again to leave."""

DRAFT_SECONDS = 0.5
"""How long after the last key what is typed is kept in the base at the latest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a form is for. `save` takes the typed texts by the names of the fields, of those that differ from what they began with
    (all, when `whole`), makes the change and returns its result; `told` words it for a toast. `place` names the draft.

    `insist` saves what was refused as doubtful, when saving is asked for once more. `slow`: saving takes more than a moment.

    `now` reads the fields' texts as they are in the base at this moment: a field that somebody else has changed meanwhile is told
    once before it is overwritten.

    `verb` says what the key does that saves.

    `aside` gives lines to read while the form is filled in; `tick` is what Space or Enter does at once with one that has a subject.
    """

    title: str
    fields: Sequence[Field]
    save: Callable[[dict[str, str]], Any]
    told: Callable[[Any], str] | None = None
    place: str = ""
    beside: str = ""
    whole: bool = True
    now: Callable[[], Mapping[str, str]] | None = None
    insist: Callable[[dict[str, str]], Any] | None = None
    slow: bool = False
    aside: Callable[[], Sequence[Line]] | None = None
    tick: Callable[[Subject], Any] | None = None
    verb: str = "save"


class Form(ModalScreen[Any]):
    """Tab goes on, Enter or ctrl+s saves, Escape leaves and keeps what was typed. It gives the result of saving, None when it was left."""

    DEFAULT_CSS = """
    Form { align: center middle; background: $background 60%; }
    Form > Vertical { width: 76; max-width: 96%; height: auto; max-height: 96%; background: $surface; border: round $primary;
        border-title-color: $text-primary; border-title-style: bold; border-subtitle-color: $text-muted; padding: 0 1; }
    Form VerticalScroll { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    Form.wide > Vertical { width: 120; }
    Form #body { height: auto; max-height: 100%; layout: vertical; }
    Form.wide #body { layout: horizontal; }
    Form.wide #body VerticalScroll { width: 2fr; }
    Form #aside { height: auto; margin: 0 0 1 0; }
    Form.wide #aside { width: 1fr; margin: 0 2 0 0; }
    Form #beside { color: $text-muted; height: auto; padding: 0 0 1 0; display: none; }
    Form #beside.told { display: block; }
    Form #refused { color: $text-error; text-style: bold; height: auto; display: none; }
    Form #refused.told { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "save", "save", priority=True),
        Binding("escape", "leave", "leave"),
        Binding("ctrl+x", "clear", "clear", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("space", "tick", show=False),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.rows = {field.name: FieldRow(field) for field in plan.fields}
        self._dirty = False
        self._ended = False
        self._warned: dict[str, str] = {}
        self._doubted: dict[str, str] | None = None
        self._cleared: dict[str, str] = {}
        self._refused: dict[str, str] = {}
        self._saved = False

    # -- its frame

    def compose(self) -> ComposeResult:
        """The fields one under the other."""
        with Vertical() as box:
            box.border_title = Content(show(self.plan.title))
            box.border_subtitle = f"⏎ ^S {self.plan.verb} · Tab next · Esc leave"
            yield Static(Content(show(self.plan.beside, lines=True)), id="beside", classes="told" if self.plan.beside else "")
            with Container(id="body"):
                if self.plan.aside is not None:
                    yield Sheet(id="aside")
                with VerticalScroll(can_focus=False):
                    yield from self.rows.values()
            yield Static(id="refused")

    def on_mount(self) -> None:
        """Begin with what was typed last time and not saved, if anything."""
        kept = keeper.ask(lambda: drafts.kept(self.plan.place)).value if self.plan.place else None
        for name, text in (kept or {}).items():
            if name in self.rows and isinstance(text, str):
                self.rows[name].typed = text
        if kept:
            self._refuse("this is what you typed and did not save; ctrl+x begins anew")
        self.set_interval(DRAFT_SECONDS, self._keep)
        empty = [row for row in self.rows.values() if not row.typed] if self.plan.whole else []
        first = (empty or list(self.rows.values()))[0]
        first.editor.focus()

    @property
    def typed(self) -> dict[str, str]:
        """What is typed in every field."""
        return {name: row.typed for name, row in self.rows.items()}

    @property
    def changed(self) -> dict[str, str]:
        """What is typed in the fields that differ from what they began with."""
        return {name: row.typed for name, row in self.rows.items() if row.typed != row.field.value}

    # -- what stands beside the fields

    @property
    def _is_wide(self) -> bool:
        """Whether what is to be read stands beside the fields; else it stands above them."""
        return self.plan.aside is not None and self.size.width >= WIDE

    def _fit(self) -> None:
        """The fields take what the others leave of the screen, and scroll in it: what is refused must be seen."""
        others = [self.query_one("#beside"), self.query_one("#refused"), *([] if self._is_wide else self.query("#aside"))]
        taken = sum(each.outer_size.height + each.styles.margin.height for each in others if each.display)
        self.query_one("#body VerticalScroll").styles.max_height = max(LEAST, self.size.height * 96 // 100 - BORDERS - taken)
        self.call_after_refresh(self._show_focused)

    def _show_focused(self) -> None:
        """The field that has the keys stays in sight."""
        if self.focused is not None:
            self.focused.scroll_visible(animate=False)

    def _tell_aside(self) -> None:
        """Show the lines, of which there may be more than there is room for."""
        if self.plan.aside is None:
            return
        self.set_class(self._is_wide, "wide")
        sheet = self.query_one("#aside", Sheet)
        sheet.styles.max_height = self.size.height - FRAME if self._is_wide else max(LEAST, min(MOST, self.size.height - FIELDS))
        sheet.fill(keeper.ask(self.plan.aside).value or ())

    @on(Sheet.Opened, "#aside")
    async def action_tick(self) -> None:
        """Do with the line that is chosen what is to be done with it; it is saved at once."""
        sheet = self.focused
        tick = self.plan.tick
        if tick is None or not isinstance(sheet, Sheet) or sheet.subject is None:
            return
        chosen = sheet.subject
        outcome = await keeper.do(self.app, lambda: tick(chosen))
        self._refuse(". ".join(filter(None, (outcome.refused, outcome.hint))))
        self._tell_aside()

    @on(Sheet.Left, "#aside")
    def _beyond(self, event: Sheet.Left) -> None:
        """Beyond its ends the fields go on."""
        if event.by > 0:
            self.focus_next()
        else:
            self.focus_previous()

    # -- what is typed

    @on(Changed)
    def _typed(self) -> None:
        self._dirty = True
        if self.typed != self._refused:  # a key may come here later than the one that saves after it
            self._refuse("")

    @on(Choice.Picked)
    def _go_on(self) -> None:
        self.focus_next()

    def _keep(self) -> None:
        """Keep what is typed in the base, unless somebody is writing there: then at the next beat."""
        if self._dirty and self.plan.place:
            outcome = keeper.at_once(lambda: drafts.keep(self.plan.place, dict(self.changed)))
            self._dirty = bool(outcome.refused)

    def on_unmount(self) -> None:
        """Keep it also when the program is told to end."""
        self._keep()

    # -- saving

    @on(Wanted)
    async def action_save(self) -> None:
        """Check every field, then save; what is refused is said and nothing is lost."""
        if self._saved:
            return
        bad = [row for row in self.rows.values() if not row.check()]
        if bad:
            bad[0].editor.focus()
            self.call_after_refresh(bad[0].scroll_visible, animate=False)  # with what is said below it
            return
        if self._meanwhile():
            return
        values = self.typed if self.plan.whole else self.changed
        save = self.plan.insist if self.plan.insist is not None and values == self._doubted else self.plan.save
        outcome = await keeper.do(self.app, lambda: save(values), self.plan.slow)
        if outcome.refused:
            self._doubted = values if outcome.doubtful else None
            again = "save again to have it all the same" if outcome.doubtful and self.plan.insist is not None else ""
            self._refuse(". ".join(filter(None, (outcome.refused, outcome.hint, again))))
            self.app.bell()
            return
        self._dirty, self._saved = False, True
        if self.plan.place:
            keeper.at_once(lambda: drafts.drop(self.plan.place))
        self._end(outcome.value)

    def _end(self, result: Any) -> None:
        """Leave with a result, once; what has come up over the form is waited for."""
        if self._ended:
            return
        if not self.is_current:
            self.set_timer(AGAIN_SECONDS, lambda: self._end(result))
            return
        self._ended = True
        self.dismiss(result)

    def _meanwhile(self) -> bool:
        """Tell once of each field that somebody else has changed since the form was opened and that would be overwritten."""
        if self.plan.now is None:
            return False
        now = keeper.ask(self.plan.now).value or {}
        news = {
            name: now[name]
            for name in self.changed
            if name in now and now[name] != self.rows[name].field.value and self._warned.get(name) != now[name]
        }
        for name, text in news.items():
            self.rows[name].tell(f"somebody made it “{text or 'empty'}” meanwhile; save again to overwrite that", refused=True)
        self._warned |= news
        return bool(news)

    def _refuse(self, sentence: str) -> None:
        self._refused = self.typed if sentence else {}
        told = self.query_one("#refused", Static)
        told.update(Content(show(sentence)))
        told.set_class(bool(sentence), "told")
        self.call_after_refresh(self._fit)

    def action_clear(self) -> None:
        """Begin with what the fields held at first; once more: with what was typed after all."""
        typed = self.changed
        held = self._cleared if not typed else {}
        for row in self.rows.values():
            row.typed = held.get(row.field.name, row.field.value)
            row.tell("")
        self._cleared, self._dirty = typed, bool(held)
        if self.plan.place:
            keeper.at_once(lambda: drafts.drop(self.plan.place))
        self._refuse("ctrl+x once more brings back what was typed" if typed else "")

    def action_leave(self) -> None:
        """Leave without saving; what was typed is kept for the next time."""
        if not self.changed and self.plan.place:
            keeper.at_once(lambda: drafts.drop(self.plan.place))
            self._dirty = False
        self._end(None)

    def on_resize(self) -> None:
        """Another room for the fields and for what is beside them."""
        self._tell_aside()
        self.call_after_refresh(self._fit)


def fill_in(app: Any, plan: Plan, then: Callable[[Any], object] | None = None) -> None:
    """Show a form; when it is saved, draw the view anew, say what was done, and go on with `then`."""

    def saved(result: Any) -> None:
        if result is None:
            return
        app.changed()
        if plan.told is not None:
            app.say(plan.told(result))
        if then is not None:
            app.call_later(then, result)

    app.push_screen(Form(plan), saved)
