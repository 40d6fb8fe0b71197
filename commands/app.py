"""The program: which command is meant, and the keeper that turns every refusal into a sentence and an exit code."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

os.environ.setdefault("TYPER_USE_RICH", "0")  # help and usage errors are plain text, and quick


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit code."""
    gc.disable()  # a command is over before the collector would have paid for itself
    _open_streams()
    _leave(run(sys.argv[1:]))


def _open_streams() -> None:
    """Three streams whatever the caller closed, so that no file opened later takes their place; UTF-8 into pipes and files."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: SIM115 — for the whole process
        elif mode == "w" and stream.encoding.lower() != "utf-8":
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")


def _leave(code: int) -> NoReturn:
    """Flush what was printed and go at once; tearing the interpreter down would take a seventh of a short command's time."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    except OSError as why:
        code = code or _told(why)
        with suppress(OSError):
            sys.stderr.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """Carry out one command line and say its exit code; nothing is raised."""
    if "_CRMTUI_COMPLETE" in os.environ:
        from commands import completion

        with suppress(Exception):  # a key pressed in a shell is no place for complaints
            completion.answer()
        return 0
    try:
        _let_ask()
        _refuse_bytes([(f'"{word}"', word) for word in arguments])
        _refuse_bytes([(name, value) for name, value in os.environ.items() if name.startswith("CRMTUI_")])  # one may be a secret
        return _dispatch(_options_last(arguments))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        _silence()
        return 0
    except Exception as why:  # noqa: BLE001 — the one keeper of this door
        return _told(why)


def _let_ask() -> None:
    if sys.stdin.isatty():
        from commands import asking

        asking.where_somebody_sits()


def _silence() -> None:
    """Whoever read our output has gone: what is still buffered has no place to go, and that is nobody's fault."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 — for the rest of the process


def _refuse_bytes(given: list[tuple[str, str]]) -> None:
    """Refuse, each by its name, what holds bytes that are no text in the system's encoding: no base and no terminal could take them."""
    for name, text in given:
        if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
            from crmtui.errors import Unreadable

            raise Unreadable(f"{name} holds bytes that are no text", "write it in UTF-8")


def _options_last(arguments: list[str]) -> list[str]:
    """`crmtui --db FILE list-clients` is the same as `crmtui list-clients --db FILE`."""
    front: list[str] = []
    rest = list(arguments)
    while len(rest) > 1 and rest[0].partition("=")[0] in ("--db", "--as", "--format"):
        front += [rest.pop(0)] if "=" in rest[0] else [rest.pop(0), rest.pop(0)]
    return [*rest[:1], *front, *rest[1:]]


def _dispatch(arguments: list[str]) -> int:
    if not arguments and sys.stdin.isatty() and sys.stdout.isatty():
        from commands import tui

        return tui.show()
    from commands import help, registry

    if not arguments:
        sys.stderr.write(help.overview())
        return 2
    name = arguments[0]
    if name in ("--help", "-h", "help"):
        sys.stdout.write(help.overview())
        return 0
    if name == "--version":
        from crmtui import __version__

        sys.stdout.write(f"crmtui {__version__}\n")
        return 0
    entry = registry.BY_NAME.get(name)
    if entry is None:
        raise help.unknown(name)
    from commands import door, many

    made = door.command(entry, door.load(entry), several=many.meant(arguments[1:]))
    return _invoked(made, f"crmtui {name}", arguments[1:])


def _invoked(command: Any, name: str, arguments: list[str]) -> int:
    """Run a Typer command without its own `main`, which would answer a closed pipe in its own way."""
    from typer import Exit

    try:
        with command.make_context(name, arguments) as context:
            return command.invoke(context) or 0
    except Exit as over:
        return over.exit_code


def _told(why: Exception) -> int:
    """One sentence on stderr and the exit code of what went wrong."""
    from commands import output
    from crmtui.errors import CrmError

    if isinstance(why, CrmError):
        output.fail(str(why))
        return why.code
    if isinstance(why, OSError) and why.errno is not None:
        from crmtui.store import connection

        where = f": {why.filename}" if why.filename else ""
        output.fail(f"{why.strerror}{where}{'; the change was made, and stands' if connection.change_stands() else ''}")
        return 1
    import typer

    if isinstance(why, typer.TyperException):
        from commands import help

        output.fail(help.usage(why))
        return 2
    if isinstance(why, typer.Abort):
        return 130
    from commands import log

    return log.bug(why)
