"""The published shape of the JSON: a JSON Schema (draft 2020-12) from a record's type hints, and that of every report."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from crmtui.present.meanings import meaning

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Any, dict[str, Any]] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Any: {},
}


def schema_of(record_type: type) -> dict[str, Any]:
    """The schema of one record: every field required, nothing else allowed. A hint that JSON has no form for is a `TypeError`."""
    return {"$schema": _DRAFT, **_object(record_type)}


def array_of(record_type: type) -> dict[str, Any]:
    """The schema of a list of such records."""
    return {"$schema": _DRAFT, "type": "array", "items": _object(record_type)}


def several_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of a list of what a schema tells."""
    return {"$schema": _DRAFT, "type": "array", "items": {key: value for key, value in schema.items() if key != "$schema"}}


def _object(record_type: type) -> dict[str, Any]:
    hints = typing.get_type_hints(record_type)
    names = [field.name for field in fields(record_type)]
    return {
        "title": record_type.__name__,
        "description": (record_type.__doc__ or "").strip().partition("\n")[0],
        "type": "object",
        "properties": {name: _told(record_type, name, hints[name]) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _told(record_type: type, name: str, hint: Any) -> dict[str, Any]:
    """The schema of a field, with what the field means where that is known."""
    said = meaning(record_type, name)
    return {**_schema(hint), **({"description": said} if said else {})}


def _schema(hint: Any) -> dict[str, Any]:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_schema(each) for each in inner]}
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _schema(inner[1])}
    if origin in (tuple, list, Sequence):
        return _array(origin, inner)
    if is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    raise TypeError(f"{hint} has no form in JSON")


def _array(origin: Any, inner: tuple[Any, ...]) -> dict[str, Any]:
    if origin is tuple and inner[-1:] != (...,):
        places = [_schema(each) for each in inner]
        return {"type": "array", "prefixItems": places, "minItems": len(places), "maxItems": len(places)}
    return {"type": "array", "items": _schema(inner[0])}


def report_schema() -> dict[str, Any]:
    """The schema of the object that every report is: figures and tables differ from report to report, their form does not."""
    day = {"anyOf": [_PLAIN[date], _PLAIN[types.NoneType]]}
    first, until = {**day, "description": "the first day"}, {**day, "description": "the day after the last"}
    return {
        "$schema": _DRAFT,
        "title": "Report",
        "description": "A report: figures and tables as they were at a moment, for a period or for none.",
        "type": "object",
        "properties": {
            "report": {"type": "string", "description": "the report's name"},
            "as_of": {**_PLAIN[datetime], "description": "the moment whose state the figures tell, in UTC"},
            "period": {"description": "from the first day up to, not including, the day `to`; null where there is no bound", "anyOf": [
                {"type": "object", "properties": {"from": first, "to": until}, "required": ["from", "to"], "additionalProperties": False},
                {"type": "null"},
            ]},
            "currency": {"type": "string", "description": "of amounts (…_cents) whose row names no other"},
            "figures": {"type": "object", "additionalProperties": {"type": ["number", "null"]},
                        "description": "the figures by name; null for one that cannot be told"},
            "tables": {"type": "object", "additionalProperties": {"type": "array", "items": {
                "type": "object", "additionalProperties": {"type": ["string", "number", "null"]}
            }}, "description": "the tables by name, each an array of rows: value by column"},
        },
        "required": ["report", "as_of", "period", "currency", "figures", "tables"],
        "additionalProperties": False,
    }  # fmt: skip
