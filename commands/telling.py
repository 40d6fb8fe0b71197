"""Commands that tell people what waits for them: the digest, and mails to reps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from typer import Argument, Option

from commands.parameters import WhenText, current_format
from commands.results import Bundle, Drawn, Finished, Listing

if TYPE_CHECKING:
    from crmtui.mailing.sending import Queued, Sent

WHOM = "A rep, me, all, or managers."


def digest(
    *,
    whom: Annotated[str, Option("--for", help=WHOM, metavar="WHOM")] = "me",
    limit: Annotated[int | None, Option(min=1, max=1_000_000_000, help="At most so many lines in its lists.")] = None,
    table: Annotated[str, Option(help="Only this table (or figures), for csv and tsv.", metavar="NAME")] = "",
    quiet_empty: Annotated[bool, Option("--quiet-empty", help="Print nothing where nothing is due or overdue.")] = False,
    fail_on_findings: Annotated[bool, Option("--fail-on-findings", help="Leave with 9 when something is due or overdue.")] = False,
) -> Drawn | Bundle:
    """Print the digest of the day: what is due, what is overdue, what changed since the last working day, the forecast.

    For all, or for all managers, it is one for each; of a manager it has a line for each rep below.
    """
    from commands.reports import FOR_PEOPLE, address
    from crmtui import team
    from crmtui.reports import registry

    reps = team.named(whom)
    told = []
    for rep in reps:
        options = registry.Options(owner=rep, limit=limit)
        if current_format() in FOR_PEOPLE:
            options = registry.for_people("digest", options)
        told.append(Drawn(registry.run("digest", options), table, fail_on_findings, quiet_empty, *address(rep)))
    return Bundle(told) if whom.strip().lower() in team.GROUPS else told[0]


def notify(
    what: Annotated[Literal["notices", "digest", "overdue"], Argument(help="What to send; notices are the playbook's.")] = "notices",
    *,
    whom: Annotated[str, Option("--for", help=f"Who gets a digest, or what is overdue. {WHOM}", metavar="WHOM")] = "all",
    within: Annotated[WhenText | None, Option(help="With overdue: also what will be late by then: 3d, 12h, fri.", metavar="WHEN")] = None,
    status: Annotated[bool, Option("--status", help="Send nothing; list the letters that are not sent, and why.")] = False,
    retry: Annotated[bool, Option("--retry", help="Send those again that were refused, or may not have arrived.")] = False,
) -> Finished | Listing:
    """Send mails to reps, each once: notices, the digest of the day, or what is newly overdue, with alerts to managers.

    What cannot be sent waits for the next run. A letter that was handed over without an answer is sent again only by --retry.
    """
    if status:
        return _unsent()
    from crmtui import team
    from crmtui.mailing import letters, sending

    if what == "notices":
        queued = sending.notices()
    elif what == "digest":
        queued = sending.digests(team.named(whom))
    else:
        queued = sending.overdue(team.named(whom), within)
    if retry:
        letters.retry()
    return _told(sending.send(), queued)


def _unsent() -> Listing:
    from crmtui.mailing import letters
    from crmtui.present import lists

    return Listing(letters.listed(), lists.LETTERS, letters.Post, empty="every letter is sent")


def _told(sent: Sent, queued: Queued) -> Finished:
    from dataclasses import replace

    from crmtui.store.connection import current

    record = replace(sent, queued=queued.letters, without=queued.without)
    rehearsed = current().rehearsal
    line = f"would send {_letters(record.waiting)}" if rehearsed else f"sent {_letters(record.sent)}"
    lines = [line, *([f"no mail: {', '.join(record.without)}"] if record.without else [])]
    lost = record.waiting + record.refused + record.unsure
    return Finished(record, lines, 1 if lost and not rehearsed else 0, notes=record.troubles)


def _letters(count: int) -> str:
    return f"{count:,} letter{'' if count == 1 else 's'}"
