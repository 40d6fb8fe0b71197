"""Bases that the tests of the command line work on, and what a base holds, to be compared."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from crmtui import clock, team
from crmtui.activities import tasks
from crmtui.clients import clients, fields
from crmtui.exchange import importing
from crmtui.mailing import letters
from crmtui.present import messages
from crmtui.sales import attachments, deals, pipelines, products, purchases, rates
from crmtui.store import connection, rewind

PLAYBOOK = """\
[[rule]]
name = "cold"
on = "untouched"
after = "10 days"
[[rule.task]]
title = "Call about {deal}"
due = "tomorrow"
"""
"""A rule on time alone."""


def contents(path: Path) -> dict[str, list[Any]]:
    """Every row of every table of a base, the journal and the search index included."""
    base = connection.driver.connect(str(path))
    names = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    found = {name: base.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    base.close()
    return found


def twins(path: Path) -> None:
    """A small base in which `twin` may be two of every noun that a reference can mean."""
    with connection.opened(path, actor="tester", command="test"):
        for first in ("Ann", "Bob"):
            team.add({"name": f"{first} Twin", "email": f"{first.lower()}@example.com"})
            client = clients.add({"name": f"{first} Twin-Berg", "emails": [f"{first.lower()}@example.net"]})
            deals.add({"title": f"Twin door for {first}", "client": client.id, "value": "1200"})
            tasks.add(f"Twin call to {first}", client=client.id)
            glass = products.add({"name": f"Twin glass {first}", "price": "20"})
            purchases.add(client.id, "40", {"product": glass.id, "quantity": "2"})
            attachments.add("client", client.id, BytesIO(b"1200 x 800"), f"Twin plan {first}.txt")
            pipelines.ensure(f"Twin sales {first}", ["Twin start"])
        for noun in fields.NOUNS:
            fields.add(noun, "Twin fact")
        _beside()
        prepare()


def _beside() -> None:
    """What the examples name, and what was deleted, two of each again."""
    client = clients.add({"name": "Alderbrook Homes", "kind": "company", "tags": ["heritage"]})
    for name in ("Ann Twin-Gone", "Bob Twin-Gone", "Mara Kalns"):
        clients.delete(clients.add({"name": name}).id)
    for title in ("Twin gate for Ann", "Twin gate for Bob", "Winter garden"):
        deals.delete(deals.add({"title": title, "client": client.id}).id)
    clients.add({"name": "Wren Hawksmere"})


def prepare() -> None:
    """Something to take back and something to do again, and whatever else the examples work on."""
    pipelines.add("Repairs", ["Call"])
    rates.add("EUR", "1.085")
    fields.add("client", "Roof type", kind="choice", choices=["flat", "pitched"])
    if not purchases.count():
        purchases.add(1, "250", {"payment_method": "card"})
    attachments.add("client", 1, BytesIO(b"1200 x 800"), "plan.txt")
    importing.run("products", BytesIO(b"name,price\nDoor stop,4.50\n"), importing.Options(file_name="products.csv"))
    tasks.add("Order panes", items=["measure", "write to the works"])
    tasks.add("Ask", note="ask @" + team.get(1).name)
    _letter()
    for title in ("First", "Second"):
        tasks.add(title)
    rewind.undo()


def _letter() -> None:
    """A letter that waits to be sent."""
    member, at = team.get(1), clock.now()
    message = messages.of_text("A request waits", "Please call back.", at, to=member.email or "")
    with connection.current().writing():
        letters.put("an example", member, "A request waits", message)
