"""The deals of the made-up company: who wanted what, how far it came through the pipeline, won, lost or still open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime, timedelta
from typing import Any

from crmtui import money
from crmtui.demo import names, words
from crmtui.demo.days import Days
from crmtui.demo.parties import Party
from crmtui.demo.sheets import Sheet
from crmtui.errors import Refused
from crmtui.frozen import dataclass
from crmtui.periods import month_start
from crmtui.sales import pipelines, products, rules
from crmtui.sales.pipelines import Step
from crmtui.store.search import key_of
from crmtui.store.tables import Deal, DealContact, DealProduct, DealTag, StageChange

WON, LOST, OPEN, REOPENED = 62, 66, 46, 2
LATE, COLD = 5, 6
LONGEST_AGO = 350
"""Days back to the earliest closing."""

_STAY = (6, 10, 14, 10)
"""Usual days in each stage, by its place in the pipeline; the last serves any further one."""

_SKILLS = (1.1, 1.25, 0.85, 1.0, 0.9)
"""How much likelier than usual each rep wins."""


@dataclass(frozen=True, slots=True)
class Line:
    """A product of a deal, its quantity in whole units and the price of one in minor units."""

    product: int
    quantity: int
    price_cents: int


@dataclass(eq=False, slots=True)
class Sale:
    """A deal to be: its stages in the order it entered them, each with the moment. `id` is set when it is written."""

    party: Party
    path: list[tuple[Step, datetime]]
    title: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    next_on: date | None = None
    id: int = 0

    @property
    def opened(self) -> datetime:
        """When it entered its first stage."""
        return self.path[0][1]

    @property
    def stage(self) -> Step:
        """Where it is now."""
        return self.path[-1][0]

    @property
    def since(self) -> datetime:
        """Since when it is there."""
        return self.path[-1][1]

    @property
    def closed(self) -> datetime | None:
        """When it was won or lost; None while it is open."""
        return self.since if self.stage.outcome != "open" else None


class Planner:
    """Thinks up the deals of a pipeline. Raises `Refused` when the pipeline lacks a stage to work in, to win in or to lose in."""

    def __init__(self, days: Days, catalogue: dict[str, tuple[int, int]], currency: str) -> None:
        self._days, self._catalogue, self._currency = days, catalogue, currency
        steps = pipelines.load(pipelines.first_pipeline())
        self._open = [step for step in steps if step.outcome == "open"]
        ends = {step.outcome: step for step in reversed(steps)}
        if not {"open", "won", "lost"} <= set(ends):
            raise Refused(f'pipeline "{steps[0].pipeline}" has no stages to win and to lose deals in', "fill a new base")
        self._won, self._lost = ends["won"], ends["lost"]

    def plan(self, parties: Sequence[Party]) -> list[Sale]:
        """All deals, in the order in which they were opened, with title, products and what is known of each."""
        days = self._days
        paths = [
            *(self._closed(self._won, day) for day in self._closings(WON, 3)),
            *(self._closed(self._lost, day) for day in self._closings(LOST, 1)),
            *(self._ongoing(cold=number < COLD) for number in range(OPEN)),
            *(self._reopened() for _ in range(REOPENED)),
        ]
        days.rng.shuffle(paths)
        homes = [party for party in parties if party.sort == "home"][: len(paths) // 5]
        firms = [party for party in parties if party.sort not in ("", "home")]
        owners = list(dict.fromkeys(party.owner for party in firms))
        sales = [Sale(homes[i] if i < len(homes) else self._buyer(firms, owners, path), path) for i, path in enumerate(paths)]
        sales.sort(key=lambda sale: sale.opened)
        late = {id(sale) for sale in days.rng.sample([sale for sale in sales if not sale.closed], LATE)}
        for sale in sales:
            self._fill(sale, id(sale) in late)
        return sales

    def _closings(self, count: int, this_month: int) -> list[date]:
        """Working days of the last year, a little denser towards today; the latest few lie in the present month."""
        rng, first = self._days.rng, month_start(self._days.today)
        back = (1 + int(LONGEST_AGO * ((place + rng.random()) / count) ** 1.15) for place in range(count))
        found = [self._days.ago(days) for days in back]
        return [max(day, first) if place < this_month else day for place, day in enumerate(found)]

    def _closed(self, end: Step, day: date) -> list[tuple[Step, datetime]]:
        rng = self._days.rng
        reached = len(self._open)
        if end is self._lost:
            reached = min(reached, self._days.pick([(1, 20), (2, 30), (3, 30), (4, 20)]))
        steps = self._open[:reached]
        if len(steps) > 2 and self._days.chance(0.1):
            steps = [*steps[:1], *steps[2:]]
        elif len(steps) > 1 and self._days.chance(0.06):
            back = rng.randrange(1, len(steps))
            steps = [*steps[: back + 1], steps[back - 1], *steps[back:]]
        return self._dated([*steps, end], day)

    def _ongoing(self, cold: bool) -> list[tuple[Step, datetime]]:
        rng = self._days.rng
        count = len(self._open)
        place = self._days.pick([(place, 2 * count - place) for place in range(count)])
        limit = self._open[place].limit_days or 21
        ago = limit + rng.randint(3, 24) if cold else rng.randint(0, max(1, limit - 3))
        return self._dated(self._open[: place + 1], self._days.ago(ago))

    def _reopened(self) -> list[tuple[Step, datetime]]:
        """Lost, then asked for again."""
        return self._dated([*self._open[:2], self._lost, self._open[:2][-1]], self._days.ago(self._days.rng.randint(2, 9)))

    def _dated(self, steps: Sequence[Step], last: date) -> list[tuple[Step, datetime]]:
        """The stages with the moments they were entered in, counted back from the last, each on a day of its own."""
        found, day = [(steps[-1], self._days.moment(last))], last
        for step in reversed(steps[:-1]):
            usual = _STAY[min(step.position, len(_STAY) - 1)] if step.outcome == "open" else 30
            stay = max(1, round(self._days.rng.lognormvariate(math.log(usual), 0.55)))
            day = self._days.working_before(day - timedelta(days=stay))
            found.append((step, self._days.moment(day)))
        return found[::-1]

    def _buyer(self, firms: Sequence[Party], owners: Sequence[int], path: Sequence[tuple[Step, datetime]]) -> Party:
        """A company, the likelier the bigger; a good rep's when the deal was won, a poor one's when it was lost."""
        lean = {"won": 1.0, "lost": -1.0}.get(path[-1][0].outcome, 0.0)
        weights = [party.weight * _SKILLS[owners.index(party.owner) % len(_SKILLS)] ** lean for party in firms]
        return self._days.rng.choices(firms, weights)[0]

    def _fill(self, sale: Sale, late: bool) -> None:
        days, rng = self._days, self._days.rng
        headline, code, least, most = rng.choice(words.ORDERS[sale.party.sort])
        sale.title = f"{headline}, {rng.choice(words.PLACES[sale.party.sort])}"
        sale.values = {"source": rng.choices(words.SOURCES, words.SOURCE_WEIGHTS)[0]}
        if days.chance(0.3):
            sale.values["need"] = rng.choice(words.NEEDS)
        place = min(sale.stage.position, len(words.NEXT_STEPS) - 1)
        if place or sale.closed or days.chance(0.7):
            sale.lines = self._lines(code, rng.randint(least, most))
            sale.values["value"] = money.plain(sum(line.quantity * line.price_cents for line in sale.lines), self._currency)
        if sale.stage is self._lost:
            sale.values |= self._loss()
        if sale.closed:
            expected = days.working_before(sale.closed.date() + timedelta(days=rng.randint(-10, 16)))
        elif late:
            expected = days.ago(rng.randint(2, 18))
        else:
            expected = days.ahead(rng.randint(2, 25) + (3 - place) * rng.randint(6, 22))
        sale.values["expected_close"] = expected.isoformat()

    def _lines(self, code: str, quantity: int) -> list[Line]:
        """The product asked for at a discount, mostly with its fitting, sometimes with a year's maintenance."""
        days, unit = self._days, 10 ** money.digits(self._currency)
        product, price = self._catalogue[code]
        found = [Line(product, quantity, round(price * days.rng.choice((100, 100, 97, 95, 92, 90)) / 100 / unit) * unit)]
        if days.chance(0.6):
            product, price = self._catalogue["INST"]
            found.append(Line(product, max(4, round(quantity * 1.5)), price))
        if days.chance(0.15):
            product, price = self._catalogue["MAINT"]
            found.append(Line(product, quantity, price))
        return found

    def _loss(self) -> dict[str, str]:
        reason = self._days.pick(words.LOSSES)
        rivals = [name for name, _, role in names.CIRCLE if role == "competitor"]
        return {"lost_reason": reason} | ({"competitor": self._days.rng.choice(rivals)} if reason in words.TO_A_COMPETITOR else {})


def catalogue() -> dict[str, tuple[int, int]]:
    """The products put in place, each as code → (id, price in minor units)."""
    found = (products.add(dict(zip(("name", "code", "family", "price", "unit"), row, strict=True))) for row in words.PRODUCTS)
    return {item.code or "": (item.id, item.price_cents or 0) for item in found}


class Writer:
    """Puts the planned deals with their moves and products on their sheets."""

    def __init__(self, days: Days, currency: str) -> None:
        self._days, self._currency = days, currency
        self.deals, self.contacts, self.lines = Sheet(Deal), Sheet(DealContact), Sheet(DealProduct)
        self.links, self.moves = Sheet(DealTag), Sheet(StageChange)
        self.sheets = (self.deals, self.contacts, self.lines, self.links, self.moves)

    def write(self, sale: Sale, tag: int | None = None) -> None:
        """One deal, after its client."""
        checked = rules.check({**sale.values, "title": sale.title})
        party = sale.party
        sale.id = self.deals.add(
            **{"currency": self._currency, **checked.columns}, client=party.id, owner=party.owner,
            stage=sale.stage.id, stage_since=sale.since, opened_at=sale.opened, closed_at=sale.closed, next_step_on=sale.next_on,
            created_at=sale.opened, updated_at=sale.since, search_key=key_of(sale.title, party.name),
        )  # fmt: skip
        for person in party.people[: self._days.rng.randint(0, 2)]:
            self.contacts.add(deal=sale.id, client=person.id)
        for line in sale.lines:
            self.lines.add(deal=sale.id, product=line.product, quantity_thousandths=line.quantity * 1000, price_cents=line.price_cents)
        if tag:
            self.links.add(deal=sale.id, tag=tag)
        left = None
        for step, at in sale.path:
            self.moves.add(deal=sale.id, from_stage=left, to_stage=step.id, at=at, rep=party.owner)
            left = step.id
