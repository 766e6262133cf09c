"""The sixth connection of one person is refused, in words, and gets in when there is room."""

from playwright.sync_api import expect

from tests.browser.people import Person, Sender
from tests.browser.programs import Program
from tests.browser.visitor import Visitor
from tests.running import TidingsServer


def test_the_sixth_is_refused_in_words_and_gets_in_when_there_is_room(
    visitor: Visitor, person: Person, sender: Sender, server: TidingsServer
) -> None:
    with Program(server, person) as program:
        sockets = [program.connects() for _ in range(5)]
        tab = visitor.tab
        tab.goes_to("/")
        tab.is_in("disconnected", "too_many_connections")
        expect(tab.notice).to_contain_text("open in too many places")
        expect(tab.badge).to_contain_text("too many connections")
        assert "authentication failure (4429 too many connections)" in visitor.witness.story
        wires = len(visitor.witness.wires)
        tab.page.wait_for_timeout(1500)
        assert len(visitor.witness.wires) == wires, "it must wait for its reader"
        sockets[0].close()
        visitor.has_connections(4)
        tab.reconnect.click()
        tab.is_connected()
        expect(tab.notice).to_have_count(0)
        sender.publishes("in again", person)
        tab.shows("in again")


def test_a_reload_never_counts_against_itself(
    visitor: Visitor, person: Person, server: TidingsServer
) -> None:
    with Program(server, person) as program:
        for _ in range(4):
            program.connects()
        tab = visitor.opens_the_feed()
        for _ in range(4):
            tab.page.reload()
            tab.is_connected()
        visitor.has_connections(5)
