"""What a first visit loads, in bytes as they travel.

Nothing is timed here. Called by the command.
"""

import gzip
from collections.abc import Iterable

import httpx

from benchmarks.figures import Figures
from benchmarks.page.site import Site
from tests.browser.devtools import DevTools
from tests.browser.visitor import Visitor

KIB = 1024
SETTLED_MS = 1_500
NAMES = "performance.getEntriesByType('resource').map(({ name }) => name)"


def weigh(site: Site, figures: Figures) -> None:
    """Note scripts, styles and the page itself, for the feed and the sign-in."""
    for path, person in (("/", site.usual), ("/login", None)):
        with site.visitor(person) as visitor:
            names = _loaded(visitor, site.server.url, path)
            cookies = {
                one["name"]: one["value"]
                for one in visitor.context.cookies()
                if "name" in one and "value" in one
            }
        with httpx.Client(base_url=site.server.url, cookies=cookies) as client:
            page = client.get(path).content
            figures.note(
                f"weight {path}",
                script_kib=_zipped(client, (name for name in names if name.endswith(".js"))),
                script_br_kib=_travelling(client, (name for name in names if name.endswith(".js"))),
                style_kib=_zipped(client, (name for name in names if name.endswith(".css"))),
                page_kib=len(gzip.compress(page, 9)) / KIB,
                requests=len(names) + 1,
            )


def _loaded(visitor: Visitor, site: str, path: str) -> set[str]:
    devtools = DevTools(visitor.devtools_address, site)
    visitor.tab.goes_to(path)
    visitor.tab.page.wait_for_timeout(SETTLED_MS)
    names: list[str] = visitor.tab.page.evaluate(NAMES)
    workers = [devtools.targets[name]["url"] for name in devtools.workers()]
    devtools.close()
    ours = {name.removeprefix(site) for name in (*names, *workers) if name.startswith(site + "/")}
    return {name for name in ours if not name.startswith("/api/")}


def _zipped(client: httpx.Client, names: Iterable[str]) -> float:
    return sum(len(gzip.compress(client.get(name).content, 9)) for name in names) / KIB


def _travelling(client: httpx.Client, names: Iterable[str]) -> float:
    asked = {"Accept-Encoding": "br"}
    return sum(int(client.head(name, headers=asked).headers["content-length"]) for name in names) / KIB
