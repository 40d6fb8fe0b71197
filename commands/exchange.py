"""Commands that bring files in and take them out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal

from typer import Argument, Option

from commands.exports import Noun, Output, told, written
from commands.results import Finished, Listing, Streamed

if TYPE_CHECKING:
    from crmtui.exchange.importing import Imported

Incoming = Literal["clients", "deals", "products", "reps", "interactions", "tasks", "purchases", "pipelines", "leads"]
Map = Annotated[
    list[str] | None,
    Option(
        "--map",
        help="A column and its field, one of the columns that export-csv writes; an empty field leaves the column out, + keeps it as an "
        "own field.",
        metavar="COLUMN=FIELD",
    ),
]

Profile = Annotated[
    str | None, Option(help="Whose export it is, like hubspot; none to go by the columns alone.", show_default="as the columns tell")
]
DecimalMark = Annotated[str | None, Option(help="What stands before the decimals of amounts, a point or a comma.", metavar="MARK")]
NewStages = Annotated[
    str, Option(help='Stages to add, in the order a deal passes them; for several pipelines "P: A, B; Q: C, D".', metavar="A,B,…")
]
Missing = Annotated[
    bool | None,
    Option(
        "--create-missing/--reject-missing",
        help="Make clients, reps and products that the rows name, or put the rows aside; asked when most rows name such.",
    ),
]


def import_csv(
    kind: Annotated[
        Incoming,
        Argument(help="What the rows are; leads are requests of known clients, and a row of a pipeline is a stage."),
    ],
    file: Annotated[str, Argument(help="The file, or - for stdin.")],
    *,
    map: Map = None,
    profile: Profile = None,
    mapping: Annotated[str | None, Option(help="A saved mapping.", metavar="NAME")] = None,
    save_mapping: Annotated[str | None, Option(help="Save which column is which, and how the file is read.", metavar="NAME")] = None,
    system: Annotated[str, Option(help="Whose ids the file's ids are.", show_default="the exporting program's, else csv")] = "",
    encoding: Annotated[str | None, Option(help="The encoding of the file, like cp1251.")] = None,
    delimiter: Annotated[str | None, Option(help="What stands between the cells.")] = None,
    sheet: Annotated[str | None, Option(help="The sheet of a workbook.", metavar="NAME")] = None,
    date_order: Annotated[Literal["dmy", "mdy", "ymd"] | None, Option(help="How 03/04/2026 is read in this file.")] = None,
    decimal_mark: DecimalMark = None,
    pipeline: Annotated[str | None, Option(help="The pipeline of the deals.")] = None,
    stages: NewStages = "",
    join: Annotated[
        list[Path] | None, Option("--join", help="A file with further columns for the rows, under an id both have.", metavar="FILE")
    ] = None,
    create_missing: Missing = None,
    keep_unknown: Annotated[bool, Option("--keep-unknown", help="Make own fields of unknown columns of clients or deals.")] = False,
    all_or_nothing: Annotated[bool, Option("--all-or-nothing", help="Take no row when one is rejected.")] = False,
    rejects: Annotated[Path | None, Option(help="Where rejected rows go.", show_default="beside the file")] = None,
    dry_run: Annotated[bool, Option("--dry-run", help="Say what would be done and change nothing.")] = False,
) -> Finished:
    """Import a file as one operation: CSV and its like in any encoding, JSON, JSON Lines, a workbook, vCards.

    A second run of the same file changes nothing; rejected rows go to a file of their own.
    """
    from crmtui import progress
    from crmtui.exchange import importing, mappings
    from crmtui.exchange.stages import read

    own, several = read(stages, several=not pipeline)
    options = importing.Options(
        file_name="" if file == "-" else file, mapping=_mapping(map or []), profile=profile, system=system, encoding=encoding,
        delimiter=delimiter, sheet=sheet, decimal_mark=decimal_mark, date_order=date_order, dry_run=dry_run,
        all_or_nothing=all_or_nothing, pipeline=pipeline, stages=own, pipelines=several, joins=tuple(join or ()),
        create_missing=bool(create_missing), reject_missing=create_missing is False, keep_unknown=keep_unknown, rejects=rejects,
        progress=lambda rows: progress.told("taking in", rows, unit="rows"),
    )  # fmt: skip
    if file == "-":
        return _finished(mappings.run(kind, sys.stdin.buffer, options, mapping, save_mapping), kind, dry_run)
    with _opened(file) as source:
        return _finished(mappings.run(kind, source, options, mapping, save_mapping), kind, dry_run)


def list_mappings() -> Listing:
    """List the saved mappings: whose files of what they read, and how many columns they name. Each is a file that can be edited."""
    from crmtui.exchange import mappings
    from crmtui.present import lists

    return Listing(mappings.load(), lists.MAPPINGS, mappings.Mapping, empty="no mappings; import-csv --save-mapping NAME saves one")


def _opened(file: str) -> BinaryIO:
    from crmtui import sources

    return sources.opened(file)


NEEDED = ("name", "first_name", "last_name", "title", "stage", "client")
"""Fields without which a row is none: to leave their column out would help nobody."""


def _mapping(pairs: list[str]) -> dict[str, str]:
    from crmtui.errors import Unreadable

    found = {}
    for pair in pairs:
        column, equals, field = pair.rpartition("=")
        if not equals or not column:
            raise Unreadable(f'"{pair}" maps nothing', 'write it as "Column=field"')
        found[column] = field
    return found


def _finished(done: Imported, kind: str, dry_run: bool) -> Finished:
    counts = ", ".join(f"{getattr(done, name):,} {name}" for name in ("created", "updated", "unchanged", "skipped", "rejected"))
    noun = _singular(kind) if done.rows == 1 else kind
    lines = [f"{'would import' if dry_run else 'imported'} {done.rows:,} {noun}: {counts}"]
    lines += [_again(done)] if done.already else []
    made = [f"{count} {_singular(each) if count == 1 else each}" for each, count in done.related.items()]
    lines += [f"also made: {', '.join(made)}"] if made else []
    unused = [column for column, field in done.columns.items() if field is None]
    keeps = ", --keep-unknown to keep them all as own fields" if kind in ("clients", "deals") else ""
    lines += [f'not used: {", ".join(unused)}; pass --map "{unused[0]}=FIELD" to use a column{keeps}'] if unused else []
    lines += [f"line {line}: {f'{column}: ' if column else ''}{reason}" for line, column, reason in sorted(done.rejects)[:5]]
    if done.rejected > 5:
        lines.append(f"and {done.rejected - 5:,} more")
    columns = {column for _, column, _ in done.rejects}
    if len(columns) == 1 and (column := columns.pop()) and done.columns.get(column) not in NEEDED:
        lines.append(f'to take the rows without that column: --map "{column}="')
    lines += [f"rejected rows: {done.rejects_file}"] if done.rejects_file else []
    lines += [f"operation {done.operation}; crmtui undo --id {done.operation} takes it back"] if done.operation else []
    return Finished(done, lines, 6 if done.rejected else 0, done.operation, done.notes)


def _again(done: Imported) -> str:
    from crmtui import clock

    day = f" on {clock.local(done.already_at):%Y-%m-%d}" if done.already_at else ""
    return f"imported already as operation {done.already}{day}"


def _singular(noun: str) -> str:
    return f"{noun.removesuffix('ies')}y" if noun.endswith("ies") else noun.removesuffix("s")


def export_csv(
    kind: Annotated[Noun, Argument(help="What is exported.")],
    *,
    output: Output = None,
    delimiter: Annotated[Literal["comma", "semicolon", "tab", "pipe"], Option(help="What stands between the cells.")] = "comma",
    spreadsheet_safe: Annotated[
        bool, Option("--spreadsheet-safe", help="Guard by a ' what a spreadsheet could take for a formula; import-csv takes it off again.")
    ] = False,
) -> Streamed:
    """Export every field of every record as CSV, exactly; the file imports back as it was.

    A file for spreadsheets has a last column crmtui_safe, by which import-csv knows that cells are guarded.
    """
    from crmtui.exchange import exporting

    with written(output) as stream:
        count = exporting.write(kind, stream, delimiter=exporting.DELIMITERS[delimiter], safe=spreadsheet_safe)
    return told(count, kind, output)
