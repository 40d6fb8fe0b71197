"""Where the project's own files are, whichever folder it was cloned to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("crmtui", "commands", "screens")


def files() -> Iterator[Path]:
    """Every file that belongs to the project: all but what `.gitignore` leaves out, in a fixed order. Git itself is not needed."""
    ignored = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines())]

    def kept(names: list[str]) -> list[str]:
        return sorted(name for name in names if not any(fnmatch(name, pattern) for pattern in ignored))

    for folder, folders, names in os.walk(ROOT):
        if "pyvenv.cfg" in names:  # a virtual environment of another name
            folders.clear()
            continue
        folders[:] = kept(folders)
        yield from (Path(folder) / name for name in kept(names))


def modules(*tops: str) -> Iterator[Path]:
    """The Python files under these top folders."""
    return (path for path in files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in tops)


def named(path: Path) -> str:
    """A file as it is named in messages: relative to the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()
