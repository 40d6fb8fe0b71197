"""A file on its way in: what is to be imported and how, what is known of it by now, and the run over it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from crmtui.errors import Question, Refused
from crmtui.exchange.importing import Imported, Options
from crmtui.exchange.previews import Preview
from screens.keeper import Outcome


@dataclass
class Attempt:
    """One run over the file, tried or in earnest, or the undoing of one: how many rows it has read, since when.

    `left` ends one that is only tried.
    """

    dry: bool
    undoes: bool = False
    rows: int = 0
    of: int = 0
    left: bool = False
    began: float = field(default_factory=time.monotonic)

    def count(self, rows: int) -> None:
        """Told by the import, on its own thread. Raises `Refused` when nobody waits for it any more."""
        if self.left and self.dry:
            raise Refused("left")
        self.rows = rows


@dataclass
class Job:
    """A file that is to be imported: what of, how it is read, what is known of it by now."""

    kind: str
    path: Path
    options: Options
    save: str | None = None
    preview: Preview | None = None
    tried: Outcome[Imported] | None = None
    done: Imported | None = None
    undone: bool = False
    made: dict[str, list[int]] = field(default_factory=dict)

    @property
    def question(self) -> Question | None:
        """What has to be decided first."""
        return self.tried.question if self.tried else None
