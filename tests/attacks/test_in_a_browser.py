"""In a real browser: a hostile page beside us, our pages under their policy, secrets shown once.

The hostile page is on another port of the same name. For cookies that is the same site, so the victim's
cookie comes along with everything it tries: only our own checks stand in the way.
"""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Response, sync_playwright

from tests.browser.chromium import QUIET, installed
from tests.running import ADMIN_PASSWORD, TidingsServer

pytestmark = pytest.mark.browser

ATTEMPTS = """
async (ours) => {
  const outcome = async (work) => {
    try { return String(await work()); } catch (error) { return error.name; }
  };
  const json = { "Content-Type": "application/json" };
  const body = JSON.stringify({ to: "everyone", title: "from the hostile page" });
  const ask = (path, options) => fetch(ours + path, { credentials: "include", ...options });
  const read = (path) => outcome(async () => (await ask(path)).text());
  const send = (path, options) => outcome(async () => (await ask(path, options)).status);
  const plain = { "Content-Type": "text/plain" };
  const blind = (path) => send(path, { method: "POST", mode: "no-cors", headers: plain, body });
  const socket = () => new Promise((done) => {
    const socket = new WebSocket(ours.replace("http", "ws") + "/ws");
    socket.onopen = () => done("open");
    socket.onerror = () => done("refused");
  });
  return {
    session: await read("/api/v1/session"),
    feed: await read("/api/v1/notifications"),
    users: await read("/api/v1/users"),
    page: await read("/"),
    published: await send("/api/v1/notifications", { method: "POST", headers: json, body }),
    blindly: await blind("/api/v1/notifications"),
    token: await send("/api/v1/session/token", { method: "POST" }),
    signOut: await send("/api/v1/session", { method: "DELETE" }),
    key: await send("/api/v1/keys", { method: "POST", headers: json, body: '{"name": "evil"}' }),
    ws: await socket(),
  };
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = installed(playwright)
        if program is None:
            pytest.skip("no Chromium: install the package chromium, or run `playwright install chromium`")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", *QUIET])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    server = TidingsServer(tmp_path_factory.mktemp("browser"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, server: TidingsServer, complaints: list[str]) -> Iterator[Page]:
    """Return a tab of an admin; what the browser complains about is collected."""
    context = browser.new_context(base_url=server.url, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/login")
    page.fill("#username", "admin")
    page.fill("#password", ADMIN_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(server.url + "/")
    yield page
    page.goto("about:blank")  # closed while it goes somewhere, it might never be (Playwright's issue 42366)
    context.close()


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[str]:
    """Return the address of a page on another port."""
    (tmp_path / "index.html").write_text("<!doctype html><title>hostile</title>")

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002  # the name of the base class

    web = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path)))
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://localhost:{web.server_port}/"
    web.shutdown()
    web.server_close()


def state(page: Page) -> list[Any]:
    """Return everything the hostile page could have changed."""
    asked = "async (path) => (await fetch(path)).json()"
    sessions = page.evaluate(asked, "/api/v1/sessions")["sessions"]
    feed = page.evaluate(asked, "/api/v1/notifications")["items"]
    keys = page.evaluate(asked, "/api/v1/keys")["keys"]
    return [[each["id"] for each in sessions], [each["id"] for each in feed], [each["id"] for each in keys]]


def test_a_hostile_page_reads_nothing_changes_nothing_and_opens_nothing(
    page: Page, server: TidingsServer, hostile: str
) -> None:
    before = state(page)
    other = page.context.new_page()
    other.goto(hostile)
    outcome = other.evaluate(ATTEMPTS, server.url)
    assert outcome.pop("ws") == "refused"
    assert set(outcome.values()) == {"TypeError"}, outcome
    assert state(page) == before


def test_a_hostile_form_neither_publishes_nor_signs_anybody_in(
    page: Page, server: TidingsServer, hostile: str
) -> None:
    before = state(page)
    for path, fields in (
        ("/api/v1/session", {"username": "admin", "password": ADMIN_PASSWORD}),
        ("/api/v1/notifications", {'{"to":"everyone","title":"x","data":"': '"}'}),
        ("/api/v1/notifications/test", {}),
    ):
        other = page.context.new_page()
        other.goto(hostile)
        form = """([action, fields]) => {
          const form = document.body.appendChild(document.createElement("form"));
          Object.assign(form, { method: "post", action, enctype: "text/plain" });
          if (action.endsWith("session")) form.enctype = "application/x-www-form-urlencoded";
          for (const [name, value] of Object.entries(fields))
            form.append(Object.assign(document.createElement("input"), { name, value }));
          form.submit();
        }"""
        with other.expect_response(server.url + path) as answered:
            other.evaluate(form, [server.url + path, fields])
        assert answered.value.status == 403, path
        other.close()
    assert state(page) == before


def test_a_hostile_page_cannot_frame_us(page: Page, server: TidingsServer, hostile: str) -> None:
    other = page.context.new_page()
    other.goto(hostile)
    other.evaluate("(url) => { document.body.innerHTML = `<iframe src='${url}/'></iframe>`; }", server.url)
    other.wait_for_timeout(500)
    assert all(server.url not in frame.url for frame in other.frames)


@pytest.mark.parametrize("place", ["/", "/sessions", "/users", "/keys", "/audit", "/api/docs", "/nothing"])
def test_every_page_runs_under_its_own_policy(page: Page, complaints: list[str], place: str) -> None:
    page.goto(place)
    page.locator("h1, h2").first.wait_for(state="attached")
    page.wait_for_timeout(300)  # for whatever a page does after it is there
    assert not [said for said in complaints if "Content Security Policy" in said or "Refused to" in said]


def test_a_script_in_a_title_is_read_and_not_run(page: Page) -> None:
    evil = "<img src=x onerror=globalThis.hurt=1><script>globalThis.hurt=1</script>"
    publish = """async (title) => (await fetch("/api/v1/notifications", {method: "POST",
        body: JSON.stringify({to: ["admin"], title, body: title, format: "markdown"})})).status"""
    assert page.evaluate(publish, evil) == 201
    page.locator(".row-title", has_text=evil).wait_for()
    page.locator("[data-testid=feed-item] button").first.click()
    page.locator(".row-body", has_text=evil).wait_for()
    assert page.evaluate("globalThis.hurt") is None
    assert page.locator("[data-testid=feed-item] img, [data-testid=feed-item] script").count() == 0


def test_a_new_key_is_shown_once_and_works(page: Page, server: TidingsServer) -> None:
    page.goto("/keys")
    page.get_by_role("button", name="New key").click()
    page.get_by_label("Name", exact=True).fill("from-the-page")
    page.keyboard.press("Enter")
    secret = page.get_by_label("API key", exact=True).inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Copy").first.click()
    assert page.evaluate("navigator.clipboard.readText()") == secret
    for name in ("Python", "Alertmanager", "Grafana", "curl"):
        page.get_by_text(name, exact=True).click()
        assert secret in page.get_by_label(f"For {name}").inner_text()
    page.get_by_role("button", name="I have kept it").click()
    page.locator("[data-testid=key][data-name=from-the-page]").wait_for()
    assert secret not in page.content()
    page.locator("[data-name=from-the-page]").get_by_role("button", name="Revoke").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    page.locator("[data-name=from-the-page]").get_by_text("Revoked", exact=True).wait_for()


def test_the_focus_goes_into_a_dialog_and_comes_back(page: Page) -> None:
    page.goto("/users")
    opener = page.get_by_role("button", name="Add user")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.get_by_label("Name", exact=True).evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    assert opener.evaluate("button => button === document.activeElement")


def is_sign_in_page(response: Response) -> bool:
    """Tell whether a tab goes to the sign-in page with this."""
    return response.request.is_navigation_request() and urlsplit(response.url).path == "/login"


def test_back_after_signing_out_shows_nothing(page: Page, server: TidingsServer) -> None:
    page.goto("/users")
    page.locator("[data-testid=user]").first.wait_for()
    page.get_by_test_id("sign-out").click()
    page.wait_for_url("**/login**")
    with page.expect_response(is_sign_in_page):  # by way of /users, which is asked for again
        page.go_back()
    page.locator("#username").wait_for()
    assert page.locator("[data-testid=user]").count() == 0


def test_who_is_no_admin_reads_a_polite_refusal_and_sees_no_way_there(
    browser: Browser, server: TidingsServer
) -> None:
    server.command("user", "add", "alice", "--password-stdin", given="alice's own\n")
    context = browser.new_context(base_url=server.url)
    page = context.new_page()
    page.goto("/keys")
    assert page.url.endswith("/login")
    page.fill("#username", "alice")
    page.fill("#password", "alice's own")
    page.click("button[type=submit]")
    page.wait_for_url(server.url + "/")
    page.get_by_test_id("account-menu").click()
    page.get_by_role("menuitem", name="Sessions and devices").wait_for()
    assert page.get_by_role("menuitem", name="API keys").count() == 0
    answer = page.goto("/keys")
    assert answer is not None
    assert answer.status == 403
    page.get_by_text("This page is for admins").wait_for()
    assert page.get_by_role("button", name="New key").count() == 0
    context.close()
