"""Time travel: what every report said at a moment it says again as of that moment, whatever was done since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crmtui import clock, dates, periods, team
from crmtui.activities import interactions, tasks
from crmtui.clients import clients, fields, merging
from crmtui.errors import Refused, Unreadable
from crmtui.present import plain
from crmtui.reports import registry
from crmtui.reports.registry import Options
from crmtui.sales import deals, followups, handovers, moves, pipelines, products, purchases, rates, removals, stages, trash
from crmtui.store import backups, rewind, takeback, travel, whole
from crmtui.store.connection import Base
from crmtui.store.tables import Client, Operation, database
from tests.logic.exchanging import taken

pytestmark = pytest.mark.usefixtures("base")

SHEET = "ID,Name,Email,Phone,City,Tags\n"
OUTSIDE = ("letter", "telling", "draft", "change", "import_batch", "thinning")
"""What is kept beside the journal."""


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], datetime]:
    """Sets the clock; the moment."""

    def put(text: str) -> datetime:
        monkeypatch.setenv("CRMTUI_NOW", text)
        return clock.now()

    return put


def told(turn: int) -> dict[str, Any]:
    """What every report says now: by turns as it is, and divided and narrowed in the ways that it offers."""
    found: dict[str, Any] = {}
    for name in registry.names():
        known = registry.entry(name)
        wanted = [Options(), *(Options(by=word) for word in known.by)]
        if "compare" in known.options:
            wanted += [Options(compare=word) for word in registry.COMPARE]
        if "owner" in known.options and team.any_reps():
            wanted.append(Options(owner=1))
        if "within" in known.options:
            wanted.append(Options(within=dates.read("3d")))
        if known.period:
            wanted.append(Options(period=periods.read("last-month")))
        found[name] = plain.report_dict(registry.run(name, wanted[turn % len(wanted)]))
    return found


def kept() -> dict[str, list[Any]]:
    """Every row that the journal knows of, without what is computed from others."""
    tables = (table for table in whole.tables() if table._meta.table_name not in OUTSIDE)
    return {table._meta.table_name: sorted(whole.read(table)) for table in tables}


def year() -> list[tuple[str, Callable[[], object]]]:
    """What a small team did in a year, a step a moment."""
    rows = "".join(f"{n},Ann {n},a{n}@x.lv,+3712{n:07d},Riga,t{n % 3}\n" for n in range(300))
    changed = "".join(f"{n},Anna {n},a{n}@x.lv,+3712{n:07d},Oslo,t{n % 2}\n" for n in range(0, 300, 3))
    return [
        ("2025-03-03T08:00:00Z", lambda: team.add({"name": "Ann Berg", "region": "North"})),
        ("2025-03-03T08:00:01Z", lambda: team.add({"name": "Ben Cole", "region": "South", "manager": 1})),
        ("2025-03-04T09:00:00Z", lambda: clients.add({"name": "Acme", "kind": "company", "owner": 1, "source": "fair"})),
        ("2025-03-04T09:30:00Z", lambda: deals.add({"title": "Doors", "client": 1, "value": "1200", "owner": 1})),
        ("2025-03-05T09:30:00Z", lambda: deals.add({"title": "Glass", "client": 1, "value": "EUR 900", "owner": 2})),
        ("2025-03-06T10:00:00Z", lambda: rates.add("EUR", "1.10")),
        ("2025-03-10T10:00:00Z", lambda: taken("clients", SHEET + rows)),
        ("2025-03-12T10:00:00Z", lambda: moves.move(1, "qualified")),
        (
            "2025-03-13T10:00:00Z",
            lambda: followups.log("call", 1, outcome="reached", deal=1, minutes=12, next_step="offer", move_to="proposal"),
        ),
        ("2025-03-14T10:00:00Z", lambda: products.add({"name": "Pane", "price": "20", "family": "Glass"})),
        ("2025-03-15T10:00:00Z", lambda: deals.edit(1, {"products": [1], "expected_close": "2025-04-20", "tags": ["oak"]})),
        ("2025-03-20T10:00:00Z", lambda: purchases.add(1, "300", {"product": 1})),
        ("2025-04-01T10:00:00Z", lambda: moves.move(1, "won")),
        ("2025-04-02T10:00:00Z", rewind.undo),
        ("2025-04-03T10:00:00Z", rewind.redo),
        ("2025-04-05T10:00:00Z", lambda: taken("clients", SHEET + changed)),
        ("2025-04-08T10:00:00Z", lambda: rewind.undo()),
        ("2025-04-09T10:00:00Z", lambda: clients.delete(clients.find("a7@x.lv"))),
        ("2025-04-20T10:00:00Z", lambda: tasks.add("Measure", due="2025-04-25", client=1, deal=2, assignee=2, items=["bring tape"])),
        ("2025-04-28T10:00:00Z", lambda: moves.move(2, "lost", reason="price")),
        ("2025-05-01T10:00:00Z", lambda: moves.move(2, "negotiation")),
        ("2025-05-02T10:00:00Z", lambda: merging.merge(clients.find("a8@x.lv"), clients.find("a9@x.lv"))),
        ("2025-05-03T10:00:00Z", lambda: trash.restore_client(_deleted("Ann 7"))),
        ("2025-05-04T10:00:00Z", lambda: fields.add("deal", "Roof", kind="choice", choices=["flat", "pitched"])),
        ("2025-05-05T10:00:00Z", lambda: deals.edit(1, {"fields": {"roof": "flat"}})),
        ("2025-06-01T10:00:00Z", lambda: stages.edit(2, probability=35, limit_days=9)),
        ("2025-06-02T10:00:00Z", lambda: removals.delete_stage(4, "proposal")),
        ("2025-06-03T10:00:00Z", lambda: pipelines.add("Repairs", ["Call", "Visit", "Won", "Lost"])),
        ("2025-06-04T10:00:00Z", lambda: deals.add({"title": "Hinge", "client": 1, "value": "50"}, stage=pipelines.find("Repairs/Visit"))),
        ("2025-07-01T10:00:00Z", lambda: handovers.hand_over(2, 1)),
        ("2025-07-02T10:00:00Z", lambda: clients.edit(1, {"name": "Zenith", "source": "web"})),
        ("2025-08-01T10:00:00Z", lambda: takeback.run(7)),
        ("2025-09-01T10:00:00Z", lambda: tasks.complete(1)),
        ("2025-10-01T10:00:00Z", lambda: interactions.log("meeting", client=1, deal=2, minutes=60)),
        ("2026-01-01T00:00:00Z", lambda: deals.delete(2)),
        ("2026-02-01T00:00:00Z", lambda: products.delete(1)),
    ]


def _deleted(name: str) -> int:
    return Client.get(Client.name == name).id


def test_every_report_as_of_a_moment_says_what_it_said_then(at: Callable[[str], datetime]) -> None:
    said: dict[datetime, tuple[Any, Any]] = {}
    for turn, (text, step) in enumerate(year()):
        moment = at(text)
        step()
        said[moment] = (told(turn) if turn % 3 == 0 else None), kept()
    at("2026-03-04T10:00:00Z")
    now = told(0), kept()
    for turn, (moment, before) in enumerate(said.items()):
        with travel.to(moment):
            assert (told(turn) if turn % 3 == 0 else None, kept()) == before, moment
    assert (told(0), kept()) == now
