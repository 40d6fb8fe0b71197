"""Logging what was done with a client, from the list and from the pages, driven by keys on a real base."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.sales import deals, stages
from crmtui.store import connection, history
from screens.forms.form import Form
from tests.tui.driving import deal, opened, paste, press, settle, text, toasts, type_in


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A base of one client with one open deal."""
    path = tmp_path / "one.db"
    with connection.opened(path, actor="tester", command="test"):
        clients.add({"name": "Anna Berg", "phones": ["+37120000001"]})
        deals.add({"title": "Roof", "client": 1, "value": "100 EUR"})
    return path


async def test_a_call_is_logged_by_two_keys_and_one_to_save(one: Path) -> None:
    with opened(one) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "v", "ctrl+s")
            logged = interactions.load([1])[0]
            assert (logged.kind, logged.outcome, logged.direction, logged.client, logged.deal) == (
                "call",
                "voicemail",
                "out",
                "Anna Berg",
                "Roof",
            )
            assert "logged call with Anna Berg" in toasts(app)


async def test_note_next_step_and_move_of_the_deal_are_one_operation_and_the_day_is_told_as_understood(one: Path) -> None:
    with opened(one) as app:
        before = history.count()
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "r")
            await paste(pilot, "wants oak\nnot pine")
            await press(pilot, "tab")
            await type_in(pilot, "12")
            form = app.screen
            assert isinstance(form, Form)
            form.rows["next_step"].editor.focus()
            await paste(pilot, "send the offer")
            await press(pilot, "tab")
            await type_in(pilot, "fri 10:00")
            await press(pilot, "tab")
            assert "Fri 6 March 2026, 10:00" in text(app)
            await type_in(pilot, "qual")
            await press(pilot, "down", "enter")
            assert "Sales/Qualified" in text(app)
            await press(pilot, "enter")
            await settle(app, pilot)
        logged = interactions.load([1])[0]
        assert (logged.outcome, logged.note, logged.minutes) == ("reached", "wants oak\nnot pine", 12)
        job = tasks.get(1)
        assert (job.title, f"{job.due_at:%Y-%m-%d %H:%M}", job.client, job.deal) == (
            "send the offer",
            "2026-03-06 10:00",
            "Anna Berg",
            "Roof",
        )
        assert (deals.get(1).stage, deals.get(1).next_step) == ("Qualified", "send the offer")
        assert history.count() == before + 1


async def test_a_deal_that_is_lost_in_a_call_takes_its_reason_in_the_same_form(one: Path) -> None:
    with opened(one) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "r")
            form = app.screen
            assert isinstance(form, Form)
            form.rows["move"].editor.typed = "Lost"
            await press(pilot, "ctrl+s")
            assert "needs a reason" in text(app)
            assert "--" not in text(app)
            form.rows["reason"].editor.typed = "price"
            await press(pilot, "ctrl+s")
            assert (deals.get(1).stage, deals.get(1).lost_reason) == ("Lost", "price")


@pytest.mark.parametrize(
    ("key", "kind", "title"),
    [("m", "email", "Mail to"), ("M", "meeting", "Meeting with"), ("y", "message", "Message to"), ("N", "note", "Note on")],
)
async def test_mails_meetings_messages_and_notes_have_a_key_each(one: Path, key: str, kind: str, title: str) -> None:
    with opened(one) as app:
        async with app.run_test(size=(60, 20)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "enter", key)
            assert f"{title} Anna Berg" in text(app)
            form = app.screen
            assert isinstance(form, Form)
            form.rows["note"].editor.focus()
            await paste(pilot, "с приветом")
            await press(pilot, "ctrl+s")
            logged = interactions.load([1])[0]
            assert (logged.kind, logged.note) == (kind, "с приветом")
            assert "с приветом" in text(app)


async def test_a_day_without_a_step_is_refused_in_a_sentence_and_nothing_is_lost(one: Path) -> None:
    with opened(one) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "b")
            await paste(pilot, "was on the train")
            form = app.screen
            assert isinstance(form, Form)
            form.rows["due"].editor.focus()
            await type_in(pilot, "fri")
            await press(pilot, "enter")
            assert "a due date needs a next step" in text(app)
            assert "--next" not in text(app)
            assert "was on the train" in text(app)
            assert form.rows["due"].typed == "fri"
            assert interactions.count() == 0
            form.rows["due"].editor.typed = "nonsense"
            await press(pilot, "ctrl+s")
            assert '"nonsense"' in text(app)
            assert form.rows["due"].editor.has_focus


async def test_with_several_open_deals_the_call_asks_which_it_is_about(one: Path) -> None:
    with opened(one) as app:
        deals.add({"title": "Fence", "client": 1})
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "r")
            form = app.screen
            assert isinstance(form, Form)
            form.rows["deal"].editor.typed = "Fence"
            await press(pilot, "ctrl+s")
            assert interactions.load([1])[0].deal == "Fence"


async def test_two_enters_in_a_row_log_one_call(one: Path) -> None:
    with opened(one) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c", "r")
            form = app.screen
            assert isinstance(form, Form)
            await form.action_save()
            await form.action_save()
            await settle(app, pilot)
            assert interactions.count() == 1


@pytest.mark.parametrize("size", [(60, 20), (130, 40)])
async def test_the_script_and_the_checklist_of_the_deal_s_stage_stand_beside_a_call(one: Path, size: tuple[int, int]) -> None:
    with opened(one) as app:
        stages.edit(1, script="Ask who decides.\n[@click=app.quit]x[/] " + "and why " * 30, checklist=["木村さん", "budget"])
        async with app.run_test(size=size) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "c")
            shown = text(app)
            assert "At Lead" in shown
            assert "Ask who decides." in shown
            assert "[@click=app.quit]x[/]" in shown
            form = app.screen
            assert isinstance(form, Form)
            aside = form.query_one("#aside")
            assert aside.size.height <= 8 or size[0] >= 124
            await press(pilot, "v", "shift+tab", "shift+tab", "pagedown", "pagedown", "pagedown")
            assert "budget" in text(app)
            form.rows["due"].editor.typed = "fri"
            await press(pilot, "ctrl+s")
            assert "a due date needs a next step" in text(app)


async def test_a_mail_has_no_script_beside_it(one: Path) -> None:
    with opened(one) as app:
        stages.edit(1, script="Ask who decides.")
        async with app.run_test(size=(80, 24)) as pilot:
            await press(pilot, "3")
            await settle(app, pilot)
            await press(pilot, "m")
            assert "Ask who decides." not in text(app)


async def test_the_page_of_a_deal_tells_its_health_part_by_part_and_what_is_said_at_its_stage(one: Path) -> None:
    """Roof: no next step (−25), no expected close (−10); all else is whole: opened today, with a value and a phone."""
    with opened(one) as app:
        stages.edit(1, script="Ask who decides.")
        async with app.run_test(size=(80, 30)) as pilot:
            await app.open(deal(1))
            await press(pilot)
            shown = [line.split() for line in text(app).splitlines()]
            assert ["health", "65", "of", "100"] in shown
            assert ["−25", "no", "next", "step"] in shown
            assert ["−10", "no", "expected", "close"] in shown
            assert ["Ask", "who", "decides."] in shown
