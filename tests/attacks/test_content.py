"""What a sender writes is text, and a link leads to the web or to this site: nowhere else, in no spelling."""

import pytest
from httpx import Headers

from tests.attacks.site import SHORTEST, Site, sign_in

pytestmark = pytest.mark.anyio

RUNS_CODE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\0script:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript://%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "blob:https://tidings.test/1",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "http:evil.example",
    "http:/evil.example",
    "https:\\\\evil.example",
    "http://",
    "https://\u2028evil.example\n",
    "about:blank",
    "intent://evil#Intent;end",
    "evil.example",
    "",
]
TEXT = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "[x](javascript:alert(1))",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "</title><script>alert(1)</script>",
    "<!--",
    "\u202egnp.exe",
    "\u2066\u2067hidden\u2069",
    "%3Cscript%3E",
    "'; DROP TABLE deliveries; --",
]


@pytest.mark.parametrize("url", RUNS_CODE)
async def test_a_link_that_could_run_code_or_leave_unseen_is_refused(site: Site, url: str) -> None:
    sender = await site.sender()
    answer = await sender.post("/api/v1/notifications", json=SHORTEST | {"url": url})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == "#/url"
    assert (await (await site.browser("alice")).get("/api/v1/notifications")).json()["items"] == []


async def test_an_alert_with_such_a_link_arrives_without_it(site: Site) -> None:
    sender, alice = await site.sender(), await site.browser("alice")
    alerts = [{"labels": {"alertname": f"A{n}"}, "generatorURL": url} for n, url in enumerate(RUNS_CODE)]
    answer = await sender.post("/api/v1/hooks/alertmanager?to=alice", json={"alerts": alerts})
    assert answer.status_code == 201, answer.text
    items = (await alice.get("/api/v1/notifications?limit=100")).json()["items"]
    assert {item["url"] for item in items} == {None}


@pytest.mark.parametrize("text", TEXT)
async def test_markup_is_kept_as_the_text_it_is_and_never_becomes_a_page(site: Site, text: str) -> None:
    sender, alice = await site.sender(), await site.browser("alice")
    wish = SHORTEST | {
        "title": text,
        "body": text,
        "category": text,
        "format": "markdown",
        "data": {text: text},
    }
    assert (await sender.post("/api/v1/notifications", json=wish)).status_code == 201
    answer = await alice.get("/api/v1/notifications")
    item = answer.json()["items"][0]
    assert (item["title"], item["body"], item["category"], item["data"]) == (text, text, text, {text: text})
    assert answer.headers["content-type"] == "application/json"
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_name_cannot_be_markup_or_turn_the_line_around(site: Site) -> None:
    root = await site.browser("root")
    for text in [*TEXT[:4], "a\u202eb", "a\nb", " a", "every\u200bone", "EVERYONE"]:
        for path in ("/api/v1/users", "/api/v1/keys"):
            answer = await root.post(path, json={"name": text})
            assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/name"), text


async def test_a_device_cannot_paint_the_page_or_the_log(site: Site) -> None:
    agent = b"Evil\x1b[31m\xe2\x80\xae<script>"
    browser = await site.browser()
    browser.headers = Headers([*browser.headers.raw, (b"User-Agent", agent)])
    await sign_in(browser)
    device = (await browser.get("/api/v1/session")).json()["session"]["device"]
    assert "\x1b" not in device
    assert device.isprintable()
