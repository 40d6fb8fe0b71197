"""The pipeline: the deals by stage as a board, where a card moves by one key or by the mouse."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult

from crmtui import money, team
from crmtui.present import text as shown
from crmtui.sales import board, pipelines
from crmtui.store.connection import current
from screens import deals, keeper
from screens.forms import fields
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.lanes import Lanes
from screens.subject import Subject
from screens.view import NOBODY, View

CARDS = 50
"""Cards of a lane; beyond them it says how many more there are."""


@dataclass
class Wish:
    """What is to be shown: whose deals, besides mine or everyone's, with which words in them, of which pipeline (None: the first)."""

    owner: int | None = None
    owner_name: str = ""
    words: str = ""
    pipeline: int | None = None


class Pipeline(View):
    """A pipeline, a lane a stage. `n` and `p` show another one, `f` filters, `v` shows mine or everyone's."""

    TITLE = "Pipeline"

    def __init__(self) -> None:
        super().__init__()
        self._wish = Wish()
        self._mine = current().actor_id is not None
        self._board: board.Board | None = None
        self._lanes = Lanes()
        self._had = False
        self._ahead = 0
        self._turns = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """One board."""
        yield self._lanes

    # -- what is chosen

    @property
    def heading(self) -> str:
        """Which pipeline it is, whose deals, and the words looked for."""
        words = f"“{self._wish.words}”" if self._wish.words else ""
        whose = self._wish.owner_name or ("mine" if self._mine else "everyone")
        return " · ".join(filter(None, (self._board.pipeline if self._board else "", whose, words)))

    @property
    def subjects(self) -> list[Subject]:
        """The marked deals, or the one under the cursor."""
        return self._lanes.subjects

    @property
    def listed(self) -> list[Subject]:
        """The deals that have a card."""
        return self._lanes.listed

    def enter(self) -> None:
        """The keys go to the board."""
        self._lanes.focus()

    # -- reading

    @property
    def _owner(self) -> int | None:
        return self._wish.owner or (current().actor_id if self._mine else None)

    def reload(self) -> None:
        """Read the board anew; the cursor stays with its deal, also when that has moved. Moves that are under way are waited for."""
        if self._ahead > 1:
            return
        outcome = keeper.ask(self._read)
        if outcome.value is None and self._wish.pipeline is not None:
            self._wish.pipeline = None  # it was deleted meanwhile
            outcome = keeper.ask(self._read)
        self._board = outcome.value
        if outcome.value is None:
            self._lanes.fill((), "", ". ".join(filter(None, (outcome.refused, outcome.hint))))
        else:
            self._draw(outcome.value)

    def _draw(self, found: board.Board) -> None:
        self._lanes.fill(found.lanes, found.currency, self._words(found))

    def _read(self) -> board.Board:
        kept = self._lanes.card.id if self._lanes.card else None
        return board.show(self._wish.pipeline, owner=self._owner, words=self._wish.words, limit=CARDS, kept=kept)

    def _words(self, found: board.Board) -> str:
        """What the open lanes come to."""
        held = [lane for lane in found.lanes if lane.step.outcome == "open"]
        number = sum(lane.deals for lane in held)
        if not any(lane.deals for lane in found.lanes):
            filtered = self._wish.owner or self._wish.words
            return f"{self.heading}: no deals; {'Esc shows all' if filtered else 'a adds one'}"
        worth = shown.short_money(sum(lane.value_cents for lane in held), found.currency)
        likely = money.weighted((lane.value_cents, lane.step.probability) for lane in held)
        weighted = shown.short_money(likely, found.currency)
        return f"{self.heading}: {number:,} open deal{'s' if number != 1 else ''} · {worth} · weighted {weighted}"

    # -- what is done on the board

    async def move(self, subject: Subject, to: str, carry_out: Callable[[], Awaitable[None]]) -> None:
        """Draw a card where its move will take it, then carry the move out and draw what has become of it.

        A hand on a key should not wait for a disk. Where the move cannot be foreseen it is only carried out.
        """
        found = board.foreseen(self._board, subject.id, to) if self._board else None
        if found is None:
            await carry_out()
            return
        self._ahead += 1
        self._board = found
        self._draw(found)
        self.run_worker(self._carried_out(carry_out), group="moves", exit_on_error=True)

    async def _carried_out(self, carry_out: Callable[[], Awaitable[None]]) -> None:
        """After the card has been drawn; moves that were asked for one after the other are made in that order."""
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        await drawn.wait()
        async with self._turns:
            await carry_out()
        self._ahead -= 1
        if not self._ahead:
            self.reload()

    @on(Lanes.Chosen)
    def _chosen(self) -> None:
        if self._had != bool(self.subjects):
            self._had = not self._had
            self.crm.tell()

    @on(Lanes.Opened)
    async def _opened(self, event: Lanes.Opened) -> None:
        await self.crm.open(event.subject, self.listed)

    @on(Lanes.More)
    async def _all_of(self, event: Lanes.More) -> None:
        """List all the deals of a lane."""
        step, wish, owner = event.lane.step, self._wish, self._owner
        outcome = await keeper.ask_aside(lambda: board.ids(step.id, owner=owner, words=wish.words))
        if outcome.value is None:
            self.crm.refuse(outcome)
            return
        page = await self.crm.show_page("report")
        await page.show_members(f"{self.heading} · {step.name}", "deal", outcome.value)  # type: ignore[attr-defined]

    @on(Lanes.Dropped)
    async def _dropped(self, event: Lanes.Dropped) -> None:
        await deals.enter(self.crm, event.subjects, event.step)

    # -- its actions

    def step_back(self) -> bool:
        """Leave a card that is dragged where it was; else take the marks off, then the filters; say whether there was anything."""
        if self._lanes.cancel() or self._lanes.unmark():
            return True
        if self._wish.owner or self._wish.words:
            self._wish = Wish(pipeline=self._wish.pipeline)
            self.reload()
            return True
        return False

    def do_mark(self) -> None:
        """Mark the card under the cursor."""
        self._lanes.mark()

    def do_mark_all(self) -> None:
        """Mark all the cards of the column, or none."""
        self._lanes.mark_all()

    def do_mine(self) -> None:
        """Mine, or everyone's."""
        if current().actor_id is None:
            self.crm.say(NOBODY)
            return
        self._mine = not self._mine
        self._wish.owner, self._wish.owner_name = None, ""
        self._renew()

    def do_next(self) -> None:
        """The next pipeline."""
        self._turn(1)

    def do_previous(self) -> None:
        """The pipeline before."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        homes = list(dict.fromkeys(step.pipeline_id for step in keeper.ask(pipelines.load).value or ()))
        here = self._board.pipeline_id if self._board else 0
        if here not in homes or len(homes) < 2:
            self.crm.say("there is one pipeline; crmtui add-pipeline adds another")
            return
        self._wish.pipeline = homes[(homes.index(here) + by) % len(homes)]
        self._renew()

    def _renew(self) -> None:
        self.reload()
        self.crm.tell()

    def do_add(self) -> None:
        """A new deal in this pipeline."""
        deals.add(self.crm, [], self._board.pipeline_id if self._board else None)

    def do_filter(self) -> None:
        """Only some: of one owner, with some words in them, of another pipeline."""
        homes = {step.pipeline_id: step.pipeline for step in keeper.ask(pipelines.load).value or ()}
        here = str(self._board.pipeline_id) if self._board else ""
        made = [
            Field("words", "Words", self._wish.words, hint="in the deal or its client"),
            fields.rep("owner", "Owner", self._wish.owner_name, hint=f"empty: {'mine' if self._mine else 'everyone'}"),
        ]
        if len(homes) > 1:
            made.append(Field("pipeline", "Pipeline", here, choices=[(str(home), name) for home, name in homes.items()]))
        fill_in(self.crm, Plan("Only deals with", made, self._filtered, verb="show"))

    def _filtered(self, typed: dict[str, str]) -> bool:
        who = typed["owner"].strip()
        owner = team.find(who) if who else None
        name = team.get(owner).name if owner else ""
        home = int(typed["pipeline"]) if typed.get("pipeline") else self._wish.pipeline
        self._wish = Wish(owner, name, typed["words"].strip(), home)
        return True
