"""Files of clients and deals: attached, opened with the desktop's program, taken off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmtui.sales import attachments, opening
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


async def detach(app: CrmApp, chosen: list[Subject]) -> None:
    """Take a file off its record."""
    await app.do(lambda: attachments.detach(chosen[0].id), lambda file: f"detached {file.name}; u brings it back")
