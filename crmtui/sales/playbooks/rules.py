"""What a rule of the playbook is made of, as its file says it."""

from __future__ import annotations

from datetime import timedelta

from crmtui.frozen import dataclass

ENTERED, CAPTURED, CHANGED, UNTOUCHED = "stage entered", "lead captured", "field changed", "untouched"
LOGGED = ("call logged", "email logged", "meeting logged", "message logged")
TRIGGERS = (ENTERED, CAPTURED, CHANGED, *LOGGED, UNTOUCHED)
"""What a rule may be on."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A task that a rule makes. `assignee` is a rep, `owner`, `manager of owner` or `role:…`; `due` as it is typed, may be empty."""

    title: str
    assignee: str
    due: str
    priority: str
    note: str
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notify:
    """Whom a rule tells, as `Todo.assignee`, and what."""

    to: tuple[str, ...]
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `number` counts from 1, `line` is where it begins in the file, `keys` the lines of its keys.

    When: `on` is one of `TRIGGERS`; `stages` and `source` narrow it, `field` and `to` say which change, `outcome` which call; `of`
    (deals, leads, clients) and `after` what was left untouched for how long. `imports` says whether it fires for what is imported.
    Then: `assign`, `values` (field and text), `tasks`, `document`, `notify`, `run`, in this order; texts may hold {deal} and the like.
    """

    name: str
    number: int
    line: int
    keys: dict[str, int]
    on: str
    stages: tuple[str, ...] = ()
    source: str = ""
    field: str = ""
    to: str = ""
    outcome: str = ""
    of: str = "deals"
    after: timedelta | None = None
    imports: bool = True
    assign: str = ""
    values: tuple[tuple[str, str], ...] = ()
    tasks: tuple[Todo, ...] = ()
    document: str = ""
    notify: Notify | None = None
    run: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """Whose fields a name without `deal.` or `client.` before it means."""
        return "client" if self.on == UNTOUCHED and self.of != "deals" else "deal"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in the file: the line (None when it cannot be told), the rule's number and name, what it is `on`, the sentence."""

    file: str
    line: int | None
    number: int | None
    rule: str
    on: str
    problem: str

    def __str__(self) -> str:
        where = f" line {self.line}" if self.line else ""
        named = f' "{self.rule}"' if self.rule else ""
        which = f", rule {self.number}{named}" if self.number else ""
        return f"{self.file}{where}{which}: {self.problem}"


@dataclass(frozen=True, slots=True)
class Book:
    """The rules that can be read, in the order of their file, and what is wrong with the others."""

    file: str
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]


def problem(file: str, rule: Rule, key: str, sentence: str) -> Problem:
    """What is wrong with a key of a rule."""
    return Problem(file, rule.keys.get(key, rule.line) or None, rule.number, rule.name, rule.on, sentence)
