"""The full screen in a real terminal: its start, its answers to keys and its memory, against the least app that Textual can paint:
`python -m bench.screen BIG WIDE`.

What is pressed and what is waited for stands in the tables at the top. Every floor runs in turn with what it is the floor of, so that a
noisy machine slows both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.base import NOW
from bench.terminal import Ended, Predicate, Terminal

ROOT = Path(__file__).parent.parent
MINIMAL = (sys.executable, "-m", "bench.minimal")
MINIMAL_SHOWS = "line 0"

DOWN, PAGE_DOWN, BACKSPACE = b"\x1b[B", b"\x1b[6~", b"\x7f"
SHIFT_RIGHT, SHIFT_LEFT = b"\x1b[1;2C", b"\x1b[1;2D"


@dataclass(frozen=True, slots=True)
class Step:
    """Keys on the way to what is measured, and the text that shows that they have arrived."""

    keys: bytes
    shows: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A thing that is measured: on which base, how one gets there, what is pressed, what is waited for, what it may take.

    With `key`, the time from the key to `until`, or without that to the last byte before a silence; `back` undoes it between two runs.
    Without `key`, the time from the start to `until`. `target` is a multiple of the minimal app's time for its own key or start.
    """

    name: str
    base: str
    target: float
    way: tuple[Step, ...] = ()
    key: bytes = b""
    until: str | Predicate | None = None
    part: Callable[[str], str] | None = None
    """Instead of `until`: the part of the screen that must become another."""
    back: bytes = b""
    why: str = ""
    """The reason why the target is missed, when it is known; printed beside it."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A place at which memory is measured: at most so many MB more than the minimal app takes."""

    name: str
    base: str
    target_mb: float
    way: tuple[Step, ...] = ()
    why: str = ""


HOME = "The business today"
"""Shown as soon as the first useful screen is."""

CLIENTS = (Step(b"3", "Clients"),)
FINDER = (Step(b"/", "Find a client or a deal"), Step(b"hollan", "hollan"))
BOARD = (Step(b"2", "Pipeline"),)

STARTS = (Probe("first useful screen", "big", 1.5, until=HOME, why="the data layer is loaded and the report of the day computed"),)
# fmt: off
KEYS = (
    Probe("arrow down among the clients", "wide", 2.0, CLIENTS, DOWN),
    Probe("page down among the clients", "wide", 3.0, CLIENTS, PAGE_DOWN, why="37 lines are drawn anew where the minimal app draws one"),
    Probe("a letter more to search for", "wide", 3.0, FINDER, b"p", until="Hollanpra Alelker", back=BACKSPACE),
    Probe("a card to the next stage", "big", 2.0, BOARD, SHIFT_RIGHT, part=lambda text: text.splitlines()[2], back=SHIFT_LEFT,
          why="half a board is drawn anew where the minimal app draws one line"),
)
# fmt: on
"""Who is searched for is one of many in the wide base, and among the first by name only once the last letter is typed."""

MEMORIES = (Memory("a million clients listed", "wide", 60.0, (*CLIENTS, Step(PAGE_DOWN, "Clients"))),)

REST = 0.3
"""Seconds without output after which a screen is at rest; a cursor blinks more slowly than that."""

PATIENCE = 10.0
"""Seconds after which what is waited for does not come any more."""

FIRST_PATIENCE = 120.0
"""The same for the first start on a base, which may have to bring it to the schema of today."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe came to: medians of the floor and of ours; or what went wrong."""

    floor: float = 0.0
    ours: float = 0.0
    failed: str = ""


def main() -> None:
    """Print a line for each probe, then what is missed. Leaves with 1 when anything is."""
    parser = argparse.ArgumentParser(prog="python -m bench.screen", description=__doc__.partition("\n\n")[0])
    parser.add_argument("big", type=Path, help="the base that bench.base made")
    parser.add_argument("wide", type=Path, help="the base that bench.base --wide made")
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--keys", type=int, default=50)
    parser.add_argument("--only", default="", help="a part of the names of the probes to run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bases = {name: Path(folder) / f"{name}.db" for name in ("big", "wide")}
        for name, copy in bases.items():
            shutil.copyfile(getattr(given, name), copy)
            with _program(copy) as program:
                program.wait_for(HOME, FIRST_PATIENCE)
                _wait_for_backup(copy)
        missed = _run(bases, given.starts, given.keys, given.only)
    print("\n" + "\n".join(f"missed: {line}" for line in missed) if missed else "\nall targets are met")
    sys.exit(1 if missed else 0)


def _wait_for_backup(base: Path) -> None:
    """The backup of the day is made beside the first screen of a day; what is measured is any other moment."""
    end = time.monotonic() + FIRST_PATIENCE
    while not list(base.parent.glob(f"{base.name}-*-daily.backup")) and time.monotonic() < end:
        time.sleep(0.1)


def _run(bases: Mapping[str, Path], starts: int, keys: int, only: str) -> list[str]:
    """Measure every probe whose name holds `only`; return a sentence for each that missed its target."""
    missed: list[str] = []
    print(f"Milliseconds until a screen shows; medians of {starts} starts and {keys} keys; floor: bench/minimal.py")
    print(f"{'':36}{'floor':>9}{'ours':>9}{'ratio':>9}{'target':>9}")
    for probe in (*STARTS, *KEYS):
        if only in probe.name:
            _print(probe.name, _keys(probe, bases, keys) if probe.key else _starts(probe, bases, starts), probe, missed)
    print("\nMemory in MB, shared parts counted once")
    print(f"{'':36}{'floor':>9}{'ours':>9}{'more':>9}{'target':>9}")
    for place in MEMORIES:
        if only in place.name:
            _print(place.name, _memory(place, bases), place, missed)
    return missed


def _print(name: str, found: Found, probe: Probe | Memory, missed: list[str]) -> None:
    target, unit = (probe.target, " ×") if isinstance(probe, Probe) else (probe.target_mb, " MB more")
    if found.failed:
        print(f"{name:36}{'–':>9}{'–':>9}{'–':>9}{target:9.1f}  failed", flush=True)
        missed.append(f"{name}: {found.failed}")
        return
    came = found.ours / found.floor if isinstance(probe, Probe) else found.ours - found.floor
    print(f"{name:36}{found.floor:9.1f}{found.ours:9.1f}{came:9.2f}{target:9.1f}  {'ok' if came <= target else 'over'}", flush=True)
    if came > target:
        missed.append(f"{name}: {came:.2f} instead of {target:g}{unit}{': ' + probe.why if probe.why else ''}")


def _starts(probe: Probe, bases: Mapping[str, Path], runs: int) -> Found:
    """Start both in turn, once unmeasured so that all is compiled and in memory."""
    assert probe.until is not None
    floors, ours = [], []
    try:
        for run in range(runs + 1):
            with _minimal() as floor:
                took = floor.wait_for(MINIMAL_SHOWS, PATIENCE)
            with _program(bases[probe.base]) as program:
                needed = program.wait_for(probe.until, PATIENCE)
            if run:
                floors.append(took * 1000)
                ours.append(needed * 1000)
    except Ended as why:
        return Found(failed=str(why))
    return Found(statistics.median(floors), statistics.median(ours))


def _keys(probe: Probe, bases: Mapping[str, Path], runs: int) -> Found:
    """Press a key here and there in turn, in two programs that stay open."""
    floors, ours = [], []
    with ExitStack() as stack:
        floor, program = stack.enter_context(_minimal()), stack.enter_context(_program(bases[probe.base]))
        try:
            floor.quiet(REST)
            _go(program, probe.way)
            for _ in range(runs):
                floors.append(floor.echo(DOWN, seconds=PATIENCE) * 1000)
                ours.append(program.echo(probe.key, _until(probe, program.text()), seconds=PATIENCE) * 1000)
                _back(program, probe)
        except (Ended, ValueError) as why:
            return Found(failed=str(why))
    return Found(statistics.median(floors), statistics.median(ours))


def _until(probe: Probe, before: str) -> str | Predicate | None:
    part = probe.part
    if part is None:
        return probe.until
    was = part(before)
    return lambda text: part(text) != was


def _back(program: Terminal, probe: Probe) -> None:
    """Undo the key, and wait until what was waited for is gone and the screen at rest."""
    if not probe.back:
        return
    until = probe.until if probe.part is None else None
    if probe.part is not None:
        program.quiet(REST)
    program.press(probe.back)
    if until is not None:
        program.wait_for(lambda text: not (until(text) if callable(until) else until in text), PATIENCE)
    program.quiet(REST)


def _memory(place: Memory, bases: Mapping[str, Path]) -> Found:
    """Both at rest, side by side, so that they share the same libraries."""
    with ExitStack() as stack:
        floor, program = stack.enter_context(_minimal()), stack.enter_context(_program(bases[place.base]))
        try:
            floor.quiet(REST)
            _go(program, place.way)
        except Ended as why:
            return Found(failed=str(why))
        return Found(floor.memory_mb(), program.memory_mb())


def _go(program: Terminal, way: Sequence[Step]) -> None:
    """From the start to where is measured."""
    program.wait_for(HOME, PATIENCE)
    program.quiet(REST)
    for step in way:
        program.press(step.keys)
        program.wait_for(step.shows, PATIENCE)
        program.quiet(REST)


def _minimal() -> Terminal:
    return Terminal(MINIMAL, environment=_environment(), folder=ROOT)


def _program(base: Path) -> Terminal:
    """The program as a person starts it: the script beside this Python when it is installed, else the sources."""
    script = Path(sys.executable).with_name("crmtui")
    command = (sys.executable, str(script)) if script.exists() else (sys.executable, "-c", "from commands.app import main; main()")
    return Terminal(command, environment=_environment() | {"CRMTUI_DB": str(base)}, folder=ROOT)


def _environment() -> dict[str, str]:
    """Compiled modules, a still clock, nobody's configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CRMTUI_", "PYTHONDONTWRITE", "TEXTUAL"))}
    return kept | {"CRMTUI_NOW": NOW, "CRMTUI_CONFIG": os.devnull, "TZ": "UTC", "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
