"""What can be done with clients: adding and changing them in forms, leads, purchases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crmtui.clients import clients
from crmtui.clients.records import Card
from screens.forms import fields
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

KINDS = (("person", "person"), ("company", "company"))
STATUSES = (("lead", "lead"), ("prospect", "prospect"), ("customer", "customer"), ("former", "former"))


def add(app: CrmApp, chosen: list[Subject]) -> None:
    """A new client."""

    def saved(card: Card) -> None:
        app.call_later(app.open, Subject("client", card.id))

    fill_in(app, Plan("New client", _fields(), _added, lambda card: f"added {card.name}", place="add-client"), saved)


def _fields() -> list[Field]:
    return [
        Field("name", "Name", required=True),
        Field("phones", "Phone"),
        fields.company("company", "Company"),
        Field("emails", "Mail"),
        Field("kind", "Kind", "person", choices=KINDS),
        Field("status", "Status", "lead", choices=STATUSES),
        fields.tag_names("tags", "Tags"),
        Field("notes", "Notes", prose=True),
    ]


def _added(typed: dict[str, str]) -> Card:
    values: dict[str, Any] = {name: text for name, text in typed.items() if text.strip() and name != "company"}
    for name in ("phones", "emails", "tags"):
        if name in values:
            values[name] = [part.strip() for part in values[name].split(",")]
    return clients.add(values)
