"""The rules browsers and servers go by, read from where they are kept, so that they cannot drift apart.

No rule is made up here. Used by browsers.py and workers.py.
"""

from dataclasses import dataclass
from typing import cast

from tidings.live.door import DRAIN_WINDOW_MS
from tidings.live.hub import LOOK_EVERY_S
from tidings.live.lobby import LONGEST_WAIT_S
from tidings.settings import Settings

FIELDS = Settings.model_fields


@dataclass(frozen=True)
class Policy:
    """Times in seconds. The last four stand in assets/live/policy.js too, which a test compares."""

    delays_s: tuple[float, ...] = tuple(cast("list[float]", FIELDS["retry_delays_seconds"].default))
    jitter: float = cast(float, FIELDS["retry_jitter"].default)
    attempts: int = cast(int, FIELDS["retry_max_attempts"].default)
    heartbeat_s: float = cast(float, FIELDS["heartbeat_seconds"].default)
    drain_from_s: float = 0.5
    drain_window_s: float = DRAIN_WINDOW_MS / 1000
    look_s: float = LOOK_EVERY_S
    longest_queue_s: float = LONGEST_WAIT_S  # beyond it a worker refuses; the door has a bound of its own
    deadline_s: float = 10.0
    breaker_s: float = 60.0
    breaker_jitter: float = 0.2


@dataclass(frozen=True)
class Costs:
    """What a worker's core is busy with, in microseconds, as docs/performance.md measured it."""

    connect_us: float = 350.0  # upgrade, token, place, replay: 2,000 browsers at once on a busy machine
    refusal_us: float = 215.0  # at the door, in plain HTTP: 4,400 of them; from the lobby it is 400
    health_us: float = 100.0  # /healthz, which a browser that gave up asks first
    heartbeat_us: float = 120.0  # 3.9 % of a core for 10,000 connections, one beat each 30 s
    unicast_us: float = 1_300.0  # a publication to one person, through the door, committed
    delivery_us: float = 23.0  # one socket of a broadcast that waits in line with others
    look_us: float = 4.0  # asking the database where one listener stands
    connection_kib: float = 10.0
    process_mib: float = 130.0
