"""Help: the overview of all commands, and what to say about a command line that makes no sense."""

from __future__ import annotations

from typing import Any

from commands import registry
from crmtui.errors import Unreadable, nearest

_HEAD = """\
Usage: crmtui COMMAND [REF] [OPTIONS]
       crmtui                           the full screen, in a terminal

A CRM that lives in the terminal. REF is what you would say: an id, a name or part of it, a mail, a phone.
"""
_FOOT = """
Every command takes --help, --db PATH and --as REP; those that print records take --format table|json|jsonl|csv|tsv|ids.
Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 ambiguous, 5 refused, 6 rows rejected, 7 decision needed, 8 busy, 9 findings.
"""


def overview() -> str:
    """The commands by area, a line each."""
    parts = [_HEAD]
    longest = max(len(entry.name) for entry in registry.ENTRIES)
    for area, entries in registry.areas().items():
        lines = "\n".join(f"  {entry.name:<{longest}}  {entry.help}" for entry in entries)
        parts.append(f"\n{area}\n{lines}\n")
    return "".join([*parts, _FOOT])


def unknown(name: str) -> Unreadable:
    """The refusal of a command that is none, with the one that was meant."""
    hint = nearest(name, list(registry.BY_NAME)) or _beginning(name)
    return Unreadable(f'no command "{name}"', hint or "crmtui --help lists the commands")


def _beginning(verb: str) -> str:
    """The commands of a verb that was typed without its noun: `tag` → `crmtui tag-client or tag-deal`."""
    found = [name for name in registry.BY_NAME if name.startswith(f"{verb}-")]
    return f"did you mean {' or '.join(found)}?" if verb and found else ""


def usage(why: Any) -> str:
    """What Typer found wrong with a command line, as one sentence with where to look."""
    name = why.ctx.command_path if getattr(why, "ctx", None) else "crmtui"
    meant = nearest(getattr(why, "option_name", ""), list(getattr(why, "possibilities", None) or []))
    told = " ".join(str(why.message if meant else why.format_message()).split()).rstrip(".")
    for programmers, people in _WORDED.items():
        told = told.replace(programmers, people)
    return f"{told[:1].lower()}{told[1:]}; {meant or f'see {name} --help'}"


_WORDED = {"is not a valid int range": "is no whole number", "is not a valid int": "is no whole number"}
