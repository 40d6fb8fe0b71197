"""Sending: what reps are to be told becomes letters, then every waiting letter leaves, each at most once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from email.message import EmailMessage
from hashlib import sha256

from crmtui import clock, config, team
from crmtui.blocks import Report
from crmtui.dates import When
from crmtui.errors import Failed
from crmtui.frozen import dataclass
from crmtui.mailing import letters, transports
from crmtui.mailing.letters import REFUSED, SENDING, SENT, WAITING
from crmtui.mailing.transports import Transport
from crmtui.present import messages
from crmtui.reports import overdue as report
from crmtui.reports import registry, tellings
from crmtui.reports.overdue import Chosen
from crmtui.reports.population import Answer, Scope, plural
from crmtui.reports.registry import Options
from crmtui.reports.tellings import Wish
from crmtui.store.connection import current
from crmtui.store.reading import tuples
from crmtui.store.tables import Notice
from crmtui.team import Member


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: letters put down, sent, left for the next run, refused for good, handed over without an answer.

    `without` are the reps who were to be told something and have no mail; `troubles` what went wrong, a sentence each.
    """

    queued: int
    sent: int
    waiting: int
    refused: int
    unsure: int
    without: tuple[str, ...]
    troubles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Queued:
    """How many letters were put down, and the reps who have no mail."""

    letters: int = 0
    without: tuple[str, ...] = ()


def notices() -> Queued:
    """Put down a letter for every notice that waits. Raises `Refused` when nothing says how mail is sent."""
    return _each(_waiting(), _notice)


def digests(reps: Sequence[int]) -> Queued:
    """Put down the digest of today for each of these reps, once a day. Raises as `notices` does."""
    return _each([(member, member.id) for member in team.load(reps)], _digest)


def overdue(reps: Sequence[int], within: When | None = None) -> Queued:
    """Put down what each of these reps was not told yet: late work, what is late by `within`, and that of those whom they manage.

    What is told and its letter are one transaction: neither is without the other. Raises as `notices` does.
    """
    return _each([(member, member.id) for member in team.load(reps)], lambda member, _: _overdue(member, within))


def send() -> Sent:
    """Send every waiting letter, in a rehearsal none. What could not be sent waits for the next run.

    Raises `Failed` when the program or the server cannot be reached, `Refused` and `Unreadable` as `transports.opened` does.
    """
    wanted = letters.waiting()
    if current().rehearsal or not wanted:
        return Sent(0, 0, len(wanted), 0, 0, (), ())
    counts: Counter[str] = Counter()
    troubles: list[str] = []
    with ExitStack() as stack:
        transport = _reached(stack, len(wanted))
        for letter_id in wanted:
            letter = letters.claim(letter_id)
            if letter is None:
                continue
            outcome = transport.send(letter)
            letters.settle(letter_id, outcome.state, outcome.trouble)
            counts[outcome.state] += 1
            troubles += [f"letter {letter_id} to {letter.recipient}: {outcome.trouble}"] if outcome.trouble else []
    return Sent(0, counts[SENT], counts[WAITING], counts[REFUSED], counts[SENDING], (), tuple(troubles))


def _reached(stack: ExitStack, waiting: int) -> Transport:
    """The transport until the stack ends; when it cannot be reached, the refusal says how many letters wait."""
    try:
        return stack.enter_context(transports.opened())
    except Failed as why:
        raise Failed(f"{why.sentence}; {plural(waiting, 'letter')} left for the next run", why.hint) from None


def _each(pairs: Iterable[tuple[Member, int]], put: Callable[[Member, int], bool]) -> Queued:
    transports.check()
    count = 0
    without: dict[str, None] = {}
    for member, id_ in pairs:
        if member.email and member.email.isascii():
            count += put(member, id_)
        else:
            without[member.name] = None
    return Queued(count, tuple(without))


def _waiting() -> list[tuple[Member, int]]:
    """The reps who are to get a notice, each with the notice's id, the oldest first."""
    members = {member.id: member for member in team.load()}
    query = Notice.select(Notice.rep, Notice.id).where(Notice.sent_at.is_null()).order_by(Notice.id)
    return [(members[rep], id_) for rep, id_ in tuples(query)]


def _notice(member: Member, notice_id: int) -> bool:
    with current().writing():
        row = Notice.get_or_none(Notice.id == notice_id)
        if row is None:
            return False
        message = messages.of_text(row.subject_line, row.body, clock.local(clock.now()), **_to(member))
        return letters.put(f"{letters.NOTICE}{notice_id}", member, row.subject_line, message)


def _digest(member: Member, _: int) -> bool:
    key = f"digest {member.id} {clock.today()}"
    if letters.is_put(key):
        return False
    told = registry.run("digest", registry.for_people("digest", Options(owner=member.id)))
    with current().writing():
        return letters.put(key, member, told.title, _mail(told, member))


def _overdue(member: Member, within: When | None) -> bool:
    found: list[Chosen] = []

    def answered(scope: Scope) -> Answer:
        found.append(tellings.for_rep(scope, Wish(new_only=True)))
        return report.answer(scope, found[0])

    with current().writing():
        told = registry.run("overdue", Options(owner=member.id, within=within), answered)
        return bool(told.findings) and letters.put(f"overdue {member.id} {_told(found[0])}", member, told.title, _mail(told, member))


def _told(chosen: Chosen) -> str:
    """The same word for the same items on the same occasions, and for no others."""
    lines = [("late", line) for line in chosen.late] + [("soon", line) for line in chosen.coming or ()]
    lines += [("manager", alert.finding) for alert in chosen.alerts or ()]
    words = sorted(f"{level} {line.kind} {line.id} {line.occasion}" for level, line in lines)
    return sha256("\n".join(words).encode()).hexdigest()[:32]


def _mail(told: Report, member: Member) -> EmailMessage:
    return messages.of_report(told, clock.local(told.as_of), **_to(member))


def _to(member: Member) -> dict[str, str]:
    return {"to": member.email or "", "name": member.name, "sender": config.current().mail_from}
