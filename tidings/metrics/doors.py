"""The doors' numbers: publishes, how long they took, who was refused and which limit was hit.

Nothing is counted here. Called by page.py.
"""

from collections.abc import Iterator

from prometheus_client.core import Metric

from tidings.api.tally import DoorTally
from tidings.live.codes import Code
from tidings.live.tally import Tally
from tidings.metrics.families import counter, histogram

TOO_MANY_REQUESTS = 429
LIMITS_OF_SOCKETS = {
    "message_size": Code.TOO_BIG,
    "message_rate": Code.FLOODING,
    "connections_per_user": Code.TOO_MANY,
    "queue": Code.TOO_SLOW,
    "auth_timeout": Code.TOO_LATE,
}


def publishing(doors: DoorTally) -> Iterator[Metric]:
    """Yield what came in."""
    yield counter("notifications", "Notifications published, by door", doors.notifications, "door")
    yield counter("inbox_items", "Deliveries committed to inboxes", doors.accepted)
    yield counter("publish_replays", "Publishes answered again for their Idempotency-Key", doors.replays)
    says = "From the request to its commit"
    yield histogram("publish_seconds", says, doors.latency, "door")
    yield counter("publish_refusals", "Requests to publish refused", doors.refusals, "door", "reason")


def refusals(doors: DoorTally, live: Tally) -> Iterator[Metric]:
    """Yield who was kept out, and which limits did it."""
    yield counter("auth_failures", "Who was not let in, and why", doors.failures, "door", "reason")
    limits = {limit: live.closes[int(code)] for limit, code in LIMITS_OF_SOCKETS.items()}
    limits["upgrades"] = live.handshakes_refused[TOO_MANY_REQUESTS]
    limits["lobby"] = live.crowded_out
    limits |= {limit: doors.limits[limit] for limit in ("publish_rate", "sign_in")}
    yield counter("limit_hits", "How often a limit was hit", limits, "limit")
