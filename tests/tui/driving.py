"""What the tests of the full screen share: the app on a real base, the text on its screen, keys as they are typed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from textual import _wait, events
from textual.pilot import Pilot

from crmtui import team
from crmtui.store import connection
from screens import app as screen
from screens.app import CrmApp
from screens.subject import Subject

screen.DEAF_SECONDS = 0.0  # a test presses keys faster than anybody types
_wait.SLEEP_GRANULARITY = 1 / 200  # four times the usual look at whether everything has been worked off
_wait.SLEEP_IDLE = _wait.SLEEP_GRANULARITY / 10


@contextmanager
def opened(base: Path, rep: str = "tester") -> Iterator[CrmApp]:
    """The full screen on a base, worked in by a rep (or by somebody the base does not know)."""
    with connection.opened(base, command="screen") as found:
        found.actor_id, found.actor = team.known(rep)
        yield CrmApp()


def text(app: CrmApp) -> str:
    """What is on the screen, without colours."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one after the other and let the screen settle."""
    await pilot.press(*keys)
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def type_in(pilot: Pilot[int], words: str) -> None:
    """Type words into what has the keys."""
    names = {
        " ": "space",
        ",": "comma",
        ".": "full_stop",
        "+": "plus",
        "-": "minus",
        "/": "slash",
        ":": "colon",
        "@": "at",
        "'": "apostrophe",
    }
    await press(pilot, *(names.get(char, char) for char in words))


async def paste(pilot: Pilot[int], words: str) -> None:
    """Put words into what has the keys at once, as a terminal does with a paste."""
    pilot.app.post_message(events.Paste(words))
    await pilot.pause()


def deal(id_: int) -> Subject:
    """A deal, as the screen names it."""
    return Subject("deal", id_)


def toasts(app: CrmApp) -> str:
    """What was told for a moment, the last at the end."""
    return "\n".join(str(each.message) for each in app._notifications)


async def settle(app: CrmApp, pilot: Pilot[int]) -> None:
    """Wait for what is read aside, and for its redraw."""
    await app.workers.wait_for_complete()
    await pilot.pause()


async def resize(pilot: Pilot[int], width: int, height: int) -> None:
    """Give the terminal another size, in cells, and wait until what is on the screen has it."""
    await pilot.resize_terminal(width, height)
    await until(pilot, lambda: pilot.app.screen.size == (width, height))
    await pilot.pause()


async def until(pilot: Pilot[int], come: Callable[[], bool]) -> None:
    """Wait for what comes by itself, 5 s at the most."""
    end = time.monotonic() + 5
    while not come() and time.monotonic() < end:
        await pilot.pause(0.02)
    assert come()
