"""How numbers are spread: count, mean, median and 90th percentile of how often each number of days occurs."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from crmtui.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations in days; all but the count None when there are none."""

    count: int
    mean_days: float | None = None
    median_days: float | None = None
    p90_days: float | None = None


def of(times: Mapping[int, int]) -> Spread:
    """The spread of values, given how often each occurs.

    A percentile lies on the line between the two values nearest to its place among all values in order (the place of the
    first is 0 %, of the last 100 %), as in `statistics.quantiles(method="inclusive")`; the median is the one of 50 %.
    """
    values = sorted(value for value, often in times.items() if often)
    count = sum(times.values())
    if not count:
        return Spread(0)
    reached = list(accumulate(times[value] for value in values))
    mean = sum(value * times[value] for value in values) / count
    return Spread(count, mean, _percentile(values, reached, 50), _percentile(values, reached, 90))


def _percentile(values: list[int], reached: list[int], percent: int) -> float:
    place, rest = divmod((reached[-1] - 1) * percent, 100)
    low = _at(values, reached, place)
    return low if not rest else low + (_at(values, reached, place + 1) - low) * rest / 100


def _at(values: list[int], reached: list[int], place: int) -> float:
    from bisect import bisect_right

    return float(values[bisect_right(reached, place)])
