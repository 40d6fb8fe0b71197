"""What a field of a form is: its name, what it takes, how it reads what is typed, what it offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from crmtui import money, team
from crmtui.clients import clients, tags
from crmtui.frozen import dataclass
from crmtui.present import text as shown
from crmtui.sales import deals, pipelines


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `value` is the text it begins with. `reads` says in words how a text is understood ("" for nothing to say), or raises a
    `CrmError`; it is asked as soon as the field is left and before saving. `offers` gives whole texts to take for what is typed.

    `choices` makes it one of a few: each a value and its word; a key of its own picks one, if the words begin differently. `prose` may
    have many lines. `required` is told when it is left empty. What is offered by a `quick` one stands there before anything is typed,
    and taking it saves the form.
    """

    name: str
    label: str
    value: str = ""
    reads: Callable[[str], str] | None = None
    offers: Callable[[str], Sequence[str]] | None = None
    choices: Sequence[tuple[str, str]] = ()
    prose: bool = False
    required: bool = False
    hint: str = ""
    quick: bool = False


OFFERED = 6
"""How many texts are offered at most."""


def client(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes a client, as people name one."""
    return Field(name, label, value, lambda text: _label(clients, text), _client_names, **more)  # type: ignore[arg-type]


def company(name: str, label: str, value: str = "") -> Field:
    """A field that takes a company by its name; one that is not known yet is added."""

    def reads(text: str) -> str:
        known = [name for name in _company_names(text) if name.casefold() == text.strip().casefold()]
        return "" if known else "a new company, added with this"

    return Field(name, label, value, reads, _company_names)


def deal(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes a deal."""
    return Field(name, label, value, lambda text: _label(deals, text), _deal_names, **more)  # type: ignore[arg-type]


def rep(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes somebody who works here."""
    return Field(name, label, value, lambda text: _label(team, text), _rep_names, **more)  # type: ignore[arg-type]


def stage(name: str, label: str, pipeline: int | None, value: str = "", **more: object) -> Field:
    """A field that takes a stage of a pipeline."""

    def reads(text: str) -> str:
        step = pipelines.get(pipelines.find(text, pipeline))
        return f"{step.pipeline}/{step.name}"

    def offers(text: str) -> list[str]:
        return _containing([step.name for step in pipelines.load(pipeline)], text)

    return Field(name, label, value, reads, offers, **more)  # type: ignore[arg-type]


def day(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes a day, or a day with a time: `fri`, `+3d`, `tomorrow 10:00`."""
    return Field(name, label, value, understood_day, **more)  # type: ignore[arg-type]


def amount(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes money, with a currency or without."""

    def reads(text: str) -> str:
        return money.shown(*money.read(text))

    return Field(name, label, value, reads, **more)  # type: ignore[arg-type]


def tag_names(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes tags, with commas between them."""

    def offers(text: str) -> list[str]:
        before, comma, last = text.rpartition(",")
        known = _containing([use.name for use in tags.uses()], last.strip())
        return [f"{before}{comma}{' ' if comma else ''}{each}" for each in known]

    return Field(name, label, value, offers=offers, **more)  # type: ignore[arg-type]


def whole(name: str, label: str, value: str = "", **more: object) -> Field:
    """A field that takes a whole number, such as minutes."""
    return Field(name, label, value, lambda text: str(number(text)), **more)  # type: ignore[arg-type]


def number(text: str) -> int:
    """The whole number that is typed. Raises `Unreadable`."""
    from crmtui.errors import Unreadable

    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Unreadable(f'"{digits[:20]}" is no whole number')
    return int(digits)


def understood_day(text: str) -> str:
    """How a date or a time is understood: `Fri 6 March 2026, 10:00`."""
    from crmtui import clock, dates

    when = dates.read(text)
    day = f"{when.day:%a} {when.day.day} {when.day:%B %Y}"
    return f"{day}, {clock.local(when.moment):%H:%M}" if when.moment else day


def _label(noun: object, text: str) -> str:
    """The words that tell the record apart which a text means."""
    found = noun.labels([noun.find(text)])  # type: ignore[attr-defined]
    return str(found[0].label)


def _client_names(text: str) -> list[str]:
    return [card.name for card in clients.page(words=text, limit=OFFERED)] if text.strip() else []


def _company_names(text: str) -> list[str]:
    return [card.name for card in clients.page(words=text, kind="company", limit=OFFERED)] if text.strip() else []


def _deal_names(text: str) -> list[str]:
    return [card.title for card in deals.page(words=text, limit=OFFERED)] if text.strip() else []


def _rep_names(text: str) -> list[str]:
    return _containing([member.name for member in team.load() if member.active], text)


def _containing(names: Sequence[str], text: str) -> list[str]:
    wanted = text.strip().casefold()
    return [name for name in names if wanted in name.casefold() and name.casefold() != wanted][:OFFERED]


def day_text(day: object) -> str:
    """A date as a field begins with it; "" for none."""
    return "" if day is None else shown.value(day)
