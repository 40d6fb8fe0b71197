"""Values and light tables for people, in plain text: what the short commands print without loading a drawing library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from crmtui import clock, money
from crmtui.blocks import Column, Kind, Value
from crmtui.present import layout
from crmtui.present.cleaner import fit, show, width

NONE = "–"
LEAST = 5
"""Cells that a text keeps in a table that has no bands to spread over."""

SHORTENED = 10_000
"""Whole units from which on `short_money` rounds."""

_SCALES = "kMBT"
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def value(value: object, kind: Kind = Kind.TEXT, currency: str = "", minor: bool = False) -> str:
    """One value as people read it: `12,500 USD`, `63.2 %`, `52 d`, `2026-03-01 09:30` in the rep's zone, `–` for None.

    `currency` is that of money, given in minor units; `minor` shows them also when there are none. Days are
    shown whole when they are an int. The result is harmless to print.
    """
    if value is None:
        return NONE
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if kind is Kind.TEXT or isinstance(value, str | date) or not isinstance(value, int | float):
        return show(value)
    return _number(value, kind, currency, minor)


def _number(value: int | float, kind: Kind, currency: str, minor: bool) -> str:
    if kind is Kind.MONEY:
        return money.shown(round(value), currency, minor)
    if kind is Kind.ID:
        return str(value)
    if kind is Kind.SHARE:
        return f"{value * 100:.1f} %"
    digits = f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"
    return f"{digits} d" if kind is Kind.DAYS else digits


def short_money(amount_cents: int, currency: str) -> str:
    """An amount in minor units where there is little room; from ten thousand on in three digits: `344k USD`, `1.43M EUR`, `850 USD`."""
    whole = money.rounded(abs(amount_cents), 10 ** money.digits(currency))
    if whole >= SHORTENED:
        place: int = 10 ** (len(str(whole)) - 3)
        whole = money.rounded(whole, place) * place
    power = min((len(str(whole)) - 1) // 3, len(_SCALES)) if whole >= SHORTENED else 0
    digits = f"{whole / 1000**power:g}{_SCALES[power - 1]}" if power else f"{whole:,}"
    return f"{'-' if amount_cents < 0 and whole else ''}{digits} {currency}"


def cells(columns: Sequence[Column], rows: Iterable[Sequence[Value]], currency: str = "") -> list[list[str]]:
    """The rows as people read them, all columns; money in the row's `currency` cell, else in the one given.

    Amounts under each other all show minor units as soon as one has some.
    """
    own = next((place for place, column in enumerate(columns) if column.name == "currency"), None)
    kinds = [column.kind for column in columns]
    held = [(row, str((row[own] if own is not None else None) or currency)) for row in rows]
    minor = [kind is Kind.MONEY and any(_has_minor(row[place], code) for row, code in held) for place, kind in enumerate(kinds)]
    return [[value(cell, kind, code, also) for cell, kind, also in zip(row, kinds, minor, strict=True)] for row, code in held]


def _has_minor(amount: Value, currency: str) -> bool:
    return isinstance(amount, int | float) and round(amount) % 10 ** money.digits(currency) != 0


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, width: int | None, currency: str = "", bold: bool = False
) -> Iterator[str]:
    """The lines of a table without frames: one with the heads (`bold` by ANSI codes), then one a row; numbers to the right.

    `width` is the terminal's: the widest texts are cut to fit, down to a few cells; numbers never are. None cuts nothing.
    `only_data` columns are left out, `spare` ones where room is short.
    """
    texts = cells(columns, rows, currency)
    drawn = _drawn(columns, texts, width)
    heads = [show(columns[place].title) for place in drawn]
    kinds = [columns[place].kind for place in drawn]
    body = [[row[place] for place in drawn] for row in texts]
    widths = _widths(heads, body, kinds, width)
    right = [kind in layout.RIGHT for kind in kinds]
    first = _line(heads, widths, right)
    yield f"{_BOLD}{first}{_PLAIN}" if bold else first
    for row in body:
        yield _line(row, widths, right)


def _drawn(columns: Sequence[Column], texts: Sequence[Sequence[str]], room: int | None) -> list[int]:
    """The places of the columns that are drawn: where they do not all fit, the spare ones go, the last first."""
    drawn = [place for place, column in enumerate(columns) if not column.only_data]
    sizes = {place: max(width(text) for text in (columns[place].title, *(row[place] for row in texts))) for place in drawn}
    for place in reversed(drawn):
        if room is None or layout.total([sizes[each] for each in drawn]) <= room:
            break
        if columns[place].spare:
            drawn.remove(place)
    return drawn


def _widths(heads: list[str], body: list[list[str]], kinds: list[Kind], room: int | None) -> list[int]:
    widths = [max(width(cell) for cell in column) for column in zip(heads, *body, strict=True)]
    if room is None:
        return widths
    texts = [place for place, kind in enumerate(kinds) if kind is Kind.TEXT]
    return layout.shrunk(layout.shrunk(widths, texts, room), texts, room, LEAST)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    parts = [fit(cell, size, to_right) for cell, size, to_right in zip(row, widths, right, strict=True)]
    return (" " * layout.GAP).join(parts).rstrip(" ")


def card(pairs: Iterable[tuple[str, object]], *, bold: bool = False) -> Iterator[str]:
    """The lines of one record: a label and its value each, values under each other; labels `bold` by ANSI codes.

    A value is text (line ends in it begin new lines under the value) or anything `value` shows; None is left out.
    """
    shown = [(show(label), _long(each)) for label, each in pairs if each is not None]
    left = max((width(label) for label, _ in shown), default=0)
    for label, lines in shown:
        start = fit(label, left)
        yield f"{_BOLD}{start}{_PLAIN}  {lines[0]}" if bold else f"{start}  {lines[0]}".rstrip(" ")
        yield from (f"{' ' * (left + layout.GAP)}{line}".rstrip(" ") for line in lines[1:])


def _long(each: object) -> list[str]:
    if isinstance(each, str):
        return show(each, lines=True).expandtabs(4).split("\n")
    return [value(each)]
