"""A field on the screen: its label, its editor, what is offered, and below it how the text is understood or why it is refused."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static, TextArea

from crmtui.present.cleaner import show
from screens import keeper
from screens.forms.editors import Changed, Choice, Prose, TextLine, Wanted
from screens.forms.fields import Field
from screens.lines import REST, Line, Part
from screens.sheet import Sheet
from screens.subject import Subject


class FieldRow(Vertical):
    """One field. Texts that are offered stand below it and are taken by Down and Enter, or by a click."""

    DEFAULT_CSS = """
    FieldRow { height: auto; }
    FieldRow > Horizontal { height: auto; }
    FieldRow .label { width: 15; color: $text-muted; }
    FieldRow .below { height: auto; margin-left: 16; color: $text-muted; display: none; }
    FieldRow .below.told { display: block; }
    FieldRow .below.refused { color: $text-error; text-style: bold; }
    FieldRow Sheet { height: auto; max-height: 6; margin-left: 15; background: $panel; display: none; }
    FieldRow Sheet.offering { display: block; }
    FieldRow Choice, FieldRow TextLine, FieldRow Prose { width: 1fr; }
    """

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field
        self.editor: TextLine | Prose | Choice = self._editor()
        self._below = Static(classes="below")
        self._offers = Offers()
        self._taken = field.value
        self._checked: str | None = None

    def _editor(self) -> TextLine | Prose | Choice:
        if self.field.choices:
            return Choice(list(self.field.choices), self.field.value)
        return Prose(self.field.value) if self.field.prose else TextLine(self.field.value)

    def compose(self) -> ComposeResult:
        """Label and editor, and what comes below them."""
        with Horizontal():
            yield Static(Content(show(self.field.label + (" *" if self.field.required else ""))), classes="label")
            yield self.editor
        yield self._offers
        yield self._below

    @property
    def typed(self) -> str:
        """What is typed."""
        return self.editor.typed

    @typed.setter
    def typed(self, text: str) -> None:
        self._taken = text
        self.editor.typed = text

    def check(self) -> bool:
        """Read what is typed, and say below how it is understood or why it is refused; whether it can be taken."""
        text = self._checked = self.typed
        if not text.strip():
            self.tell("" if not self.field.required else "this is needed", refused=self.field.required)
            return not self.field.required
        reads = self.field.reads
        if reads is None or text == self.field.value:
            self.tell("")
            return True
        outcome = keeper.ask(lambda: reads(text))
        self.tell(". ".join(filter(None, (outcome.refused, outcome.hint))) or outcome.value or "", refused=bool(outcome.refused))
        return not outcome.refused

    def tell(self, sentence: str, refused: bool = False) -> None:
        """Say something below the field."""
        self._below.update(Content(show(sentence)))
        self._below.set_class(bool(sentence), "told")
        self._below.set_class(refused, "refused")

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        if self.typed != self._taken:
            self._taken = self.typed
            if self.typed != self._checked:
                self.tell(self.field.hint if not self.typed.strip() else "")
            self._offer()
            self.post_message(Changed())

    def on_mount(self) -> None:
        """A quick field offers at once."""
        if self.field.quick:
            self._offer()

    def _offer(self) -> None:
        if self.field.offers is not None:
            offer, typed = self.field.offers, self.typed
            self._offers.show_texts(list(keeper.ask(lambda: offer(typed)).value or ()))

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter takes the chosen offer; without one, and in a quick field, it saves the form."""
        event.stop()
        if not self.take() or self.field.quick:
            self.post_message(Wanted())

    def take(self) -> bool:
        """Take the offer that is chosen; say whether one was."""
        chosen = self._offers.chosen
        self._offers.show_texts([])
        if chosen is None:
            return False
        self.typed = chosen
        self.check()
        self.post_message(Changed())
        return True

    async def on_key(self, event: events.Key) -> None:
        """Down and up go through what is offered, without leaving the text."""
        if event.key in ("down", "up") and self._offers.texts and isinstance(self.editor, TextLine):
            event.stop()
            event.prevent_default()
            self._offers.step(1 if event.key == "down" else -1)
        elif event.key == "escape" and self._offers.texts and not self.field.quick:
            event.stop()
            self._offers.show_texts([])

    @on(Sheet.Opened)
    def _clicked(self, event: Sheet.Opened) -> None:
        event.stop()
        self.take()

    def on_descendant_focus(self) -> None:
        """An empty field that is come to says what it takes."""
        if self.field.hint and not self.typed.strip() and not self._below.has_class("told"):
            self.tell(self.field.hint)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """A field that is left says how it was understood."""
        if event.widget is self.editor and not isinstance(self.editor, Choice):
            if len(self._offers.texts) == 1 and self._offers.texts[0].casefold().startswith(self.typed.strip().casefold()):
                self._offers.step(1)
                self.take()
            self._offers.show_texts([])
            self.check()


class Offers(Sheet, can_focus=False):
    """The texts that are offered for what is typed; none is chosen until Down is pressed; a click takes one."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._at = -1

    @property
    def chosen(self) -> str | None:
        """The text that is chosen."""
        return self.texts[self._at] if 0 <= self._at < len(self.texts) else None

    def show_texts(self, texts: list[str]) -> None:
        """Offer these."""
        self.texts, self._at = texts, -1
        self._draw()

    def step(self, by: int) -> None:
        """Choose the next, or the one before."""
        self._at = max(-1, min(len(self.texts) - 1, self._at + by))
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Take the text that was clicked."""
        event.stop()
        event.prevent_default()
        place = self.scroll_offset.y + int(event.y)
        if place < len(self.texts):
            self._at = place
            self.post_message(self.Opened(self, Subject("offer", place)))

    def _draw(self) -> None:
        self.set_class(bool(self.texts), "offering")
        self.fill([self._line(place, text) for place, text in enumerate(self.texts)])
        self.styles.height = max(1, len(self.texts))

    def _line(self, place: int, text: str) -> Line:
        sign, style = ("›", "accent") if place == self._at else (" ", "text")
        return Line((Part(sign, 1, "accent"), Part(text, REST, style)), Subject("offer", place))
