"""The hub with followers that have no socket: order, gaps, limits, endings."""

# pyright: reportPrivateUsage=false

import asyncio
import random

import pytest

from tests.live.crowd import Fake, Inbox, new_hub
from tidings.live.codes import Code
from tidings.live.connection import Phase
from tidings.live.ear import Heard
from tidings.live.needs import Needs
from tidings.live.protocol import Cursor
from tidings.notifications.marks import Marked
from tidings.notifications.news import Announcement, News

pytestmark = pytest.mark.anyio

EVERYTHING = Heard(everything=True)


async def turns(count: int = 10) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_news_reach_every_connection_of_the_person_and_nobody_else() -> None:
    hub, alice, bob = new_hub(), Inbox("alice"), Inbox("bob")
    first, second, other = Fake(hub, alice).be_live(), Fake(hub, alice).be_live(), Fake(hub, bob).be_live()
    hub.announce(alice.deliver("one"))
    await turns()
    assert first.titles == second.titles == ["one"]
    assert first.paper.frames[0] is second.paper.frames[0]
    assert other.heard == []
    assert hub.tally.deliveries == 2


async def test_what_is_announced_in_one_turn_goes_out_in_one_frame() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.deliver("before")
    browser.connection.seq = browser.connection.revision = 1
    for title in "abc":
        hub.announce(alice.deliver(title))
    await turns()
    [frame] = browser.heard
    assert frame["after"] == 1
    assert frame["cursor"] == {"epoch": "e", "seq": 4, "revision": 4}
    assert [(item["seq"], item["id"]) for item in frame["items"]] == [(2, "a"), (3, "b"), (4, "c")]
    assert (frame["unread"], frame["replay"]) == (4, False)


async def test_a_broadcast_gives_each_person_the_own_numbers() -> None:
    hub = new_hub()
    inboxes = [Inbox(f"u{number}") for number in range(3)]
    for number, inbox in enumerate(inboxes):
        for _ in range(number):
            inbox.deliver("old")
    browsers = [Fake(hub, inbox).be_live() for inbox in inboxes]
    for inbox in inboxes:
        inbox.deliver("all")
    news = News(b'{"id":"all"}', tuple(inbox.here() for inbox in inboxes))
    hub.announce(Announcement(len(inboxes), (news,)))
    await turns()
    assert [browser.heard[0]["items"] for browser in browsers] == [
        [{"seq": n, "id": "all"}] for n in (1, 2, 3)
    ]


async def test_a_mark_after_news_is_told_after_them() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    hub.announce(alice.deliver("one"))
    hub.changed(alice.mark("one"))
    hub.announce(alice.deliver("two"))
    await turns()
    assert [said["type"] for said in browser.heard] == ["notifications", "updated", "notifications"]
    assert browser.heard[1] == {"type": "updated", "items": [alice.history[1][1]], "unread": 1, "revision": 2}


async def test_an_operation_that_changed_nothing_is_not_told() -> None:
    hub, alice = new_hub(), Inbox("alice")
    alice.deliver("one")
    browser = Fake(hub, alice).be_live()
    hub.changed(Marked("alice", 1, 1, []))
    await turns()
    assert browser.heard == []


async def test_expired_items_change_the_count_in_every_browser() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.history.append(("gone", {}))
    hub.changed(Marked("alice", 0, 1, []))
    await turns()
    assert browser.heard == [{"type": "updated", "items": [], "unread": 0, "revision": 1}]


async def test_news_that_do_not_fit_are_read_from_the_database() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.deliver("written elsewhere")
    hub.announce(alice.deliver("ours"))
    await turns()
    assert browser.titles == ["written elsewhere", "ours"]
    assert browser.connection.phase is Phase.LIVE
    hub.announce(alice.deliver("next"))
    await turns()
    assert browser.titles == ["written elsewhere", "ours", "next"]
    assert alice.reads == 1


async def test_a_gap_inside_one_turn_is_read_from_the_database() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    hub.announce(alice.deliver("a"))
    alice.deliver("written elsewhere")
    hub.announce(alice.deliver("b"))
    await turns()
    assert browser.titles == ["a", "written elsewhere", "b"]


async def test_news_during_a_replay_come_after_it_and_once() -> None:
    hub, alice = new_hub(), Inbox("alice")
    alice.deliver("old")
    browser = Fake(hub, alice)
    browser.join()
    missed = alice.since(Cursor(epoch="e", seq=0, revision=0))
    hub.announce(alice.deliver("new"))
    await turns()
    assert browser.heard == []
    await browser.start(missed)
    assert browser.titles == ["old", "new"]
    assert browser.connection.phase is Phase.LIVE


async def test_a_cursor_claims_no_changes_that_are_still_to_follow() -> None:
    hub, alice = new_hub(), Inbox("alice")
    alice.deliver("one")
    alice.deliver("two")
    alice.mark("one")
    browser = Fake(hub, alice)
    browser.join()
    browser.connection.seq, browser.connection.revision = 1, 1
    await browser.start(alice.since(Cursor(epoch="e", seq=1, revision=1)))
    news, updated = browser.heard
    assert news["cursor"] == {"epoch": "e", "seq": 2, "revision": 1}
    assert (updated["type"], updated["revision"]) == ("updated", 3)


async def test_somebody_who_began_to_listen_too_late_to_be_asked_looks_for_himself() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.deliver("to everyone")
    hub.announce(Announcement(0, (), asked=frozenset({"bob"})))
    await turns()
    assert browser.titles == ["to everyone"]


async def test_a_database_that_is_away_leaves_the_socket_and_the_next_look_mends_it() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.away = True
    alice.deliver("unseen")
    hub.announce(alice.deliver("seen"))
    await turns()
    assert (browser.ends, browser.heard, browser.connection.phase) == ([], [], Phase.LIVE)
    alice.away = False
    await hub.look(needs(alice), EVERYTHING)
    await turns()
    assert browser.titles == ["unseen", "seen"]


def needs(*inboxes: Inbox, ended: frozenset[str] = frozenset()) -> Needs:
    async def positions(user_ids: object) -> dict[str, object]:
        return {inbox.user_id: inbox.here() for inbox in inboxes}

    async def ended_sessions(session_ids: object) -> frozenset[str]:
        return ended

    async def settle(user_ids: object) -> None:
        """These inboxes lack nothing."""

    return Needs(positions, settle, ended_sessions)


async def test_a_look_finds_what_nobody_told() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browser = Fake(hub, alice).be_live()
    alice.deliver("written elsewhere")
    alice.mark("written elsewhere")
    await hub.look(needs(alice), EVERYTHING)
    await turns()
    assert [said["type"] for said in browser.heard] == ["notifications", "updated"]
    assert browser.heard[1]["revision"] == browser.connection.revision == 2


async def test_a_look_ends_the_sockets_of_ended_sessions() -> None:
    hub, alice = new_hub(), Inbox("alice")
    here, gone = Fake(hub, alice, "here").be_live(), Fake(hub, alice, "gone").be_live()
    await hub.look(needs(alice, ended=frozenset({"gone"})), EVERYTHING)
    assert (here.ends, gone.ends) == ([], [(Code.SIGNED_OUT, None)])


async def test_a_session_that_ended_while_its_token_was_looked_at_does_not_get_in() -> None:
    hub, alice = new_hub(), Inbox("alice")
    hub.end_sessions(["s"])
    assert Fake(hub, alice, "s").join() is Code.SIGNED_OUT
    assert Fake(hub, alice, "t").join() is None


async def test_what_is_kept_nowhere_waits_for_the_end_of_a_replay() -> None:
    hub, alice = new_hub(), Inbox("alice")
    alice.deliver("old")
    browser = Fake(hub, alice)
    browser.join()
    hub.custom("alice", {"type": "wave"})
    assert browser.heard == []
    await browser.start(alice.since(Cursor(epoch="e", seq=0, revision=0)))
    assert [said["type"] for said in browser.heard] == ["notifications", "updated", "wave"]
    hub.custom("alice", {"type": "wave"})
    assert browser.heard[-1] == {"type": "wave"}


async def test_the_sixth_is_refused_and_a_free_place_is_free_at_once() -> None:
    hub, alice = new_hub(most=5), Inbox("alice")
    browsers = [Fake(hub, alice).be_live() for _ in range(5)]
    assert Fake(hub, alice).join() is Code.TOO_MANY
    hub.leave(browsers[2])
    hub.leave(browsers[2])
    assert Fake(hub, alice).join() is None
    assert Fake(hub, alice).join() is Code.TOO_MANY
    assert Fake(hub, Inbox("bob")).join() is None


async def test_the_oldest_makes_room_where_that_is_the_rule() -> None:
    hub, alice = new_hub(most=2, evict_oldest=True), Inbox("alice")
    browsers = [Fake(hub, alice).be_live() for _ in range(3)]
    assert [browser.ends for browser in browsers] == [[(Code.TOO_MANY, None)], [], []]
    assert hub.of_user("alice") == browsers[1:]


async def test_a_ghost_is_replaced_only_by_its_own_session() -> None:
    hub, alice = new_hub(most=1), Inbox("alice")
    ghost = Fake(hub, alice, "s", name="ghost").be_live()
    assert Fake(hub, alice, "another").join(replaces="ghost") is Code.TOO_MANY
    assert Fake(hub, Inbox("bob"), "s").join(replaces="ghost") is None
    assert ghost.ends == []
    assert Fake(hub, alice, "s").join(replaces="ghost") is None
    assert ghost.ends == [(Code.GOING_AWAY, None)]


async def test_everybody_leaving_leaves_nothing_behind() -> None:
    hub, inboxes = new_hub(), [Inbox(f"u{number}") for number in range(10)]
    browsers = [Fake(hub, inbox, f"s{inbox.user_id}").be_live() for inbox in inboxes for _ in range(3)]
    for browser in browsers:
        hub.wheel.set(browser, 5)
    random.Random(7).shuffle(browsers)
    for browser in browsers:
        hub.leave(browser)
    assert hub.listening() == frozenset()
    assert hub.sockets() == hub._places.sessions() == []
    assert hub.wheel._place == hub.wheel._spokes == {}


async def test_a_drain_spreads_the_return_and_lets_nobody_in() -> None:
    hub = new_hub()
    browsers = [Fake(hub, Inbox(f"u{number}")).be_live() for number in range(10)]
    hub.drain(5000)
    moments = [browser.ends[0][1] for browser in browsers]
    assert moments == [500 + 500 * place for place in range(10)]
    assert {browser.ends[0][0] for browser in browsers} == {Code.RESTARTING}
    assert Fake(hub, Inbox("late")).join() is Code.RESTARTING


async def test_who_reads_nothing_is_ended_and_the_others_are_not() -> None:
    hub, alice = new_hub(), Inbox("alice")
    awake, asleep = Fake(hub, alice).be_live(), Fake(hub, alice).be_live()
    hub.slow |= {awake, asleep}  # bytes wait for both
    asleep.asleep = True
    hub.check_slow()
    assert (awake.ends, asleep.ends) == ([], [(Code.TOO_SLOW, None)])


@pytest.mark.parametrize("seed", range(20))
async def test_whatever_is_announced_or_lost_the_browser_has_it_all_once_and_in_order(seed: int) -> None:
    dice = random.Random(seed)
    hub, alice = new_hub(most=10), Inbox("alice")
    browsers = [Fake(hub, alice).be_live() for _ in range(3)]
    for number in range(120):
        told = alice.mark("x") if dice.random() < 0.3 else alice.deliver(str(number))
        if dice.random() < 0.8:  # the rest is written by another process, or lost on the way
            if isinstance(told, Marked):
                hub.changed(told)
            else:
                hub.announce(told)
        if dice.random() < 0.3:
            await turns(dice.randrange(4))
        if dice.random() < 0.05:
            await hub.look(needs(alice), EVERYTHING)
        if dice.random() < 0.1:
            hub.custom("alice", {"type": "wave"})
    await turns()
    await hub.look(needs(alice), EVERYTHING)
    await turns()
    everything = [item["id"] for kind, item in alice.history if kind == "item"]
    for browser in browsers:
        assert browser.titles == everything
        assert (browser.connection.seq, browser.connection.revision) == (alice.seq, len(alice.history))
        at = 0
        for said in browser.heard:
            if said["type"] == "notifications":
                assert said["after"] == at
                at = said["cursor"]["seq"]
        told = sum(len(said["items"]) for said in browser.heard if said["type"] == "updated")
        assert told == sum(kind == "mark" for kind, _ in alice.history)


async def test_a_frame_to_many_is_made_once_a_person() -> None:
    hub, alice = new_hub(), Inbox("alice")
    browsers = [Fake(hub, alice).be_live() for _ in range(5)]
    hub.announce(alice.deliver("one"))
    await turns()
    assert len({id(browser.paper.frames[0]) for browser in browsers}) == 1
