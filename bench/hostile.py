"""Texts and command lines that are out to break the program: `python -m bench.hostile [--names 10000] [--lines 100000] [--seed 7]`.

Generated names go through adding, importing, lists, pages, search, history, reports, exports and the full screen: no control character may
reach the terminal, and what is stored must come back as it was. Generated command lines must end with a documented exit code and no trace.
The same seed gives the same texts and lines.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from bench.terminal import Terminal
from commands import app, door, registry
from crmtui import clock, config, demo
from crmtui.store import connection

NOW = "2026-03-04T10:00:00+00:00"
COMMAND = (sys.executable, "-c", "from commands.app import main; main()")
CODES = frozenset({*range(10), 130})
"""The exit codes that the contract documents."""

CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066\u2067\ud800-\udfff]")
"""What no terminal may get from a command."""

FRESH = 500
"""Command lines after which the base is a new one."""

PARTS = (
    "Ann", "O'Neil", "Иванов", "김철수", "مريم", "עברית", "京都", "ß", "İ", "👩‍👩‍👧", "\x1b[31m",
    "\x1b]52;c;aGVsbG8=\x07", "\x1b]0;t\x1b\\",
    "\x1bP1$q\x1b\\",
    "\x9b2J", "\x9d8;;http://x.example\x9c", "\x90q\x9c", "\x7f", "\x08\x08", "\r", "\n", "\t", "\x0b\x0c", "\x85", "\x0e\x0f", "\x1a",
    "\x05",
    "\u202egnp\u202c", "\u2066", "\u2067", "\u2069", "\u061c", "\u200b", "\u200e", "\ufeff", "\u2060", "\u00ad", "\u2028", "\u2029",
    "\u0301\u0489" * 9,
    "\U000e0041\U000e007f", "\ufff9\ufffb", "\uffff", "\ue000", "\u3164", "[red]b[/]", "[/]", "[@click=app.quit]x[/]",
    "[link=http://x.example]", "{0}",
    "{name}", "%s%n", "${HOME}", "$(id)", "`id`", "<b>", "&amp;", "\\n", "\\x1b", "'", '"', ";", ",", "|", "=1+1", "+2", "-x", "@SUM(A1)",
    "--yes",
    "'; DROP TABLE client; --", "NEAR(a b)", "name:*", "^a", "*", "%", "_", "..", "/", "~", "#", "0", "12", "1e999", "-1", "٣", "x" * 300,
    "\ud800", "\udcff", "\0",
)  # fmt: skip

WORDS = (
    "1", "2", "3", "999", "0", "-1", "9223372036854775808", "", " ", "-", "--", "won", "lost", "lead", "next", "customer", "today", "+2d",
    "fri 10:00",
    "2026-02-30", "last-month", "12,500.50", "$2k", "EUR 300", "1e400", "ann", "Ann Twin", "twin", "sales", "csv", "json", "me", "all",
    "client",
    "deal", "clients", "deals", "a=b", "field=a", "FREQ=DAILY;COUNT=99999", "ann@example.org", "+371 2000 0001", "true", "no", "unknown",
    "in.csv",
    "in.jsonl", "in.ics", "letter.md", "crm.backup", "out", "out.csv", ".", "nothing.csv",
)  # fmt: skip
"""What command lines mean now and then."""

FILES = {
    "in.csv": "Name,Email,Phone\nAnn,ann@example.org,1\n\"x\x1b[2J\",=1+1,\n", "in.jsonl": '{"name": "Ina", "delivery": "1"}\n[1]\n{\n',
    "in.ics": "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\n", "letter.md": "{{ client.name }} {% for x in 1 %}{{ deal.title }}",
}  # fmt: skip
"""Files that lie about."""

PAGES = 2_000
"""Clients whose page, search and history are looked at; lists, reports and exports show all of them."""

LEFT_OUT = ("open-file", "recover")
"""Commands that hand a file to other programs, or make a base beside the one that is tried."""

SCREENS = (b"2", b"3", b"\x1b[B\r", b"\x1b", b"4", b"5", b"6", b"1", b"/", b"x", b"\x1b")
"""Keys that lead through the full screen."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command line ended."""

    code: int
    out: str
    err: str


def text(rng: Random) -> str:
    """A text of a few parts."""
    return "".join(rng.choice(PARTS) for _ in range(rng.randint(1, 4)))


def ran(words: Sequence[str], stdin: bytes = b"") -> Ran:
    """A command line in this process, between pipes."""
    kept = [io.BytesIO(), io.BytesIO()]
    out, err = (io.TextIOWrapper(each, encoding="utf-8", errors="surrogatepass", newline="", write_through=True) for each in kept)
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"), out, err
    try:
        code = app.run(list(words))
    finally:
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
    return Ran(code, *(each.getvalue().decode(errors="replace") for each in kept))


def faults(words: Sequence[str], done: Ran, shown: bool = True) -> list[str]:
    """What is wrong with how a command line ended. `shown` says that what it printed is for people."""
    found = [] if done.code in CODES else [f"exit code {done.code}"]
    found += ["a trace"] * ("Traceback" in done.err or "Traceback" in done.out)
    found += ["a mistake of the program"] * ("made a mistake" in done.err)
    found += [f"control characters: {part!r}" for part in (done.out * shown, done.err) for part in CONTROLS.findall(part)[:1]]
    return [f"{each}: {[word[:80] for word in words]!r}: {done.code} {done.err[:300]!r}" for each in found]


# ── names


def names(folder: Path, count: int, rng: Random) -> tuple[list[str], list[str]]:
    """So many names added, as many imported, all looked at; the figures, and what is wrong."""
    os.environ["CRMTUI_DB"] = str(folder / "names.db")
    wrong: list[str] = []
    kept = _added(count, rng, wrong)
    kept |= _imported(folder, count, rng, len(kept), wrong)
    _looked_at(kept, rng, wrong)
    _returned(folder, kept, wrong)
    wrong += _on_screen(folder)
    return [f"{2 * count:,} names and cells, {len(kept):,} of them kept, the others refused"], wrong


def _added(count: int, rng: Random, wrong: list[str]) -> dict[int, str]:
    """Clients added by the command line, each with a name as its note and tag too; by id what they are called."""
    kept: dict[int, str] = {}
    for _ in range(count):
        name = text(rng)
        words = ["add-client", "--allow-duplicate", "--format", "json", "--notes", name, "--position", name, "--", name]
        done = ran(words)
        wrong += faults(words, done, shown=False)
        if done.code == 0:
            kept[json.loads(done.out)["id"]] = name.strip()
        elif "\ud800" not in name and "\udcff" not in name and "\0" not in name and name.strip() and len(name) <= 1_000:
            wrong.append(f"refused: {name!r} {done}")
    return kept


def _imported(folder: Path, count: int, rng: Random, known: int, wrong: list[str]) -> dict[int, str]:
    """Clients from one file; by id what they are called."""
    rows = [[text(rng).replace("\0", "").encode(errors="ignore").decode(), str(number)] for number in range(count)]
    with open(folder / "names.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["Name", "External id"], *rows])
    words = [
        "import-csv",
        "clients",
        str(folder / "names.csv"),
        "--delimiter",
        ",",
        "--encoding",
        "utf-8",
        "--rejects",
        str(folder / "rejected.csv"),
        "--format",
        "json",
    ]
    done = ran(words)
    wrong += faults(words, done)
    made = json.loads(done.out) if done.code in (0, 6) else {"created": 0}
    listed = json.loads(ran(["list-clients", "--limit", "0", "--format", "json"]).out)
    if made["created"] != len(listed) - known:
        wrong.append(f"imported {made}, listed {len(listed) - known}: {done}")
    came = {row[0].strip() for row in rows}
    new = {each["id"]: each["name"] for each in listed if each["id"] > known}
    wrong += [f"imported otherwise: {name!r}" for name in new.values() if name not in came]
    return new


def _looked_at(kept: dict[int, str], rng: Random, wrong: list[str]) -> None:
    """Every list and page for people."""
    for words in (
        ["list-clients", "--limit", "0"], ["list-clients", "--limit", "0", "--format", "csv"], ["history", "--limit", "0"], ["changes",
        "--limit", "0"],
        ["report", "quality"], ["report", "today"], ["report", "kpi"], ["report", "sources"], ["find-duplicates"], ["list-imports"],
        ["digest"], ["suggest"],
    ):  # fmt: skip
        done = ran(words)
        wrong += faults(words, done, shown="csv" not in words)
    for id_, name in rng.sample(sorted(kept.items()), min(len(kept), PAGES)):
        for words in (["show-client", str(id_)], ["search", "--", name], ["history", "client", str(id_)]):
            wrong += faults(words, ran(words))


def _returned(folder: Path, kept: dict[int, str], wrong: list[str]) -> None:
    """What comes out in each form is what was kept."""
    listed = {each["id"]: each["name"] for each in json.loads(ran(["list-clients", "--limit", "0", "--format", "json"]).out)}
    exported = {each["id"]: each["name"] for each in json.loads(ran(["export-json", "clients"]).out)}
    for sort, found in (("listed", listed), ("as JSON", exported)):
        wrong += [f"{sort}: {id_} is {found.get(id_)!r}, was {name!r}" for id_, name in kept.items() if found.get(id_) != name]
    file, other = folder / "out.csv", ["--db", str(folder / "again.db")]
    out = ran(["export-csv", "clients"]).out
    file.write_bytes(out.encode())
    rows = Counter(row["name"] for row in csv.DictReader(io.StringIO(out, newline="")))
    if rows != Counter(kept.values()):
        wrong.append(f"as CSV: {rows - Counter(kept.values())}, not {Counter(kept.values()) - rows}")
    again = ran(["import-csv", "clients", str(file), "--rejects", str(folder / "again.csv"), "--format", "json", *other])
    if again.code:
        wrong.append(f"the export does not come back: {again}")
    came = {each["name"] for each in json.loads(ran(["list-clients", "--limit", "0", "--format", "json", *other]).out)}
    wrong += [f"came back otherwise: {name!r}" for name in came - set(kept.values())]


class _Recorded(Terminal):
    """A terminal that keeps every byte."""

    def __init__(self, *given: Any, **named: Any) -> None:
        self.bytes = b""
        super().__init__(*given, **named)

    def _read(self, seconds: float) -> bool:
        came = super()._read(seconds)
        self.bytes += self._came[-1][1] if came else b""
        return came


def _on_screen(folder: Path) -> list[str]:
    """The full screen writes no kind of sequence that it does not write on a base of harmless names too, and goes on."""
    harmless = folder / "harmless.db"
    with connection.opened(harmless, actor="bench", command="bench"):
        demo.fill()
    seen, found = _kinds(harmless), _kinds(Path(os.environ["CRMTUI_DB"]))
    return [f"on the screen: {kind!r}" for kind in found - seen]


_SEQUENCE = re.compile(
    "\x1b(?:\\[[0-9;:<=>?]*[ -/]*[@-~]|[\\]PX^_][^\x07\x1b]{0,40}|.)|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\u061c]",
    re.DOTALL,
)


def _kinds(base: Path) -> set[str]:
    """The kinds of control sequences that the full screen writes while one goes through it: numbers in them do not count."""
    screen = _Recorded([*COMMAND], environment=os.environ | {"CRMTUI_DB": str(base)}, folder=base.parent)
    with screen:
        screen.wait_for("Clients", 30)
        for key in SCREENS:
            screen.press(key)
            screen.quiet(0.12, within=20)
        alive = screen.process.poll() is None
    kinds = {re.sub("[0-9;:]+", "", each) for each in _SEQUENCE.findall(screen.bytes.decode(errors="replace"))}
    return kinds if alive else kinds | {"it ended"}


# ── command lines


def lines(folder: Path, count: int, rng: Random, prepare: Callable[[Path], object]) -> tuple[list[str], list[str]]:
    """So many generated command lines; the figures, and what is wrong."""
    os.environ["CRMTUI_DB"] = "crm.db"
    codes, wrong = Counter[int](), []
    made = _generated(rng)
    here = Path.cwd()
    for number in range(count):
        if number % FRESH == 0:
            place = folder / "deep" / f"lines{number}"
            place.mkdir(parents=True)
            os.chdir(place)
            prepare(place / "crm.db")
            for name, content in FILES.items():
                (place / name).write_bytes(content.encode())
        words = next(made)
        done = ran(words, rng.choice([b"", *(content.encode() for content in FILES.values()), b"\xff\x00\x1b"]))
        codes[done.code] += 1
        wrong += faults(words, done, shown=_for_people(words))
    os.chdir(here)
    told = ", ".join(f"{code}: {times:,}" for code, times in sorted(codes.items()))
    return [f"{count:,} command lines; exit codes {told}"], wrong


def _for_people(words: Sequence[str]) -> bool:
    """Whether what a line prints is laid out for people: CSV, JSON and papers are data, as they came."""
    machine = words[0].startswith(("export", "open-file", "completion")) or any(
        "csv" in word or "tsv" in word or "json" in word for word in words
    )
    return not machine and "html" not in words and "markdown" not in words


def _generated(rng: Random) -> Iterator[list[str]]:
    """Command lines without end."""
    entries = [entry for entry in registry.ENTRIES if entry.name not in LEFT_OUT]
    made = {entry.name: door.command(entry, door.load(entry)) for entry in entries}
    while True:
        entry = rng.choice(entries)
        options = [each for each in made[entry.name].params if each.param_type_name == "option" and "--db" not in each.opts]
        arguments = [each for each in made[entry.name].params if each.param_type_name == "argument"]
        words = [entry.name] if rng.random() < 0.98 else [_local(text(rng))]
        for option in rng.sample(options, min(len(options), rng.choice((0, 0, 1, 1, 2, 3)))):
            words.append(rng.choice([*option.opts, *option.secondary_opts]))
            if not option.is_flag or rng.random() < 0.02:
                words.append(_value(option, rng))
        given = [_value(each, rng) for each in arguments]
        if rng.random() < 0.1:
            given.append(_value(None, rng))
        if rng.random() < 0.1 and given:
            given.pop()
        yield words + ["--"] * (rng.random() < 0.3) + given


def _value(parameter: Any, rng: Random) -> str:
    """What is given for a parameter: often one of its words, else anything."""
    choices = getattr(getattr(parameter, "type", None), "choices", ())
    sort = rng.random()
    if choices and sort < 0.7:
        return str(rng.choice(list(choices)))
    return _local(rng.choice(WORDS) if sort < 0.7 else text(rng))


def _local(value: str) -> str:
    """What can be an argument of a process, and names no file outside the folder."""
    return value.replace("\0", "").replace("/", "∕").replace("~", "∼").replace("..", "‥")


def environment(folder: Path) -> dict[str, str]:
    """A world with nothing in it: no configuration, no programs, a clock that stands."""
    return {
        "HOME": str(folder), "LOGNAME": "bench", "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRMTUI_NOW": NOW, "XDG_STATE_HOME": str(folder),
        "PATH": str(folder),
        "CRMTUI_CONFIG": str(folder / "none.toml"), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TERM": "xterm-256color",
    }  # fmt: skip


def enter(folder: Path) -> None:
    """Make it this process's world."""
    os.environ.clear()
    os.environ |= environment(folder)
    config.current.cache_clear()
    clock.named_zone.cache_clear()


def filled(path: Path) -> None:
    """The demo company at a path."""
    with connection.opened(path, actor="bench", command="bench"):
        demo.fill()


def main(arguments: Sequence[str] | None = None) -> int:
    """Try, print, say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--names", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name, chdir(name):
        enter(Path(name))
        tries: list[Callable[[], tuple[list[str], list[str]]]] = []
        tries += [lambda: names(Path(name), asked.names, Random(asked.seed))] * bool(asked.names)
        tries += [lambda: lines(Path(name), asked.lines, Random(asked.seed), filled)] * bool(asked.lines)
        for what in tries:
            started = time.perf_counter()
            figures, found = what()
            print("\n".join(figures), f"in {time.perf_counter() - started:.0f} s", flush=True)
            wrong += found
    print(
        "\n".join([f"{len(wrong)} faults", *wrong[:60]])
        if wrong
        else "no control character, no trace, no other exit code; all came back as it was"
    )
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
