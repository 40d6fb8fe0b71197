"""How fast requests come in: `python -m bench.intake [--lines 10000] [--processes 4]`.

Each line is delivered twice, in different processes, all at the same time. Afterwards nothing may be lost or doubled, each deal has its
first task, and no rep has got more than one lead more than another. What is printed is compared with the floor: as many single changes
of the smallest kind, one committed after the other, by one process alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from crmtui import team
from crmtui.activities import tasks
from crmtui.store import connection
from crmtui.store.tables import Capture, Client, Deal, Task

REPS = ("Nils", "Brigid", "Otto")
COMMAND = (sys.executable, "-c", "from commands.app import main; main()")


def request(number: int) -> str:
    """One line."""
    return json.dumps({
        "delivery": f"d{number}", "name": f"Lead {number}", "email": f"lead{number}@example.org", "phone": f"+3712{number:07d}",
        "message": "wants windows", "source": "web", "utm_source": "google", "utm_campaign": "spring",
    })  # fmt: skip


def split(lines: int, processes: int) -> list[list[int]]:
    """Which lines each process delivers: each line in two of them, never in the same order."""
    parts: list[list[int]] = [[] for _ in range(processes)]
    for number in range(lines):
        parts[number % processes].append(number)
        parts[(number + 1) % processes].append(number)
    return [part[::-1] if place % 2 else part for place, part in enumerate(parts)]


def deliver(base: Path, lines: int, processes: int) -> float:
    """Deliver all lines twice at once; the seconds it took."""
    files = []
    for place, numbers in enumerate(split(lines, processes)):
        file = base.with_name(f"part{place}.jsonl")
        file.write_text("\n".join(map(request, numbers)) + "\n")
        files.append(file)
    started = time.perf_counter()
    running = [
        subprocess.Popen([*COMMAND, "capture-lead", str(file), "--format", "ids"], env=environment(base), stdout=subprocess.DEVNULL)
        for file in files
    ]
    codes = [process.wait() for process in running]
    assert codes == [0] * processes, codes
    return time.perf_counter() - started


def environment(base: Path) -> dict[str, str]:
    """The environment of the programs that deliver."""
    return os.environ | {"CRMTUI_DB": str(base), "CRMTUI_CONFIG": str(base.with_name("none.toml")), "PYTHONPATH": os.pathsep.join(sys.path)}


def complaints(base: Path, lines: int) -> list[str]:
    """What is not as it should be afterwards."""
    with connection.opened(base):
        counts = {table.__name__: table.select().count() for table in (Client, Deal, Task, Capture)}
        given = Counter(row.rep_id for row in Capture.select(Capture.rep))
        leads = Client.select().where(Client.status == "lead").count()
    found = [f"{count} rows of {name}, not {lines}" for name, count in {**counts, "leads": leads}.items() if count != lines]
    if len(given) != len(REPS) or max(given.values()) - min(given.values()) > 1:
        found.append(f"given out unevenly: {sorted(given.values())}")
    return found


def floor(folder: Path, changes: int = 200) -> float:
    """Seconds of one smallest change."""
    with connection.opened(folder / "floor.db", actor="bench", command="bench"):
        started = time.perf_counter()
        for number in range(changes):
            tasks.add(f"Task {number}")
        return (time.perf_counter() - started) / changes


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=4)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        base = Path(name) / "crm.db"
        with connection.opened(base, actor="bench", command="bench"):
            for rep in REPS:
                team.add({"name": rep})
        seconds, single = deliver(base, asked.lines, asked.processes), floor(Path(name))
        wrong = complaints(base, asked.lines)
    each = seconds / asked.lines
    print(f"{asked.lines:,} leads, delivered twice by {asked.processes} processes: {seconds:.1f} s, {each * 1000:.2f} ms a lead")
    print(f"a smallest change alone: {single * 1000:.2f} ms; ratio {each / single:.1f}")
    print("\n".join(wrong) if wrong else "none lost, none doubled, evenly given out")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
