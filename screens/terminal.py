"""Leaving the terminal sane: after a signal, after it is gone, after Ctrl-Z."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from functools import partial
from typing import Any

from textual.app import App

PULSE_SECONDS = 1.0


def forgive_bytes() -> None:
    """Let a byte that is no UTF-8 come through the keyboard as `�`: Textual's reader of keys would die of it and take no key any more."""
    if sys.platform != "win32":
        from codecs import getincrementaldecoder

        from textual.drivers import linux_driver

        def lenient(encoding: str) -> Any:
            return partial(getincrementaldecoder(encoding), "replace")

        linux_driver.getincrementaldecoder = lenient  # type: ignore[attr-defined]


def guard(app: App[Any]) -> None:
    """See to it that a termination ends the app in order, that a lost terminal ends it at once, and that `fg` draws it again."""
    if sys.platform == "win32":
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        loop.add_signal_handler(number, app.exit)
    app.app_resume_signal.subscribe(app.screen, lambda _: app.refresh(layout=True))
    if sys.stdin.isatty():
        app.set_interval(PULSE_SECONDS, _leave_when_the_terminal_is_gone)


def _leave_when_the_terminal_is_gone() -> None:
    """Without a terminal Textual would spin for ever; there is nothing to save, every change was saved when it was made."""
    watch = select.poll()
    watch.register(0, 0)
    if any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in watch.poll(0)):
        os._exit(1)
