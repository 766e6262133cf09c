"""Families of metrics from plain numbers: names get their prefix here, labels their order.

No number is looked up here. Used by the modules beside it.
"""

from collections.abc import Mapping
from typing import Any, cast

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from tidings.tally import Spread

PREFIX = "tidings_"

Values = Mapping[Any, float] | float  # by label or labels, or one number without


def counter(name: str, says: str, values: Values, *labels: str) -> Metric:
    """Return a number that only grows; `_total` is added to its name."""
    return _filled(CounterMetricFamily(PREFIX + name, says, labels=labels), values)


def gauge(name: str, says: str, values: Values, *labels: str) -> Metric:
    """Return a number that rises and falls."""
    return _filled(GaugeMetricFamily(PREFIX + name, says, labels=labels), values)


def histogram(name: str, says: str, spreads: Mapping[Any, Spread] | Spread, *labels: str) -> Metric:
    """Return how amounts are spread."""
    family = HistogramMetricFamily(PREFIX + name, says, labels=labels)
    for key, spread in spreads.items() if isinstance(spreads, Mapping) else [((), spreads)]:
        buckets = [("+Inf" if bound == float("inf") else str(bound), n) for bound, n in spread.rising()]
        family.add_metric(_labels(key), buckets, spread.total)
    return family


def _filled(family: Any, values: Values) -> Metric:
    for key, value in values.items() if isinstance(values, Mapping) else [((), values)]:
        family.add_metric(_labels(key), value)
    return family


def _labels(key: Any) -> list[str]:
    parts = cast("tuple[Any, ...]", key) if isinstance(key, tuple) else (key,)
    return [str(part) for part in parts]
