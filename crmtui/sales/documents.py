"""Documents: a template filled in for a deal and attached to it, in one operation."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from crmtui import clock
from crmtui.errors import Refused
from crmtui.sales import attachments, deals, templates
from crmtui.sales.attachments import File
from crmtui.sales.records import DealCard
from crmtui.sales.templates import Template
from crmtui.store import files
from crmtui.store.connection import current
from crmtui.store.journal import operation


def write(template: str | Template, deal_id: int, *, to: Path | None = None) -> File:
    """Write the document of a template (by its name, or one that was read) for a deal and attach it to the deal: `offer-12-2026-03-04.md`.

    The very document that the deal has already is not attached twice. `to` is a new file that gets it too. Raises `NotFound`, and
    `Refused` for a template with flaws, for what it needs and is empty, and for a file that is there.
    """
    found = templates.get(template) if isinstance(template, str) else template
    text = fill(found, deal_id)
    deal = deals.get(deal_id)
    with operation(f"wrote {found.name} for {deal.title}"):
        file = _attached(deal, f"{Path(found.name).stem}-{deal_id}-{clock.today()}{Path(found.name).suffix}", text.encode())
        if to is not None:
            _copy(to, text)
    return file


def fill(template: Template, deal_id: int) -> str:
    """The text of the document of a template for a deal; nothing is kept. Raises `NotFound`, `Refused` as `write` does."""
    from crmtui.sales import placeholders, proofs, sandbox

    deal = deals.get(deal_id)
    wrong = proofs.flaws(template)
    if wrong:
        raise Refused(f'the template "{template.name}": {proofs.told(wrong[0])}', f"crmtui check-template {template.name} lists all")
    text, needed = sandbox.filled(
        template.text,
        lambda noted: placeholders.values(deal, noted, markdown=template.kind == "markdown"),
        html=template.kind == "html",
    )
    if needed:
        *some, last = needed
        listed = f"{', '.join(some)} and {last}, which are empty" if some else f"{last}, which is empty"
        raise Refused(f'the template "{template.name}" needs {listed}', placeholders.hint(needed[0], deal))
    return text


def _attached(deal: DealCard, name: str, content: bytes) -> File:
    from hashlib import sha256

    digest = sha256(content).hexdigest()
    same = [each for each in attachments.listed(deal=deal.id) if (each.name, each.sha256) == (name, digest)]
    return same[0] if same else attachments.add("deal", deal.id, BytesIO(content), name)


def _copy(to: Path, text: str) -> None:
    if current().rehearsal:
        files.refuse_taken(to)
        return
    with files.new(to) as stream:
        stream.write(text)
