"""The comparison: every server does the same work, one after the other, again and again (A B C A B C …).

No server's particulars may come in here. Called by the command.
"""

import time
from collections.abc import Callable, Sequence

from benchmarks.figures import Figures
from benchmarks.loading import Load
from benchmarks.machine import wait_for_quiet
from benchmarks.processes import Running
from benchmarks.servers import Server, under_load

WARM_S = 0.5
SETTLE_S = 0.5  # some subscribe a moment after they accepted
FIRST_FEW = 100  # sockets after which growing memory is the sockets', not the start's
WINDOWS = (1, 16)  # broadcasts under way at once

Say = Callable[[str], None]


def compare(
    servers: Sequence[Server], figures: Figures, sockets: int, repetitions: int, seconds: float, say: Say
) -> None:
    """Measure all servers, interleaved, so that a slow minute of the machine hits all of them."""
    for repetition in range(repetitions):
        for server in servers:
            wait_for_quiet()
            with under_load(server, sockets) as (running, load):
                _measure(server, running, load, figures, sockets, seconds)
            cost = figures.rows[server.key]["cpu_us_1"][-1]
            say(f"  {repetition + 1}/{repetitions} {server.key:16} {cost:8.2f} µs a delivery")


def _measure(
    server: Server, running: Running, load: Load, figures: Figures, sockets: int, seconds: float
) -> None:
    load.open(FIRST_FEW)
    before_kib = running.memory_kib()
    opened = load.open(sockets - FIRST_FEW)
    time.sleep(SETTLE_S)
    each_kib = (running.memory_kib() - before_kib) / (sockets - FIRST_FEW)
    row = server.key
    figures.note(row, kib_each=each_kib, opened_per_s=opened["per_s"])
    load.broadcast(WARM_S, may_lose=not server.ours)
    for window in WINDOWS:
        before_s = running.cpu_s()
        answer = load.broadcast(seconds, window, may_lose=not server.ours)
        cost_us = (running.cpu_s() - before_s) * 1e6 / answer["delivered"]
        noted = {"cpu_us": cost_us, "per_s": answer["per_s"], "p99_ms": answer["p99_ms"]}
        noted["lost"] = answer["missing"]
        noted["client_busy"] = answer["client_busy"]
        noted["items_a_frame"] = answer["delivered"] / answer["frames"]
        figures.note(row, **{f"{metric}_{window}": value for metric, value in noted.items()})
