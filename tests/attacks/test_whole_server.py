"""The production server as it is started, with Reflex and uvicorn around our doors.

What it tells foreign pages, and whether a whole day's work leaves a secret in its log or its database.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.attacks.site import FOREIGN
from tests.running import ADMIN_PASSWORD, TidingsServer

pytestmark = pytest.mark.slow

PAGES = ("/", "/login", "/sessions", "/users", "/nothing", "/ping", "/favicon.svg")
DOORS = ("/api/v1/session", "/api/v1/notifications", "/api/docs", "/api/openapi.json", "/healthz", "/metrics")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    server = TidingsServer(tmp_path_factory.mktemp("whole"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def page(server: TidingsServer) -> Iterator[httpx.Client]:
    """Return a client that behaves like a page of ours, with an admin signed in."""
    with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as client:
        answer = client.post("/api/v1/session", json={"username": "admin", "password": ADMIN_PASSWORD})
        assert answer.status_code == 200
        yield client


@pytest.mark.parametrize("path", [*PAGES, *DOORS])
def test_reflexs_own_middleware_names_no_foreign_origin(
    server: TidingsServer, page: httpx.Client, path: str
) -> None:
    for origin in (FOREIGN, "null", server.url + ".evil.example", "http://localhost:1"):
        for method in ("GET", "POST", "OPTIONS"):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            answer = page.request(method, path, headers=asked)
            assert not [name for name in answer.headers if name.startswith("access-control")], (
                method,
                origin,
            )
            assert answer.status_code < 500


def test_our_own_origin_may_read_with_its_cookie_and_is_never_a_star(
    server: TidingsServer, page: httpx.Client
) -> None:
    headers = page.get("/api/v1/session").headers
    assert headers.get("access-control-allow-origin", server.url) == server.url
    preflight = page.options("/api/v1/session", headers={"Access-Control-Request-Method": "DELETE"}).headers
    assert preflight.get("access-control-allow-origin", server.url) == server.url


@pytest.mark.parametrize("path", ["/api/v1/live/a%0Ab", "/api/v1/topics/%0A/follow", "/a%0Ab"])
def test_a_line_break_in_an_address_is_nowhere_and_a_problem_document(
    server: TidingsServer, path: str
) -> None:
    """The frameworks' patterns end at a line break; their own answer would be in plain text."""
    answer = httpx.get(server.url + path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/_event", "/_event/", "/_event/?EIO=4&transport=polling"])
def test_there_is_no_event_route_over_http_or_websocket(server: TidingsServer, path: str) -> None:
    with httpx.Client(base_url=server.url) as client:
        for method in ("GET", "POST"):
            assert client.request(method, path).status_code in (404, 405)
    origins: list[Any] = [None, server.url, FOREIGN]
    for origin in origins:
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(server.url.replace("http", "ws") + path, origin=origin),
        ):  # pyright: ignore[reportArgumentType]
            pass
        assert refused.value.response.status_code in (403, 404)


@pytest.mark.parametrize(
    "path", ["//login", "/login", "/login/", "/api/v1/session/", "//evil.example/..", "/users"]
)
def test_a_poisoned_host_comes_back_in_no_answer(server: TidingsServer, path: str) -> None:
    with httpx.Client(base_url=server.url) as client:
        answer = client.get(server.url + path, headers={"Host": "evil.example"})
        assert "evil.example" not in str(answer.headers).lower() + answer.text.replace(path, "")
        assert not answer.headers.get("location", "/").startswith("//")


@pytest.mark.parametrize("path", [*PAGES, *DOORS])
def test_every_answer_is_dressed(page: httpx.Client, path: str) -> None:
    headers = page.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "'unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0]
    assert "server" not in headers


def test_an_accident_of_ours_is_a_problem_document_and_one_entry_of_the_log(
    server: TidingsServer, page: httpx.Client
) -> None:
    published = page.post("/api/v1/notifications", json={"to": ["admin"], "title": "x", "data": {"a": 1}})
    broken(server, f"UPDATE contents SET data = 'no json' WHERE id = '{published.json()['id']}'")
    answer = page.get("/api/v1/notifications")
    broken(server, "UPDATE contents SET data = NULL WHERE data = 'no json'")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:tidings:problem:unexpected")
    assert "Traceback" not in answer.text
    name = answer.headers["x-request-id"]
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if name in line]
    assert [(line["level"], line["request"], "trace" in line) for line in lines] == [("error", name, True)]


def broken(server: TidingsServer, statement: str) -> None:
    with sqlite3.connect(server.data_dir / "tidings.db") as database:
        database.execute(statement)
    database.close()


def test_a_whole_days_work_leaves_no_secret_in_log_or_database(
    server: TidingsServer, page: httpx.Client
) -> None:
    used = a_days_work(server, page)
    used["key of the tokens"] = (server.data_dir / "secret_key").read_text().strip()
    places = {path.name: path.read_bytes() for path in server.data_dir.iterdir() if path.name != "secret_key"}
    assert {"server.log", "tidings.db"} <= set(places)
    assert len(used) >= 15
    for what, secret in used.items():
        for name, content in places.items():
            assert secret.encode() not in content, f"{what} is in {name}"
            assert secret.rsplit(".", 1)[-1].encode() not in content, f"the end of {what} is in {name}"


def test_the_data_are_for_nobody_else_on_this_machine(server: TidingsServer) -> None:
    for name in ("tidings.db", "tidings.db-wal", "secret_key"):
        path = server.data_dir / name
        if path.exists():
            assert oct(path.stat().st_mode & 0o077) == "0o0", name


def a_days_work(server: TidingsServer, page: httpx.Client) -> dict[str, str]:
    """Do everything in which a secret takes part, right and wrong, and return each of them."""
    used = {"password": ADMIN_PASSWORD, "cookie": page.cookies["tidings_session"]}
    used["token"] = page.post("/api/v1/session/token").json()["token"]
    used |= shown_once(page)
    used |= over_the_socket(server, used["token"])
    used |= wrongly(server, used)
    used |= changed_password(page)
    an_accident_with(server, used)
    return used


def shown_once(page: httpx.Client) -> dict[str, str]:
    key = page.post("/api/v1/keys", json={"name": "k" + secrets.token_hex(3)}).json()["secret"]
    made_up = page.post("/api/v1/users", json={"name": "u" + secrets.token_hex(3)}).json()["password"]
    user = {"name": "u" + secrets.token_hex(3), "password": secrets.token_hex(12)}
    assert page.post("/api/v1/users", json=user).status_code == 201
    signed_in = page.post("/api/v1/session", json={"username": user["name"], "password": user["password"]})
    page.post("/api/v1/session", json={"username": "admin", "password": ADMIN_PASSWORD})
    cookie = signed_in.cookies["tidings_session"]
    bearer = {"Authorization": f"Bearer {key}"}
    answer = page.post("/api/v1/notifications", json={"to": "everyone", "title": "Hello"}, headers=bearer)
    assert answer.status_code == 201
    return {
        "key": key,
        "made-up password": made_up,
        "chosen password": user["password"],
        "second cookie": cookie,
    }


def over_the_socket(server: TidingsServer, token: str) -> dict[str, str]:
    wrong = token[:-8] + secrets.token_urlsafe(6)
    for shown in (token, wrong, secrets.token_urlsafe(40)):
        with connect(server.socket_url, origin=server.url) as socket:  # pyright: ignore[reportArgumentType]
            socket.send(json.dumps({"type": "auth", "token": shown, "protocol": 1}))
            socket.recv(timeout=5)
    in_address, in_path, in_protocol = (secrets.token_urlsafe(40) for _ in range(3))
    for url, protocols in (
        (f"{server.socket_url}?token={in_address}", None),
        (f"{server.socket_url}/{in_path}", None),
        (server.socket_url, [in_protocol]),
    ):
        with pytest.raises(InvalidStatus), connect(url, subprotocols=protocols):  # pyright: ignore[reportArgumentType]
            pass
    return {
        "forged token": wrong,
        "token in address": in_address,
        "in path": in_path,
        "in protocol": in_protocol,
    }


def wrongly(server: TidingsServer, used: dict[str, str]) -> dict[str, str]:
    wrong = {
        what: secrets.token_urlsafe(24)
        for what in ("password typed as name", "wrong password", "wrong bearer")
    }
    wrong |= {what: secrets.token_urlsafe(32) for what in ("wrong cookie", "query", "broken body")}
    with httpx.Client(base_url=server.url) as client:
        client.post("/api/v1/session", json={"username": wrong["password typed as name"], "password": "x"})
        client.post("/api/v1/session", json={"username": "admin", "password": wrong["wrong password"]})
        client.post("/api/v1/session", content=f'{{"password": "{wrong["broken body"]}')
        client.post("/api/v1/notifications", headers={"Authorization": f"Bearer {wrong['wrong bearer']}"})
        client.get("/api/v1/session", headers={"Cookie": f"tidings_session={wrong['wrong cookie']}"})
        for path in ("/", "/login", "/api/v1/session", "/nothing", "/metrics"):
            client.get(f"{path}?token={wrong['query']}&key={used['key']}")
        client.get(f"/api/v1/notifications/{used['key']}")
        client.request("BREW", f"/api/v1/{used['key']}")
    return wrong


def changed_password(page: httpx.Client) -> dict[str, str]:
    new = secrets.token_hex(12)
    for current, wanted in ((ADMIN_PASSWORD, new), (new, ADMIN_PASSWORD)):
        body = {"current_password": current, "new_password": wanted}
        assert page.post("/api/v1/session/password", json=body).status_code == 204
    return {"new password": new}


def an_accident_with(server: TidingsServer, used: dict[str, str]) -> None:
    """Take a table away while every kind of secret comes in: whatever fails then shows what it was given."""
    for table in ("api_keys", "sessions", "users"):
        broken(server, f"ALTER TABLE {table} RENAME TO taken_away")
        with httpx.Client(base_url=server.url, headers={"Origin": server.url}) as client:
            client.cookies.set("tidings_session", used["cookie"])
            client.get("/api/v1/sessions")
            client.post("/api/v1/session", json={"username": "admin", "password": ADMIN_PASSWORD})
            bearer = {"Authorization": f"Bearer {used['key']}"}
            client.post("/api/v1/notifications", json={"to": "everyone", "title": "x"}, headers=bearer)
        broken(server, f"ALTER TABLE taken_away RENAME TO {table}")
