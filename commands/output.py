"""The one place that prints: data on stdout, talk on stderr, people and machines each in their form."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, TextIO, cast

from commands.results import NOT_DONE, Bundle, Done, Drawn, Finished, Listing, Printed, Result, Several, Shown, Streamed

if TYPE_CHECKING:
    from email.message import EmailMessage

CHUNK = 500
"""Rows of a list for people that are laid out together when nothing limits them."""


def on_terminal() -> bool:
    """Whether stdout is a terminal that understands more than plain lines."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def colour() -> bool:
    """Whether bold and colour may be used: on a terminal, unless `NO_COLOR` is set."""
    return on_terminal() and not os.environ.get("NO_COLOR")


def width() -> int | None:
    """Cells of a line: `COLUMNS`, else the terminal's; None where nothing is to be cut."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isascii() and asked.isdigit() and int(asked[:6]) > 0:
        return int(asked[:6])
    os.environ.pop("COLUMNS", None)  # what is no number would mislead the drawing library too
    return os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else None


def data() -> TextIO:
    """Where data goes: stdout; when that is a terminal through the cleaner, for CSV carries what came in as it came."""
    return cast(TextIO, _Cleaned()) if sys.stdout.isatty() else sys.stdout


class _Cleaned(io.TextIOBase):
    """Stdout for whoever looks at it."""

    def write(self, text: str) -> int:
        from crmtui.present.cleaner import show

        return sys.stdout.write(show(text, lines=True))


def say(sentence: str) -> None:
    """Talk: one line on stderr."""
    from crmtui.present.cleaner import show

    sys.stderr.write(show(sentence) + "\n")


def fail(sentence: str) -> None:
    """What went wrong: `error: ` and the sentence, one line on stderr."""
    from crmtui.present.cleaner import show

    sys.stderr.write(f"error: {show(sentence)}\n")


def put(result: Result, form: str, rehearsed: bool = False) -> int:
    """Print what a command returned and say the exit code. `rehearsed` says that a change was only tried."""
    if isinstance(result, Done):
        _done(result, form, rehearsed)
        _notes(result.notes)
    elif isinstance(result, Several):
        _several(result, form, rehearsed)
        _notes(result.notes)
    elif isinstance(result, Listing):
        _listing(result, form)
        return result.code() if callable(result.code) else result.code
    elif isinstance(result, Shown):
        _shown(result, form)
    elif isinstance(result, Drawn):
        return _drawn(result, form)
    elif isinstance(result, Bundle):
        return _bundle(result, form)
    elif isinstance(result, Printed):
        _printed(result, form)
    elif isinstance(result, Streamed):
        say(result.sentence)
    else:
        return _finished(result, form)
    return 0


def _notes(notes: Iterable[str]) -> None:
    for note in notes:
        say(note)


def _lines(lines: Iterable[str]) -> None:
    sys.stdout.writelines(line + "\n" for line in lines)


def _done(result: Done, form: str, rehearsed: bool) -> None:
    if form == "table":
        from crmtui.present.cleaner import show

        _lines([(NOT_DONE if rehearsed else "") + show(result.sentence)])
    elif form == "ids":
        _lines([] if result.id is None else [str(result.id)])
    else:
        _record(result.record, form)


def _several(result: Several, form: str, rehearsed: bool) -> None:
    if form == "table":
        _done(Done(result.sentence, None, None), form, rehearsed)
    elif form == "ids":
        _lines(map(str, result.ids))
    else:
        from crmtui.present import plain

        plain.write_records(result.records, form, data())


def _record(record: object, form: str) -> None:
    from crmtui.present import plain

    plain.write_record(record, form, data())


def _listing(result: Listing, form: str) -> None:
    from crmtui.present import plain

    if form != "table":
        plain.write_records(result.records, form, data(), names=plain.field_names(result.type))
        return
    from crmtui.present import lists, text

    records = iter(result.records)
    first = True
    while part := list(islice(records, CHUNK)):
        drawn = text.table(result.columns, lists.rows(result.columns, part), width=width(), bold=colour())
        _lines(drawn if first else islice(drawn, 1, None))
        first = False
    if first and result.empty:
        say(result.empty)
    if result.more:
        say(result.more)


def _shown(result: Shown, form: str) -> None:
    if form == "table":
        _lines(result.lines(width(), colour()))
    else:
        _record(result.record, form)


def _drawn(result: Drawn, form: str) -> int:
    if result.report.findings or not result.quiet:
        _report(result, form)
    return 9 if result.fails and result.report.findings else 0


def _report(result: Drawn, form: str) -> None:
    if form in ("table", "html"):
        from crmtui.present import drawing

        if form == "html":
            data().write(drawing.html(result.report))
        else:
            drawing.print_report(result.report, sys.stdout, width=width(), colour=colour())
    elif form == "message":
        from crmtui.present import messages

        data().write(messages.printed(_message(result)))
    else:
        from crmtui.present import plain

        plain.write_report(result.report, form, data(), table=result.table)


def _message(result: Drawn) -> EmailMessage:
    from crmtui import clock, config
    from crmtui.present import messages

    at = clock.local(result.report.as_of)
    return messages.of_report(result.report, at, to=result.to, name=result.name, sender=config.current().mail_from)


def _bundle(result: Bundle, form: str) -> int:
    told = [each for each in result.drawn if each.report.findings or not each.quiet]
    if form in ("json", "jsonl"):
        from crmtui.present import plain

        plain.write_records([plain.report_dict(each.report) for each in told], form, data())
    elif form == "message":
        from crmtui import clock
        from crmtui.present import messages

        data().write(messages.mailbox([_message(each) for each in told], clock.now()))
    elif form == "table":
        for place, each in enumerate(told):
            sys.stdout.write("\n\n" if place else "")
            _report(each, form)
    else:
        from crmtui.errors import Unreadable

        raise Unreadable(f"several reports together have no form {form}", "ask for one rep, or for table, json, jsonl or message")
    return 9 if any(each.fails and each.report.findings for each in result.drawn) else 0


def _printed(result: Printed, form: str) -> None:
    if form != "table":
        from crmtui.errors import Unreadable

        raise Unreadable(f"this is text, and has no form {form}", "leave --format out")
    sys.stdout.write(result.text)


def _finished(result: Finished, form: str) -> int:
    if form == "table":
        from crmtui.present.cleaner import show

        _lines(show(line) for line in result.lines)
    elif form == "ids":
        _lines([] if result.id is None else [str(result.id)])
    else:
        _record(result.record, form)
    _notes(result.notes)
    return result.code
