"""Many programs on one base: `python -m bench.writers [--processes 16] [--commands 500]`.

Each process carries out commands of mixed kinds, changes and looks, while a full screen is open and imports run one after the other.
Afterwards every acknowledged change must be there, nobody may have heard of a lock, and no command may have taken longer than a writer
waits for its turn.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.terminal import Terminal
from commands import app
from crmtui import demo
from crmtui.store import connection
from crmtui.store.queue import DEADLINE_SECONDS

NOW = "2026-03-04T10:00:00+00:00"
COMMAND = (sys.executable, "-c", "from commands.app import main; main()")
ROWS = 2_000
"""Rows of each import."""

HOME = "The business today"
"""What shows that the full screen is open."""

COMPLAINTS = ("locked", "busy", "has been writing", "made a mistake")

KEYS = (b"2", b"3", b"4", b"1")
"""Pressed in the full screen in turn while the others work."""


@dataclass(slots=True)
class Told:
    """What a process was told: what each query must count, how long every command took in seconds, and what went wrong."""

    queries: list[tuple[str, int]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def work(who: int, commands: int) -> Told:
    """Carry out so many commands, one after the other, in this process."""
    told = Told()
    lines = _lines(who, told)
    answer = ""
    for number in range(commands):
        line = lines.send(answer) if number else next(lines)
        answer = _carried_out(line, told)
    return told


def _carried_out(line: list[str], told: Told) -> str:
    """What a command printed; what it said instead is noted."""
    kept = [io.BytesIO(), io.BytesIO()]
    streams = [io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in kept]
    sys.stdout, sys.stderr = streams  # kept by name: a stream that nobody holds closes what it writes into
    started = time.perf_counter()
    try:
        code = app.run(line)
    finally:
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    told.seconds.append(time.perf_counter() - started)
    out, err = (each.getvalue().decode() for each in kept)
    if code or any(word in err for word in COMPLAINTS):
        told.wrong.append(f"{line}: {code} {err}")
    return out.strip()


def _lines(who: int, told: Told) -> Generator[list[str], str, None]:
    """Command lines without end; sent in is what the last one printed. What each was acknowledged to have done is noted."""
    ids = ("--format", "ids")
    turn = 0
    while True:
        turn += 1
        own = f"{who}.{turn}"
        client = yield ["add-client", f"Client {own}", "--email", f"c{own}@example.org", *ids]
        deal = yield ["add-deal", f"Deal {own}", "--client", client, "--value", "100", *ids]
        told.queries.append((f"SELECT count(*) FROM client WHERE id = {client} AND name = 'Client {own}' AND deleted_at IS NULL", 1))
        yield ["list-clients", "--limit", "20"]
        yield ["move-deal", deal, "qualified", *ids]
        stage = "SELECT count(*) FROM deal JOIN stage ON stage.id = stage_id"
        told.queries.append((f"{stage} WHERE deal.id = {deal} AND title = 'Deal {own}' AND stage.name = 'Qualified' COLLATE NOCASE", 1))
        yield ["show-client", f"c{own}@example.org"]
        yield ["log-call", client, "reached", "--note", f"Call {own}", *ids]
        yield ["search", f"Deal {own}"]
        task = yield ["add-task", f"Task {own}", "--client", client, *ids]
        told.queries.append((f"SELECT count(*) FROM interaction WHERE client_id = {client} AND note = 'Call {own}'", 1))
        yield ["complete-task", task, *ids]
        yield ["report", "overdue"]
        told.queries.append((f"SELECT count(*) FROM task WHERE id = {task} AND title = 'Task {own}' AND state = 'done'", 1))
        yield ["tag-client", client, f"tag{who}", *ids]
        yield ["edit-client", client, "--source", f"source {own}", *ids]
        told.queries.append((f"SELECT count(*) FROM client WHERE id = {client} AND source = 'source {own}'", 1))
        yield ["add-task", f"Gone {own}", *ids]
        yield ["undo"]
        told.queries.append((f"SELECT count(*) FROM task WHERE title = 'Gone {own}'", 0))
        yield ["list-deals", "--outcome", "open", "--limit", "20"]
        yield ["history", "--limit", "20"]


def beside(base: Path, over: threading.Event, told: Told) -> None:
    """Import one file after the other until it is over."""
    number = 0
    while not over.is_set():
        number += 1
        file = base.with_name("in.csv")
        rows = [f"In {number};{place},in{number}.{place}@example.org" for place in range(ROWS)]
        file.write_text("\n".join(["Name,Email", *rows]) + "\n")
        started = time.perf_counter()
        ran = subprocess.run(
            [*COMMAND, "import-csv", "clients", str(file)], capture_output=True, text=True, env=environment(base), check=False
        )
        told.seconds.append(time.perf_counter() - started)
        told.queries.append((f"SELECT count(*) FROM client WHERE name LIKE 'In {number};%'", ROWS))
        if ran.returncode or any(word in ran.stderr for word in COMPLAINTS):
            told.wrong.append(f"import {number}: {ran.returncode} {ran.stderr}")


def watched(screen: Terminal, over: threading.Event, told: Told) -> None:
    """Leaf through the full screen until it is over; a person looking at it sees no word of a lock."""
    place = 0
    while not over.wait(0.5):
        screen.press(KEYS[place % len(KEYS)])
        place += 1
        text = screen.text()
        told.wrong += [f"on the screen: {word}\n{text}" for word in COMPLAINTS if word in text]
    if screen.process.poll() is not None:
        told.wrong.append(f"the full screen ended\n{screen.text()}")


def environment(base: Path, who: str = "bench") -> dict[str, str]:
    """The environment of a process that works on the base under a name of its own, so that its undo is its own."""
    return os.environ | {
        "CRMTUI_DB": str(base), "CRMTUI_CONFIG": str(base.with_name("none.toml")), "CRMTUI_NOW": NOW, "TZ": "UTC", "LOGNAME": who,
        "HOME": str(base.parent), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "TERM": "xterm-256color",
    }  # fmt: skip


def run(folder: Path, processes: int, commands: int) -> tuple[list[str], list[str]]:
    """All of it in the folder; return the figures, and what is wrong."""
    os.environ |= environment(folder / "crm.db")
    base = folder / "crm.db"
    with connection.opened(base, actor="bench", command="bench"):
        demo.fill()
    over, imported, seen = threading.Event(), Told(), Told()
    with Terminal([*COMMAND], environment=environment(base), folder=folder) as screen:
        screen.wait_for(HOME, 30)
        others: list[tuple[Callable[..., None], tuple[Any, ...]]] = [(beside, (base, over, imported)), (watched, (screen, over, seen))]
        threads = [threading.Thread(target=target, args=arguments) for target, arguments in others]
        for thread in threads:
            thread.start()
        started = time.perf_counter()
        workers = _worked(base, processes, commands)
        took = time.perf_counter() - started
        over.set()
        for thread in threads:
            thread.join()
    every = [*workers, imported, seen]
    wrong = [each for told in every for each in told.wrong] + _missing(base, every) + _unsound(base)
    seconds = [each for told in workers for each in told.seconds]
    wrong += [f"a command took {each:.1f} s" for each in (*seconds, *imported.seconds) if each > DEADLINE_SECONDS]
    return _figures(seconds, took, imported, every), wrong


def _worked(base: Path, processes: int, commands: int) -> list[Told]:
    """Every worker's account."""
    line = [sys.executable, "-m", "bench.writers", "--commands", str(commands), "--worker"]
    running = [
        subprocess.Popen([*line, str(who)], env=environment(base, f"worker{who}"), stdout=subprocess.PIPE, text=True)
        for who in range(processes)
    ]
    return [Told(**json.loads(process.communicate()[0])) for process in running]


def _figures(seconds: list[float], took: float, imported: Told, every: list[Told]) -> list[str]:
    cuts = statistics.quantiles(seconds, n=100)
    return [
        f"{len(seconds):,} commands in {took:.1f} s: {len(seconds) / took:.0f} a second",
        f"one command: half within {cuts[49] * 1000:.0f} ms, 99 % within {cuts[98] * 1000:.0f} ms, the longest {max(seconds):.2f} s"
        f" (limit {DEADLINE_SECONDS:.0f} s)",
        f"beside them {len(imported.seconds)} imports of {ROWS:,} rows, the longest {max(imported.seconds):.1f} s, and a full screen",
        f"{sum(len(told.queries) for told in every):,} acknowledged changes looked up",
    ]


def _missing(base: Path, every: list[Told]) -> list[str]:
    """Which acknowledged changes are not there."""
    found = connection.driver.connect(str(base))
    try:
        counted = [(sql, meant, found.execute(sql).fetchone()[0]) for told in every for sql, meant in told.queries]
    finally:
        found.close()
    return [f"{sql}: {there}, not {meant}" for sql, meant, there in counted if there != meant]


def _unsound(base: Path) -> list[str]:
    ran = subprocess.run(
        [*COMMAND, "check", "--deep", "--format", "csv"], capture_output=True, text=True, env=environment(base), check=False
    )
    return [] if ran.returncode == 0 else [f"check --deep: {ran.stdout} {ran.stderr}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m bench.writers", description=__doc__)
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--commands", type=int, default=500)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.worker is not None:
        told = work(asked.worker, asked.commands)
        json.dump({"queries": told.queries, "seconds": told.seconds, "wrong": told.wrong}, sys.stdout)
        return 0
    with tempfile.TemporaryDirectory() as name:
        figures, wrong = run(Path(name), asked.processes, asked.commands)
    print("\n".join(figures))
    few = Counter(wrong).most_common(20)
    print("\n".join(each for each, _ in few) if wrong else "every acknowledged change there, no word of a lock")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
