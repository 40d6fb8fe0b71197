"""Templates looked through before they are used: which placeholders they have, and all that is wrong with them."""

from __future__ import annotations

from pathlib import Path

from crmtui.errors import Failed, Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.sales import placeholders, sandbox, templates
from crmtui.sales.templates import Flaw, Template


@dataclass(frozen=True, slots=True)
class TemplateCard:
    """A template of the folder: what it makes, where it is, which placeholders it has in order, and the first of what is wrong with it."""

    name: str
    kind: str
    path: str
    placeholders: tuple[str, ...]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class CheckedTemplate:
    """A template that was looked through: what it makes, its placeholders in order, all that is wrong with it by line."""

    name: str
    kind: str
    placeholders: tuple[str, ...]
    flaws: tuple[Flaw, ...]


def cards() -> list[TemplateCard]:
    """Every template of the folder by name, looked through."""
    return [_card(name) for name in templates.names()]


def _card(name: str) -> TemplateCard:
    path = str(templates.place() / name)
    try:
        template = templates.get(name)
    except (Refused, Unreadable, Failed) as why:
        return TemplateCard(name, templates.KINDS[Path(name).suffix.lower()], path, (), why.sentence)
    found = flaws(template)
    return TemplateCard(name, template.kind, path, sandbox.placeholders(template.text), told(found[0]) if found else None)


def check(template: Template) -> CheckedTemplate:
    """A template looked through: its placeholders, and all that is wrong with it."""
    return CheckedTemplate(template.name, template.kind, sandbox.placeholders(template.text), tuple(flaws(template)))


def flaws(template: Template) -> list[Flaw]:
    """All that is wrong in a template: what cannot be read, what cannot be used, placeholders that there are not."""
    return sandbox.flaws(template.text, placeholders.known(), placeholders.LINE)


def told(flaw: Flaw) -> str:
    """A flaw in a sentence: `line 3: no placeholder client.adress; did you mean "client.address"?`."""
    return f"line {flaw.line}: {flaw.problem}" if flaw.line else flaw.problem
