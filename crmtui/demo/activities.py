"""What the made-up company did in the last ninety days and has still to do: interactions and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from crmtui import clock
from crmtui.activities import repeats
from crmtui.demo import words
from crmtui.demo.days import Days
from crmtui.demo.deals import Sale
from crmtui.demo.parties import Party
from crmtui.demo.sheets import Sheet
from crmtui.frozen import dataclass

WINDOW_DAYS = 90
OVERDUE, TODAY, DONE = 7, 6, 60
IDLE_SHARE = 0.12
"""Of the open deals, how many have no next step (0–1)."""

_KINDS = (("call", 50), ("email", 30), ("meeting", 11), ("note", 5), ("message", 4))


@dataclass(frozen=True, slots=True)
class Talk:
    """An interaction to be: when, with whom, about which deal."""

    at: datetime
    party: Party
    sale: Sale | None


def talks(days: Days, sales: Sequence[Sale], idle: Sequence[Party]) -> list[Talk]:
    """When somebody was spoken to, oldest first: around the deals alive in the last ninety days, and once with clients without a deal."""
    found = [talk for sale in sales for talk in _about(days, sale)]
    found += [Talk(max(party.since, days.moment(days.ago(days.rng.randint(1, WINDOW_DAYS)))), party, None) for party in idle]
    running = [sale for sale in sales if not sale.closed]
    found += [Talk(days.moment(days.today), sale.party, sale) for sale in days.rng.sample(running, 5)]
    return sorted(found, key=lambda talk: talk.at)


def _about(days: Days, sale: Sale) -> list[Talk]:
    first = max(clock.local(sale.opened).date(), days.today - timedelta(days=WINDOW_DAYS))
    last = clock.local(sale.closed).date() if sale.closed else days.today - timedelta(days=1)
    span = (last - first).days
    if span < 0:
        return []
    drawn = (days.working_before(first + timedelta(days=days.rng.randint(0, span))) for _ in range(1 + span // 6))
    return [Talk(max(sale.opened, days.moment(day)), _partner(days, sale.party), sale) for day in drawn]


def _partner(days: Days, party: Party) -> Party:
    """Mostly the client itself, else one of its people."""
    return days.rng.choice(party.people) if party.people and days.chance(0.4) else party


def write_talks(days: Days, sheet: Sheet, found: Sequence[Talk]) -> None:
    """Put the interactions on their sheet."""
    for talk in found:
        kind = days.pick(_KINDS)
        sheet.add(
            kind=kind, **_said(days, kind), at=talk.at, rep=talk.party.owner, client=talk.party.id,
            deal=talk.sale.id if talk.sale else None, created_at=talk.at, updated_at=talk.at,
        )  # fmt: skip


def _said(days: Days, kind: str) -> dict[str, Any]:
    rng = days.rng
    way = "in" if days.chance(0.3) else "out"
    if kind == "call":
        outcome, note = rng.choice(words.CALLS)
        minutes = rng.randint(3, 24) if outcome == "reached" else 0
        return {"direction": way if outcome == "reached" else "out", "outcome": outcome, "minutes": minutes, "note": note or None}
    if kind == "email":
        subject, note = rng.choice(words.MAILS)
        return {"direction": way, "subject_line": subject, "note": note or None}
    if kind == "meeting":
        return {"minutes": rng.choice((30, 45, 60, 90)), "note": rng.choice(words.MEETINGS) or None}
    if kind == "note":
        return {"note": rng.choice(words.NOTES)}
    return {"direction": way, "note": rng.choice(words.MESSAGES)}


def set_next_steps(days: Days, sales: Sequence[Sale]) -> None:
    """Give most open deals a next step: a few overdue, some for today, the others within three weeks."""
    running = [sale for sale in sales if not sale.closed]
    days.rng.shuffle(running)
    busy = running[int(len(running) * IDLE_SHARE) :]
    busy.sort(key=lambda sale: sale.since > days.now - timedelta(days=10))  # what came in lately cannot be overdue yet
    for place, sale in enumerate(busy):
        if place < OVERDUE:
            sale.next_on = days.ago(days.rng.randint(1, 9))
        else:
            sale.next_on = days.today if place < OVERDUE + TODAY else days.ahead(days.rng.randint(1, 20))
        group = min(sale.stage.position, len(words.NEXT_STEPS) - 1)
        sale.values["next_step"] = days.rng.choice(words.NEXT_STEPS[group])


def write_tasks(days: Days, sheet: Sheet, sales: Sequence[Sale], found: Sequence[Talk], manager: int) -> None:
    """Put the tasks on their sheet: one for each next step, chores of the reps, two that repeat for the manager, those done."""
    for sale in sales:
        if sale.next_on:
            _write_next(days, sheet, sale, manager)
    owners = list(dict.fromkeys(sale.party.owner for sale in sales))
    for place, title in enumerate(words.CHORES):
        _write(sheet, days.now - timedelta(days=2), title=title, due_on=days.ahead(2 + 3 * place), assignee=owners[place % len(owners)])
    for title, word, ahead in (("Pipeline review with the team", "weekly", 3), ("Figures for the board", "monthly", 9)):
        due = {"due_on": days.ahead(ahead), "repeat": repeats.WORDS[word]}
        _write(sheet, days.now - timedelta(days=30), title=title, assignee=manager, author=manager, **due)
    about = [talk for talk in found if talk.sale]
    for place in sorted(days.rng.sample(range(len(about)), min(DONE, len(about)))):
        _write_done(days, sheet, about[place])


def _write_done(days: Days, sheet: Sheet, talk: Talk) -> None:
    assert talk.sale is not None
    made = max(talk.sale.opened, talk.at - timedelta(days=days.rng.randint(1, 6)))
    group = days.rng.choice(words.NEXT_STEPS)
    _write(
        sheet, min(made, talk.at), title=days.rng.choice(group), state="done", done_at=talk.at, updated_at=talk.at,
        due_on=clock.local(talk.at).date() + timedelta(days=days.rng.randint(-1, 2)), assignee=talk.party.owner,
        client=talk.sale.party.id, deal=talk.sale.id,
    )  # fmt: skip


def _write_next(days: Days, sheet: Sheet, sale: Sale, manager: int) -> None:
    due = sale.next_on
    assert due is not None
    spoken = _clock(days, due) if days.chance(0.35) else None
    _write(
        sheet, sale.since, title=sale.values["next_step"], priority=days.pick((("normal", 70), ("high", 20), ("low", 10))),
        due_on=due, due_at=spoken, assignee=sale.party.owner, author=manager if days.chance(0.15) else sale.party.owner,
        client=sale.party.id, deal=sale.id,
    )  # fmt: skip


def _clock(days: Days, day: date) -> datetime:
    """An appointment in office hours of a day."""
    return clock.at(day, time(days.rng.randint(9, 16), days.rng.choice((0, 0, 30))))


def _write(sheet: Sheet, made: datetime, *, title: str, assignee: int, **values: Any) -> None:
    sheet.add(title=title, assignee=assignee, **{"author": assignee, "created_at": made, "updated_at": made, **values})
