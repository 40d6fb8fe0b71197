"""The agenda by keys: days, weeks and months. The clock stands at Wednesday 4 March 2026, 10:00 UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui import dates, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.present.cleaner import width
from crmtui.store.connection import current
from screens.app import CrmApp
from tests.tui.driving import opened, paste, press, resize, text


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    """Ann's base: the client Kim (1); Ben (2) works too."""
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        current().actor_id, current().actor = team.add({"name": "Ann"}).id, "Ann"
        team.add({"name": "Ben"})
        clients.add({"name": "Kim"})
        yield app


def due(title: str, when: str, **more: int) -> int:
    return tasks.add(title, due=dates.read(when), **more).id  # type: ignore[arg-type]


def held(kind: str, hour: int, day: int = 4, minutes: int = 30) -> int:
    at = datetime(2026, 3, day, hour, tzinfo=UTC)
    return interactions.log(kind, client=1, at=at, minutes=minutes, subject=f"{kind} at {hour}").id


async def settled(pilot: Pilot[int], *keys: str) -> str:
    """What is on the screen after some keys, once everything is read."""
    await press(pilot, *keys)
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()
    return text(pilot.app)  # type: ignore[arg-type]


def places(shown: str, *words: str) -> list[int]:
    """The lines on which words stand first, in that order."""
    lines = shown.splitlines()
    return [next(place for place, line in enumerate(lines) if word in line) for word in words]


async def test_overdue_work_stands_first_then_what_has_no_time_then_by_time(crm: CrmApp) -> None:
    for title, when in (("evening", "today 18:00"), ("whole day", "today"), ("noon", "today 12:00"), ("long ago", "2026-02-24")):
        due(title, when)
    held("call", 8)
    tasks.complete(due("finished", "today 13:00"))
    async with crm.run_test(size=(80, 24)) as pilot:
        shown = await settled(pilot, "4")
    order = (
        "Overdue",
        "Tue 24 Feb   overdue  long ago",
        "Today, Wednesday 4 March 2026",
        "whole day",
        "call at 8",
        "noon",
        "13:00",
        "evening",
    )
    found = places(shown, *order)
    assert found == sorted(found) == list(dict.fromkeys(found))
    assert "08:00  call     call at 8" in shown
    assert "13:00  done     finished" in shown
    assert "4 tasks, 1 held" in shown


@pytest.mark.parametrize(
    ("size", "keys", "marked"), [((80, 24), (), "15:00           clash Measure"), ((120, 40), ("comma",), "15:15 clash")]
)
async def test_entries_that_take_each_others_time_are_marked_by_a_word(
    crm: CrmApp, size: tuple[int, int], keys: tuple[str, ...], marked: str
) -> None:
    due("Measure", "today 15:00")
    due("Ring", "today 15:15")
    due("Write", "today 17:00")
    async with crm.run_test(size=size) as pilot:
        shown = await settled(pilot, "4", *keys)
    assert marked in shown
    body = shown.splitlines()[2:]
    assert sum("clash" in line for line in body) == 2
    assert not any("17:00" in line for line in body if "clash" in line)


async def test_the_comma_goes_from_day_to_week_to_month_and_n_and_p_go_on_and_back(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        assert "Thursday 5 March 2026" in await settled(pilot, "4", "n")
        assert "Tuesday 3 March 2026" in await settled(pilot, "p", "p")
        assert "Week 10: 2 March – 8 March 2026" in await settled(pilot, "comma")
        assert "Week 11: 9 March – 15 March 2026" in await settled(pilot, "n")
        assert "March 2026" in await settled(pilot, "comma")
        assert "April 2026" in await settled(pilot, "n")
        assert "March 2026" in await settled(pilot, "0")
        assert "Today, Wednesday 4 March 2026" in await settled(pilot, "comma")


async def test_another_day_tells_how_much_is_overdue_without_its_list(crm: CrmApp) -> None:
    due("long ago", "2026-02-24")
    async with crm.run_test(size=(80, 24)) as pilot:
        shown = await settled(pilot, "4", "n")
    assert "1 overdue in all" in shown
    assert "long ago" not in shown


async def test_the_agenda_is_mine_or_everyones_or_of_one_rep(crm: CrmApp) -> None:
    due("of Ann", "today")
    due("of Ben", "today", assignee=2)
    async with crm.run_test(size=(100, 24)) as pilot:
        shown = await settled(pilot, "4")
        assert ("day · mine" in shown, "of Ann" in shown, "of Ben" in shown) == (True, True, False)
        shown = await settled(pilot, "v")
        assert ("day · everyone" in shown, "of Ann" in shown, "of Ben" in shown) == (True, True, True)
        shown = await settled(pilot, "f", "b")
        assert ("day · Ben" in shown, "of Ann" in shown, "of Ben" in shown) == (True, False, True)


async def test_a_task_is_added_on_the_day_that_is_shown(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await settled(pilot, "4", "n", "n", "a")
        await paste(pilot, "Write")
        assert "Write" in await settled(pilot, "ctrl+s")
    assert tasks.get(1).due_on == date(2026, 3, 6)


async def test_arrows_go_between_the_days_of_a_week_and_beyond_it(crm: CrmApp) -> None:
    due("Measure", "thu")
    due("Ring", "thu 15:00")
    async with crm.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "4", "comma", "right", "down")
        assert [subject.id for subject in crm.view.subjects] == [2]
        await settled(pilot, "right", "right", "right", "right")
        assert "Week 11" in text(crm)
        await settled(pilot, "left", "a")
        assert "2026-03-08" in text(crm)


async def test_enter_on_a_day_of_the_month_opens_the_day_and_on_an_entry_its_form(crm: CrmApp) -> None:
    due("Measure", "2026-03-11")
    async with crm.run_test(size=(80, 24)) as pilot:
        await settled(pilot, "4", "comma", "comma", "down")
        assert "Wednesday 11 March 2026" in await settled(pilot, "enter")
        await settled(pilot, "down", "enter")
        assert crm.screen.plan.title == "Measure"  # type: ignore[attr-defined]


async def test_an_interaction_opens_its_client(crm: CrmApp) -> None:
    held("meeting", 9)
    async with crm.run_test(size=(80, 24)) as pilot:
        await settled(pilot, "4", "down", "enter")
        assert crm.view.subjects[0].noun == "client"


async def test_the_month_counts_tasks_overdue_ones_and_what_was_held_on_each_day(crm: CrmApp) -> None:
    """On Tuesday 3 March two tasks, one of them done, and two meetings; on the 11th one task."""
    due("Late", "2026-03-03")
    tasks.complete(due("Finished", "2026-03-03"))
    held("meeting", 9, day=3)
    held("call", 11, day=3)
    due("Measure", "2026-03-11 9:00")
    async with crm.run_test(size=(120, 40)) as pilot:
        shown = await settled(pilot, "4", "comma", "comma")
        third = next(line for line in shown.splitlines() if "▸4" in line)
        assert third.index("3") < third.index("2t 1! 2h") < third.index("▸4")
        assert "3 tasks, 1 overdue, 2 held" in shown
        assert all(words in shown for words in ("Late", "Finished", "09:00 meeting", "1 task", "09:00 Measure"))


async def test_all_the_overdue_tasks_come_up_behind_their_number(crm: CrmApp) -> None:
    for number in range(12):
        due(f"job {number}", "2026-02-24")
    async with crm.run_test(size=(80, 24)) as pilot:
        shown = await settled(pilot, "4")
        assert "6 more overdue; Enter shows them" in shown
        assert "job 11" not in shown
        await settled(pilot, *["down"] * 6, "enter")
        await settled(pilot, "pagedown")
        assert len([subject for subject in crm.view.listed if subject.noun == "task"]) == 12
        assert "more overdue" not in text(crm)
        assert "job 11" in text(crm)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_every_stretch_fits_and_names_in_any_script_keep_its_columns_straight(crm: CrmApp, size: tuple[int, int]) -> None:
    for title in ("Измерить окна в доме", "窓の寸法を測る、見積もりを送る", "قياس النوافذ وإرسال العرض", "[@click=app.quit]x[/]\x1b[2J"):
        due(title, "thu 15:00", client=clients.add({"name": title}).id, assignee=2)
        due(title, "2026-02-24")
    async with crm.run_test(size=size) as pilot:
        for keys in (("4",), ("n",), ("v",), ("comma",), ("0",), ("comma",)):
            lines = (await settled(pilot, *keys)).splitlines()
            assert len(lines) == size[1]
            assert max(width(line) for line in lines) <= size[0]
            assert not any(char in "".join(lines) for char in "\x1b\x9b")


async def test_the_rep_stands_in_one_column_whatever_script_the_titles_are_in(crm: CrmApp) -> None:
    for title in ("Plain", "Измерить окна", "窓の寸法を測る", "قياس النوافذ"):
        due(title, "today", assignee=2)
    async with crm.run_test(size=(80, 24)) as pilot:
        shown = await settled(pilot, "4", "v")
    assert {width(line[: line.index("Ben")]) for line in shown.splitlines() if "Ben" in line} == {67}


async def test_a_window_that_is_made_narrow_or_wide_keeps_the_keys_in_the_week(crm: CrmApp) -> None:
    due("Measure", "today")
    due("Ring", "thu")
    async with crm.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "4", "comma")
        await resize(pilot, 80, 24)
        await settled(pilot, "home", "down", "down", "down")
        assert [subject.id for subject in crm.view.subjects] == [1]
        await resize(pilot, 120, 40)
        await settled(pilot, "right")
        assert [subject.id for subject in crm.view.subjects] == [2]


async def test_the_mouse_chooses_a_day_or_an_entry_and_a_double_click_opens_it(crm: CrmApp) -> None:
    due("Measure", "thu")
    async with crm.run_test(size=(120, 40)) as pilot:
        await settled(pilot, "4", "comma")
        await pilot.click("Week", offset=(55, 2))
        assert [subject.id for subject in crm.view.subjects] == [1]
        await settled(pilot, "comma")
        await pilot.click("Month", offset=(4, 14), times=2)
        assert "Monday 9 March 2026" in await settled(pilot)
