"""What each command prints as JSON; `python -m tests.house.schemas` writes the published schemas anew from the types of the records."""

from __future__ import annotations

import json
from typing import Any

from tests.house.places import ROOT

FOLDER = ROOT / "docs" / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of the JSON of every command that prints records, by the command's name."""
    from commands.reports import Offered
    from crmtui.activities.agenda import Entry
    from crmtui.activities.interactions import Contact
    from crmtui.activities.mentions import Call
    from crmtui.activities.slots import Slot
    from crmtui.activities.tasks import Job, TaskPage
    from crmtui.clients.consents import Answer
    from crmtui.clients.duplicates import Pair
    from crmtui.clients.field_rules import Field
    from crmtui.clients.fields import FieldUse
    from crmtui.clients.merging import FieldChoice
    from crmtui.clients.records import Card
    from crmtui.clients.tags import Use
    from crmtui.config import Setting
    from crmtui.demo import Filled
    from crmtui.exchange.folders import Exported, Taken
    from crmtui.exchange.importing import Imported
    from crmtui.exchange.mappings import Mapping
    from crmtui.mailing.letters import Post
    from crmtui.mailing.sending import Sent
    from crmtui.present.schemas import array_of, report_schema, schema_of, several_of
    from crmtui.reports.publishing import Published
    from crmtui.sales.attachments import File
    from crmtui.sales.changes import Changed
    from crmtui.sales.finding import Found
    from crmtui.sales.followups import CompletedTask
    from crmtui.sales.handovers import HandedOver, RepPage
    from crmtui.sales.intake import Captured
    from crmtui.sales.pages import ClientPage, DealPage
    from crmtui.sales.persons import Gone
    from crmtui.sales.pipelines import PipelineCard, Step
    from crmtui.sales.playbooks.checking import Checked
    from crmtui.sales.playbooks.clock import Ran
    from crmtui.sales.playbooks.words import RuleCard
    from crmtui.sales.products import Item
    from crmtui.sales.proofs import CheckedTemplate, TemplateCard
    from crmtui.sales.purchases import Bought
    from crmtui.sales.rates import Quote
    from crmtui.sales.records import DealCard
    from crmtui.sales.sold import ProductPage
    from crmtui.sales.stages import StageCard
    from crmtui.sales.suggestions import HiddenSuggestion, Suggestion
    from crmtui.store.backups import Backup
    from crmtui.store.checking import Finding
    from crmtui.store.history import Event, FieldChange
    from crmtui.store.imports import Import, ImportPage
    from crmtui.store.restoring import Restored
    from crmtui.store.rewind import Rewound
    from crmtui.store.salvage import Salvage
    from crmtui.store.takeback import TakenBack
    from crmtui.store.thinning import Thinned
    from crmtui.team import Member

    one = {
        Card: ("add-client", "edit-client", "delete-client", "restore-client", "disqualify-lead", "tag-client", "untag-client"),
        ClientPage: ("show-client",), DealPage: ("show-deal",), RepPage: ("show-rep",),
        DealCard: ("add-deal", "edit-deal", "move-deal", "delete-deal", "restore-deal", "convert-lead", "tag-deal", "untag-deal"),
        Contact: ("log-call", "log-email", "log-meeting", "log-note", "log-message"),
        Job: ("add-task", "edit-task", "snooze-task", "delete-task", "delegate-task"), CompletedTask: ("complete-task",),
        TaskPage: ("show-task", "check-task"), HiddenSuggestion: ("hide-suggestion",),
        Member: ("add-rep", "edit-rep", "delete-rep"), Step: ("add-stage", "edit-stage", "delete-stage"), StageCard: ("show-stage",),
        PipelineCard: ("add-pipeline", "edit-pipeline", "show-pipeline", "delete-pipeline"),
        Item: ("add-product", "edit-product", "delete-product"), ProductPage: ("show-product",),
        Bought: ("add-purchase", "edit-purchase", "show-purchase", "delete-purchase"),
        File: ("attach", "open-file", "detach", "write-document"), HandedOver: ("hand-over",),
        Call: ("see-mention",), CheckedTemplate: ("check-template",),
        Imported: ("import-csv", "import-ics"), ImportPage: ("show-import",), TakenBack: ("undo-import",),
        Exported: ("export-all",), Taken: ("import-all",), Rewound: ("undo", "redo"), Thinned: ("compact-history",),
        Backup: ("backup", "encrypt-base", "decrypt-base"),
        Answer: ("set-consent",), Gone: ("erase-person",), Restored: ("restore",), Salvage: ("recover",),
        Field: ("add-field", "edit-field", "delete-field"),
        Filled: ("demo",), Quote: ("add-rate",), Checked: ("check-playbooks",), Pair: ("not-duplicates",),
    }  # fmt: skip
    several = {
        "check": Finding, "search": Found, "list-clients": Card, "find-duplicates": Pair, "list-deals": DealCard, "list-tasks": Job,
        "suggest": Suggestion, "list-interactions": Contact, "changes": Changed,
        "list-tags": Use, "list-fields": FieldUse, "list-reps": RepPage, "list-stages": Step,
        "agenda": Entry, "free-slots": Slot, "list-mentions": Call, "list-templates": TemplateCard,
        "list-pipelines": PipelineCard, "list-products": Item, "list-purchases": Bought, "list-files": File,
        "show-playbooks": RuleCard, "run-playbooks": Ran,
        "capture-lead": Captured, "list-imports": Import, "config": Setting, "list-mappings": Mapping, "list-rates": Quote,
    }  # fmt: skip
    found = {name: _one(name, record) for record, names in one.items() for name in names}
    found |= {name: array_of(record) for name, record in several.items()}
    opened = (array_of(record) for record in (Card, DealCard, Job, Contact, Item))
    found["report"] = _either(report_schema(), array_of(Offered), *opened, schema_of(Published))
    found["digest"] = _either(report_schema(), several_of(report_schema()))
    found["notify"] = _either(schema_of(Sent), array_of(Post))
    found["merge-clients"] = _either(schema_of(Card), array_of(FieldChoice))
    found["history"] = _either(array_of(Event), array_of(FieldChange))
    return found


def _one(name: str, record: type) -> dict[str, Any]:
    """The record that a command prints; where it takes `--ids`, that or an array of them."""
    from commands import door, registry
    from crmtui.present.schemas import schema_of

    shape = schema_of(record)
    if not door.batched(door.load(registry.BY_NAME[name])):
        return shape
    draft, title = shape.pop("$schema"), record.__name__
    link = {"$ref": f"#/$defs/{title}"}
    return {"$schema": draft, "anyOf": [link, {"type": "array", "items": link}], "$defs": {title: shape}}


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
