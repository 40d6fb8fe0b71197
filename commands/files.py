"""Commands on attached files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from commands.parameters import AttachmentRef, ClientRef, DealRef
from commands.results import Done, Listing, Streamed
from crmtui.errors import Unreadable

if TYPE_CHECKING:
    from crmtui.sales.attachments import File

Attachment = Annotated[AttachmentRef, Argument(help="Which attached file: its id, its name, or a part of it that only one has.")]


def attach(
    noun: Annotated[Literal["client", "deal"], Argument(help="To what.")],
    ref: Annotated[str, Argument(help="Which one: its id, its name, or a part of it that only one has.", metavar="REF")],
    file: Annotated[str, Argument(help="The file, or - for stdin.", metavar="FILE")],
    *,
    name: Annotated[str, Option(help="What it is called here; its own name otherwise.")] = "",
) -> Done:
    """Attach a file to a client or a deal. Its content is copied beside the base, so the file itself may go."""
    from crmtui.sales import attachments, finding

    source = sys.stdin.buffer if file == "-" else Path(file).expanduser()
    kept = attachments.add(noun, finding.NOUNS[noun].find(ref), source, name)
    return Done(f"attached {kept.name} to {noun} {kept.record_id} {kept.record}: attachment {kept.id}", kept, kept.id)


def list_files(
    *,
    client: Annotated[ClientRef | None, Option(help="Only those of this client.", metavar="CLIENT")] = None,
    deal: Annotated[DealRef | None, Option(help="Only those of this deal.", metavar="DEAL")] = None,
    check: Annotated[bool, Option("--check", help="Read every content, and list only those that are missing or were changed.")] = False,
    fail_on_findings: Annotated[bool, Option("--fail-on-findings", help="Leave with 9 when some are missing or changed.")] = False,
) -> Listing:
    """List attached files. --check compares every content with the checksum it had when it was attached."""
    from crmtui.present import lists
    from crmtui.sales import attachments

    found = attachments.listed(client=client, deal=deal, thorough=check)
    bad = [file for file in found if file.state != "kept"]
    told = f"{len(found)} checked, {len(bad)} missing or changed" if check else ""
    empty = "no file is missing or changed" if check and found else "no files"
    return Listing(
        bad if check else found, lists.FILES, attachments.File, told if bad else "", empty, code=9 if bad and fail_on_findings else 0
    )


def open_file(
    attachment: Attachment,
    *,
    to: Annotated[Path | None, Option(help="Write it to this new file instead, or - for stdout.", show_default=False)] = None,
    yes: Annotated[bool, Option("--yes", help="Open it although it may run as a program.")] = False,
) -> Done | Streamed:
    """Open an attached file with the desktop's program for it, or the one that the setting opener names."""
    from crmtui.sales import attachments, opening

    if to is None:
        return _done("opened", opening.open_file(attachment, programs=yes))
    if str(to) != "-":
        return _done("wrote", attachments.copy(attachment, to), f" to {to}")
    if sys.stdout.isatty():
        raise Unreadable("a file is not printed on a terminal", "name a file: --to FILE, or pass it on: --to - | …")
    sys.stdout.buffer.write(attachments.read(attachment))
    return Streamed(f"wrote attachment {attachment}")


def detach(attachment: Attachment) -> Done:
    """Take a file off its client or deal. Undo brings it back."""
    from crmtui.sales import attachments

    file = attachments.detach(attachment)
    return _done("detached", file, f" from {file.noun} {file.record_id} {file.record}")


def _done(verb: str, file: File, rest: str = "") -> Done:
    return Done(f"{verb} attachment {file.id} {file.name}{rest}", file, file.id)
