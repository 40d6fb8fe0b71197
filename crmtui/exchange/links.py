"""What rows of one kind name of another: reps, tags, clients, products, found or made; parents and managers without circles."""

from __future__ import annotations

from collections.abc import Mapping

from crmtui import team, texts
from crmtui.clients import clients
from crmtui.errors import Ambiguous, NotFound, Refused
from crmtui.exchange.cells import REMEMBERED
from crmtui.sales import products
from crmtui.store.bulk import selected
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold, letters, sort_key
from crmtui.store.reading import tuples
from crmtui.store.tables import Product, Rep, Tag

_BY_ID = (
    "SELECT c.id, c.name FROM external_id e JOIN client c ON c.id = e.record_id"
    " WHERE e.kind = 'client' AND e.system = ? AND c.deleted_at IS NULL AND e.value IN ({keys})"
)
_BY_MAIL = (
    "SELECT DISTINCT c.id, c.name FROM contact_point p JOIN client c ON c.id = p.client_id"
    " WHERE p.kind = 'email' AND c.deleted_at IS NULL AND p.\"key\" IN ({keys}) ORDER BY c.id"
)
_BY_NAME = "SELECT id, name FROM client WHERE kind = ? AND deleted_at IS NULL AND sort_key IN ({keys}) ORDER BY id"

Named = tuple[int, str]


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


class ClientRefs:
    """Clients as other records name them: by id in the other system, mail, or whole name (companies first)."""

    def __init__(self, system: str, make: bool) -> None:
        self._system = system
        self._make = make
        self._found: dict[tuple[str, str], Named | None] = {}
        self.made = 0

    def find(self, text: str, mail: str = "") -> Named | None:
        """Id and name of the client, None when there is none and it is to be made.

        Raises `NotFound` when it is not to be made, `Ambiguous` when several bear the name and the mail does not tell.
        """
        if (text, mail) not in self._found:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            self._found[text, mail] = self._search(texts.line(text, "client"), mail.strip())
        found = self._found[text, mail]
        if found is None and not self._make:
            raise NotFound(f'no client "{text or mail}"', "import or add the clients first, or pass --create-missing")
        return found

    def _search(self, name: str, mail: str) -> Named | None:
        hits: list[Named] = []
        if name:
            hits = [*selected(_BY_ID, [name], self._system)] or self._by_mail(name)
            hits = hits or [*selected(_BY_NAME, [sort_key(name)], "company")] or [*selected(_BY_NAME, [sort_key(name)], "person")]
        if len(hits) != 1 and mail:
            by_mail = self._by_mail(mail)
            hits = [hit for hit in by_mail if not hits or hit in hits] or hits
        if len(hits) > 1:
            raise Ambiguous(f'"{name or mail}" may be {len(hits)} clients', [], f"ids {', '.join(str(id_) for id_, _ in hits[:10])}")
        return hits[0] if hits else None

    def _by_mail(self, text: str) -> list[Named]:
        return [*selected(_BY_MAIL, [text.lower()])] if "@" in text else []

    def get(self, text: str, mail: str = "") -> Named:
        """Id and name of the client, made when it is missing: a company, or a person when nothing but a mail is known."""
        found = self.find(text, mail)
        if found is None:
            name = text.strip()
            values: dict[str, object] = {"name": name or mail, "kind": "company" if name and "@" not in name else "person"}
            if mail or "@" in name:
                values["emails"] = [mail or name]
            card = clients.add(values, allow_duplicate=True)
            found = self._found[text, mail] = (card.id, card.name)
            self.made += 1
        return found


class ProductRefs:
    """Products as deals name them: however the name is written, or by code."""

    def __init__(self, make: bool) -> None:
        self._make = make
        self._found: dict[str, int] = {}
        for id_, key, code in tuples(Product.select(Product.id, Product.key, Product.code).order_by(Product.id.desc())):
            self._found |= {letters(code): id_} if code else {}
            self._found[key] = id_
        self.made = 0

    def known(self, text: str) -> str:
        """The name as typed. Raises `NotFound` for a product that is not there and is not to be made."""
        name = texts.required(text, "product")
        if not self._make and letters(name) not in self._found:
            raise NotFound(f'no product "{name}"', "import or add the products first, or pass --create-missing")
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
            raise NotFound(f'no rep "{name}"', "import or add the reps first, or pass --create-missing")
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
