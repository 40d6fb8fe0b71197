"""Rules that fire: on what an operation did, in the same operation; each once for a record, one after another, never in a circle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from peewee import PeeweeException

from crmtui import clock
from crmtui.errors import CrmError
from crmtui.frozen import dataclass
from crmtui.sales.playbooks import Failure, actions, checking, events, rules, subjects
from crmtui.sales.playbooks.actions import Hit
from crmtui.sales.playbooks.events import Event
from crmtui.sales.playbooks.people import People
from crmtui.sales.playbooks.rules import Book, Problem, Rule, problem
from crmtui.store.bulk import Run
from crmtui.store.connection import current
from crmtui.store.journal import Recorder, moment_text, next_id
from crmtui.store.keys import fold
from crmtui.store.tables import Firing, Operation

DEEPEST = 5
"""How many rules may follow from one another."""

TOLD = 3
"""Records of a rule that are told one by one; more are counted."""


@dataclass(frozen=True, slots=True)
class Fired:
    """What became of a rule for one record; `trouble` says why it failed, empty when it did not."""

    hit: Hit
    trouble: str = ""


def follow(recorder: Recorder, book: Book) -> None:
    """Fire the rules of a book on what the operation did, then on what the rules did. What fails is told, and the operation stands."""
    Following(recorder, book).run()


class Following:
    """The rules that follow one operation."""

    def __init__(self, recorder: Recorder, book: Book) -> None:
        self._recorder, self._book = recorder, book
        self._rules = [rule for rule in book.rules if rule.on != rules.UNTOUCHED and (rule.imports or not recorder.imported)]
        self._done: set[tuple[str, str, int]] = set()
        self._wrong: set[tuple[int | None, str]] = set()
        # Ids alone would come again in a base that took another one in.
        self._operation = f"operation {next_id(Operation)} of {moment_text(recorder.at)}"
        self._wanted = {rule.on for rule in self._rules} | {each.on for each in book.problems}
        if "" in self._wanted:  # what cannot be read at all is told where it would most likely have mattered
            self._wanted |= {rules.ENTERED, rules.CAPTURED, *rules.LOGGED}

    def run(self) -> None:
        """Fire in rounds until nothing new follows."""
        summary, seen = self._recorder.summary, 0
        for depth in range(DEEPEST + 1):
            lines = self._recorder.lines(seen)
            seen += len(lines)
            found = events.of(lines, self._wanted, self._operation)
            if not found or (depth == DEEPEST and self._cut(found)):
                break
            self._tell_broken(found)
            for rule in self._rules:
                self._fire(rule, found)
        self._recorder.summary = summary

    def _tell_broken(self, found: Sequence[Event]) -> None:
        """Rules that cannot be read are told, and kept as failed, when they might have fired."""
        for each in self._book.problems:
            met = [event for event in found if each.on in ("", event.on)]
            if met and (each.number, each.problem) not in self._wrong:
                self._wrong.add((each.number, each.problem))
                self._fail(each, met[:1])

    def _fail(self, why: Problem, met: Sequence[Event]) -> None:
        current().notes.append(Failure(f"{why}; the change itself was made"))
        _keep(self._recorder, why.rule or self._book.file, [(event, "failed", why.problem, None) for event in met])

    def _fire(self, rule: Rule, found: Sequence[Event]) -> None:
        met = {(event.kind, event.record): event for event in reversed(self._new(rule, found))}
        if not met:
            return
        self._done |= {(rule.name, *record) for record in met}
        ordered = list(met.values())[::-1]
        fault = next(checking.faults(rule, roles=False), None)
        if fault is None:
            fired = fire(self._recorder, rule, ordered, self._book.file)
            keep(self._recorder, rule, fired)
            current().notes.extend(told(rule, fired))
        else:
            self._fail(problem(self._book.file, rule, *fault), ordered)

    def _new(self, rule: Rule, found: Sequence[Event]) -> list[Event]:
        """The events that a rule is on, of records on which it has not fired in this operation."""
        if not any(event.on == rule.on for event in found):
            return []
        meets = met_by(rule)
        return [event for event in found if meets(event) and (rule.name, event.kind, event.record) not in self._done]

    def _cut(self, found: Sequence[Event]) -> bool:
        """Whether the rules have followed from one another for too long; then say which would go on."""
        going = [rule.name for rule in self._rules if self._new(rule, found)]
        if going:
            names = ", ".join(f'"{name}"' for name in going)
            told = f"{names} did not fire: more than {DEEPEST} rules would have followed from one another"
            current().notes.append(Failure(f"{self._book.file}: {told}"))
        return True


def met_by(rule: Rule) -> Callable[[Event], bool]:
    """What tells whether an event is what a rule is on; where the rule is wrong about it, every event of its kind may be."""
    try:
        stages, changed = checking.stage_ids(rule), checking.changed(rule)
    except CrmError:
        return lambda event: event.on == rule.on
    return lambda event: event.on == rule.on and _passes(rule, event, stages, changed)


def _passes(rule: Rule, event: Event, stages: frozenset[int], changed: tuple[str, Any] | None) -> bool:
    if rule.on == rules.ENTERED:
        return not stages or event.detail in stages
    if rule.on == rules.CAPTURED:
        return not rule.source or _same(rule.source, event.detail)
    if rule.on == rules.CHANGED:
        return event.detail == changed and (not rule.to or _same(rule.to, event.value))
    return not rule.outcome or _same(rule.outcome, event.detail)


def _same(wanted: str, given: Any) -> bool:
    return fold(wanted) == fold(str(given or "").strip())


def fire(recorder: Recorder, rule: Rule, met: Sequence[Event], file: str) -> list[Fired]:
    """Do what a rule says to each record; what fails for one is taken back for that one alone, and told in the notes of the base."""
    found = {kind: subjects.load(kind, {event.record for event in met if event.kind == kind}) for kind in ("deal", "client")}
    hits = [Hit(event, found[event.kind][event.record]) for event in met if event.record in found[event.kind]]
    people = People()
    fired = _tried(recorder, rule, hits, people)
    current().notes.extend(_failures(rule, fired, people, file))
    return fired


def _tried(recorder: Recorder, rule: Rule, hits: Sequence[Hit], people: People) -> list[Fired]:
    """All at once, and when that fails one by one."""
    waiting = len(current().afterwards)
    try:
        with recorder.attempt():
            actions.carry_out(recorder, rule, hits, people)
    except (CrmError, PeeweeException) as why:
        del current().afterwards[waiting:]
        for hit in hits:
            hit.did.clear()
        if len(hits) > 1:
            return [fired for hit in hits for fired in _tried(recorder, rule, [hit], people)]
        return [Fired(hit, str(why)) for hit in hits]
    return [Fired(hit) for hit in hits]


def told(rule: Rule, fired: Sequence[Fired]) -> list[str]:
    """What a rule did, in sentences: of a few records one by one, of many how much of what."""
    head = f'playbook "{rule.name}"'
    done = [each.hit for each in fired if not each.trouble]
    if len(done) <= TOLD:
        return [f"{head}: {'; '.join(words for _, words in hit.did)}" for hit in done if hit.did]
    counts = Counter(kind for hit in done for kind, _ in hit.did)
    return [f"{head}: {', '.join(f'{count:,} {kind}s' for kind, count in counts.items())}"]


def _failures(rule: Rule, fired: Sequence[Fired], people: People, file: str) -> list[Failure]:
    """For whom nobody was found, and what failed."""
    found = [Failure(f'playbook "{rule.name}": {note}') for note in dict.fromkeys(people.notes)]
    for trouble, count in Counter(each.trouble for each in fired if each.trouble).items():
        where = "" if count == 1 else f" for {count:,} records"
        found.append(Failure(f"{problem(file, rule, '', trouble)}{where}; the change itself was made"))
    return found


def keep(recorder: Recorder, rule: Rule, fired: Sequence[Fired]) -> None:
    """Remember on which records a rule fired, and on which it failed."""
    done = [(each.hit.event, "done", None, each.hit.rep) for each in fired if not each.trouble]
    _keep(recorder, rule.name, [*done, *((each.hit.event, "failed", each.trouble, None) for each in fired if each.trouble)])


def _keep(recorder: Recorder, rule: str, rows: Sequence[tuple[Event, str, str | None, int | None]]) -> None:
    """Write it down; if even that fails, it is told, and the change stands."""
    try:
        with recorder.attempt():
            _write(recorder, rule, rows)
    except PeeweeException as why:
        current().notes.append(Failure(f'playbook "{rule}": it cannot be kept that it fired: {why}'))


def _write(recorder: Recorder, rule: str, rows: Sequence[tuple[Event, str, str | None, int | None]]) -> None:
    now = clock.now()
    if len(rows) <= actions.FEW:
        for event, state, trouble, rep in rows:
            given = {"rule": rule, "kind": event.kind, "record_id": event.record, "occasion": event.occasion}
            recorder.insert(Firing, **given, at=now, state=state, trouble=trouble, rep=rep)
        return
    run = Run(recorder, Firing, ("rule", "kind", "record_id", "occasion", "at", "state", "trouble", "rep_id"))
    for event, state, trouble, rep in rows:
        run.add(rule, event.kind, event.record, event.occasion, moment_text(now), state, trouble, rep)
    run.flush()
