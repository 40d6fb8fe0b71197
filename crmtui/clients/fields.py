"""Own fields of clients and deals: added, changed, deleted, found. What they hold is in `field_rules` and `field_values`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

from peewee import ModelSelect, fn

from crmtui import money, texts
from crmtui.clients import field_rules
from crmtui.clients.field_rules import KINDS, NOUNS, Amount, Field, Value
from crmtui.errors import Candidate, CrmError, NotFound, Refused, Unreadable, nearest
from crmtui.frozen import dataclass
from crmtui.store import bulk, references
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold, letters
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, OwnField, OwnValue

_BOTH = (
    "id", "kind", "name", "title", "status", "client", "company", "owner", "owner_id", "source", "region", "product", "month", "week",
    "tag", "tags", "notes", "currency", "external_id", "external_ids", "created_at", "updated_at", "fields", "tasks", "interactions",
    "files", "utm",
)  # fmt: skip
DIVIDING = ("choice", "yes-no")
"""The kinds of fields that reports can be divided by."""

LONGEST_NAME = 100
"""Characters in the name of a field."""

RESERVED: dict[str, tuple[str, ...]] = {
    "client": (
        *_BOTH, "first_name", "last_name", "status_reason", "company_id", "company_domain", "position", "emails", "phones", "email",
        "phone", "contact_points", "addresses", "street", "city", "postcode", "country", "roles", "role", "website", "birth_date",
        "sex", "marital_status", "income", "purpose", "industry", "founded", "employees", "revenue", "revenue_cents", "deals",
        "purchases", "purchase_totals", "consents",
    ),
    "deal": (
        *_BOTH, "client_id", "client_email", "client_domain", "through", "contacts", "contact", "pipeline", "stage", "stage_id",
        "outcome", "probability", "value", "value_cents", "need", "next_step", "next_step_on", "opened_at", "expected_close",
        "close_date", "closed_at", "stage_since", "stage_days", "limit_days", "late", "cold", "lost_reason", "competitor", "products",
        "moves", "health", "script", "checklist",
    ),
}  # fmt: skip
"""What fields of the program are called: no own field of that noun may have such a name."""


@dataclass(frozen=True, slots=True)
class FieldUse(Field):
    """An own field, and how many living records have something in it."""

    values: int

    @property
    def words(self) -> str:
        """The choices in a line, for lists."""
        return ", ".join(self.choices)


def defined(noun: str | None = None) -> list[Field]:
    """The own fields of a noun (client, deal) in their order, or those of clients and then of deals."""
    return [_field(row, place) for place, row in _placed(_living(noun))]


def _placed(rows: ModelSelect[OwnField]) -> list[tuple[int, OwnField]]:
    """The rows, each with its place among those of its noun."""
    seen: dict[str, int] = {}
    found = []
    for row in rows:
        seen[row.noun] = seen.get(row.noun, 0) + 1
        found.append((seen[row.noun], row))
    return found


def _living(noun: str | None = None) -> ModelSelect[OwnField]:
    query = OwnField.select().where(OwnField.deleted_at.is_null()).order_by(OwnField.noun, OwnField.position, OwnField.id)
    return query.where(OwnField.noun == noun) if noun else query


def _field(row: OwnField, place: int) -> Field:
    return Field(row.id, row.noun, row.name, row.label, row.kind, tuple(json.loads(row.choices or "[]")), place)


def shown(value: Value) -> str | None:
    """A value as people read it: `1,250 EUR`, `2,500.5`, `yes`, `2026-03-04`; None for nothing."""
    if isinstance(value, Amount):
        return money.shown(value.amount_cents, value.currency)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return field_rules.written(value) or None
    whole, point, part = field_rules.written(value).partition(".")
    return f"{int(whole):,}{point}{part}" if not whole.startswith("-0") else field_rules.written(value)


def uses(noun: str | None = None) -> list[FieldUse]:
    """The own fields as `defined` tells them, with their use."""
    counts: dict[int, int] = {}
    for table in (Client, Deal):
        held = OwnValue.select(OwnValue.field, fn.COUNT(OwnValue.id)).join(table, on=(OwnValue.record_id == table.id))
        held = held.where(OwnValue.kind == table._meta.table_name, OwnValue.text.is_null(False), table.deleted_at.is_null())
        counts |= dict(tuples(held.group_by(OwnValue.field)))
    return [FieldUse(**{f.name: getattr(each, f.name) for f in fields(each)}, values=counts.get(each.id, 0)) for each in defined(noun)]


def get(field_id: int) -> Field:
    """The own field of an id. Raises `NotFound`."""
    found = next((each for each in defined() if each.id == field_id), None)
    if found is None:
        raise NotFound(f"no own field {field_id}")
    return found


def find(ref: str) -> int:
    """The id of the own field that a person means: id, name, label, beginning of either, or `client/…`, `deal/…`.

    Raises `NotFound` with the fields there are, `Ambiguous`.
    """
    head, slash, tail = ref.partition("/")
    noun = head.strip().lower() if slash and head.strip().lower() in NOUNS else None
    known = {each.id: each for each in defined(noun)}
    word = tail if noun else ref
    digits = word.strip().removeprefix("#")
    if digits.isascii() and digits.isdigit() and int(digits[:19]) in known:
        return int(digits)
    key = letters(word.strip())
    hits = [each.id for each in known.values() if key in _words(each)]
    hits = hits or [each.id for each in known.values() if key and any(said.startswith(key) for said in _words(each))]
    return references.chosen(
        "field", ref, hits, lambda ids: [Candidate(i, _told(known[i])) for i in ids], lambda: _known(word, known.values())
    )


def named(noun: str, word: str, known: Sequence[Field] | None = None) -> Field:
    """The own field of a noun by its name or label. Raises `Unreadable` with those there are."""
    among = defined(noun) if known is None else known
    key = letters(word.strip())
    found = next((each for each in among if key in _words(each)), None)
    if found is None:
        raise Unreadable(f'no own field "{word.strip()}" of {noun}s', _known(word, among))
    return found


def dividing(word: str) -> Field | None:
    """The own field by which deals can be divided: a choice or a yes-no of deals, else of their clients, by its name or label."""
    key = letters(word.strip())
    able = [each for noun in ("deal", "client") for each in defined(noun) if each.kind in DIVIDING]
    return next((each for each in able if key in _words(each)), None)


def _known(word: str, among: Iterable[Field]) -> str:
    known = [each.name for each in among]
    if not known:
        return "there are none; crmtui add-field makes one"
    return f"{nearest(word.strip(), known)} own fields: {', '.join(known)}".strip()


def _words(field: Field) -> tuple[str, str]:
    return letters(field.name), letters(field.label)


def _told(field: Field) -> str:
    return f"{field.noun}/{field.name}"


def key_of(label: str) -> str:
    """The name of a field that is called so: small letters and digits of any script with underscores between; empty when it has none."""
    bare = unicodedata.normalize("NFKC", label.strip()).casefold()
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def add(noun: str, label: str, *, kind: str = "text", choices: Sequence[str] = (), name: str = "") -> Field:
    """Add an own field to a noun, after its others; its name is made of its label unless it is given.

    Raises `Unreadable` for an unknown noun or kind, `Refused` for a name that is taken, and for a choice without choices.
    """
    if noun not in NOUNS:
        raise Unreadable(f'no noun "{noun}"', f"own fields are of {' or '.join(NOUNS)}")
    wanted = texts.required(label, "name of the field")
    with operation(f"added field {wanted} of {noun}s") as recorder:
        return make(recorder, noun, wanted, kind, choices, name)


def make(recorder: Recorder, noun: str, label: str, kind: str = "text", choices: Sequence[str] = (), name: str = "") -> Field:
    """What `add` does, for an operation under way."""
    field = _shaped(Field(0, noun, _name(name, label), label, kind, (), 0), choices)
    known = defined(noun)
    refuse_taken(field, known)
    last = OwnField.select(fn.MAX(OwnField.position)).where(OwnField.noun == noun).scalar()
    position = 0 if last is None else last + 1
    row = recorder.insert(OwnField, noun=noun, name=field.name, label=label, kind=kind, choices=_packed(field.choices), position=position)
    return replace(field, id=row.id, position=len(known) + 1)


def _name(name: str, label: str) -> str:
    found = key_of(name or label)
    refuse_bad_name(found, name or label)
    return found


def refuse_bad_name(name: str, said: str = "") -> None:
    """Refuse the name of a field, made of what was said, that has no letters or is too long. Raises `Refused`."""
    if not re.search(r"[^\W\d_]", name):
        raise Refused(f'the name "{said}" of the field has no letters', "give one with --name")
    texts.line(name, "name of the field", LONGEST_NAME)


def _packed(choices: Sequence[str]) -> str | None:
    return json.dumps(list(choices), ensure_ascii=False) if choices else None


def refuse_taken(field: Field, known: Sequence[Field]) -> None:
    """Refuse a name or label that the program or another own field of the noun has. Raises `Refused`."""
    for word in (field.name, field.label):
        key = letters(word)
        if key in {letters(each) for each in RESERVED[field.noun]}:
            raise Refused(f'"{word}" is a field of every {field.noun} already', "give another name with --name, and another label")
        twin = next((each for each in known if key in _words(each) and (each.id != field.id or not field.id)), None)
        if twin is not None:
            raise Refused(f'there is an own field "{twin.label}" ({_told(twin)}, {twin.id}) already')


def _shaped(field: Field, choices: Sequence[str]) -> Field:
    """The field with its choices. Raises `Unreadable` for an unknown kind, `Refused` for choices that do not fit it."""
    if field.kind not in KINDS:
        raise Unreadable(f'no kind of field "{field.kind}"', f"{nearest(field.kind, list(KINDS))} kinds: {', '.join(KINDS)}".strip())
    wanted = tuple(texts.required(each, "choice") for each in choices)
    if (field.kind == "choice") != bool(wanted):
        lacks = "a choice needs its choices" if field.kind == "choice" else f"a field of the kind {field.kind} has no choices"
        raise Refused(lacks, "for example --kind choice --choices 'flat,pitched'")
    twice = next((each for place, each in enumerate(wanted) if fold(each) in map(fold, wanted[:place])), None)
    if twice is not None:
        raise Refused(f'the choice "{twice}" is named twice')
    return replace(field, choices=wanted)


def edit(
    field_id: int,
    *,
    label: str | None = None,
    name: str | None = None,
    kind: str | None = None,
    choices: Sequence[str] | None = None,
    position: int | None = None,
) -> Field:
    """Change an own field; None leaves as it is. Values stay, written in the way of the new kind; `position` is 1 for the first.

    Raises `NotFound`, `Unreadable`, and `Refused` for a name that is taken, a place that there is not, and while a value
    does not fit the new kind or choices.
    """
    with operation() as recorder:
        before = get(field_id)
        recorder.summary = f"changed field {before.label} of {before.noun}s"
        wanted = replace(before, kind=kind or before.kind)
        if label is not None:
            wanted = replace(wanted, label=texts.required(label, "name of the field"))
        if name is not None:
            wanted = replace(wanted, name=_name(name, name))
        if kind is not None or choices is not None:
            kept = before.choices if wanted.kind == "choice" else ()
            wanted = _shaped(wanted, kept if choices is None else choices)
        refuse_taken(wanted, defined(before.noun))
        if (wanted.kind, wanted.choices) != (before.kind, before.choices):
            _fit(recorder, wanted)
        row = OwnField.get_by_id(field_id)
        recorder.update(row, label=wanted.label, name=wanted.name, kind=wanted.kind, choices=_packed(wanted.choices))
        if position is not None:
            _place(recorder, before, position)
    return get(field_id)


def _fit(recorder: Recorder, field: Field) -> None:
    """Write the values of a field in the way of its new kind and choices. Raises `Refused` for the first that does not fit."""
    read: dict[str, field_rules.Stored | None] = {}
    wanted: dict[int, Mapping[str, object]] = {}
    held = OwnValue.select(OwnValue.id, OwnValue.record_id, OwnValue.text).where(OwnValue.field == field.id, OwnValue.text.is_null(False))
    for id_, record, text in held.order_by(OwnValue.id).tuples().iterator():
        if text not in read:
            try:
                read[text] = field_rules.bare(field, text)
            except CrmError as why:
                raise Refused(f'{field.noun} {record} has "{text}" there: {why}', "change it first, or keep the field as it is") from None
        wanted[id_] = dict(zip(("text", "key", "number", "currency"), read[text] or (), strict=True))
    bulk.update_differing(recorder, OwnValue, wanted)


def _place(recorder: Recorder, field: Field, position: int) -> None:
    rows = list(_living(field.noun))
    if not 1 <= position <= len(rows):
        raise Refused(f"{position} is no place among {len(rows)} own fields of {field.noun}s", f"from 1 to {len(rows)}")
    moved = next(row for row in rows if row.id == field.id)
    rows.remove(moved)
    rows.insert(position - 1, moved)
    for place, row in enumerate(rows):
        recorder.update(row, position=place)


def delete(field_id: int) -> Field:
    """Take an own field out of every list, form and file; its values are kept, and undo brings both back. Raises `NotFound`."""
    with operation() as recorder:
        field = get(field_id)
        recorder.summary = f"deleted field {field.label} of {field.noun}s"
        recorder.update(OwnField.get_by_id(field_id), deleted_at=recorder.at)
    return field


__all__ = [
    "DIVIDING", "NOUNS", "RESERVED", "Field", "FieldUse", "add", "defined", "delete", "dividing", "edit", "find", "get", "key_of", "make",
    "named", "refuse_bad_name", "refuse_taken", "shown", "uses",
]  # fmt: skip
