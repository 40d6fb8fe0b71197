"""Makes the big bases that the benchmarks read: `python -m bench.base PATH [--share 0.1 | --wide]`."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

NOW = "2026-03-18T10:30:00+00:00"
"""The moment at which the base was made, as far as it knows; the benchmarks read it with the clock stood still there."""

REPS = 35
OPEN_DEALS, OPEN_TASKS = 0.2, 0.025
"""Shares (0–1) of the deals and of the tasks that are open."""

UNHEALTHY = 0.0025
"""Share (0–1) of the open deals that are late, and as many again that are cold, and that lack a next step."""

DAYS = 3 * 365
CHUNK = 20_000

_SYLLABLES = ("al", "ber", "cor", "den", "el", "far", "gru", "hol", "in", "ker", "lan", "mir", "nor", "os", "pra", "quin", "ros", "sten")
_EAST = ("Вер", "Гор", "Дуб", "Зар", "Кра", "Лес", "Мир", "Поль", "Реч", "Яс")
_FAR_EAST = ("林", "森", "青", "高", "松", "白", "川", "原", "김", "윤", "한", "별")
_STAGE_IDS = (1, 2, 3, 4)
_LIMITS = (14, 14, 21, 21)
_WON, _LOST = 5, 6

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How many records of each kind a base holds."""

    clients: int
    deals: int
    interactions: int
    tasks: int

    def share(self, part: float) -> Size:
        """That part (0–1) of it."""
        return Size(*(int(count * part) for count in (self.clients, self.deals, self.interactions, self.tasks)))


FULL = Size(100_000, 200_000, 1_000_000, 200_000)
"""Years of work of a whole team."""

WIDE = Size(1_000_000, 2_000, 20_000, 4_000)
"""A long list of clients with little done for them: what a list, a search and the memory are measured on."""


class Calendar:
    """Texts of days and office-hour moments up to `today`, ready made: a million are asked for."""

    def __init__(self, today: date) -> None:
        self.days = [(today - timedelta(days=back)).isoformat() for back in range(DAYS + 200)]
        self.coming = [(today + timedelta(days=ahead)).isoformat() for ahead in range(120)]
        self.times = [f" {minute // 60:02d}:{minute % 60:02d}:00.000000" for minute in range(6 * 60, 10 * 60)]

    def moment(self, rng: Random, back: int) -> str:
        """A moment that many days ago, before the hour at which the clock stands."""
        return self.days[back] + self.times[int(rng.random() * 240)]


def main() -> None:
    """Make the base at the path given; `--share` makes a part of its size."""
    parser = argparse.ArgumentParser(prog="python -m bench.base", description=__doc__)
    parser.add_argument("path", type=Path)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--share", type=float, default=1.0, help="of the full size, 0 to 1")
    size.add_argument("--wide", action="store_true", help="a million clients and little else")
    given = parser.parse_args()
    if given.path.exists():
        parser.error(f"{given.path} exists")
    started = time.perf_counter()
    make(given.path, WIDE if given.wide else FULL.share(given.share))
    print(f"{given.path}: {given.path.stat().st_size / 1e6:,.0f} MB in {time.perf_counter() - started:.0f} s")


def make(path: Path, size: Size = FULL) -> None:
    """Make a base of that size, the same rows each time; one operation of the journal."""
    os.environ["CRMTUI_NOW"] = NOW
    os.environ["TZ"] = "UTC"
    from crmtui.store import connection
    from crmtui.store.journal import operation

    with connection.opened(path, actor="bench", command="bench") as base:
        base.database.execute_sql("PRAGMA cache_size = -262144")
        with operation("made the big base") as recorder:
            _fill(recorder, Random(7), size)


def _fill(recorder: Any, rng: Random, size: Size) -> None:
    from crmtui import clock, team
    from crmtui.store import tables

    calendar = Calendar(clock.today())
    for number in range(REPS):
        team.add({"name": f"{_word(rng).title()} {_word(rng).title()} {number}", "region": ("North", "South", "East", "West")[number % 4]})
    clients, deals = size.clients, size.deals
    names: list[str] = []
    plan: list[tuple[Any, Sequence[str], Iterator[Row]]] = [
        (tables.Client, _CLIENT, _clients(rng, calendar, clients, names)),
        (tables.ContactPoint, _POINT, _points(clients)),
        (tables.Deal, _DEAL, _deals(rng, calendar, deals, names)),
        (tables.StageChange, _MOVE, _moves(deals)),
        (tables.Interaction, _INTERACTION, _interactions(rng, calendar, size.interactions, clients, deals)),
        (tables.Task, _TASK, _tasks(rng, calendar, size.tasks, clients, deals)),
    ]
    for table, columns, rows in plan:
        started = time.perf_counter()
        written = _write(recorder, table, columns, rows)
        print(f"  {table._meta.table_name}: {written:,} rows in {time.perf_counter() - started:.1f} s")


def _write(recorder: Any, table: Any, columns: Sequence[str], rows: Iterator[Row]) -> int:
    """Write rows as they come, so that memory stays flat; return how many there were."""
    count = 0
    while chunk := list(islice(rows, CHUNK)):
        recorder.insert_run(table, columns, chunk)
        count += len(chunk)
    return count


def _word(rng: Random, parts: Sequence[str] = _SYLLABLES, count: int = 3) -> str:
    return "".join(parts[int(rng.random() * len(parts))] for _ in range(count))


_CLIENT = ("id", "kind", "name", "company_id", "status", "source", "owner_id", "sort_key", "search_key", "created_at", "updated_at")


def _clients(rng: Random, calendar: Calendar, count: int, names: list[str]) -> Iterator[Row]:
    """Three in ten are companies, which come first; most people belong to one. `names` is filled with theirs, by id - 1."""
    from crmtui.store.keys import sort_key
    from crmtui.store.search import key_of

    companies = count * 3 // 10
    for id_ in range(1, count + 1):
        company = None if id_ <= companies or rng.random() < 0.3 else 1 + int(rng.random() * companies)
        name = _name(rng, id_ <= companies)
        names.append(name)
        mail, phone = _mail(id_), _phone(id_)
        made = calendar.moment(rng, 1 + int(rng.random() * DAYS))
        status = ("customer", "prospect", "lead", "former", "customer")[id_ % 5]
        yield (
            id_, "company" if id_ <= companies else "person", name, company, status, ("website", "referral", "fair")[id_ % 3],
            1 + id_ % REPS, sort_key(name), key_of(name, names[company - 1] if company else "", mail, phone), made, made,
        )  # fmt: skip


def _name(rng: Random, company: bool) -> str:
    script = rng.random()
    if script < 0.1:
        return f"{_word(rng, _EAST, 2)} {_word(rng, _EAST, 2)}"
    if script < 0.15:
        return _word(rng, _FAR_EAST, 3)
    return f"{_word(rng).title()} {_word(rng).title()}{' Ltd' if company else ''}"


def _mail(id_: int) -> str:
    return f"client{id_}@example.com"


def _phone(id_: int) -> str:
    return f"+1555{id_:07d}"


_POINT = ("id", "client_id", "kind", "value", "key", "label", "position")


def _points(clients: int) -> Iterator[Row]:
    for id_ in range(1, clients + 1):
        yield 2 * id_ - 1, id_, "email", _mail(id_), _mail(id_), "", 0
        yield 2 * id_, id_, "phone", _phone(id_), _phone(id_), "", 0


_DEAL = (
    "id", "title", "client_id", "owner_id", "stage_id", "stage_since", "value_cents", "currency", "source", "next_step", "next_step_on",
    "opened_at", "expected_close", "closed_at", "lost_reason", "search_key", "created_at", "updated_at",
)  # fmt: skip


def _is_open(deal: int) -> bool:
    return deal % round(1 / OPEN_DEALS) == 0


def _deals(rng: Random, calendar: Calendar, count: int, names: Sequence[str]) -> Iterator[Row]:
    from crmtui.store.search import key_of

    for id_ in range(1, count + 1):
        client = 1 + int(rng.random() * len(names))
        title = f"{('Windows', 'Doors', 'Facade', 'Blinds')[id_ % 4]} {_word(rng)} {id_}"
        value = 100 * int(500 + rng.expovariate(1 / 20_000))
        head = (id_, title, client, 1 + id_ % REPS)
        tail = (key_of(title, names[client - 1]),)
        if _is_open(id_):
            made = calendar.days[40] + calendar.times[0]
            yield (*head, *_open_deal(rng, calendar, id_, value), *tail, made, made)
            continue
        back = 1 + int(rng.random() * DAYS)
        closed, opened = calendar.moment(rng, back), calendar.moment(rng, back + 12)
        won = rng.random() < 0.45
        yield (
            *head, _WON if won else _LOST, closed, value, "USD", "website", None, None, opened, calendar.days[back], closed,
            None if won else "price", *tail, opened, closed,
        )  # fmt: skip


def _open_deal(rng: Random, calendar: Calendar, id_: int, value: int) -> Row:
    """Stage to reason of an open deal: nearly all within their limit, with a next step and a close ahead."""
    place = id_ // 5 % 4
    cold, late, idle = rng.random() < UNHEALTHY, rng.random() < UNHEALTHY, rng.random() < UNHEALTHY
    back = _LIMITS[place] + 5 if cold else int(rng.random() * (_LIMITS[place] - 1))
    close = calendar.days[3] if late else calendar.coming[1 + int(rng.random() * 90)]
    step, due = (None, None) if idle else ("Send offer", calendar.coming[1 + int(rng.random() * 20)])
    since = calendar.moment(rng, back)
    opened = calendar.moment(rng, back + 10 * place) if place else since
    return _STAGE_IDS[place], since, value, "USD", "referral", step, due, opened, close, None, None


_MOVE = ("id", "deal_id", "from_stage_id", "to_stage_id", "at", "rep_id")


def _moves(deals: int) -> Iterator[Row]:
    """Every stage up to the present one of each deal, read from the deals just written."""
    from crmtui.store.tables import database

    id_ = 0
    for first in range(1, deals + 1, CHUNK):
        sql = "SELECT id, stage_id, stage_since, opened_at, owner_id FROM deal WHERE id BETWEEN ? AND ?"
        for deal, stage, since, opened, owner in database.execute_sql(sql, (first, first + CHUNK - 1)).fetchall():
            passed = _STAGE_IDS if stage == _WON else _STAGE_IDS[: 1 + deal % 4] if stage == _LOST else _STAGE_IDS[:stage]
            path = [*passed, stage] if stage not in passed else list(passed)
            left = None
            for place, entered in enumerate(path):
                id_ += 1
                yield id_, deal, left, entered, since if place == len(path) - 1 else opened, owner
                left = entered


_INTERACTION = ("id", "kind", "direction", "outcome", "minutes", "at", "rep_id", "client_id", "deal_id", "note", "created_at", "updated_at")


def _interactions(rng: Random, calendar: Calendar, count: int, clients: int, deals: int) -> Iterator[Row]:
    """In time order over three years."""
    draw = rng.random
    for id_ in range(1, count + 1):
        at = calendar.moment(rng, int(DAYS * (count - id_) / count))
        kind = ("call", "email", "call", "meeting", "call", "email")[id_ % 6]
        yield (
            id_, kind, "out" if id_ % 3 else "in", "reached" if kind == "call" else None, id_ % 25, at, 1 + id_ % REPS,
            1 + int(draw() * clients), 1 + int(draw() * deals) if id_ % 2 else None, "Talked it over.", at, at,
        )  # fmt: skip


_TASK = (
    "id", "title", "state", "priority", "due_on", "done_at", "assignee_id", "author_id", "client_id", "deal_id", "created_at", "updated_at",
)  # fmt: skip


def _tasks(rng: Random, calendar: Calendar, count: int, clients: int, deals: int) -> Iterator[Row]:
    """Done ones over three years; of the open ones three in a hundred overdue, as many due today, the others ahead."""
    first_open = count - int(count * OPEN_TASKS)
    for id_ in range(1, count + 1):
        back = 1 + int(rng.random() * DAYS)
        made, luck = calendar.moment(rng, back), rng.random()
        links = (1 + id_ % REPS, 1 + id_ % REPS, 1 + int(rng.random() * clients), 1 + int(rng.random() * deals))
        if id_ <= first_open:
            yield id_, "Send offer", "done", "normal", calendar.days[back - 1], made, *links, made, made
            continue
        due = calendar.days[1 + id_ % 9] if luck < 0.03 else calendar.coming[0 if luck < 0.06 else 1 + int(rng.random() * 90)]
        yield id_, "Call back", "open", ("low", "normal", "high")[id_ % 3], due, None, *links, made, made


if __name__ == "__main__":
    main()
