"""Every frame of a lively day fits the models from which types and documents are made."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from pydantic import TypeAdapter, ValidationError

from tests.browser.devtools import DevTools
from tests.browser.people import Person, Sender
from tests.browser.tab import Tab
from tests.browser.visitor import Visitor
from tidings.live.description.messages import SERVER
from tidings.live.protocol import KNOWN

SHARES = True
SETTINGS = {"HEARTBEAT_SECONDS": "1", "ACCESS_TOKEN_SECONDS": "3"}
MANY = 40  # more than a snapshot, so that older ones must be asked for


@pytest.fixture
def devtools(visitor: Visitor) -> Iterator[DevTools]:
    """Return the browser's own account of its sockets."""
    devtools = DevTools(visitor.devtools_address, visitor.site)
    yield devtools
    devtools.close()


def fits(message: dict[str, Any]) -> bool:
    """Tell whether one of the models is exactly this."""
    for model in SERVER:
        try:
            TypeAdapter(model).validate_python(message)
        except ValidationError:
            continue
        return True
    return False


def test_every_frame_fits_its_description(
    visitor: Visitor, devtools: DevTools, person: Person, sender: Sender
) -> None:
    sender.publishes_many([f"Number {number}" for number in range(MANY)], person)
    tab = visitor.opens_the_feed()
    tab.page.keyboard.press("End")
    expect(tab.card("Number 9")).to_be_attached()  # one of the older ones
    tab.is_done_scrolling()
    sender.publishes("Look", person, body="x" * 5000, data={"a": [1]}, url="https://example.org/")
    tab.counts(MANY + 1)
    tab.page.keyboard.press("Home")
    tab.opens("Look")
    tab.counts(MANY)
    visitor.context.set_offline(True)
    tab.is_in("disconnected", "offline")
    sender.publishes("meanwhile", person)
    visitor.context.set_offline(False)
    tab.is_connected()
    tab.counts(MANY + 1)
    tab.page.get_by_test_id("rail").get_by_role("link", name="All", exact=True).click()  # asks for a list
    visitor.waits_until(lambda: len(devtools.wires[-1].heard("history")) > 0, 10, "a list")
    visitor.waits_until(lambda: len(devtools.wires[-1].heard("auth_ok")) > 1, 6, "a renewal")
    visitor.waits_until(lambda: len(devtools.wires[-1].heard("ping")) > 0, 10, "a heartbeat")
    received = [message for wire in devtools.wires for message in wire.received]
    kinds = {message["type"] for message in received}
    assert kinds >= {"auth_ok", "snapshot", "notifications", "updated", "history", "ack", "ping", "pong"}
    assert [message for message in received if not fits(message)] == []
    for wire in devtools.wires:
        for message in wire.sent:
            KNOWN.validate_python(message)


def test_a_large_message_is_sent_deflated(
    visitor: Visitor, devtools: DevTools, tab: Tab, person: Person, sender: Sender
) -> None:
    sender.publishes_many([f"Number {number}" for number in range(MANY)], person)
    tab.counts(MANY)
    connection = "globalThis[Symbol.for('tidings.live')].connection"
    ids = tab.page.evaluate(f"{connection}.getSnapshot().listed.map(({{ id }}) => id)")
    assert len(ids) == MANY
    tab.page.evaluate(f"(ids) => {connection}.getSnapshot().mark(ids, 'read')", ids)
    tab.counts(0)
    visitor.waits_until(lambda: any(wire.heard("ack") for wire in devtools.wires), 10, "the acknowledgement")
    assert devtools.deflated_sent >= 1
    mark = next(mark for wire in devtools.wires for mark in wire.of_type("mark"))
    assert mark["items"] == ids
