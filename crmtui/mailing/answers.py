"""The talk with an SMTP server that may mean ill: a talk takes so long at most, and an answer has an end."""

from __future__ import annotations

import smtplib
import time
from socket import socket
from typing import Any

MOST_LINES = 100
LARGEST = 64 * 1024
"""Lines and bytes of one answer."""


class Answers:
    """What a server says, line by line, until a moment of the steady clock. Raises `OSError` past it, or past what one answer may hold."""

    def __init__(self, line: socket, until: float) -> None:
        self._line = line
        self._held = b""
        self.until = until
        self._lines = self._size = 0

    def begin(self, until: float) -> None:
        """A new answer is awaited."""
        self.until, self._lines, self._size = until, 0, 0

    def readline(self, limit: int) -> bytes:
        """The next line with its end, or `limit` bytes of it; less when the server hung up."""
        while b"\n" not in self._held and len(self._held) < limit:
            self._line.settimeout(remaining(self.until))
            if not (come := self._line.recv(4096)):
                break
            self._held += come
        end = min(self._held.find(b"\n") + 1 or len(self._held), limit)
        found, self._held = self._held[:end], self._held[end:]
        self._lines, self._size = self._lines + 1, self._size + len(found)
        if self._lines > MOST_LINES or self._size > LARGEST:
            raise OSError(f"an answer of more than {MOST_LINES} lines or {LARGEST // 1024} kB")
        return found

    def close(self) -> None:
        """Nothing is held but the line, which closes by itself."""


def remaining(until: float) -> float:
    """The seconds until a moment of the steady clock. Raises `TimeoutError` when it has passed."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the server takes too long")
    return left


class Bounded(smtplib.SMTP):
    """A talk whose `timeout` counts for all of it, from `begin` or from when the server is reached."""

    _until = 0.0

    def begin(self) -> None:
        """The time counts anew."""
        self._until = time.monotonic() + self.timeout

    def connect(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        """Reach the server, as the base does."""
        self.begin()
        return super().connect(*given, **named)

    def send(self, s: Any) -> None:
        """Say something in the time that is left, as the base does."""
        if self.sock:
            self.sock.settimeout(remaining(self._until))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """The answer, as the base reads it."""
        if self.sock and not isinstance(self.file, Answers):
            self.file: Any = Answers(self.sock, self._until)
        if self.file:
            self.file.begin(self._until)
        return super().getreply()


class BoundedTls(Bounded, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""
