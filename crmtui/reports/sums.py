"""Deals and their money added up in the base by whatever they are grouped by, in the currency of the report where a rate allows it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from peewee import Case, fn

from crmtui.blocks import Block, Column, Kind, Note, Table, Value
from crmtui.frozen import dataclass
from crmtui.periods import Period
from crmtui.reports.population import Scope, added_up, closed, cold_before, counted, left_out, living, plural
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal


@dataclass(frozen=True, slots=True)
class Sum:
    """The deals of one group in one currency: the values they are grouped by, how many have a value, what these come to.

    `converted` counts those whose value was in another currency and is told in this one.
    """

    keys: tuple[Any, ...]
    currency: str
    deals: int
    valued: int
    value_cents: int
    converted: int = 0


Start = Callable[..., Any]
"""What selects columns of deals, joined with what they are grouped by."""


def summed(scope: Scope, keys: Mapping[str, Any], conditions: Sequence[Any], *, start: Start = Deal.select, now: bool = False) -> list[Sum]:
    """The deals under the conditions grouped by the named columns and by currency, one query however many deals there are.

    Values in other currencies are told in that of the report deal by deal, at the rate of the closing day, or `now` at today's;
    without such a rate they stay as they are.
    """
    columns = [column.alias(name) for name, column in keys.items()]
    valued = Case(None, [(Deal.value_cents.is_null(False), 1)], 0).alias("valued")
    held = [Deal.currency.alias("currency"), Deal.value_cents.alias("value_cents"), valued]
    foreign = list(scope.rates.quotes)
    own = [Deal.currency.not_in(foreign)] if foreign else []
    rows = counted(start(*columns, *held).where(*conditions, *own), [*keys, "currency"], "valued", "value_cents")
    found = [Sum(row[: len(keys)], *row[len(keys) :]) for row in rows]
    if foreign:
        when = [] if now else [scope.day(Deal.closed_at).alias("closed_on")]
        others = start(*columns, *held, *when).where(*conditions, Deal.currency.in_(foreign))
        found += _converted(scope, counted(others, [*keys, "currency", "value_cents", *(["closed_on"] if when else [])]), len(keys), now)
    return found


def _converted(scope: Scope, rows: Iterable[tuple[Any, ...]], width: int, now: bool) -> Iterator[Sum]:
    """Values in other currencies, each a row with how often it occurs, added up in the report's currency as far as there are rates."""
    found: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        code, cents, *closed_on, deals = row[width:]
        day = scope.today if now else date.fromordinal(closed_on[0]) if closed_on[0] else None
        worth = scope.rates.convert(cents, code, day) if cents is not None else None
        tally = found[(*row[:width], code if worth is None else scope.currency)]
        tally["deals"] += deals
        tally["valued"] += deals if cents is not None else 0
        tally["value_cents"] += ((cents or 0) if worth is None else worth) * deals
        tally["converted"] += 0 if worth is None else deals
    for (*keys, code), tally in found.items():
        yield Sum(tuple(keys), code, tally["deals"], tally["valued"], tally["value_cents"], tally["converted"])


@dataclass(frozen=True, slots=True)
class Standing:
    """The living deals of one stage in one currency: `days` in the stage added up over the `dated` ones; `past` are over its limit."""

    stage_id: int
    currency: str
    deals: int
    valued: int
    value_cents: int
    past: int = 0
    dated: int = 0
    days: int = 0
    converted: int = 0


def standing(scope: Scope, *, aged: bool = False) -> list[Standing]:
    """What stands in the open stages now; `dated` and `days` only when `aged`.

    Values in other currencies are told in the report's at today's rate, where there is one.
    """
    columns = [Deal.stage, Deal.currency, fn.COUNT(Deal.id), fn.COUNT(Deal.value_cents), added_up(Deal.value_cents)]
    columns.append(added_up(_is_past(scope)))
    if aged:
        columns += [fn.COUNT(Deal.stage_since), added_up(scope.today.toordinal() - scope.day(Deal.stage_since))]
    conditions = living(scope, scope.stages("open"))
    found = [Standing(*row) for row in tuples(Deal.select(*columns).where(*conditions).group_by(Deal.stage, Deal.currency))]
    if not scope.rates.quotes:
        return found
    keys = {"stage": Deal.stage, "code": Deal.currency}
    worth = {each.keys: each for each in summed(scope, keys, conditions, now=True) if each.converted}
    return [_worth(each, worth.get((each.stage_id, each.currency))) for each in found]


def _worth(each: Standing, told: Sum | None) -> Standing:
    """The same deals with their values in another currency."""
    if told is None:
        return each
    return replace(each, currency=told.currency, value_cents=told.value_cents, converted=told.converted)


def _is_past(scope: Scope) -> Any:
    late = [((Deal.stage == step.id) & (Deal.stage_since < cold_before(scope, step)), 1) for step in scope.steps if step.limit_days]
    return Case(None, late, 0) if late else 0


def ended(scope: Scope) -> list[Standing]:
    """What stands in the closing stages now."""
    found = summed(scope, {"stage": Deal.stage}, living(scope, scope.stages("won", "lost")))
    return [Standing(each.keys[0], each.currency, each.deals, each.valued, each.value_cents, converted=each.converted) for each in found]


@dataclass(frozen=True, slots=True)
class Closing:
    """The deals that one rep (None: nobody) closed in one stage, in one currency. `valued` are those that have a value."""

    stage_id: int
    owner_id: int | None
    currency: str
    deals: int
    valued: int
    value_cents: int
    converted: int = 0


def closings(scope: Scope, period: Period) -> list[Closing]:
    """The living deals in a closing stage that were closed in the period; in all time also those whose day is not known."""
    found = summed(scope, {"stage": Deal.stage, "owner": Deal.owner}, closed(scope, period, "won", "lost"))
    return [Closing(each.keys[0], each.keys[1], each.currency, each.deals, each.valued, each.value_cents, each.converted) for each in found]


def own_cents(scope: Scope, parts: Iterable[Any]) -> int:
    """What the parts come to in the report's currency, in minor units."""
    return sum(part.value_cents for part in parts if part.currency == scope.currency)


def told(scope: Scope, parts: Sequence[Any], title: str) -> Iterator[Block]:
    """The table of what stays in other currencies, and the notes on it and on what was converted, when there is any."""
    others: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        if part.currency != scope.currency and part.valued:
            others[part.currency].append(part)
    if others:
        columns = (Column("currency", "Currency"), Column("deals", "Deals", Kind.COUNT), Column("value_cents", title, Kind.MONEY))
        rows: list[tuple[Value, ...]] = []
        for code, held in sorted(others.items()):
            rows.append((code, sum(part.valued for part in held), sum(part.value_cents for part in held)))
        yield Table("currencies", "In other currencies", columns, tuple(rows))
        yield from left_out(sum(part.valued for held in others.values() for part in held), scope.currency)
    yield from conversions(scope, parts)


CLOSING, TODAY = "the rate of its closing day", "today's rate"
"""At which rate deals are converted."""


def conversions(scope: Scope, parts: Iterable[Any], rate: str = CLOSING) -> Iterator[Note]:
    """The note on values that were told in the report's currency, when there are any."""
    number = sum(part.converted for part in parts)
    if number:
        yield Note(f"{plural(number, 'deal')} of other currencies converted into {scope.currency}, each at {rate}.")
