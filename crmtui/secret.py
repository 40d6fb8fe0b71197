"""Passwords and keys: told by the environment, a file, the system's keyring or whoever sits before the program; never by an argument."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from crmtui import config
from crmtui.errors import Failed, Refused

SERVICE = "crmtui"
"""Under what the keyring keeps our secrets."""

KEYRING, ASK = "keyring", "ask"
"""What a setting may say instead of the path of a file."""


def _nobody(what: str) -> str:
    raise Refused(f"{what} is asked for, and nobody is there to answer", "keep it in a file that only you may read, or in the keyring")


asking: Callable[[str], str] = _nobody
"""Asks whoever sits before the program for a secret, which is not shown; set by a door that has a terminal."""


def can_ask() -> bool:
    """Whether somebody sits before the program."""
    return asking is not _nobody


def told(variable: str, place: str, entry: str, what: str) -> str:
    """The secret of an environment variable; else, as `place` says, of the keyring's entry, of a person, or of a file's first line.

    The path of a file begins at the folder of the configuration. Empty when nothing says where the secret is. Raises `Refused` for a file
    that others can read and where nobody can be asked, `Failed` for what cannot be read.
    """
    named = os.environ.get(variable)
    if named or not place:
        return named or ""
    if place == KEYRING:
        return _of_keyring(entry, what)
    return asking(what) if place == ASK else of_file(config.path().parent / os.path.expanduser(place))


def of_file(place: str | Path) -> str:
    """The first line of a file that nobody else may read, without blanks around it. Raises `Refused` and `Failed` as `told` does."""
    path = os.path.expanduser(place)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe that nobody writes into would be waited for
        with open(handle, encoding="utf-8-sig") as stream:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                raise Refused(f"{path} is no file", "name a file that only you may read")
            if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
                raise Refused(f"{path} can be read by others", f"chmod 600 {path}")
            return stream.readline().strip()
    except OSError as why:
        raise Failed(f"{path} cannot be read: {why.strerror}") from None
    except UnicodeDecodeError:
        raise Failed(f"{path} holds no text") from None


def _of_keyring(entry: str, what: str) -> str:
    try:
        import keyring
    except ImportError:
        raise Failed(f"{what} is in the keyring, which cannot be asked", "pip install 'crmtui[keyring]'") from None
    from keyring.errors import KeyringError

    try:
        found = keyring.get_password(SERVICE, entry)
    except KeyringError as why:
        raise Failed(f"the keyring cannot be asked for {what}: {str(why).partition('.')[0]}", "keep it in a file instead") from None
    if not found:
        raise Refused(f"the keyring has no {what.removeprefix('the ')}", f"put it there: keyring set {SERVICE} {entry}")
    return str(found)
