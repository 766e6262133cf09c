"""What opening and keeping a connection costs, counted instead of timed: calls, objects, statements.

No clock may come in here. As in test_cost.py: a bound that is passed says that somebody put work into the hot
path.
"""

import asyncio
import gc
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from uvicorn.server import ServerState

from benchmarks.bare import Bare
from benchmarks.population import SECRET, populate
from tests.test_cost import AUTH, Calls
from tidings.house import House
from tidings.live.protocol import read_auth
from tidings.server import configuration
from tidings.settings import Settings
from tidings.wire import PatientHttp
from tidings.wire.rows import send_each

pytestmark = pytest.mark.anyio

HEAD = (
    b"GET /ws HTTP/1.1\r\nHost: localhost:3000\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Cache-Control: no-cache\r\nUser-Agent: a browser\r\nAccept-Encoding: gzip, deflate, br\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
SAID = bytes((0x81, 0x80 | len(AUTH))) + bytes(4) + AUTH.encode()  # masked with nought

CALLS_AN_OPENING = 465  # from the first byte to the snapshot, without the database
OBJECTS_A_CONNECTION = 28  # that the collector knows, once it is idle
STATEMENTS_TO_RETURN = 3  # the session, the position, the preferences
STATEMENTS_TO_COME_ANEW = 4  # and the newest page


class Line:
    """A TCP connection whose other end takes everything (a transport)."""

    def __init__(self) -> None:
        self.protocol: Any = None
        self.said: list[bytes] = []

    def get_extra_info(self, _name: str, default: Any = None) -> Any:
        return default

    def write(self, content: bytes) -> None:
        self.said.append(content)

    def set_protocol(self, protocol: Any) -> None:
        self.protocol = protocol

    def set_write_buffer_limits(self, high: int) -> None:
        assert high == 0

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        """There is no other end."""

    abort = pause_reading = resume_reading = close


class Street:
    """So many browsers that open a connection each, through our own server's classes."""

    def __init__(self) -> None:
        self._bare = Bare(send_each)
        self._config = configuration(self._bare)
        self._config.load()
        self._state = ServerState()
        self.lines: list[Line] = []

    async def come(self, people: int) -> int:
        """Open so many connections; return how many calls that took."""
        calls = Calls()
        lines = [Line() for _ in range(people)]
        loop = asyncio.get_running_loop()
        with calls:
            for line in lines:
                http = PatientHttp(self._config, self._state, {}, loop)
                http.connection_made(line)  # pyright: ignore[reportArgumentType]
                http.data_received(HEAD)
            await _turns()
            for line in lines:
                line.protocol.data_received(SAID)
            await _turns()
        for line in lines:
            assert b"".join(line.said).count(b'"type":"snapshot"') == 1
            line.said.clear()
        self.lines += lines
        return calls.count

    def leave(self) -> None:
        for line in self.lines:
            line.protocol.connection_lost(None)
        assert not self._bare.hub.listening()


async def _turns() -> None:
    for _ in range(10):  # of the loop; an opening needs a handful
        await asyncio.sleep(0)


async def test_opening_a_connection_takes_a_bounded_number_of_calls() -> None:
    street = Street()
    await street.come(10)  # what is made once, is made now
    few, many = await street.come(50), await street.come(150)
    assert (many - few) / 100 <= CALLS_AN_OPENING
    street.leave()


async def test_an_idle_connection_is_a_few_objects_and_no_task() -> None:
    street = Street()
    await street.come(10)
    tasks, objects = len(asyncio.all_tasks()), _objects()
    await street.come(100)
    assert len(asyncio.all_tasks()) == tasks
    assert (_objects() - objects) / 100 <= OBJECTS_A_CONNECTION
    street.leave()


def _objects() -> int:
    gc.collect()
    return len(gc.get_objects())


@pytest.mark.parametrize(
    ("returns", "most"), [(True, STATEMENTS_TO_RETURN), (False, STATEMENTS_TO_COME_ANEW)]
)
async def test_whoever_comes_back_is_let_in_with_a_few_statements(
    tmp_path: Path, returns: bool, most: int
) -> None:
    people = populate(tmp_path, 3)
    token, _, cursor = people.returning[1].partition(" ")
    settings: Any = {"data_dir": tmp_path, "secret_key": [SECRET]}
    house = House(Settings(**settings))
    statements = _traced(house)
    async with house.living():
        auth = read_auth(f'{{"type":"auth","token":"{token}","cursor":{cursor if returns else "null"}}}')
        await house.answers.arrive(auth.token, auth.cursor)
        looks = house.database.tally.reads.answers.times
        statements.clear()  # those were compiled first
        _, missed = await house.answers.arrive(auth.token, auth.cursor)
        assert house.database.tally.reads.answers.times == looks + 1
    assert missed.recovered is returns
    assert len([said for said in statements if said.startswith("SELECT")]) <= most


async def test_those_who_come_back_at_once_are_let_in_with_as_few(tmp_path: Path) -> None:
    people = populate(tmp_path, 20)
    settings: Any = {"data_dir": tmp_path, "secret_key": [SECRET]}
    house = House(Settings(**settings))
    statements = _traced(house)
    async with house.living():
        back = [each.partition(" ") for each in people.returning[1:]]  # the first one has missed something
        seen = [read_auth(f'{{"type":"auth","token":"{token}","cursor":{seen}}}') for token, _, seen in back]
        await house.answers.arrive(seen[0].token, seen[0].cursor)
        statements.clear()
        let_in = await asyncio.gather(*(house.answers.arrive(auth.token, auth.cursor) for auth in seen))
    assert len({admission.user_id for admission, _ in let_in}) == 19
    assert all(missed.recovered for _, missed in let_in)
    assert len([said for said in statements if said.startswith("SELECT")]) <= STATEMENTS_TO_RETURN


def _traced(house: House) -> list[str]:
    """Let every reader note what it asks."""
    statements: list[str] = []

    def note(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(statements.append)

    event.listen(house.database._reading, "connect", note)  # pyright: ignore[reportPrivateUsage]
    return statements
