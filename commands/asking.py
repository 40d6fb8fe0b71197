"""Asking whoever sits at the terminal for a secret, which is not shown."""

from __future__ import annotations

import sys

from crmtui import secret
from crmtui.errors import Refused


def where_somebody_sits() -> None:
    """Have secrets asked for from now on, when there is a terminal to be answered at."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        secret.asking = _answer


def _answer(what: str) -> str:
    import getpass

    try:
        return getpass.getpass(f"{what}: ")
    except (EOFError, KeyboardInterrupt) as why:
        sys.stderr.write("\n")
        if isinstance(why, KeyboardInterrupt):
            raise
        raise Refused(f"{what} was not told") from None
