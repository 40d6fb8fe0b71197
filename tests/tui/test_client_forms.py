"""The forms of clients, what others change meanwhile, and names that would steer the terminal, driven by keys on a real base."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui import team
from crmtui.activities import tasks
from crmtui.clients import clients
from crmtui.sales import attachments, deals, leads, purchases
from crmtui.store import connection, history
from screens.app import CrmApp
from screens.forms.form import Form
from screens.forms.row import FieldRow
from screens.page import Page
from screens.subject import Subject
from tests.tui.client_driving import NAMES, below, cursor, fill, five_clients, listed, operations, table, words
from tests.tui.driving import opened, paste, press, resize, settle, text, toasts, type_in, until

HOSTILE = (
    "[@click=app.quit]x[/]",
    "[/]",
    "\x1b]52;c;aGk=\x07\x9b2J",
    "a\u202eb",
    "[link=http://example.org]y",
    "two\nlines",
    "ح" * 70,
    "漢" * 80,
)
STEERING = [chr(code) for code in (*range(10), *range(11, 32), 127, *range(128, 160))] + ["\u202e", "\u200f", "\u2066"]


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return five_clients(tmp_path)


# -- forms


async def test_a_client_is_added_with_a_company_that_nobody_knew_in_one_operation(few: Path) -> None:
    with opened(few) as app:
        before = operations()
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            for words in ("Ivo Grün", "+371 2666 0000", "Fresh Air Ltd"):
                await paste(pilot, words)
                await press(pilot, "tab")
            assert "a new company, added with this" in text(app)
            await press(pilot, "enter")
            await settle(app, pilot)
            card = clients.get(clients.find("Ivo Grün"))
            assert (card.company, card.phones[0].replace(" ", "")) == ("Fresh Air Ltd", "+37126660000")
            assert operations() == before + 1
            assert "Ivo Grün" in text(app)
            assert isinstance(app.view, Page)
            await press(pilot, "u")
            assert clients.count() == len(NAMES)


async def test_what_is_refused_stands_beside_its_field_and_nothing_is_lost(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            await fill(pilot, name="Ivo", emails="no mail at all")
            await press(pilot, "ctrl+s")
            assert "no mail at all" in below(app, "emails")
            assert isinstance(app.screen, Form)
            assert app.screen.rows["name"].typed == "Ivo"
            assert app.screen.rows["emails"].editor.has_focus
            await fill(pilot, emails="ivo@example.org")
            await press(pilot, "ctrl+s")
            assert list(clients.get(clients.find("Ivo")).emails) == ["ivo@example.org"]


async def test_a_duplicate_is_refused_once_and_saved_when_one_insists(few: Path) -> None:
    with opened(few) as app:
        clients.edit(1, {"emails": ["home@example.org"]})
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            await fill(pilot, name="Ida Berg", emails="home@example.org")
            await press(pilot, "ctrl+s")
            assert 'client 1 Anna Berg has "home@example.org" already. save again to have it all the same' in words(app)
            await press(pilot, "ctrl+s")
            assert clients.count() == len(NAMES) + 1


async def test_only_what_was_changed_in_a_form_is_changed(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "e")
            clients.edit(1, {"city": "Cēsis"})
            await fill(pilot, position="director")
            await press(pilot, "ctrl+s")
            card = clients.get(1)
            assert (card.position, card.addresses[0].city) == ("director", "Cēsis")
            assert [each.field for each in history.of("client", 1)].count("address.city") == 1


async def test_what_another_changed_meanwhile_is_told_once_before_it_is_overwritten(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "e")
            await fill(pilot, position="director")
            clients.edit(1, {"position": "owner"})
            await press(pilot, "ctrl+s")
            assert "somebody made it “owner” meanwhile" in below(app, "position")
            assert clients.get(1).position == "owner"
            await press(pilot, "ctrl+s")
            assert clients.get(1).position == "director"


async def test_what_was_typed_is_there_again_after_escape_and_ctrl_x_begins_anew(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            await type_in(pilot, "Half a name")
            await press(pilot, "escape", "a")
            assert "Half a name" in text(app)
            assert "ctrl+x begins anew" in text(app)
            await press(pilot, "ctrl+x")
            assert "Half a name" not in text(app)
            await press(pilot, "ctrl+x")
            assert "Half a name" in text(app)
            await press(pilot, "ctrl+x", "escape", "a")
            assert "Half a name" not in text(app)


KILLED = """
import asyncio, os, sys
from pathlib import Path
from tests.tui.driving import opened
from screens.forms import form
form.DRAFT_SECONDS = 0.05
async def main():
    with opened(Path(sys.argv[1])) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("3", "a", *"Killed")
            await pilot.pause(0.3)
            os._exit(9)
asyncio.run(main())
"""


async def test_what_was_typed_outlives_a_killed_program(few: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path])}
    assert subprocess.run([sys.executable, "-c", KILLED, str(few)], check=False, env=environment, timeout=60).returncode == 9
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            assert "Killed" in text(app)


async def test_a_lead_is_taken_up_with_its_first_deal_or_given_up_for_a_reason(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "C")
            await fill(pilot, title="Winter garden", value="1200 EUR")
            await press(pilot, "ctrl+s")
            await settle(app, pilot)
            assert clients.get(1).status == "prospect"
            assert deals.get(1).title == "Winter garden"
            assert app.view.subjects == [Subject("deal", 1)]
            await press(pilot, "escape", "home", "down", "down", "X")
            await fill(pilot, reason="no budget")
            await press(pilot, "ctrl+s")
            card = clients.get(5)
            assert (card.status, card.status_reason) == ("disqualified", "no budget")


async def test_a_purchase_is_added_and_changed_from_the_timeline(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "enter", "P")
            await fill(pilot, amount="99.50 EUR", description="two hinges", payment_method="card")
            await press(pilot, "ctrl+s")
            bought = purchases.get(1)
            assert (bought.amount_cents, bought.currency, bought.description, bought.payment_method) == (9950, "EUR", "two hinges", "card")
            await press(pilot, "end", "enter")
            await fill(pilot, payment_method="cash")
            await press(pilot, "ctrl+s")
            assert purchases.get(1).payment_method == "cash"


async def test_a_file_is_attached_opened_and_taken_off(few: Path, tmp_path: Path, settings: Callable[[str], None]) -> None:
    seen, script, plan = tmp_path / "seen", tmp_path / "viewer", tmp_path / "plan.txt"
    script.write_text(f'#!/bin/sh\ncat "$1" > "{seen}"\n')
    script.chmod(0o700)
    plan.write_text("ground floor")
    settings(f'opener = "{script}"\n')
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "enter", "F")
            await fill(pilot, path=str(plan))
            await press(pilot, "ctrl+s")
            assert attachments.listed(client=1)[0].name == "plan.txt"
            await press(pilot, "end", "enter")
            await pilot.pause(0.1)
            assert seen.read_text() == "ground floor"
            assert "opened plan.txt" in toasts(app)
            await press(pilot, "ctrl+k")
            assert not attachments.listed(client=1)
            await press(pilot, "u")
            assert attachments.listed(client=1)


async def test_what_has_gone_meanwhile_is_told_and_ends_nothing(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "enter")
            clients.delete(1)
            for key in ("e", "c", "C", "X", "P", "d", "t", "i", "o", "T", "K", "F", "delete", "f5"):
                await press(pilot, key)
                await press(pilot, "escape") if len(app.screen_stack) > 1 else None
            assert "no client 1" in text(app)


# -- while others work


def elsewhere(base: Path, *arguments: str) -> None:
    code = "from commands import app\nimport sys\nsys.exit(app.run(sys.argv[1:]))\n"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(["", *sys.path])}
    subprocess.run([sys.executable, "-c", code, *arguments, "--db", str(base)], check=True, env=environment, capture_output=True)


async def test_a_change_of_another_program_shows_within_a_second_and_leaves_an_open_form_alone(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "a")
            await type_in(pilot, "Half")
            elsewhere(few, "add-client", "Aaron Outside", "--as", "1")
            began = time.monotonic()
            while time.monotonic() < began + 1 and len(table(app).ids) == len(NAMES):
                await pilot.pause(0.02)
            assert len(table(app).ids) == len(NAMES) + 1
            assert "Half" in text(app)
            assert isinstance(app.screen, Form)
            await press(pilot, "escape")
            assert "Aaron Outside" in text(app)
            assert cursor(app) == "Anna Berg"


async def test_a_form_keeps_its_text_and_its_field_in_sight_in_a_terminal_of_another_size(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(120, 40)) as pilot:
            await listed(app, pilot)
            await press(pilot, "e")
            form = app.screen
            assert isinstance(form, Form)
            form.rows["notes"].editor.focus()
            await type_in(pilot, "kept")
            await resize(pilot, 60, 20)
            await until(pilot, lambda: "kept" in text(app))
            assert form.rows["notes"].editor.has_focus
            await resize(pilot, 200, 60)
            await until(pilot, lambda: "kept" in text(app))


# -- hostile text


def harmless(app: CrmApp) -> bool:
    shown = text(app)
    return not any(char in shown for char in STEERING)


@pytest.mark.parametrize("size", [(60, 20), (120, 40)])
async def test_names_from_outside_steer_nothing_in_lists_pages_forms_and_questions(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "hostile.db"
    with connection.opened(path, actor="tester", command="test"):
        for name in HOSTILE:
            team.add({"name": name.replace("\n", " ")})
            id_ = clients.add({"name": name, "notes": name, "tags": [name[:9]], "position": name}).id
            deals.add({"title": name, "client": id_, "need": name})
            tasks.add(name, client=id_)
    with opened(path) as app:
        async with app.run_test(size=size, notifications=True) as pilot:
            await listed(app, pilot)
            assert harmless(app)
            for key in ("e", "c", "K", "o", "delete"):
                await press(pilot, *("down",) * (key not in "eo"), key)
                assert harmless(app)
                await press(pilot, "escape")
            await press(pilot, "end", "enter")
            for _ in HOSTILE:
                await press(pilot, "p")
                assert harmless(app)
            await press(pilot, "i")
            assert harmless(app)
            await press(pilot, "escape", "escape")
            for y in range(size[1] - 1):
                meta = [style.meta for x in range(0, size[0], 3) if (style := app.screen.get_style_at(x, y + 1)).meta and y < size[1] - 2]
                assert not any("@click" in each for each in meta)
            assert app.is_running


async def test_hostile_text_that_is_typed_or_pasted_steers_nothing_and_is_kept_as_it_came(few: Path) -> None:
    with opened(few) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "e")
            form = app.screen
            assert isinstance(form, Form)
            for name, pasted in (("position", "[/]\x1b[31mred\u202e"), ("notes", "[@click=app.quit]\x1b]0;x\x07\nsecond\x9b2J")):
                form.rows[name].editor.focus()
                await pilot.pause()
                await paste(pilot, pasted)
                assert harmless(app)
                assert form.rows[name].typed == pasted
            assert isinstance(form.query_one(FieldRow), FieldRow)
            await press(pilot, "ctrl+s")
            assert clients.get(1).position == "[/]\x1b[31mred\u202e"


async def test_a_lead_that_is_none_is_not_taken_up_twice(few: Path) -> None:
    with opened(few) as app:
        leads.convert(1, {"title": "First"})
        async with app.run_test(size=(80, 24)) as pilot:
            await listed(app, pilot)
            await press(pilot, "C")
            await press(pilot, "ctrl+s")
            assert isinstance(app.screen, Form)
            assert "crmtui " not in text(app)
            assert deals.count() == 1
