"""What money at risk is reckoned with: the stages with their probabilities, the rates of today, the one currency of all amounts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from peewee import Case, fn

from crmtui import clock, config
from crmtui.frozen import dataclass
from crmtui.money import weighted
from crmtui.sales import pipelines, rates
from crmtui.sales.pipelines import Step
from crmtui.sales.rates import Rates
from crmtui.store.reading import tuples
from crmtui.store.tables import Deal

_PARTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Market:
    """The stages by id; `open` and `won` those of these outcomes; `first` the probability (0–100) of the first stage of a stage's
    pipeline; amounts are told in `currency` where a rate of `today` leads there."""

    today: date
    currency: str
    rates: Rates
    steps: Mapping[int, Step]
    open: list[int]
    won: list[int]
    first: Mapping[int, int]

    def told(self, cents: int, currency: str, probability: int) -> tuple[int, str, int]:
        """An amount at a probability: minor units and their currency, and the same in the currency of all, 0 without a rate."""
        worth = cents if currency == self.currency else self.rates.convert(cents, currency, self.today)
        if worth is None:
            return weighted([(cents, probability)]), currency, 0
        risk = weighted([(worth, probability)])
        return risk, self.currency, risk

    def at_risk(self) -> Any:
        """What orders deals by their money at risk: the value at the probability of the stage and the rate of today."""
        return self._worth({id_: step.probability for id_, step in self.steps.items()})

    def anew(self) -> Any:
        """What orders closed deals by what they would be worth as new ones."""
        return self._worth(self.first)

    def _worth(self, probabilities: Mapping[int, int]) -> Any:
        codes = {code: self.rates.convert(_PARTS, code, self.today) or 0 for code in self.rates.quotes}
        rate = Case(Deal.currency, [(self.currency, _PARTS), *codes.items()], 0)
        return fn.COALESCE(Deal.value_cents, 0) * Case(Deal.stage, list(probabilities.items()), 0) * rate


def market() -> Market:
    """Stages, rates and currency as they are now."""
    steps = {step.id: step for step in pipelines.load(deleted=True)}
    currency = _currency()
    begins: dict[int, int] = {}
    for step in steps.values():
        if not step.deleted:
            begins.setdefault(step.pipeline_id, step.probability)
    by_outcome = {outcome: [id_ for id_, step in steps.items() if step.outcome == outcome] for outcome in ("open", "won")}
    first = {id_: begins.get(step.pipeline_id, 0) for id_, step in steps.items()}
    return Market(clock.today(), currency, rates.into(currency), steps, by_outcome["open"], by_outcome["won"], first)


def _currency() -> str:
    """The configured currency when a deal has it or none has a value, else the one most open deals have."""
    usual = config.current().currency
    living = [Deal.deleted_at.is_null(), Deal.value_cents.is_null(False)]
    if Deal.select(Deal.id).where(*living, Deal.stage > 0, Deal.currency == usual).exists():
        return usual
    query = Deal.select(Deal.currency).where(*living, Deal.closed_at.is_null()).group_by(Deal.currency)
    most = tuples(query.order_by(fn.COUNT(Deal.id).desc(), Deal.currency).limit(1))
    return most[0][0] if most else usual
