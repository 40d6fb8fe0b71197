"""What every view of the full screen has: what is chosen in it, drawing itself anew, a title."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Container

from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp


NOBODY = "who you are is not said; CRMTUI_REP or the setting rep names a rep"
"""Told to somebody the team does not know who asks for what is theirs."""


class View(Container):
    """A view fills the screen between the top bar and the key bar. Its actions are its methods `do_…`, named in `actions`."""

    TITLE: ClassVar[str] = ""

    @property
    def crm(self) -> CrmApp:
        """The app, with what it does for all views."""
        return cast("CrmApp", self.app)

    @property
    def heading(self) -> str:
        """What the top bar says of it."""
        return self.TITLE

    @property
    def subjects(self) -> list[Subject]:
        """What an action is about: the marked records, else the one under the cursor."""
        return []

    @property
    def nouns(self) -> set[str]:
        """The nouns of what is chosen; asked for after every key, so it must not go through a million marks."""
        return {subject.noun for subject in self.subjects}

    @property
    def listed(self) -> list[Subject]:
        """All the records it lists, in order, as far as they are worth going through one by one."""
        return self.subjects

    def reload(self) -> None:
        """Read and draw anew what it shows; the cursor stays with its record."""

    def enter(self) -> None:
        """Put the keys where a person expects them when the view comes up."""

    def seen(self, subject: Subject) -> None:
        """Put the cursor on the record from whose page one comes back, if it is here."""

    def step_back(self) -> bool:
        """Leave what was begun in the view itself, such as a search; say whether there was anything to leave."""
        return False
