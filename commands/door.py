"""From a plain function to a command: its options, the base it works on, who works, what it prints."""

from __future__ import annotations

import inspect
import signal
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from typer.core import TyperCommand
from typer.main import get_command
from typer.models import ArgumentInfo

from commands import many, output, waiting
from commands.parameters import PAST, Format, Many, Read, ReportFormat, remember
from commands.registry import Entry
from commands.results import Bundle, Done, Drawn, Finished, Printed, Several, Streamed
from crmtui.errors import Ambiguous

COMMON = {
    "db": (str | None, typer.Option("--db", metavar="PATH", help="The base to work on.", envvar="CRMTUI_DB", show_default=False)),
    "acting": (str | None, typer.Option("--as", metavar="REP", help="Who is working.", envvar="CRMTUI_REP", show_default=False)),
    "form": (Format, typer.Option("--format", help="How the result is printed.")),
    "rehearse": (bool, typer.Option("--dry-run", help="Say what would be done and change nothing.")),
}
_DEFAULTS = {"db": None, "acting": None, "form": "table", "rehearse": False}


class _Command(TyperCommand):
    """A command whose usage line reads as it is typed: its arguments, those in brackets that may be left out, then the options."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        arguments = [each for each in self.get_params(ctx) if each.param_type_name == "argument"]
        names = [each.human_readable_name if each.required else f"[{each.human_readable_name}]" for each in arguments]
        return [*names, "[OPTIONS]"]


def command(entry: Entry, function: Callable[..., Any], several: bool = False) -> Any:
    """The Typer command of an entry: the function's own parameters and those that every command has.

    `several` makes the one that takes `--ids` instead of its reference, if it can be given many records.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    details = inspect.cleandoc(function.__doc__ or entry.help)
    made = _wrapped(entry, function, several)
    app.command(entry.name, cls=_Command, help=details, epilog=f"Example: {entry.example}", no_args_is_help=False)(made)
    return get_command(app)


def _wrapped(entry: Entry, function: Callable[..., Any], several: bool) -> Callable[..., int]:
    own = takes(function)
    reads = readers(function)
    batch = batched(function)
    replaced = batch[0] if batch and several else ""
    left_out = set() if prints_records(function) else {"form"}
    left_out |= set() if entry.changes and "dry_run" not in own else {"rehearse"}
    common = {name: value for name, value in COMMON.items() if name not in left_out}
    if "form" in common and prints_reports(function):
        common["form"] = (ReportFormat, common["form"][1])

    def run(**given: Any) -> int:
        shared = {name: given.pop(name, _DEFAULTS[name]) for name in COMMON}
        remember(shared)
        ids = many.read(given.pop("ids", None))
        with _interruptible() as no_longer, _at_work(entry, shared, no_longer), _as_of(reads, given):
            for name, reader in reads.items():
                if name in given and reader is not PAST:
                    given[name] = _value(reader, given[name])
            with waiting.told():
                if batch and ids is not None:
                    result: Any = many.carried_out(function, *batch, reads[replaced].noun, ids, given)
                else:
                    result = function(**given)
            if isinstance(result, Done | Several | Finished):
                no_longer()
            return output.put(result, shared["form"], shared["rehearse"])

    parameters = [_parameter(name, *own[name], reads.get(name)) for name in own if name != replaced]
    parameters += [many.option(reads[batch[0]].metavar, required=several)] if batch else []
    parameters += [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=_DEFAULTS[name], annotation=Annotated[kind, option])
        for name, (kind, option) in common.items()
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return run


@contextmanager
def _interruptible() -> Iterator[Callable[[], object]]:
    """Hands out what ends the time for Ctrl-C: a change that stands must not be told as interrupted while it is printed and closed."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGINT, before)


def readers(function: Callable[..., Any]) -> dict[str, Read]:
    """The parameters of a command that the logic reads from text, by name, each with how."""
    return {name: reader for name, (hint, _) in takes(function).items() if (reader := _reader(hint))}


def batched(function: Callable[..., Any]) -> tuple[str, Many] | None:
    """The parameter of a command for which `--ids` may stand, with its mark; None for a command on one record only."""
    marks = ((name, mark) for name, (hint, _) in takes(function).items() for mark in getattr(hint, "__metadata__", ()))
    return next(((name, mark) for name, mark in marks if isinstance(mark, Many)), None)


def prints_records(function: Callable[..., Any]) -> bool:
    """Whether a command's result is records that have a form for machines, rather than text that has one form only."""
    result = _hints(function)["return"]
    return not {*(typing.get_args(result) or (result,))} <= {Printed, Streamed}


def prints_reports(function: Callable[..., Any]) -> bool:
    """Whether a command's result is, or may be, a report, which has more forms than records have."""
    result = _hints(function)["return"]
    return bool({*(typing.get_args(result) or (result,))} & {Drawn, Bundle})


@lru_cache
def takes(function: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """The parameters of a command by name: annotation and default.

    A group of options that several commands share (`**fields: Unpack[Group]`) is taken apart; each of them may be left out.
    """
    hints = _hints(function)
    found: dict[str, tuple[Any, Any]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            group = typing.get_type_hints(typing.get_args(hints[name])[0], include_extras=True, localns=_names())
            found |= {each: (hint, None) for each, hint in group.items()}
        else:
            found[name] = (hints[name], parameter.default)
    return found


@lru_cache
def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    return typing.get_type_hints(function, include_extras=True, localns=_names())


def _names() -> dict[str, Any]:
    """The types that annotations name but that no command should import in order to start."""
    return {"When": object, "Period": object, "Result": object}


def _reader(hint: Any) -> Read | None:
    """The `Read` mark of a parameter, also when it is optional or a list."""
    own = next((mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Read)), None)
    return own or next((found for part in typing.get_args(hint) if (found := _reader(part))), None)


def _parameter(name: str, hint: Any, default: Any, reader: Read | None) -> inspect.Parameter:
    """A parameter as Typer is to see it: what is read by us is text to Typer; what has no default is an argument."""
    required = default is inspect.Parameter.empty
    marks = [mark for mark in getattr(hint, "__metadata__", ()) if not isinstance(mark, Read | Many)]
    mark = copy(marks[0]) if marks else (typer.Argument(help=_REF.format(reader.noun) if reader else None) if required else typer.Option())
    kind = typing.get_args(hint)[0] if marks and reader is None else hint
    if reader is not None:
        kind = list[str] | None if _is_list(hint) else str if required else str | None
    if isinstance(mark, ArgumentInfo):
        _describe(mark, name, kind, reader)
    elif not mark.metavar and not _is_flag_or_choice(kind):
        mark.metavar = reader.metavar if reader else _METAVARS.get(_plain(kind), "TEXT")
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, mark])


def _describe(mark: ArgumentInfo, name: str, kind: Any, reader: Read | None) -> None:
    """Give an argument its name in the usage, and its help the words from which one has to be chosen."""
    mark.metavar = mark.metavar or f"{reader.metavar if reader else name.upper()}{'…' if _is_list(kind) else ''}"
    if _is_flag_or_choice(kind) and mark.help:
        head, more, rest = mark.help.rstrip(".").partition(";")
        mark.help = f"{head}: {', '.join(typing.get_args(_plain(kind)))}{more}{rest}."


_REF = "Which {}: its id, its name, or a part of it that only one has."
_METAVARS: dict[Any, str] = {int: "NUMBER", Path: "FILE"}


def _is_list(hint: Any) -> bool:
    return typing.get_origin(hint) is list or any(_is_list(part) for part in typing.get_args(hint) if part is not None)


def _plain(kind: Any) -> Any:
    """The type of one value: without None, without the list."""
    parts = [part for part in typing.get_args(kind) if part is not type(None)]
    return _plain(parts[0]) if parts and typing.get_origin(kind) is not Literal else kind


def _is_flag_or_choice(kind: Any) -> bool:
    plain = _plain(kind)
    return plain is bool or typing.get_origin(plain) is Literal


@contextmanager
def _at_work(entry: Entry, shared: dict[str, Any], committing: Callable[[], object]) -> Iterator[None]:
    """The base open for the command, with the actor known; in a rehearsal everything is taken back at the end."""
    if not entry.needs_base:
        yield
        return
    from commands.working import worker
    from crmtui import config
    from crmtui.sales import playbooks
    from crmtui.store import connection

    where = config.database() if shared["db"] is None else shared["db"]
    with connection.opened(where, command=entry.name, make=entry.changes or entry.makes_base) as base:
        base.before_commit = committing
        if entry.changes or entry.makes_base:
            playbooks.watch(base)
        if base.stands_in:
            output.say(f"there is no base at {base.path} yet")
        base.actor_id, base.actor = worker(shared["acting"], entry.changes, _rep)
        if shared["rehearse"]:
            with base.rehearsing():
                yield
        else:
            yield
        for note in playbooks.notes(base):
            output.say(note)
        if shared["rehearse"]:
            output.say("dry run: nothing was changed")


@contextmanager
def _as_of(reads: dict[str, Read], given: dict[str, Any]) -> Iterator[None]:
    """The base and the clock as they were at the moment that the command asks for, if it asks for one."""
    name = next((name for name, reader in reads.items() if reader is PAST and given.get(name) is not None), None)
    if name is None:
        yield
        return
    from crmtui.store import travel

    given[name] = _value(PAST, given[name])
    with travel.to(given[name]):
        yield


def _rep(ref: str) -> int:
    from crmtui import team

    found: int = _value(Read(team.find, "REP", "rep"), ref)
    return found


def _value(reader: Read, given: Any) -> Any:
    if given is None:
        return None
    if isinstance(given, list | tuple):
        return [_value(reader, each) for each in given]
    try:
        return reader.by(given)
    except Ambiguous as several:
        return _chosen(several)


def _chosen(several: Ambiguous) -> int:
    """Offer the candidates where somebody can choose; anywhere else refuse with them."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise several
    output.say(several.sentence)
    for number, candidate in enumerate(several.candidates, 1):
        output.say(f"{number:>3}  {candidate.label}  (id {candidate.id})")
    sys.stderr.write("which one? ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(several.candidates):
        return several.candidates[int(answer) - 1].id
    raise several


def load(entry: Entry) -> Callable[..., Any]:
    """The function of an entry, imported now."""
    from importlib import import_module

    module, _, name = entry.target.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found
