"""The form in which it is said how a file is read, and what may be made of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from crmtui.exchange import previews
from crmtui.exchange.importing import Options
from screens.forms.fields import Field
from screens.forms.form import Plan

DELIMITERS = (("", "as it shows"), (",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe"))
DATES = (("", "as they show"), ("dmy", "day first"), ("mdy", "month first"), ("ymd", "year first"))
MARKS = (("", "as they show"), (".", "point"), (",", "comma"))
MISSING = (("", "ask"), ("create", "make them"), ("reject", "put the rows aside"))
YES_NO = (("", "no"), ("yes", "yes"))


def options_plan(options: Options) -> Plan:
    """The form; it gives the options as they were changed."""
    missing = "create" if options.create_missing else "reject" if options.reject_missing else ""
    made = [
        Field("encoding", "Encoding", options.encoding or "", hint="like cp1251; empty: as the file shows"),
        Field("delimiter", "Between cells", options.delimiter or "", choices=DELIMITERS),
        Field("date_order", "Dates", options.date_order or "", choices=DATES),
        Field("decimal_mark", "Decimals after", options.decimal_mark or "", choices=MARKS),
        Field("sheet", "Sheet", options.sheet or "", hint="of a workbook; empty: the first with rows"),
        Field("system", "Whose ids", options.system, hint="the program whose ids the file holds; empty: as the file shows"),
        Field("pipeline", "Pipeline", options.pipeline or "", hint="of all its deals"),
        Field(
            "stages",
            "New stages",
            _stages(options),
            hint="A, B, C in the order in which a deal passes them; P: A, B; Q: C for several pipelines",
        ),
        Field("missing", "Unknown names", missing, choices=MISSING),
        Field("all_or_nothing", "All or nothing", "yes" if options.all_or_nothing else "", choices=YES_NO),
        Field("rejects", "Rejects into", str(options.rejects or ""), hint="empty: beside the file"),
    ]
    return Plan("How the file is read", made, lambda typed: _changed(options, typed), verb="try")


def _stages(options: Options) -> str:
    if options.pipelines:
        return "; ".join(f"{name}: {', '.join(stages)}" for name, stages in options.pipelines.items())
    return ", ".join(options.stages)


def _changed(options: Options, typed: dict[str, str]) -> Options:
    """The options as the form says. Raises `Refused` for stages that cannot be read."""
    said = {name: text.strip() or None for name, text in typed.items() if name != "delimiter"}
    changed = replace(
        options, encoding=said["encoding"], delimiter=typed["delimiter"] or None, date_order=said["date_order"],
        decimal_mark=said["decimal_mark"], sheet=said["sheet"], system=said["system"] or "", pipeline=said["pipeline"],
        create_missing=said["missing"] == "create", reject_missing=said["missing"] == "reject",
        all_or_nothing=bool(said["all_or_nothing"]), rejects=Path(said["rejects"]).expanduser() if said["rejects"] else None,
    )  # fmt: skip
    return previews.staged(changed, said["stages"] or "")
