"""Whom a row names: a client by id, mail or name, a company by its domain, the client of another record by that record's id.

A domain means companies only, never persons: the one company whose website is at that domain (with or without `www.`), or that has no
website and is called like the domain; else the one company that has a mail address there. The domains of free mail are nobody's.
"""

from __future__ import annotations

from typing import NamedTuple

from peewee import fn

from crmtui import texts
from crmtui.clients import clients
from crmtui.clients.hosts import FREE, host
from crmtui.errors import Ambiguous, NotFound, Refused
from crmtui.exchange.cells import REMEMBERED, Missing
from crmtui.store.bulk import selected
from crmtui.store.keys import letters, sort_key
from crmtui.store.reading import tuples
from crmtui.store.tables import Client

Named = tuple[int, str]

HERE = "\0"
"""What begins the name of a client that was found already, before our own id: no text of a file holds it."""

LEADS = " leads"
"""What is added to the name of a system for the ids of its leads: leads and activities may bear the same numbers."""

_BY_ID = (
    "SELECT c.id, c.name FROM external_id e JOIN client c ON c.id = e.record_id"
    " WHERE e.kind = 'client' AND e.system = ? AND c.deleted_at IS NULL AND e.value IN ({keys})"
)
_BY_OWN_ID = "SELECT id, name FROM client WHERE deleted_at IS NULL AND id IN ({keys})"
_BY_MAIL = (
    "SELECT DISTINCT c.id, c.name FROM contact_point p JOIN client c ON c.id = p.client_id"
    " WHERE p.kind = 'email' AND c.deleted_at IS NULL AND p.\"key\" IN ({keys}) ORDER BY c.id"
)
_BY_NAME = "SELECT id, name FROM client WHERE kind = ? AND deleted_at IS NULL AND sort_key IN ({keys}) ORDER BY id"
_MAILS = (
    'SELECT DISTINCT p."key", c.id, c.name FROM contact_point p JOIN client c ON c.id = p.client_id'
    " WHERE p.kind = 'email' AND c.kind = 'company' AND c.deleted_at IS NULL AND c.id > ? AND 0 IN ({keys}) ORDER BY c.id"
)
_THROUGH = (
    "SELECT DISTINCT c.id, c.name FROM external_id e JOIN {table} r ON r.id = e.record_id JOIN client c ON c.id = r.client_id"
    " WHERE e.kind = '{table}' AND e.system = ? AND c.deleted_at IS NULL AND e.value IN ({{keys}})"
)
_FILES = (
    ("lead", "leads", ("interaction",)), ("activity", "interactions", ("interaction", "task")), ("task", "tasks", ("task", "interaction")),
    ("deal", "deals", ("deal",)), ("opportunity", "deals", ("deal",)), ("sale", "purchases", ("purchase",)),
)  # fmt: skip
"""What the name of a column of links says: the kind of file to import first, the tables in which the record is looked for."""


class Who(NamedTuple):
    """What a row says of its client. `through` is the id of another record of that client, `column` where it stands."""

    name: str = ""
    mail: str = ""
    domain: str = ""
    through: str = ""
    column: str = ""

    @property
    def said(self) -> bool:
        """Whether it says anything."""
        return bool(self.name or self.mail or self.domain or self.through)

    @property
    def shown(self) -> str:
        """It in a word."""
        return self.name or self.domain or self.mail or self.through


class ClientRefs:
    """Clients as other records name them. `make` says that missing ones are made (`made` counts them)."""

    def __init__(self, system: str, make: bool) -> None:
        self._system = system
        self._make = make
        self._found: dict[Who, Named | None] = {}
        self._domains: Domains | None = None
        self.made = 0

    def find(self, who: Who) -> Named | None:
        """Id and name of the client, None when there is none and it is to be made.

        A name decides before a domain, a domain before another record, and that before a mail; of several of one name the mail
        tells. Raises `NotFound` when it is not to be made, `Ambiguous` when several are meant.
        """
        if who not in self._found:
            if len(self._found) > REMEMBERED:
                self._found.clear()
            self._found[who] = self._search(who)
        found = self._found[who]
        if found is None and (not self._make or not (who.name or who.mail or who.domain)):
            raise self._missing(who)
        return found

    def _missing(self, who: Who) -> NotFound:
        if who.name or (who.mail and not who.domain):
            told = f'no client "{who.shown}"'
            return Missing("client", who.shown, told, "import or add the clients first, or pass --create-missing")
        if who.domain:
            told = f'no company with the domain "{who.domain}"'
            return Missing("client", who.domain, told, "import the companies first, or pass --create-missing")
        noun = next((noun for word, noun, _ in _FILES if word in letters(who.column)), None)
        first = f"import its file first: crmtui import-csv {noun} FILE" if noun else "import the file that has these ids first"
        return NotFound(f'no record with the id "{who.through}" has a client', first)

    def _search(self, who: Who) -> Named | None:
        hits: list[Named] = []
        if who.name.startswith(HERE):
            hits = [*selected(_BY_OWN_ID, [int(who.name.removeprefix(HERE))])]
        elif name := texts.line(who.name, "client"):
            hits = [*selected(_BY_ID, [name], self._system)] or self._by_mail(name)
            hits = hits or [*selected(_BY_NAME, [sort_key(name)], "company")] or [*selected(_BY_NAME, [sort_key(name)], "person")]
        elif who.domain:
            self._domains = self._domains or Domains()
            return self._domains.find(who.domain)
        elif who.through:
            hits = self._through(who)
        if len(hits) != 1 and who.mail:
            by_mail = self._by_mail(who.mail)
            hits = [hit for hit in by_mail if not hits or hit in hits] or hits
        if len(hits) > 1:
            raise Ambiguous(f'"{who.shown}" may be {len(hits)} clients', [], f"ids {', '.join(str(id_) for id_, _ in hits[:10])}")
        return hits[0] if hits else None

    def _by_mail(self, text: str) -> list[Named]:
        return [*selected(_BY_MAIL, [text.lower()])] if "@" in text else []

    def _through(self, who: Who) -> list[Named]:
        word = letters(who.column)
        tables = next((tables for sign, _, tables in _FILES if sign in word), ("interaction", "task", "deal", "purchase"))
        systems = [self._system + LEADS, self._system] if "lead" in word else [self._system]
        for system in systems:
            for table in tables:
                if hits := [*selected(_THROUGH.format(table=table), [who.through], system)]:
                    return hits
        return [*selected(_BY_ID, [who.through], self._system)]

    def get(self, who: Who) -> Named:
        """Id and name of the client, made when it is missing: a company, or a person when nothing but a mail is known."""
        found = self.find(who)
        if found is None:
            card = clients.add(_values(who), allow_duplicate=True)
            found = self._found[who] = (card.id, card.name)
            self.made += 1
        return found


def _values(who: Who) -> dict[str, object]:
    if who.domain and not who.name:
        return {"kind": "company", "name": who.domain, "website": who.domain}
    name, mail = who.name.strip(), who.mail.strip()
    values: dict[str, object] = {"name": name or mail, "kind": "company" if name and "@" not in name else "person"}
    if mail or "@" in name:
        values["emails"] = [mail or name]
    return values


class Domains:
    """The companies by domain, as they are now."""

    def __init__(self) -> None:
        self._sites: dict[str, list[Named]] = {}
        self._mails: dict[str, list[Named]] = {}
        known = Client.select(Client.id, Client.name, Client.website).where(Client.kind == "company", Client.deleted_at.is_null())
        for id_, name, website in tuples(known.order_by(Client.id)):
            if found := host(website or name):
                self._sites.setdefault(found, []).append((id_, name))
        for key, id_, name in selected(_MAILS, [0], 0):
            _add(self._mails.setdefault(host(key), []), (id_, name))

    def find(self, domain: str) -> Named | None:
        """The company of a domain, None for none. Raises `Ambiguous` for several, `Refused` for what is no domain."""
        wanted = host(domain)
        if not wanted:
            raise Refused(f'"{domain}" is no domain', "write it like acme.com")
        hits = self._sites.get(wanted) or ([] if wanted in FREE else self._mails.get(wanted, []))
        if len(hits) > 1:
            ids = ", ".join(str(id_) for id_, _ in hits[:10])
            raise Ambiguous(f'"{domain}" may be {len(hits)} companies', [], f"ids {ids}")
        return hits[0] if hits else None


class CompanyNames:
    """The names of companies by domain, for rows that are linked to companies by name."""

    def __init__(self, make: bool) -> None:
        self._make = make
        self._domains: Domains | None = None
        self._twice: set[str] = set()

    def known(self, domain: str) -> str:
        """The name of the company of a domain; the domain itself when there is none and it is to be made.

        Raises `NotFound` when it is not to be made, `Ambiguous` when the name is that of another company too.
        """
        if self._domains is None:
            self._domains = Domains()
            same = Client.select(Client.sort_key).where(Client.kind == "company", Client.deleted_at.is_null())
            self._twice = {key for (key,) in tuples(same.group_by(Client.sort_key).having(fn.COUNT(Client.id) > 1))}
        found = self._domains.find(domain)
        if found is None:
            if not self._make:
                told = f'no company with the domain "{domain}"'
                raise Missing("client", domain, told, "import the companies first, or pass --create-missing")
            return host(domain)
        if sort_key(found[1]) in self._twice:
            raise Ambiguous(f'several companies are called "{found[1]}"', [], "tell them apart by their names first")
        return found[1]


def _add(found: list[Named], one: Named) -> None:
    if one not in found:
        found.append(one)
