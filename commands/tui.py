"""The bridge to the full screen: the only place where one door knows the other."""

from __future__ import annotations

import os

FRAMES = "1000"
"""Frames a second at most: what a key brings up shows as soon as it is known, not at the next beat of sixty a second."""


def show() -> int:
    """Open the full screen on the base that the settings name; the exit code is 0, 1 after a mistake of ours."""
    os.environ.setdefault("TEXTUAL_FPS", FRAMES)
    from commands.working import worker
    from crmtui import config
    from crmtui.sales import playbooks
    from crmtui.store import connection

    with connection.opened(config.database(), command="screen") as base:
        base.actor_id, base.actor = worker(os.environ.get("CRMTUI_REP"))
        playbooks.watch(base)
        from screens.app import CrmApp

        app = CrmApp()
        code = app.run() or 0
    if app.mistake is not None:
        from commands import log

        return log.bug(app.mistake, "what was saved stands")
    return code
