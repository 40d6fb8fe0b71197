"""Commands on documents and their templates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Option

from commands.parameters import DealRef
from commands.results import Done, Finished, Listing, Printed

if TYPE_CHECKING:
    from crmtui.sales.templates import Template

Which = Annotated[
    str, Argument(help="Which template: the name of its file, its ending may be left out; - to read it from stdin.", metavar="TEMPLATE")
]
Name = Annotated[str, Option(help="What the template from stdin is called; .md, .txt or .html at its end.")]


def write_document(
    deal: DealRef,
    template: Which,
    *,
    name: Name = "letter.md",
    to: Annotated[Path | None, Option(help="Write it to this new file too.", show_default=False)] = None,
) -> Done:
    """Write a document from a template for a deal, and attach it to the deal.

    A placeholder that there is not, or that is empty, stops it by its name. crmtui list-templates --sample prints a template to begin with.
    """
    from crmtui.sales import documents

    file = documents.write(_template(template, name), deal, to=to)
    beside = f" and {to}" if to else ""
    return Done(f"wrote {file.name}{beside} for deal {deal} {file.record}: file {file.id}", file, file.id)


def list_templates(
    *, sample: Annotated[bool, Option("--sample", help="Print a template to begin with instead.")] = False
) -> Listing | Printed:
    """List the templates of documents and what is wrong with them. They lie in the folder that the setting templates names."""
    from crmtui.sales import templates

    if sample:
        return Printed(templates.SAMPLE)
    from crmtui.present import lists
    from crmtui.sales import proofs

    return Listing(proofs.cards(), lists.TEMPLATES, proofs.TemplateCard, empty=f"no templates in {templates.place()}")


def check_template(template: Which, *, name: Name = "letter.md") -> Finished:
    """Check a template: all that is wrong with it by line. Exits with 5 when there is something."""
    from crmtui.sales import proofs

    found = proofs.check(_template(template, name))
    count = len(found.placeholders)
    told = [proofs.told(flaw) for flaw in found.flaws] or [f"{found.name}: {count} placeholder{'' if count == 1 else 's'}, no mistake"]
    return Finished(found, told, code=5 if found.flaws else 0)


def _template(template: str, name: str) -> Template:
    from crmtui.sales import templates

    return templates.read(sys.stdin.buffer, name) if template == templates.STDIN else templates.get(template)
