"""What each command prints as JSON; `python -m tests.house.schemas` writes the published schemas anew from the types of the records."""

from __future__ import annotations

import json
from typing import Any

from tests.house.places import ROOT

FOLDER = ROOT / "docs" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of the JSON of every command that prints records, by the command's name."""
    from commands.reports import Offered
    from crmtui.activities.interactions import Contact
    from crmtui.activities.tasks import Job
    from crmtui.clients.records import Card
    from crmtui.config import Setting
    from crmtui.demo import Filled
    from crmtui.exchange.importing import Imported
    from crmtui.present.schemas import array_of, report_schema, schema_of
    from crmtui.sales.finding import Found
    from crmtui.sales.pages import ClientPage, DealPage
    from crmtui.sales.pipelines import Step
    from crmtui.sales.records import DealCard
    from crmtui.store.backups import Backup
    from crmtui.store.history import Event, FieldChange
    from crmtui.store.rewind import Rewound
    from crmtui.team import Member

    one = {
        Card: ("add-client", "edit-client", "delete-client"), ClientPage: ("show-client",), DealPage: ("show-deal",),
        DealCard: ("add-deal", "edit-deal", "move-deal", "delete-deal"), Contact: ("log-call",), Job: ("add-task", "complete-task"),
        Member: ("add-rep",), Step: ("edit-stage",), Imported: ("import-csv",), Rewound: ("undo", "redo"), Backup: ("backup",),
        Filled: ("demo",),
    }  # fmt: skip
    several = {
        "search": Found, "list-clients": Card, "list-deals": DealCard, "list-tasks": Job, "list-reps": Member, "list-stages": Step,
        "config": Setting,
    }  # fmt: skip
    found = {name: schema_of(record) for record, names in one.items() for name in names}
    found |= {name: array_of(record) for name, record in several.items()}
    found["report"] = _either(report_schema(), array_of(Offered))
    found["history"] = _either(array_of(Event), array_of(FieldChange))
    return found


def _either(*shapes: dict[str, Any]) -> dict[str, Any]:
    """One of the shapes, as its options or arguments say."""
    draft = shapes[0]["$schema"]
    return {"$schema": draft, "anyOf": [{key: value for key, value in shape.items() if key != "$schema"} for shape in shapes]}


def text(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Write a file for each command and take away those of commands that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = schemas()
    for file in FOLDER.glob("*.json"):
        if file.stem not in found:
            file.unlink()
    for name, schema in found.items():
        (FOLDER / f"{name}.json").write_text(text(schema), encoding="utf-8")


if __name__ == "__main__":
    write()
