"""The rules browsers and servers go by, read from where they are kept, so that they cannot drift apart.

No rule is made up here. Used by browsers.py and workers.py.
"""

import math
from dataclasses import dataclass
from typing import cast

from tidings.live.door import DRAIN_WINDOW_MS
from tidings.live.hub import LOOK_EVERY_S
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
    longest_queue_s: float = math.inf  # beyond it a worker refuses at once; ours takes everybody in
    deadline_s: float = 10.0
    breaker_s: float = 60.0
    breaker_jitter: float = 0.2


@dataclass(frozen=True)
class Costs:
    """What a worker's core is busy with, in microseconds, as docs/performance.md measured it."""

    connect_us: float = 1_364.0  # token, upgrade, auth, replay: the storm's CPU a connection
    health_us: float = 100.0  # /healthz, which a browser that gave up asks first
    heartbeat_us: float = 150.0  # 0.5 % of a core for 1,000 connections, one beat each 30 s
    unicast_us: float = 1_300.0  # a publication to one person, through the door, committed
    delivery_us: float = 23.0  # one socket of a broadcast that waits in line with others
    look_us: float = 4.0  # asking the database where one listener stands
    connection_kib: float = 30.0
    process_mib: float = 130.0
