"""What a rep does besides: rules of the playbook are told, documents are written, open work is handed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crmtui import team
from crmtui.clients import clients
from crmtui.sales import attachments, deals, playbooks
from crmtui.store.connection import current
from screens.app import CrmApp
from tests.tui.driving import deal, opened, paste, press, text, toasts

PLAYBOOK = """
[[rule]]
name = "measure"
on = "stage entered"
stage = "Sales/Qualified"
[[rule.task]]
title = "Measure at {client}"
due = "tomorrow"

[[rule]]
name = "broken"
on = "stage entered"
stage = "Sales/Nowhere"
[[rule.task]]
title = "Never"
"""


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[CrmApp]:
    """Ann's base: the client Kim (1) with the deal Roof (1); Ben works too."""
    with opened(tmp_path / "crm.db", rep="Ann") as app:
        current().actor_id, current().actor = team.add({"name": "Ann"}).id, "Ann"
        team.add({"name": "Ben"})
        deals.add({"title": "Roof", "client": clients.add({"name": "Kim"}).id, "owner": 1})
        yield app


async def test_what_rules_of_the_playbook_did_is_told_and_what_failed_as_a_warning(crm: CrmApp, tmp_path: Path) -> None:
    (tmp_path / "playbooks.toml").write_text(PLAYBOOK)
    playbooks.watch(current())
    async with crm.run_test(size=(100, 30), notifications=True) as pilot:
        await crm.open(deal(1))
        await press(pilot, "L")
        told = {str(each.message).split(":")[0]: each.severity for each in crm._notifications}
        assert "Measure at Kim" in text(crm)
    assert told['playbook "measure"'] == "information"
    assert [severity for words, severity in told.items() if "playbooks.toml" in words] == ["warning"]
    assert playbooks.notes(current()) == []


async def test_a_document_is_written_for_a_deal_and_attached(crm: CrmApp, tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "offer.md").write_text("To {{ client.name }}\n")
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "2", "O", "enter")
        assert "wrote offer-1-2026-03-04.md" in toasts(crm)
        assert "open it" in text(crm)
        await press(pilot, "g")
    assert [file.name for file in attachments.listed(deal=1)] == ["offer-1-2026-03-04.md"]


async def test_without_a_template_it_is_said_where_one_goes(crm: CrmApp) -> None:
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "2", "O")
        assert "there are no templates yet" in toasts(crm)


async def test_the_open_work_of_a_rep_is_handed_over_and_counted(crm: CrmApp) -> None:
    clients.edit(1, {"owner": 1})
    async with crm.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f9")
        await paste(pilot, "Ann")
        await press(pilot, "tab")
        await paste(pilot, "Ben")
        await press(pilot, "ctrl+s")
        await press(pilot)
        assert "from Ann to Ben: 1 deal, 1 client; u takes it back" in toasts(crm)
    assert (deals.get(1).owner, clients.get(1).owner) == ("Ben", "Ben")
