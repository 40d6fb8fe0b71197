"""What is wrong with the rules of a playbook in this base: stages, fields and people that there are not, texts that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from crmtui.activities import tasks
from crmtui.clients import fields
from crmtui.clients.field_rules import Field
from crmtui.errors import CrmError, NotFound, Refused, nearest
from crmtui.frozen import dataclass
from crmtui.sales import pipelines, playbooks
from crmtui.sales.playbooks import actions, events, people, reading, subjects
from crmtui.sales.playbooks.rules import Book, Problem, Rule, problem


@dataclass(frozen=True, slots=True)
class Checked:
    """A playbook that was checked: its file, how many rules of it can be read, and everything that is wrong, in its order."""

    file: str
    rules: int
    problems: tuple[Problem, ...]


Fault = tuple[str, str]
"""The key that is wrong, and the sentence."""

Check = tuple[str, Callable[[], object]]
"""A key, and what raises a `CrmError` when it is wrong."""


def check() -> Checked:
    """Check the playbook as its file is now against the open base."""
    book = reading.book()
    return Checked(str(playbooks.place()), len(book.rules), tuple(problems(book)))


def problems(book: Book) -> list[Problem]:
    """Everything that is wrong with a book, in the order of its file."""
    found = [*book.problems, *(problem(book.file, rule, *fault) for rule in book.rules for fault in faults(rule))]
    return sorted(found, key=lambda each: (each.number or 0, each.line or 0))


def faults(rule: Rule, *, roles: bool = True) -> Iterator[Fault]:
    """What is wrong with a rule that can be read; also, if `roles` are asked for, that nobody has a role who is to have it."""
    checks = [*_asks(rule), *_does(rule, roles)]
    for key, check in checks:
        try:
            check()
        except CrmError as why:
            yield key, f"{'set: ' if key == 'set' else ''}{why}"


def _asks(rule: Rule) -> Iterator[Check]:
    yield "stage", lambda: stage_ids(rule)
    yield "field", lambda: changed(rule)


def _does(rule: Rule, roles: bool) -> Iterator[Check]:
    if rule.assign and rule.assign not in people.WAYS:
        yield "assign", lambda: people.check(rule.assign, roles)
    for noun, values in actions.by_noun(rule).items():
        yield "set", partial(_check_values, noun, values)
    for place, todo in enumerate(rule.tasks, 1):
        yield f"{place}.for", partial(people.check, todo.assignee, roles)
        yield f"{place}.due", partial(subjects.check_due, todo.due)
        yield f"{place}.priority", partial(tasks.READERS["priority"], todo.priority)
        yield f"{place}.title", partial(subjects.check, todo.title)
        yield f"{place}.note", partial(subjects.check, todo.note)
    if rule.document:
        yield "document", actions.writer
    if rule.notify:
        for word in rule.notify.to:
            yield "notify", partial(people.check, word, roles)
        yield "subject", partial(subjects.check, rule.notify.subject)
        yield "message", partial(subjects.check, rule.notify.message)


def stage_ids(rule: Rule) -> frozenset[int]:
    """The stages that a rule is on, none for all. Raises `NotFound` with the nearest name, `Ambiguous`."""
    return frozenset(_stage(name) for name in rule.stages)


def _stage(name: str) -> int:
    try:
        return pipelines.find(name)
    except NotFound as why:
        if "stage" not in why.sentence:
            raise
        steps = pipelines.load()
        known = [step.name for step in steps] + [f"{step.pipeline}/{step.name}" for step in steps]
        raise NotFound(f'no stage "{name}"', nearest(name, known) or why.hint) from None


def changed(rule: Rule) -> tuple[str, Any] | None:
    """What a rule on a changed field watches: noun and column, or `field` and the id of an own one; None for another rule.

    Raises `CrmError` for a field that there is not, and for a value that cannot be compared with.
    """
    if not rule.field:
        return None
    noun, dot, name = rule.field.partition(".")
    noun, name = (noun, name) if dot else ("deal", noun)
    if noun not in events.COLUMNS:
        raise Refused(f'no noun "{noun}"', "write deal.value or client.status")
    if name == "stage":
        raise Refused("a stage is entered, not changed", 'write on = "stage entered"')
    if rule.to and name in events.COLUMNS[noun]:
        raise Refused(f'a change of {name} cannot be narrowed by "to"', "leave it out")
    plain, _ = actions.split(noun, {name: ""})
    if plain or name in events.COLUMNS[noun]:
        return noun, events.COLUMNS[noun].get(name, name)
    return "field", _own(noun, name, list(events.COLUMNS[noun])).id


def _own(noun: str, name: str, beside: Sequence[str] = ()) -> Field:
    """The own field that a name means. Raises `NotFound` with the nearest of all fields that there are, those `beside` too."""
    known = fields.defined(noun)
    try:
        return fields.named(noun, name, known)
    except CrmError:
        names = [*actions.PLAIN[noun], *beside, *(each.name for each in known)]
        raise NotFound(f'no field "{name}" of a {noun}', nearest(name, names) or f"fields: {', '.join(sorted(names))}") from None


def _check_values(noun: str, values: dict[str, str]) -> None:
    """Raise `CrmError` for fields that there are not, or whose text cannot be read; one with places in it is read when it is filled."""
    if noun not in events.COLUMNS:
        raise Refused(f'no noun "{noun}"', "write next_step or client.status")
    plain, own = actions.split(noun, values)
    for text in values.values():
        subjects.check(text)
    if "owner" in own or "stage" in own:
        raise Refused(f"{'owner' if 'owner' in own else 'stage'} cannot be set", 'an owner is given by assign = "turn"')
    for name in own:
        _own(noun, name)
    actions.columns(noun, {name: text for name, text in plain.items() if "{" not in text})
