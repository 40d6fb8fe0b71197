"""Records and reports for machines: JSON, JSON lines, CSV, TSV, ids, and the schemas of the JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from itertools import chain
from typing import Any, TextIO

from crmtui.blocks import Figure, Figures, Kind, Report, Table, Value
from crmtui.errors import Unreadable, nearest

_AS_IS = frozenset({str, int, float, bool, type(None)})
# In JSON these occur only inside strings; escaped they reach no terminal that a document is printed on.
_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_MARKS = {"csv": ",", "tsv": "\t"}
_QUOTED = {"csv": re.compile('[",\r\n]'), "tsv": re.compile('["\t\r\n]')}


def field_names(record_type: type) -> tuple[str, ...]:
    """The field names of a record type, in order: its keys in JSON, its headers in CSV."""
    return tuple(field.name for field in fields(record_type))


def as_dict(record: object) -> dict[str, Any]:
    """A dataclass (or a mapping) as JSON-able values: moments as ISO 8601 in UTC with `Z`, days as ISO dates, tuples as lists."""
    if isinstance(record, Mapping):
        return {str(name): _machine(value) for name, value in record.items()}
    return {name: _machine(getattr(record, name)) for name in field_names(type(record))}


def _machine(value: Any) -> Any:
    if type(value) in _AS_IS:
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_machine(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping) or is_dataclass(value):
        return as_dict(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def moment(value: datetime) -> str:
    """An aware moment as `2026-03-01T09:30:00Z`, in UTC, with microseconds only when it has any."""
    from datetime import UTC

    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def dumps(value: Any, indent: int | None = None) -> str:
    """JSON-able values as JSON: every script readable as it is, what is invisible or a control character escaped."""
    import json

    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return text if text.isascii() and "\x7f" not in text else _HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text)


def write_records(records: Iterable[object], format: str, stream: TextIO, *, names: Sequence[str] = ()) -> None:
    """A list of records: json (one array, a record a line), jsonl, csv, tsv, or ids (one a line), written as they come.

    `names` are the columns of csv and tsv and their order, all fields of the first record when left out; with them an
    empty list still has its header. In a cell a list is joined by `; `, None is empty, what is nested is compact JSON.
    Raises `Unreadable` for an unknown format, and for the ids of records that have none.
    """
    if format == "json":
        _write_array(records, stream)
    elif format == "jsonl":
        stream.writelines(f"{dumps(as_dict(record))}\n" for record in records)
    elif format == "ids":
        stream.writelines(f"{_id(record)}\n" for record in records)
    else:
        stream.writelines(_lines((as_dict(record) for record in records), _known(format), names))


def write_record(record: object, format: str, stream: TextIO) -> None:
    """One record: json (an indented object), jsonl (one line), csv and tsv (header and row), or ids (its id)."""
    if format == "json":
        stream.write(f"{dumps(as_dict(record), indent=2)}\n")
    else:
        write_records([record], format, stream)


def _write_array(records: Iterable[object], stream: TextIO) -> None:
    before = "[\n"
    for record in records:
        stream.write(before + dumps(as_dict(record)))
        before = ",\n"
    stream.write("[]\n" if before == "[\n" else "\n]\n")


def _id(record: object) -> object:
    found = record.get("id") if isinstance(record, Mapping) else getattr(record, "id", None)
    if found is None:
        raise Unreadable("these records have no ids", f"formats: json, jsonl, {', '.join(_MARKS)}")
    return found


def _known(format: str, also: Sequence[str] = ("json", "jsonl", "ids")) -> str:
    if format not in _MARKS:
        known = [*also, *_MARKS]
        raise Unreadable(f'no format "{format}"', nearest(format, known) or f"formats: {', '.join(known)}")
    return format


def _lines(records: Iterator[dict[str, Any]], format: str, names: Sequence[str]) -> Iterator[str]:
    """Header and rows as CSV (RFC 4180 quoting, line end `\\n`) or TSV (the same with tabs)."""
    first = next(records, None)
    names = names or list(first or ())
    if names:
        yield _row(names, format)
    for record in chain([first] if first is not None else [], records):
        yield _row([_cell(record[name]) for name in names], format)


def _row(cells: Sequence[str], format: str) -> str:
    special = _QUOTED[format]
    line = _MARKS[format].join('"' + cell.replace('"', '""') + '"' if special.search(cell) else cell for cell in cells)
    return f"{line}\n" if line else '""\n'


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict | list) for each in value)):
        import json

        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return "; ".join(map(_cell, value)) if isinstance(value, list) else str(value)


def report_dict(report: Report) -> dict[str, Any]:
    """The one object that a report is in JSON: `report`, `as_of`, `period` (half-open), `currency`, `figures`, `tables`.

    Shares are rounded to 6 decimals, days to 2; a bound that the period does not have is null.
    """
    period = report.period
    return {
        "report": report.name,
        "as_of": moment(report.as_of),
        "period": {"from": _machine(period.first), "to": _machine(period.until)} if period else None,
        "currency": report.currency,
        "figures": {figure.name: _rounded(figure.value, figure.kind) for figure in _figures(report)},
        "tables": {table.name: _objects(table) for table in _tables(report)},
    }


def _figures(report: Report) -> list[Figure]:
    return [figure for block in report.blocks if isinstance(block, Figures) for figure in block.items]


def _tables(report: Report) -> list[Table]:
    return [block for block in report.blocks if isinstance(block, Table)]


def _objects(table: Table) -> list[dict[str, Any]]:
    return [{column.name: _rounded(cell, column.kind) for column, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def _rounded(value: Value, kind: Kind) -> Any:
    if isinstance(value, float):
        return round(value, 6 if kind is Kind.SHARE else 2) if kind in (Kind.SHARE, Kind.DAYS) else value
    return _machine(value)


def write_report(report: Report, format: str, stream: TextIO, *, table: str = "") -> None:
    """A report as json (indented), jsonl (one line), csv or tsv.

    CSV holds several tables, each a section: a line `# name`, the header, the rows; an empty line stands between two
    sections. The first is always `# figures` with the columns `figure,value`. `table` asks for one of them alone, without
    the `#` line: a list of records in any format. Raises `Unreadable` for an unknown format or table.
    """
    if table:
        heads, rows = _section(report, table)
        write_records(rows, format, stream, names=heads)
    elif format == "json":
        stream.write(f"{dumps(report_dict(report), indent=2)}\n")
    elif format == "jsonl":
        stream.write(f"{dumps(report_dict(report))}\n")
    else:
        _write_sections(report, _known(format, ("json", "jsonl")), stream)


def _write_sections(report: Report, format: str, stream: TextIO) -> None:
    for place, name in enumerate(["figures", *(table.name for table in _tables(report))]):
        heads, rows = _section(report, name)
        stream.write(f"\n# {name}\n" if place else f"# {name}\n")
        stream.writelines(_lines(iter(rows), format, heads))


def _section(report: Report, name: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Columns and row objects of one table of a report, or of `figures`."""
    if name == "figures":
        return ["figure", "value"], [{"figure": each.name, "value": _rounded(each.value, each.kind)} for each in _figures(report)]
    for table in _tables(report):
        if table.name == name:
            return [column.name for column in table.columns], _objects(table)
    known = ["figures", *(table.name for table in _tables(report))]
    raise Unreadable(f'no table "{name}" in report {report.name}', nearest(name, known) or f"tables: {', '.join(known)}")
