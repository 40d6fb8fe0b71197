"""Reports: all of them, for any period and owner, drawn as the shell draws them; each figure opens the records it is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.console import RenderableType
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from crmtui import periods, team
from crmtui.blocks import Figure, Figures, Report
from crmtui.present import drawing
from crmtui.present import text as shown
from crmtui.present.cleaner import show
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.sales import pipelines
from screens import keeper
from screens.forms import fields
from screens.forms.asking import pick
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.lines import REST, Line, Part
from screens.records import Records
from screens.sheet import Sheet
from screens.subject import Subject
from screens.view import View

WIDE = 100
"""Cells from which on the menu stands beside the report."""

REST_SECONDS = 0.1
"""How long the cursor must rest on a report before it is computed."""

PERIODS = ("today", "week", "month", "quarter", "year", "all", "last-week", "last-month", "last-quarter", "last-year")
"""Periods that are offered; any other can be typed."""


class Menu(Sheet):
    """The reports there are. Page keys scroll the report beside it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "scroll_report(-1)", show=False, id="move.page_up"),
        Binding("pagedown", "scroll_report(1)", show=False, id="move.page_down"),
    ]

    def action_scroll_report(self, by: int) -> None:
        """Scroll the report."""
        page = self.screen.query_one("#page", VerticalScroll)
        page.scroll_relative(y=by * max(1, page.size.height - 2), animate=False)


class Reports(View):
    """A menu of the registry and the report under its cursor."""

    TITLE = "Reports"
    DEFAULT_CSS = """
    Reports > Container { layout: horizontal; height: 1fr; }
    Reports Menu { width: 34; padding: 0 1; }
    Reports #page { width: 1fr; padding: 0 1; scrollbar-size-vertical: 1; border-left: solid $panel; }
    Reports #report { height: auto; }
    Reports > #head { height: 1; padding: 0 1; color: $text-muted; }
    Reports.narrow > Container { layout: vertical; }
    Reports.narrow Menu { width: 1fr; height: 6; }
    Reports.narrow #page { border-left: none; border-top: solid $panel; height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._options = Options()
        self._told: dict[str, str] = {}
        self._timer: Timer | None = None
        self._report: Report | None = None
        self._head, self._drawn = Static(id="head"), Static(id="report")
        names = registry.names()
        self._names = names
        self._menu = Menu(
            [Line((Part(registry.entry(name).title, REST),), Subject("report", at)) for at, name in enumerate(names)], id="menu"
        )

    def compose(self) -> ComposeResult:
        """What is asked for, the menu, the report."""
        yield self._head
        with Container():
            yield self._menu
            with VerticalScroll(id="page"):
                yield self._drawn

    @property
    def name_shown(self) -> str:
        """The report under the cursor of the menu."""
        return self._names[self._menu.subject.id if self._menu.subject else 0]

    def enter(self) -> None:
        """The keys go to the menu."""
        self._menu.focus()

    def on_resize(self) -> None:
        """The menu stands beside the report, or above it."""
        self.set_class(self.size.width < WIDE, "narrow")

    # -- computing

    def reload(self) -> None:
        """Compute the report anew, aside; it stays scrolled to where it was."""
        self.run_worker(self._computed(), exclusive=True, group="report")

    async def _computed(self) -> None:
        name = self.name_shown
        options = self._taken(name)
        outcome = await keeper.ask_aside(lambda: registry.run(name, registry.for_people(name, options)))
        if name != self.name_shown:
            return
        self._report = outcome.value
        told = [f"{label} {value}" for label, value in self._told.items() if label in registry.entry(name).options]
        self._head.update(Content(show(" · ".join([f"report {name}", *told, "⏎ opens its figures"]))))
        drawn: RenderableType | Content = drawing.draw(outcome.value) if outcome.value is not None else Content(show(outcome.refused))
        self._drawn.update(drawn)

    def _taken(self, name: str) -> Options:
        """What was asked for, as far as this report takes it."""
        takes = registry.entry(name).options
        by = self._options.by if self._options.by in registry.entry(name).by else None
        return Options(
            period=self._options.period if "period" in takes else None,
            owner=self._options.owner if "owner" in takes else None,
            pipeline=self._options.pipeline if "pipeline" in takes else None,
            compare=self._options.compare if "compare" in takes else None,
            by=by,
        )

    @on(Sheet.Chosen)
    def _chosen(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._other)

    def _other(self) -> None:
        self.query_one("#page", VerticalScroll).scroll_home(animate=False)
        self.reload()

    # -- its actions

    def do_next(self) -> None:
        """The next report."""
        self._menu.action_move(1)

    def do_previous(self) -> None:
        """The one before."""
        self._menu.action_move(-1)

    def do_period(self) -> None:
        """Another period, one of the usual ones or any that is typed."""

        async def picked(word: str) -> None:
            if word == "other":
                told = self._told.get("period", "")
                made = [
                    Field("period", "Period", "" if told in PERIODS else told, reads=_period_told, hint="2026-03, 2026-01-01..2026-03-31")
                ]
                fill_in(self.crm, Plan("Period", made, lambda typed: self._ask(period=typed["period"].strip()), verb="show"))
            else:
                self._ask(period=word)
                self.reload()

        pick(self.crm, "Period", [*((word, word) for word in PERIODS), ("other", "another …")], picked)

    def do_filter(self) -> None:
        """Of whom, of which pipeline, divided by what, beside what."""
        entry = registry.entry(self.name_shown)
        made = []
        if "owner" in entry.options:
            made.append(fields.rep("owner", "Owner", self._told.get("owner", "")))
        if "pipeline" in entry.options:
            made.append(Field("pipeline", "Pipeline", self._told.get("pipeline", ""), offers=_pipelines))
        if entry.by:
            made.append(Field("by", "Divided by", self._told.get("by", ""), choices=[*((word, word) for word in entry.by), ("", "–")]))
        if "compare" in entry.options:
            choices = [*((word, word) for word in registry.COMPARE), ("", "–")]
            made.append(Field("compare", "Beside", self._told.get("compare", ""), choices=choices))
        if made:
            fill_in(self.crm, Plan(entry.title, made, lambda typed: self._ask(**typed), verb="show"))
        else:
            self.crm.say("this report takes no options")

    def _ask(self, **typed: str) -> bool:
        """Take over what was typed; what is empty is asked for no more."""
        self._told = {name: text for name, text in (self._told | typed).items() if text.strip()}
        told = self._told
        self._options = replace(
            Options(),
            period=periods.read(told["period"]) if "period" in told else None,
            owner=team.find(told["owner"]) if "owner" in told else None,
            pipeline=pipelines.find_pipeline(told["pipeline"]) if "pipeline" in told else None,
            by=told.get("by"),
            compare=told.get("compare"),
        )
        return True

    @on(Sheet.Opened)
    def _figures(self) -> None:
        """Choose a figure, and see the records it is made of."""
        if self._report is None:
            return
        name = self._report.name
        figures = {each.name: each for block in self._report.blocks if isinstance(block, Figures) for each in block.items}
        known = [figures[each] for each in registry.openable(name) if each in figures]
        if not known:
            self.crm.say("no figure of this report is made of records that could be listed")
            return
        currency = self._report.currency

        async def picked(figure: str) -> None:
            outcome = await keeper.ask_aside(lambda: registry.opened(name, figure, self._taken(name)))
            if outcome.value is None:
                self.crm.refuse(outcome)
                return
            noun, ids = outcome.value
            page = await self.crm.show_page("report")
            assert isinstance(page, Records)
            await page.show_members(figures[figure].title, noun, ids)

        pick(self.crm, "Which figure?", [(each.name, _told(each, currency)) for each in known], picked)


def _told(figure: Figure, currency: str) -> str:
    return f"{figure.title}: {shown.value(figure.value, figure.kind, currency)}"


def _period_told(text: str) -> str:
    period = periods.read(text)
    return f"{period.first or '…'} to {period.until or '…'}, the last day not included"


def _pipelines(text: str) -> list[str]:
    return [card.name for card in pipelines.cards() if text.strip().casefold() in card.name.casefold()]
