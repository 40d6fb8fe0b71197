"""The window company's story in the full screen: what its people do by keys, and by pipe and cron what arrives and runs alone.

Who works there is told in `tests.cli.window`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crmtui.activities import interactions, tasks
from crmtui.reports import registry
from crmtui.sales import attachments, deals, playbooks, purchases
from crmtui.store import connection
from screens.app import CrmApp
from screens.deal_page import DealPage
from tests.cli import window
from tests.conftest import Ran
from tests.tui.client_driving import fill, words
from tests.tui.driving import opened, paste, press, settle, text, toasts


class Story:
    """The company's base, the clock, and its people before their screens."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, crm: Callable[..., Ran]) -> None:
        self.folder, self._patch, self._crm = folder, patch, crm

    def at(self, moment: str) -> None:
        """It is this moment now."""
        self._patch.setenv("CRMTUI_NOW", window.moment(moment))

    def shell(self, *words: str, stdin: bytes = b"") -> Ran:
        """What comes by pipe, or by cron."""
        return self._crm(*words, stdin=stdin)

    @asynccontextmanager
    async def screen(self, rep: str) -> AsyncIterator[tuple[CrmApp, Pilot[int]]]:
        """A rep opens the full screen, and looks for the deal."""
        with opened(self.folder / "crm.db", rep) as app:
            playbooks.watch(connection.current())
            async with app.run_test(size=(120, 40)) as pilot:
                await found(app, pilot)
                yield app, pilot


@pytest.fixture
def story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Callable[[str], None], crm: Callable[..., Ran]) -> Story:
    """The company on its first morning."""
    window.configured(tmp_path, settings)
    begun = Story(tmp_path, monkeypatch, crm)
    begun.at("02 08:00")
    window.furnished(lambda *words: begun.shell(*words).out)
    return begun


async def found(app: CrmApp, pilot: Pilot[int]) -> None:
    """The card of the deal, from wherever one is."""
    await press(pilot, "slash")
    await paste(pilot, "windows for kim")
    await press(pilot, "enter")
    await settle(app, pilot)
    assert isinstance(app.view, DealPage)


def todo() -> list[tuple[str, str | None, str]]:
    """The open tasks: what, for whom, due when in UTC."""
    return [(job.title, job.assignee, f"{job.due_at:%d %H:%M}") for job in tasks.listed()]


def stage() -> str:
    return deals.get(1).stage


async def test_the_window_company(story: Story) -> None:
    a_request_arrives(story)
    await the_seller_calls_and_moves_it_on(story)
    await the_surveyor_attaches_the_sizes(story)
    await the_price_is_worked_out(story)
    await the_payment_lets_the_installer_know(story)
    await the_manager_reads_the_report(story)


def a_request_arrives(story: Story) -> None:
    """By pipe; a minute too late cron tells the manager, once."""
    story.at("02 09:00")
    assert story.shell(*window.CAPTURE, stdin=window.KIM).code == 0
    job = ("report", "overdue", "--new-only", "--escalate", "--fail-on-findings", "--quiet-empty", "--format", "json")
    story.at("02 09:15")
    assert story.shell(*job) == Ran(0, "", "")
    story.at("02 09:16")
    told = story.shell(*job)
    assert (told.code, [line["manager"] for line in json.loads(told.out)["tables"]["alerts"]]) == (9, ["Mia Lund"])
    assert story.shell(*job) == Ran(0, "", "")


async def the_seller_calls_and_moves_it_on(story: Story) -> None:
    """From the card: the call, the address, the task done and what is next, the move; its undo takes the surveyor's task away."""
    story.at("02 09:20")
    async with story.screen("Ann Lee") as (app, pilot):
        assert "First call" in text(app)
        await press(pilot, "c", "r")
        await fill(pilot, note="will be at home on Thursday", minutes="4")
        await press(pilot, "ctrl+s")
        assert (interactions.load([1])[0].outcome, interactions.load([1])[0].deal) == ("reached", "Windows for Kim")
        await press(pilot, "k", "e")
        await fill(pilot, street="Hill 1", postcode="LV-1001", city="Riga")
        await press(pilot, "ctrl+s", "escape")
        await press(pilot, "1")
        await settle(app, pilot)
        await press(pilot, "x")
        await fill(pilot, next_step="measure", next_step_on="thu")
        await press(pilot, "ctrl+s")
        assert todo() == []
        await found(app, pilot)
        await press(pilot, "L")
        assert (stage(), todo()) == ("Measurement", [("Measure at Kim Ode", "Sue Orr", "05 08:00")])
        await settle(app, pilot)
        assert "Measure at Kim Ode for Sue Orr, due 2026-03-05 10:00; tells Sue Orr" in toasts(app)
        await press(pilot, "u")
        assert (stage(), todo()) == ("First call", [])
        await press(pilot, "L")
        assert todo() == [("Measure at Kim Ode", "Sue Orr", "05 08:00")]
    assert story.shell("notify").out == "sent 1 letter\n"


async def the_surveyor_attaches_the_sizes(story: Story) -> None:
    sizes = story.folder / "sizes.csv"
    sizes.write_text("opening,width,height\nkitchen,120,150\n")
    story.at("05 10:40")
    async with story.screen("Sue Orr") as (app, pilot):
        await press(pilot, "F")
        await fill(pilot, path=str(sizes))
        await press(pilot, "ctrl+s")
        assert [file.name for file in attachments.listed(deal=1)] == ["sizes.csv"]
        await press(pilot, "L")
        assert stage() == "Approval"
        assert ("Work out the price and call", "Ann Lee", "05 10:40") in todo()
        await press(pilot, "1")
        await settle(app, pilot)
        await press(pilot, "x")
        assert todo() == [("Work out the price and call", "Ann Lee", "05 10:40")]


async def the_price_is_worked_out(story: Story) -> None:
    """The offer and, by the move to Payment, the contract stand on the deal."""
    story.at("05 12:00")
    async with story.screen("Ann Lee") as (app, pilot):
        await press(pilot, "e")
        await fill(pilot, value="1,350", need="three oak windows, fitted")
        await press(pilot, "ctrl+s", "O", "o")
        await press(pilot, "escape")
        await press(pilot, "c", "r", "ctrl+s")
        await press(pilot, "L")
        assert stage() == "Payment"
        await settle(app, pilot)
        assert "contract-1-2026-03-05.md" in words(app)
        names = [file.name for file in attachments.listed(deal=1)]
        assert names == ["sizes.csv", "offer-1-2026-03-05.md", "contract-1-2026-03-05.md"]
        assert "Altogether: **1,350 EUR**" in attachments.read(2).decode()
        assert attachments.read(3).decode() == window.CONTRACT.format(service="three oak windows, fitted")


async def the_payment_lets_the_installer_know(story: Story) -> None:
    """The move asks for the day of the installation, which the installer then has as a task and by mail."""
    story.at("09 09:30")
    async with story.screen("Ann Lee") as (app, pilot):
        await press(pilot, "k", "P")
        await fill(pilot, amount="1,350", payment_method="transfer")
        await press(pilot, "ctrl+s", "escape")
        assert (purchases.get(1).amount_cents, purchases.get(1).client) == (135000, "Kim Ode")
        await press(pilot, "L")
        assert 'a deal in "Installation" needs next step on' in words(app)
        await fill(pilot, next_step="install", next_step_on="2026-03-12")
        await press(pilot, "ctrl+s")
        assert stage() == "Installation"
        assert ("Install at Kim Ode", "Ian Fox", "12 07:00") in todo()
    assert story.shell("notify").out == "sent 1 letter\n"
    assert "Subject: Install at Kim Ode on 2026-03-12, 9:00\n" in (story.folder / "mails").read_text()
    story.at("12 15:00")
    async with story.screen("Ann Lee") as (_, pilot):
        await press(pilot, "w")
        assert stage() == "Won"


async def the_manager_reads_the_report(story: Story) -> None:
    """One request, one deal won for 1,350, two calls of Ann's; all of it from the site."""
    story.at("13 09:00")
    async with story.screen("Mia Lund") as (app, pilot):
        await press(pilot, "6", "home", *("n",) * registry.names().index("business"))
        await pilot.pause(0.15)
        await settle(app, pilot)
        page = words(app)
        assert "▎ 1 before 0 ▎ 1 before 0 ▎ 0 before 0" in page
        assert "Ann Lee 2 1 0 1,350 EUR 1 1 100.0 %" in page
        assert "site 1 1 1 0 0 1,350 EUR" in page
