"""Commands on many records at once: `--ids` instead of a reference, and all of it as one operation."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from typer import Option

from commands.parameters import Many
from commands.results import Done, Several

_HELP = "Instead of {}: ids as 1,2,3, or - to read them from stdin, one a line. All in one step, or none."


def meant(arguments: Sequence[str]) -> bool:
    """Whether a command line has `--ids`: then the reference of its command is left out."""
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return any(word == "--ids" or word.startswith("--ids=") for word in words)


def option(metavar: str, required: bool) -> inspect.Parameter:
    """The option `--ids` of a command whose reference is called so."""
    mark = Option("--ids", metavar="IDS", help=_HELP.format(metavar))
    kind, default = (str, inspect.Parameter.empty) if required else (str | None, None)
    return inspect.Parameter("ids", inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, mark])


def read(given: str | None) -> list[int] | None:
    """The ids that `--ids` names, each once, in order; None when it was not given. Raises `Unreadable` for what is no id.

    They are read before the base is opened: whoever writes into the pipe may still be at work in it.
    """
    if given is None:
        return None
    words = sys.stdin.buffer.read().decode(errors="replace").splitlines() if given.strip() == "-" else given.split(",")
    return list(dict.fromkeys(_id(word.strip()) for word in words if word.strip()))


def _id(word: str) -> int:
    digits = word.removeprefix("#")
    if not (digits.isascii() and digits.isdigit()):
        from crmtui.errors import Unreadable

        raise Unreadable(f'"{word[:40]}" is no id', "--ids takes whole numbers: 1,2,3, or - for one a line")
    return min(int(digits[:20]), 2**63 - 1)


def carried_out(function: Callable[..., Done], name: str, mark: Many, noun: str, ids: Sequence[int], given: dict[str, Any]) -> Several:
    """What a command did, done to each of these records in one operation. `name` is the parameter that takes the record."""
    from crmtui.store import batches

    batch = batches.each(noun, ids, mark.verb, lambda id_: function(**{name: id_}, **given))
    done = batch.results
    notes = list(dict.fromkeys(note for one in done for note in one.notes))
    return Several(_told(mark.verb, noun, done, batch.changed), [one.record for one in done], [one.id for one in done if one.id], notes)


def _told(verb: str, noun: str, results: Sequence[Done], changed: int) -> str:
    if len(results) == 1:
        return results[0].sentence
    if changed < len(results):
        rest = "the others" if changed else "they"
        return f"{verb} {changed:,} of {len(results):,} {noun}s; {rest} were so already"
    return f"{verb} {changed:,} {noun}s"
