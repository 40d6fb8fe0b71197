"""The references of the manual, made from the program: commands from their help, JSON from its schemas, reports from their definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from textual.binding import Binding

from commands import door
from commands import registry as commands_registry
from crmtui.blocks import Block, Figures, Table
from crmtui.reports import registry as reports_registry
from crmtui.store import connection
from screens import actions, help
from screens.sheet import MOVES
from tests.house import schemas

Schema = dict[str, Any]

_MADE = "<!-- Made from the program by `python -m tests.house.papers`; not written by hand. -->"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """The lines of a Markdown table, with an empty one behind; none when it has no rows."""
    lines = [_row(cells) for cells in rows]
    return [_row(heads), _row(("---",) * len(heads)), *lines, ""] if lines else []


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


# ── commands

_COMMANDS = f"""\
# The commands

{_MADE}

`crmtui COMMAND --help` tells the same. In the first line of each, `[…]` is what may be left out, `WORDS…` may be several words, and the
rest is told by its name: `CLIENT` is a reference, as `WHEN`, `DAY` and `PERIOD` are read as described in [README.md](../README.md#dates).
"""
_COMMON = ("db", "acting", "form", "rehearse", "help")
_COMMON_MEANING = """\
## Every command

These options are the same wherever they are taken; below only the last two are named again.
"""


def commands() -> str:
    """docs/commands.md: every command by area, with its arguments, its options and its example."""
    lines = [_COMMANDS, _COMMON_MEANING, *_table(("option", "meaning"), _common())]
    for area, entries in commands_registry.areas().items():
        lines += [f"## {area}", ""]
        for entry in entries:
            lines += _command(entry)
    return "\n".join(lines).rstrip("\n") + "\n"


def _common() -> Iterator[tuple[str, ...]]:
    for kind, option in door.COMMON.values():
        name = option.param_decls[0] if option.param_decls else option.default
        shown = f" <{'|'.join(kind.__args__)}>" if name == "--format" else f" {option.metavar}" if option.metavar else ""
        variable = f" Else the variable `{option.envvar}`." if option.envvar else ""
        yield f"`{name}{shown}`", f"{option.help}{variable}"
    yield "`--help`", "Show this message and exit."


def _command(entry: commands_registry.Entry) -> Iterator[str]:
    made = door.command(entry, door.load(entry))
    own = [each for each in made.params if each.name not in _COMMON]
    arguments = [each for each in own if each.param_type_name == "argument"]
    usage = made.collect_usage_pieces(made.make_context(entry.name, [], resilient_parsing=True))
    yield from (f"### {entry.name}", "", f"`{' '.join(['crmtui', entry.name, *usage])}`", "", _prose(made.help), "")
    yield from _table(("argument", "meaning"), ((f"`{each.metavar}`", each.help) for each in arguments))
    yield from _table(("option", "meaning"), ((_option(each), _meaning(each)) for each in own if each not in arguments))
    also = [f"`{each.opts[0]}`" for each in made.params if each.name in ("form", "rehearse")]
    yield from (" ".join([*([f"Also {' and '.join(also)}."] if also else []), "For example:"]), "", "```sh", entry.example, "```", "")


def _prose(text: str) -> str:
    """Help with its paragraphs, each on one line."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _option(option: Any) -> str:
    choices = getattr(option.type, "choices", None)
    value = "" if option.is_flag else f" {option.metavar or f'<{chr(124).join(choices)}>' if choices else option.metavar}"
    return f"`{', '.join([*option.opts, *option.secondary_opts])}{value}`"


def _meaning(option: Any) -> str:
    shown = option.show_default if isinstance(option.show_default, str) else option.default
    told = shown if option.show_default and not option.is_flag and shown not in (None, "", [], ()) else ""
    return f"{option.help} Default: {told}." if told != "" else option.help


# ── JSON

_JSON = f"""\
# The JSON

{_MADE}

What `--format json` prints: one object, or an array of them, as the table says; `--format jsonl` prints the same, an object a line. The
names of the fields stay; new ones may come. Every field is always there, null where it holds nothing. Money is whole minor units
(`…_cents`) with its `currency`, a share is 0 to 1, a moment is UTC as `2026-03-04T10:00:00Z`, a day is `2026-03-04`. CSV has the same names
as headers. The schemas themselves are in [schemas](schemas), one a command.
"""


def records() -> str:
    """docs/json.md: what each command prints, and the fields of every record."""
    known = {name: json.loads((schemas.FOLDER / f"{name}.json").read_text("utf-8")) for name in _printing()}
    found: dict[str, Schema] = {}
    for schema in known.values():
        found |= {shape["title"]: shape for shape in _titled(schema) if shape["title"] not in found}
    lines = [_JSON, *_table(("command", "prints"), ((f"[`{name}`](commands.md#{name})", _printed(shape)) for name, shape in known.items()))]
    for title in sorted(found):
        lines += _record(found[title], list(found.values()))
    return "\n".join(lines).rstrip("\n") + "\n"


def _printing() -> list[str]:
    """The commands that have a schema, in the order of the help."""
    return [entry.name for entry in commands_registry.ENTRIES if (schemas.FOLDER / f"{entry.name}.json").is_file()]


def _titled(schema: Any) -> Iterator[Schema]:
    """Every record in a schema, outer ones first."""
    if isinstance(schema, dict):
        if "title" in schema and "properties" in schema:
            yield schema
        for each in schema.values():
            yield from _titled(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _titled(each)


def _printed(schema: Schema) -> str:
    """What a command prints, in words with links to the records."""
    if "anyOf" in schema:
        several = ", with `--ids` " if "$defs" in schema else ", or "
        return several.join(_printed(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"an array of {_printed(schema['items'])}"
    title = schema["title"] if "title" in schema else schema["$ref"].rpartition("/")[2]
    return f"[{title}](#{title.lower()})"


def _record(shape: Schema, others: list[Schema]) -> Iterator[str]:
    fields = shape["properties"]
    parents = [each for each in others if _builds_on(fields, each["properties"])]
    parent = max(parents, key=lambda each: len(each["properties"]), default=None)
    own = {name: field for name, field in fields.items() if not parent or name not in parent["properties"]}
    yield from (f"## {shape['title']}", "", shape["description"].replace("None", "null"), "")
    if parent:
        yield from (f"All fields of [{parent['title']}](#{parent['title'].lower()}), and:", "")
    rows = ((f"`{name}`", _type(field), field.get("description", "")) for name, field in own.items())
    yield from _table(("field", "type", "meaning"), rows)


def _builds_on(fields: Schema, others: Schema) -> bool:
    """Whether these fields begin with those others, and go on."""
    return len(fields) > len(others) > 1 and list(fields)[: len(others)] == list(others)


def _type(schema: Schema) -> str:
    """A type in words: `string or null`, `array of DealLine`."""
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if isinstance(schema.get("type"), list):
        return " or ".join(schema["type"])
    if "title" in schema:
        return f"[{schema['title']}](#{schema['title'].lower()})"
    if schema.get("type") == "array":
        inner = f"[{', '.join(_type(each) for each in schema['prefixItems'])}]" if "prefixItems" in schema else _type(schema["items"])
        return f"array of {inner}" if "items" in schema else inner
    if schema.get("type") == "object":
        more = schema.get("additionalProperties")
        return f"object of {_type(more)}" if more else f"object: {', '.join(f'`{name}`' for name in schema['properties'])}"
    return str(schema.get("format") or schema.get("type", "any"))


# ── reports

_REPORTS = f"""\
# The reports

{_MADE}

What each report counts, in which period, by which formula, and what it leaves out; `crmtui report NAME --definition` tells the same.
Below each stand the options it takes, what its JSON and its CSV call its figures and tables, and which of its figures `--open` opens to
the list of the records that make them.
"""


def reports(base: Path) -> str:
    """docs/reports.md: the definition of every report, its options, and the names of what it prints of the base in this file."""
    rows = ((f"[`{name}`](#{name})", _entry(name).title) for name in reports_registry.names())
    lines = [_REPORTS, *_table(("report", "what it tells"), rows)]
    with connection.opened(base, command="report"):
        for name in reports_registry.names():
            lines += _report(name)
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(name: str) -> reports_registry.Entry:
    return reports_registry.entry(name)


def _report(name: str) -> Iterator[str]:
    known = _entry(name)
    yield from (f"## {name}", "", f"{known.title}.", "", "```text", reports_registry.definition(name), "```", "")
    yield from [f"Options: {', '.join(_taken(known, option) for option in known.options)}.", ""]
    yield from _named(reports_registry.run(name, reports_registry.Options()).blocks, getattr(import_module(known.module), "OPENS", ()))


def _taken(known: reports_registry.Entry, option: str) -> str:
    """An option of a report with the values it takes."""
    words = {"by": "|".join(known.by), "compare": "|".join(reports_registry.COMPARE), "owner": "REP", "limit": "NUMBER"}
    unasked = f" (else `{known.period}`)" if option == "period" else ""
    return f"`--{option} {words.get(option, option.upper())}`{unasked}"


def _named(blocks: tuple[Block, ...], opens: tuple[str, ...]) -> Iterator[str]:
    """The names of the figures, of those that can be opened to their records, and of the tables with their columns."""
    figures = [figure.name for block in blocks if isinstance(block, Figures) for figure in block.items]
    tables = {block.name: [column.name for column in block.columns] for block in blocks if isinstance(block, Table)}
    groups = {"figures": figures, "`--open`": opens, **{f"table `{name}`": columns for name, columns in tables.items()}}
    rows = [(group, ", ".join(f"`{each}`" for each in names)) for group, names in groups.items() if names]
    yield from _table(("in JSON and CSV", "names"), rows)


# ── keys

_KEYS = f"""\
# The keys of the full screen

{_MADE}

What each is for is told in [the full screen](screen.md). A key does something only where that makes sense: `?` lists those of the view that
is shown, and the line at the bottom the most useful ones. The name is that of the setting `keys`, by which any of them can be changed:

```toml
keymap = "vi"

[keys]
find = "slash,ctrl+f"
"log.call" = "f9"
```
"""


def keys() -> str:
    """docs/keys.md: every action of the full screen by group, with its keys, its name and what it does."""
    lines = [_KEYS]
    for group, title in help.TITLES.items():
        rows = [(_pressed(each.keys), _vi(each.name), f"`{each.name}`", each.sentence) for each in actions.ACTIONS if each.group == group]
        lines += [f"## {title}", "", *_table(("keys", "with `vi`", "name", "what it does"), rows)]
    moves = [(_pressed(each.key), _vi(str(each.id)), f"`{each.id}`") for each in MOVES if isinstance(each, Binding)]
    return "\n".join([*lines, "## Moving in lists", "", *_table(("keys", "with `vi`", "name"), moves)]).rstrip("\n") + "\n"


def _pressed(keys: str) -> str:
    return " ".join(f"`{actions.sign(key)}`" for key in keys.split(","))


def _vi(name: str) -> str:
    return _pressed(actions.VI[name]) if name in actions.VI else ""
