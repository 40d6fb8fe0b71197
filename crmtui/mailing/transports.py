"""Transports: how a letter leaves, through a program like sendmail or an SMTP server, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from crmtui import config, secret
from crmtui.errors import Failed, Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.mailing.letters import REFUSED, SENDING, SENT, WAITING, Claimed
from crmtui.present import messages

if TYPE_CHECKING:
    from ssl import SSLContext

    from crmtui.mailing.answers import Bounded

TIMEOUT_SECONDS = 60
"""How long a program, or the talk with a server about one letter, may take; far less than after which a letter counts as lost."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REFUSING = (64, 65, 67, 68, 69)
"""What sendmail leaves with when trying again would not help (sysexits.h): bad usage, bad data, no such user or host, unavailable."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: `sent`; `waiting`, surely not sent, to be tried again; `refused` for good; `sending`, nobody knows."""

    state: str
    trouble: str | None = None


class Transport(Protocol):
    """A way to send letters."""

    def send(self, letter: Claimed) -> Outcome:
        """Hand a letter over; what is known of it then."""


@contextmanager
def opened() -> Iterator[Transport]:
    """The configured way to send, ready for the block.

    Raises `Refused` when none is configured or a password is not safe, `Unreadable` for one that makes no sense, `Failed` when it
    cannot be reached.
    """
    given = config.current()
    if given.sendmail:
        yield Program.found(given.sendmail)
        return
    server = Server(_url(given.smtp), given.mail_from or messages.SENDER)
    server.connect()
    try:
        yield server
    finally:
        server.close()


def check() -> None:
    """Raise `Refused` or `Unreadable` as `opened` does, without reaching out."""
    given = config.current()
    if given.sendmail:
        _words(given.sendmail)
    else:
        _url(given.smtp)


def _words(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command)
    except ValueError as why:
        raise Unreadable(f'sendmail is "{command}": {why}') from None


class Program:
    """A program that takes a mail with its headers on stdin and reads from them to whom it goes."""

    def __init__(self, words: list[str]) -> None:
        self._words = words

    @classmethod
    def found(cls, command: str) -> Program:
        """The program of a command line. Raises `Failed` when there is none."""
        import shutil

        words = _words(command)
        if not words or shutil.which(words[0]) is None:
            raise Failed(f'there is no program "{words[0] if words else command}"', "see the setting sendmail")
        return cls(words)

    def send(self, letter: Claimed) -> Outcome:
        """Run the program for a letter. One that is killed or does not end may have sent it."""
        import subprocess

        try:
            ran = subprocess.run(self._words, input=letter.text.encode(), capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            return Outcome(SENDING, f"{self._words[0]} did not end within {TIMEOUT_SECONDS} s")
        except OSError as why:
            return Outcome(WAITING, f"{self._words[0]} cannot be run: {why.strerror}")
        if ran.returncode == 0:
            return Outcome(SENT)
        said = ran.stderr.decode(errors="replace").strip().splitlines()
        trouble = f"{self._words[0]} left with {ran.returncode}{f': {said[-1]}' if said else ''}"
        return Outcome(SENDING if ran.returncode < 0 else REFUSED if ran.returncode in _REFUSING else WAITING, trouble)


class Server:
    """An SMTP server, over TLS or asked for it (STARTTLS) unless it is this machine; reached anew when it hangs up."""

    def __init__(self, url: SplitResult, sender: str) -> None:
        self._url = url
        self._sender = sender
        self._smtp: Bounded | None = None

    def connect(self) -> None:
        """Reach the server and log in. Raises `Failed`, and `Refused` where the password would go over an open line."""
        import smtplib
        import ssl

        from crmtui.mailing.answers import Bounded, BoundedTls

        host, user = self._url.hostname or "", unquote(self._url.username or "")
        secret = _password() if user else ""
        context = ssl.create_default_context()
        own = self._sender.rpartition("@")[2]
        try:
            if self._url.scheme == "smtps":
                smtp: Bounded = BoundedTls(host, self._url.port or 465, own, timeout=TIMEOUT_SECONDS, context=context)
            else:
                smtp = Bounded(host, self._url.port or (587 if user else 25), own, timeout=TIMEOUT_SECONDS)
                self._guard(smtp, context, bool(user))
            if user:
                smtp.login(user, secret)
        except (smtplib.SMTPException, OSError) as why:
            raise Failed(f"{self._name} cannot be used: {_said(why)}", "see the setting smtp") from None
        self._smtp = smtp

    def _guard(self, smtp: Bounded, context: SSLContext, secret: bool) -> None:
        smtp.ehlo()
        if self._url.hostname in _LOOPBACK:
            return
        if smtp.has_extn("starttls"):
            smtp.starttls(context=context)
            smtp.ehlo()
        elif secret:
            raise Refused(f"{self._name} offers no TLS; the password is not sent", "use smtps://")

    @property
    def _name(self) -> str:
        return f"{self._url.scheme}://{self._url.hostname}"

    def send(self, letter: Claimed) -> Outcome:
        """Hand a letter to the server. Only when the line breaks after its text was begun is it not known whether it was taken."""
        import smtplib

        try:
            if self._smtp is None:
                self.connect()
            smtp = self._smtp
            if smtp is None:
                return Outcome(WAITING)
            smtp.begin()
            for code, said in (smtp.mail(self._sender), smtp.rcpt(letter.recipient)):
                if code not in (250, 251):
                    smtp.rset()
                    return _answered(code, said)
        except (smtplib.SMTPException, OSError, Failed) as why:
            self.close()
            return Outcome(WAITING, _said(why))
        try:
            return _answered(*smtp.data(letter.text))
        except smtplib.SMTPDataError as why:
            return _answered(why.smtp_code, why.smtp_error)
        except (smtplib.SMTPException, OSError) as why:
            self.close()
            return Outcome(SENDING, f"the line broke while it was sent: {_said(why)}")

    def close(self) -> None:
        """Leave the server."""
        import smtplib

        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()


def _answered(code: int, said: bytes | str) -> Outcome:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    if code == 250:
        return Outcome(SENT)
    return Outcome(REFUSED if code >= 500 else WAITING, f"{code} {text}".strip())


def _said(why: Exception) -> str:
    return getattr(why, "strerror", None) or str(why) or type(why).__name__


def _url(text: str) -> SplitResult:
    """The server that a setting names. Raises `Refused` for none, `Unreadable` for what names none or holds a password."""
    if not text:
        raise Refused("nothing says how mail is sent", "set sendmail or smtp in the configuration: crmtui config --template")
    shown = 'write it like "smtp://mail.example.com:587" or "smtps://user@mail.example.com"'
    try:
        url = urlsplit(text)
        known = url.scheme in ("smtp", "smtps") and url.hostname and (url.port or 1)
    except ValueError:
        known = False
    if not known:
        raise Unreadable(f'smtp is "{text.rpartition("@")[2]}"', shown)
    if url.password is not None:
        raise Unreadable("smtp holds a password", "put it into CRMTUI_SMTP_PASSWORD or the file of smtp_password_file")
    return url


def _password() -> str:
    """The server's password. Raises `Refused` when nothing says it, and as `secret.told` does."""
    found = secret.told("CRMTUI_SMTP_PASSWORD", config.current().smtp_password_file, "smtp", "the password of the mail server")
    if not found:
        raise Refused("the server asks for a password, and there is none", "set CRMTUI_SMTP_PASSWORD, or smtp_password_file")
    return found
