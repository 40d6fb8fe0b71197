"""What a killed program leaves behind: `python -m bench.kills [--kills 500] [--seed 7]`.

Single commands, imports, migrations, backups and restores are killed (SIGKILL) at random moments, half of them at random moments after they
have begun to write. After each kill the base must be whole, hold every change that was acknowledged and every other one wholly or
not at all, and the next command must work.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from bench.forked import Forked, Outcome, ran
from crmtui import demo
from crmtui.store import connection

OLD = Path(__file__).parent.parent / "tests" / "data" / "schema-1.db.gz"
"""A base as the first version made it."""

NOW = "2026-03-04T10:00:00+00:00"
ROWS = 300
"""Rows of an import."""

Query = tuple[str, int]
"""SQL that counts, and what it must count."""

CLIENTS = "SELECT count(*) FROM client WHERE deleted_at IS NULL AND name LIKE "


class Kind(ABC):
    """One kind of work on a base of its own, done again and again, killed in the midst of it."""

    name: str

    def __init__(self, folder: Path, rng: Random) -> None:
        self.folder = folder
        self.rng = rng
        self.base = folder / f"{self.name}.db"
        self.seconds = 0.0
        self.number = 0
        self.ledger: list[Query] = []
        """What was acknowledged."""
        shutil.copy(folder / "demo.db", self.base)

    @abstractmethod
    def line(self) -> list[str]:
        """The next command line."""

    @abstractmethod
    def outcomes(self) -> tuple[Query, Query]:
        """What is so when the work was not done, and when it was."""

    def beside(self) -> list[str]:
        """What is wrong with the files beside the base."""
        return []

    def environment(self) -> dict[str, str]:
        """The environment of its command lines."""
        return environment(self.folder) | {"CRMTUI_DB": str(self.base)}

    def begun(self) -> Forked:
        """The next piece of work."""
        self.number += 1
        return Forked(self.line(), self.environment())

    def measured(self) -> list[str]:
        """Do a piece of work undisturbed, to know how long it takes; say what is wrong afterwards."""
        process = self.begun()
        started = time.perf_counter()
        outcome = process.wait()
        self.seconds = time.perf_counter() - started
        return self.complaints(outcome)

    def killed(self) -> tuple[bool, bool, list[str]]:
        """Do a piece of work and kill it: whether it was in time, whether it was acknowledged, what is wrong afterwards."""
        process = self.begun()
        writing = self.rng.random() < 0.5
        end = time.perf_counter() + self.seconds * self.rng.uniform(0, 1.1)
        if writing:
            while not process.is_over() and not self._writes(process.pid):
                pass
            end = time.perf_counter() + self.seconds * self.rng.uniform(0, 0.4)
        while not process.is_over() and time.perf_counter() < end:
            time.sleep(0.0002)
        hit = process.kill()
        outcome = process.wait()
        return hit, acknowledged(outcome), self.complaints(outcome)

    def _writes(self, pid: int) -> bool:
        try:
            return self.base.with_name(f"{self.base.name}-queue").read_bytes().startswith(f"{pid} ".encode())
        except OSError:
            return False

    def complaints(self, outcome: Outcome) -> list[str]:
        """What is not as it must be after a piece of work that ended so; the next command is tried as well."""
        before, after = self.outcomes()
        found = self.beside() + unsound(self.base)
        counted = count(self.base, after)
        if counted != after[1] and (acknowledged(outcome) or count(self.base, before) != before[1]):
            found.append(f"{after[0]}: {counted}, after {outcome}")
        if outcome.code not in (0, -9):
            found.append(f"ended with {outcome}")
        if acknowledged(outcome) or counted == after[1]:
            self.ledger.append(after)
        found += [f"acknowledged, gone: {query}" for query in self.ledger if count(self.base, query) != query[1]]
        follower = ran(["add-task", f"next {self.number}", "--format", "ids"], self.environment())
        found += [] if follower.code == 0 else [f"the next command: {follower}"]
        return [f"{self.name} {self.number}: {each}" for each in found]


class Single(Kind):
    """One small change."""

    name = "single commands"

    def line(self) -> list[str]:
        """Of seven kinds, in turn."""
        number = self.number
        return (
            ["add-client", f"client {number};", "--format", "ids"], ["add-deal", f"deal {number};", "--client", "1", "--format", "ids"],
            ["log-call", "2", "reached", "--note", f"call {number};", "--format", "ids"], ["add-task", f"task {number};", "--format",
            "ids"],
            ["tag-client", "3", f"tag{number}e", "--format", "ids"], ["log-note", "4", f"note {number};", "--format", "ids"],
            ["edit-client", str(1 + number % 150), "--source", f"source {number};", "--format", "ids"],
        )[number % 7]  # fmt: skip

    def outcomes(self) -> tuple[Query, Query]:
        """What each of them writes, which no other one does."""
        number = self.number
        asked = (
            f"{CLIENTS}'client {number};'", f"SELECT count(*) FROM deal WHERE title = 'deal {number};'",
            f"SELECT count(*) FROM interaction WHERE note = 'call {number};'", f"SELECT count(*) FROM task WHERE title = 'task {number};'",
            f"SELECT count(*) FROM tag WHERE name = 'tag{number}e'", f"SELECT count(*) FROM interaction WHERE note = 'note {number};'",
            f"SELECT count(*) FROM client WHERE source = 'source {number};'",
        )[number % 7]  # fmt: skip
        return (asked, 0), (asked, 1)


class Import(Kind):
    """Many new clients at once."""

    name = "imports"

    def line(self) -> list[str]:
        """A file of its own each time."""
        file = self.folder / "in.csv"
        rows = [f"in {self.number};{place},in{self.number}.{place}@example.org,Riga" for place in range(ROWS)]
        file.write_text("\n".join(["Name,Email,City", *rows]) + "\n")
        return ["import-csv", "clients", str(file), "--format", "json"]

    def outcomes(self) -> tuple[Query, Query]:
        """All of them or none."""
        asked = f"{CLIENTS}'in {self.number};%'"
        return (asked, 0), (asked, ROWS)


class Migration(Kind):
    """The first command on a base of an older version."""

    name = "migrations"

    def begun(self) -> Forked:
        """Each time on a fresh one."""
        for file in self.folder.glob(f"{self.base.name}*"):
            file.unlink()
        self.base.touch(0o600)
        self.base.write_bytes(gzip.decompress(OLD.read_bytes()))
        self.ledger = [(f"SELECT count(*) FROM {table}", count(self.base, (f"SELECT count(*) FROM {table}", 0)))
                       for table in ("client", "deal", "interaction", "contact_point", "stage_change")]  # fmt: skip
        return super().begun()

    def line(self) -> list[str]:
        """Its own change is a note."""
        return ["add-rep", f"rep {self.number};", "--format", "ids"]

    def outcomes(self) -> tuple[Query, Query]:
        """The rep; that the content stands is in the ledger."""
        asked = f"SELECT count(*) FROM rep WHERE name = 'rep {self.number};'"
        return (asked, 0), (asked, 1)

    def beside(self) -> list[str]:
        """Every backup made before the migration is a whole base."""
        return [f"{file.name}: {each}" for file in self.folder.glob(f"{self.base.name}-*.backup") for each in unsound(file)]


class Backup(Kind):
    """A copy of the base."""

    name = "backups"

    def line(self) -> list[str]:
        """To a new name each time."""
        return ["backup", str(self.folder / f"copy{self.number}"), "--format", "json"]

    def outcomes(self) -> tuple[Query, Query]:
        """The base itself is the same either way."""
        asked = f"SELECT count(*) FROM task WHERE title = 'next {self.number - 1}'"
        return (asked, int(self.number > 1)), (asked, int(self.number > 1))

    def beside(self) -> list[str]:
        """The copy is not there, or it is a whole base with the same content."""
        copy = self.folder / f"copy{self.number}"
        if not copy.exists():
            return []
        asked = ("SELECT count(*) FROM operation", 0)
        there, meant = count(copy, asked), count(self.base, asked)
        return unsound(copy) + ([] if there == meant else [f"the copy holds {there} operations, not {meant}"])

    def complaints(self, outcome: Outcome) -> list[str]:
        """What was acknowledged is a file that is there."""
        copy = self.folder / f"copy{self.number}"
        lost = acknowledged(outcome) and not copy.exists()
        found = super().complaints(outcome) + ([f"{self.name} {self.number}: acknowledged, not there"] if lost else [])
        copy.unlink(missing_ok=True)
        return found


class Restore(Kind):
    """The content of a backup in the place of another one's."""

    name = "restores"

    def __init__(self, folder: Path, rng: Random) -> None:
        super().__init__(folder, rng)
        for sort in ("even", "odd"):
            path = folder / f"{sort}.db"
            shutil.copy(folder / "demo.db", path)
            for place in range(3):
                ran(["add-client", f"{sort} {place}"], environment(folder) | {"CRMTUI_DB": str(path)})
            ran(["backup", str(folder / f"{sort}.backup")], environment(folder) | {"CRMTUI_DB": str(path)})
        self.there = 0

    def begun(self) -> Forked:
        """Remember what is there."""
        self.there = count(self.base, ("SELECT count(*) FROM client WHERE deleted_at IS NULL AND name LIKE 'even %'", 0))
        self.before = (f"SELECT (SELECT count(*) FROM operation) * 10 + ({CLIENTS}'{self._wanted()} %')", 0)
        self.before = (self.before[0], count(self.base, self.before))
        return super().begun()

    def _wanted(self) -> str:
        return "odd" if self.there else "even"

    def line(self) -> list[str]:
        """Always the one that is not there."""
        return ["restore", str(self.folder / f"{self._wanted()}.backup"), "--format", "json"]

    def outcomes(self) -> tuple[Query, Query]:
        """The content from before, whole, or the other one's."""
        return self.before, (f"{CLIENTS}'{self._wanted()} %'", 3)

    def complaints(self, outcome: Outcome) -> list[str]:
        """What was acknowledged before is replaced, as asked; what was there is beside it."""
        self.ledger = []
        found = super().complaints(outcome)
        for file in self.folder.glob(f"{self.base.name}-*.backup"):
            found += [f"{file.name}: {each}" for each in unsound(file)]
        return found


KINDS: tuple[Callable[[Path, Random], Kind], ...] = (Single, Import, Migration, Backup, Restore)


def environment(folder: Path) -> dict[str, str]:
    """The environment of what is killed."""
    return {
        "PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LOGNAME": "bench", "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRMTUI_NOW": NOW,
        "CRMTUI_CONFIG": str(folder / "none.toml"), "XDG_STATE_HOME": str(folder), "CRMTUI_DEBUG": "1",
    }  # fmt: skip


def acknowledged(outcome: Outcome) -> bool:
    """Whether the program said that it did it."""
    return outcome.code == 0 or bool(outcome.out)


def unsound(path: Path) -> list[str]:
    """What SQLite finds wrong with a base."""
    found = [line for (line,) in _asked(path, "PRAGMA integrity_check") if line != "ok"]
    return found + [f"a row points nowhere: {row}" for row in _asked(path, "PRAGMA foreign_key_check")]


def count(path: Path, query: Query) -> int:
    """What a query counts."""
    return int(_asked(path, query[0])[0][0])


def _asked(path: Path, sql: str) -> list[Any]:
    base = connection.driver.connect(str(path))
    try:
        return list(base.execute(sql))
    finally:
        base.close()


def run(folder: Path, kills: int, seed: int = 7) -> tuple[list[str], list[str]]:
    """Kill so many processes, as many of each kind; return the table of what happened, and what is wrong."""
    os.environ |= environment(folder)
    with connection.opened(folder / "demo.db", actor="bench", command="bench"):
        demo.fill()
    rng = Random(seed)
    lines, wrong = [], []
    for make in KINDS:
        kind, happened = make(folder, rng), Counter[str]()
        for _ in range(2):
            wrong += kind.measured()
        while happened["killed"] < kills / len(KINDS):
            hit, told, found = kind.killed()
            happened.update(["killed"] * hit + ["told before"] * (hit and told) + ["too late"] * (not hit))
            wrong += found
        lines.append(f"{kind.name:16} {kind.seconds * 1000:6.0f} ms undisturbed, {happened['killed']:4} killed ({happened['told before']}"
                     f" of them had said so), {happened['too late']} over before")  # fmt: skip
        wrong += _checked(kind)
    return lines, wrong


def _checked(kind: Kind) -> list[str]:
    """What the program itself finds at the end."""
    last = ran(["check", "--deep", "--format", "csv"], kind.environment())
    return [] if last.code == 0 else [f"{kind.name}: check --deep: {last}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, print, say by the exit code whether all is well."""
    parser = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        lines, wrong = run(Path(name), asked.kills, asked.seed)
    print("\n".join(lines))
    print(f"{time.perf_counter() - started:.0f} s")
    print("\n".join(wrong) if wrong else "every base whole, every acknowledged change there, every next command worked")
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
