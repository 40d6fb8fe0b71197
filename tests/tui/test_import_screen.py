"""Importing by keys: a file is looked at, what only a person can decide is asked, it is imported aside and taken back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui.clients import clients
from crmtui.exchange import exporting, mappings
from crmtui.sales import deals
from crmtui.store import connection
from screens.app import CrmApp
from tests.tui.driving import opened, paste, press, settle, text, toasts, type_in

PEOPLE = """Name,E-mail,Birth date,Roof,Notes
[@click=app.quit]x[/],no mail,,,a\x1b]52;c;aGk=\x07b
Ann Smith,ann@example.com,03/04/1990,flat,likes oak
Ben Fox,ben@example.com,05/06/1980,pitched,
Кирилл Щукин,kirill@example.com,,flat,
王伟,wang@example.com,,hip,喜欢橡木
"""


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    with opened(tmp_path / "crm.db") as app:
        yield app


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "people.csv"
    file.write_text(PEOPLE, "utf-8")
    return file


def exported() -> str:
    """Everything that an export writes of clients."""
    written = io.StringIO()
    exporting.write("clients", written)
    return written.getvalue()


async def begin(app: CrmApp, pilot: Pilot[int], file: Path, letter: str = "c") -> None:
    """Choose a file, say what its rows are, and wait until it is tried."""
    await press(pilot, "ctrl+e")
    await paste(pilot, str(file))
    await press(pilot, "enter")
    await pilot.pause()
    await press(pilot, letter)
    await settle(app, pilot)


async def go(app: CrmApp, pilot: Pilot[int], *keys: str) -> None:
    """Press keys and wait for what is done aside."""
    await press(pilot, *keys)
    await pilot.pause()
    await settle(app, pilot)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_question_is_asked_the_file_is_imported_and_undo_takes_it_back(crm: CrmApp, people: Path, size: tuple[int, int]) -> None:
    clients.add({"name": "Zoe"})
    before = exported()
    async with crm.run_test(size=size) as pilot:
        await begin(crm, pilot, people)
        assert "d  day first: 25/12/2026" in text(crm)
        await go(crm, pilot, "m")
        shown = text(crm)
        assert "would import 5 rows: 4 created, 1 rejected" in shown
        assert "5 columns" in shown
        assert "– left out" in shown
        assert max(map(len, shown.splitlines())) <= size[0]
        assert clients.count() == 1
        await go(crm, pilot, "ctrl+s")
        assert "imported 5 rows: 4 created, 1 rejected; u takes it back" in toasts(crm)
        assert str(clients.get(2).birth_date) == "1990-03-04"
        await go(crm, pilot, "u")
        assert "undone: imported 4 clients from people.csv" in toasts(crm)
        assert "taken back" in text(crm)
    assert exported() == before


async def test_rejected_rows_are_shown_with_line_and_reason_and_hostile_text_stays_text(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(120, 40)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        shown = text(crm)
        assert "1 rejected row" in shown
        assert "line 2" in shown
        assert 'E-mail: "no mail" is no e-mail address' in shown
        assert "[@click=app.quit]x[/]" in shown
        assert not any(char in shown for char in "\x1b\x07")
        await go(crm, pilot, "ctrl+s")
        assert "they are in" in text(crm)
    assert "no mail" in people.with_name("people.rejects.csv").read_text("utf-8")


async def test_a_column_is_given_to_another_field_kept_as_an_own_one_or_left_out_by_keys(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(120, 40)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        await press(pilot, "down", "down", "down", "enter")
        assert "“Roof” is" in text(crm)
        await go(crm, pilot, "k")
        assert "+ roof" in text(crm)
        await press(pilot, "down", "enter")
        await go(crm, pilot, "l")
        assert "1 left out" in text(crm)
        await press(pilot, "up", "up", "enter")
        await go(crm, pilot, "l")
        assert "2 left out" in text(crm)
        await go(crm, pilot, "ctrl+s")
    first = clients.get(1)
    assert (first.name, first.fields, first.notes, first.birth_date) == ("Ann Smith", {"roof": "flat"}, None, None)


async def test_a_file_without_names_is_shown_and_refused_until_a_column_is_one(crm: CrmApp, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    file.write_text("Who,Foo\nAnn,1\n")
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, file)
        assert "no column of the file is a field of clients: Who, Foo" in text(crm)
        assert "--map" not in text(crm)
        await go(crm, pilot, "ctrl+s")
        assert clients.count() == 0
        await press(pilot, "enter")
        for _ in range(3):
            await press(pilot, "down")
        await go(crm, pilot, "enter")
        assert "→ name" in text(crm)
        await go(crm, pilot, "ctrl+s")
    assert clients.get(1).name == "Ann"


async def test_unknown_stages_and_names_are_asked_for_one_after_the_other(crm: CrmApp, tmp_path: Path) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("Title,Client,Stage\nRoof,Ann,Measured\nDoor,Ben,Offer sent\n")
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, file, "d")
        assert "Make these?" in text(crm)
        assert "Measured,Offer sent" in text(crm).replace(", ", ",")
        await go(crm, pilot, "ctrl+s")
        assert "make what the rows name" in text(crm)
        await go(crm, pilot, "m")
        assert "would import 2 rows: 2 created" in text(crm)
        assert "also makes: " in text(crm)
        await go(crm, pilot, "ctrl+s")
    assert [deals.get(id_).stage for id_ in (1, 2)] == ["Measured", "Offer sent"]


async def test_an_encoding_is_asked_for_before_any_column_is_known_and_a_left_question_is_asked_again(crm: CrmApp, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes("Name\nИВАНОВ\n".encode("cp1251"))
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, file)
        assert 'cp1251: "ИВАНОВ"' in text(crm)
        await go(crm, pilot, "escape")
        assert "to be decided: the file is not in utf-8" in text(crm)
        await go(crm, pilot, "ctrl+s")
        await go(crm, pilot, "c")
        await go(crm, pilot, "ctrl+s")
    assert clients.get(1).name == "ИВАНОВ"


async def test_how_the_file_is_read_is_said_in_a_form(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "escape")
        await press(pilot, "o", "tab", "tab", "d")
        await go(crm, pilot, "ctrl+s")
        assert "would import 5 rows" in text(crm)
        await go(crm, pilot, "ctrl+s")
    assert str(clients.get(1).birth_date) == "1990-04-03"


async def test_what_was_imported_is_opened_from_there(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        await go(crm, pilot, "ctrl+s")
        await go(crm, pilot, "enter")
        assert "imported from people.csv: 4 clients" in text(crm)
        assert "王伟" in text(crm)
        await go(crm, pilot, "escape")
        assert "imported 5 rows" in text(crm)


async def test_a_mapping_is_saved_with_the_import_and_used_for_the_next_file(crm: CrmApp, people: Path, tmp_path: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        await press(pilot, "down", "down", "down", "enter")
        await go(crm, pilot, "k")
        await press(pilot, "m")
        await paste(pilot, "fair")
        await go(crm, pilot, "enter")
        assert "is saved as “fair”" in text(crm)
        await go(crm, pilot, "ctrl+s")
        assert mappings.find("fair").columns["Roof"] == "roof"
        other = tmp_path / "next.csv"
        other.write_text("Name,Roof,Birth date\nDi,hip,01/02/1999\n")
        await press(pilot, "ctrl+e")
        await paste(pilot, str(other))
        await press(pilot, "tab")
        await type_in(pilot, "fair")
        await go(crm, pilot, "ctrl+s")
        assert "would import 1 row: 1 created" in text(crm)
        await go(crm, pilot, "ctrl+s")
    made = next(card for card in clients.page() if card.name == "Di")
    assert (made.fields, str(made.birth_date)) == ({"roof": "hip"}, "1999-02-01")


async def test_a_file_that_is_offered_is_taken_by_a_click_and_tab_goes_on_to_the_next_field(
    crm: CrmApp, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(people.parent)
    async with crm.run_test(size=(100, 24)) as pilot:
        await press(pilot, "ctrl+e")
        await paste(pilot, "peop")
        offered = next(place for place, line in enumerate(text(crm).splitlines()) if line.count("people.csv"))
        await pilot.click(offset=(40, offered))
        await pilot.pause()
        await press(pilot, "tab", "enter")
        await pilot.pause()
        assert "The rows of people.csv are" in text(crm)


async def test_a_file_that_is_not_there_is_refused_in_the_form(crm: CrmApp, tmp_path: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+e")
        await paste(pilot, str(tmp_path / "none.csv"))
        await press(pilot, "enter")
        assert "no file" in text(crm)


async def test_escape_leaves_a_trial_and_nothing_is_imported(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        await go(crm, pilot, "escape")
        assert "would import" not in text(crm)
    assert clients.count() == 0


async def test_the_screen_goes_on_while_a_file_is_imported_and_its_end_is_told_elsewhere(crm: CrmApp, people: Path) -> None:
    """The import has to wait for its turn until another view has come up."""
    clients.add({"name": "Zoe"})
    async with crm.run_test(size=(80, 24)) as pilot:
        await begin(crm, pilot, people)
        await go(crm, pilot, "d")
        with connection.current().queue.held("another program"):
            await pilot.press("ctrl+s")
            await pilot.pause(0.4)
            assert "importing" in text(crm)
            assert "go on with your work" in text(crm)
            await pilot.press("escape", "1", "ctrl+e")
            await paste(pilot, str(people))
            await pilot.press("enter")
            await pilot.pause()
            await pilot.press("c")
            await pilot.pause()
            assert "another import is under way" in toasts(crm)
            await pilot.press("1")
            assert clients.count() == 1
        await settle(crm, pilot)
        assert "imported 5 rows: 4 created" in toasts(crm)
        await press(pilot, "u")
        assert "undone: imported 4 clients from people.csv" in toasts(crm)
    assert clients.count() == 1


async def test_the_same_file_again_says_so_and_changes_nothing(crm: CrmApp, people: Path) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        for _ in range(2):
            await begin(crm, pilot, people)
            await go(crm, pilot, "d")
            await go(crm, pilot, "ctrl+s")
        assert "nothing was new in it" in toasts(crm)
        assert "this file was imported already" in text(crm)
        assert connection.current().actor_id is None
    assert clients.count() == 4
