"""The numbers of the running server as Prometheus text.

No measuring happens here: rooms keep their tallies, this writes them. Called by the composition root.
"""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tidings.live.codes import MEANINGS, Code
from tidings.live.hub import Hub


class _Tallies(Collector):
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[Metric]:
        tally = self._hub.tally
        yield GaugeMetricFamily("tidings_connections", "Live connections", value=len(self._hub.sockets()))
        yield GaugeMetricFamily(
            "tidings_listeners", "People with a live connection", value=len(self._hub.listening())
        )
        yield CounterMetricFamily(
            "tidings_deliveries", "Items written to live connections", value=tally.deliveries
        )
        waiting = sum(socket.pipe.waiting_bytes() for socket in self._hub.sockets())
        yield GaugeMetricFamily("tidings_queue_bytes", "Bytes that wait for readers", value=waiting)
        closes = CounterMetricFamily("tidings_closes", "Connections ended by us", labels=["code", "name"])
        for code, count in sorted(tally.closes.items()):
            closes.add_metric([str(code), MEANINGS[Code(code)].name], count)
        yield closes
        resumes = CounterMetricFamily("tidings_resumes", "Connections welcomed", labels=["outcome"])
        for outcome, count in sorted(tally.resumes.items()):
            resumes.add_metric([outcome], count)
        yield resumes


def write(hub: Hub) -> bytes:
    """Return the metrics of this process in the text format."""
    registry = CollectorRegistry()
    registry.register(_Tallies(hub))
    return generate_latest(registry)
