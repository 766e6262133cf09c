"""The live room's numbers: connections by state, how they end, what they are told and how late.

Nothing is counted here: who is not slow has nothing in a queue, so only those are asked. Called by page.py.
"""

from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import Metric

from tidings.live.codes import MEANINGS, Code
from tidings.live.connection import Phase
from tidings.live.hub import Hub
from tidings.live.limits import Doorkeeper
from tidings.live.tally import Tally, name_of
from tidings.metrics.families import counter, gauge, histogram

OPENING, REPLAYING, LIVE = Phase.OPENING.value, Phase.REPLAYING.value, Phase.LIVE.value


def connections(hub: Hub, keeper: Doorkeeper) -> Iterator[Metric]:
    """Yield who is connected at this moment."""
    states = Counter({OPENING: 0, REPLAYING: 0, LIVE: 0})
    states.update(socket.connection.phase.value for socket in hub.sockets())
    states[OPENING] += keeper.pending
    known = {state: states[state] for state in (OPENING, REPLAYING, LIVE)}
    yield gauge("connections", "Connections at this moment, by state", known, "state")
    yield gauge("sign_ons_waiting", "Sign-ons that wait for their turn", hub.lobby.waiting)
    yield gauge("listeners", "People with a live connection", len(hub.listening()))
    waiting = [bytes_ for socket in list(hub.slow) if (bytes_ := socket.pipe.waiting_bytes())]
    yield gauge("queue_bytes", "Bytes that wait for readers", sum(waiting))
    yield gauge("queue_largest_bytes", "Bytes that wait for the slowest reader", max(waiting, default=0))
    yield gauge("connections_behind", "Connections for which bytes wait", len(waiting))
    yield gauge("draining", "1 while this process sends everybody away", int(hub.draining))


def endings(tally: Tally) -> Iterator[Metric]:
    """Yield how connections ended. Codes of ours are there from the beginning: rates need a nought."""
    ours = {(int(code), MEANINGS[code].name): tally.closes[int(code)] for code in Code}
    yield counter("closes", "Connections ended by us", ours, "code", "name")
    theirs = {(code, name_of(code)): times for code, times in sorted(tally.departures.items())}
    yield counter("departures", "Connections ended by the other side", theirs, "code", "name")
    refused = {(status,): times for status, times in sorted(tally.handshakes_refused.items())}
    yield counter("handshakes_refused", "Handshakes answered without an upgrade", refused, "status")
    yield counter(
        "resumes", "Connections welcomed: from their cursor, or anew", tally.resumes, "outcome", "why"
    )


def deliveries(hub: Hub) -> Iterator[Metric]:
    """Yield what was told."""
    yield counter("deliveries", "Items written to live connections", hub.tally.deliveries)
    says = "From the commit to the write on the socket, of each delivery"
    yield histogram("delivery_lag_seconds", says, hub.tally.lag)
