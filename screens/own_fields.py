"""Own fields in forms: one field each, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crmtui.clients import fields as own
from crmtui.clients.field_rules import Field as Definition
from crmtui.clients.field_rules import Value, read
from screens.forms import fields
from screens.forms.fields import Field

_MARK = "own:"
"""Before the names of own fields in a form, so that none is taken for a built-in one."""

YES_NO = (("yes", "yes"), ("no", "no"), ("", "–"))


def made(noun: str, values: Mapping[str, Value]) -> list[Field]:
    """A form's fields for the own fields of a noun, with what a record holds."""
    held = texts(values)
    return [_field(each, held.get(_MARK + each.name, "")) for each in own.defined(noun)]


def _field(definition: Definition, value: str) -> Field:
    name = _MARK + definition.name
    if definition.kind == "choice":
        return Field(name, definition.label, value, choices=[*((word, word) for word in definition.choices), ("", "–")])
    if definition.kind == "yes-no":
        return Field(name, definition.label, value, choices=YES_NO)
    if definition.kind == "date":
        return fields.day(name, definition.label, value)

    def reads(text: str) -> str:
        read(definition, text)
        return ""

    return Field(name, definition.label, value, reads)


def texts(values: Mapping[str, Value]) -> dict[str, str]:
    """What a record holds in its own fields, as it is typed, by the names in a form."""
    return {_MARK + name: own.shown(value) or "" for name, value in values.items()}


def taken(typed: Mapping[str, str]) -> dict[str, Any]:
    """The texts of a form with those of the own fields put together under `fields`, as clients and deals take them."""
    plain: dict[str, Any] = {name: text for name, text in typed.items() if not name.startswith(_MARK)}
    held = {name.removeprefix(_MARK): text for name, text in typed.items() if name.startswith(_MARK)}
    return plain | ({"fields": held} if held else {})
