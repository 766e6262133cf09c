"""The operator's page of several workers: all are shown, all can be reached, one that hangs is named."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from playwright.sync_api import Locator, Page, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.browser.people import Person, Sender
from tests.browser.test_looks import finds_nothing_serious, never_scrolls_sideways
from tests.browser.visitor import Visitor
from tests.running import ADMIN_PASSWORD, TidingsServer
from tests.servers import a_redis

ADMIN = Person("admin", ADMIN_PASSWORD)
WITHIN_MS = 10_000
SOCKETS = 5


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    """Return a server of two workers."""
    with a_redis() as redis:
        folder = tmp_path_factory.mktemp("workers") / "data"
        server = TidingsServer(folder, TIDINGS_WORKERS="2", TIDINGS_REDIS_URL=redis.url)
        try:
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture
def operator(open_browser: Callable[[], Visitor]) -> Visitor:
    operator = open_browser()
    operator.is_signed_in_as(ADMIN)
    operator.tab.goes_to("/live")
    expect(operator.tab.page.get_by_test_id("live-worker")).to_have_count(2, timeout=WITHIN_MS)
    return operator


@pytest.fixture
def sockets(visitor: Visitor, server: TidingsServer) -> Iterator[dict[str, ClientConnection]]:
    """Return five connections of one person, at whichever worker, by their names."""
    token = visitor.context.request.post(server.url + "/api/v1/session/token", headers={"Origin": server.url})
    auth = '{"type": "auth", "protocol": 1, "token": "' + token.json()["token"] + '"}'
    with ExitStack() as stack:
        found: dict[str, ClientConnection] = {}
        for _ in range(SOCKETS):
            socket = stack.enter_context(connect(server.socket_url, proxy=None, ping_interval=None))
            socket.send(auth)
            name = re.search(r'"connection":"([^"]+)"', str(socket.recv()))
            assert name
            found[name[1]] = socket
        yield found


def rows_of(page: Page, person: Person) -> Locator:
    return page.locator(f'[data-testid="live-connection"][data-user="{person.name}"]')


def test_all_workers_are_shown_and_a_connection_ends_wherever_it_is(
    operator: Visitor, person: Person, sender: Sender, sockets: dict[str, ClientConnection]
) -> None:
    page = operator.tab.page
    rows = rows_of(page, person)
    expect(rows).to_have_count(SOCKETS, timeout=WITHIN_MS)
    expect(page.get_by_test_id("plot-connections")).to_contain_text(str(SOCKETS + 1), timeout=WITHIN_MS)
    expect(rows.first).to_contain_text(re.compile(r"at \S+ · [01]"))
    sender.publishes("Hello", person)
    sent = page.get_by_test_id("live-sender").filter(has_text="journeys")
    expect(sent).to_have_count(1, timeout=WITHIN_MS)
    for left in range(SOCKETS - 1, -1, -1):  # of both workers, or nearly always
        name = rows.first.get_attribute("data-id") or ""
        rows.first.get_by_role("button", name="End", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="End the connection").click()
        expect(rows).to_have_count(left, timeout=WITHIN_MS)
        assert _end_code(sockets[name]) == 1001
    ending = page.locator('[data-testid="live-ending"][data-code="1001"]').filter(has_text=person.name)
    expect(ending).to_have_count(SOCKETS, timeout=WITHIN_MS)


def test_each_worker_has_a_line_and_nobody_stumbles(operator: Visitor) -> None:
    page = operator.tab.page
    lines = page.get_by_test_id("plot-connections").locator(".chart-line")
    expect(lines).to_have_count(1)
    page.get_by_role("button", name="By worker", exact=True).click()
    expect(lines).to_have_count(2)
    expect(page.get_by_test_id("plot-legend").locator("li")).to_have_count(2)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        finds_nothing_serious(page)
    page.set_viewport_size({"width": 320, "height": 640})
    never_scrolls_sideways(page)


def test_a_worker_that_hangs_is_named_and_back_when_it_is_back(operator: Visitor) -> None:
    page = operator.tab.page
    mine = re.search(r"at (\S+ · [01])", rows_of(page, ADMIN).first.inner_text())
    assert mine
    other = page.get_by_test_id("live-worker").filter(has_not_text=mine[1])
    named = re.search(r"process (\d+)", other.inner_text())
    assert named
    pid = int(named[1])
    os.kill(pid, signal.SIGSTOP)
    try:
        expect(other).to_contain_text("silent for", timeout=WITHIN_MS)
        expect(page.get_by_test_id("live-silent")).to_contain_text("1 worker says nothing.")
    finally:
        os.kill(pid, signal.SIGCONT)
    expect(page.get_by_test_id("live-silent")).to_have_count(0, timeout=WITHIN_MS)
    expect(other).not_to_contain_text("silent")


def _end_code(socket: ClientConnection) -> int | None:
    with suppress(ConnectionClosed):
        while True:
            socket.recv(timeout=10)
    return socket.close_code
