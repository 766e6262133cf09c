"""What only Tidings is asked: durable publishing, stalled readers, storms, heartbeats and growth.

No other server may come in here. Called by the command.
"""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from benchmarks.figures import Figures
from benchmarks.loading import Answer, Load
from benchmarks.payload import RECIPIENT, tidings_request
from benchmarks.population import PASSWORD, Population
from benchmarks.processes import Running
from benchmarks.servers import SERVERS, tidings_for, under_load

WINDOW = 64  # publishes under way at once
HEARTBEAT_S = 30
STALLED_BODY = 8 * 1024  # so that what the kernel holds for a stalled reader is full within seconds
STALLED_RATE = 20.0
SIGN_IN_EVERY_S = 0.3
WARM_S = 2.0


@contextmanager
def _loaded(running: Running, people: Population, request: bytes) -> Generator[Load]:
    with Load(running.port, "tidings", "/ws") as load:
        load.use_tokens(people.tokens)
        load.use_request(request)
        yield load


def _cost_us(running: Running, before_s: float, answer: Answer) -> float:
    return (running.cpu_s() - before_s) * 1e6 / answer["delivered"]


def unicast(figures: Figures, row: str, seconds: float, users: int = 1000, sockets: int = 1000) -> None:
    """Publish to one person at a time: as fast as it goes, then at half of that."""
    with tidings_for(users) as (running, people):
        request = tidings_request(running.port, people.key, to_one=True)
        with _loaded(running, people, request) as load:
            load.open(sockets)
            load.unicast(0.5, WINDOW)
            before_s = running.cpu_s()
            full = load.unicast(seconds, WINDOW)
            figures.note(row, per_s=full["per_s"], cpu_us=_cost_us(running, before_s, full))
            half = load.unicast(seconds, WINDOW, full["per_s"] / 2)
            figures.note(row, half_p50_ms=half["p50_ms"], half_p99_ms=half["p99_ms"])


def storm(figures: Figures, sockets: int) -> None:
    """Let everybody come back at the same moment, as after a restart, while people sign in."""
    with tidings_for(sockets) as (running, people):
        request = tidings_request(running.port, people.key)
        with _loaded(running, people, request) as load, _people_signing_in(running.port) as took_s:
            load.use_tokens(people.returning)
            before_s = running.cpu_s()
            opened = load.open(sockets, at_once=sockets)
            cost_us = (running.cpu_s() - before_s) * 1e6 / sockets
        figures.note(
            "storm",
            per_s=opened["ready"] / opened["seconds"],
            seconds=opened["seconds"],
            refused=opened["failures"],
            slowest_s=opened["max_ms"] / 1000,
            cpu_us=cost_us,
            sign_in_s=max(took_s, default=0),
        )


@contextmanager
def _people_signing_in(port: int) -> Generator[list[float]]:
    """Sign somebody in again and again, and note how long it takes."""
    took_s: list[float] = []
    over = threading.Event()
    origin = f"http://localhost:{port}"
    person = {"username": RECIPIENT, "password": PASSWORD}

    def sign_in() -> None:
        while not over.wait(SIGN_IN_EVERY_S):
            began = time.monotonic()
            answer = httpx.post(
                f"{origin}/api/v1/session", json=person, headers={"Origin": origin}, timeout=60
            )
            answer.raise_for_status()
            took_s.append(time.monotonic() - began)

    thread = threading.Thread(target=sign_in)
    thread.start()
    try:
        yield took_s
    finally:
        over.set()
        thread.join()


def stalled_readers(figures: Figures, sockets: int, seconds: float) -> None:
    """Broadcast large items at a steady rate, first to readers only, then with a tenth that stopped.

    Both on one server, one right after the other: what the machine does meanwhile is the same for both. How
    long the server was ready and had no core, and how late the client was with its own publishes, stand
    beside them.
    """
    with tidings_for(sockets) as (running, people):
        request = tidings_request(running.port, people.key, body_bytes=STALLED_BODY)
        with _loaded(running, people, request) as load:
            load.open(sockets)
            load.broadcast(WARM_S, rate=STALLED_RATE, window=16)
            readers = _steadily("all reading", running, load, figures, seconds)
            load.stall(sockets // 10)
            stalled = _steadily("a tenth stalled", running, load, figures, seconds)
    figures.note("a tenth stalled", times=stalled["p99_ms"] / readers["p99_ms"], stalled=sockets // 10)


def _steadily(row: str, running: Running, load: Load, figures: Figures, seconds: float) -> Answer:
    before_kib, waited_s = running.memory_kib(), running.waited_s()
    answer = load.broadcast(seconds, rate=STALLED_RATE, window=16)
    waited = (running.waited_s() - waited_s) / answer["seconds"] * 100
    figures.note(
        row,
        p50_ms=answer["p50_ms"],
        p99_ms=answer["p99_ms"],
        more_kib=running.memory_kib() - before_kib,
        waited_percent=waited,
        client_late_ms=answer["late_ms"],
    )
    return answer


def heartbeats(figures: Figures, sockets: int, seconds: float = HEARTBEAT_S) -> None:
    """Keep many connections open that have nothing to say but heartbeats."""
    with tidings_for(sockets) as (running, people):
        before_s = running.cpu_s()
        time.sleep(5)
        nobody = (running.cpu_s() - before_s) / 5
        with _loaded(running, people, tidings_request(running.port, people.key)) as load:
            load.open(sockets)
            load.idle(5)
            before_s = running.cpu_s()
            answer = load.idle(seconds)
            share = (running.cpu_s() - before_s) / seconds
    figures.note(
        "heartbeats",
        sockets=sockets,
        percent=share * 100,
        empty_percent=nobody * 100,
        beats_per_s=answer["pings"] / seconds,
        lost=answer["closed"],
    )


def growth(figures: Figures, key: str, sockets: int, seconds: float) -> None:
    """Measure what a delivery costs with so many sockets."""
    server = next(server for server in SERVERS if server.key == key)
    with under_load(server, sockets) as (running, load):
        load.open(sockets)
        load.broadcast(0.5)
        before_s = running.cpu_s()
        answer = load.broadcast(seconds)
        figures.note(f"{key} with {sockets}", cpu_us=_cost_us(running, before_s, answer))
