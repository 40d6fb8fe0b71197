"""Clients who may be one, by keys: the pairs, two side by side, one of them or two for good."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from crmtui.clients import clients, duplicates
from crmtui.errors import NotFound
from crmtui.exchange import exporting
from crmtui.sales import deals
from screens.app import CrmApp
from screens.subject import Subject
from tests.tui.driving import opened, paste, press, settle, text, toasts, type_in

PHONE = "+371 2000 0001"


def add(name: str, **values: Any) -> int:
    company = values.pop("company", "")
    return clients.add({"name": name, **values}, allow_duplicate=True, company_named=company).id


def exported() -> str:
    """Everything that an export writes of clients and deals."""
    written = io.StringIO()
    for noun in ("clients", "deals"):
        exporting.write(noun, written)
    return written.getvalue()


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    """Ann Smith (1) and Anne Smith (2) with one phone; the deal Roof is Anne's; Zoe (3) is like nobody."""
    with opened(tmp_path / "crm.db") as app:
        add("Ann Smith", phones=[PHONE], source="web", notes="calls back")
        add("Anne Smith", phones=[PHONE], source="fair", notes="likes oak", city="Riga")
        add("Zoe Unlike")
        deals.add({"title": "Roof", "client": 2})
        yield app


async def looked(app: CrmApp, pilot: Pilot[int], *keys: str) -> None:
    """Press keys and wait for what is compared or tried aside."""
    await press(pilot, *keys)
    await settle(app, pilot)


async def test_the_pairs_are_listed_with_the_reasons_and_two_are_made_one_by_two_keys(crm: CrmApp) -> None:
    before = exported()
    async with crm.run_test(size=(80, 24)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        assert "1 pair may be one" in text(crm)
        assert "ids 1 and 2: same phone" in text(crm)
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "s")
        assert "Anne Smith is part of Ann Smith now; u parts them again" in toasts(crm)
        assert "no duplicates" in text(crm)
        card = clients.get(1)
        assert (card.name, card.source, card.notes, card.addresses[0].city) == ("Ann Smith", "web", "calls back\n\nlikes oak", "Riga")
        assert deals.get(1).client_id == 1
        with pytest.raises(NotFound):
            clients.get(2)
        await press(pilot, "u")
    assert exported() == before


async def test_either_ones_word_is_chosen_field_by_field_and_what_comes_of_it_is_told(crm: CrmApp) -> None:
    async with crm.run_test(size=(120, 40)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        await looked(crm, pilot, "enter")
        assert "● Ann Smith" in text(crm)
        assert "+ calls back" in text(crm)
        await looked(crm, pilot, "down", "down", "right")
        assert "○ Ann Smith" in text(crm)
        assert "name becomes: Anne Smith" in text(crm)
        while "source becomes" not in text(crm):
            await press(pilot, "down")
        await looked(crm, pilot, "enter")
        assert "source becomes: fair" in text(crm)
        await looked(crm, pilot, "left")
        assert "source becomes: web" in text(crm)
        while "notes becomes" not in text(crm):
            await press(pilot, "down")
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "enter")
        assert "notes becomes: likes oak" in text(crm)
        await looked(crm, pilot, "ctrl+s")
    card = clients.get(1)
    assert (card.name, card.source, card.notes) == ("Anne Smith", "web", "likes oak")


async def test_the_other_one_can_be_kept_and_choices_stay_with_whom_they_were_made_for(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "down", "down", "left")
        await looked(crm, pilot, "v")
        await looked(crm, pilot, "s")
    assert (clients.get(2).name, clients.get(2).source) == ("Ann Smith", "fair")


async def test_that_two_are_not_the_same_is_remembered_and_undo_forgets_it(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        await press(pilot, "x")
        assert "Ann Smith and Anne Smith are two; u forgets it" in toasts(crm)
        assert "no duplicates" in text(crm)
        assert duplicates.find().pairs == []
        await press(pilot, "u")
        await looked(crm, pilot, "ctrl+d")
        assert "1 pair may be one" in text(crm)
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "x")
        assert "no duplicates" in text(crm)
    assert duplicates.find().pairs == []


async def test_a_name_opens_its_client_and_back_leads_to_the_two(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "down", "enter")
        assert "Anne Smith" in crm.view.heading
        await looked(crm, pilot, "escape")
        assert "goes into it" in text(crm)
        await looked(crm, pilot, "escape")
        assert "1 pair may be one" in text(crm)


async def test_two_marked_clients_are_laid_side_by_side_and_three_are_not(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await looked(crm, pilot, "3", "ctrl+a", "ctrl+g")
        assert "two can be made one; 3 are marked" in toasts(crm)
        await looked(crm, pilot, "ctrl+a", "space", "space", "ctrl+g")
        assert "Ann Smith" in text(crm)
        assert "goes into it" in text(crm)


async def test_from_the_page_of_a_client_the_likely_one_is_picked_by_a_letter_and_the_page_becomes_the_kept_ones(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24)) as pilot:
        await crm.open(Subject("client", 2))
        await looked(crm, pilot, "ctrl+g")
        assert "Anne Smith is the same as" in text(crm)
        assert "somebody else" in text(crm)
        await looked(crm, pilot, "enter")
        await looked(crm, pilot, "s")
        assert crm.view.heading.startswith("Ann Smith")


async def test_who_looks_like_nobody_is_merged_with_whom_is_named_and_kinds_that_differ_are_refused(crm: CrmApp) -> None:
    add("Acme", kind="company")
    async with crm.run_test(size=(80, 24)) as pilot:
        await crm.open(Subject("client", 3))
        await looked(crm, pilot, "ctrl+g")
        await type_in(pilot, "Acme")
        await looked(crm, pilot, "enter")
        assert "they cannot be made one" in text(crm)
        assert "Zoe Unlike is a person, Acme a company" in text(crm)
        await looked(crm, pilot, "s")
        assert clients.get(4).name == "Acme"


async def test_a_new_client_who_looks_like_another_is_told_with_the_key_that_merges(crm: CrmApp) -> None:
    add("Kim Minsu", emails=["kim@example.com"], company="Oak Ltd")
    async with crm.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+b")
        await paste(pilot, "Kim Minsu")
        await press(pilot, "tab")
        await paste(pilot, "+371 2000 0005")
        await press(pilot, "tab")
        await paste(pilot, "Oak Ltd")
        await looked(crm, pilot, "ctrl+s")
        assert "looks like Kim Minsu" in toasts(crm)
        assert toasts(crm).endswith("^G merges them")
        await looked(crm, pilot, "ctrl+g")
        await looked(crm, pilot, "k")
        await looked(crm, pilot, "s")
    card = clients.get(5)
    assert (card.emails, card.phones) == (("kim@example.com",), ("+371 2000 0005",))


async def test_somebody_elses_merge_takes_a_pair_off_the_list_and_hostile_names_stay_names(crm: CrmApp) -> None:
    add("[@click=app.quit]x[/] \x1b]52;c;aGk=\x07", emails=["x@example.com"])
    add("[@click=app.quit]x[/]", emails=["x@example.com"], notes="a\u202eb")
    async with crm.run_test(size=(60, 20)) as pilot:
        await looked(crm, pilot, "ctrl+d")
        assert "2 pairs may be one" in text(crm)
        duplicates.tell_apart(1, 2)
        crm.changed()
        await looked(crm, pilot, "enter")
        shown = text(crm)
        assert "[@click=app.quit]x[/]" in shown
        assert not any(char in shown for char in "\x1b\x07\u202e")
        assert max(len(line) for line in shown.splitlines()) <= 60
