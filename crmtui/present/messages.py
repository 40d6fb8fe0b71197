"""Reports and notices as mails (RFC 5322): text beside HTML, the same bytes for the same content."""

from __future__ import annotations

import io
import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256

from crmtui.blocks import Report
from crmtui.present.cleaner import show

SENDER = "crmtui@localhost"
"""Where mails come from when nothing is configured."""

_PRINTED = policy.SMTP.clone(linesep="\n")
_BEGUN_LATE = re.compile(r"(?<=[a-z]):\n ")


def of_report(report: Report, at: datetime, *, to: str = "", name: str = "", sender: str = "") -> EmailMessage:
    """A report as a mail: its title and day as the subject, the drawing as text and as HTML.

    `at` is when it is written, in the zone of its reader; `to` the address, of someone called `name`. Without one it has no `To`.
    """
    from crmtui.present import drawing

    drawn = io.StringIO()
    drawing.print_report(report, drawn, width=None, colour=False)
    subject = f"{report.title}, {at:%Y-%m-%d}"
    return _written(subject, drawn.getvalue(), drawing.html(report), at, (name, to), sender)


def of_text(subject: str, text: str, at: datetime, *, to: str, name: str = "", sender: str = "") -> EmailMessage:
    """A few words as a mail."""
    return _written(subject, f"{show(text, lines=True).rstrip()}\n", "", at, (name, to), sender)


def printed(message: EmailMessage) -> str:
    """The mail as text, its lines ended by `\\n`, as a sendmail program and a file take it."""
    head, gap, body = message.as_string(policy=_PRINTED).partition("\n\n")
    # A header whose text begins on its second line is one that some programs take for empty.
    return f"{_BEGUN_LATE.sub(': ', head)}{gap}{body}"


def mailbox(messages: list[EmailMessage], at: datetime) -> str:
    """Several mails one after the other, as mail programs read them from a file (mbox)."""
    head = f"From {SENDER} {at:%a %b %d %H:%M:%S %Y}\n"
    return "".join(f"{head}{_guarded(printed(message))}\n" for message in messages)


def _guarded(text: str) -> str:
    return "".join(f">{line}" if line.lstrip(">").startswith("From ") else line for line in text.splitlines(keepends=True))


def _written(subject: str, text: str, html: str, at: datetime, to: tuple[str, str], sender: str) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["From"] = Address(addr_spec=sender or SENDER)
    if to[1]:
        message["To"] = Address(display_name=show(to[0]), addr_spec=to[1])
    message["Subject"] = show(subject)
    message["Date"] = format_datetime(at)
    told = sha256("\0".join((subject, text, html, at.isoformat(), *to)).encode("utf-8", "replace")).hexdigest()
    message["Message-ID"] = f"<{told[:32]}@{message['From'].addresses[0].domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
        # Left alone it is a random one, and no two runs would write the same.
        message.set_boundary(f"={told[32:60]}=")
    return message
