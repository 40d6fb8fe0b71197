"""The clients: a list that scrolls a million of them, searched while typing, and beside it the card of the one under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from crmtui import team
from crmtui.clients import clients, listing
from crmtui.clients.listing import Line as Row
from crmtui.present.cleaner import show
from crmtui.sales import deals, timeline
from screens import cards, keeper
from screens.clients import KINDS, STATUSES
from screens.clients import add as add_client
from screens.forms import fields
from screens.forms.asking import pick
from screens.forms.editors import TextLine
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.lines import BLANK, REST, Line, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.table import Column, Table
from screens.view import View

FIRST = 200
"""Clients that are shown at once, while the others are still being read."""

CARD_SECONDS = 0.12
"""How long the cursor must rest on a client before its card is read."""

WIDE = 110
"""Cells from which on the card stands beside the list."""

EVENTS = 30
"""Past events on the card."""

SORTS = ("name", "company", "status", "owner", "updated")
"""What can be sorted by; the last the newest first."""

_WORDS = {"updated": "last change"} | {word: word for word in SORTS[:-1]}


def _style(row: Row) -> str:
    return {"customer": "good", "lead": "accent", "former": "muted", "disqualified": "muted"}.get(row.status, "text")


def _quiet(row: Row) -> str:
    return "muted"


COLUMNS = (
    Column("Name", REST, lambda row: row.name, sort="name"),
    Column("Company", 20, lambda row: row.company or "", _quiet, sort="company", least=76),
    Column("Status", 12, lambda row: row.status, _style, sort="status"),
    Column("Owner", 15, lambda row: row.owner or "–", _quiet, sort="owner", least=64),
    Column("Phone", 17, lambda row: row.phone or "", least=96),
    Column("Mail", 30, lambda row: row.email or "", _quiet, least=130),
    Column("City", 14, lambda row: row.city or "", _quiet, least=150),
)


@dataclass
class Wish:
    """What is to be listed: the words typed, the filters chosen, the order."""

    words: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    sort: str = "name"
    descending: bool = False

    @property
    def options(self) -> dict[str, Any]:
        """As `listing` takes them."""
        words = {"words": self.words} if self.words.strip() else {}
        return {**words, **self.filters, "sort": self.sort, "descending": self.descending}


class ClientList(View):
    """All clients. `/` searches while typing, `f` filters, `.` sorts, Space marks; actions work on the marked ones as one change."""

    TITLE = "Clients"
    DEFAULT_CSS = """
    ClientList > #head { height: 1; padding: 0 1; color: $text-muted; }
    ClientList > #search { height: 1; display: none; padding: 0 1; }
    ClientList > #search.searching { display: block; }
    ClientList #search Static { width: 9; color: $text-accent; }
    ClientList Horizontal { height: 1fr; }
    ClientList #search TextLine { width: 1fr; }
    ClientList Table { width: 3fr; }
    ClientList #card { width: 2fr; padding: 0 1; border-left: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._wish = Wish()
        self._all = 0
        self._timer: Timer | None = None
        self._table = Table("client", COLUMNS, listing.lines)
        self._card = Sheet(id="card")
        self._head = Static(id="head")

    def compose(self) -> ComposeResult:
        """What is listed, the search line, the list, the card."""
        yield self._head
        with Horizontal(id="search"):
            yield Static(Content("search"))
            yield TextLine("")
        with Horizontal():
            yield self._table
            yield self._card

    # -- what is chosen

    @property
    def subjects(self) -> list[Subject]:
        """The marked clients, or the one under the cursor; a line of the card when the keys are there."""
        if self._card.has_focus and self._card.subject:
            return [self._card.subject]
        return self._table.subjects

    @property
    def nouns(self) -> set[str]:
        """Clients, or what the line of the card is about."""
        if self._card.has_focus and self._card.subject:
            return {self._card.subject.noun}
        return {"client"} if self._table.ids else set()

    @property
    def listed(self) -> list[Subject]:
        """The clients of the list, as many as one can ring through."""
        return [Subject("client", id_) for id_ in self._table.ids[: 10 * FIRST]]

    def enter(self) -> None:
        """The keys go to the list."""
        self._table.focus()

    # -- reading

    def reload(self) -> None:
        """Read the list anew; the cursor and the marks stay with their clients."""
        if self._table.ids:
            self._table.renew()
        else:
            self._show_first()
        self._read_rest()
        self._read_card_soon()

    def _show_first(self) -> None:
        """The first clients at once."""
        outcome = keeper.ask(lambda: listing.first(FIRST, **self._wish.options))
        self._fill(outcome.value or [], top=True)

    def _read_rest(self) -> None:
        self.run_worker(self._rest(self._wish.options), exclusive=True, group="list")

    async def _rest(self, options: dict[str, Any]) -> None:
        """All ids, aside; a list that was asked for meanwhile wins."""
        outcome = await keeper.ask_aside(lambda: listing.ids(**options))
        if outcome.value is None or options != self._wish.options:
            return
        self._fill(outcome.value)
        if self._table.marked and self._table.marked - set(outcome.value):
            living = await keeper.ask_aside(listing.ids)
            self._table.marked &= set(living.value if living.value is not None else self._table.marked)
            self._tell_head()

    def _fill(self, ids: Sequence[int], top: bool = False) -> None:
        self._table.fill(ids, top=top)
        self._table.show_sorted(self._wish.sort, self._wish.descending)
        self._tell_head()
        if not ids:
            self._card.fill([])

    def _tell_head(self) -> None:
        """What is listed, in words."""
        number = len(self._table.ids)
        parts = [f"{number:,} client{'s' if number != 1 else ''}"]
        parts += [f"{name} {value}" for name, value in self._wish.told.items()]
        parts += [f"“{self._wish.words}”"] if self._wish.words.strip() else []
        parts += [f"{len(self._table.marked):,} marked"] if self._table.marked else []
        empty = "; Esc shows all" if self._wish.words or self._wish.filters else "; a adds one"
        parts += [f"by {_WORDS[self._wish.sort]}"] if self._wish.sort != "name" else []
        self._head.update(Content(show(" · ".join(parts) + (empty if not number else ""))))

    # -- the card

    @on(Table.Chosen)
    def _chosen(self) -> None:
        self._read_card_soon()

    def _read_card_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(CARD_SECONDS, self._read_card)

    def _read_card(self) -> None:
        subject = self._table.subject
        self._card.display = self.size.width >= WIDE
        if subject is None or not self._card.display:
            return
        outcome = keeper.ask(lambda: _card(subject.id))
        self._card.fill(outcome.value if outcome.value is not None else [plain(outcome.refused, "bad")])

    def on_resize(self) -> None:
        """The card is there where there is room."""
        self._read_card()

    @on(Table.Opened)
    async def _opened(self, event: Table.Opened) -> None:
        place, ids = self._table.place, self._table.ids
        start = max(0, place - FIRST)
        await self.crm.open(event.subject, [Subject("client", id_) for id_ in ids[start : place + FIRST]])

    @on(Sheet.Opened)
    async def _line_opened(self, event: Sheet.Opened) -> None:
        await self.crm.open(event.subject)

    @on(Sheet.Chosen)
    def _line_chosen(self) -> None:
        self.crm.tell()

    # -- its actions

    def do_find(self) -> None:
        """Search in the list, while typing; what was searched for before is typed over."""
        self.query_one("#search").add_class("searching")
        self.query_one(TextLine).focus()
        self.query_one(TextLine).select_all()

    def on_key(self, event: events.Key) -> None:
        """Down and up go through what is found, while one goes on typing."""
        if event.key in ("down", "up") and self.query_one(TextLine).has_focus:
            event.stop()
            self._table.action_move(1 if event.key == "down" else -1)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value != self._wish.words:
            self._wish.words = event.value
            self.run_worker(self._found(self._wish.options), exclusive=True, group="list")

    async def _found(self, options: dict[str, Any]) -> None:
        """The first that are found, then, when nothing more is typed, all of them."""
        outcome = await keeper.ask_aside(lambda: listing.first(FIRST, **options))
        if outcome.value is not None and options == self._wish.options:
            self._fill(outcome.value, top=True)
            if len(outcome.value) == FIRST:
                await self._rest(options)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Enter opens what was found: the first, or the one gone down to."""
        event.stop()
        self._table.focus()
        self.call_later(self._open_found, event.value)

    async def _open_found(self, words: str) -> None:
        await self.workers.wait_for_complete([worker for worker in self.workers if worker.group == "list"])
        if words.strip() and self._table.subject:
            self._table.action_open()

    def step_back(self) -> bool:
        """Take the marks off, then the search, then the filters; say whether there was anything."""
        if self._table.marked:
            self._table.marked.clear()
            self._table.refresh()
            self._tell_head()
        elif self.query_one("#search").has_class("searching"):
            self._wish.words = self.query_one(TextLine).value = ""
            self.query_one("#search").remove_class("searching")
            self._table.focus()
            self._read_rest()
        elif self._wish.filters:
            self._wish.filters, self._wish.told = {}, {}
            self._read_rest()
        else:
            return False
        return True

    def seen(self, subject: Subject) -> None:
        """The client of the page one comes back from."""
        if subject.noun == "client":
            self._table.choose(subject.id)

    def do_add(self) -> None:
        """A new client."""
        add_client(self.crm, [])

    def do_mark(self) -> None:
        """Mark the client under the cursor."""
        self._table.mark()
        self._tell_head()

    def do_mark_all(self) -> None:
        """Mark all that are listed, or none."""
        self._table.mark_all()
        self._tell_head()

    def do_sort(self) -> None:
        """By a column that is picked; by the same once more the other way round."""

        async def picked(sort: str) -> None:
            self._sort_by(sort)

        told = {self._wish.sort: ", the other way round"}
        pick(self.crm, "Sort by", [(sort, f"{_WORDS[sort]}{told.get(sort, '')}") for sort in SORTS], picked)

    @on(Table.Sorted)
    def _title_clicked(self, event: Table.Sorted) -> None:
        self._sort_by(event.sort)

    def _sort_by(self, sort: str) -> None:
        self._wish.descending = not self._wish.descending if sort == self._wish.sort else sort == "updated"
        self._wish.sort = sort
        self._table.show_sorted(sort, self._wish.descending)
        self._read_rest()

    def do_filter(self) -> None:
        """Only some: by status, kind, owner, tag, source."""
        told = self._wish.told
        made = [
            Field("status", "Status", told.get("status", ""), choices=[*STATUSES, ("disqualified", "disqualified"), ("", "any")]),
            Field("kind", "Kind", told.get("kind", ""), choices=[*KINDS, ("", "any")]),
            fields.rep("owner", "Owner", told.get("owner", "")),
            fields.tag_names("tag", "Tag", told.get("tag", "")),
            Field("source", "Source", told.get("source", "")),
        ]
        fill_in(self.crm, Plan("Only clients with", made, self._filtered, verb="show"))

    def _filtered(self, typed: dict[str, str]) -> bool:
        self._wish.told = {name: text.strip() for name, text in typed.items() if text.strip()}
        self._wish.filters = {name: team.find(text) if name == "owner" else text for name, text in self._wish.told.items()}
        self._table.fill([])
        return True


def _card(client: int) -> list[Line]:
    card = clients.get(client)
    sold = deals.page(client=client, sort="opened", descending=True, limit=20)
    past = timeline.of_client(client, limit=EVENTS)
    return [*cards.client_facts(card), BLANK, *cards.deals(sold), BLANK, *cards.timeline(past)]
