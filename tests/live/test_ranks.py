"""Ranks: who is told with many others hears what they would have heard alone, whatever the kernel does."""

import asyncio
import json
import random
from typing import Any

import numpy as np
import pytest

from tests.live.crowd import Fake, Inbox, Paper, new_hub
from tidings.clock import ManualClock
from tidings.live.codes import Code
from tidings.live.connection import Phase
from tidings.live.ear import Heard
from tidings.live.needs import Needs
from tidings.live.pipe import NO_DESCRIPTOR, Numbers, Table
from tidings.notifications.news import Announcement, News
from tidings.notifications.numbers import Position

pytestmark = pytest.mark.anyio

EVERYBODY_ALONE, NOBODY_ALONE = 1000, 0


@pytest.fixture(name="in_ranks")
def _in_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tidings.live.crier.FEW", NOBODY_ALONE)


class Stream(Paper):
    """A pipe past which bytes can be written: what it got in all must be whole frames in order."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.line = self
        self.roomy, self.descriptor = True, descriptor
        self.is_full = self.is_broken = False

    def put(self, framed: bytes) -> bool:
        if self.is_broken:
            raise RuntimeError("not meant to be")
        if not self.is_full:
            self.frames.append(framed)
        return not self.is_full

    def put_rest(self, framed: bytes, taken: int) -> bool:
        if taken < 1:
            return self.put(framed)
        assert self.frames.pop() == framed[:taken], "the rest of something else"
        self.frames.append(framed)
        return True


class Kernel:
    """Takes rows: all of each, or some, or nothing, as the dice fall."""

    def __init__(self, dice: random.Random | None = None) -> None:
        self.streams: list[Stream] = []
        self.taken = 0
        self.is_broken = False
        self._dice = dice

    def open(self) -> Stream:
        self.streams.append(Stream(len(self.streams)))
        return self.streams[-1]

    def send(self, descriptors: Numbers, table: Table) -> Numbers:
        if self.is_broken:
            raise RuntimeError("not meant to be")
        rows = zip(descriptors.tolist(), table, strict=True)
        return np.array([self._take(descriptor, row.tobytes()) for descriptor, row in rows], np.int32)

    def _take(self, descriptor: int, row: bytes) -> int:
        if descriptor == NO_DESCRIPTOR:
            return -9
        assert self.streams[descriptor].roomy, "nothing may overtake what waits"
        taken = self._dice.choice((len(row), len(row), -11, 1, len(row) - 1)) if self._dice else len(row)
        if taken > 0:
            self.taken += 1
            self.streams[descriptor].frames.append(row[:taken])
        return taken


class Town:
    """A few people with a few browsers each, and broadcasts to all of them."""

    def __init__(self, kernel: Kernel) -> None:
        self.hub = new_hub(send=kernel.send)
        self.inboxes = [Inbox(f"user-{number}") for number in range(6)]
        self.browsers: list[Fake] = []
        self._kernel = kernel
        self._positions: tuple[Position, ...] = ()
        self._further = 0

    def come(self, inbox: Inbox, *, deflates: bool = False) -> Fake:
        browser = Fake(self.hub, inbox, name=f"browser-{len(self.browsers)}")
        if browser.join() is None:
            browser.paper = browser.pipe = self._kernel.open()
            here, connection = inbox.here(), browser.connection
            connection.seq, connection.revision, connection.phase = here.seq, here.revision, Phase.LIVE
            connection.deflates = deflates
            browser.line_changed()
            self.browsers.append(browser)
        return browser

    def go(self, browser: Fake) -> None:
        self.browsers.remove(browser)
        self.hub.leave(browser)
        browser.connection.ended()

    def broadcast(self, body: str = "hello", *, in_a_row: bool = False) -> None:
        for inbox in self.inboxes:
            inbox.history.append(("item", {"seq": inbox.seq + 1, "id": body}))
        self._further = self._further + 1 if in_a_row else 0
        if not in_a_row:
            self._positions = tuple(inbox.here() for inbox in self.inboxes)
        tail = json.dumps({"id": body}).encode()
        self.hub.announce(Announcement(len(self.inboxes), (News(tail, self._positions, self._further),)))

    @property
    def stands(self) -> list[tuple[str, int, int, str]]:
        every = [(browser.connection.id, browser.connection) for browser in self.browsers]
        return [(name, here.seq, here.revision, here.phase) for name, here in every]


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def live_through(seed: int, town: Town) -> list[list[dict[str, Any]]]:
    """Let whatever may happen happen in an order that the seed decides; return what each browser heard."""
    dice, is_row = random.Random(seed), False
    for inbox in town.inboxes:
        inbox.history += [("mark", {"id": "old", "read_at": "then"})] * dice.choice((0, 5, 20_000))
        town.come(inbox, deflates=dice.random() < 0.5)
    left: list[Fake] = []
    for _ in range(60):
        happens = dice.choice(["broadcast"] * 6 + ["mark", "come", "go", "behind", "waits", "ends", "turn"])
        someone, inbox = dice.choice(town.browsers or [town.come(town.inboxes[0])]), dice.choice(town.inboxes)
        match happens:
            case "broadcast":
                body = "x" * dice.choice((1, 700, 2000, 9000))
                town.broadcast(body, in_a_row=is_row and dice.random() < 0.8)
                is_row = True
            case "mark":
                town.hub.changed(inbox.mark("x"))
                is_row = False
            case "come":
                await turns()
                town.come(inbox, deflates=dice.random() < 0.5)
            case "go":
                left.append(someone)
                town.go(someone)
            case "behind":
                someone.look()
            case "waits":
                someone.paper.line.roomy = not someone.paper.line.roomy
                someone.line_changed()
            case "ends":
                someone.end(Code.SIGNED_OUT)
            case _:
                await turns()
    await turns(20)
    return [joined(browser.heard) for browser in (*left, *town.browsers)]


def joined(heard: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put what follows directly into one message: how many frames it was is not what matters here."""
    every: list[dict[str, Any]] = []
    for said in heard:
        if every and "after" in said and "after" in every[-1] and said["replay"] == every[-1]["replay"]:
            first, items = every.pop(), said["items"]
            assert said["after"] == first["cursor"]["seq"]
            every.append(said | {"after": first["after"], "items": first["items"] + items})
        else:
            every.append(said)
    return every


@pytest.mark.parametrize("seed", range(40))
async def test_in_ranks_everybody_hears_what_they_would_hear_alone(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    for few, kernel in ((EVERYBODY_ALONE, Kernel()), (NOBODY_ALONE, Kernel(random.Random(seed)))):
        monkeypatch.setattr("tidings.live.crier.FEW", few)
        town = Town(kernel)
        heard.append((await live_through(seed, town), town.stands, town.hub.tally.deliveries))
    assert heard[0] == heard[1]
    assert kernel.taken, "the ranks were used"


async def test_who_does_not_read_and_has_too_much_waiting_is_sent_away(in_ranks: None) -> None:
    town = Town(Kernel())
    slow, quick = town.come(town.inboxes[0]), town.come(town.inboxes[1])
    stream = slow.paper
    assert isinstance(stream, Stream)
    stream.roomy, stream.is_full = False, True
    slow.line_changed()
    town.broadcast()
    await turns()
    assert slow.ends == [(Code.TOO_SLOW, None)]
    assert quick.titles == ["hello"]


async def test_ranks_stay_drawn_up_until_somebody_comes_or_goes(in_ranks: None) -> None:
    town = Town(Kernel())
    first = town.come(town.inboxes[0])
    places = town.hub._places  # pyright: ignore[reportPrivateUsage]
    town.broadcast()
    await turns()
    drawn_up = places.ranks
    town.broadcast(in_a_row=True)
    await turns()
    assert places.ranks is drawn_up is not None
    second = town.come(town.inboxes[0])
    assert places.ranks is None, "nobody who left is remembered"
    town.broadcast(in_a_row=True)
    await turns()
    town.go(first)
    assert places.ranks is None
    assert [len(first.heard), len(second.heard)] == [3, 1]


class Busy(Kernel):
    """A kernel that takes its time, and a database with more to come."""

    def __init__(self, takes_s: float) -> None:
        super().__init__()
        self.town = Town(self)
        self.town.hub.more_comes = lambda: self.more_comes
        self.more_comes = True
        self._takes_s = takes_s

    def send(self, descriptors: Numbers, table: Table) -> Numbers:
        clock = self.town.hub.clock
        assert isinstance(clock, ManualClock)
        clock.advance(self._takes_s)
        return super().send(descriptors, table)


async def test_under_load_what_is_being_committed_goes_out_in_the_same_frame(in_ranks: None) -> None:
    kernel = Busy(takes_s=3600)
    town, browser = kernel.town, kernel.town.come(kernel.town.inboxes[0])
    town.broadcast("first")
    await turns()
    assert browser.titles == ["first"], "nothing is known yet of how long it takes"
    town.broadcast("second")
    await turns()
    assert browser.titles == ["first"]
    kernel.more_comes = False
    town.broadcast("third", in_a_row=True)
    await turns()
    assert browser.titles == ["first", "second", "third"]
    assert len(browser.paper.frames) == 2


async def test_nobody_waits_longer_than_the_last_telling_took(in_ranks: None) -> None:
    kernel = Busy(takes_s=0.002)
    browser = kernel.town.come(kernel.town.inboxes[0])
    for title in ("first", "second"):
        kernel.town.broadcast(title)
        await turns()
    assert browser.titles == ["first"]
    async with asyncio.timeout(1):  # far more than two milliseconds, and far less than for ever
        while len(browser.titles) < 2:  # noqa: ASYNC110  # the loop's own timer is what is tried
            await asyncio.sleep(0)


async def test_what_is_for_one_person_waits_for_nothing(
    in_ranks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Busy(takes_s=3600)
    town, browser = kernel.town, kernel.town.come(kernel.town.inboxes[0])
    town.broadcast("to all")
    await turns()
    monkeypatch.setattr("tidings.live.crier.FEW", 1)
    town.hub.announce(town.inboxes[0].deliver("to one"))
    await turns()
    assert browser.titles == ["to all", "to one"]


async def test_whoever_is_sent_away_has_heard_what_waited(in_ranks: None) -> None:
    kernel = Busy(takes_s=3600)
    town, browser = kernel.town, kernel.town.come(kernel.town.inboxes[0])
    for title in ("first", "second"):
        town.broadcast(title)
        await turns()
    town.hub.drain(1000)
    assert browser.titles == ["first", "second"]
    assert browser.ends


async def test_an_error_with_one_costs_nobody_else_their_news(
    in_ranks: None, caplog: pytest.LogCaptureFixture
) -> None:
    town = Town(Kernel())
    browsers = [town.come(inbox) for inbox in town.inboxes]
    broken = browsers[1].paper
    assert isinstance(broken, Stream)
    broken.roomy, broken.is_broken = False, True
    browsers[1].line_changed()
    town.broadcast()
    await turns()
    assert [browser.titles for browser in browsers] == [["hello"], [], *[["hello"]] * 4]
    assert browsers[1].ends == [(Code.OVERLOADED, None)]
    assert town.hub.tally.deliveries == 5
    caplog.clear()


async def test_nobody_is_left_without_a_word_when_a_broadcast_breaks_off(
    in_ranks: None, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = Kernel()
    town = Town(kernel)
    browsers = [town.come(inbox) for inbox in town.inboxes]
    kernel.is_broken = True
    town.broadcast()
    await turns()
    assert [browser.ends for browser in browsers] == [[(Code.OVERLOADED, None)]] * 6
    assert town.hub.tally.deliveries == 0
    caplog.clear()


async def test_an_error_leaves_nothing_behind_that_would_stop_the_next(
    in_ranks: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    town = Town(Kernel())
    browser = town.come(town.inboxes[0])

    def fail(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("tidings.live.ranks.printed", fail)
        town.broadcast("lost on the way")
        await turns()
    assert (browser.titles, browser.connection.seq) == ([], 0), "so it can be seen that they lack it"
    town.broadcast("next")
    await turns()
    assert browser.titles == ["lost on the way", "next"]
    caplog.clear()


async def linger(kernel: Busy, *titles: str) -> Fake:
    """Tell the first of these, and let the others wait."""
    browser = kernel.town.come(kernel.town.inboxes[0])
    for title in titles:
        kernel.town.broadcast(title)
        await turns()
    assert browser.titles == list(titles[:1])
    return browser


async def test_what_is_for_one_person_takes_along_what_waits(
    in_ranks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Busy(takes_s=3600)
    browser = await linger(kernel, "first", "waits")
    monkeypatch.setattr("tidings.live.crier.FEW", 1)
    kernel.town.hub.announce(kernel.town.inboxes[0].deliver("to one"))
    await turns()
    assert browser.titles == ["first", "waits", "to one"]


async def test_whoever_looks_does_not_read_what_only_waits_to_be_told(in_ranks: None) -> None:
    kernel = Busy(takes_s=3600)
    browser, town = await linger(kernel, "first", "waits"), kernel.town

    async def positions(_user_ids: object) -> dict[str, Position]:
        return {inbox.user_id: inbox.here() for inbox in town.inboxes}

    async def nothing(_asked: object) -> Any:
        return ()

    await town.hub.look(Needs(positions, nothing, nothing), Heard(everything=True))
    await turns()
    assert browser.titles == ["first", "waits"]
    assert town.inboxes[0].reads == 0


async def test_what_is_said_by_programs_comes_after_what_waits(in_ranks: None) -> None:
    kernel = Busy(takes_s=3600)
    browser = await linger(kernel, "first", "waits")
    kernel.town.hub.custom("user-0", {"type": "custom_message"})
    assert [said["type"] for said in browser.heard] == ["notifications", "notifications", "custom_message"]
