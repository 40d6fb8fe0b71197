"""What deals are divided by: owner, source, region, product, tag, month or week, or an own field; the labels and the order of the rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from peewee import JOIN, ModelSelect, fn

from crmtui.blocks import Column, Note
from crmtui.clients import fields
from crmtui.clients.field_rules import Field
from crmtui.frozen import dataclass
from crmtui.periods import month_start, week_start
from crmtui.reports import lines, sums
from crmtui.reports.population import Scope, rep_names
from crmtui.store.reading import tuples
from crmtui.store.tables import Client, Deal, DealProduct, DealTag, OwnValue, Product, Rep, Tag

TITLES = {
    "owner": "Owner", "source": "Source", "region": "Region", "product": "Product", "tag": "Tag", "month": "Month", "week": "Week of",
}  # fmt: skip

NOTHING = {"owner": "nobody", "product": "no product", "month": "no date", "week": "no date"}
"""The label of deals that have none, where it is not `no` and the word."""

SEVERAL = ("product", "tag")
"""What a deal may have several of: it counts in each row."""


@dataclass(frozen=True, slots=True)
class Part:
    """The deals of one row in one stage and currency; `keys` are what else they were grouped by."""

    label: str
    stage_id: int
    keys: tuple[Any, ...]
    currency: str
    deals: int
    valued: int
    value_cents: int
    converted: int


def column(by: str) -> Column:
    """The column that names the rows."""
    field = None if by in TITLES else fields.dividing(by)
    return Column(by, field.label if field else TITLES[by])


def source() -> Any:
    """Where a deal came from: its own source, else that of its client; an expression of the base, NULL for neither."""
    whose = Client.select(Client.source).where(Client.id == Deal.client)
    return fn.COALESCE(Deal.source, whose)


def _own(field: Field) -> Any:
    """What a deal, or its client, has in an own field; an expression of the base, empty for nothing."""
    record = Deal.id if field.noun == "deal" else Deal.client
    whose = OwnValue.select(OwnValue.text).where(OwnValue.field == field.id, OwnValue.record_id == record)
    return fn.COALESCE(whose, "")


def divided(
    scope: Scope, by: str, conditions: Sequence[Any], *, moment: Any = Deal.closed_at, keys: Mapping[str, Any] | None = None
) -> list[Part]:
    """The deals under the conditions by a word of `TITLES` or an own field, by stage and by the named columns.

    Months and weeks are those of `moment`.
    """
    wanted = {"stage": Deal.stage, **(keys or {})}
    if by == "product":
        found = lines.split(scope, wanted, conditions)
    else:
        one, start = key(scope, by, moment)
        found = sums.summed(scope, {"by": one, **wanted}, conditions, start=start)
    label = labels(by)
    merged: dict[tuple[Any, ...], Counter[str]] = {}
    for each in found:
        tally = merged.setdefault((label(each.keys[0]), *each.keys[1:], each.currency), Counter())
        tally.update(deals=each.deals, valued=each.valued, value_cents=each.value_cents, converted=each.converted)
    names = ("deals", "valued", "value_cents", "converted")
    return [Part(name, stage, tuple(rest), code, *(t[n] for n in names)) for (name, stage, *rest, code), t in merged.items()]


def key(scope: Scope, by: str, moment: Any) -> tuple[Any, Callable[..., ModelSelect[Any]]]:
    """The column that a row is found by, and the query of deals that has it."""
    if by == "tag":
        return DealTag.tag, lambda *columns: Deal.select(*columns).join(DealTag, JOIN.LEFT_OUTER, on=(DealTag.deal == Deal.id))
    if by == "product":
        return DealProduct.product, lines.with_lines
    if by in ("month", "week"):
        return scope.day(moment), Deal.select
    if by not in TITLES and (field := fields.dividing(by)):
        return _own(field), Deal.select
    return source() if by == "source" else Deal.owner, Deal.select


def labels(by: str) -> Callable[[Any], str]:
    """What turns the value of the base into the label of its row."""
    nothing = _nothing(by)
    if by == "source" or by not in TITLES:
        return lambda value: value or nothing
    if by in ("month", "week"):
        return lambda value: _stretch(by, date.fromordinal(value)) if value else nothing
    names = _names(by)
    return lambda value: names.get(value) or nothing


def _nothing(by: str) -> str:
    """The label of deals that have none."""
    return NOTHING.get(by, f"no {by.replace('_', ' ')}")


def _stretch(by: str, day: date) -> str:
    return f"{month_start(day):%Y-%m}" if by == "month" else week_start(day).isoformat()


def _names(by: str) -> dict[Any, str | None]:
    if by == "owner":
        return {**rep_names()}
    table, name = {"region": (Rep, Rep.region), "product": (Product, Product.name), "tag": (Tag, Tag.name)}[by]
    return dict(tuples(table.select(table.id, name)))


def ordered(by: str, rows: Iterable[tuple[Any, ...]], weight: Callable[[tuple[Any, ...]], Any]) -> tuple[tuple[Any, ...], ...]:
    """Rows that begin with their label in the order they are told: months and weeks in time, others by weight, the heaviest first."""
    if by in ("month", "week"):
        return tuple(sorted(rows, key=lambda row: (row[0] == NOTHING[by], row[0])))
    return tuple(sorted(rows, key=lambda row: (weight(row), row[0] == _nothing(by), row[0].casefold(), row[0])))


def notes(by: str | None) -> Iterator[Note]:
    """What must be known of the rows: that one deal may stand in several."""
    if by in SEVERAL:
        yield Note(f"A deal with several {by}s counts in each of their rows{'; its money is split' if by == 'product' else ''}.")
