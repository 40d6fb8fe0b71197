"""Commands on what clients have a right to: their consent, all that is held about them, and being erased."""

from __future__ import annotations

from typing import Annotated, Literal

from typer import Argument, Option

from commands.clients import Channel
from commands.exports import Output, written
from commands.parameters import ClientRef
from commands.results import Done, Streamed


def set_consent(
    client: ClientRef,
    channel: Annotated[Channel, Argument(help="How they are reached.")],
    answer: Annotated[Literal["yes", "no", "unknown"], Argument(help="What they said; unknown when it is no longer sure.")],
    *,
    source: Annotated[str, Option(help="Where we know it from: by phone, a form, a letter, …")] = "",
    note: Annotated[str, Option(help="What else is worth remembering of it.")] = "",
) -> Done:
    """Keep whether a client wants to be called, or to get mails, messages, post. Who logs a call against it is told so."""
    from crmtui.clients import consents

    said = consents.answer(client, channel, answer, source=source, note=note)
    return Done(f"client {said.client_id} {said.client}: {said.channel} {said.state}", said, said.client_id)


def export_person(client: ClientRef, *, output: Output = None) -> Streamed:
    """Write all that is held about a client as one JSON document: fields, deals, tasks, interactions, purchases, files, consent,
    history."""
    from crmtui.sales import persons

    with written(output) as stream:
        found = persons.write(client, stream)
    return Streamed(f"all that is held about client {found.id}{f' to {output}' if output else ''}")


def erase_person(
    client: ClientRef,
    *,
    yes: Annotated[bool, Option("--yes", help="Do it: it cannot be undone.")] = False,
    with_backups: Annotated[bool, Option("--with-backups", help="Make a new backup and remove those beside the base from before.")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would go and change nothing.")] = False,
) -> Done:
    """Erase a person for good: from lists, history, search, attached files, and from texts that name them. It cannot be undone.

    Sums stay without the person. What remains is a keyed hash of mails and phones, so that an old list that brings them back is told.
    """
    from crmtui.sales import persons

    gone = persons.erase(client, sure=yes, copies=with_backups, rehearse=dry_run)
    what = f"{gone.rows:,} rows, {gone.lines:,} lines of history, {gone.texts:,} texts of others, {gone.contents:,} contents"
    if dry_run:
        return Done(f"would erase client {gone.id}: {gone.rows:,} rows; nothing was changed", gone, None, gone.notes)
    return Done(f"erased client {gone.id}: {what}; it cannot be undone", gone, gone.operation, gone.notes)
