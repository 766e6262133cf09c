"""What a page weighs, how it is served, and that it stands still: counted, as times depend on the machine.

A bound that is passed says: somebody put something into every page. Take it out again, or raise the bound in
the same change and say why. How long it takes, `scripts/bench page` measures.
"""

import gzip
import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.devtools import DevTools
from tests.browser.people import Person, Sender, add_person
from tests.browser.sights import all_senders, every_page, realistic
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tests.running import TidingsServer

SHARES = True  # as for people: the worker's script belongs to what is loaded
KIB = 1024
# JavaScript of a first visit, gzipped: React, its router, Reflex and ours; and 36 KiB of Radix' menu and
# popover, which come when the page is at rest.
BUDGET = {"/": 242 * KIB, "/login": 160 * KIB}
STYLES = 30 * KIB
MOST_SCRIPTS = 13  # of one page: each is a question of its own on the line
SMALLEST_COMPRESSED = 256  # below that a compressed file would be the larger one
ROUTE = re.compile(r"/assets/_(\w+)_\._index-")  # the script of one page
STILL = 0.0005  # a score is shown with three digits
WIDTHS = (390, 1280)

QUIET_MS = 1_000  # also longer than the badge's word waits until a state has lasted

WORKERS_END_MS = 5_000  # without a tab; to look for it over the debugging port would keep it
COUNT = "performance.getEntriesByType('resource').length"
WATCH = """
globalThis.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, hadRecentInput, sources } of list.getEntries()) {
    const moved = sources.map(({ node }) => node?.className ?? node?.textContent ?? "gone");
    if (!hadRecentInput) shifts.push([value, moved.join(", ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def loaded(page: Page) -> set[str]:
    """Return the paths of everything of ours that the page has loaded, once nothing more comes."""
    comes_to_rest(page)
    names: list[str] = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    origin: str = page.evaluate("location.origin")
    return {name.removeprefix(origin) for name in names if name.startswith(origin + "/")}


def comes_to_rest(page: Page) -> None:
    """Wait until the page has loaded, and then nothing for a while."""
    page.wait_for_load_state("load", timeout=30_000)
    before = -1
    while (now := page.evaluate(COUNT)) != before:
        before = now
        page.wait_for_timeout(QUIET_MS)


def zipped(server: TidingsServer, paths: set[str]) -> dict[str, int]:
    return {path: len(gzip.compress(httpx.get(server.url + path).content, 9)) for path in paths}


def holds(weights: dict[str, int], budget: int) -> None:
    told = "\n".join(
        f"{weight:8,} {path}" for path, weight in sorted(weights.items(), key=lambda one: -one[1])
    )
    assert sum(weights.values()) <= budget, f"{sum(weights.values()):,} bytes of {budget:,}:\n{told}"


def stands_still(page: Page) -> None:
    shifts: list[tuple[float, str]] = page.evaluate("shifts")
    assert sum(value for value, _ in shifts) < STILL, shifts


@pytest.fixture
def stranger(open_browser: Callable[[], Visitor]) -> Visitor:
    """Return a browser that is signed in nowhere."""
    return open_browser()


def test_the_sign_in_loads_what_it_needs_and_no_other_page(stranger: Visitor, server: TidingsServer) -> None:
    page = stranger.tab.page
    stranger.tab.goes_to("/login")
    expect(page.get_by_test_id("sign-in-form")).to_be_visible()
    scripts = {path for path in loaded(page) if path.endswith(".js")}
    assert set(ROUTE.findall(" ".join(scripts))) == {"login"}
    holds(zipped(server, scripts), BUDGET["/login"])


def test_the_feed_loads_what_it_needs_and_no_other_page(visitor: Visitor, server: TidingsServer) -> None:
    devtools = DevTools(visitor.devtools_address, server.url)
    page = visitor.opens_the_feed().page
    comes_to_rest(page)
    workers = {devtools.targets[name]["url"].removeprefix(server.url) for name in devtools.workers()}
    devtools.close()
    assert len(workers) == 1
    scripts = {path for path in loaded(page) if path.endswith(".js")} | workers
    assert ROUTE.findall(" ".join(scripts)) == []
    holds(zipped(server, scripts), BUDGET["/"])
    holds(zipped(server, {path for path in loaded(page) if path.endswith(".css")}), STYLES)


def test_scripts_are_asked_for_after_the_styles_and_what_floats_not_at_all(
    visitor: Visitor, server: TidingsServer
) -> None:
    page = visitor.opens_the_feed().page
    preloads = page.request.get(server.url + "/").text().split('rel="modulepreload"')[1:]
    assert 0 < len(preloads) <= MOST_SCRIPTS
    assert all('fetchPriority="low"' in preload.split("/>")[0] for preload in preloads)
    assert not any("radix_parts" in preload for preload in preloads)


def test_a_menu_opens_at_the_first_press_though_it_is_loaded_only_then(visitor: Visitor) -> None:
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url))
    page = visitor.opens_the_feed().page
    account = page.get_by_test_id("account-menu")
    account.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_be_visible()
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(account).to_be_focused()
    assert any("radix_parts" in address for address in asked)


@pytest.mark.parametrize("leaves", ["key", "pointer"])
def test_a_menu_that_was_left_before_it_was_loaded_does_not_open_then(visitor: Visitor, leaves: str) -> None:
    held: list[Route] = []
    visitor.context.route("**/radix_parts-*.js", lambda route: held.append(route))
    page = visitor.opens_the_feed().page
    account = page.get_by_test_id("account-menu")
    account.focus()
    page.keyboard.press("Enter")
    expect(account).to_have_attribute("aria-expanded", "true")
    if leaves == "key":
        page.keyboard.press("Escape")
    else:
        page.mouse.click(700, 600)  # where nothing is
    expect(account).to_have_attribute("aria-expanded", "false")
    with page.expect_response("**/radix_parts-*.js"):
        held[0].continue_()
    account.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menu")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_everything_a_page_loads_is_compressed_and_kept(
    visitor: Visitor, server: TidingsServer, encoding: str
) -> None:
    page = visitor.opens_the_feed().page
    files = {path for path in loaded(page) if re.search(r"\.(js|css|svg)$", path)}
    assert any(path.endswith(".css") for path in files)
    for path in files | {"/login"}:
        answer = httpx.head(server.url + path, headers={"Accept-Encoding": encoding})
        whole = int(
            httpx.head(server.url + path, headers={"Accept-Encoding": "identity"}).headers["content-length"]
        )
        if whole >= SMALLEST_COMPRESSED:
            assert answer.headers.get("content-encoding") == encoding, path
            assert "accept-encoding" in answer.headers["vary"].lower(), path
        kept = "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache"
        assert answer.headers["cache-control"] == kept, path
        # The hashes of inline scripts are most of a policy, and mean nothing for a file.
        assert ("'sha256-" in answer.headers["content-security-policy"]) == (path == "/login"), path


def afresh(visitor: Visitor) -> Tab:
    """Close the tab, so that the worker ends, and open another one on no page yet."""
    page = visitor.context.new_page()
    visitor.tab.page.close()
    page.wait_for_timeout(WORKERS_END_MS)
    visitor.tab = Tab(page, visitor.site)
    return visitor.tab


def test_a_returning_reader_sees_the_list_before_anything_is_answered(
    visitor: Visitor, person: Person, sender: Sender
) -> None:
    sender.publishes("Kept by this browser", person)
    tab = visitor.opens_the_feed()
    tab.shows("Kept by this browser")
    tab.page.wait_for_timeout(1_500)  # it is written once a second
    tab = afresh(visitor)
    visitor.witness.expects("503")
    visitor.context.route("**/api/v1/**", lambda route: route.fulfill(status=503))
    tab.goes_to("/")
    tab.shows("Kept by this browser")
    expect(tab.badge).not_to_have_attribute("data-state", "connected")
    expect(tab.page.get_by_test_id("unread-count")).to_have_text("1")


def test_what_was_kept_of_somebody_is_not_shown_to_the_next_one(
    visitor: Visitor, person: Person, sender: Sender, server: TidingsServer
) -> None:
    sender.publishes("For one pair of eyes", person)
    tab = visitor.opens_the_feed()
    tab.shows("For one pair of eyes")
    tab.page.wait_for_timeout(1_500)
    tab = afresh(visitor)
    visitor.context.clear_cookies()  # the session is over, and nobody has told this browser
    visitor.is_signed_in_as(add_person(server))
    visitor.context.add_init_script(
        "new MutationObserver(() => {"
        "  if (document.body?.textContent.includes('one pair of eyes')) globalThis.wasSeen = true;"
        "}).observe(document, { childList: true, subtree: true });"
    )
    tab.goes_to("/")
    tab.is_connected()
    expect(tab.page.get_by_test_id("empty")).to_be_visible()
    assert not tab.page.evaluate("globalThis.wasSeen ?? false")


@pytest.fixture(scope="module")
def senders(server: TidingsServer) -> dict[str, Sender]:
    """Return several programs, so that the rail lists sources."""
    return all_senders(server)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_moves_while_the_feed_loads_and_while_things_arrive(
    open_browser: Callable[[], Visitor], server: TidingsServer, senders: dict[str, Sender], width: int
) -> None:
    reader = add_person(server, admin=True)  # who sees most: first steps, sources, administration
    realistic(senders, reader, 12)
    visitor = open_browser()
    visitor.is_signed_in_as(reader)
    visitor.context.add_init_script(WATCH)
    page = visitor.tab.page
    page.set_viewport_size({"width": width, "height": 844})
    for _ in ("cold", "warm"):
        visitor.opens_the_feed()
        comes_to_rest(page)
        stands_still(page)
    for key in ("one", "another", "third", "one"):
        senders["ci"].publishes(f"Arrived: {key}", reader, dedupe_key=key)
        expect(visitor.tab.cards.first).to_contain_text(f"Arrived: {key}")
        page.wait_for_timeout(400)
    stands_still(page)
    for number in range(8):  # faster than a row slides in
        senders["ci"].publishes(f"In a row: {number}", reader)
        expect(visitor.tab.cards.first).to_contain_text(f"In a row: {number}")
    page.wait_for_timeout(400)
    stands_still(page)


def test_what_a_new_admin_is_offered_has_its_room_before_the_server_has_said_who_reads(
    open_browser: Callable[[], Visitor], server: TidingsServer, sender: Sender
) -> None:
    reader = add_person(server, admin=True)
    sender.publishes("Already there", reader)
    visitor = open_browser()
    visitor.is_signed_in_as(reader)
    visitor.context.add_init_script(WATCH)
    page = visitor.tab.page
    page.set_viewport_size({"width": min(WIDTHS), "height": 844})
    offer = page.get_by_text("Bring in people and programs")
    visitor.opens_the_feed()
    expect(offer).to_be_visible()
    held: list[Route] = []
    page.route("**/api/v1/session", lambda route: held.append(route))
    visitor.opens_the_feed()
    expect(visitor.tab.card("Already there")).to_be_visible()
    visitor.waits_until(lambda: len(held) > 0, 5, "the question who reads")
    expect(offer).to_be_hidden()
    for route in held:
        route.continue_()
    expect(offer).to_be_visible()
    comes_to_rest(page)
    stands_still(page)


def test_nothing_moves_while_the_other_pages_load(
    open_browser: Callable[[], Visitor], server: TidingsServer
) -> None:
    visitor = open_browser()
    visitor.is_signed_in_as(add_person(server, admin=True))
    visitor.context.add_init_script(WATCH)
    page = visitor.tab.page
    for path in ("/login", *(sight.path for sight in every_page())):
        visitor.tab.goes_to(path)
        comes_to_rest(page)
        shifts: list[tuple[float, str]] = page.evaluate("shifts")
        assert sum(value for value, _ in shifts) < 4 * STILL, (path, shifts)
