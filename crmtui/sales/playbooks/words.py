"""The rules of a playbook in words, for people who did not write its file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crmtui.frozen import dataclass
from crmtui.sales.playbooks import checking, reading, rules
from crmtui.sales.playbooks.rules import Rule

TEMPLATE = Path(__file__).with_name("template.toml")


@dataclass(frozen=True, slots=True)
class RuleCard:
    """A rule: where it begins in its file (None where that cannot be told), what it is on and what it does in words, what is wrong."""

    line: int | None
    name: str
    on: str
    does: str
    trouble: str | None


def cards() -> list[RuleCard]:
    """The rules of the playbook in the order of its file, those that are wrong too."""
    book = reading.book()
    troubles: dict[int | None, str] = {}
    for each in checking.problems(book):
        troubles.setdefault(each.number, each.problem)
    found: dict[int | None, RuleCard] = {
        each.number: RuleCard(each.line, each.rule, each.on, "", troubles[each.number]) for each in reversed(book.problems)
    }
    found |= {rule.number: RuleCard(rule.line or None, rule.name, on(rule), does(rule), troubles.get(rule.number)) for rule in book.rules}
    return [found[number] for number in sorted(found, key=lambda number: number or 0)]


def on(rule: Rule) -> str:
    """When a rule fires: `stage entered: Sales/Measurement`."""
    inside = f" in {', '.join(rule.stages)}" if rule.stages else ""
    narrowed = {
        rules.ENTERED: ", ".join(rule.stages),
        rules.CAPTURED: f"source {rule.source}" if rule.source else "",
        rules.CHANGED: f"{rule.field} to {rule.to}" if rule.to else rule.field,
        rules.UNTOUCHED: f"{rule.of}{inside} for {span(rule.after)}",
    }.get(rule.on, rule.outcome)  # fmt: skip
    told = f"{rule.on}: {narrowed}" if narrowed else rule.on
    return told if rule.imports else f"{told} (not on import)"


def span(time: timedelta | None) -> str:
    """A stretch of time: `3 days`, `36 hours`."""
    hours = int(time.total_seconds()) // 3600 if time else 0
    count, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def does(rule: Rule) -> str:
    """What a rule does."""
    parts = [f"assigns by {rule.assign}"] if rule.assign else []
    parts += [f"sets {name} to {text}" if text else f"empties {name}" for name, text in rule.values]
    parts += [f'task "{todo.title}" for {todo.assignee}{f", due {todo.due}" if todo.due else ""}' for todo in rule.tasks]
    parts += [f"writes {rule.document}"] if rule.document else []
    parts += [f"tells {', '.join(rule.notify.to)}"] if rule.notify else []
    parts += [f"runs {' '.join(rule.run)}"] if rule.run else []
    return "; ".join(parts)


def template() -> str:
    """A playbook to start from, with a sentence on all that a rule can say."""
    return TEMPLATE.read_text(encoding="utf-8")
