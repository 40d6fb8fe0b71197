"""What a rule does to the deals and clients that it fires on: assigns, sets fields, makes tasks, writes a document, tells somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from crmtui import clock
from crmtui import team as reps
from crmtui.activities import checklists, hours
from crmtui.clients import field_values
from crmtui.clients import rules as client_rules
from crmtui.dates import When
from crmtui.errors import Refused
from crmtui.sales import notices
from crmtui.sales import rules as deal_rules
from crmtui.sales.playbooks import running
from crmtui.sales.playbooks.events import Event
from crmtui.sales.playbooks.people import People
from crmtui.sales.playbooks.rules import Rule, Todo
from crmtui.sales.playbooks.subjects import Subject
from crmtui.store.bulk import LOOKED_UP, Run
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.tables import Client, Deal, Task

FEW = 50
"""Tasks up to which each has a line of the journal of its own."""

_TABLES: dict[str, Any] = {"deal": Deal, "client": Client}
_CHECKS: dict[str, Any] = {"deal": deal_rules.check, "client": client_rules.check}
PLAIN: dict[str, frozenset[str]] = {
    "deal": frozenset({*deal_rules.READERS, "value", "currency"}) - {"opened_at"},
    "client": frozenset(client_rules.READERS) - {"kind"},
}
"""The fields that a rule may set beside own ones."""


@dataclass(slots=True)
class Hit:
    """A record that a rule fires on, and why; then what it did there, by kind and in words, and to whom the record was given."""

    event: Event
    subject: Subject
    rep: int | None = None
    did: list[tuple[str, str]] = field(default_factory=list)


def carry_out(recorder: Recorder, rule: Rule, hits: Sequence[Hit], people: People) -> None:
    """Do what a rule says to these records, in the operation in progress. Raises `CrmError`, then a part may have been done."""
    if rule.assign:
        _assign(recorder, rule, hits, people)
    for noun, values in sorted(by_noun(rule).items()):
        _set(recorder, noun, values, hits)
    for todo in rule.tasks:
        _make(recorder, todo, hits, people)
    for hit in hits:
        if rule.document:
            hit.did.append(("document", _document(rule, hit.subject)))
        if rule.notify:
            _tell(rule, hit, people)
        if rule.run:
            running.later(rule, hit.event)
            hit.did.append(("command", f"runs {rule.run[0]}"))


# ── assigning and setting


def _rows(noun: str, ids: Sequence[int]) -> dict[int, Any]:
    table = _TABLES[noun]
    found: dict[int, Any] = {}
    for start in range(0, len(ids), LOOKED_UP):
        found |= {row.id: row for row in table.select().where(table.id.in_(list(ids[start : start + LOOKED_UP])))}
    return found


def _assign(recorder: Recorder, rule: Rule, hits: Sequence[Hit], people: People) -> None:
    """Give the deal, or the client alone, to a rep."""
    rows = {kind: _rows(kind, [hit.subject.record for hit in hits if hit.subject.kind == kind]) for kind in _TABLES}
    names = {member.id: member.name for member in reps.load()}
    for hit in hits:
        chosen = people.next(rule.assign, hit.subject, rule.name)
        if chosen is None:
            raise Refused("there is no rep to assign it to", "crmtui add-rep adds one")
        recorder.update(rows[hit.subject.kind][hit.subject.record], owner=chosen)
        hit.rep = chosen
        hit.subject = replace(hit.subject, owner_id=chosen, owner=names[chosen])
        hit.did.append(("assignment", f"for {names[chosen]}"))


def by_noun(rule: Rule) -> dict[str, dict[str, str]]:
    """The fields that a rule sets and their texts, by whose they are."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for name, text in rule.values:
        noun, dot, bare = name.partition(".")
        found[noun if dot else rule.noun][bare if dot else name] = text
    return found


def split(noun: str, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The plain fields among the values of a noun, and its own ones."""
    plain = {name: text for name, text in values.items() if name in PLAIN[noun]}
    return plain, {name: text for name, text in values.items() if name not in plain}


def columns(noun: str, values: Mapping[str, str]) -> dict[str, Any]:
    """Plain fields as they are kept. Raises `CrmError`."""
    found: dict[str, Any] = _CHECKS[noun](values).columns
    return found


def _set(recorder: Recorder, noun: str, values: Mapping[str, str], hits: Sequence[Hit]) -> None:
    """Set fields of the deal, or of the client, that each record is or has; where there is none there is nothing to set."""
    wanted = [(hit, id_) for hit in hits if (id_ := hit.subject.deal_id if noun == "deal" else hit.subject.client_id)]
    rows = _rows(noun, [id_ for _, id_ in wanted])
    for hit, id_ in wanted:
        plain, own = split(noun, {name: hit.subject.filled(text) for name, text in values.items()})
        recorder.update(rows[id_], **columns(noun, plain))
        field_values.write(recorder, noun, id_, own)
        hit.did.append(("field", f"sets {', '.join(name.replace('_', ' ') for name in values)}"))


# ── tasks


def _make(recorder: Recorder, todo: Todo, hits: Sequence[Hit], people: People) -> None:
    dues: dict[tuple[int | None, str], When | None] = {}
    names = {member.id: member.name for member in reps.load()}
    rows: list[dict[str, Any]] = []
    for hit in hits:
        who = people.meant(todo.assignee, hit.subject)
        key = who, hit.subject.due(todo.due)
        if key not in dues:
            dues[key] = hours.read(key[1], who) if todo.due else None
        due = dues[key]
        rows.append({
            "title": hit.subject.filled(todo.title), "priority": todo.priority, "due_on": due.day if due else None,
            "due_at": due.moment if due else None, "client": hit.subject.client_id, "deal": hit.subject.deal_id, "assignee": who,
            "author": current().actor_id, "note": hit.subject.filled(todo.note) or None,
        })  # fmt: skip
    for hit, row, id_ in zip(hits, rows, _inserted(recorder, rows), strict=True):
        checklists.append(recorder, id_, todo.checklist)
        told = f"task {id_} {row['title']}" + (f" for {names[row['assignee']]}" if row["assignee"] in names else "")
        hit.did.append(("task", told + _by(row["due_on"], row["due_at"])))


def _by(day: date | None, moment: datetime | None) -> str:
    if moment:
        return f", due {clock.local(moment):%Y-%m-%d %H:%M}"
    return f", due {day}" if day else ""


def _inserted(recorder: Recorder, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Write new tasks; their ids."""
    if len(rows) <= FEW:
        return [recorder.insert(Task, **row).id for row in rows]
    links = ("client", "deal", "assignee", "author")
    names = [f"{name}_id" if name in links else name for name in rows[0]]
    run = Run(recorder, Task, (*names, "state", "created_at", "updated_at"))
    now = moment_text(recorder.at)
    ids = [run.add(*(_raw(value) for value in row.values()), "open", now, now) for row in rows]
    run.flush()
    return ids


def _raw(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return moment_text(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


# ── documents and notices


def writer() -> Any:
    """What writes documents from templates. Raises `Refused` while nothing does."""
    from importlib import import_module
    from importlib.util import find_spec

    if find_spec("crmtui.sales.documents") is None:
        raise Refused("documents cannot be written by this version", "leave document out")
    return import_module("crmtui.sales.documents").write


def _document(rule: Rule, subject: Subject) -> str:
    if subject.deal_id is None:
        raise Refused("a document is written for a deal, this is a client without one")
    writer()(rule.document, subject.deal_id)
    return f"writes {rule.document}"


def _tell(rule: Rule, hit: Hit, people: People) -> None:
    assert rule.notify is not None
    subject, event = hit.subject, hit.event
    line = subject.filled(rule.notify.subject) or f"{rule.name}: {subject.deal or subject.client}"
    for rep in dict.fromkeys(people.meant(word, subject) for word in rule.notify.to):
        if rep is None:
            raise Refused("there is nobody to tell: it has no owner", "name a rep")
        notices.queue(
            rep, line, subject.filled(rule.notify.message), f"playbook {rule.name} {event.kind} {event.record} {event.occasion} {rep}"
        )
        hit.did.append(("notice", f"tells {reps.get(rep).name}"))
