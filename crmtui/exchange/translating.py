"""The cells of another program's export → cells as we read them: labels, lists, ids, their words, one field from several columns.

What is read is translated, what is rejected stays as it came. Fields that no column of the file fills get a column of their own after
those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from crmtui import contacts
from crmtui.exchange.aliases import SEVERAL
from crmtui.exchange.cells import ID, Memo, Missing, Rejected, joined, split
from crmtui.exchange.columns import Columns
from crmtui.exchange.parties import HERE
from crmtui.exchange.profiles import TOGETHER, Export, places
from crmtui.store.bulk import selected
from crmtui.store.keys import letters

LISTS = ("emails", "phones", "tags", "contacts", "products")
"""Fields of which one cell may hold several."""

_ALWAYS_BETWEEN = (" ::: ", "\r\n", "\n", "\r")
_NO_YEAR = re.compile(r"-{1,2}(\d\d)-?(\d\d)")
_MAILS = re.compile(r"(?<=[^\s,;:])[,\s]+(?=[^\s,;:@]+@)")
_CALLED_BY = ("emails", "phones")
_CLIENT = (
    "SELECT c.id, c.name FROM external_id e JOIN client c ON c.id = e.record_id"
    " WHERE e.kind = 'client' AND e.system = ? AND c.deleted_at IS NULL AND e.value IN ({keys})"
)
_DEAL = "SELECT record_id FROM external_id WHERE kind = 'deal' AND system = ? AND value IN ({keys})"


class Translator:
    """Translates the rows of one file; `columns` are those of the translated rows."""

    def __init__(self, kind: str, found: Columns, export: Export | None, system: str) -> None:
        self._kind, self._system = kind, system
        self._words = export.words if export else {}
        self._nothing = export.nothing if export else frozenset()
        self._between = (*_ALWAYS_BETWEEN, *(export.between if export else ()))
        defaults = dict(export.defaults) if export else {}
        companies = found.companies or (kind == "clients" and defaults.pop("kind", "") == "company")
        overrules = [(one, place) for one in (export.overrules if export else ()) for place in places(one.column, found.header)]
        added = [field for field in dict.fromkeys([*defaults, *(one.field for one, _ in overrules)]) if field not in found.fields]
        if export and kind == "clients" and not companies:
            added += [field for field in ("name", "kind") if field not in found.fields and field not in added]
        self._added = len(added)
        self.columns = replace(
            found, header=(*found.header, *added), fields=(*found.fields, *added), labels=(*found.labels, *("" for _ in added)),
            companies=companies,
        )  # fmt: skip
        place_of = {field: place for place, field in reversed(list(enumerate(self.columns.fields))) if field}
        self._overrules = [(place_of[one.field], place, one.words) for one, place in overrules]
        self._defaults = [(place_of[field], value) for field, value in defaults.items()]
        self._lists = [place for place, field in enumerate(found.fields) if field in LISTS]
        self._mails = set(found.where("emails"))
        self._label_of = dict(self._labels(export, found.header)) if export else {}
        self._ids = {
            place: export.system_of(column, system) for column in (export.ids if export else ()) for place in places(column, found.header)
        } if export else {}  # fmt: skip
        self._clients = {of: Memo(partial(_client, of)) for of in {*self._ids.values(), system}}
        self._deals = Memo(partial(_deal, system))
        self._birthday = (place_of["birth_date"], place_of["notes"]) if export and {"birth_date", "notes"} <= place_of.keys() else None
        self._groups = self._several(export, found)
        self._simple = not export and not self._groups
        self._worded = [(place_of[field], words) for field, words in self._words.items() if field in place_of]
        self._named = bool(export) and kind == "clients" and not companies
        self._called_by = [place for field in _CALLED_BY for place in found.where(field)]
        self._parts = [place_of[field] for field in ("first_name", "last_name") if field in place_of]
        self._place_of = place_of
        self._either = (place_of["client"], place_of["deal"]) if "deal" in place_of and "client" in place_of else None

    def _labels(self, export: Export | None, header: Sequence[str]) -> list[tuple[int, int]]:
        """Places of a column of values and of the one with its labels."""
        pairs = [(value, label) for value, labels in export.labels.items() for label in labels] if export else []
        return [pair for value, label in pairs for pair in zip(places(value, header), places(label, header), strict=False)]

    def _several(self, export: Export | None, found: Columns) -> list[tuple[str, list[int]]]:
        """Fields with the places of their columns, where these are several or hold ids; in the order in which they count."""
        claimed = export.claimed(self._kind, found.header) if export else {}
        groups: dict[str, list[int]] = {}
        for place in [*claimed, *(place for place in range(len(found.fields)) if place not in claimed)]:
            field = found.fields[place]
            if field and field not in SEVERAL:
                groups.setdefault(field, []).append(place)
        return [(field, group) for field, group in groups.items() if len(group) > 1 or self._ids.keys() & set(group)]

    def cells(self, cells: Sequence[str]) -> list[str]:
        """A row as it is to be read. Raises `Rejected` for the id of a record that is not here."""
        if self._simple and not any(self._holds_several(place, cells[place]) for place in self._lists):
            return list(cells)
        found = [*cells, *([""] * self._added)]
        if not self._nothing.isdisjoint(found):
            found = ["" if cell in self._nothing else cell for cell in found]
        raw = found.copy()
        for place in self._lists:
            if found[place]:
                found[place] = self._list(place, found)
        for field, group in self._groups:
            self._fold(field, group, found)
        for place, words in self._worded:
            if said := found[place]:
                found[place] = words.get(letters(said), said)
        for place, column, words in self._overrules:
            if (told := words.get(letters(raw[column]))) is not None and raw[column]:
                found[place] = told
        for place, value in self._defaults:
            found[place] = found[place].strip() or value
        if self._birthday:
            self._keep_birthday(*self._birthday, found)
        if self._named:
            self._call(found)
        return found

    def by_column(self, columns: Sequence[Sequence[str]]) -> list[Sequence[str]] | None:
        """The columns of rows as `cells` translates each; None when one of them needs what only `cells` can do."""
        if self._groups or self._overrules or self._birthday or any(self._needs_care(place, columns) for place in self._lists):
            return None
        found = [*columns, *([("",) * len(columns[0])] * self._added)]
        if self._nothing:
            found = [
                cells if self._nothing.isdisjoint(cells) else ["" if cell in self._nothing else cell for cell in cells] for cells in found
            ]
        for place, words in self._worded:
            said = {cell: words.get(letters(cell), cell) for cell in set(found[place])}
            found[place] = [said[cell] for cell in found[place]]
        for place, value in self._defaults:
            found[place] = [cell.strip() or value for cell in found[place]]
        if self._named:
            name = self._place_of["name"]
            rows = zip(found[name], *(found[place] for place in self._parts), strict=True)
            found[name] = [said.strip() or " ".join(filter(None, map(str.strip, parts))) for said, *parts in rows]
            return found if all(found[name]) else None
        return found

    def _something(self, cells: Sequence[str]) -> Sequence[str]:
        """The cells of a column, empty where they stand for nothing in this program."""
        return cells if self._nothing.isdisjoint(cells) else ["" if cell in self._nothing else cell for cell in cells]

    def _needs_care(self, place: int, columns: Sequence[Sequence[str]]) -> bool:
        """Whether a cell of a column of lists may hold several values, or has a label beside it."""
        every = "".join(columns[place])
        if any(mark in every for mark in self._between) or (self._nothing and ";" in every):
            return True
        labelled = place in self._label_of and any(columns[self._label_of[place]])
        return labelled or (place in self._mails and ("," in every or " " in every))

    def _holds_several(self, place: int, cell: str) -> bool:
        """Whether a cell may hold several values that are not between semicolons."""
        return "\n" in cell or " ::: " in cell or "\r" in cell or (place in self._mails and ("," in cell or " " in cell))

    def _list(self, place: int, cells: Sequence[str]) -> str:
        """A cell of several values as `cells.split` reads it, each with its label."""
        cell = cells[place]
        for mark in self._between:
            if mark in cell:
                cell = cell.replace(mark, ";")
        if place in self._mails and ("," in cell or " " in cell):
            cell = _MAILS.sub(";", cell)
        if self._nothing and ";" in cell:
            cell = joined(item for item in split(cell) if item not in self._nothing)
        label = letters(cells[self._label_of[place]]) if place in self._label_of else ""
        if not label:
            return cell
        return joined(f"{label}: {item}" if label.isalpha() and len(label) <= 20 and ":" not in item else item for item in split(cell))

    def _fold(self, field: str, group: Sequence[int], cells: list[str]) -> None:
        """Put what several columns say of a field into the first of them. The ids of records that are here come before names."""
        known = [text for place in group if place in self._ids for text in self._linked(field, cells[place], self._ids[place])]
        said = [(place, text) for place in group if place not in self._ids and (text := cells[place].strip())]
        unknown = next((place for place in group if place in self._ids and cells[place].strip()), None)
        first = min(group)
        if known:
            cells[first] = "; ".join(known) if field == "contacts" else known[0]
        elif said and field in TOGETHER:
            cells[first] = TOGETHER[field].join(dict.fromkeys(text for _, text in said))
        elif said:
            cells[first] = said[0][1]
        elif unknown is not None and not self._moved(field, unknown, cells):
            noun = {"deal": "deal", "company": "company"}.get(field, "client")
            told = f'no {noun} with the id "{cells[unknown].strip()}" of {self._ids[unknown]}'
            why = Missing(ID, cells[unknown].strip(), told, f"import the {'companies' if noun == 'company' else f'{noun}s'} first")
            raise Rejected(self.columns.header[unknown], str(why), why)

    def _linked(self, field: str, cell: str, system: str) -> list[str]:
        """What the records of the ids in a cell are known by: the id of a deal, the name of a company, our own id of another client."""
        found = []
        for id_ in re.split(r"[;,\s]+", cell.strip()):
            if id_ and field == "deal" and self._deals[id_]:
                found.append(id_)
            elif id_ and field != "deal" and (hit := self._clients[system][id_]):
                found.append(hit[1] if field == "company" else f"{HERE}{hit[0]}")
        return found

    def _moved(self, field: str, place: int, cells: list[str]) -> bool:
        """Whether the id of a deal is that of a client after all, and has been taken as such."""
        if field != "deal" or self._either is None or not (hit := self._clients[self._ids[place]][cells[place].strip()]):
            return False
        client, deal = self._either
        cells[client] = cells[client].strip() or f"{HERE}{hit[0]}"
        cells[deal] = ""
        return True

    def _keep_birthday(self, born: int, notes: int, cells: list[str]) -> None:
        """A birthday without its year is no date, but is not lost."""
        if match := _NO_YEAR.fullmatch(cells[born].strip()):
            cells[born] = ""
            cells[notes] = "\n".join(filter(None, (cells[notes].strip(), f"birthday {match[1]}-{match[2]}")))

    def _call(self, cells: list[str]) -> None:
        """Name a person by the parts of the name; a contact without any is the company that it names, else is called by mail or phone."""
        name, kind, company = self._place_of["name"], self._place_of["kind"], self._place_of.get("company")
        cells[name] = cells[name].strip() or " ".join(part for place in self._parts if (part := cells[place].strip()))
        if cells[name]:
            return
        if company is not None and cells[company].strip():
            cells[name], cells[company], cells[kind] = cells[company], "", "company"
            return
        said = next((item for place in self._called_by for item in split(cells[place])), "")
        cells[name] = contacts.labelled(said)[1]


def _client(system: str, id_: str) -> tuple[int, str] | None:
    """Our id and the name of the client that has an id elsewhere."""
    hits = selected(_CLIENT, [id_], system)
    return (int(hits[0][0]), str(hits[0][1])) if hits else None


def _deal(system: str, id_: str) -> bool:
    return bool(selected(_DEAL, [id_], system))
