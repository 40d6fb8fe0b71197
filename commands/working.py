"""Who works in the base: the one named, else the one of the configuration, else the login name."""

from __future__ import annotations

import os
from collections.abc import Callable

from crmtui.errors import NotFound


def worker(named: str | None, changes: bool = True, find: Callable[[str], int] | None = None) -> tuple[int | None, str]:
    """The id and the name of who works; no id for one who is no rep. `find` finds a rep by a reference, in its own way if it likes.

    Who is named must be a rep as soon as there are reps: history must not name somebody by mistake. Only the environment may name
    one whom this base does not know, as long as nothing is changed.
    """
    from crmtui import config, team

    if named and team.any_reps():
        try:
            found = team.get((find or team.find)(named))
            return found.id, found.name
        except NotFound:
            if changes or named != os.environ.get("CRMTUI_REP"):
                raise
    return team.known(named or config.current().rep or _login())


def _login() -> str:
    import getpass

    try:
        return getpass.getuser().encode(errors="replace").decode()
    except (KeyError, OSError):  # a user id without a name, as in some containers
        return f"uid {os.getuid()}"
