"""What the common gate costs a handshake: alone, and when many come at once.

No server and no browser may come in here. Run as `python -m benchmarks.gate REDIS_URL`, with a Redis of which
nothing is expected any more.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable

import uvloop

from tidings.neighbours import Bounds, Gate, Line, gate

gate.ANSWERED_WITHIN_S = 5  # a busy machine is no Redis that is away
ALONE = 1000
CROWDS = (100, 1000, 5000)


async def measured(work: Awaitable[object]) -> tuple[float, float]:
    """Return the seconds it took, and those of the CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    await work
    return time.perf_counter() - wall, time.process_time() - cpu


async def main(url: str) -> None:
    line = Line(url)
    shared = Gate(line, "benchmark", Bounds(50, 600), lambda: "tidings-benchmark")

    async def back() -> None:
        shared.back()

    heard = line.listen(lambda: "tidings-benchmark", lambda _: None, back)
    tasks = [asyncio.create_task(heard), asyncio.create_task(shared.keep())]
    while not line.up:  # noqa: ASYNC110  # the line has no event for it
        await asyncio.sleep(0.01)
    each = [await measured(_enter(shared, f"10.0.{n // 256}.{n % 256}")) for n in range(ALONE)]
    waits, cpu_s = sorted(wall for wall, _ in each), sum(cpu for _, cpu in each)
    print(f"alone: median {waits[ALONE // 2] * 1e3:.2f} ms, CPU {cpu_s / ALONE * 1e6:.0f} µs")
    for crowd in CROWDS:
        coming = (shared.enter(f"11.{crowd % 251}.{n // 256}.{n % 256}") for n in range(crowd))
        wall_s, cpu_s = await measured(asyncio.gather(*coming))
        print(f"{crowd} at once: {wall_s * 1e3:.0f} ms for all, CPU {cpu_s / crowd * 1e6:.0f} µs each")
    for task in tasks:
        task.cancel()
    await line.close()


async def _enter(shared: Gate, address: str) -> None:
    await shared.enter(address)
    shared.left(address)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
