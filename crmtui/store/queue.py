"""The queue of writers: one process at a time, in turn, told who holds it when it does not come free."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmtui.errors import Busy, Failed

DEADLINE_SECONDS = 30.0
_PAUSES = (0.0005, 0.001, 0.002, 0.005, 0.01)


class Queue:
    """An exclusive lock on a file beside the base. It dies with its process, so it is never stale.

    SQLite's own waiting is not fair: under load one writer in thousands waits seconds. Taking this lock first makes the
    waiting short and keeps two processes from ever writing, checkpointing or closing at the same instant.
    """

    def __init__(self, base: Path) -> None:
        self.path = base.with_name(base.name + "-queue")
        self._file: int | None = None
        self._depth = 0
        self._mine = threading.RLock()

    @contextmanager
    def held(self, command: str, deadline: float = DEADLINE_SECONDS) -> Iterator[None]:
        """Hold the queue for the block; re-entrant. Raises `Busy` with the holder's name after `deadline` seconds."""
        with self._mine:
            if self._depth == 0:
                self._take(command, deadline)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._release()

    def take_now(self, command: str) -> bool:
        """Take the queue if nobody holds it, without waiting; say whether it was taken. `give_back` ends it, on the same thread."""
        if not self._mine.acquire(blocking=False):
            return False
        try:
            if self._depth == 0:
                self._take(command, -1.0)
            self._depth += 1
        except Busy:
            self._mine.release()
            return False
        except Failed:
            self._mine.release()
            raise
        return True

    def give_back(self) -> None:
        """Leave the queue to the next one, after `take_now` took it."""
        self._depth -= 1
        if self._depth == 0:
            self._release()
        self._mine.release()

    def _take(self, command: str, deadline: float) -> None:
        file = self._open()
        started, tries = time.monotonic(), 0
        while not _locked(file):
            waited = time.monotonic() - started
            if waited > deadline:
                os.close(file)
                raise Busy(f"another program ({self.holder()}) has been writing for {waited:.0f} s", "try again in a moment")
            time.sleep(_PAUSES[min(tries, len(_PAUSES) - 1)])
            tries += 1
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()} {command}".encode(), 0) if hasattr(os, "pwrite") else None
        self._file = file

    def _open(self) -> int:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as why:
            raise Failed(f"the base cannot be written: {self.path.parent}: {why.strerror}") from None

    def _release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def holder(self) -> str:
        """Who writes just now, as `pid 12, import-csv`; `unknown` when nobody can tell."""
        try:
            pid, _, command = self.path.read_text(errors="replace").partition(" ")
        except OSError:
            return "unknown"
        return f"pid {pid}, {command}" if pid else "unknown"


def _locked(file: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
