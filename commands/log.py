"""What happens when the program itself is at fault: one line for the person, the trace in a file, no data in either."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from commands import output


def bug(why: Exception, became: str = "") -> int:
    """Write the trace to the log (to stderr with `CRMTUI_DEBUG=1`) and say where it is; the exit code is 1.

    `became` says what became of the changes, where it is not the one change of a command.
    """
    if os.environ.get("CRMTUI_DEBUG") == "1":
        traceback.print_exception(why)
        return 1
    place = _write(why)
    output.fail(
        f"crmtui made a mistake ({type(why).__name__}); {became or outcome()}; {place}; crmtui check tells whether the base is damaged"
    )
    return 1


def outcome() -> str:
    """What became of the change that was asked for, when something went wrong after all."""
    from crmtui.store import connection

    return "the change was made, and stands" if connection.change_stands() else "nothing was changed"


def _write(why: Exception) -> str:
    """Only where it happened is kept: the message of an exception may hold what a client is called."""
    frames = "".join(traceback.format_tb(why.__traceback__))
    try:
        from platformdirs import user_log_path

        file = user_log_path("crmtui", appauthor=False, ensure_exists=True) / "crmtui.log"
        with open(file, "a", encoding="utf-8", opener=_private) as log:
            log.write(f"{type(why).__name__}\n{frames}\n")
    except OSError:
        return "run it with CRMTUI_DEBUG=1 to see where"
    return f"the trace is in {file}"


def _private(path: str | Path, flags: int) -> int:
    return os.open(path, flags, 0o600)
