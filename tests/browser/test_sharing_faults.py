"""Renderers crash or freeze, workers die: the other tabs do not notice, nothing a person did is lost."""

import os
import signal
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.devtools import DevTools
from tests.browser.people import Person, Sender, operations_of
from tests.browser.tab import Tab
from tests.browser.test_sharing import devtools, has_connections, tabs
from tests.browser.test_signing_in import remains
from tests.browser.visitor import Visitor
from tests.running import TidingsServer, wait_until

__all__ = ["devtools", "tabs"]  # fixtures

SHARES = True
SETTINGS = {"RETRY_DELAYS_SECONDS": "0.2", "RETRY_JITTER": "0"}
SECONDS = 3.0
WAKING_S = 10.0
BUSY = "() => { const end = performance.now() + 400; while (performance.now() < end); }"


def crash(tab: Tab) -> None:
    """End the renderer of a tab, as running out of memory does."""
    pid = renderer_of(tab)
    with tab.page.expect_event("crash"):
        os.kill(pid, signal.SIGKILL)


def worked_ticks() -> dict[int, int]:
    """Return how much each renderer on this machine has worked."""
    worked: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
                worked[int(folder.name)] = int(fields[11]) + int(fields[12])
    return worked


def renderer_of(tab: Tab) -> int:
    """Return the process of a tab: the one that works when the tab is kept busy."""
    before = worked_ticks()
    tab.page.evaluate(BUSY)
    after = worked_ticks()
    return max(before, key=lambda pid: after.get(pid, 0) - before[pid])


@contextmanager
def stopped(pid: int) -> Generator[None]:
    """Freeze a process for as long as it takes."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def seconds_until(visitor: Visitor, true: Callable[[], bool], within_s: float, what: str) -> float:
    """Wait, and return how long it took."""
    began = time.monotonic()
    visitor.waits_until(true, within_s, what)
    return time.monotonic() - began


def has_kept_a_list(tab: Tab) -> bool:
    """See whether the disk holds a list: it is written a second after it changed (cache.js)."""
    return any(row.get("cursor") for row in remains(tab.page)["rows"])


@pytest.mark.parametrize(
    "number", [0, 1], ids=["the first tab, in whose process the worker lives", "another tab"]
)
def test_a_crashed_renderer_is_not_noticed_by_the_others(
    server: TidingsServer, tabs: list[Tab], person: Person, sender: Sender, number: int
) -> None:
    sender.publishes("before", person)
    tabs[-1].shows("before")
    crash(tabs[number])
    sender.publishes("after", person)
    tabs[-1].shows("after", "before", within_s=SECONDS)
    tabs[-1].is_connected(SECONDS)
    expect(tabs[-1].notice).to_have_count(0)
    has_connections(server, 1)


def test_a_dead_worker_is_replaced_within_seconds(
    visitor: Visitor,
    server: TidingsServer,
    devtools: DevTools,
    tabs: list[Tab],
    person: Person,
    sender: Sender,
) -> None:
    visitor.tab = tabs[-1]
    sender.publishes("before", person)
    tabs[-1].shows("before")
    visitor.waits_until(lambda: has_kept_a_list(tabs[0]), SECONDS, "a list kept on disk with its cursor")
    for _ in range(3):
        count = len(devtools.wires)
        devtools.kill(devtools.workers()[-1])
        took_s = seconds_until(
            visitor,
            lambda count=count: len(devtools.wires) > count and bool(devtools.wires[-1].heard("auth_ok")),
            SECONDS,
            "a new connection",
        )
        print(f"worker's death → connected: {took_s * 1000:.0f} ms")
    sender.publishes("still here", person)
    for tab in tabs:
        tab.shows("still here", "before")
    has_connections(server, 1)
    auth = devtools.wires[-1].of_type("auth")[0]
    assert auth["replaces"]
    assert auth["cursor"]


def test_marks_made_while_there_is_no_worker_are_made_once(
    server: TidingsServer, devtools: DevTools, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    sender.publishes("one", person)
    sender.publishes("two", person)
    tabs[-1].shows("two", "one")
    devtools.kill(devtools.workers()[-1])
    tabs[-1].opens("one")
    tabs[-1].counts(1)
    for tab in tabs:
        tab.shows_read("one", within_s=SECONDS)  # at once: what the server knows by then is another matter
    wait_until(lambda: operations_of(server, person) == 1, WAKING_S, "the mark at the server")
    sender.publishes("three", person)
    for tab in tabs:
        tab.shows("three", "two", "one")
    assert operations_of(server, person) == 1


def test_a_frozen_renderer_stops_nobody_and_wakes_complete(
    visitor: Visitor, server: TidingsServer, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    pid = renderer_of(tabs[0])  # the worker lives in the process of the first tab
    assert pid != renderer_of(tabs[-1])
    with stopped(pid):
        sender.publishes("while one sleeps", person)
        tabs[-1].shows("while one sleeps", within_s=WAKING_S)
        tabs[-1].is_connected(WAKING_S)
    began = time.monotonic()
    tabs[0].comes_to_the_front()
    tabs[0].is_connected(WAKING_S)
    tabs[0].shows("while one sleeps", within_s=WAKING_S)
    print(f"woken → complete: {(time.monotonic() - began) * 1000:.0f} ms")
    has_connections(server, 1, within_s=5)
    sender.publishes("all awake", person)
    for tab in tabs:
        tab.shows("all awake", "while one sleeps")


def test_frozen_alone_it_wakes_complete(
    server: TidingsServer, tab: Tab, person: Person, sender: Sender
) -> None:
    with stopped(renderer_of(tab)):
        sender.publishes("asleep", person)
        time.sleep(5)
    tab.shows("asleep", within_s=WAKING_S)
    tab.is_connected(WAKING_S)
    has_connections(server, 1)


def test_what_was_done_while_the_server_was_gone_survives_reload_and_crash(
    mortal: None,
    visitor: Visitor,
    server: TidingsServer,
    devtools: DevTools,
    tabs: list[Tab],
    person: Person,
    sender: Sender,
) -> None:
    sender.publishes("one", person)
    sender.publishes("two", person)
    tabs[-1].shows("two", "one")
    tabs[-1].page.wait_for_timeout(1200)  # until it is cached
    server.kill()
    tabs[-1].is_in("reconnecting", within_s=SECONDS)
    tabs[-1].opens("one")
    tabs[-1].opens("two")
    expect(tabs[-1].card("one")).to_have_attribute("data-read", "true")
    devtools.kill(devtools.workers()[-1])
    server.start()
    tabs[-1].page.reload()
    tabs[-1].is_connected(within_s=10)
    tabs[-1].counts(0)
    visitor.tab = tabs[-1]
    visitor.waits_until(lambda: len(devtools.wires[-1].heard("ack")) >= 2, 10, "the acknowledgements")
    marks = [mark for wire in devtools.wires for mark in wire.of_type("mark")]
    assert [mark["as"] for mark in marks] == ["read", "read"]


def test_offline_actions_are_sent_once_and_in_order(
    visitor: Visitor, devtools: DevTools, tabs: list[Tab], person: Person, sender: Sender
) -> None:
    for title in ("one", "two"):
        sender.publishes(title, person)
    tabs[-1].shows("two", "one")
    visitor.context.set_offline(True)
    tabs[-1].is_in("disconnected", "offline")
    tabs[-1].opens("one")
    tabs[-1].opens("two")
    tabs[-1].counts(0)
    devtools.kill(devtools.workers()[-1])  # what was done is on disk
    tabs[-1].page.wait_for_timeout(500)
    visitor.context.set_offline(False)
    tabs[-1].is_connected(SECONDS)
    for tab in tabs:
        tab.counts(0)
    ids = [mark["items"] for wire in devtools.wires for mark in wire.of_type("mark")]
    assert len(ids) == 2
