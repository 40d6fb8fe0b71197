"""Opening an attached file with another program: the path is one argument, and no shell ever reads it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from threading import Thread

from crmtui import config
from crmtui.errors import Failed, Unreadable
from crmtui.sales import attachments
from crmtui.sales.attachments import File

STDERR = 2

PATIENCE_SECONDS = 1.0
"""How long a program that was started beside the full screen is watched for failing at once."""


def open_file(attachment_id: int, *, programs: bool = False) -> File:
    """Open a file with the configured program, else the desktop's own, and wait for that. Raises as `attachments.prepare` does.

    What the program prints goes to stderr. Raises `Failed` when there is no such program or it fails.
    """
    command = [*opener(), str(attachments.prepare(attachment_id, programs=programs))]
    try:
        code = subprocess.run(command, stdin=None, stdout=STDERR, check=False).returncode
    except OSError as why:
        raise Failed(f'"{command[0]}" cannot be started: {why.strerror}', "name a program: the setting opener") from None
    if code:
        raise Failed(f'"{command[0]}" ended with {code}', "write the file out instead: --to FILE")
    return attachments.get(attachment_id)


def start_file(attachment_id: int, *, programs: bool = False) -> File:
    """Open a file as `open_file` does, but beside a full screen: the program gets no keys, prints nothing, and is not waited for.

    Raises as `open_file`, as far as that shows within `PATIENCE_SECONDS`.
    """
    command = [*opener(), str(attachments.prepare(attachment_id, programs=programs))]
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(command, stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True)
    except OSError as why:
        raise Failed(f'"{command[0]}" cannot be started: {why.strerror}', "name a program: the setting opener") from None
    # One that has ended stays in the table of processes until somebody asks how it ended.
    waiting = Thread(target=process.wait, daemon=True)
    waiting.start()
    waiting.join(PATIENCE_SECONDS)
    if process.returncode:
        raise Failed(f'"{command[0]}" ended with {process.returncode}', "name another program: the setting opener")
    return attachments.get(attachment_id)


def opener() -> list[str]:
    """The program that opens files, with its options. Raises `Unreadable` for a setting that is no command."""
    named = config.current().opener
    try:
        words = shlex.split(named)
    except ValueError as why:
        raise Unreadable(f'the setting opener is "{named}": {why}', 'write it like opener = "evince"') from None
    if words:
        words[0] = str(Path(words[0]).expanduser()) if words[0].startswith("~") else words[0]
        return words
    return ["open" if sys.platform == "darwin" else "xdg-open"]
