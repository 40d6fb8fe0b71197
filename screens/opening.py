"""Opening what is chosen: its client, its form, its history."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING

from crmtui.activities import interactions
from crmtui.activities.interactions import Contact
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
    "client": ("screens.clients", "edit"),
    "deal": ("screens.deals", "edit"),
    "task": ("screens.tasks", "edit"),
    "purchase": ("screens.clients", "edit_purchase"),
    "file": ("screens.files", "show"),
    "mention": ("screens.mentions", "show"),
}
"""Where the form of each noun is; that of a file is the program of the desktop, that of a mention the note which it is in."""


async def client(app: CrmApp, chosen: list[Subject]) -> None:
    """The page of the client that this is about."""
    found = keeper.ask(lambda: about(chosen))
    if found.value is None:
        app.refuse(found)
        return
    await app.open(Subject("client", found.value[0]))


async def edit(app: CrmApp, chosen: list[Subject]) -> None:
    """The form of a record."""
    module, name = FORMS[chosen[0].noun]
    done = getattr(import_module(module), name)(app, chosen)
    if done is not None:
        await done


async def record(app: CrmApp, subject: Subject) -> None:
    """What opens for a record that has no page: its form, or the whole of it to read."""
    if subject.noun in FORMS:
        await edit(app, [subject])
    elif subject.noun == "interaction":
        contact = interactions.load([subject.id])[0]
        app.push_screen(Reading(f"{contact.kind.capitalize()} with {contact.client or 'nobody'}", list(_interaction(contact))))
    else:
        app.say(f"a {subject.noun} has no page; the shell's crmtui edit-{subject.noun} changes it")


def _interaction(contact: Contact) -> Iterator[Line]:
    """All that is known of an interaction; its note as it was written."""
    way = {"in": "they to us", "out": "we to them"}.get(contact.direction or "")
    minutes = f"{contact.minutes} min" if contact.minutes is not None else None
    told = (
        ("when", shown.value(contact.at, Kind.MOMENT)), ("with", contact.client), ("deal", contact.deal), ("way", way),
        ("outcome", contact.outcome), ("length", minutes), ("by", contact.rep), ("subject", contact.subject),
    )  # fmt: skip
    yield from (Line((Part(label, 9, "muted"), Part(text, REST)), wraps=True) for label, text in told if text)
    for place, text in enumerate((contact.note or "").split("\n") if contact.note else ()):
        yield Line((Part("" if place else "note", 9, "muted"), Part(text, REST)), wraps=True)


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
            ),
            wraps=True,
        )
        for each in reversed(changes)
    ]
    app.push_screen(Reading("History", lines or [plain("no change is known")]))
