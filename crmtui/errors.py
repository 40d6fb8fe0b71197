"""The one family of refusals: a sentence for a person, a hint, an exit code for a script."""

from __future__ import annotations

from crmtui.frozen import dataclass


class CrmError(Exception):
    """A request that cannot be carried out; nothing has been changed.

    `sentence` says what was refused and names the value; `hint` says what would work.
    `code` is the exit code that the shell's door leaves with.
    """

    code = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.sentence}; {self.hint}" if self.hint else self.sentence


class Failed(CrmError):
    """Something outside the request failed: a disk, a file, a medium that cannot be written."""

    code = 1


class Unreadable(CrmError):
    """A value that cannot be read: a date, an amount, a number, an unknown word."""

    code = 2


class NotFound(CrmError):
    """No record answers to the reference."""

    code = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One record that a reference could mean: its id and the words that tell it from the others."""

    id: int
    label: str


class Ambiguous(CrmError):
    """Several records answer to the reference; `candidates` lists them in the order they should be offered."""

    code = 4

    def __init__(self, sentence: str, candidates: list[Candidate], hint: str = "") -> None:
        super().__init__(sentence, hint)
        self.candidates = candidates


class Refused(CrmError):
    """A rule stands against it: a duplicate, an invalid value, a missing field, a later change."""

    code = 5


class Doubtful(Refused):
    """A refusal that a person may set aside who knows better; the hint names the option to pass."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is to decide: the name of the option that it sets, and the values it can have, each with its words.

    Without `answers` it is a text, and `guess` is a likely one.
    """

    option: str
    answers: tuple[tuple[str, str], ...] = ()
    guess: str = ""


class Undecided(CrmError):
    """Only a person can decide, and nobody is there; the hint names the option to pass. `question` is what to ask where somebody is."""

    code = 7

    def __init__(self, sentence: str, hint: str = "", question: Question | None = None) -> None:
        super().__init__(sentence, hint)
        self.question = question


class Busy(CrmError):
    """The database stayed busy or could not be reached."""

    code = 8


def nearest(word: str, known: list[str]) -> str:
    """Say `did you mean "won"?` when one of the `known` words is close to `word`, else nothing."""
    from difflib import get_close_matches

    folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return f'did you mean "{folded[close[0]]}"?' if close else ""
