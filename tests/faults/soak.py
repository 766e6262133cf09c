"""The long storm: deliveries by the million, with kills, cuts, locks and foreign writers in between.

No promise is defined here, only how long and how hard. Called by scripts/soak, and shortly by test_storms.py.
"""

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import orjson

from tests.faults.history import title_of
from tests.faults.storm import NO_LIMITS, Storm
from tests.running import TidingsServer

LOCK_S = 2.0


class Soak:
    """One storm with its weather."""

    def __init__(self, storm: Storm, wanted: argparse.Namespace) -> None:
        self.storm, self.wanted = storm, wanted
        self.locks = self.foreign_sends = 0
        self.slowest_start_s = 0.0
        self.began = time.monotonic()

    @property
    def over(self) -> bool:
        enough = self.storm.verdict.deliveries >= self.wanted.deliveries
        return enough or time.monotonic() - self.began > self.wanted.seconds

    async def run(self) -> None:
        weather = [
            self._every(self.wanted.kill_every, self._kill),
            self._every(self.wanted.cut_every, self._cut),
            self._every(self.wanted.lock_every, self._lock),
            self._every(self.wanted.send_every, self._send),
            self._every(0.5, lambda: self.storm.mark_some(0.05)),
            self._every(10, self._report),
        ]
        tasks = [asyncio.create_task(each) for each in weather]
        senders = [asyncio.create_task(self._publish()) for _ in range(self.wanted.senders)]
        watched = [*tasks, *senders]
        while not self.over:
            done, _ = await asyncio.wait(watched, timeout=0.2, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        await asyncio.gather(*senders)
        await asyncio.gather(*tasks)

    async def _publish(self) -> None:
        while not self.over:
            await (self.storm.publish_to_some() if random.random() < 0.02 else self.storm.broadcast())

    async def _every(self, seconds: float, happen: Callable[[], Awaitable[Any]]) -> None:
        while seconds and not self.over:
            until = time.monotonic() + seconds * random.uniform(0.7, 1.3)
            while time.monotonic() < until and not self.over:  # noqa: ASYNC110  # the end is a count
                await asyncio.sleep(min(0.2, seconds))
            if not self.over:
                await happen()

    async def _kill(self) -> None:
        self.slowest_start_s = max(self.slowest_start_s, await self.storm.kill())

    async def _cut(self) -> None:
        self.storm.proxy.cut(self.wanted.cut_share)

    async def _lock(self) -> None:
        holder = sqlite3.connect(self.storm.path, isolation_level=None, timeout=0.2)
        with closing(holder), suppress(sqlite3.OperationalError):
            holder.execute("BEGIN IMMEDIATE")
            self.locks += 1
            await asyncio.sleep(LOCK_S)

    async def _send(self) -> None:
        await asyncio.gather(self._send_once(), self._send_once())

    async def _send_once(self) -> None:
        """Write past the server; not acknowledged when the file was locked for too long."""
        tag = self.storm.publications.attempt(self.storm.names)
        words = ("send", "--to", *sorted(self.storm.names), "--title", title_of(tag), "--json")
        with suppress(AssertionError):
            answer = orjson.loads(await asyncio.to_thread(self.storm.server.command, *words))
            self.storm.publications.acknowledge(tag, answer["id"])
            self.foreign_sends += 1

    async def _report(self) -> None:
        verdict = self.storm.verdict
        at = time.monotonic() - self.began
        print(
            f"{at:5.0f} s  {verdict.deliveries:,} deliveries, {self.storm.kills} kills",
            file=sys.stderr,
            flush=True,
        )

    def summary(self) -> str:
        """Say what was done and what was broken, to be quoted."""
        storm, verdict, sender = self.storm, self.storm.verdict, self.storm.sender
        connections = sum(listener.connections for listener in storm.listeners)
        acknowledged = len(storm.publications.acknowledged)
        return (
            f"{verdict.deliveries:,} deliveries of {acknowledged:,} acknowledged publications"
            f" to {len(storm.names)} listeners in {time.monotonic() - self.began:.0f} s:"
            f" lost {verdict.lost}, doubled {verdict.doubled}, out of order {verdict.out_of_order},"
            f" foreign {verdict.foreign}, differing from the database {verdict.differing},"
            f" wrong badges {verdict.miscounted}, replays that were none {verdict.reloaded}.\n"
            f"Meanwhile {storm.kills} kills (-9), {storm.proxy.cuts:,} resets, {self.locks} locks of"
            f" {LOCK_S:.0f} s, {self.foreign_sends} sends by other processes; {connections:,} connections,"
            f" {sender.retries:,} publishes tried again ({sender.refused:,} after 503);"
            f" slowest restart {self.slowest_start_s:.1f} s; integrity {storm.integrity()}."
        )


def words() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument(
        "--deliveries", type=int, default=1_000_000, help="stop after so many (default: 1,000,000)"
    )
    parser.add_argument("--seconds", type=float, default=3600, help="or after so long (default: 3600)")
    parser.add_argument(
        "--listeners", type=int, default=100, help="people with a live connection (default: 100)"
    )
    parser.add_argument("--senders", type=int, default=8, help="publishes under way at once (default: 8)")
    parser.add_argument("--kill-every", type=float, default=15, metavar="S", help="0: never (default: 15)")
    parser.add_argument("--cut-every", type=float, default=0.5, metavar="S", help="0: never (default: 0.5)")
    parser.add_argument(
        "--cut-share", type=float, default=0.03, help="of the connections, each time (default: 0.03)"
    )
    parser.add_argument("--lock-every", type=float, default=30, metavar="S", help="0: never (default: 30)")
    parser.add_argument("--send-every", type=float, default=20, metavar="S", help="0: never (default: 20)")
    parser.add_argument("--folder", type=Path, help="where the data goes (default: a temporary folder)")
    return parser.parse_args()


async def soak(wanted: argparse.Namespace, folder: Path) -> int:
    """Run the storm and return the exit code: 0 when nothing was broken."""
    server = TidingsServer(folder / "soak", **NO_LIMITS)
    await asyncio.to_thread(server.start)
    storm = Storm(server)
    try:
        await storm.begin(wanted.listeners)
        run = Soak(storm, wanted)
        await run.run()
        verdict = await storm.settle()
        print(run.summary())
        print(*verdict.examples, sep="\n", file=sys.stderr)
        return 0 if verdict.clean and storm.integrity() == "ok" else 1
    finally:
        await storm.end()
        await asyncio.to_thread(server.stop)


def main() -> int:
    wanted = words()
    with tempfile.TemporaryDirectory(prefix="tidings-soak-") as folder:
        return asyncio.run(soak(wanted, wanted.folder or Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
