"""Clients: added, changed, deleted, found, listed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from peewee import ModelSelect

from crmtui import contacts, texts
from crmtui.clients import consents, field_values, records, rules, sorting, tags
from crmtui.clients.records import Card
from crmtui.errors import Candidate, Doubtful, NotFound, Refused
from crmtui.store import external, references, search
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold, sort_key
from crmtui.store.reading import ids, paged, tuples
from crmtui.store.tables import Address, Client, ClientRole, ClientTag, ContactPoint, Deal, Tag


def add(values: Mapping[str, Any], *, allow_duplicate: bool = False, company_named: str = "") -> Card:
    """Add a client from typed texts (see `rules.check`); kind person, status lead and the actor's own unless given.

    `company_named`, unless empty, is the company it belongs to by its whole name; one that nobody knows is added with it. Raises
    `Refused` without a name, for a mail (or a phone under the same name) that another client has, and for a name that several
    companies have.
    """
    return get(enter(values, allow_duplicate=allow_duplicate, company_named=company_named))


def enter(values: Mapping[str, Any], *, allow_duplicate: bool = False, company_named: str = "") -> int:
    """Add a client as `add` does and say only its id, for those who enter many."""
    checked = rules.check({"kind": "person", "status": "lead", **values})
    name = texts.required(checked.columns.get("name") or "", "name of the client")
    with operation(f"added client {name}") as recorder:
        if not allow_duplicate:
            _refuse_duplicate(name, checked, None)
        if company_named.strip():
            checked.columns["company"] = _company(company_named)
        _refuse_bad_company(None, checked.columns.get("company"))
        checked.columns.setdefault("owner", current().actor_id)
        row = recorder.insert(Client, **checked.columns)
        _write_parts(recorder, row.id, checked)
    return row.id


def edit(client_id: int, values: Mapping[str, Any], *, allow_duplicate: bool = False, company_named: str = "") -> Card:
    """Change what `values` holds (see `rules.check`); an empty text empties a field, a list replaces the former one.

    `company_named` is as in `add`. Raises `NotFound`, and `Refused` as `add` does.
    """
    checked = rules.check(values)
    if "name" in checked.columns:
        texts.required(checked.columns["name"], "name of the client")
    with operation() as recorder:
        row = _row(client_id)
        recorder.summary = f"changed client {row.name}"
        if not allow_duplicate and (checked.emails or checked.phones):
            _refuse_duplicate(checked.columns.get("name") or row.name, checked, client_id)
        if company_named.strip():
            checked.columns["company"] = _company(company_named)
        _refuse_bad_company(client_id, checked.columns.get("company"))
        recorder.update(row, **checked.columns)
        _write_parts(recorder, client_id, checked)
    return get(client_id)


def delete(client_id: int, *, with_deals: bool = False) -> Card:
    """Take a client out of every list and search; history and undo keep it. Open deals must go with it by `with_deals`.

    Raises `NotFound`, and `Refused` when open deals would be left behind.
    """
    with operation() as recorder:
        row = _row(client_id)
        recorder.summary = f"deleted client {row.name}"
        card = get(client_id)
        deals = list(Deal.select().where(Deal.client == client_id, Deal.deleted_at.is_null(), Deal.closed_at.is_null()))
        if deals and not with_deals:
            noun = "an open deal" if len(deals) == 1 else f"{len(deals)} open deals"
            raise Refused(f"{row.name} has {noun}", "close or delete them first, or pass --with-deals")
        for deal in deals:
            recorder.update(deal, deleted_at=recorder.at)
        recorder.update(row, deleted_at=recorder.at)
    return card


def tag(client_id: int, names: Sequence[str]) -> Card:
    """Put tags on a client beside those it has. Raises `NotFound`, `Refused` for an empty one."""
    with operation() as recorder:
        recorder.summary = f"tagged client {_row(client_id).name}"
        tags.put(recorder, "client", client_id, names)
    return get(client_id)


def untag(client_id: int, names: Sequence[str]) -> Card:
    """Take tags off a client; those it does not have are no matter. Raises `NotFound`, also for a tag that nobody knows."""
    with operation() as recorder:
        recorder.summary = f"untagged client {_row(client_id).name}"
        tags.take(recorder, "client", client_id, names)
    return get(client_id)


def get(client_id: int) -> Card:
    """The client of an id. Raises `NotFound`."""
    _row(client_id)
    return records.load([client_id])[0]


def find(ref: str) -> int:
    """The id of the client that a person means: id, mail, phone, name or part of it. Raises `NotFound`, `Ambiguous`."""
    keyed: list[int] = []
    if "@" in ref:
        keyed = _with_key(ref.strip().lower())
    elif digits := contacts.phone_digits(ref):
        keyed = _with_phone(ref, digits)
    return references.resolve("client", "client", ref, labels, keyed)


def labels(wanted: Sequence[int]) -> list[Candidate]:
    """The words that tell clients apart: name, company, main mail or phone."""
    return [Candidate(c.id, _label(c)) for c in records.load(wanted)]


def _label(card: Card) -> str:
    return worded(card.name, card.company, next(iter(card.emails or card.phones), None))


def worded(name: str, company: str | None, point: str | None) -> str:
    """The words that tell a client apart: the name, in brackets the company and a way to reach them."""
    beside = ", ".join(part for part in (company, point) if part)
    return f"{name} ({beside})" if beside else name


def _with_key(key: str) -> list[int]:
    rows = ContactPoint.select(ContactPoint.client).join(Client).where(ContactPoint.key == key, Client.deleted_at.is_null())
    return ids(rows.distinct())


def _with_phone(ref: str, digits: str) -> list[int]:
    """Clients with this very number; a local way of writing it finds the international one by its last digits."""
    try:
        exact = _with_key(contacts.phone(ref)[1])
    except Refused:
        exact = []
    if exact or len(digits) < 7:
        return exact
    return search.found("client", digits.lstrip("0"), 50)


def page(*, limit: int = 50, offset: int = 0, sort: str = "name", descending: bool = False, **filters: Any) -> list[Card]:
    """One page of the clients that pass the filters (see `matching`), in a fixed order."""
    return records.load(sorting.first(matching(**filters), sort, descending, limit, offset))


def every(*, sort: str = "name", descending: bool = False, **filters: Any) -> Iterator[Card]:
    """All the clients that pass the filters, read a page at a time so that memory stays flat."""
    return paged(records.load, [id_ for part in sorting.parts(matching(**filters), sort, descending) for id_ in ids(part)])


def count(**filters: Any) -> int:
    """How many clients pass the filters."""
    return matching(**filters).count()


def matching(
    *,
    words: str = "",
    kind: str | None = None,
    status: str | None = None,
    owner: int | None = None,
    company: int | None = None,
    source: str | None = None,
    tag: str | None = None,
    role: str | None = None,
    may: str | None = None,
    where: Sequence[str] = (),
) -> ModelSelect[Client]:
    """The ids of the living clients that pass every filter given; `words` must all be found as a search finds them.

    `may` is a channel (see `consents`) to which they said yes; `where` are conditions on own fields (see `field_values.conditions`).
    Raises `Unreadable`.
    """
    query = Client.select(Client.id).where(Client.deleted_at.is_null())
    if words:
        query = query.where(search.matches(Client, words))
    if kind:
        query = query.where(Client.kind == rules.READERS["kind"](kind))
    if status:
        query = query.where(Client.status == rules.READERS["status"](status))
    if owner:
        query = query.where(Client.owner == owner)
    if company:
        query = query.where(Client.company == company)
    if source:
        query = query.where(Client.source == source)
    if tag:
        query = query.where(Client.id.in_(ClientTag.select(ClientTag.client).join(Tag).where(Tag.key == fold(tag))))
    if role:
        query = query.where(Client.id.in_(ClientRole.select(ClientRole.client).where(ClientRole.role == rules.role(role))))
    if may:
        query = query.where(Client.id.in_(consents.granted(may)))
    return field_values.filtered(query, Client.id, "client", where)


def _row(client_id: int) -> Client:
    row = Client.get_or_none(Client.id == client_id, Client.deleted_at.is_null())
    if row is None:
        raise NotFound(f"no client {client_id}")
    found: Client = row
    return found


def refuse_return(row: Client) -> None:
    """Refuse to bring a deleted client back while another has its mail, or its phone under its name. Raises `Refused`."""
    points = list(ContactPoint.select().where(ContactPoint.client == row.id))
    mails, phones = ([(p.value, p.key, p.label) for p in points if p.kind == kind] for kind in ("email", "phone"))
    _refuse_duplicate(row.name, rules.Checked(emails=mails, phones=phones), row.id)


def _refuse_duplicate(name: str, checked: rules.Checked, client_id: int | None) -> None:
    mails = [key for _, key, _ in checked.emails or ()]
    phones = [key for _, key, _ in checked.phones or ()]
    query = (
        Client.select(Client.id, Client.name, ContactPoint.value, ContactPoint.kind)
        .join(ContactPoint)
        .where(ContactPoint.key.in_(mails + phones), Client.deleted_at.is_null())
        .order_by(Client.id)
    )
    for id_, other, value, kind in tuples(query) if mails or phones else ():
        if id_ != client_id and (kind == "email" or fold(other) == fold(name)):
            raise Doubtful(f'client {id_} {other} has "{value}" already', f"crmtui edit-client {id_}, or pass --allow-duplicate")


def _company(name: str) -> int:
    """The id of the one company of this whole name, which is added when there is none. Raises `Refused` when several have it."""
    named = Client.select(Client.id).where(Client.sort_key == sort_key(name.strip()), Client.kind == "company", Client.deleted_at.is_null())
    found = ids(named.order_by(Client.id).limit(references.OFFERED))
    if len(found) > 1:
        listed = ", ".join(str(id_) for id_ in found)
        raise Refused(f'several companies are called "{name.strip()}"', f"choose one by its id: {listed}")
    return found[0] if found else add({"kind": "company", "name": name}).id


def _refuse_bad_company(client_id: int | None, company_id: int | None) -> None:
    if company_id is None:
        return
    company = _row(company_id)
    if company.kind != "company":
        raise Refused(f"client {company_id} {company.name} is a person, no company", f"crmtui edit-client {company_id} --kind company")
    step: int | None = company_id
    while step is not None:
        if step == client_id:
            raise Refused("a client cannot belong to itself, directly or through others")
        step = Client.get_by_id(step).company_id


def _write_parts(recorder: Recorder, client_id: int, checked: rules.Checked) -> None:
    _write_points(recorder, client_id, "email", checked.emails)
    _write_points(recorder, client_id, "phone", checked.phones)
    _write_address(recorder, client_id, checked.address)
    if checked.tags is not None:
        tags.write(recorder, "client", client_id, checked.tags)
    if checked.roles is not None:
        _write_roles(recorder, client_id, checked.roles)
    external.write(recorder, "client", client_id, checked.external_ids)
    field_values.write(recorder, "client", client_id, checked.fields)


def _write_points(recorder: Recorder, client_id: int, kind: str, points: list[tuple[str, str, str]] | None) -> None:
    """Make these the mails (or phones), in this order; one that stays keeps its row."""
    if points is None:
        return
    present = {row.key: row for row in ContactPoint.select().where(ContactPoint.client == client_id, ContactPoint.kind == kind)}
    wanted = {key: (value, label) for value, key, label in points}
    for key, row in present.items():
        if key not in wanted:
            recorder.delete(row)
    for position, (key, (value, label)) in enumerate(wanted.items()):
        if key in present:
            recorder.update(present[key], value=value, label=label or present[key].label, position=position)
        else:
            recorder.insert(ContactPoint, client=client_id, kind=kind, value=value, key=key, label=label, position=position)


def _write_address(recorder: Recorder, client_id: int, parts: Mapping[str, str | None]) -> None:
    if not parts:
        return
    row = Address.select().where(Address.client == client_id).order_by(Address.position, Address.id).first()
    if row is not None:
        recorder.update(row, **parts)
    elif any(parts.values()):
        recorder.insert(Address, client=client_id, **parts)


def _write_roles(recorder: Recorder, client_id: int, roles: list[str]) -> None:
    present = {row.role: row for row in ClientRole.select().where(ClientRole.client == client_id)}
    for name, row in present.items():
        if name not in roles:
            recorder.delete(row)
    for name in roles:
        if name not in present:
            recorder.insert(ClientRole, client=client_id, role=name)
