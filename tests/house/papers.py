"""The parts of the papers that are made from the program; `python -m tests.house.papers` writes them anew.

In README.md and in the tours each ```console block is a piece of one session on the made-up company, with the clock stopped: `$ ` begins
a command, what follows is what it printed, and a line `…` stands for lines left out. In CONTRIBUTING.md the map is made of the modules'
first lines. The reference part of the manual is made as a whole, by `tests/house/manual.py`.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.house import manual
from tests.house.places import PACKAGES, ROOT

PLAYED = ("README.md", "docs/rep.md", "docs/scripts.md", "docs/cron.md")
"""The papers that show sessions."""

CLOCK = "2026-03-04T10:00:00+00:00"
WIDTH = 100
LEFT_OUT = "…"
_BLOCK = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
_MAP = re.compile(r"(?<=^```map\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)


class Session:
    """A shell in a folder of its own, with nothing configured and the made-up company in the base; `$?` and exports carry over."""

    def __init__(self, folder: Path) -> None:
        programs = folder / "bin"
        programs.mkdir()
        for name in ("crmtui", "crm"):
            program = programs / name
            program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c 'from commands.app import main; main()' \"$@\"\n")
            program.chmod(0o755)
        self.folder = folder
        self.code = 0
        self.world = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder), "LOGNAME": "you",
            "TZ": "UTC", "LC_ALL": "C.UTF-8", "COLUMNS": str(WIDTH), "CRMTUI_NOW": CLOCK, "CRMTUI_DB": "crm.db",
            "CRMTUI_CONFIG": str(folder / "config.toml"),
        }  # fmt: skip
        self.run("crmtui demo --no-reports")

    def run(self, command: str) -> list[str]:
        """The lines that a command printed, then those that it said, as on a terminal."""
        if exported := re.fullmatch(r"export (\w+)='?([^']*)'?", command):
            self.world[exported[1]] = exported[2]
            return []
        ran = subprocess.run(
            ["sh", "-c", f"(exit {self.code})\n{command}"], cwd=self.folder, env=self.world,
            stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
        self.code = ran.returncode
        return [line.rstrip() for line in (ran.stdout + ran.stderr).splitlines()]


def played(text: str, session: Session) -> str:
    """A paper with what its commands print now."""
    return _BLOCK.sub(lambda block: _acted(block[0], session), text)


def _acted(block: str, session: Session) -> str:
    lines: list[str] = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.rstrip("\n").split("\n")
        lines += [f"$ {command}", *_abridged(session.run(command), shown)]
    return "".join(f"{line}\n" for line in lines)


def _abridged(lines: list[str], shown: Sequence[str]) -> list[str]:
    """As many lines from the beginning and from the end as are shown around the `…`."""
    if LEFT_OUT not in shown:
        return lines
    head = shown.index(LEFT_OUT)
    tail = len(shown) - head - 1
    return [*lines[:head], LEFT_OUT, *lines[len(lines) - tail :]]


def contributing(text: str) -> str:
    """CONTRIBUTING.md with the map as the files are now."""
    return _MAP.sub(_map(), text)


def _map() -> str:
    tops = [Path(name) for name in PACKAGES]
    inner = sorted(path for path in (ROOT / "crmtui").iterdir() if path.name != "__init__.py")
    folders = [path for path in inner if (path / "__init__.py").is_file()]
    leaves = [path for path in inner if path.suffix == ".py"]
    places = [tops[0], *folders, *leaves, *tops[1:], Path("tests"), *sorted((ROOT / "tests").glob("*/")), Path("bench")]
    known = [(ROOT / place).relative_to(ROOT) for place in places if place.name != "__pycache__"]
    return "".join(f"{_name(place):<22}  {first_line(place)}\n" for place in known)


def _name(place: Path) -> str:
    return place.as_posix() if place.suffix else f"{place.as_posix()}/"


def first_line(place: Path) -> str:
    """What a module, or a package, says lives in it: the first line of its docstring."""
    path = ROOT / place
    module = path if path.suffix else path / "__init__.py"
    return (ast.get_docstring(ast.parse(module.read_text("utf-8"))) or "").partition("\n")[0]


def made(base: Path) -> dict[str, str]:
    """The papers that are made as a whole, by name; the reports tell the names of what they print of the base in this file."""
    made = {"docs/commands.md": manual.commands(), "docs/json.md": manual.records(), "docs/reports.md": manual.reports(base)}
    return made | {"docs/keys.md": manual.keys()}


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in PLAYED:
            paper = ROOT / name
            paper.write_text(played(paper.read_text("utf-8"), _session(Path(folder, paper.stem))), "utf-8")
        session = _session(Path(folder, "made"))
        os.environ.update({name: session.world[name] for name in ("TZ", "CRMTUI_NOW", "CRMTUI_CONFIG")})
        for name, text in made(session.folder / "crm.db").items():
            (ROOT / name).write_text(text, "utf-8")
    paper = ROOT / "CONTRIBUTING.md"
    paper.write_text(contributing(paper.read_text("utf-8")), "utf-8")


def _session(folder: Path) -> Session:
    folder.mkdir()
    return Session(folder)


if __name__ == "__main__":
    _write()
