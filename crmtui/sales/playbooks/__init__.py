"""Playbooks: rules in a file that say what follows from what; on a stage entered make these tasks, on a lead tell this rep.

What follows is part of the change that it follows from: one transaction, one line of history, one undo. This module alone is loaded by
commands that change something; where there is no playbook a change costs one look for its file.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from crmtui import config

if TYPE_CHECKING:
    from crmtui.store.connection import Base
    from crmtui.store.journal import Recorder


class Failure(str):
    """A note that something failed, or that a rule could not do all it says."""

    __slots__ = ()


def place() -> Path:
    """The file of the playbook, which need not exist: the one that the settings name, else playbooks.toml beside the configuration."""
    named = config.current().playbooks
    return Path(named).expanduser() if named else config.path().with_name("playbooks.toml")


def watch(base: Base) -> None:
    """Have the rules of the playbook follow every change that is made in the open base from now on."""
    base.follow = _follow


def notes(base: Base) -> list[str]:
    """What rules did and which failed since this was asked last, a sentence each; for the door to tell; those are `Failure`s."""
    told, base.notes = base.notes, []
    return told


def _follow(recorder: Recorder) -> None:
    if not config.current().playbooks and not os.path.exists(place()):
        return
    from crmtui.sales.playbooks.firing import follow
    from crmtui.sales.playbooks.reading import book

    follow(recorder, book())
