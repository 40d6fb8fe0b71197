"""Which column of a file is which field: by the words that programs and people use for it, or as the user says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from crmtui.clients.field_rules import Field
from crmtui.errors import Refused, Unreadable, nearest
from crmtui.exchange.aliases import ALIASES, LABELS, SEVERAL
from crmtui.frozen import dataclass
from crmtui.store.keys import letters

IGNORED = ("", "-")
"""What a column is mapped to that is to be left out."""

KEPT = "+"
"""What a column is mapped to that is to become an own field."""

Keep = Callable[[str, Sequence[Field]], Field | None]
"""Makes a field of the name of a column, beside those that there are; None when it cannot be called so."""

_LONGEST_TOLD = 60

PARENTS = ("subsidiaryof", "parent", "parentcompany", "parentaccount", "parentaccountname", "parentorganization", "holding")
"""Columns that name the parent of a company."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file in order: their names, the field each went to (None: not read), and the label of a phone or mail column.

    `companies` says that the names in the file are those of companies; `own` are the own fields that the file fills.
    """

    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    labels: tuple[str, ...]
    companies: bool = False
    own: tuple[Field, ...] = ()

    def where(self, field: str) -> list[int]:
        """The places of the columns of a field, in the order of the file."""
        return [place for place, found in enumerate(self.fields) if found == field]

    def first(self, field: str) -> int | None:
        """The place of the only column of a field, None when the file has none."""
        return self.fields.index(field) if field in self.fields else None

    def told(self) -> dict[str, str | None]:
        """Column → field, for the result."""
        return dict(zip(self.header, self.fields, strict=True))


def assign(
    kind: str, header: Sequence[str], mapping: Mapping[str, str], own: Sequence[Field] = (), *, keep: Keep | None = None,
    keep_all: bool = True, usual: Mapping[int, str] | None = None, whole: bool = True,
) -> Columns:  # fmt: skip
    """The columns of a file of a kind (clients, deals, products, reps); `mapping` is column → field, `-` to leave a column out.

    `own` are the own fields of such records, known by name and label. `keep` makes a field of the name of a column that is unknown, or,
    without `keep_all`, of one that is mapped to `+`. Without `whole` a file that lacks what its kind needs is not refused.
    `usual` is place → field where a known program wrote the file: there several columns may fill one field; `mapping` comes before it.
    Raises `Refused` for a mapped column or field that there is not, for a name that two columns have, for a file of which
    no column is known.
    """
    names = _told_apart(header)
    given = _given(kind, names, mapping, own)
    known = _usual({place: _field(kind, field, own) for place, field in (usual or {}).items()}, given)
    _refuse_twins(header, names, known | given)
    fields = [(known | given).get(place) for place in range(len(names))]
    free = [place for place in range(len(names)) if fields[place] is None]
    by_word = _by_word(kind)
    taken = _worded(names, fields, free, own, by_word)
    if kind == "clients" and not {"name", "first_name", "last_name"} & taken and "company" in fields and fields.index("company") in free:
        fields[fields.index("company")] = "name"
        _name_parent(names, fields, free)
    fields = [None if field in IGNORED and place in known else field for place, field in enumerate(fields)]
    filled = [field for field in own if field.name in fields]
    if keep:
        filled += _kept(names, fields, own, keep, keep_all=keep_all)
    companies = kind == "clients" and "first_name" not in fields and _is_company(names, fields, by_word)
    if whole and not any(fields):
        told = ", ".join(map(_short, names[:10]))
        raise Refused(f"no column of the file is a field of {kind}: {told}", f'say which is which: --map "{_short(names[0])}=name"')
    if whole:
        _refuse_nameless(kind, names, fields)
    labels = [LABELS.get(letters(name), "") if field in ("phones", "emails") else "" for name, field in zip(names, fields, strict=True)]
    read = tuple(field if field not in IGNORED else None for field in fields)
    return Columns(tuple(names), read, tuple(labels), companies, tuple(filled))


def _worded(
    names: Sequence[str], fields: list[str | None], free: Sequence[int], own: Sequence[Field], by_word: Mapping[str, tuple[str, int]]
) -> set[str]:
    """Give the free columns the fields that their words mean, own fields first; the fields that no further column can fill."""
    taken = {field for field in fields if field} - SEVERAL
    own_words = _own_words(own)
    for place in free:
        if (field := own_words.get(letters(names[place]))) and field not in taken:
            fields[place] = field
            taken.add(field)
    unclaimed = [place for place in free if fields[place] is None]
    for place in sorted(unclaimed, key=lambda place: by_word.get(letters(names[place]), ("", 999))[1]):
        meant = by_word.get(letters(names[place]), (None, 0))[0]
        if meant and meant not in taken:
            fields[place] = meant
            taken |= {meant} - SEVERAL
    return taken


def _kept(names: Sequence[str], fields: list[str | None], own: Sequence[Field], keep: Keep, *, keep_all: bool) -> list[Field]:
    """The own fields made of unknown columns. Raises `Refused` for a column that is to be kept and cannot be called so."""
    present = [field for field in own if field.name in fields]
    made_of: list[Field] = []
    for place, name in enumerate(names):
        if fields[place] != KEPT and not (keep_all and fields[place] is None):
            continue
        if made := keep(name, [*own, *present, *made_of]):
            fields[place] = made.name
            made_of.append(made)
        elif fields[place] == KEPT:
            raise Refused(f'no own field can be called "{_short(name)}"', "map the column to a field, or leave it out")
    return made_of


def _usual(usual: Mapping[int, str], given: Mapping[int, str]) -> dict[int, str]:
    """What is usual, but for the columns and the fields that are given otherwise."""
    claimed = set(given.values()) - SEVERAL - set(IGNORED)
    return {place: field for place, field in usual.items() if place not in given and field not in claimed}


def _own_words(own: Sequence[Field]) -> dict[str, str]:
    """Folded name or label → the name of the own field."""
    return {letters(word): field.name for field in own for word in (field.label, field.name)}


def _name_parent(names: Sequence[str], fields: list[str | None], free: Sequence[int]) -> None:
    """In a file of companies a further company column is the parent."""
    for place in free:
        if fields[place] is None and letters(names[place]) in PARENTS:
            fields[place] = "company"
            return


def _is_company(names: Sequence[str], fields: Sequence[str | None], by_word: Mapping[str, tuple[str, int]]) -> bool:
    """Whether the column of the name is one that by its word holds companies."""
    return "name" in fields and by_word.get(letters(names[fields.index("name")]), ("", 0))[0] == "company"


def fields_of(kind: str) -> list[str]:
    """The fields that a file of a kind can fill."""
    return list(ALIASES[kind])


def _by_word(kind: str) -> dict[str, tuple[str, int]]:
    """Folded word → field and rank; of two columns for one field the one whose word stands first in the table is taken."""
    words: dict[str, tuple[str, int]] = {}
    for field, aliases in ALIASES[kind].items():
        for rank, alias in enumerate([field, *aliases.split(",")]):
            words.setdefault(letters(alias), (field, rank))
    return words


_NAMING = {"clients": ("name", "first_name", "last_name"), "products": ("name",), "reps": ("name",), "pipelines": ("stage",)}
_WHOSE = ("client", "client_email", "client_domain", "through", "deal")
_NEEDED = {
    "purchases": (("clients", _WHOSE), ("amounts", ("amount", "price")), ("days", ("bought_on",))),
    "interactions": (("clients", _WHOSE), ("days", ("at", "due", "created_at"))),
    "leads": (("clients", _WHOSE), ("days", ("at",))),
}


def _refuse_nameless(kind: str, names: Sequence[str], fields: Sequence[str | None]) -> None:
    wanted = _NAMING.get(kind)
    if wanted and not set(wanted) & set(fields):
        told = ", ".join(map(_short, names[:10]))
        hint = f'say which does: --map "{_short(names[0])}={wanted[0]}"'
        if kind == "clients" and "external_id" in fields:
            hint += "; leads of clients who are here already: crmtui import-csv leads FILE"
        raise Refused(f"no column of the file holds the names of {kind}: {told}", hint)
    for what, any_of in _NEEDED.get(kind, ()):
        if not set(any_of) & set(fields):
            told = ", ".join(map(_short, names[:10]))
            hint = f'say which does: --map "COLUMN={any_of[0]}"; when another file has it beside an id that both have: --join FILE'
            raise Refused(f"no column of the file holds the {what} of {kind}: {told}", hint)


def _short(name: str) -> str:
    """The name of a column as a sentence can hold it."""
    return name if len(name) <= _LONGEST_TOLD else f"{name[: _LONGEST_TOLD - 1]}…"


def _told_apart(header: Sequence[str]) -> list[str]:
    """The names of the columns; the second of one name gets `(2)` after it, so that it can be mapped."""
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _refuse_twins(header: Sequence[str], names: Sequence[str], given: Mapping[int, str]) -> None:
    unmapped = [names[place] for place, name in enumerate(header) if names[place] != name and place not in given]
    if unmapped:
        options = " ".join(f'--map "{_short(name)}=-"' for name in unmapped)
        twins = ", ".join(dict.fromkeys(_short(header[names.index(name)]) for name in unmapped))
        raise Refused(f"the file has more than one column called {twins}", f"say what the others are, or leave them out: {options}")


def _field(kind: str, field: str, own: Sequence[Field]) -> str:
    """A field by its name, or by another one that it goes by: `phone` is `phones`. Raises `Unreadable`."""
    known = [*fields_of(kind), *(each.name for each in own)]
    if field not in (*known, *IGNORED, KEPT):
        field = (_by_word(kind) | {word: (name, 0) for word, name in _own_words(own).items()}).get(letters(field), (field, 0))[0]
    if field not in (*known, *IGNORED, KEPT):
        raise Unreadable(f'no field "{field}" of {kind}', f"{nearest(field, known)} fields: {', '.join(known)}".strip())
    return field


def _given(kind: str, names: Sequence[str], mapping: Mapping[str, str], own: Sequence[Field]) -> dict[int, str]:
    found: dict[int, str] = {}
    for column, field in mapping.items():
        place = next((i for i, name in enumerate(names) if name == column), None)
        if place is None:
            place = next((i for i, name in enumerate(names) if letters(name) == letters(column)), None)
        if place is None:
            raise Unreadable(
                f'the file has no column "{column}"', f"{nearest(column, list(names))} columns: {', '.join(map(_short, names))}".strip()
            )
        found[place] = _field(kind, field.strip(), own)
    wanted = [field for field in found.values() if field not in (*IGNORED, KEPT) and field not in SEVERAL]
    if twice := next((field for field in wanted if wanted.count(field) > 1), None):
        raise Refused(f'two columns are mapped to "{twice}"', "it takes one")
    return found
