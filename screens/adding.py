"""Adding something from anywhere: a client, a deal, a task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.forms.asking import pick

if TYPE_CHECKING:
    from screens.app import CrmApp

_WAYS = (("add.client", "client"), ("deal.add", "deal"), ("task.add", "task"))


def choose(app: CrmApp) -> None:
    """Ask what is to be added, and show its form."""

    async def chosen(name: str) -> None:
        from importlib import import_module

        from screens import actions

        where, _, method = actions.BY_NAME[name].target.partition(":")
        done = getattr(import_module(where), method)(app, app.view.subjects)
        if done is not None:
            await done

    pick(app, "Add a", _WAYS, chosen)
