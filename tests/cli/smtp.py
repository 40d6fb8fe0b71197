"""A small SMTP server in a process of its own: `python smtp.py FOLDER`; it prints its port and keeps each mail it took as a file.

What it does depends on the name before the `@`: `refused` gets 550, `later` 451, `dropped` is taken and the line cut before the answer,
`slow` is answered after a minute. Whoever logs in is `crm` with the password `hush`.
"""

from __future__ import annotations

import base64
import socketserver
import sys
import time
import uuid
from pathlib import Path


class Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def handle(self) -> None:
        recipient = ""
        self.say("220 localhost ready")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words[:4].upper()
            if verb == "EHLO":
                self.say("250-localhost")
                self.say("250 AUTH PLAIN")
            elif verb == "AUTH":
                good = base64.b64decode(words.split()[-1]) == b"\0crm\0hush"
                self.say("235 welcome" if good else "535 who are you")
            elif verb == "RCPT":
                recipient = words.partition("<")[2].partition("@")[0]
                self.say({"refused": "550 no such user", "later": "451 try later"}.get(recipient, "250 fine"))
            elif verb == "DATA":
                self.say("354 go on")
                if not self._taken(recipient):
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")

    def _taken(self, recipient: str) -> bool:
        """Keep the mail that comes; whether the talk goes on."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        (FOLDER / f"{recipient}-{uuid.uuid4().hex}.eml").write_bytes(b"".join(lines))
        if recipient == "slow":
            time.sleep(60)
        if recipient != "dropped":
            self.say("250 taken")
        return recipient != "dropped"


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


if __name__ == "__main__":
    FOLDER = Path(sys.argv[1])
    with Server(("127.0.0.1", 0), Talk) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
