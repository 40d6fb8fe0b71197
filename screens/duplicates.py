"""Clients who may be one: the pairs to look through; and how two of them come to be looked at side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from crmtui.clients import clients, duplicates
from crmtui.clients.duplicates import Pair, Search
from crmtui.present.cleaner import show
from screens import actions, keeper
from screens.forms import fields
from screens.forms.asking import pick
from screens.forms.form import Plan, fill_in
from screens.lines import REST, Line, Part, plain
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

if TYPE_CHECKING:
    from screens.app import CrmApp

SHOWN = 500
"""Pairs that are listed at once; when some are dealt with, others follow."""

WIDE = 90
"""Cells from which on the reasons stand beside the names."""


class Duplicates(View):
    """The pairs, the likeliest first. Enter lays two side by side, `x` remembers that they are two."""

    TITLE = "Duplicates"
    DEFAULT_CSS = """
    Duplicates > #head { height: 1; padding: 0 1; color: $text-muted; }
    Duplicates > Sheet { height: 1fr; padding: 0 1; }
    Duplicates > #why { height: auto; max-height: 3; padding: 0 1; color: $text-muted; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "apart", "not the same", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self._search: Search | None = None
        self._list = Sheet()

    def compose(self) -> ComposeResult:
        """How many there are, the pairs, and why the one under the cursor may be one."""
        yield Static(id="head")
        yield self._list
        yield Static(id="why")

    def enter(self) -> None:
        """The keys go to the list."""
        self._list.focus()

    def compare(self) -> None:
        """Compare all clients, aside."""
        self._tell("comparing all clients …")
        self.run_worker(self._compared(), exclusive=True, group="compare")

    async def _compared(self) -> None:
        outcome = await keeper.ask_aside(duplicates.find)
        if outcome.value is None:
            self._tell(". ".join(filter(None, (outcome.refused, outcome.hint))))
            return
        self._search = outcome.value
        self._draw()

    def reload(self) -> None:
        """Leave out the pairs that have become one or were told apart; new ones are looked for when the list is opened."""
        found = self._search
        if found is not None:
            left = keeper.ask(lambda: duplicates.standing(found.pairs)).value
            self._search = found._replace(pairs=left if left is not None else found.pairs)
            self._draw()

    def _draw(self) -> None:
        if self._search is None:
            return
        pairs, crowded = self._search
        count = f"{len(pairs):,} pair{'s' if len(pairs) != 1 else ''} may be one"
        told = [count if len(pairs) <= SHOWN else f"{count}, the likeliest {SHOWN}", "⏎ side by side · x not the same"]
        told += [f"{crowded:,} signs too common to compare"] if crowded else []
        self._tell(" · ".join(told if pairs else ["no duplicates", *told[2:]]))
        wide = self.size.width >= WIDE
        none = plain(f"two that you know of: mark both among the clients, then {self._key}")
        self._list.fill([_line(pair, wide) for pair in pairs[:SHOWN]] or [none])
        self._tell_why()

    def _tell(self, sentence: str) -> None:
        self.query_one("#head", Static).update(Content(show(sentence)))

    def _tell_why(self) -> None:
        pair = self._pair
        why = f"ids {pair.a_id} and {pair.b_id}: {pair.why}" if pair else ""
        told = self.query_one("#why", Static)
        told.update(Content(show(why)))
        told.display = pair is not None

    def on_resize(self) -> None:
        """The reasons are in the lines where there is room."""
        self._draw()

    @property
    def _key(self) -> str:
        return actions.sign(actions.keys_of("merge", self.crm.keys)[0])

    @property
    def _pair(self) -> Pair | None:
        chosen = self._list.subject
        pairs = self._search.pairs if self._search else []
        return next((pair for pair in pairs if chosen and _subject(pair) == chosen), None)

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        self._tell_why()

    @on(Sheet.Opened)
    async def _opened(self) -> None:
        pair = self._pair
        if pair is not None:
            await side_by_side(self.crm, pair.a_id, pair.b_id)

    async def action_apart(self) -> None:
        """Remember that the two under the cursor are not the same."""
        pair = self._pair
        if pair is not None:
            await tell_apart(self.crm, pair.a_id, pair.b_id)


def _subject(pair: Pair) -> Subject:
    """What stands for a pair in the list: a number that no other pair has."""
    return Subject("pair", (pair.a_id << 32) | pair.b_id)


def _line(pair: Pair, wide: bool) -> Line:
    parts = (Part(f"{pair.score}%", 4, "accent", right=True), Part(pair.a, REST), Part(pair.b, REST))
    return Line((*parts, Part(pair.why, REST, "muted")) if wide else parts, _subject(pair))


async def listed(app: CrmApp, chosen: list[Subject]) -> None:
    """The pairs of all clients, compared anew."""
    view = app.view
    page = view if isinstance(view, Duplicates) else await app.show_page("duplicates")
    page.compare()  # type: ignore[attr-defined]


async def tell_apart(app: CrmApp, one: int, other: int) -> bool:
    """Remember that two clients are not the same; say whether that was done."""
    done = await app.do(lambda: duplicates.tell_apart(one, other), lambda told: f"{told[0].a} and {told[0].b} are two; u forgets it")
    return not done.refused


async def side_by_side(app: CrmApp, kept: int, gone: int) -> None:
    """Two clients field by field, to be made one or not."""
    page = await app.show_page("merge")
    page.show_pair(kept, gone)  # type: ignore[attr-defined]


async def merge(app: CrmApp, chosen: list[Subject]) -> None:
    """Two marked clients side by side; of one alone it is asked who the other is."""
    ids = sorted(subject.id for subject in chosen)
    if len(ids) > 2:
        app.say(f"two can be made one; {len(ids):,} are marked")
    elif len(ids) == 2:
        await side_by_side(app, *ids)
    else:
        _ask_other(app, ids[0])


def _ask_other(app: CrmApp, client: int) -> None:
    """Those who look like a client, and anybody else."""
    alike = keeper.ask(lambda: duplicates.of(client)).value or []
    others = [pair.b_id if pair.a_id == client else pair.a_id for pair in alike]
    if not others:
        _ask_anybody(app, client)
        return

    async def picked(other: str) -> None:
        if other:
            await side_by_side(app, *sorted((client, int(other))))
        else:
            _ask_anybody(app, client)

    choices = [(str(each.id), f"{each.label} · id {each.id}") for each in clients.labels(others)]
    pick(app, f"{clients.get(client).name} is the same as", [*choices, ("", "somebody else")], picked)


def _ask_anybody(app: CrmApp, client: int) -> None:
    made = [fields.client("other", "Client", required=True, hint="a name, a mail, a phone or an id")]
    plan = Plan(f"{clients.get(client).name} is the same as", made, lambda typed: clients.find(typed["other"]), verb="show")
    fill_in(app, plan, lambda other: side_by_side(app, client, other))


def warn(app: CrmApp, client: int) -> None:
    """Say of a new client who it looks like, if it does, and which key makes them one."""
    alike = keeper.ask(lambda: duplicates.of(client)).value
    if alike:
        first = alike[0]
        name = first.b if first.a_id == client else first.a
        more = f" and {len(alike) - 1:,} more" if len(alike) > 1 else ""
        app.say(f"looks like {name}{more}: {first.why}; {actions.sign(actions.keys_of('merge', app.keys)[0])} merges them")
