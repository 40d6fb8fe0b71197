"""What the tests of the list of clients and of its forms share."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from crmtui import team
from crmtui.clients import clients, listing
from crmtui.store import connection, history
from screens.app import CrmApp
from screens.forms.form import Form
from screens.table import Table
from tests.tui.driving import press, settle, text

NAMES = ("Anna Berg", "Boris Ładny", "Ясенева садиба", "高森 小百合", "Zoë Quist")


def five_clients(folder: Path) -> Path:
    """A base of five clients and two reps; Anna Berg is the first."""
    path = folder / "few.db"
    with connection.opened(path, actor="tester", command="test"):
        team.add({"name": "Rhea Blom"})
        team.add({"name": "Sven Ott"})
        for place, name in enumerate(NAMES):
            clients.add({"name": name, "phones": [f"+3712000000{place}"], "status": "customer" if place % 2 else "lead", "owner": 1})
    return path


def table(app: CrmApp) -> Table:
    return app.view.query_one(Table)


def cursor(app: CrmApp) -> str:
    """The name of the client under the cursor."""
    subject = table(app).subject
    return clients.get(subject.id).name if subject else ""


def words(app: CrmApp) -> str:
    """The words on the screen, wherever its lines end."""
    return " ".join(text(app).replace("│", " ").split())


def alive(id_: int) -> bool:
    return id_ in listing.ids()


def operations() -> int:
    return history.count()


async def listed(app: CrmApp, pilot: Pilot[int]) -> None:
    """The list of clients, read whole."""
    await press(pilot, "3")
    await settle(app, pilot)


async def fill(pilot: Pilot[int], **typed: str) -> None:
    """Type into the fields of the form that is shown, by their names."""
    form = pilot.app.screen
    assert isinstance(form, Form)
    for name, words in typed.items():
        form.rows[name].editor.focus()
        form.rows[name].editor.typed = words
    await pilot.pause()


def below(app: CrmApp, name: str) -> str:
    """What stands below a field."""
    form = app.screen
    assert isinstance(form, Form)
    return str(form.rows[name]._below.render())
