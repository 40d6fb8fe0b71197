"""Commands that rules run once the change is committed: the record as JSON on their stdin, never through a shell."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from tempfile import TemporaryFile
from typing import IO

from crmtui.clients import records as clients
from crmtui.present import plain
from crmtui.sales import records as deals
from crmtui.sales.playbooks import Failure
from crmtui.sales.playbooks.events import Event
from crmtui.sales.playbooks.rules import Rule
from crmtui.store.connection import current
from crmtui.store.tables import Firing

PATIENCE_SECONDS = 30
"""How long a command may take."""

MOST_SAID = 64 * 1024
"""Bytes of what a command has said that are looked at, the last ones."""


def later(rule: Rule, event: Event) -> None:
    """Have the command of a rule run for a record once the change is committed; not at all when it is not, or only rehearsed."""
    current().afterwards.append(partial(_run, rule, event))


def _run(rule: Rule, event: Event) -> None:
    trouble = _carried_out(rule, event)
    if not trouble:
        return
    base = current()
    base.notes.append(Failure(f'playbook "{rule.name}": {rule.run[0]} {trouble}; the change stands'))
    mine = (Firing.rule == rule.name) & (Firing.kind == event.kind) & (Firing.record_id == event.record)
    with base.writing():  # beside the journal: what went wrong outside is no change that could be undone
        Firing.update(trouble=f"{rule.run[0]} {trouble}").where(mine, Firing.occasion == event.occasion, Firing.state == "done").execute()


def _carried_out(rule: Rule, event: Event) -> str:
    """Run the command; why it failed, empty when it did not. What it prints is left to it: our own output is data."""
    record = (deals if event.kind == "deal" else clients).load([event.record])
    if not record:
        return ""
    given = plain.dumps({"rule": rule.name, "on": rule.on, "kind": event.kind, event.kind: plain.as_dict(record[0])})
    with TemporaryFile() as said:  # no pipe: what the command leaves running would keep that open
        try:
            done = subprocess.Popen(rule.run, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        except OSError as why:
            return f"cannot be run: {why.strerror}"
        try:
            done.communicate(f"{given}\n".encode(), PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return f"took more than {PATIENCE_SECONDS} s"
        finally:
            done.kill()
            done.wait()
        return f"left with exit code {done.returncode}{_last_line(said)}" if done.returncode else ""


def _last_line(said: IO[bytes]) -> str:
    """What a command said last, after a colon; empty when it said nothing."""
    end = said.seek(0, os.SEEK_END)
    said.seek(max(0, end - MOST_SAID))
    lines = said.read().decode(errors="replace").strip().splitlines()
    return f": {lines[-1]}" if lines else ""
