"""How far long work has come: told by what does it, heard by whoever waits for it, if anybody does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Listener = Callable[[str, int, int, str], None]
"""Hears what is done, how much of it is, of how much (0: nobody knows), and in which unit."""

LOOK_SECONDS = 0.2
"""How often it is looked how long a file has grown."""

MB = 1_000_000

_listener: Listener | None = None


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """What is told within the block goes to a listener. It may be called from any thread."""
    global _listener
    before, _listener = _listener, listener
    try:
        yield
    finally:
        _listener = before


def told(what: str, done: int = 0, whole: int = 0, unit: str = "") -> None:
    """Tell how far something has come; without a listener this costs nothing."""
    if _listener is not None:
        _listener(what, done, whole, unit)


@contextmanager
def growing(what: str, file: Path, size: int) -> Iterator[None]:
    """Tell in MB (10⁶ bytes) how long a file has grown that the block writes, of the `size` in bytes that it will have or nearly so."""
    if _listener is None:
        yield
        return
    over = threading.Event()
    watch = threading.Thread(target=_watch, args=(what, file, size, over), daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(what: str, file: Path, size: int, over: threading.Event) -> None:
    while not over.wait(LOOK_SECONDS):
        with suppress(OSError):
            told(what, min(file.stat().st_size, size) // MB, size // MB, "MB")
