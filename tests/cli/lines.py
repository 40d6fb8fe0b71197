"""Command lines for every registered command, taken from its own example, and what is true of whatever a command prints."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Any

from commands import door, registry
from commands.parameters import Read
from tests.conftest import Ran

CODES = frozenset({*range(10), 130})
"""The exit codes that the contract documents."""

EVERY = [entry.name for entry in registry.ENTRIES]
PRINTING = [name for name in EVERY if door.prints_records(door.load(registry.BY_NAME[name]))]
"""Commands whose result has a form for machines."""

TAKING_REFERENCES = [name for name in EVERY if any(reader.noun for reader in door.readers(door.load(registry.BY_NAME[name])).values())]
"""Commands of which a parameter is a reference to a record."""

SLOT = "\0"
"""Stands for a value; no argument of a process can be it."""

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u2028-\u202e\u2066\u2067\ud800-\udfff]")


@dataclass(frozen=True)
class Line:
    """A command line in parts. `before` is the command whose output is its stdin, if its example has one."""

    name: str
    options: tuple[str, ...]
    arguments: tuple[str, ...]
    before: tuple[str, ...]

    def words(self, *options: str) -> list[str]:
        """The line with further options; given again, an option that takes one value has the last one."""
        return [self.name, *self.options, *options, *(["--", *self.arguments] if self.arguments else [])]

    def with_argument(self, place: int, text: str) -> list[str]:
        """The line with another text as its argument at a place."""
        arguments = [*self.arguments[:place], text, *self.arguments[place + 1 :]]
        return [self.name, *self.options, "--", *arguments]


def command(name: str) -> Any:
    """The command as Typer runs it."""
    entry = registry.BY_NAME[name]
    return door.command(entry, door.load(entry))


def options(name: str) -> list[Any]:
    """The options of a command that take a value, without those on the base itself."""
    found = [each for each in command(name).params if each.param_type_name == "option" and not each.is_flag]
    return [each for each in found if each.name != "db"]


def arguments(name: str) -> list[Any]:
    """The arguments of a command in order."""
    return [each for each in command(name).params if each.param_type_name == "argument"]


def readers(name: str) -> dict[str, Read]:
    """The parameters of a command that the logic reads, by name."""
    return door.readers(door.load(registry.BY_NAME[name]))


def example(name: str) -> Line:
    """The example of a command in parts."""
    stages = [words.strip() for words in registry.BY_NAME[name].example.split("|")]
    words = shlex.split(stages[-1])
    before = shlex.split(stages[0])[1:] if len(stages) > 1 else []
    assert words[:2] == ["crmtui", name]
    given, positionals = _parted(name, words[2:])
    return Line(name, tuple(given), tuple(positionals), tuple(before))


def _parted(name: str, words: list[str]) -> tuple[list[str], list[str]]:
    flags = {each: getattr(option, "is_flag", False) for option in command(name).params for each in (*option.opts, *option.secondary_opts)}
    given: list[str] = []
    positionals: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            positionals.append(word)
        elif flags[word.partition("=")[0]] or "=" in word:
            given.append(word)
        else:
            given += [word, next(rest)]
    return given, positionals


def variants(name: str) -> list[tuple[str, list[str]]]:
    """For every option and argument that takes a value: its name, and the example with `SLOT` as that value."""
    line = example(name)
    found = [(each.name, line.words(each.opts[0], SLOT)) for each in options(name)]
    places = [(place, each.name) for place, each in enumerate(arguments(name)) if place <= len(line.arguments)]
    return found + [(argument, line.with_argument(place, SLOT)) for place, argument in places]


def filled(template: list[str], value: str) -> list[str]:
    """A variant with the value in its slot."""
    return [value if word == SLOT else word for word in template]


def harmless(ran: Ran) -> bool:
    """Whether nothing that was printed moves a terminal's cursor, colours, turns the reading direction or is no text."""
    return not _CONTROLS.search(ran.out) and not _CONTROLS.search(ran.err) and "Traceback" not in ran.err


def is_refusal(ran: Ran, *codes: int) -> bool:
    """Whether it ended with one of the codes, nothing on stdout and one harmless line on stderr that says what was wrong."""
    one_line = ran.err.startswith("error: ") and ran.err.count("\n") == 1 and ran.err.endswith("\n")
    return ran.code in codes and ran.out == "" and one_line and harmless(ran) and "made a mistake" not in ran.err
