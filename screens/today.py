"""The parts of Home in lines: the blocks of the report `today`, each with what its lines open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from crmtui import clock
from crmtui.blocks import Figure, Table
from crmtui.present import bars
from crmtui.present import text as shown
from crmtui.present.changes import beside
from crmtui.present.cleaner import width
from screens import days
from screens.lines import REST, Line, Part, head, plain
from screens.subject import Subject

NOUNS = {"tasks": "task", "contacts": "interaction", "attention": "deal", "leads": "client"}
"""What the lines of each table of the report open."""

STAGE, FIGURE = "stage", "figure"
"""The nouns of the lines of the funnel and of the figures; the id is their place."""

WHO, SHORT = 14, 9
"""Cells of a rep, where there is room and where there is not."""

ROOMY = 62
"""Cells of a column from which on the client stands beside the title."""

MOVED = {1: "good", 0: "muted", -1: "bad"}
"""How a figure that moved looks, by whether that is good."""

Row = dict[str, Any]


def lines(table: Table, currency: str, *, cells: int, who: bool) -> list[Line]:
    """A table of the report under its title, in a column of so many cells; with the rep of each line, if asked for."""
    if not table.rows:
        return [head(table.title), plain(table.empty)]
    names = [column.name for column in table.columns]
    texts = [dict(zip(names, row, strict=True)) for row in shown.cells(table.columns, table.rows, currency)]
    rows: list[Row] = [dict(zip(names, row, strict=True)) for row in table.rows]
    if "value_cents" in names:
        for row, text in zip(rows, texts, strict=True):
            row["value"] = text["value_cents"]
    if table.name == "stages":
        return [head(table.title), *_funnel(rows, cells)]
    return [head(table.title), *(_record(table.name, row, _widest(rows, "value"), cells, who) for row in rows)]


def _widest(rows: Sequence[Row], name: str) -> int:
    return max(width(str(row.get(name, ""))) for row in rows)


def _record(name: str, row: Row, money: int, cells: int, who: bool) -> Line:
    """When or why, what and with whom, how much, whose."""
    first, texts = _PARTS[name](row)
    roomy = cells - (WHO if who else 0) >= ROOMY
    said = [text or "" for text in texts] if roomy else [", ".join(filter(None, texts))]
    style = first.style if first.style == "bad" else "text"
    parts = [first, *(Part(text, REST, "muted" if place else style) for place, text in enumerate(said))]
    if "value" in row:
        parts.append(Part(row["value"], money, "text", right=True))
    if who:
        parts.append(Part(row.get("assignee") or row.get("owner") or row.get("rep") or "nobody", WHO if roomy else SHORT, "muted"))
    return Line(tuple(parts), Subject(NOUNS[name], row["id"]))


def _task(row: Row) -> tuple[Part, list[str | None]]:
    late = (clock.today() - row["due_on"]).days
    words = "today" if row["overdue"] == "no" else f"overdue {late} d" if late else "overdue"
    return Part(words, 13, "text" if row["overdue"] == "no" else "bad"), [row["title"], row["client"]]


def _contact(row: Row) -> tuple[Part, list[str | None]]:
    return Part(f"{clock.local(row['at']):%H:%M} {row['kind']}", 13, "muted"), [row["client"], row["outcome"]]


def _deal(row: Row) -> tuple[Part, list[str | None]]:
    beyond = f" {row['late_days']} d" if row["late_days"] else ""
    return Part(f"{row['why']}{beyond}", 13, "warn"), [row["title"], row["client"]]


def _lead(row: Row) -> tuple[Part, list[str | None]]:
    return Part(days.short(clock.local(row["created_at"]).date()), 13, "muted"), [row["name"], row["source"]]


_PARTS: Mapping[str, Callable[[Row], tuple[Part, list[str | None]]]] = {
    "tasks": _task, "contacts": _contact, "attention": _deal, "leads": _lead,
}  # fmt: skip


def _funnel(rows: Sequence[Row], cells: int) -> Iterator[Line]:
    """A bar for each stage, in the middle, as long as its deals are many."""
    several = len({row["pipeline"] for row in rows}) > 1
    names = [f"{row['pipeline']}/{row['stage']}" if several else row["stage"] for row in rows]
    named = min(max(map(width, names)), cells // 3)
    money, room = _widest(rows, "value"), 8
    room = max(room, min(40, cells - named - money - 12))
    for place, (row, share) in enumerate(zip(rows, bars.shares([row["deals"] for row in rows]), strict=True)):
        parts = (Part(names[place], named), Part(bars.centred(share, room), room, "accent"), Part(f"{row['deals']:,}", 6, right=True))
        yield Line((*parts, Part(row["value"], money, right=True)), Subject(STAGE, place))


def figures(items: Sequence[Figure], currency: str) -> list[Line]:
    """The key figures, each with what stands beside it of last month."""
    values = [shown.value(each.value, each.kind, currency) for each in items]
    titled, valued = max(width(each.title) for each in items), max(map(width, values))
    found = [head("The business today", "beside as many days of last month")]
    for place, (each, text) in enumerate(zip(items, values, strict=True)):
        said, better = beside(each, currency)
        parts = (Part(each.title, titled, "muted"), Part(text, valued, right=True), Part(said, REST, MOVED[better]))
        found.append(Line(parts, Subject(FIGURE, place)))
    return found
