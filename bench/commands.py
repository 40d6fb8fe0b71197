"""Times of whole commands: CPU against the floor, and the big base against the demo base: `python -m bench.commands BIG`."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.base import NOW

ROOT = Path(__file__).parent.parent
FLOOR = (sys.executable, "-c", "import sqlite3, peewee")
RATIO_TARGET = 2.5
"""CPU of a short command by that of the floor."""

DIFFERENCE_TARGET_MS = 50.0
"""How much longer a command may take on the big base than on the demo base."""

SHORT: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("log-call", ("log-call", "1", "reached", "--minutes", "5", "--note", "wants oak")),
    ("list-tasks", ("list-tasks",)),
)
"""The commands that have a target for CPU."""

NEXT_STEP: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("log-call with next step", ("log-call", "1", "reached", "--next", "send offer", "--due", "fri 10:00")),
    ("list-clients", ("list-clients",)),
    ("show-client", ("show-client", "1")),
    ("--help", ("--help",)),
)
"""Further short commands, for comparison."""

LARGE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("list-clients", ("list-clients",)),
    ("list-clients, last page", ("list-clients", "--page", "{last_page}")),
    ("list-clients --status", ("list-clients", "--status", "customer")),
    ("list-clients --sort updated", ("list-clients", "--sort", "updated", "--descending")),
    ("list-deals", ("list-deals",)),
    ("list-deals --sort value", ("list-deals", "--sort", "value", "--descending")),
    ("list-deals --sort opened", ("list-deals", "--sort", "opened", "--descending")),
    ("list-deals --owner", ("list-deals", "--owner", "3")),
    ("list-deals --outcome open", ("list-deals", "--outcome", "open")),
    ("list-deals --outcome open by value", ("list-deals", "--outcome", "open", "--sort", "value", "--descending")),
    ("list-tasks", ("list-tasks",)),
    ("show-client", ("show-client", "1")),
    ("show-deal", ("show-deal", "5")),
    ("search, few found", ("search", "{rare}")),
    ("search, many found", ("search", "win")),
    ("search, two letters", ("search", "юл")),
    ("report overdue", ("report", "overdue")),
    ("report pipeline", ("report", "pipeline")),
    ("report today", ("report", "today")),
    ("report kpi", ("report", "kpi")),
    ("report forecast", ("report", "forecast")),
    ("log-call", ("log-call", "1", "reached")),
)
"""The commands that are run on both bases."""

REPORTS = ("won", "lost", "sources", "business", "activity", "products", "leaderboard", "cycle", "quality", "funnel", "velocity", "ranking")
"""The reports that go over a period or over all time; each is run in its own default and, where it takes one, for a month."""

REPORT_TARGET_MS = 100.0

WHY = {
    "--period all": "every deal or move is read once; a period is answered from the indexes",
    "--period month": "what began before the month is read too",
    "": "every client and open deal is looked at",
}
"""Why a report over everything takes longer than the target allows."""

PLACES = {
    "demo": {"rare": "alderbrook", "last_page": "3"},
    "big": {"rare": "windows 77777", "last_page": "2000"},
}
"""What the words in braces stand for on each base."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a command: CPU (user and system) and wall time in milliseconds, its exit code and the last line on stderr."""

    cpu_ms: float
    wall_ms: float
    code: int
    said: str


def main() -> None:
    """Run both parts and print their tables; without a big base only the first. Leaves with 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.commands", description=__doc__)
    parser.add_argument("big", type=Path, nargs="?", help="the base that bench.base made")
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo.db"
        _demo(demo)
        kept = _short(demo, given.runs)
        if given.big:
            big = Path(folder) / "big.db"
            shutil.copyfile(given.big, big)
            kept &= _large(demo, big, given.runs)
            _reports(demo, big, max(3, given.runs // 5))
    sys.exit(0 if kept else 1)


def _short(demo: Path, runs: int) -> bool:
    jobs = {"floor": FLOOR} | {name: _line(words, demo) for name, words in (*SHORT, *NEXT_STEP)}
    found = _measured(jobs, runs)
    floor = _median(run.cpu_ms for run in found.pop("floor"))
    print(f"CPU of a whole process; floor = {' '.join(FLOOR[1:])} = {floor:.1f} ms; medians of {runs}")
    print(f"{'':36}{'ms':>8}{'ratio':>8}{'target':>8}")
    kept = True
    targets = dict(SHORT)
    for name, spent in found.items():
        ratio = _median(run.cpu_ms for run in spent) / floor
        verdict = _verdict(spent, ratio <= RATIO_TARGET) if name in targets else _verdict(spent, True)
        target = f"{RATIO_TARGET:8.1f}" if name in targets else f"{'–':>8}"
        print(f"{name:36}{_median(run.cpu_ms for run in spent):8.1f}{ratio:8.2f}{target}  {verdict}")
        kept &= verdict == "ok"
    return kept


def _large(demo: Path, big: Path, runs: int) -> bool:
    jobs = {}
    for name, words in LARGE:
        for base, path in (("demo", demo), ("big", big)):
            jobs[f"{name} {base}"] = _line([word.format(**PLACES[base]) for word in words], path)
    found = _measured(jobs, runs)
    print(f"\nWall time of a whole process in ms; target: at most {DIFFERENCE_TARGET_MS:.0f} more than on the demo; medians of {runs}")
    print(f"{'':36}{'demo':>8}{'big':>8}{'more':>8}")
    kept = True
    for name, _ in LARGE:
        few, many = found[f"{name} demo"], found[f"{name} big"]
        small, large = _median(run.wall_ms for run in few), _median(run.wall_ms for run in many)
        verdict = _verdict([*few, *many], large - small <= DIFFERENCE_TARGET_MS)
        print(f"{name:36}{small:8.1f}{large:8.1f}{large - small:8.1f}  {verdict}")
        kept &= verdict == "ok"
    return kept


def _reports(demo: Path, big: Path, runs: int) -> None:
    """Print what every report takes on both bases, and why those over the target are."""
    from crmtui.reports import registry

    periods = {name: bool(registry.entry(name).period) for name in REPORTS}
    cases = [(name, words) for name in REPORTS for words in ([["--period", "month"], ["--period", "all"]] if periods[name] else [[]])]
    jobs = {}
    for name, words in cases:
        for base, path in (("demo", demo), ("big", big)):
            jobs[f"{name} {' '.join(words)} {base}"] = _line(["report", name, *words], path)
    found = _measured(jobs, runs)
    print(f"\nReports, wall time of a whole process in ms; aim: at most {REPORT_TARGET_MS:.0f} more than on the demo; medians of {runs}")
    for name, words in cases:
        few, many = (found[f"{name} {' '.join(words)} {base}"] for base in ("demo", "big"))
        small, large = _median(run.wall_ms for run in few), _median(run.wall_ms for run in many)
        verdict = _verdict([*few, *many], large - small <= REPORT_TARGET_MS)
        why = WHY[" ".join(words)] if verdict == "over" else ""
        print(f"{' '.join(['report', name, *words]):36}{small:8.1f}{large:8.1f}{large - small:8.1f}  {verdict:5} {why}".rstrip())


def _verdict(runs: Sequence[Run], kept: bool) -> str:
    failed = next((run for run in runs if run.code), None)
    return f"failed with {failed.code}: {failed.said}" if failed else "ok" if kept else "over"


def _measured(jobs: Mapping[str, Sequence[str]], runs: int) -> dict[str, list[Run]]:
    """Every job run once unmeasured, so that all is compiled and in memory, then in turn as often as asked."""
    for job in jobs.values():
        _run(job)
    found: dict[str, list[Run]] = {name: [] for name in jobs}
    for _ in range(runs):
        for name, job in jobs.items():
            found[name].append(_run(job))
    return found


def _run(job: Sequence[str]) -> Run:
    """Run a process to its end, waiting for it in a way that tells what it alone has used."""
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(job, cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
    return Run((used.ru_utime + used.ru_stime) * 1000, wall * 1000, process.returncode, lines[-1] if lines else "")


def _line(words: Sequence[str], base: Path) -> tuple[str, ...]:
    """The command line of the program: the script beside this Python when it is installed, else the sources."""
    script = Path(sys.executable).with_name("crmtui")
    program = (sys.executable, str(script)) if script.exists() else (sys.executable, "-c", "from commands.app import main; main()")
    return (*program, *words) if words == ("--help",) else (*program, *words, "--db", str(base))


def _environment() -> dict[str, str]:
    """Compiled modules, a still clock, nobody's configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CRMTUI_", "PYTHONDONTWRITE"))}
    return kept | {"CRMTUI_NOW": NOW, "CRMTUI_CONFIG": os.devnull, "TZ": "UTC", "PYTHONPATH": str(ROOT)}


def _demo(path: Path) -> None:
    code = "import sys; from crmtui import demo; from crmtui.store import connection\nwith connection.opened(sys.argv[1]): demo.fill()"
    subprocess.run((sys.executable, "-c", code, str(path)), cwd=ROOT, env=_environment(), check=True)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
