"""The program as a process of its own: what it is called by and the world it runs in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.conftest import NOW
from tests.house.places import ROOT

COMMAND = (sys.executable, "-c", "from commands.app import main; main()")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process that works on the base in the folder, with nothing else configured."""
    return {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "HOME": str(folder), "LOGNAME": "tester",
        "TZ": "UTC", "LC_ALL": "C.UTF-8", "CRMTUI_NOW": NOW, "CRMTUI_DB": str(folder / "crm.db"),
        "CRMTUI_CONFIG": str(folder / "config.toml"), "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm-256color", **more,
    }  # fmt: skip


def program(folder: Path) -> None:
    """Put `crmtui` and `crm` in the folder, as an installation does."""
    for name in ("crmtui", "crm"):
        path = folder / name
        path.write_text(f"#!/bin/sh\nexec '{COMMAND[0]}' -c '{COMMAND[2]}' \"$@\"\n")
        path.chmod(0o755)
