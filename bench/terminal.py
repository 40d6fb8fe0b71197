"""A program in a real pseudo terminal: what it paints as a person would see it, and when it came."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType

import pyte

Predicate = Callable[[str], bool]
"""Asked of the text on the screen."""

SILENCE = 0.03
"""Seconds without output after which a redraw counts as over."""

_LOOK = 0.25
"""Seconds after which a screen is looked at although its program still writes."""

_FOREIGN = re.compile(rb"\x1b\[[<=>][0-9;:]*[ -/]*[@-~]|\x1b\[\?[0-9;]*[ -/]*[@-IL-Za-gi-km-z]|\x1b[PX^_].*?\x1b\\", re.DOTALL)
"""Questions and modes younger than the emulator, which would show parts of them as text."""

_BEGUN = re.compile(rb"\x1b(?:\[[<-?]?[0-9;:]*[ -/]*|[PX^_][^\x1b]*\x1b?)?\Z")
"""The beginning of a sequence whose rest has not come yet."""


class Ended(Exception):
    """The program is gone, or did not show in time what was waited for; tells what was on the screen."""


class Terminal:
    """A program in a terminal of its own: keys go in, `text()` is what is on the screen. It is never answered a question.

    Times are those at which the bytes came, in seconds since the start or the last key: what the emulator spends on them is not in them.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 40,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        kind: Mapping[str, str] = MappingProxyType({"TERM": "xterm-256color", "COLORTERM": "truecolor"}),
    ) -> None:
        """`kind` are the variables that say which colours it has, and whether they are wanted."""
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._came: deque[tuple[float, bytes]] = deque()
        self._rest = b""
        self._open = True
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        inherited = os.environ if environment is None else environment
        kept = {name: value for name, value in inherited.items() if name not in ("COLUMNS", "LINES", "NO_COLOR", "COLORTERM")}
        self.began = self._last = time.perf_counter()
        """When the program was started, or the last key was pressed."""
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
            env=kept | dict(kind),
            preexec_fn=_take_terminal,  # noqa: PLW1509 — one call to the kernel, no lock that another thread might hold
        )  # fmt: skip
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def text(self) -> str:
        """What is on the screen, its lines without the blanks at their ends."""
        self._read(0)
        while self._came:
            self._show()
        return self._text()

    def press(self, key: bytes) -> None:
        """Send a key, as the bytes that a terminal sends for it, or several."""
        self.text()
        self.began = time.perf_counter()
        os.write(self._master, key)

    def wait_for(self, wanted: str | Predicate, seconds: float = 10) -> float:
        """Wait until a text is on the screen, or a predicate holds of it; say how long after the start or the last key it came.

        Raises `Ended` when it does not come in time.
        """
        holds = wanted if callable(wanted) else lambda text: wanted in text
        if holds(self._text()):
            return 0.0
        end = time.perf_counter() + seconds
        while True:
            while self._came:
                at = self._show()
                if holds(self._text()):
                    return at - self.began
            left = end - time.perf_counter()
            if left <= 0 or not self._open:
                why = f"did not come in {seconds:g} s" if self._open else "did not come before the program ended"
                raise Ended(f"{wanted!r} {why}; there was\n{self._text().rstrip()}")
            self._burst(left)

    def quiet(self, seconds: float = 0.4, *, within: float = 30) -> float:
        """Wait until nothing has come for so long; say how long after the start or the last key the last byte came, 0 for none.

        Raises `Ended` when the program never pauses.
        """
        end = time.perf_counter() + within
        while self._read(seconds):
            if time.perf_counter() > end:
                raise Ended(f"there was no pause of {seconds:g} s within {within:g} s")
        self.text()
        return max(0.0, self._last - self.began)

    def echo(self, key: bytes, until: str | Predicate | None = None, *, seconds: float = 10) -> float:
        """Press a key; say in seconds how long the answer took: to the last byte before a silence, or until the screen shows it.

        What is waited for must not be there already. Raises `Ended` when there is no answer.
        """
        if until is not None and (until(self.text()) if callable(until) else until in self.text()):
            raise ValueError(f"{until!r} is on the screen before the key")
        self.press(key)
        if until is not None:
            return self.wait_for(until, seconds)
        if not self._read(seconds):
            raise Ended(f"nothing came in {seconds:g} s after {key!r}; there was\n{self._text().rstrip()}")
        return self.quiet(SILENCE)

    def memory_mb(self) -> float:
        """Memory of the program and of all that it started, in MB (1024²); what processes share is counted in parts, once."""
        kilobytes = 0
        for process in _family(self.process.pid):
            try:
                lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
            except OSError:  # it ended in the meantime
                continue
            kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        return kilobytes / 1024

    def resize(self, columns: int, lines: int) -> None:
        """Make the terminal larger or smaller, as a person drags its corner."""
        self.text()
        self.screen.resize(lines, columns)
        self.began = time.perf_counter()
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def left(self, seconds: float = 10) -> int:
        """Wait until the program ends of itself; say its exit code. Raises `Ended` when it goes on."""
        self._drain(seconds)
        if self.process.poll() is None:
            raise Ended(f"the program goes on after {seconds:g} s; there was\n{self.text().rstrip()}")
        return self.process.wait()

    def close(self) -> int:
        """End the program if it still runs, and everything that it started; say its exit code."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is not None:
                break
            os.killpg(self.process.pid, number)
            self._drain(2)
        if self._master >= 0:
            os.close(self._master)
            self._master, self._open = -1, False
        return self.process.wait()

    def _drain(self, seconds: float) -> None:
        """Give the program so long to end, taking what it still writes."""
        end = time.perf_counter() + seconds
        while self.process.poll() is None and time.perf_counter() < end:
            if not self._read(0.02):
                time.sleep(0.005)

    def _burst(self, seconds: float) -> None:
        """Take what comes until it pauses, or until it is time to look."""
        end = time.perf_counter() + _LOOK
        if self._read(seconds):
            while time.perf_counter() < end and self._read(SILENCE):
                pass

    def _read(self, seconds: float) -> bool:
        """Wait so long for output and note it with its time; whether any came."""
        if not self._open or not select.select([self._master], [], [], seconds)[0]:
            return False
        try:
            got = os.read(self._master, 65536)
        except OSError:  # the other end is closed
            got = b""
        self._open = bool(got)
        if got:
            self._last = time.perf_counter()
            self._came.append((self._last, got))
        return self._open

    def _show(self) -> float:
        """Let the emulator see the oldest output that it has not seen; say when that came."""
        at, got = self._came.popleft()
        got = _FOREIGN.sub(b"", self._rest + got)
        begun = _BEGUN.search(got)
        self._rest = got[begun.start() :] if begun else b""
        self._stream.feed(got[: begun.start()] if begun else got)
        return at

    def _text(self) -> str:
        """Cell by cell: of a wide letter whose first half was painted over, the emulator's own text knows nothing to say."""
        rows = (self.screen.buffer[y] for y in range(self.screen.lines))
        return "\n".join("".join(row[x].data for x in range(self.screen.columns)).rstrip() for row in rows)


def _take_terminal() -> None:
    """Runs in the new process: its stdin becomes the terminal that governs its session, as in any terminal window."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _family(process: int) -> list[int]:
    """A process and all that descend from it."""
    found = [process]
    for parent in found:
        for listed in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, listed.read_text().split())
    return found
