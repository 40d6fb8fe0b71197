"""Files of clients and deals: attached, opened with the desktop's program, taken off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmtui.sales import attachments, opening, templates
from crmtui.store import files
from screens import keeper
from screens.forms.asking import pick
from screens.forms.fields import Field
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp

OFFERED = 8
"""Names of files that are offered at most."""


def attach(app: CrmApp, chosen: list[Subject]) -> None:
    """Attach a file; folders and files are offered as the path is typed."""
    subject = chosen[0]

    def save(typed: dict[str, str]) -> Any:
        return attachments.add(subject.noun, subject.id, _path(typed["path"]), typed["name"].strip())

    made = [
        Field("path", "File", required=True, offers=lambda text: files.beginning(text, OFFERED)),
        Field("name", "Under the name", hint="empty: its own"),
    ]
    fill_in(app, Plan("Attach a file", made, save, lambda file: f"attached {file.name}"))


def _path(text: str) -> Path:
    return Path(text.strip()).expanduser()


async def show(app: CrmApp, chosen: list[Subject]) -> None:
    """Open a file with the program of the desktop; one that may run as a program is asked about first."""
    await _open(app, chosen[0].id)


async def _open(app: CrmApp, id_: int, programs: bool = False) -> None:
    outcome = await keeper.ask_aside(lambda: opening.start_file(id_, programs=programs))
    if outcome.value is not None:
        app.say(f"opened {outcome.value.name}")
    elif not outcome.doubtful:
        app.refuse(outcome)
    else:

        async def sure(answer: str) -> None:
            if answer == "yes":
                await _open(app, id_, programs=True)

        pick(app, outcome.refused, [("no", "no"), ("yes", "yes, open it")], sure)


def write(app: CrmApp, chosen: list[Subject]) -> None:
    """Write the document of a template for the deal and attach it; then it can be opened."""
    names = templates.names()

    async def picked(name: str) -> None:
        from crmtui.sales import documents

        outcome = await app.do(lambda: documents.write(name, chosen[0].id), lambda file: f"wrote {file.name}; u takes it off")
        if outcome.value is not None:
            _offer(app, outcome.value)

    if names:
        pick(app, "Write", [(name, name) for name in names], picked, named=True)
    else:
        app.say(f"there are no templates yet: put a file like offer.md into {templates.place()}")


def _offer(app: CrmApp, file: attachments.File) -> None:
    """Open what was written, or leave it at that."""

    async def wanted(answer: str) -> None:
        if answer == "open":
            await _open(app, file.id)

    pick(app, f"Wrote {file.name}", [("open", "open it"), ("no", "go on")], wanted)


async def detach(app: CrmApp, chosen: list[Subject]) -> None:
    """Take a file off its record."""
    await app.do(lambda: attachments.detach(chosen[0].id), lambda file: f"detached {file.name}; u brings it back")
