"""The lines of a record's card: what is known of it, its deals, its timeline of planned and past together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from crmtui import clock
from crmtui.blocks import Kind
from crmtui.clients.records import Card
from crmtui.present import text as shown
from crmtui.sales import facts, health
from crmtui.sales.pipelines import Step
from crmtui.sales.records import DealCard, Move
from crmtui.sales.timeline import Event
from screens import days
from screens.lines import BLANK, REST, Line, Part, head, plain
from screens.subject import Subject

LABEL = 14
"""Cells of the labels."""

OPENS = {"task", "interaction", "deal", "purchase", "file"}
"""Nouns of events that can be opened."""


def client_facts(card: Card) -> Iterator[Line]:
    """What is known of a client. Its first line stands for the client itself; its company can be opened."""
    for label, value in facts.of_client(card):
        company = Subject("client", card.company_id) if card.company_id else None
        yield from _fact(label, value, Subject("client", card.id) if label == card.kind else company if label == "company" else None)


def deal_facts(card: DealCard) -> Iterator[Line]:
    """What is known of a deal. Its first line stands for the deal itself; its client can be opened."""
    for label, value in facts.of_deal(card):
        if label == "health":
            yield from _health(card.id)
            continue
        client = Subject("client", card.client_id) if card.client_id else None
        subject = Subject("deal", card.id) if label == "deal" else client if label == "client" else None
        style = "bad" if label == "stage" and (card.late or card.cold) else "text"
        yield from _fact(label, value, subject, style)


def _health(deal: int) -> Iterator[Line]:
    """The score, and below it what keeps it from a hundred, each with the points that it costs; what has none left is bad."""
    for found in health.of([deal]):
        bad, lost = any(not part.points for part in found.parts), health.worst(found)
        score = Part(f"{found.score} of 100", REST, "bad" if bad else "warn" if lost else "good")
        yield Line((Part("health", LABEL, "muted"), score), key="health")
        for part in lost:
            style = "warn" if part.points else "bad"
            yield Line((Part("", LABEL), Part(f"−{part.most - part.points}", 3, style, right=True), Part(part.words, REST, style)))


def script(step: Step) -> list[Line]:
    """What a seller says at a stage, and what is to be done or asked there; nothing where neither is written."""
    said = [Line((Part(text, REST),), wraps=True) for text in (step.script or "").split("\n")] if step.script else []
    asked = [Line((Part("·", 1, "accent"), Part(text, REST)), wraps=True) for text in step.checklist]
    return [head(f"At {step.name}"), *said, *([BLANK] if said and asked else []), *asked] if said or asked else []


def _fact(label: str, value: object, subject: Subject | None, style: str = "text") -> Iterator[Line]:
    if value is None:
        return
    first, *others = (value if isinstance(value, str) else shown.value(value)).split("\n")
    yield Line((Part(label, LABEL, "muted"), Part(first, REST, "accent" if subject else style)), subject, key=label, wraps=True)
    yield from (Line((Part("", LABEL), Part(line, REST)), wraps=True) for line in others)


def deals(cards: Sequence[DealCard]) -> Iterator[Line]:
    """The deals of a client, the open ones first."""
    opened = sum(card.outcome == "open" for card in cards)
    yield head(f"Deals: {opened} open, {len(cards) - opened} closed")
    if not cards:
        yield plain("none yet; d adds one")
    for card in sorted(cards, key=lambda each: (each.outcome != "open", -(each.opened_at or clock.now()).timestamp())):
        yield deal(card)


def deal(card: DealCard) -> Line:
    """A deal in a line: its title, its stage with how it stands, its value."""
    style = {"won": "good", "lost": "muted"}.get(card.outcome, "text")
    value = shown.value(card.value_cents, Kind.MONEY, card.currency)
    stage = Part(f"{card.stage}{mark(card.late, card.cold)}", 0, "bad" if card.late or card.cold else style)
    return Line((Part(card.title, REST, style), stage, Part(value, 0, style, right=True)), Subject("deal", card.id))


def mark(late: bool, cold: bool) -> str:
    """The words that mark a deal past its close or past its stage's limit."""
    return " late" if late else " cold" if cold else ""


def timeline(events: Sequence[Event]) -> Iterator[Line]:
    """What is planned, then what has been, each with its day."""
    planned = [event for event in events if event.planned]
    past = [event for event in events if not event.planned]
    yield head("Planned", str(len(planned) or ""))
    yield from (_event(event) for event in planned) if planned else (plain("nothing; t adds a task"),)
    yield Line(())
    yield head("Past", str(len(past) or ""))
    yield from (_event(event) for event in past) if past else (plain("nothing yet; c logs a call, N a note"),)


def _event(event: Event) -> Line:
    style = "bad" if event.overdue else "text" if event.planned else "muted"
    subject = Subject(event.noun, event.id) if event.noun in OPENS else None
    words = f"{event.title}  {event.detail}".strip()
    return Line(
        (Part(when(event), 11, style), Part(event.kind, 8, "muted"), Part(words, REST, style)), subject, key=f"{event.kind}{event.on}"
    )


def when(event: Event) -> str:
    """The day of an event, short: its time when it is today's, the year only when it is another."""
    if event.on is None:
        return "no day"
    if event.at is not None and event.on == clock.today():
        return f"today {clock.local(event.at):%H:%M}"
    return days.short(event.on)


def moves(entries: Iterable[Move]) -> Iterator[Line]:
    """The stages that a deal has passed, the last first."""
    yield head("Stages")
    for each in reversed(list(entries)):
        day = days.short(clock.local(each.at).date()) if each.at else "–"
        note = " ".join(filter(None, (each.note, f"without {', '.join(each.forced)}" if each.forced else "")))
        yield Line((Part(day, 11, "muted"), Part(each.entered, 14), Part(note, REST, "muted"), Part(each.rep or "", 0, "muted")))
