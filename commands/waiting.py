"""What a person at a terminal is told while a command takes long: one line on stderr, gone when it is over."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from crmtui import progress

PATIENCE_SECONDS = 1.0
"""What takes no longer is not worth a word."""

BEAT_SECONDS = 0.1
"""The line is written no more often."""

CLEAR = "\r\x1b[K"


@contextmanager
def told() -> Iterator[None]:
    """While the block runs, show how far it has come, where stderr is a terminal that can take a line back."""
    if not sys.stderr.isatty() or os.environ.get("TERM", "") in ("", "dumb"):
        yield
        return
    line = _Line()
    try:
        with progress.heard(line.hear):
            yield
    finally:
        line.clear()


class _Line:
    """The line on the terminal; nothing is there before the first second is over."""

    def __init__(self) -> None:
        self._due = time.monotonic() + PATIENCE_SECONDS
        self._what, self._text = "", ""
        self._stands = False
        self._first: threading.Timer | None = None
        self._lock = threading.Lock()

    def hear(self, what: str, done: int, whole: int, unit: str) -> None:
        """Show it, unless the same was shown just now; what comes in the first second is shown after it, if nothing else has come."""
        number = f" {done:,} of {whole:,}" if whole else f" {done:,}" if done else ""
        with self._lock:
            new, self._what = what != self._what, what
            self._text = f"{what}{number}{' ' + unit if unit and number else ''} …"
            left = self._due - time.monotonic()
            if self._first is None and left > 0:
                self._first = threading.Timer(left, self._begin)
                self._first.daemon = True
                self._first.start()
            elif left <= 0 or (new and self._stands):
                self._show()

    def _begin(self) -> None:
        with self._lock:
            self._show()

    def _show(self) -> None:
        self._due, self._stands = time.monotonic() + BEAT_SECONDS, True
        sys.stderr.write(CLEAR + self._text[: _cells() - 1])
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line back."""
        if self._first is not None:
            self._first.cancel()
        with self._lock:
            if self._stands:
                sys.stderr.write(CLEAR)
                sys.stderr.flush()


def _cells() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except OSError:
        return 80
