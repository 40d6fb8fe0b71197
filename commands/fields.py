"""Commands on own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from commands.parameters import FieldRef
from commands.results import Done, Listing

if TYPE_CHECKING:
    from crmtui.clients.field_rules import Field as Own

Noun = Literal["client", "deal"]
Kind = Literal["text", "number", "money", "date", "choice", "yes-no"]
Field = Annotated[FieldRef, Argument(help="The field; client/name or deal/name where both have it.")]


def add_field(
    noun: Annotated[Noun, Argument(help="Whose field it is.")],
    label: Annotated[str, Argument(help="What people read over it.")],
    *,
    kind: Annotated[Kind, Option(help="What it holds.")] = "text",
    choices: Annotated[str, Option(help="The words of a choice, in order.", metavar="A,B,…")] = "",
    name: Annotated[str, Option(help="Its name in options, JSON and CSV; made of the label otherwise.", metavar="NAME")] = "",
) -> Done:
    """Add a field of your own to clients or deals. From then on adding, changing, lists, files and pages know it."""
    from crmtui.clients import fields

    return _done("added", fields.add(noun, label, kind=kind, choices=_words(choices) or (), name=name))


def edit_field(
    field: Field,
    *,
    label: Annotated[str | None, Option(help="What people read over it.")] = None,
    name: Annotated[str | None, Option(help="Its name in options, JSON and CSV.", metavar="NAME")] = None,
    kind: Annotated[Kind | None, Option(help="What it holds; what is there must fit.")] = None,
    choices: Annotated[str | None, Option(help="The words of a choice, in order; those in use must stay.", metavar="A,B,…")] = None,
    position: Annotated[int | None, Option(help="Its place among the own fields of clients or of deals, 1 for the first.")] = None,
) -> Done:
    """Change a field of your own. What records have in it stays; the first that does not fit a new kind or choices is named."""
    from crmtui.clients import fields

    return _done("changed", fields.edit(field, label=label, name=name, kind=kind, choices=_words(choices), position=position))


def list_fields(noun: Annotated[Noun | None, Argument(help="Only of clients, or of deals.", show_default=False)] = None) -> Listing:
    """List your own fields in their order, with how many clients or deals have something in each."""
    from crmtui.clients import fields
    from crmtui.present import lists

    return Listing(fields.uses(noun), lists.OWN_FIELDS, fields.FieldUse, empty="no own fields")


def delete_field(field: Field) -> Done:
    """Delete a field of your own. It leaves every list, page and file; undo brings it back with all that was in it."""
    from crmtui.clients import fields

    return _done("deleted", fields.delete(field))


def _words(choices: str | None) -> list[str] | None:
    return None if choices is None else [each for each in choices.split(",") if each.strip()]


def _done(verb: str, field: Own) -> Done:
    way = f"{field.kind}: {', '.join(field.choices)}" if field.choices else field.kind
    return Done(f"{verb} field {field.id} {field.label} of {field.noun}s ({field.name}, {way})", field, field.id)
