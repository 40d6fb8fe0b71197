"""Commands on time: what is on, when people are free, meetings taken in from calendars."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from commands.parameters import AgendaText, RepRef
from commands.results import NOT_DONE, Finished, Listing

if TYPE_CHECKING:
    from crmtui.exchange.importing import Imported

Whose = Annotated[RepRef | None, Option("--assignee", "--for", help="Only what is on for this rep.", metavar="REP")]


def agenda(
    stretch: Annotated[
        AgendaText | None, Argument(help="A day or a period: today, fri, week, next-week, 2026-03, 2026-03-01..2026-03-31.", metavar="DAYS")
    ] = None,
    *,
    assignee: Whose = None,
    soon: Annotated[int | None, Option(help="Only open tasks that begin within so many minutes from now: a reminder, for cron.")] = None,
) -> Listing:
    """List what is on by day, today unless said otherwise: tasks that are due, calls and meetings that were held. What overlaps clashes."""
    from crmtui.activities import agenda as entries
    from crmtui.present import lists

    days: Any = stretch or entries.stretch("today")
    found = entries.between(days.first, days.until, rep=assignee) if soon is None else entries.soon(soon, rep=assignee)
    clashes = sum(entry.clash for entry in found)
    return Listing(found, lists.AGENDA, entries.Entry, f"{clashes} clash" if clashes else "", "nothing is on")


def free_slots(
    *,
    reps: Annotated[
        list[RepRef] | None, Option("--for", help="Who is to be free, you unless named; may be given again.", metavar="REP")
    ] = None,
    within: Annotated[
        AgendaText | None,
        Option(help="In which days: a day, week, 2026-03-01..2026-03-31.", metavar="PERIOD", show_default="7 days from today"),
    ] = None,
    minutes: Annotated[int, Option(help="How long it has to be.")] = 60,
) -> Listing:
    """List when people are at work and free, all of them at once: in their own working hours, from now on."""
    from crmtui.activities import slots
    from crmtui.present import lists

    return Listing(slots.free(reps or (), within=within, minutes=minutes), lists.SLOTS, slots.Slot, empty="no free time")


def import_ics(
    file: Annotated[str, Argument(help="The iCalendar file, or - for stdin.", metavar="FILE")],
    *,
    assignee: Annotated[
        RepRef | None, Option("--for", help="Whose meetings they are, if not yours or of who attends.", metavar="REP")
    ] = None,
    clients_only: Annotated[bool, Option("--clients-only", help="Only meetings that a client attends, known by mail.")] = False,
) -> Finished:
    """Import meetings from a calendar: those ahead become tasks with their time and length, those held are logged.

    A second run changes nothing but what was changed in the calendar. A series becomes one repeating task, for the next of its meetings.
    """
    from crmtui import sources
    from crmtui.exchange import calendar_reading

    if file == "-":
        return _finished(calendar_reading.run(sys.stdin.buffer, rep=assignee, clients_only=clients_only))
    with sources.opened(file) as source:
        name = file.rpartition("/")[2]
        return _finished(calendar_reading.run(source, file_name=name, rep=assignee, clients_only=clients_only))


def _finished(done: Imported) -> Finished:
    from crmtui.store.connection import current

    rehearsed = current().rehearsal
    counts = ", ".join(f"{getattr(done, name):,} {name}" for name in ("created", "updated", "unchanged", "skipped", "rejected"))
    lines = [
        f"{NOT_DONE if rehearsed else ''}imported {done.rows:,} meetings: {counts}",
        *(f"line {line}: {reason}" for line, _, reason in done.rejects[:5]),
    ]
    lines += [f"and {done.rejected - 5:,} more"] if done.rejected > 5 else []
    lines += [f"operation {done.operation}; crmtui undo --id {done.operation} takes it back"] if done.operation and not rehearsed else []
    return Finished(done, lines, 6 if done.rejected else 0, done.operation)
