"""Opening what is chosen: its client, its form, its history."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crmtui.blocks import Kind
from crmtui.present import text as shown
from crmtui.store import history as journal
from screens import keeper
from screens.forms.reading import Reading
from screens.lines import REST, Line, Part, plain
from screens.logging import about
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

FORMS = {
    "client": "screens.clients",
    "deal": "screens.deals",
    "task": "screens.tasks",
    "file": "screens.files",
    "purchase": "screens.clients",
}
"""Where the form of each noun is; an interaction has none: its client's page shows it."""


async def client(app: CrmApp, chosen: list[Subject]) -> None:
    """The page of the client that this is about."""
    found = keeper.ask(lambda: about(chosen))
    if found.value is None:
        app.refuse(found)
        return
    await app.open(Subject("client", found.value[0]))


async def edit(app: CrmApp, chosen: list[Subject]) -> None:
    """The form of a record; what has none opens its client."""
    noun = chosen[0].noun
    if noun not in FORMS:
        await client(app, chosen)
        return
    name = {"file": "show", "purchase": "edit_purchase"}.get(noun, "edit")
    done = getattr(import_module(FORMS[noun]), name)(app, chosen)
    if done is not None:
        await done


def history(app: CrmApp, chosen: list[Subject]) -> None:
    """Who changed what of it, and when, the newest first."""
    subject = chosen[0]
    changes = keeper.ask(lambda: journal.of(subject.noun, subject.id)).value or []
    lines = [
        Line(
            (
                Part(shown.value(each.at, Kind.MOMENT), 16, "muted"),
                Part(each.actor, 14, "muted"),
                Part(each.field, 20),
                Part(f"{each.before or '–'} → {each.after or '–'}", REST, "muted" if each.kind == "undo" else "text"),
            )
        )
        for each in reversed(changes)
    ]
    app.push_screen(Reading("History", lines or [plain("no change is known")]))
