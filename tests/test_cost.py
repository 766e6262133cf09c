"""What a delivery costs, counted instead of timed: calls, writes and statements are the same everywhere.

No clock may come in here. A bound that is passed says: somebody put work into the hot path. Take it out
again, or raise the bound in the same change and say why. How long it takes, scripts/bench measures.
"""

import asyncio
import gc
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlmodel import Session, select

from benchmarks.bare import Bare
from benchmarks.population import populate
from tidings.accounts import keys
from tidings.accounts.tables import User
from tidings.database import Database
from tidings.live.pipe import Numbers, Table, WireGuest
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Publisher, publish
from tidings.people import People

AUTH = '{"type":"auth","protocol":1,"token":"anything"}'
ITEM = b'{"id":"0199f3a2","title":"Deployed","body":"Version 4.2.0 is live.","level":"success"}'

pytestmark = pytest.mark.anyio

CALLS_ALONE = 12  # a delivery to a few: crier, press, follower, its seat, down to the wire's `put`
CALLS_IN_RANKS = 1  # a delivery to many: where they stand is looked at, the rest is done for all at once
CALLS_A_QUEUED_ITEM = 0.1  # when sixteen go out together: one frame is printed for all of them
CALLS_AN_INBOX = 1  # of a broadcast, in the writer's thread: SQL works on sets, Python looks who listens
CALLS_TO_ONE = 125  # of publishing to one person, in the writer's thread
STATEMENTS_OF_THE_INDEX = 10  # triggers and FTS5's own, for one content however many people get it
STATEMENTS_TO_ONE = 5  # recipient, content, number, delivery, commit
# Was anything written, content, who is new or shut out, number, broadcast, where listeners stand, what was
# written, commit.
STATEMENTS_TO_ALL = 8
STATEMENTS_IN_A_ROW = 7  # of a broadcast after another: it looks at one row, and at nobody


class Wire:
    """A transport that takes everything and counts (tidings.live.pipe.Wire)."""

    def __init__(self, descriptor: int) -> None:
        self.guest: WireGuest | None = None
        self.frames: list[bytes] = []
        self.roomy, self.descriptor = True, descriptor

    def put_rest(self, framed: bytes, taken: int) -> bool:
        return self.put(framed)

    def put(self, framed: bytes) -> bool:
        self.frames.append(framed)
        return True

    def waiting_bytes(self) -> int:
        return 0

    def forget_waiting(self) -> None:
        """Nothing waits here."""

    def take_more(self) -> None:
        """Nobody asked for less."""

    def listen(self, *, on: bool) -> None:
        """What comes in is handed over by the test."""

    def close(self, code: int, reason: str) -> None:
        """There is no line to cut."""

    async def drained(self) -> None:
        """Nothing waits here."""


class Crowd:
    """So many people with a live connection each, without a server."""

    def __init__(self) -> None:
        self.bare = Bare(self._take)
        self.wires: list[Wire] = []
        self._sent: list[tuple[Numbers, Table]] = []  # to all at once

    async def gather(self, people: int) -> "Crowd":
        """Let them in, and wait until all are told news."""
        for _ in range(people):
            wire = Wire(len(self.wires))
            self.wires.append(wire)
            await self._enter(wire)
        for _ in range(20):  # turns of the loop; each socket needs a handful
            await asyncio.sleep(0)
        assert len(self.bare.hub.listening()) == people
        for frames in self.heard():
            frames.clear()
        return self

    async def tell(self, items: int = 1) -> int:
        """Announce items in one turn of the loop; return how many calls that took until all was written."""
        announcements = [self.bare.everybody(ITEM) for _ in range(items)]

        def announce() -> None:
            for announcement in announcements:
                self.bare.hub.announce(announcement)

        calls = Calls()
        with calls:
            announce()
            await asyncio.sleep(0)
        return calls.count

    async def leave(self) -> None:
        for wire in self.wires:
            assert wire.guest is not None
            wire.guest.left(1000)
        await asyncio.sleep(0)

    def heard(self) -> list[list[bytes]]:
        """Return the frames that each got since they came."""
        frames: list[list[bytes]] = [wire.frames for wire in self.wires]
        for descriptors, table in self._sent:
            places: list[int] = descriptors.tolist()
            for descriptor, row in zip(places, table, strict=True):
                frames[descriptor].append(row.tobytes())
        self._sent.clear()
        return frames

    def _take(self, descriptors: Numbers, table: Table) -> Numbers:
        self._sent.append((descriptors, table.copy()))
        return np.full(len(descriptors), table.shape[1], np.int32)

    async def _enter(self, wire: Wire) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(_message: Any) -> None:
            """Only the acceptance comes this way; news goes to the wire."""

        scope: dict[str, Any] = {
            "type": "websocket",
            "path": "/ws",
            "headers": [],
            "extensions": {"tidings.wire": wire},
        }
        await self.bare(scope, receive, send)
        assert wire.guest is not None
        wire.guest.heard(AUTH)


class Calls:
    """Counts the calls of functions, Python's and built-in ones, in this thread, without the collector."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> None:
        gc.disable()
        sys.setprofile(self._see)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)
        gc.enable()

    def _see(self, _frame: Any, event: str, _argument: Any) -> None:
        self.count += event in ("call", "c_call")


async def _calls_of_a_broadcast(people: int, items: int = 1) -> int:
    crowd = await Crowd().gather(people)
    await crowd.tell()  # what is made once, is made now
    calls = await crowd.tell(items)
    await crowd.leave()
    return calls


async def test_a_delivery_to_one_of_a_few_takes_a_bounded_number_of_calls() -> None:
    fewer, more = await _calls_of_a_broadcast(10), await _calls_of_a_broadcast(40)
    assert (more - fewer) / 30 <= CALLS_ALONE


async def test_a_delivery_to_one_of_many_takes_next_to_none() -> None:
    fewer, more = await _calls_of_a_broadcast(60), await _calls_of_a_broadcast(160)
    assert (more - fewer) / 100 <= CALLS_IN_RANKS


@pytest.mark.parametrize("crowds", [(10, 25, 40), (60, 120, 180)])
async def test_a_delivery_costs_the_same_in_larger_crowds(crowds: tuple[int, int, int]) -> None:
    calls = [await _calls_of_a_broadcast(people) for people in crowds]
    assert calls[2] - calls[1] == calls[1] - calls[0]


async def test_queued_items_cost_far_less_than_a_call_each() -> None:
    fewer, more = [await _calls_of_a_broadcast(people, items=16) for people in (60, 160)]
    assert (more - fewer) / (100 * 16) <= CALLS_A_QUEUED_ITEM


@pytest.mark.parametrize("people", [20, 60])
async def test_news_of_one_moment_is_one_write_for_each_person(people: int) -> None:
    crowd = await Crowd().gather(people)
    await crowd.tell(items=16)
    assert [[frame.count(b'"title":"Deployed"') for frame in frames] for frames in crowd.heard()] == [
        [16]
    ] * people
    await crowd.leave()


class Paper:
    """A database with so many people in it, and what one publish in it took."""

    def __init__(self, folder: Path, people: int) -> None:
        folder.mkdir()
        populate(folder, people)
        self._database = Database(f"sqlite:///{folder / 'tidings.db'}")
        self._listening = self._database.read_now(lambda db: frozenset(db.exec(select(User.id))))
        self._people = People()
        self.statements: list[str] = []
        self.calls = 0

    async def publish(self, to: list[str] | str, *, in_a_row: bool = False) -> "Paper":
        """Publish twice, and remember what the second one took; something else is written between, or not."""
        for audience in (to, to) if in_a_row else (to, ["bench-00000001"], to):
            draft = Draft.model_validate({"to": audience, "title": "Deployed"})
            order = Order(draft, Publisher("test", "test"))
            await self._database.write(lambda session, order=order: self._publish(session, order))
        return self

    async def asked_about_the_key(self, times: int) -> int:
        """Ask in one transaction so often whether a key works; return how many statements that took."""

        def ask(session: Session) -> None:
            driver: Any = session.connection().connection.driver_connection
            driver.set_trace_callback(self.statements.append)
            key_id = driver.execute("SELECT id FROM api_keys").fetchone()[0]
            assert all(keys.still_works(session, key_id) for _ in range(times))

        await self._database.write(ask)
        return len([said for said in self.statements if "revoked_at" in said])

    async def close(self) -> None:
        await self._database.close()

    def _publish(self, session: Session, order: Order) -> None:
        self.statements = []
        driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(self.statements.append)
        calls = Calls()
        with calls:
            publish(session, self._people, order, lambda: self._listening, datetime.now(UTC))
        self.calls = calls.count


@pytest.mark.parametrize(
    ("to", "most"), [(["bench-00000003"], STATEMENTS_TO_ONE), ("everyone", STATEMENTS_TO_ALL)]
)
async def test_publishing_takes_as_many_statements_for_many_people_as_for_few(
    tmp_path: Path, to: list[str] | str, most: int
) -> None:
    counts: list[int] = []
    for people in (10, 500):
        paper = await Paper(tmp_path / str(people), people).publish(to)
        counts.append(len(_ours(paper.statements)))
        assert len(paper.statements) - counts[-1] <= STATEMENTS_OF_THE_INDEX
        await paper.close()
    assert counts[0] == counts[1] <= most


async def test_publishing_to_one_person_takes_a_bounded_number_of_calls(tmp_path: Path) -> None:
    paper = await Paper(tmp_path / "people", 100).publish(["bench-00000003"])
    await paper.close()
    assert paper.calls <= CALLS_TO_ONE


async def test_a_key_is_asked_about_once_for_all_who_share_a_commit(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "people", 10)
    assert await paper.asked_about_the_key(times=3) == 1
    await paper.close()


def _ours(statements: list[str]) -> list[str]:
    """Leave out what SQLite does inside a statement: it is traced with a sign, or as the same one again."""
    plain = [said for said in statements if not said.startswith("--")]
    return [said for before, said in zip(["", *plain], plain, strict=False) if said != before]


async def test_broadcasts_in_a_row_look_at_nobody(tmp_path: Path) -> None:
    counts: list[tuple[int, int]] = []
    for people in (10, 20, 520):  # at the first, statements are compiled
        paper = await Paper(tmp_path / str(people), people).publish("everyone", in_a_row=True)
        counts.append((paper.calls, len(_ours(paper.statements))))
        await paper.close()
    assert counts[1] == counts[2]
    assert counts[0][1] <= STATEMENTS_IN_A_ROW


async def test_a_broadcast_touches_each_inbox_in_sql_and_not_in_python(tmp_path: Path) -> None:
    calls: list[int] = []
    for people in (10, 510):
        paper = await Paper(tmp_path / str(people), people).publish("everyone")
        calls.append(paper.calls)
        await paper.close()
    assert (calls[1] - calls[0]) / 500 <= CALLS_AN_INBOX
