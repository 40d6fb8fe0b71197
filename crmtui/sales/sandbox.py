"""Templates of documents filled in: Jinja2 with nothing left in it that could run for long, reach out, or write what nobody typed.

A template may put placeholders (`{{ client.name }}`), decide by them (`{% if … %}`) and go through the products of a deal
(`{% for line in deal.products %}`, not one in another); a few filters change how a value looks. All else is refused before anything is
run: calls, arithmetic, macros, other files, attributes of anything but our own dictionaries. What is left ends after as many steps as
the template has parts, times the products; the parts, the products and the output are limited, so no clock is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from crmtui.errors import Refused, Unreadable, nearest
from crmtui.sales.templates import Flaw

LARGEST_OUTPUT = 1_000_000
"""Bytes of a document."""

MOST_PARTS = 2_000
"""Placeholders, conditions and the like in one template."""

DEEPEST = 20
"""Blocks and expressions within each other."""

LOOP = "products"
"""The one placeholder that is gone through: `deal.products`."""

FILTERS = ("upper", "lower", "title", "capitalize", "trim", "default", "d", "long")

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.For, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.CondExpr,
)  # fmt: skip


class Empty(Undefined):
    """A placeholder without a value: false in a condition, replaced by `default`; when it is written, its name is noted."""

    __slots__ = ("_needed", "_path")

    def __init__(self, path: str, needed: list[str]) -> None:
        super().__init__(name=path)
        self._path, self._needed = path, needed

    def __str__(self) -> str:
        self._needed.append(self._path)
        return ""


class _Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a name behind a point is a key of a dictionary and never an attribute."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj[attribute] if type(obj) is dict and attribute in obj else self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.getattr(obj, argument)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002 — nothing is
        return False


def _environment(html: bool) -> _Sandbox:
    made = _Sandbox(undefined=StrictUndefined, autoescape=html, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True)
    made.filters = {name: made.filters[name] for name in FILTERS if name in made.filters} | {"long": _long}
    made.globals.clear()
    return made


def _long(value: Any, language: str = "en") -> str:
    """A day in words: `4 March 2026`, `4. März 2026` in another language; what is no day stays as it is."""
    from datetime import date

    from babel.core import UnknownLocaleError
    from babel.dates import format_date

    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    if language == "en":
        return f"{day.day} {format_date(day, 'MMMM y', locale='en')}"
    try:
        return format_date(day, "long", locale=language)
    except (UnknownLocaleError, ValueError):
        raise Unreadable(f'no language "{language}" for a date', 'write it like long("de")') from None


def flaws(text: str, known: Mapping[str, frozenset[str]], lines: frozenset[str]) -> list[Flaw]:
    """All that is wrong in a template, in the order of its lines; nothing of it is run.

    `known` are the names behind `client.` and the like, under `""` those that stand alone; `lines` the names of a product's line.
    """
    tree = _parsed(text)
    return [tree] if isinstance(tree, Flaw) else sorted(_Checking(known, lines).of(tree), key=lambda flaw: flaw.line or 0)


def placeholders(text: str) -> tuple[str, ...]:
    """The placeholders of a template, each once, in the order in which they come; none of one that cannot be read."""
    tree = _parsed(text)
    if isinstance(tree, Flaw):
        return ()
    return tuple(dict.fromkeys(path for each in _walk(tree) if (path := _path(each)) and "." in path))


def _parsed(text: str) -> nodes.Template | Flaw:
    try:
        return _environment(html=False).parse(text)
    except TemplateSyntaxError as why:
        return Flaw(why.lineno, None, (why.message or "it cannot be read").rstrip("."))
    except (RecursionError, ValueError, OverflowError, MemoryError):
        return Flaw(None, None, "it holds expressions too long or too deep to be read")


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    """A node and all within it, in the order of the text, without recursion; a placeholder `a.b` is one node."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        if _path(each) is None:
            waiting += reversed(list(each.iter_child_nodes()))


def _path(node: nodes.Node) -> str | None:
    """`client.name` of a placeholder, `today` of a lone name; None for any other node."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else None


class _Checking:
    """One look through a template."""

    def __init__(self, known: Mapping[str, frozenset[str]], lines: frozenset[str]) -> None:
        self._known, self._lines = known, lines
        self._parts = 0

    def of(self, tree: nodes.Template) -> Iterator[Flaw]:
        """What is wrong."""
        for part in tree.body:
            yield from self._look(part, "", 1)
        if self._parts > MOST_PARTS:
            yield Flaw(None, None, f"it has more than {MOST_PARTS:,} placeholders and conditions")

    def _look(self, node: nodes.Node, loop: str, depth: int) -> Iterator[Flaw]:
        """What is wrong with a node and those within it; `loop` is the name of the line in a loop over the products."""
        self._parts += not isinstance(node, nodes.TemplateData | nodes.Output)
        if depth > DEEPEST:
            yield Flaw(node.lineno, None, f"more than {DEEPEST} blocks and expressions stand within each other")
        elif not isinstance(node, _ALLOWED):
            yield Flaw(node.lineno, None, f"{_WORDS.get(type(node), 'this')} cannot be used in a template")
        elif isinstance(node, nodes.For):
            yield from self._loop(node, loop, depth)
        elif (path := _path(node)) is not None:
            yield from self._place(path, node.lineno, loop)
        elif isinstance(node, nodes.Getattr):
            yield Flaw(node.lineno, None, "a point can only stand behind client, deal, rep, company, or the line of a loop")
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            yield Flaw(node.lineno, None, f'no filter "{node.name}"; filters: {", ".join(FILTERS)}')
        else:
            for part in node.iter_child_nodes():
                yield from self._look(part, loop, depth + 1)

    def _loop(self, node: nodes.For, loop: str, depth: int) -> Iterator[Flaw]:
        over = _path(node.iter)
        if loop or node.recursive or node.test or not isinstance(node.target, nodes.Name) or over != f"deal.{LOOP}":
            yield Flaw(node.lineno, over, f"only {{% for line in deal.{LOOP} %}} goes through something, and not within itself")
            return
        for part in (*node.body, *node.else_):
            yield from self._look(part, node.target.name, depth + 1)

    def _place(self, path: str, line: int, loop: str) -> Iterator[Flaw]:
        noun, point, name = path.partition(".")
        noun, name = (noun, name) if point else ("", noun)
        names = self._lines if loop and noun == loop else self._known.get(noun, frozenset())
        if name in names and path != f"deal.{LOOP}":
            return
        if path == f"deal.{LOOP}":
            yield Flaw(line, path, f"{path} is gone through: {{% for line in {path} %}}")
            return
        every = [f"{a}.{b}" if a else b for a, found in self._known.items() for b in sorted(found)]
        hint = nearest(path, [*every, *(f"{loop}.{b}" for b in sorted(self._lines) if loop)])
        told = f"no placeholder {path}" + (f"; {hint}" if hint else "")
        yield Flaw(line, path, told)


_WORDS: Mapping[type[nodes.Node], str] = {
    nodes.Call: "a call", nodes.Getitem: "[ ]", nodes.Macro: "a macro", nodes.Block: "a block", nodes.Assign: "set",
    nodes.AssignBlock: "set", nodes.Test: "is", nodes.Concat: "~",
    **dict.fromkeys((nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends), "another file"),
    **dict.fromkeys((nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow), "arithmetic"),
}  # fmt: skip


def filled(text: str, values: Callable[[list[str]], Mapping[str, Any]], *, html: bool) -> tuple[str, list[str]]:
    """A template without flaws, with the values in their places; and the placeholders that would have been written but are empty.

    `values` makes them, given the list on which an `Empty` notes its name. Raises `Refused` for too large a document.
    """
    needed: list[str] = []
    parts: list[str] = []
    size = 0
    try:
        for part in _environment(html).from_string(text).generate(values(needed)):
            size += len(part.encode())
            if size > LARGEST_OUTPUT:
                raise Refused(
                    f"the document would have more than {LARGEST_OUTPUT:,} bytes", "shorten the template, or what it is filled with"
                )
            parts.append(part)
    except (TemplateError, TypeError, ValueError, SyntaxError, RecursionError, MemoryError) as why:
        raise Refused(
            f"the template cannot be filled in: {' '.join(str(why).split())[:200]}", "crmtui check-template looks through it"
        ) from None
    return "".join(parts), list(dict.fromkeys(needed))
