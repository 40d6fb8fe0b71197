"""The overdue report of one rep among 100,000 open tasks against the demo company: `python -m bench.overdue`."""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from bench.base import NOW
from bench.commands import _demo, _environment, _line, _measured, _median

TASKS = 100_000
REPS = 50
LATE = 25
"""Open tasks, the reps they are shared out to, and how many of each rep's are late: about what a rep of the demo company has."""

RATIO_TARGET = 1.5
CASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("report overdue --owner me", ()),
    ("the same, --within 3d --new-only", ("--within", "3d", "--new-only", "--escalate")),
)


def main() -> None:
    """Measure both bases in turn and print the ratio; leaves with 1 when it is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.overdue", description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo, many = Path(folder) / "demo.db", Path(folder) / "many.db"
        _demo(demo)
        shutil.copyfile(demo, many)
        _fill(many)
        jobs = {
            f"{title} {base.stem}": _line(["report", "overdue", "--owner", "me", "--as", "3", *words], base)
            for title, words in CASES
            for base in (demo, many)
        }
        found = _measured(jobs, given.runs)
    print(f"Wall time of a whole process in ms; {TASKS:,} open tasks of {REPS} reps; medians of {given.runs}")
    print(f"{'':36}{'demo':>8}{'many':>8}{'ratio':>8}{'target':>8}")
    kept = True
    for title, _ in CASES:
        few, much = (_median(run.wall_ms for run in found[f"{title} {stem}"]) for stem in ("demo", "many"))
        failed = any(run.code for stem in ("demo", "many") for run in found[f"{title} {stem}"])
        verdict = "failed" if failed else "ok" if much <= few * RATIO_TARGET else "over"
        print(f"{title:36}{few:8.1f}{much:8.1f}{much / few:8.2f}{RATIO_TARGET:8.1f}  {verdict}")
        kept &= verdict == "ok"
    sys.exit(0 if kept else 1)


def _fill(path: Path) -> None:
    """Add the tasks by the rows, as an import would; the reps of the demo company come first."""
    import os

    os.environ |= {name: value for name, value in _environment().items() if name.startswith("CRMTUI_")} | {"TZ": "UTC"}
    from crmtui import clock, team
    from crmtui.store import connection
    from crmtui.store.bulk import Run
    from crmtui.store.journal import moment_text, operation
    from crmtui.store.tables import Task

    chance, today = random.Random(7), date.fromisoformat(NOW[:10])
    with connection.opened(path, actor="bench", command="bench"), operation("made many tasks") as recorder:
        reps = [member.id for member in team.load()]
        reps += [team.add({"name": f"Rep {number}"}).id for number in range(REPS - len(reps))]
        now = moment_text(clock.now())
        names = ("title", "state", "priority", "due_on", "assignee_id", "created_at", "updated_at")
        run = Run(recorder, Task, names)
        for number in range(TASKS):
            rep, late = reps[number % REPS], number // REPS < LATE
            due = today + timedelta(days=-chance.randint(1, 30) if late else chance.randint(4, 300))
            run.add(f"Call number {number}", "open", "normal", due.isoformat(), rep, now, now)
        run.flush()


if __name__ == "__main__":
    main()
