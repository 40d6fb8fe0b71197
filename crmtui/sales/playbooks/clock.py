"""Rules on time: deals and clients that nobody has touched for so long. Run by cron; each fires once until the record is touched again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import fn

from crmtui import clock
from crmtui.frozen import dataclass
from crmtui.sales import pipelines
from crmtui.sales.playbooks import Failure, checking, firing, reading, rules
from crmtui.sales.playbooks.events import Event
from crmtui.sales.playbooks.firing import Fired
from crmtui.sales.playbooks.rules import Book, Rule, problem
from crmtui.store.bulk import LOOKED_UP
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, moment_text, operation
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, Firing, Interaction, Task


@dataclass(frozen=True, slots=True)
class Ran:
    """What a rule on time did for a record: `what` in words, or why it failed; `state` is done or failed."""

    rule: str
    noun: str
    record_id: int
    record: str
    state: str
    what: str

    @property
    def id(self) -> int:
        """That of the record: what there is to be done is done there."""
        return self.record_id


def run() -> list[Ran]:
    """Fire the rules on time as one operation; what they did. However often it is run, and by how many at once, a rule fires for a
    record once until that is touched again. A rule that is wrong is told in the notes of the base."""
    book = reading.book()
    timed = [rule for rule in book.rules if rule.on == rules.UNTOUCHED]
    wrong = [each for each in book.problems if each.on in ("", rules.UNTOUCHED)]
    current().notes.extend(Failure(each) for each in wrong)
    done: list[tuple[Rule, Fired]] = []
    with operation() as recorder:
        for rule in timed:
            done += [(rule, fired) for fired in _fired(recorder, rule, book)]
        for rule in timed:
            # Kept last: what another rule of this run changed is no touch.
            firing.keep(recorder, rule, [fired for of, fired in done if of is rule and not _told_before(rule, fired)])
        count = len({(rule.name, fired.hit.subject.kind, fired.hit.subject.record) for rule, fired in done if not fired.trouble})
        recorder.summary = f"ran the playbook: {count:,} firing{'' if count == 1 else 's'}"
    return [_done(rule, fired) for rule, fired in done]


def _done(rule: Rule, fired: Fired) -> Ran:
    subject = fired.hit.subject
    what = fired.trouble or "; ".join(words for _, words in fired.hit.did)
    name = subject.deal if subject.kind == "deal" else subject.client
    return Ran(rule.name, subject.kind, subject.record, name, "failed" if fired.trouble else "done", what)


def _fired(recorder: Recorder, rule: Rule, book: Book) -> list[Fired]:
    fault = next(checking.faults(rule, roles=False), None)
    if fault:
        current().notes.append(Failure(problem(book.file, rule, *fault)))
        return []
    return firing.fire(recorder, rule, untouched(rule), book.file)


def _told_before(rule: Rule, fired: Fired) -> bool:
    """Whether the rule has failed for this record before, in the same way, and the record is as it was."""
    event = fired.hit.event
    same = (Firing.rule == rule.name) & (Firing.kind == event.kind) & (Firing.record_id == event.record)
    again: bool = Firing.select().where(same, Firing.occasion == event.occasion, Firing.trouble == fired.trouble).exists()
    return bool(fired.trouble) and again


def untouched(rule: Rule) -> list[Event]:
    """The open deals, or the leads or clients, that a rule on time fires on now, by their ids.

    A touch is a change of the record, its entry into its stage, an interaction about it, a task of it that was done.
    """
    assert rule.after is not None
    limit = clock.now() - rule.after
    if rule.of == "deals":
        kind, link, records = "deal", "deal", _deals(rule, limit)
    else:
        living = Client.select(Client.id, Client.updated_at).where(Client.deleted_at.is_null(), Client.updated_at <= limit)
        kind, link = "client", "client"
        records = dict(tuples(living.where(Client.status == "lead") if rule.of == "leads" else living))
    for table, column in ((Interaction, Interaction.at), (Task, Task.done_at)):
        for id_, last in _last(getattr(table, link), column, records):
            records[id_] = max(records[id_], last)
    mine = (Firing.rule == rule.name) & (Firing.kind == kind) & (Firing.state == "done")
    fired = dict(_last(Firing.record_id, Firing.at, records, mine))
    waiting = {id_: touched for id_, touched in records.items() if touched <= limit and (id_ not in fired or fired[id_] < touched)}
    return [Event(rules.UNTOUCHED, kind, id_, f"{kind} {id_} since {moment_text(touched)}") for id_, touched in sorted(waiting.items())]


def _deals(rule: Rule, limit: datetime) -> dict[int, datetime]:
    """The open deals that may be untouched since then, each with its last change or entry into a stage."""
    stages = checking.stage_ids(rule) or {step.id for step in pipelines.load() if step.outcome == "open"}
    query = Deal.select(Deal.id, Deal.updated_at, Deal.stage_since).where(
        Deal.deleted_at.is_null(), Deal.stage.in_(sorted(stages)), Deal.updated_at <= limit
    )
    return {id_: max(changed, since or changed) for id_, changed, since in tuples(query)}


def _last(link: Any, column: Any, records: Iterable[int], also: Any = None) -> Iterable[tuple[int, datetime]]:
    """The last moment in a column for each of these records, of those that have any."""
    wanted = list(records)
    for start in range(0, len(wanted), LOOKED_UP):
        query = column.model.select(link, fn.MAX(column)).where(link.in_(wanted[start : start + LOOKED_UP]), column.is_null(False))
        query = query.where(also) if also is not None else query
        yield from tuples(query.group_by(link))
