"""The route on granian, which `reflex run` starts: the same endings, without any extension of the server."""

import asyncio
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from tests.live.site import Browser
from tests.running import ROOT, free_port, wait_until

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(importlib.util.find_spec("granian") is None, reason="granian is not installed"),
]


@pytest.fixture
async def served(tmp_path: Path, sqlite_template: Path) -> AsyncGenerator[tuple[str, str]]:
    """Return the address of the socket, and alice's token."""
    shutil.copy(sqlite_template, tmp_path / "tidings.db")
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--port",
        str(port),
        "--loop",
        "asyncio",
    ]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(  # noqa: ASYNC220  # it returns at once
            [*command, "tests.live.on_granian:app"],
            cwd=ROOT,
            env=os.environ | {"GRANIAN_FOLDER": str(tmp_path)},
            stdout=log,
            stderr=log,
        )
    try:
        await asyncio.to_thread(wait_until, lambda: (tmp_path / "token").exists(), 30, "granian's start")
        await asyncio.sleep(0.3)
        yield f"ws://127.0.0.1:{port}/ws", (tmp_path / "token").read_text()
        assert "Traceback" not in (tmp_path / "log").read_text()
    finally:
        process.terminate()
        process.wait(10)


def auth(token: str) -> str:
    return json.dumps({"type": "auth", "token": token, "protocol": 1})


async def test_everything_that_needs_no_extension_works_on_granian(served: tuple[str, str]) -> None:
    url, token = served
    async with connect(url, ping_interval=None) as socket:  # lets itself be asked, and hears what it says
        browser = Browser(socket)
        await browser.say(auth(token))
        assert [(await browser.hear())["type"] for _ in range(2)] == ["auth_ok", "snapshot"]
        for number in range(50):
            await browser.say({"type": "ping", "t": number})
        assert [(await browser.hear("pong"))["t"] for _ in range(50)] == list(range(50))
    async with connect(url, ping_interval=None) as socket:
        assert (await Browser(socket).ending())[0] == 4408
    async with connect(url, ping_interval=None) as socket:
        await socket.send(auth("forged"))
        code, said = await Browser(socket).ending()
        assert (code, said[-1]["code"]) == (4401, 4401)
    async with connect(url, ping_interval=None) as socket:
        await socket.send(auth(token))
        for _ in range(150):
            await socket.send('{"type":"ping","t":1}')
        assert (await Browser(socket).ending())[0] == 4430
    sockets: list[ClientConnection] = []
    for _ in range(6):
        sockets.append(await connect(url, ping_interval=None))
        await sockets[-1].send(auth(token))
    first = [await Browser(socket).hear() for socket in sockets]
    assert sorted(said["type"] for said in first) == ["auth_ok"] * 5 + ["closing"]
    sockets[0].transport.abort()
    for socket in sockets:
        await socket.close()
    for wrong in (url + "/", url.replace("/ws", "/other"), url + "?token=x"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(wrong)
        assert refused.value.response.status_code in (400, 403, 404)
