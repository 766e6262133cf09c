"""The doctor before a real nginx: what is wrong in its configuration is found and named."""

import asyncio
import shutil
import subprocess
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from tests.live.site import CHEAP, Site, direct, open_site
from tests.running import free_port, wait_until
from tidings.accounts import users
from tidings.doctor import Examination, Finding
from tidings.doctor.web import Unreachable, Web

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]

IDLE_S = 2.5
Serving = Callable[..., AbstractAsyncContextManager[Site]]
RIGHT = """
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection "upgrade";
        proxy_read_timeout 60s;
"""
WITHOUT_UPGRADE = "proxy_http_version 1.1;"
IMPATIENT = RIGHT.replace("60s", "1s")
CONFIGURATION = """
daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_set_header Host $http_host; }}
        location /ws {{ proxy_pass http://127.0.0.1:{behind}; {socket} }}
    }}
}}
"""


class Proxy:
    """An nginx in front of a port, with whatever is written for /ws."""

    def __init__(self, place: Path) -> None:
        self.place, self.port = place, free_port()
        self.url = f"http://localhost:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, behind: int, socket: str) -> None:
        text = CONFIGURATION.format(place=self.place, port=self.port, behind=behind, socket=socket)
        (self.place / "nginx.conf").write_text(text)
        command = ["nginx", "-p", str(self.place), "-c", str(self.place / "nginx.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_until(self._answers, 5, "nginx's start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=5)

    def _answers(self) -> bool:
        try:
            return Web(self.url).ask("GET", "/healthz").status > 0
        except Unreachable:
            return False


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    place = tmp_path / "nginx"
    place.mkdir()
    place.chmod(0o777)
    tmp_path.chmod(0o755)
    proxy = Proxy(place)
    yield proxy
    proxy.stop()


async def _no_such_page(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("no such page", 404)(scope, receive, send)


@asynccontextmanager
async def _behind(
    proxy: Proxy, folder: Path, template: Path, monkeypatch: pytest.MonkeyPatch, **changed: Any
) -> AsyncGenerator[Site]:
    """Serve behind the proxy; root is an admin there."""
    monkeypatch.setattr("tests.live.site._no_pages", _no_such_page)
    data = folder / "data"
    data.mkdir()
    shutil.copy(template, data / "tidings.db")
    given = {"public_url": proxy.url} | changed
    async with open_site(data, direct, **given) as site:
        now, hashed = site.clock.now(), CHEAP.hash_now("root's password")
        await site.house.database.write(lambda db: users.add(db, "root", hashed, now, admin=True))
        yield site


async def _examined(
    url: str, name: str = "root", password: str = "root's password", idle_s: float = IDLE_S
) -> dict[str, Finding]:
    examination = Examination(Web(url), name, password, idle_s)
    findings = await asyncio.to_thread(lambda: list(examination.findings()))
    return {found.check: found for found in findings}


@pytest.fixture
async def behind(
    proxy: Proxy, tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> Serving:
    """Return what serves behind the proxy; keyword arguments are settings."""

    def serve(**changed: Any) -> AbstractAsyncContextManager[Site]:
        return _behind(proxy, tmp_path, sqlite_template, monkeypatch, **changed)

    return serve


async def test_all_is_well_behind_a_proxy_that_is_set_up_rightly(proxy: Proxy, behind: Serving) -> None:
    async with behind() as site:
        await asyncio.to_thread(proxy.start, site.port, RIGHT)
        found = await _examined(proxy.url)
        root = await site.house.database.read(lambda db: users.named(db, "root"))
        position = (await site.house.answers.positions([root.id]))[root.id]
    assert [each for each in found.values() if not each.well] == []
    hops = {"page → socket", "HTTP → socket", "hook → socket", "socket ↑", "replay", "silence"}
    assert hops <= found.keys()
    assert all(found[hop].ms is not None for hop in hops - {"silence"})
    assert position.unread == 0, "what the doctor sends does not stay in the inbox"


async def test_a_missing_upgrade_header_is_named_with_the_lines_that_are_missing(
    proxy: Proxy, behind: Serving
) -> None:
    async with behind() as site:
        await asyncio.to_thread(proxy.start, site.port, WITHOUT_UPGRADE)
        found = await _examined(proxy.url)
    assert list(found)[-1] == "socket"
    assert not found["socket"].well
    assert "Upgrade header did not arrive" in found["socket"].says
    assert "proxy_set_header Upgrade $http_upgrade;" in found["socket"].advice


async def test_a_proxy_that_ends_quiet_connections_is_found_with_its_seconds(
    proxy: Proxy, behind: Serving
) -> None:
    async with behind() as site:
        await asyncio.to_thread(proxy.start, site.port, IMPATIENT)
        found = await _examined(proxy.url)
    unwell = [each for each in found.values() if not each.well]
    assert [each.check for each in unwell] == ["silence"]
    assert "after 1 s" in unwell[0].says
    assert "proxy_read_timeout 90s;" in unwell[0].advice


async def test_a_wrong_public_url_is_found_with_the_variable_to_change(proxy: Proxy, behind: Serving) -> None:
    async with behind(public_url="http://news.example") as site:
        await asyncio.to_thread(proxy.start, site.port, RIGHT)
        found = await _examined(proxy.url)
    assert not found["origin"].well
    assert f"TIDINGS_PUBLIC_URL={proxy.url}" in found["origin"].advice


async def test_a_proxy_before_nothing_is_told_from_one_that_is_not_there(proxy: Proxy) -> None:
    await asyncio.to_thread(proxy.start, free_port(), RIGHT)
    found = await _examined(proxy.url)
    assert "502" in found["reach"].says
    assert "proxy_pass" in found["reach"].advice
    nowhere = await _examined(f"http://localhost:{free_port()}")
    assert "does not answer" in nowhere["reach"].says


async def test_a_wrong_password_is_not_taken_for_a_broken_site(proxy: Proxy, behind: Serving) -> None:
    async with behind() as site:
        await asyncio.to_thread(proxy.start, site.port, RIGHT)
        found = await _examined(proxy.url, password="wrong")
    assert "answered 401" in found["sign-in"].says


async def test_somebody_who_is_no_admin_has_fewer_doors(proxy: Proxy, behind: Serving) -> None:
    async with behind() as site:
        await site.user("alice")
        await asyncio.to_thread(proxy.start, site.port, RIGHT)
        found = await _examined(proxy.url, "alice", "pw", idle_s=0)
    assert "page → socket" in found
    assert "HTTP → socket" not in found
    assert all(each.well for each in found.values())
