"""What rows of one kind name of another: reps, tags, products, found or made; parents and managers without circles."""

from __future__ import annotations

from collections.abc import Mapping

from crmtui import team, texts
from crmtui.errors import Refused
from crmtui.exchange.cells import Missing
from crmtui.sales import products
from crmtui.store.bulk import selected
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold, letters
from crmtui.store.reading import tuples
from crmtui.store.tables import ExternalId, Product, Rep, Tag


def circle(wanted: Mapping[int, int], table: str, column: str) -> int | None:
    """The id of a row that would belong to itself, directly or through others, if the rows got these parents; None when none would."""
    links: dict[int, int] = dict(wanted)
    outside = set(wanted.values()) - links.keys()
    while outside:
        found = dict(selected(f"SELECT id, {column} FROM {table} WHERE id IN ({{keys}}) AND {column} IS NOT NULL", outside))
        links = found | links
        outside = set(found.values()) - links.keys()
    for start in wanted:
        seen, step = {start}, links.get(start)
        while step is not None:
            if step in seen:
                return start
            seen.add(step)
            step = links.get(step)
    return None


class ProductRefs:
    """Products as other records name them: however the name is written, by code, or by id in the other system."""

    def __init__(self, make: bool, system: str = "") -> None:
        self._make = make
        self._found: dict[str, int] = {}
        outside = ExternalId.select(ExternalId.value, ExternalId.record_id).where(ExternalId.kind == "product", ExternalId.system == system)
        self._found |= {letters(value): id_ for value, id_ in tuples(outside)}
        for id_, key, code in tuples(Product.select(Product.id, Product.key, Product.code).order_by(Product.id.desc())):
            self._found |= {letters(code): id_} if code else {}
            self._found[key] = id_
        self.made = 0

    def known(self, text: str) -> str:
        """The name as typed. Raises `NotFound` for a product that is not there and is not to be made."""
        name = texts.required(text, "product")
        if not self._make and letters(name) not in self._found:
            raise Missing("product", name, f'no product "{name}"', "import or add the products first, or pass --create-missing")
        return name

    def get(self, name: str) -> int:
        """The id of a product, made when missing. Raises `Refused` when one that was there is gone."""
        found = self._found.get(letters(name))
        if found is None:
            if not self._make:
                raise Refused(f'product "{name}" was taken away while the file was read', "import the file again")
            found = self._found[letters(name)] = products.add({"name": name}).id
            self.made += 1
        return found


class RepRefs:
    """The reps of the base by folded name and mail. `make` says that unknown ones are made; `made` counts them."""

    def __init__(self, make: bool) -> None:
        self.make = make
        self.made = 0
        self._ids: dict[str, int] = {}
        for id_, name, email in tuples(Rep.select(Rep.id, Rep.name, Rep.email).order_by(Rep.id.desc())):
            self._ids |= {fold(key): id_ for key in (email, name) if key}

    def known(self, text: str) -> str | None:
        """The name as typed, None for an empty one. Raises `NotFound` for a rep who is not there and is not to be made."""
        name = texts.line(text, "rep")
        if name and not self.make and fold(name) not in self._ids:
            raise Missing("rep", name, f'no rep "{name}"', "import or add the reps first, or pass --create-missing")
        return name or None

    def find(self, name: str) -> int | None:
        """The id of a rep."""
        return self._ids.get(fold(name))

    def id_of(self, name: str, recorder: Recorder) -> int:
        """The id of a rep, made when missing. Raises `Refused` when one that was there is gone."""
        found = self._ids.get(fold(name))
        if found is not None:
            return found
        if not self.make:
            raise Refused(f'rep "{name}" was taken away while the file was read', "import the file again")
        values = {"name": name, "email": name} if "@" in name else {"name": name}
        row = recorder.insert(Rep, **team.check(values))
        self._ids[fold(name)] = row.id
        self.made += 1
        return row.id


class TagRefs:
    """The ids of tags by their folded names, made when missing."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._ids: dict[str, int] = dict(tuples(Tag.select(Tag.key, Tag.id)))

    def id_of(self, name: str) -> int:
        """The id of a tag."""
        key = fold(name)
        if key not in self._ids:
            self._ids[key] = self._recorder.insert(Tag, name=name, key=key).id
        return self._ids[key]
