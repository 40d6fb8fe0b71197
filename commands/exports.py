"""Commands that take records out in other forms than CSV, and the whole base out and in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

from typer import Argument, Option

from commands.output import data
from commands.parameters import RepRef
from commands.results import Done, Streamed
from crmtui.errors import Unreadable

if TYPE_CHECKING:
    from crmtui.exchange.folders import Exported

Noun = Literal["clients", "deals", "products", "reps", "interactions", "tasks", "purchases", "pipelines"]
Kind = Annotated[Noun, Argument(help="What is exported.")]
Output = Annotated[Path | None, Option(help="A new file; stdout otherwise.", show_default=False)]


@contextmanager
def written(output: Path | None) -> Iterator[TextIO]:
    """Where an export goes: stdout, or a new file that is there whole after the block."""
    if output is None:
        yield data()
        return
    from crmtui.store import files

    with files.new(output) as stream:
        yield stream


def told(count: int, noun: str, output: Path | None) -> Streamed:
    """How many of what went where."""
    return Streamed(f"{count:,} {noun} to {output}" if output else f"{count:,} {noun}")


def export_json(
    kind: Kind,
    *,
    output: Output = None,
    lines: Annotated[bool, Option("--lines", help="A record a line (JSON Lines) instead of one array.")] = False,
) -> Streamed:
    """Export every record as JSON: the same records as list-clients, list-deals, … print; those of pipelines are the stages."""
    from crmtui.exchange import exporting

    with written(output) as stream:
        count = exporting.write_json(kind, stream, lines=lines)
    return told(count, kind, output)


def export_xlsx(kind: Kind, *, output: Output = None) -> Streamed:
    """Export every record as a workbook for spreadsheets, with the columns of export-csv. No text in it is ever a formula."""
    from crmtui.exchange import workbook_writing
    from crmtui.store import files

    if output is not None:
        with files.new_bytes(output) as stream:
            return told(workbook_writing.write(kind, stream), kind, output)
    _refuse_terminal("a workbook", "--output FILE")
    return told(workbook_writing.write(kind, sys.stdout.buffer), kind, output)


def export_vcard(
    *,
    output: Output = None,
    vcard_version: Annotated[Literal["4.0", "3.0"], Option(help="The version of the format; older address books want 3.0.")] = "4.0",
) -> Streamed:
    """Export every client as a vCard, for address books. Each card keeps its id, so that importing again there renews it."""
    from crmtui.exchange import vcard_writing

    with written(output) as stream:
        count = vcard_writing.write(stream, version=vcard_version)
    return told(count, "clients", output)


def export_ics(
    *,
    output: Output = None,
    only: Annotated[Literal["tasks", "meetings"] | None, Option(help="Only these.", show_default="both")] = None,
    assignee: Annotated[RepRef | None, Option("--assignee", "--for", help="Only those of this rep.", metavar="REP")] = None,
    remind: Annotated[int | None, Option(help="Have what has a time ring so many minutes before.")] = None,
) -> Streamed:
    """Export tasks and meetings as iCalendar, for calendars. Each entry keeps its id, so that importing again there renews it.

    A task with a time and a length is a planned meeting.
    """
    from crmtui.exchange import calendar_writing

    with written(output) as stream:
        count = calendar_writing.write(stream, (only,) if only else calendar_writing.KINDS, rep=assignee, remind=remind)
    return told(count, only or "tasks and meetings", output)


def export_all(folder: Annotated[str, Argument(help="A new folder, or - for one archive on stdout.")]) -> Done | Streamed:
    """Export the whole base to a folder that import-all brings into an empty base, where every record has its id again.

    For each table there is a CSV file, the attached files lie beside, and manifest.json has their counts and checksums; the same base gives
    the same bytes. What was deleted and can be restored is there too. The history is not part of it, nor are drafts and settings.
    """
    from crmtui.exchange import archives, folders

    if folder == "-":
        _refuse_terminal("an archive", "a folder")
        return Streamed(_summary(archives.export(sys.stdout.buffer)))
    made = folders.export(Path(folder).expanduser())
    return Done(f"{_summary(made)} to {folder}", made, None)


def _summary(made: Exported) -> str:
    tables = [part for part in made.files if part.rows is not None]
    sentence = f"exported {made.rows:,} rows in {len(tables)} files and {len(made.files) - len(tables):,} attached files"
    return f"{sentence} ({made.missing:,} more are missing or changed)" if made.missing else sentence


def import_all(folder: Annotated[str, Argument(help="A folder that export-all wrote, or - for its archive on stdin.")]) -> Done:
    """Bring what export-all wrote into an empty base as one operation. Every record has its id again; the history begins anew."""
    from crmtui.exchange import archives, folders

    done = archives.take(sys.stdin.buffer) if folder == "-" else folders.take(Path(folder).expanduser())
    sentence = f"imported {sum(done.rows.values()):,} rows and {done.attached:,} attached files; crmtui undo takes them back"
    return Done(sentence, done, done.operation)


def _refuse_terminal(what: str, instead: str) -> None:
    if sys.stdout.isatty():
        raise Unreadable(f"{what} is not printed on a terminal", f"name {instead}, or pass it on: … | …")
