"""The proxies of deploy/, really run in front of two real servers: sign in, be told, lose a server."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.caller import Caller
from tests.proxies import with_tls
from tests.running import ROOT, PostgresServer, TidingsServer, free_port, wait_until

pytestmark = pytest.mark.slow

PROGRAMS = ["nginx", "caddy"]


@dataclass
class Site:
    """Two servers behind one proxy."""

    url: str
    plain_url: str
    first: TidingsServer
    second: TidingsServer
    proxy: str


def caddy() -> list[str]:
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(ROOT / "deploy/caddy/Caddyfile")]


@pytest.fixture(scope="module", params=PROGRAMS)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer
) -> Iterator[Site]:
    name: str = request.param
    if not (shutil.which(name) or Path("/usr/sbin", name).exists()):
        pytest.skip(f"{name} is not installed")
    place = tmp_path_factory.mktemp(name)
    port, plain_port = free_port(), free_port()
    url = f"https://localhost:{port}" if name == "nginx" else f"http://localhost:{port}"
    settings = {
        "TIDINGS_PUBLIC_URL": url,
        "TIDINGS_TRUSTED_PROXIES": "127.0.0.1",
        "TIDINGS_DATABASE_URL": postgres.fresh_url(f"behind_{name}"),
        "TIDINGS_SECRET_KEY": "one key for both of the two servers",
    }
    servers = [TidingsServer(place / each, **settings) for each in ("first", "second")]
    for server in servers:
        server.start()
    ports = [server.port for server in servers]
    command = with_tls(place, port, plain_port, *ports) if name == "nginx" else caddy()
    environment = {
        "TIDINGS_SITE": url,
        "TIDINGS_UPSTREAMS": " ".join(f"127.0.0.1:{each}" for each in ports),
        "XDG_DATA_HOME": str(place),
        "XDG_CONFIG_HOME": str(place),
        "CADDY_ADMIN": f"localhost:{free_port()}",
    }
    log = (place / "proxy.log").open("wb")
    process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
    try:
        wait_until(lambda: answers(url), 10, f"{name}'s start")
        yield Site(url, f"http://localhost:{plain_port}", servers[0], servers[1], name)
    finally:
        process.terminate()
        process.wait(timeout=10)
        log.close()
        for server in servers:
            server.stop()
        postgres.drop(f"behind_{name}")


def answers(url: str) -> bool:
    try:
        return httpx.get(url + "/healthz", verify=False).status_code == 200
    except httpx.TransportError:
        return False


def send(site: Site, title: str) -> None:
    server = site.first if site.first.process else site.second
    server.command("send", "--to", "admin", "--title", title)


def test_somebody_signs_in_through_the_proxy_and_is_told_at_once(site: Site) -> None:
    with Caller(site.url) as caller:
        (cookie,) = caller.http.cookies.jar
        assert cookie.secure == site.url.startswith("https")
        caller.connects()
        send(site, "Through the proxy")
        assert caller.hears_titles() == ["Through the proxy"]


def test_a_program_publishes_through_the_proxy(site: Site) -> None:
    key = site.first.command("key", "create", f"through-{site.proxy}")
    with Caller(site.url) as caller:
        caller.connects()
        answer = httpx.post(
            site.url + "/api/v1/notifications",
            json={"to": ["admin"], "title": "By key", "body": "x" * 16_000},
            headers={"Authorization": f"Bearer {key}"},
            verify=False,
        )
        assert (answer.status_code, answer.json()["accepted"]) == (201, 1)
        assert caller.hears_titles() == ["By key"]


def test_the_servers_learn_where_visitors_really_are(site: Site) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux has the whole of 127.0.0.0/8")
    elsewhere = httpx.HTTPTransport(verify=False, local_address="127.0.0.2")
    with Caller(site.url, transport=elsewhere) as caller:
        sessions: list[dict[str, Any]] = caller.http.get("/api/v1/sessions").json()["sessions"]
        assert "127.0.0.2" in {session["address"] for session in sessions}


def test_a_foreign_page_opens_no_socket_and_nobody_outside_reads_the_numbers(site: Site) -> None:
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Origin": "https://evil.example",
    }
    assert httpx.get(site.url + "/ws", headers=handshake, verify=False).status_code == 403
    assert httpx.get(site.url + "/metrics", verify=False).status_code == 404


def test_built_files_are_kept(site: Site) -> None:
    with Caller(site.url) as caller:
        page = caller.http.get("/").text
        built = "/assets/" + page.split("/assets/")[1].split('"')[0]
        answers = [caller.http.get(built) for _ in range(2)]
    assert all(answer.headers["cache-control"].endswith("immutable") for answer in answers)
    if site.proxy == "nginx":
        assert answers[1].headers["x-cache"] == "HIT"


def test_http_leads_to_https(site: Site) -> None:
    if site.proxy != "nginx":
        pytest.skip("Caddy does this by itself wherever it has a name and a certificate")
    answer = httpx.get(site.plain_url + "/sessions?a=b")
    assert (answer.status_code, answer.headers["location"]) == (301, "https://localhost/sessions?a=b")


def test_one_server_may_go_and_come_back_and_nothing_is_missed(site: Site) -> None:
    with Caller(site.url) as caller:
        caller.connects()
        for server in (site.first, site.second):
            send(site, f"Before {server.port}")
            caller.hears_titles()
            server.stop()
            for _ in range(20):
                answer = httpx.get(site.url + "/login", verify=False)
                assert answer.status_code == 200
                time.sleep(0.02)
            send(site, f"While {server.port} was away")
            missed = caller.connects()
            assert missed["recovered"]
            if missed["cursor"]["seq"]:
                caller.hears("updated")
            server.start()
        seen = {item["title"] for item in caller.http.get("/api/v1/notifications").json()["items"]}
    assert {f"While {server.port} was away" for server in (site.first, site.second)} <= seen
