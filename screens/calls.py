"""Calls: a queue to ring through. Enter dials and opens the call's form; saved, it is the next one's turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from crmtui import config
from crmtui.activities import dialling
from crmtui.clients import clients, listing
from crmtui.present.cleaner import show
from crmtui.sales import call_queues, deals, timeline
from crmtui.sales.call_queues import CallQueue
from crmtui.sales.followups import Logged
from screens import cards, keeper, logging
from screens.forms.asking import pick
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

if TYPE_CHECKING:
    from screens.app import CrmApp

WIDE = 90
"""Cells from which on the card of the client stands beside the queue, not below it."""

EVENTS = 12
"""Past events on the card."""


class Calls(View):
    """The queue on the left, the client whose turn it is on the right."""

    TITLE = "Calls"
    DEFAULT_CSS = """
    Calls > #head { height: 1; padding: 0 1; color: $text-muted; }
    Calls > Horizontal { height: 1fr; }
    Calls #queue { width: 2fr; padding: 0 1; }
    Calls #card { width: 3fr; padding: 0 1; border-left: solid $panel; }
    Calls.narrow > Horizontal { layout: vertical; }
    Calls.narrow #queue { width: 1fr; height: 2fr; }
    Calls.narrow #card { width: 1fr; height: 3fr; border-left: none; border-top: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._queue = CallQueue()
        self._head = Static(id="head")
        self._list, self._card = Sheet(id="queue"), Sheet(id="card")

    def compose(self) -> ComposeResult:
        """How far it has come, the queue, the card."""
        yield self._head
        with Horizontal():
            yield self._list
            yield self._card

    @property
    def subjects(self) -> list[Subject]:
        """The client under the cursor; a line of the card when the keys are there."""
        chosen = self._card.subject if self._card.has_focus else self._list.subject
        return [chosen] if chosen else []

    @property
    def listed(self) -> list[Subject]:
        """All of the queue."""
        return [Subject("client", id_) for id_ in self._queue.clients]

    def enter(self) -> None:
        """The keys go to the queue."""
        self._list.focus()

    def reload(self) -> None:
        """The queue as it was left; the cursor on the one whose turn it is."""
        self._queue = keeper.ask(call_queues.load).value or CallQueue()
        found = {row.id: row for row in keeper.ask(lambda: listing.lines(self._queue.clients)).value or ()}
        lines = [self._line(found[id_]) for id_ in self._queue.clients if id_ in found]
        self._list.fill(lines or [plain("nobody to ring"), plain("b in the list of clients, or on any deals or tasks, begins a queue")])
        if self._queue.current is not None:
            self._list.choose(Subject("client", self._queue.current))
        self._show_card()

    def _line(self, row: listing.Line) -> Line:
        came = self._queue.outcomes.get(row.id, "")
        sign = "✓" if came else "›" if row.id == self._queue.current else " "
        style = "muted" if came else "text"
        return Line(
            (Part(sign, 1, "accent"), Part(row.name, REST, style), Part(came or row.phone or "no phone", 17, "muted")),
            Subject("client", row.id),
        )

    def _show_card(self) -> None:
        total, left = len(self._queue.clients), self._queue.left
        dial = "⏎ dials and logs" if config.current().dial else "⏎ logs; the setting dial names a program that dials"
        self._head.update(Content(show(f"{left} of {total} to ring · {dial} · n skips · Del takes out" if total else "no queue")))
        subject = self._list.subject
        self._card.display = subject is not None
        if subject is None:
            self._card.fill([])
            return
        outcome = keeper.ask(lambda: _card(subject.id))
        self._card.fill(outcome.value if outcome.value is not None else [plain(outcome.refused, "bad")])

    def on_resize(self) -> None:
        """The card stands beside the queue, or below it."""
        self.set_class(self.size.width < WIDE, "narrow")

    @on(Sheet.Chosen)
    def _chosen(self, event: Sheet.Chosen) -> None:
        if event.sheet is self._list and event.subject is not None and event.subject.id in self._queue.clients:
            self._go(self._queue.clients.index(event.subject.id))
        self.crm.tell()

    def _go(self, place: int) -> None:
        queue = keeper.at_once(lambda: call_queues.go(self._queue, place)).value
        self._queue = queue or self._queue
        self._show_card()

    @on(Sheet.Opened)
    async def _opened(self, event: Sheet.Opened) -> None:
        if event.sheet is self._card:
            await self.crm.open(event.subject)
            return
        self._ring(event.subject)

    def _ring(self, subject: Subject) -> None:
        """Dial, if a program is configured; then the form of the call, its time running."""
        if config.current().dial:
            outcome = keeper.ask(lambda: dialling.dial(subject.id))
            if outcome.refused:
                self.crm.refuse(outcome)

        async def logged(done: Logged) -> None:
            await self.crm.do(lambda: call_queues.rung(self._queue, subject.id, done.interaction.outcome or ""))
            if self._queue.left == 0:
                self.crm.say("the queue is rung through")

        logging.form(self.crm, "call", [subject], since=logging.now(), then=logged)

    def do_next(self) -> None:
        """Skip to the next."""
        self._list.action_move(1)

    def do_previous(self) -> None:
        """Back to the one before."""
        self._list.action_move(-1)

    async def do_remove(self) -> None:
        """Take the client under the cursor out of the queue, not out of the base."""
        subject = self._list.subject
        if subject is not None:
            await self.crm.do(lambda: call_queues.leave_out(self._queue, subject.id))


def _card(client: int) -> list[Line]:
    """What one wants to see while ringing: the numbers, the open deals, what is planned and what was last."""
    card = clients.get(client)
    numbers = [Line((Part(point.label or point.kind, 14, "muted"), Part(point.value, REST, "accent"))) for point in card.contact_points]
    opened = [cards.deal(each) for each in deals.page(client=client, outcome="open", limit=9)]
    notes = [Line((Part(line, REST),), wraps=True) for line in card.notes.split("\n")] if card.notes else []
    return [
        head(card.name, " · ".join(part for part in (card.company, card.status) if part)),
        *numbers,
        *([BLANK, head("Open deals"), *opened] if opened else []),
        *([BLANK, *notes] if notes else []),
        BLANK,
        *cards.timeline(timeline.of_client(client, limit=EVENTS)),
    ]


async def begin(app: CrmApp, chosen: list[Subject]) -> None:
    """A queue of the clients of what is marked; with nothing marked, of all that the view lists."""
    listed = chosen if len(chosen) > 1 else [each for each in app.view.listed if each.noun == chosen[0].noun] or chosen
    unfinished = keeper.ask(call_queues.load).value

    async def start(answer: str = "anew") -> None:
        if answer == "anew":
            done = await app.do(lambda: call_queues.begin(listed[0].noun, [each.id for each in listed]))
            if done.value is not None:
                await app.go("calls")
                app.say(f"{len(done.value.clients):,} to ring")

    if unfinished is not None and unfinished.left:
        title = f"{unfinished.left:,} calls of a queue are not made yet"
        pick(app, title, [("anew", "begin a new queue"), ("no", "leave it as it is")], start)
    else:
        await start()
