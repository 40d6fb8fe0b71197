"""A command line in a process forked from this one: it needs no start, so that what is done to it hits its work."""

from __future__ import annotations

import os
import selectors
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from commands import app
from crmtui import clock, config

MISFIRED = 99
"""The exit code of a process whose `before` failed: the command line was never begun."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended: its exit code, or minus the number of the signal that killed it, and what it had printed by then."""

    code: int
    out: str
    err: str


class Forked:
    """A command line of the program, begun at once. No base may be open in this process.

    `before` is called in the new process first, to put it under a limit.
    """

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], before: Callable[[], object] = lambda: None) -> None:
        self._streams = dict([os.pipe(), os.pipe()])
        self._ended: int | None = None
        writers = list(self._streams.values())
        self.pid = os.fork()
        if not self.pid:
            _work(arguments, environment, before, writers)
        for each in writers:
            os.close(each)

    def is_over(self) -> bool:
        """Whether it has ended."""
        if self._ended is None and (found := os.waitpid(self.pid, os.WNOHANG))[0]:
            self._ended = os.waitstatus_to_exitcode(found[1])
        return self._ended is not None

    def kill(self) -> bool:
        """Kill it at once; say whether it was still there."""
        if not self.is_over():
            os.kill(self.pid, signal.SIGKILL)
            self._ended = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._ended == -signal.SIGKILL

    def wait(self) -> Outcome:
        """Wait until it ends; to be called once."""
        parts: dict[int, bytes] = dict.fromkeys(self._streams, b"")
        with selectors.DefaultSelector() as selector:
            for reader in parts:
                selector.register(reader, selectors.EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    got = os.read(key.fd, 65536)
                    parts[key.fd] += got
                    if not got:
                        selector.unregister(key.fd)
                        os.close(key.fd)
        if self._ended is None:
            self._ended = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        out, err = (part.decode(errors="replace") for part in parts.values())
        return Outcome(self._ended, out, err)


def ran(arguments: Sequence[str], environment: Mapping[str, str], before: Callable[[], object] = lambda: None) -> Outcome:
    """A command line from its beginning to its end."""
    return Forked(arguments, environment, before).wait()


def _work(arguments: Sequence[str], environment: Mapping[str, str], before: Callable[[], object], writers: Sequence[int]) -> NoReturn:
    """What the new process does: nothing of what this one had printed or read so far is its own."""
    try:
        os.environ.clear()
        os.environ.update(environment)
        config.current.cache_clear()
        clock.named_zone.cache_clear()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for place, handle in enumerate((nothing, *writers)):
            os.dup2(handle, place)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 — for the whole process
        sys.stdout, sys.stderr = (open(place, "w", encoding="utf-8", closefd=False) for place in (1, 2))  # noqa: SIM115
        sys.argv = ["crmtui", *arguments]
        before()
        app.main()
    finally:
        os._exit(MISFIRED)
