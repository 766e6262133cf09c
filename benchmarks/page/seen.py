"""When something is seen: the feed on a first and on a later visit, and what was just published.

Wall-clock times, so only a quiet machine says how fast it is; the CPU time of the page stands beside them.
Called by the command.
"""

import json
import time
from statistics import median, quantiles
from typing import Any

import httpx
from playwright.sync_api import Page
from websockets.sync.client import connect
from websockets.typing import Origin

from benchmarks.figures import Figures
from benchmarks.page.site import MANY, Site
from benchmarks.workshop import CannotMeasure
from tests.browser.visitor import Visitor

SOON_MS = 60_000
KEPT_MS = 1_500  # the list is written to disk once a second
PUBLISHED = 200
HUNDREDTHS = 100
PAUSE_MS = 20

WATCH = """
globalThis.seen = { shift: 0 };
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.shift += value;
}).observe({ type: "layout-shift", buffered: true });
const painted = (then) => requestAnimationFrame(() => setTimeout(then));
const watcher = new MutationObserver(() => {
  const first = document.querySelector('[data-testid="feed-item"]');
  if (first && !seen.card) {
    seen.card = performance.now();
    painted(() => (seen.list = performance.now()));
  }
  const badge = document.querySelector('[data-testid="connection-badge"]');
  if (badge?.dataset.state === "connected") seen.connected ??= performance.now();
  const title = first?.querySelector(".row-title")?.textContent;
  if (title === seen.awaited) {
    seen.awaited = undefined;
    painted(() => (seen.at = performance.timeOrigin + performance.now()));
  }
});
watcher.observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
"""
NOTHING_UNREAD = "document.querySelector('[data-testid=unread-count]').textContent === '0'"
IS_THERE = "seen.list !== undefined && seen.connected !== undefined"
TOLD = """[
  performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
  seen.list, seen.connected, seen.shift,
]"""


def visits(site: Site, figures: Figures) -> None:
    """Note a first visit of a fresh browser, then a return after the connection's worker has ended."""
    for name, person in (("usual", site.usual), ("many", site.many)):
        with site.visitor(person) as visitor:
            visitor.context.add_init_script(WATCH)
            for visit in ("cold", "warm"):
                _visit(visitor, figures, f"{visit} {name}")
                visitor.tab.page.wait_for_timeout(KEPT_MS)
                visitor.tab.page.goto("about:blank")
                visitor.tab.page.wait_for_timeout(KEPT_MS)


def _visit(visitor: Visitor, figures: Figures, row: str) -> None:
    page = visitor.tab.page
    line: Any = visitor.context.new_cdp_session(page)
    line.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = _busy_s(line)
    page.goto(visitor.site + "/", timeout=SOON_MS)
    _becomes_true(page, IS_THERE)
    busy_ms = (_busy_s(line) - before) * 1e3
    page.wait_for_timeout(KEPT_MS)
    first, listed, connected, shift = page.evaluate(TOLD)
    figures.note(row, paint_ms=first, list_ms=listed, connected_ms=connected, shift=shift, cpu_ms=busy_ms)
    line.detach()


def _becomes_true(page: Page, expression: str) -> None:
    """Look again and again: the pages' policy allows no script that would wait inside of them."""
    deadline = time.monotonic() + SOON_MS / 1e3
    while not page.evaluate(expression):
        if time.monotonic() > deadline:
            raise CannotMeasure(f"This did not become true in the page: {expression}")
        page.wait_for_timeout(PAUSE_MS)


def _busy_s(line: Any) -> float:
    metrics = line.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def arrivals(site: Site, figures: Figures) -> None:
    """Note how long it takes from the start of a `POST` until the card is painted in an open page."""
    with site.visitor(site.usual) as visitor:
        visitor.context.add_init_script(WATCH)
        page = visitor.opens_the_feed().page
        took = [_arrival(site, page, f"Published {number}") for number in range(PUBLISHED)]
        shift = page.evaluate("seen.shift")
    figures.note("arrivals", p50_ms=median(took), p99_ms=quantiles(took, n=HUNDREDTHS)[-1], shift=shift)


def _arrival(site: Site, page: Page, title: str) -> float:
    page.evaluate("(title) => { seen.awaited = title; seen.at = 0; }", title)
    began = time.time()
    site.sender.publishes(title, site.usual)
    _becomes_true(page, "seen.at > 0")
    page.wait_for_timeout(PAUSE_MS)
    return page.evaluate("seen.at") - began * 1e3


def welcome(site: Site, figures: Figures) -> None:
    """Note how long somebody with ten thousand unread waits for `auth_ok`."""
    with httpx.Client(base_url=site.server.url, headers={"Origin": site.server.url}) as client:
        client.post("/api/v1/session", json={"username": site.many.name, "password": site.many.password})
        token = client.post("/api/v1/session/token").json()["token"]
    began = time.perf_counter()
    with connect(site.server.socket_url, origin=Origin(site.server.url)) as socket:
        socket.send(json.dumps({"type": "auth", "token": token, "protocol": 1}))
        while json.loads(socket.recv())["type"] != "auth_ok":
            pass
        figures.note("welcome", auth_ok_ms=(time.perf_counter() - began) * 1e3)


def mark_all(site: Site, figures: Figures) -> None:
    """Note how long it takes until 10,000 unread are read, in the page and at the server."""
    with site.visitor(site.many) as visitor:
        tab = visitor.opens_the_feed()
        tab.counts(MANY)
        began = time.perf_counter()
        tab.page.get_by_role("button", name="Mark all read").click()
        _becomes_true(tab.page, NOTHING_UNREAD)
        figures.note("mark all", page_s=time.perf_counter() - began)
        while visitor.context.request.get(visitor.site + "/api/v1/notifications?view=unread&limit=1").json()[
            "items"
        ]:
            tab.page.wait_for_timeout(PAUSE_MS)
        figures.note("mark all", server_s=time.perf_counter() - began)
