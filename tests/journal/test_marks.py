"""Each line says which request and which connection it is about, from the door to the last frame."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.live.site import Site
from tidings import journal
from tidings.accounts.tables import User
from tidings.live.codes import Code

pytestmark = pytest.mark.anyio


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return where everything is logged to, in JSON and with all details; afterwards all is as it was."""
    root, ours = logging.getLogger(), logging.getLogger("tidings")
    before, level = list(root.handlers), ours.level
    stream = io.StringIO()
    journal.set_up("json", stream, level="debug")
    root.handlers += before  # a logged error still fails the test
    yield stream
    root.handlers = before
    ours.setLevel(level)
    logging.captureWarnings(capture=False)


def said(stream: io.StringIO, message: str) -> list[dict[str, Any]]:
    every = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [line for line in every if line["message"] == message]


async def ask(site: Site, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(f"http://127.0.0.1:{site.port}{path}", headers=headers)


async def test_a_request_keeps_the_name_it_came_with(wired: Site, lines: io.StringIO) -> None:
    answer = await ask(wired, "/healthz?token=hidden", **{"X-Request-Id": "0af7651916cd43dd"})
    (line,) = said(lines, "request answered")
    assert answer.headers["x-request-id"] == line["request"] == "0af7651916cd43dd"
    assert {"method": "GET", "path": "/healthz", "status": 200}.items() <= line.items()
    assert "hidden" not in lines.getvalue()


@pytest.mark.parametrize("given", ["short", "with space in it", "x" * 65, 'quote"quote"', "späße-und-mehr"])
async def test_a_name_of_another_shape_is_replaced(wired: Site, given: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        headers = [(b"x-request-id", given.encode())]
        answer = await http.get(f"http://127.0.0.1:{wired.port}/healthz", headers=headers)
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 12


async def test_a_connection_marks_the_lines_of_its_task(
    wired: Site, lines: io.StringIO, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = await wired.user("alice")
    browser = await wired.enter(await wired.token(alice))
    name = (await browser.hear("auth_ok"))["connection"]

    async def broken(*_: object) -> None:
        raise RuntimeError("a handler with a bug")

    monkeypatch.setitem(wired.house.desk._handlers, "custom_message", broken)
    await browser.say({"type": "custom_message", "data": 1})
    assert (await browser.hear("error"))["code"] == "internal"
    (line,) = said(lines, "A message could not be handled.")
    assert line["connection"] == name
    assert line["request"]
    caplog.clear()


async def test_both_how_and_why_a_connection_ended_are_told(wired: Site, lines: io.StringIO) -> None:
    alice = await wired.user("alice")
    browser = await wired.arrive(alice)
    (socket,) = wired.hub.of_user(alice.id)
    socket.end(Code.SIGNED_OUT)
    assert await browser.end_code() == Code.SIGNED_OUT
    (line,) = said(lines, "connection ended")
    assert {"user": "alice", "code": 4410, "by": "us"}.items() <= line.items()
    assert line["connection"] == socket.connection.id


async def test_nothing_of_it_is_written_unless_asked_for(wired: Site, alice: User) -> None:
    assert not logging.getLogger("tidings.live").isEnabledFor(logging.DEBUG)
    await wired.arrive(alice)
