"""Taking in requests from web forms, mails, call centres: the client, a deal, its origin, who gets it and the first task, in one change.

A source may deliver the same request again: under the same key it changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN

from crmtui import clock, config, texts
from crmtui.clients import clients, rules
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.sales import deals, origins
from crmtui.sales.assigning import Rule, choose
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, operation
from crmtui.store.keys import fold, sort_key
from crmtui.store.reading import ids, tuples
from crmtui.store.tables import Capture, Client, ContactPoint, Deal, ExternalId, Rep, Task


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks of us, as typed texts.

    `key` is that under which its source delivers it again. `client` are fields of a client as `clients.add` takes them, `company` the
    name of the person's company, `system` and `external_id` the client's id elsewhere. `utm` are parameters by name.
    """

    source: str
    key: str
    client: Mapping[str, Any]
    company: str = ""
    system: str = ""
    external_id: str = ""
    title: str = ""
    need: str = ""
    note: str = ""
    utm: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Captured:
    """What became of a request that came in on a line: `state` is created or found, as its client was, or unchanged when it had
    been taken in before; then the client, the deal, the first task and the rep are those of that time."""

    line: int
    state: str
    client_id: int | None
    client: str | None
    deal_id: int
    deal: str
    task_id: int | None
    rep_id: int | None
    rep: str | None
    operation: int | None

    @property
    def id(self) -> int:
        """The deal: what each request makes one of."""
        return self.deal_id


def capture(request: Request, by: Rule, *, line: int = 1, stage: int | None = None) -> Captured:
    """Take a request in as one operation: find its client or make one, add a deal in `stage` (else the first), give it to a rep, set
    the first task.

    Raises `Refused` for a request without name, mail and phone and for what clients and deals refuse.
    """
    utm = origins.check(request.utm or {})
    source = texts.required(request.source, "source")
    with operation() as recorder:
        known = Capture.get_or_none(Capture.source == source, Capture.key == texts.required(request.key, "delivery key"))
        told = _again(known, line) if known else _taken(recorder, replace(request, source=source), choose(by, source), stage, line)
        recorder.summary = f"captured {told.deal} of {told.client}"
        if known is None:
            _keep_origin(recorder, told, utm)
            recorder.insert(Capture, source=source, key=request.key.strip(), deal=told.deal_id, task=told.task_id, rep=told.rep_id)
    return replace(told, operation=recorder.id)


def _keep_origin(recorder: Recorder, told: Captured, utm: Mapping[str, str]) -> None:
    """Of a client that was known before, what brought it first stands."""
    if told.client_id and (told.state == "created" or not origins.of("client", told.client_id)):
        origins.write(recorder, "client", told.client_id, utm)
    origins.write(recorder, "deal", told.deal_id, utm)


def _again(row: Capture, line: int) -> Captured:
    """What was taken in before, as it is called now."""
    query = Deal.select(Deal.title, Client.id, Client.name).join(Client, JOIN.LEFT_OUTER).where(Deal.id == row.deal_id)
    title, client_id, client = next(iter(tuples(query)))
    rep = Rep.get_by_id(row.rep_id).name if row.rep_id else None
    return Captured(line, "unchanged", client_id, client, row.deal_id, title, row.task_id, row.rep_id, rep, None)


def _taken(recorder: Recorder, request: Request, rep: tuple[int | None, str | None], stage: int | None, line: int) -> Captured:
    """Take in what is new."""
    rep_id, rep_name = rep
    client_id, client, made = _client(request, rep_id)
    due = recorder.at + timedelta(minutes=config.current().lead_task_minutes)
    title, deal_id = _deal(request, (client_id, client), rep_id, stage, due)
    task_id = _first_task(recorder, client_id, deal_id, rep_id, due)
    return Captured(line, "created" if made else "found", client_id, client, deal_id, title, task_id, rep_id, rep_name, None)


# ── the client


def _client(request: Request, rep: int | None) -> tuple[int, str, bool]:
    """Id and name of the client of a request, and whether it was made for it."""
    values = {name: value for name, value in request.client.items() if value}
    checked = rules.check(values)
    name = checked.columns.get("name") or next((value for value, *_ in [*(checked.emails or ()), *(checked.phones or ())]), "")
    if not name:
        raise Refused("it has no name, no mail and no phone", "one of them is needed")
    found = _found(request, checked, name)
    if found is not None:
        return found, _completed(found, checked, request, rep), False
    given = values | {"name": name, "source": request.source, "owner": rep}
    company = _company(request.company)
    if company:
        given["company"] = company
    if request.external_id and not _with_id(request, living=False):
        given["external_ids"] = {request.system: request.external_id}
    made = clients.enter(given, allow_duplicate=True, company_named="" if company else request.company)
    return made, name, True


def _found(request: Request, checked: rules.Checked, name: str) -> int | None:
    """The client that a request means: by its id elsewhere, else its mail, its phone (of several with one phone the one of that
    name), its name and company; a name alone decides only where nothing else is said and one client has it."""
    by_id = _with_id(request, living=True) if request.external_id else None
    keys = [key for points in (checked.emails, checked.phones) for _, key, _ in points or ()]
    return by_id or (_with_point(keys, name) if keys else None) or _with_name(request, name, keys)


def _with_id(request: Request, *, living: bool) -> int | None:
    same = (ExternalId.kind == "client") & (ExternalId.system == request.system) & (ExternalId.value == request.external_id)
    row = ExternalId.get_or_none(same)
    if row is None or (living and not Client.select(Client.id).where(Client.id == row.record_id, Client.deleted_at.is_null()).exists()):
        return None
    found: int = row.record_id
    return found


def _with_point(keys: list[str], name: str) -> int | None:
    """The client with one of these mails, else phones; of several the one of that name, else the first."""
    holders = ContactPoint.select(ContactPoint.kind, Client.id, Client.name).join(Client)
    found = tuples(holders.where(ContactPoint.key.in_(keys), Client.deleted_at.is_null()))
    ranked = sorted((kind == "phone", fold(other) != fold(name), id_) for kind, id_, other in found)
    return ranked[0][-1] if ranked else None


def _with_name(request: Request, name: str, points: list[str]) -> int | None:
    company = Client.alias()
    same = (Client.sort_key == sort_key(name)) & Client.deleted_at.is_null()
    if request.company.strip():
        of_it = Client.select(Client.id).join(company, on=(Client.company == company.id)).order_by(Client.id)
        found = ids(of_it.where(same, company.sort_key == sort_key(request.company.strip())).limit(1))
        return found[0] if found else None
    if points or request.external_id:
        return None
    found = ids(Client.select(Client.id).where(same).limit(2))
    return found[0] if len(found) == 1 else None


def _company(name: str) -> int | None:
    """The company of this name; of several the first, since nobody is there to say which."""
    if not name.strip():
        return None
    same = (Client.sort_key == sort_key(name.strip())) & (Client.kind == "company") & Client.deleted_at.is_null()
    return next(iter(ids(Client.select(Client.id).where(same).order_by(Client.id).limit(1))), None)


def _completed(client_id: int, checked: rules.Checked, request: Request, rep: int | None) -> str:
    """Add to a known client what it does not have; one who was given up is a lead again. Its name."""
    card = clients.get(client_id)
    values: dict[str, Any] = {}
    for name, points in (("emails", checked.emails), ("phones", checked.phones)):
        present = {_key(value) for value in getattr(card, name)}
        fresh = [f"{label}:{value}" if label else value for value, key, label in points or () if key not in present]
        if fresh:
            values[name] = [*getattr(card, name), *fresh]
    if not card.source:
        values["source"] = request.source
    if not card.owner_id and rep:
        values["owner"] = rep
    if card.status == "disqualified":
        values |= {"status": "lead", "status_reason": ""}
    if values:
        clients.edit(client_id, values, allow_duplicate=True)
    return card.name


def _key(value: str) -> str:
    from crmtui import contacts

    return contacts.email(value)[1] if "@" in value else contacts.phone(value)[1]


# ── the deal and the first task


def _deal(request: Request, client: tuple[int, str], rep: int | None, stage: int | None, due: datetime) -> tuple[str, int]:
    """Title and id of the deal that a request makes; a name that is not the client's is kept in its notes."""
    title = request.title.strip() or f"Request from {request.source}"
    values: dict[str, Any] = {"title": title, "source": request.source, "client": client[0], "owner": rep}
    asked = request.client.get("name", "").strip()
    notes = [request.note] if request.note else []
    notes += [f"name: {asked}"] if asked and fold(asked) != fold(client[1]) else []
    step = config.current().lead_task.strip()
    said = {
        "need": request.need,
        "notes": "\n".join(notes),
        "next_step": step,
        "next_step_on": f"{clock.local(due):%Y-%m-%d}" if step else "",
    }
    return title, deals.enter(values | {name: text for name, text in said.items() if text}, stage=stage)


def _first_task(recorder: Recorder, client_id: int, deal_id: int, rep: int | None, due: datetime) -> int | None:
    """The task to answer the request, for the rep who got it; None when the settings ask for none."""
    title = config.current().lead_task.strip()
    if not title:
        return None
    return recorder.insert(
        Task, title=texts.required(title, "title of the task"), due_on=clock.local(due).date(), due_at=due, client=client_id, deal=deal_id,
        assignee=rep, author=current().actor_id,
    ).id  # fmt: skip
