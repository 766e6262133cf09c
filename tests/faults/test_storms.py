"""Storms against the real server: kills, cuts, locks, a full disk, a stuck reader. Nothing lost or doubled.

`scripts/soak` runs the same for as long as you like.
"""

import asyncio
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.client import ClientProtocol
from websockets.uri import parse_uri

from tests.faults.clients import Listener
from tests.faults.conftest import Begin
from tests.faults.history import Verdict, View, title_of
from tests.faults.storm import NO_LIMITS, Storm, fill_up, steadily
from tests.running import PLAIN, ROOT, PostgresServer, TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults]


async def assert_nothing_broken(storm: Storm) -> None:
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert verdict.deliveries > 0
    assert storm.integrity() == "ok"


async def test_kills_amid_publishes_lose_nothing(begin: Begin, tmp_path: Path) -> None:
    server = TidingsServer(tmp_path / "killed", **NO_LIMITS)
    await asyncio.to_thread(server.start)
    try:
        storm = await begin(server, "person", 6)
        publishing = asyncio.create_task(steadily(storm, 6))
        for _ in range(3):
            await asyncio.sleep(0.7)
            assert await storm.kill() < 10
        await publishing
        await assert_nothing_broken(storm)
        assert storm.sender.retries > 0, "the kills came amid publishes"
    finally:
        await asyncio.to_thread(server.stop)


async def test_resets_every_few_hundred_milliseconds_lose_nothing(
    begin: Begin, server: TidingsServer
) -> None:
    storm = await begin(server, "cut", 8)
    publishing = asyncio.create_task(steadily(storm, 6))
    while not publishing.done():
        await asyncio.sleep(0.25)
        storm.proxy.cut(0.6)
    await publishing
    await assert_nothing_broken(storm)
    assert storm.proxy.cuts > 30
    assert sum(listener.connections for listener in storm.listeners) > 50


async def test_what_comes_and_changes_while_away_is_there_after_the_return(
    begin: Begin, server: TidingsServer
) -> None:
    storm = await begin(server, "away", 2)
    first, second = storm.listeners
    seen = [await storm.broadcast() for _ in range(3)]
    await storm.until(lambda: len(first.view.seqs) == 3, "the first three")
    await first.stop()
    await mark_on_the_phone(storm, first.name, seen[:2])
    for _ in range(5):
        await storm.broadcast()
    first.start()
    await assert_nothing_broken(storm)
    assert [first.view.read.get(tag, False) for tag in seen] == [True, True, False]
    assert first.view.unread == 6
    assert second.view.unread == 8


async def mark_on_the_phone(storm: Storm, name: str, tags: list[int]) -> None:
    """Mark on another device: a second connection of the same person."""
    phone_view = View(name, storm.publications, Verdict())
    original = next(listener for listener in storm.listeners if listener.name == name)
    phone = Listener(phone_view, original.http, original.address, f"{name}-phone")
    phone.start()
    await storm.until(lambda: phone.quiet, "the phone is on")
    for tag in tags:
        await phone.mark_read(tag)
    await storm.until(lambda: phone.quiet, "the phone's marks are done")
    await phone.stop()


async def test_a_database_locked_for_long_refuses_in_time_and_heals(
    begin: Begin, server: TidingsServer
) -> None:
    storm = await begin(server, "locked", 3)
    await storm.broadcast()
    with closing(sqlite3.connect(storm.path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        publishing = [asyncio.create_task(storm.broadcast()) for _ in range(20)]
        until = time.monotonic() + 7
        while time.monotonic() < until:
            await assert_reading_goes_on(storm)
            await asyncio.sleep(0.5)
        assert storm.sender.refused >= 20
        assert storm.sender.slowest_refusal_s < 5.2
        holder.execute("ROLLBACK")
    began = time.monotonic()
    await asyncio.gather(*publishing)
    assert time.monotonic() - began < 5
    await assert_nothing_broken(storm)
    assert all(listener.connections == 1 for listener in storm.listeners), "nobody was thrown out"


async def test_a_restart_of_postgresql_amid_publishes_loses_nothing(begin: Begin, tmp_path: Path) -> None:
    if PostgresServer.binary("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    postgres = PostgresServer()
    await asyncio.to_thread(postgres.start)
    url = postgres.fresh_url("storm")
    server = TidingsServer(tmp_path / "postgres", TIDINGS_DATABASE_URL=url, **NO_LIMITS)
    await asyncio.to_thread(server.start)
    try:
        storm = await begin(server, "moved", 4)
        publishing = asyncio.create_task(steadily(storm, 4))
        await asyncio.sleep(1)
        await asyncio.to_thread(postgres.stop)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(postgres.start)
        began = time.monotonic()
        await storm.broadcast()
        assert time.monotonic() - began < 10
        await publishing
        await asyncio.to_thread(send, storm)
        await assert_nothing_broken(storm)
        assert all(listener.connections == 1 for listener in storm.listeners), "nobody was thrown out"
    finally:
        await asyncio.to_thread(server.stop)
        await asyncio.to_thread(postgres.close)


async def assert_reading_goes_on(storm: Storm) -> None:
    began = time.monotonic()
    answer = await storm.listeners[0].http.get("/api/v1/notifications")
    assert answer.status_code == 200
    assert (await storm.listeners[0].http.get("/healthz")).status_code == 200
    assert time.monotonic() - began < 3, "who waits for the writer, waits five seconds"
    assert all(listener.live.is_set() for listener in storm.listeners)


async def test_a_full_disk_refuses_and_heals_without_a_restart(begin: Begin, small_disk: Path) -> None:
    server = TidingsServer(small_disk, **NO_LIMITS)
    await asyncio.to_thread(server.start)
    try:
        storm = await begin(server, "full", 3)
        await storm.broadcast()
        ballast = fill_up(small_disk)
        publishing = [
            asyncio.create_task(storm.sender.publish(sorted(storm.names), storm.names, body="x" * 16_000))
            for _ in range(30)
        ]
        await storm.until(lambda: storm.sender.refused > 30, "refusals", within_s=20)
        await assert_reading_goes_on(storm)
        assert not any(task.done() for task in publishing)
        assert storm.sender.slowest_refusal_s < 5.2
        ballast.unlink()
        await asyncio.wait_for(asyncio.gather(*publishing), 20)
        await assert_nothing_broken(storm)
        assert all(listener.connections == 1 for listener in storm.listeners), "nobody was thrown out"
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_disk_that_fails_to_write_down_refuses_and_heals(
    begin: Begin, broken_disk: Path, tmp_path: Path
) -> None:
    """What could not be synced is never acknowledged, and what was acknowledged before stays."""
    flag = tmp_path / "broken"
    faults = {"LD_PRELOAD": str(broken_disk), "BROKEN_DISK": str(flag)}
    server = TidingsServer(tmp_path / "eio", **faults, **NO_LIMITS)
    await asyncio.to_thread(server.start)
    try:
        storm = await begin(server, "eio", 3)
        await storm.broadcast()
        flag.touch()
        publishing = [asyncio.create_task(storm.broadcast()) for _ in range(20)]
        await storm.until(lambda: storm.sender.refused > 20, "refusals", within_s=20)
        await assert_reading_goes_on(storm)
        assert not any(task.done() for task in publishing)
        flag.unlink()
        await asyncio.wait_for(asyncio.gather(*publishing), 20)
        await storm.kill()
        await assert_nothing_broken(storm)
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_stuck_reader_delays_nobody_and_is_sent_away(begin: Begin, server: TidingsServer) -> None:
    storm = await begin(server, "stuck", 4)
    victim = storm.listeners[0]
    stuck = await asyncio.to_thread(open_and_never_read, server, await victim.fresh_token())
    before = await closes(server, 4428)
    for listener in storm.listeners:
        listener.keep_times = True
    sent_at: dict[int, float] = {}
    late: list[float] = []  # how long this machine takes to wake somebody up
    began = time.monotonic()
    while await closes(server, 4428) == before:
        assert time.monotonic() - began < 20
        at = time.monotonic()
        sent_at[await storm.sender.publish(sorted(storm.names), storm.names, body="x" * 16_000)] = at
        at = time.monotonic()
        await asyncio.sleep(0.05)
        late.append(time.monotonic() - at - 0.05)
    stuck.close()
    await assert_nothing_broken(storm)
    waits = sorted(at - sent_at[tag] for each in storm.listeners for tag, at in each.arrived_at.items())
    assert waits[int(len(waits) * 0.99)] < 0.25 + 2 * max(late), "the server's turn, and ours"
    assert all(listener.connections == 1 for listener in storm.listeners)


def open_and_never_read(server: TidingsServer, token: str) -> socket.socket:
    """Open a connection of the same person, and let everything pile up."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", server.port))
    protocol = ClientProtocol(parse_uri(f"ws://127.0.0.1:{server.port}/ws"))
    protocol.send_request(protocol.connect())
    raw.sendall(b"".join(protocol.data_to_send()))
    raw.recv(4096)
    protocol.state = protocol.state.OPEN  # pyright: ignore[reportAttributeAccessIssue]
    protocol.send_text(orjson.dumps({"type": "auth", "token": token}))
    raw.sendall(b"".join(protocol.data_to_send()))
    return raw


async def closes(server: TidingsServer, code: int) -> int:
    async with httpx.AsyncClient(trust_env=False, verify=PLAIN) as http:
        text = (await http.get(f"http://127.0.0.1:{server.port}/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith(f'tidings_closes_total{{code="{code}"')]
    return int(float(lines[0].split()[-1])) if lines else 0


async def test_what_others_write_into_the_database_arrives_in_order(
    begin: Begin, server: TidingsServer
) -> None:
    """Two `python -m tidings send` amid the server's own publishes."""
    storm = await begin(server, "sent", 4)
    publishing = asyncio.create_task(steadily(storm, 5))
    await asyncio.gather(*(asyncio.to_thread(send, storm) for _ in range(2)))
    await publishing
    await assert_nothing_broken(storm)


async def test_what_the_command_line_sends_is_live_within_a_second(
    begin: Begin, server: TidingsServer
) -> None:
    storm = await begin(server, "typed", 2)
    tag = await asyncio.to_thread(send, storm)
    await storm.until(
        lambda: all(tag in each.view.seqs for each in storm.listeners), "it is live", within_s=1
    )
    await assert_nothing_broken(storm)


def send(storm: Storm) -> int:
    tag = storm.publications.attempt(storm.names)
    answer: Any = orjson.loads(
        storm.server.command("send", "--to", *sorted(storm.names), "--title", title_of(tag), "--json")
    )
    assert storm.publications.acknowledge(tag, answer["id"])
    return tag


def test_the_soak_runs_and_says_so(tmp_path: Path) -> None:
    words = ["--seconds", "3", "--listeners", "5", "--folder", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.soak", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost 0, doubled 0, out of order 0, foreign 0" in done.stdout
