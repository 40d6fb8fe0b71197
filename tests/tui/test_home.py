"""Home by keys, and its figures beside those of the report. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.blocks import Kind, Report
from crmtui.clients import clients
from crmtui.present import drawing
from crmtui.present import text as shown_as
from crmtui.present.cleaner import width
from crmtui.reports import registry
from crmtui.sales import deals
from screens.app import CrmApp
from tests.tui.driving import opened, press, text


@pytest.fixture
def brigid(demo_base: Path) -> Iterator[CrmApp]:
    """Brigid at work in the demo base."""
    with opened(demo_base, rep="Brigid Fallow") as app:
        yield app


async def test_home_tells_the_figures_of_the_report_to_the_cent(demo_base: Path, ok: Callable[..., str]) -> None:
    told = json.loads(ok("report", "today", "--owner", "brigid", "--format", "json"))
    with opened(demo_base, rep="Brigid Fallow") as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            shown = text(app)
    titles = {"open_deals": "Open deals  ", "won": "Won this month", "tasks_overdue": "Tasks overdue", "new_leads": "New leads this month"}
    for name, title in titles.items():
        line = next(line for line in shown.splitlines() if title in line)
        assert line.split(title)[1].split()[0] == str(told["figures"][name])
    for name, title in (("open_cents", "Open value"), ("weighted_cents", "Weighted"), ("won_cents", "Won money this month")):
        line = next(line for line in shown.splitlines() if title in line)
        assert shown_as.value(told["figures"][name], Kind.MONEY, "USD") in line
    for row in told["tables"]["stages"]:
        line = next(line for line in shown.splitlines() if f"{row['stage']} " in line and "USD" in line)
        assert line.split()[-3:] == [str(row["deals"]), *shown_as.value(row["value_cents"], Kind.MONEY, "USD").split()]


async def test_a_figure_says_how_it_moved_as_the_shell_says_it(brigid: CrmApp) -> None:
    async with brigid.run_test(size=(120, 40)) as pilot:
        await press(pilot, "v")
        line = next(line for line in text(brigid).splitlines() if "Won this month" in line)
    assert line.split()[-4:] == ["3", "▲", "from", "0"]
    assert "3  ▲ from 0" in drawn(registry.run("today"))


def drawn(report: Report) -> str:
    """The report as the shell prints it."""
    stream = io.StringIO()
    drawing.print_report(report, stream, width=None, colour=False)
    return stream.getvalue()


@pytest.mark.parametrize(("size", "columns"), [((60, 20), 1), ((80, 24), 1), ((120, 40), 2), ((200, 60), 3)])
async def test_the_room_decides_how_many_columns_there_are_and_nothing_is_wider_than_it(
    brigid: CrmApp, size: tuple[int, int], columns: int
) -> None:
    async with brigid.run_test(size=size) as pilot:
        await press(pilot, "v")
        lines = text(brigid).splitlines()
        assert max(width(line) for line in lines) <= size[0]
        assert sum(sheet.display for sheet in brigid.view.query("Sheet")) == columns
        assert lines[1].strip().startswith("Tasks: 7 overdue, 6 due today")


async def test_tab_arrows_and_the_end_of_a_column_lead_to_the_next(brigid: CrmApp) -> None:
    async with brigid.run_test(size=(120, 40)) as pilot:
        await press(pilot, "right")
        assert [sheet.has_focus for sheet in brigid.view.query("Sheet")] == [False, True, False]
        await press(pilot, "left", "tab")
        assert [sheet.has_focus for sheet in brigid.view.query("Sheet")] == [False, True, False]
        await press(pilot, "left", "end", "down")
        assert [sheet.has_focus for sheet in brigid.view.query("Sheet")] == [False, True, False]
        await press(pilot, "home", "up")
        assert brigid.view.subjects[0].noun == "deal"


async def test_the_columns_are_gone_through_by_whatever_keys_the_key_map_says(demo_base: Path, settings: Callable[[str], None]) -> None:
    settings('keymap = "vi"\n')
    with opened(demo_base, rep="Brigid Fallow") as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await press(pilot, "l")
            assert [sheet.has_focus for sheet in app.view.query("Sheet")] == [False, True, False]


async def test_a_stage_opens_the_pipeline_and_a_deal_its_page(brigid: CrmApp) -> None:
    async with brigid.run_test(size=(120, 40)) as pilot:
        await press(pilot, "end", "enter")
        assert brigid.view.subjects[0].noun == "deal"
        await press(pilot, "1", "right", "home", "enter")
        assert brigid.view.TITLE == "Pipeline"


async def test_a_figure_opens_the_records_behind_it(brigid: CrmApp) -> None:
    _, ids = registry.opened("today", "open_deals", registry.Options(owner=brigid_id()))
    async with brigid.run_test(size=(120, 40)) as pilot:
        await press(pilot, "right", "home", "down", "down", "down", "down", "enter")
        assert brigid.view.TITLE != "Home"
        assert [subject.id for subject in brigid.view.listed] == list(ids)
        await press(pilot, "escape")
        assert brigid.view.TITLE == "Home"


def brigid_id() -> int:
    return team.find("Brigid Fallow")


async def test_calls_and_meetings_of_today_are_told_and_open_their_client(brigid: CrmApp) -> None:
    for title in ("Send the revised offer", "Agree on colours and hardware", "Send the brochure and call"):
        tasks.complete(next(job.id for job in tasks.listed(assignee=brigid_id()) if job.title == title))
    client = clients.add({"name": "木村 [/]"}).id
    interactions.log("call", client=client, at=dates.moment("today 8:15"), outcome="reached")
    async with brigid.run_test(size=(80, 24)) as pilot:
        assert "Calls and meetings today: 1 call, 0 meetings" in text(brigid)
        assert "08:15 call     木村 [/]" in text(brigid)
        await press(pilot, "enter")
        assert "木村 [/]" in brigid.view.heading


async def test_names_in_any_script_keep_the_columns_straight(tmp_path: Path) -> None:
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        for name in ("Plain", "Ясенева садиба", "白樺台旅館", "واحة النخيل", "[@click=app.quit]x[/]"):
            client = clients.add({"name": name}).id
            deals.add({"title": name, "client": client, "value": "1000"})
            tasks.add(name, due=dates.read("today"), client=client)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            rows = [line for line in text(app).splitlines() if "no next step" in line and "1,000 USD" in line]
    assert len(rows) == 5
    assert len({width(row[: row.index("1,000 USD")]) for row in rows}) == 1


async def test_an_empty_base_says_what_is_not_there(tmp_path: Path) -> None:
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "x", "down")
            assert "nothing is due" in text(app)
            assert "no call or meeting yet" in text(app)
