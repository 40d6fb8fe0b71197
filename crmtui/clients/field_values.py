"""What records have in their own fields: read by page, written, found by conditions like `roof_type=flat` or `budget>=1000`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Any, TypeVar

from peewee import ModelSelect, fn

from crmtui.clients import field_rules, fields
from crmtui.clients.field_rules import Field, Stored, Value
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass
from crmtui.store import own
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold
from crmtui.store.tables import OwnValue, Row

T = TypeVar("T", bound=Row)

COLUMNS = ("text", "key", "number", "currency")
_EMPTY: tuple[None, str, None, None] = (None, "", None, None)
_CONDITION = re.compile(r"(.*?)(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)
_SAME, _ORDER = ("=", "!="), ("<", "<=", ">", ">=")
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": (*_SAME, "~"), "choice": (*_SAME, "~"), "yes-no": _SAME,
    "number": (*_SAME, *_ORDER), "money": (*_SAME, *_ORDER), "date": (*_SAME, *_ORDER),
}  # fmt: skip
"""The operators that a field of each kind can be compared by."""

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Condition:
    """A field, an operator of `OPERATORS`, and the value compared with; None is for nothing at all."""

    field: Field
    operator: str
    value: Stored | None


def of(noun: str, ids: Sequence[int]) -> dict[int, dict[str, Value]]:
    """Record → name → value for records of a noun, in the order of the fields, None where there is nothing.

    A light query, and another one where there are own fields, however many they are.
    """
    known = own.defined(noun)
    blank: dict[str, Value] = {name: None for _, name, _ in known}
    found = {id_: dict(blank) for id_ in ids}
    words = {id_: (name, kind) for id_, name, kind in known}
    for record, field_id, *kept in own.held(list(words), ids):
        name, kind = words[field_id]
        found[record][name] = field_rules.value(kind, *kept)
    return found


def write(recorder: Recorder, noun: str, record_id: int, given: Mapping[str, str] | None) -> None:
    """Set own fields of a record, by name or label, from typed texts; an empty one empties.

    Raises `Unreadable` for a field that there is not; `Unreadable`, `Refused`, `Undecided` for a value, with the label of its field.
    """
    known = fields.defined(noun) if given else []
    for word, text in (given or {}).items():
        field = fields.named(noun, word, known)
        stored = field_rules.read(field, text)
        row = OwnValue.get_or_none(OwnValue.field == field.id, OwnValue.record_id == record_id)
        values = dict(zip(COLUMNS, stored or _EMPTY, strict=True))
        if row is not None:
            recorder.update(row, **values)
        elif stored is not None:
            recorder.insert(OwnValue, kind=noun, record_id=record_id, field=field.id, **values)


def conditions(noun: str, texts: Sequence[str]) -> list[Condition]:
    """Typed conditions like `roof_type=flat`, `budget>=1000`, `Roof type~pitch`; with nothing after `=` or `!=`, for nothing or anything.

    Raises `Unreadable` for what is no condition, an unknown field, an operator that its kind does not have, an unreadable value.
    """
    known = fields.defined(noun) if texts else []
    return [_condition(noun, text, known) for text in texts]


def _condition(noun: str, text: str, known: Sequence[Field]) -> Condition:
    parts = _CONDITION.fullmatch(text)
    if parts is None:
        raise Unreadable(f'"{text}" is no condition', "write it like roof_type=flat; operators: = != < <= > >= ~")
    field, operator, said = fields.named(noun, parts[1], known), parts[2], parts[3]
    able = OPERATORS[field.kind]
    if operator not in able:
        raise Unreadable(f'"{text}" cannot be asked: {field.name} is of the kind {field.kind}', f"operators: {' '.join(able)}")
    if operator == "~":
        return Condition(field, operator, (said, fold(said.strip()), None, None))
    value = field_rules.read(field, said)
    if value is None and operator not in _SAME:
        raise Unreadable(f'"{text}" compares with nothing', "write a value after the operator")
    return Condition(field, operator, value)


def _records(condition: Condition) -> tuple[Any, bool]:
    """The query of the records that a condition speaks of, and whether these pass it or all others do."""
    field, operator, value = condition.field, condition.operator, condition.value
    held = OwnValue.select(OwnValue.record_id).where(OwnValue.field == field.id)
    if value is None:
        return held.where(OwnValue.text.is_null(False)), operator == "!="
    _, key, number, currency = value
    if operator == "~":
        return held.where(OwnValue.text.is_null(False), fn.INSTR(OwnValue.key, key) > 0), True
    if operator in _SAME:
        return held.where(OwnValue.key == key, OwnValue.text.is_null(False)), operator == "="
    compared = _COMPARE[operator]
    if number is None:
        return held.where(compared(OwnValue.key, key), OwnValue.text.is_null(False)), True
    found = held.where(compared(OwnValue.number, number))
    return (found.where(OwnValue.currency == currency) if currency else found), True


def filtered(query: ModelSelect[T], id_column: Any, noun: str, texts: Sequence[str]) -> ModelSelect[T]:
    """The query of records of a noun, narrowed to those that pass every condition. Raises as `conditions`."""
    for records, among in map(_records, conditions(noun, texts)):
        query = query.where(id_column.in_(records) if among else id_column.not_in(records))
    return query
