"""Reports in the full screen: drawn as the shell draws them, for any period and owner, down to the records of a figure."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Static

from crmtui import periods, team
from crmtui.present import drawing
from crmtui.present.cleaner import width
from crmtui.reports import registry
from crmtui.reports.registry import Options
from screens.app import CrmApp
from screens.page import Page
from screens.records import Records
from screens.report_view import Reports
from screens.table import Table
from tests.tui.driving import opened, paste, press, settle, text


async def shown(app: CrmApp, pilot: Pilot[int], name: str) -> Reports:
    """The view of reports with one of them chosen."""
    await press(pilot, "6")
    view = app.view
    assert isinstance(view, Reports)
    await press(pilot, "home", *("n",) * registry.names().index(name))
    await pilot.pause(0.15)
    await settle(app, pilot)
    assert view.name_shown == name
    return view


def page(app: CrmApp) -> str:
    """The report on the screen, all of its lines."""
    report = app.query_one("#report", Static)
    return "\n".join("".join(part.text for part in report.render_line(y)).rstrip() for y in range(report.size.height)).rstrip()


PLAIN = Options()


def drawn(name: str, cells: int, options: Options = PLAIN) -> str:
    """What the shell draws for people in a terminal so wide."""
    out = io.StringIO()
    console = Console(file=out, width=cells, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(drawing.draw(registry.run(name, registry.for_people(name, options))))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).rstrip()


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_every_report_is_what_the_shell_draws(demo_base: Path, size: tuple[int, int]) -> None:
    with opened(demo_base) as app:
        async with app.run_test(size=size) as pilot:
            await press(pilot, "6")
            await settle(app, pilot)
            for name in registry.names():
                view = app.view
                assert isinstance(view, Reports)
                assert view.name_shown == name
                assert page(app) == drawn(name, app.query_one("#report", Static).size.width)
                assert max(width(line) for line in text(app).splitlines()) <= size[0]
                await press(pilot, "n")
                await pilot.pause(0.12)
                await settle(app, pilot)


async def test_the_period_is_picked_by_a_letter_or_typed_and_kept_for_the_next_report(demo_base: Path) -> None:
    with opened(demo_base) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await shown(app, pilot, "won")
            await press(pilot, "comma", "y")
            await settle(app, pilot)
            assert "period year" in text(app)
            cells = app.query_one("#report", Static).size.width
            assert page(app) == drawn("won", cells, Options(period=periods.read("year")))
            await press(pilot, "n")
            await pilot.pause(0.15)
            await settle(app, pilot)
            assert "period year" in text(app)
            assert page(app) == drawn("lost", cells, Options(period=periods.read("year")))
            await press(pilot, "comma", "end", "enter")
            await paste(pilot, "2025-10")
            await press(pilot, "enter")
            await settle(app, pilot)
            assert page(app) == drawn("lost", cells, Options(period=periods.read("2025-10")))
            await press(pilot, "p", "home")
            await pilot.pause(0.15)
            await settle(app, pilot)
            assert "period" not in text(app).splitlines()[1]


async def test_a_period_that_is_none_is_refused_beside_its_field(demo_base: Path) -> None:
    with opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await shown(app, pilot, "won")
            await press(pilot, "comma", "end", "enter")
            await paste(pilot, "soon")
            await press(pilot, "enter")
            assert '"soon"' in text(app)


async def test_the_owner_and_the_division_are_asked_for_in_one_form(demo_base: Path) -> None:
    with opened(demo_base) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await shown(app, pilot, "won")
            await press(pilot, "comma", "a", "f")
            await paste(pilot, "Brigid Fallow")
            form = app.screen
            form.rows["by"].editor.typed = "source"  # type: ignore[attr-defined]
            await press(pilot, "ctrl+s")
            await settle(app, pilot)
            cells = app.query_one("#report", Static).size.width
            assert "owner Brigid Fallow" in text(app)
            assert page(app) == drawn("won", cells, Options(period=periods.read("all"), owner=team.find("Brigid Fallow"), by="source"))


async def test_a_figure_opens_its_records_one_of_them_opens_and_the_way_back_keeps_every_place(demo_base: Path) -> None:
    with opened(demo_base) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            view = await shown(app, pilot, "pipeline")
            app.query_one("#page", VerticalScroll).scroll_to(y=3, animate=False)
            await press(pilot, "enter")
            assert "Which figure?" in text(app)
            await press(pilot, "enter")
            await settle(app, pilot)
            figure = registry.openable("pipeline")[0]
            noun, ids = registry.opened("pipeline", figure)
            assert isinstance(app.view, Records)
            assert list(app.view.query_one(Table).ids) == list(ids)
            assert f"{len(ids):,} {noun}s" in text(app)
            await press(pilot, "down", "down", "enter", "n")
            assert isinstance(app.view, Page)
            assert app.view.record.id == ids[3]
            await press(pilot, "escape")
            assert isinstance(app.view, Records)
            assert app.view.query_one(Table).place == 3
            await press(pilot, "escape")
            assert app.view is view
            assert view.name_shown == "pipeline"
            assert app.query_one("#page", VerticalScroll).scroll_offset.y == 3


async def test_records_behind_a_figure_are_changed_together(demo_base: Path) -> None:
    from crmtui.sales import deals

    with opened(demo_base, "Brigid Fallow") as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await shown(app, pilot, "pipeline")
            await press(pilot, "enter", "enter")
            await settle(app, pilot)
            await press(pilot, "space", "space", "T")
            chosen = [each.id for each in app.view.subjects]
            await paste(pilot, "hot")
            await press(pilot, "enter")
            await settle(app, pilot)
            assert all("hot" in deals.get(id_).tags for id_ in chosen)
            assert len(chosen) == 2
            assert "2 marked" in text(app)
