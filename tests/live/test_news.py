"""What a live socket hears and says, over a real port: replay, news, marks, history, own types."""

import asyncio
import json
import random
import zlib

import pytest
from pydantic import BaseModel

from tests.live.site import Browser, Site
from tidings.accounts.tables import User
from tidings.live.desk import Sender

pytestmark = pytest.mark.anyio


class Order(BaseModel):
    """A type of somebody's own."""

    dish: str


async def test_a_notification_arrives_in_every_connection_of_the_person_only(site: Site, alice: User) -> None:
    bob = await site.user("bob")
    first, second, other = await site.arrive(alice), await site.arrive(alice), await site.arrive(bob)
    published = await site.publish(["alice"], "Build failed", level="error", data={"n": 1})
    for browser in (first, second):
        said = await browser.hear("notifications")
        [item] = said["items"]
        assert (item["id"], item["seq"], item["title"], item["level"]) == (
            published.id,
            1,
            "Build failed",
            "error",
        )
        assert (said["after"], said["unread"], said["replay"]) == (0, 1, False)
        assert said["cursor"] == {"epoch": site.house.epoch, "seq": 1, "revision": 1}
    await other.say({"type": "ping", "t": 1})
    assert await other.hear() == {"type": "pong", "t": 1}


async def test_a_cursor_brings_exactly_what_was_missed_then_the_marks_then_news(
    site: Site, alice: User
) -> None:
    browser = await site.arrive(alice)
    ids = [(await site.publish(["alice"], f"n{number}")).id for number in range(3)]
    seen = (await browser.hear("notifications"))["cursor"]
    while seen["seq"] < 3:
        seen = (await browser.hear("notifications"))["cursor"]
    await browser.socket.close()
    for number in range(3, 8):
        await site.publish(["alice"], f"n{number}")
    other = await site.arrive(alice)
    await other.say({"type": "mark", "id": "o1", "as": "read", "items": ids[:2]})
    await other.hear("ack")
    back = await site.enter(await site.token(alice), cursor=seen)
    welcome, *replay, updated = await back.hear_until("updated")
    assert (welcome["recovered"], welcome["unread"]) == (True, 6)
    items = [item for said in replay for item in said["items"]]
    assert [(item["seq"], item["title"]) for item in items] == [(n + 1, f"n{n}") for n in range(3, 8)]
    assert all(said["replay"] for said in replay)
    assert replay[-1]["cursor"]["seq"] == welcome["cursor"]["seq"] == 8
    assert {change["id"] for change in updated["items"]} == set(ids[:2])
    assert updated["revision"] == welcome["revision"] == welcome["cursor"]["revision"]
    await site.publish(["alice"], "n8")
    assert (await back.hear())["items"][0]["seq"] == 9


async def test_a_long_replay_comes_in_bounded_frames_without_a_gap(site: Site, alice: User) -> None:
    for number in range(60):
        await site.publish(["alice"], f"n{number}", body="x" * 8000)
    browser = await site.enter(
        await site.token(alice), cursor={"epoch": site.house.epoch, "seq": 0, "revision": 0}
    )
    welcome, *replay, _ = await browser.hear_until("updated")
    assert len(replay) > 5
    assert max(len(json.dumps(said)) for said in replay) < 80_000
    after = 0
    for said in replay:
        assert said["after"] == after
        assert [item["seq"] for item in said["items"]] == list(range(after + 1, said["cursor"]["seq"] + 1))
        after = said["cursor"]["seq"]
    assert after == welcome["cursor"]["seq"] == 60


@pytest.mark.parametrize(
    "cursor",
    [
        {"epoch": "another life", "seq": 1, "revision": 1},
        {"epoch": "", "seq": 99, "revision": 1},
        {"epoch": "", "seq": 1, "revision": 2**53 - 1},
        {"epoch": "", "seq": 2**53 - 1, "revision": 2**53 - 1},
    ],
)
async def test_an_absurd_cursor_gets_a_snapshot(wired: Site, alice: User, cursor: dict[str, object]) -> None:
    await wired.publish(["alice"])
    cursor = cursor | {"epoch": cursor["epoch"] or wired.house.epoch}
    browser = await wired.enter(await wired.token(alice), cursor=cursor)
    welcome, snapshot = await browser.hear(), await browser.hear()
    assert (welcome["recovered"], snapshot["type"], len(snapshot["items"])) == (False, "snapshot", 1)


@pytest.mark.settings(replay_limit=3)
async def test_too_far_behind_is_a_snapshot_and_never_a_part(wired: Site, alice: User) -> None:
    for number in range(40):
        await wired.publish(["alice"], f"n{number}")
    browser = await wired.enter(
        await wired.token(alice), cursor={"epoch": wired.house.epoch, "seq": 36, "revision": 36}
    )
    welcome, snapshot = await browser.hear(), await browser.hear()
    assert (welcome["recovered"], snapshot["type"]) == (False, "snapshot")
    assert [item["seq"] for item in snapshot["items"]] == list(range(11, 41)) or [
        item["seq"] for item in snapshot["items"]
    ] == list(range(40, 10, -1))


async def test_publishing_while_somebody_comes_in_leaves_no_hole_and_no_double(
    wired: Site, alice: User
) -> None:
    dice = random.Random(7)
    published, epoch, session = 0, wired.house.epoch, await wired.session(alice)

    async def publish_some() -> None:
        nonlocal published
        for _ in range(6):
            published += 1
            await wired.publish(["alice"], str(published))
            await asyncio.sleep(dice.random() / 500)

    for _ in range(40):
        at = max(0, published - dice.randrange(4))
        token = await wired.token(alice, session)
        publishing = asyncio.create_task(publish_some())
        await asyncio.sleep(dice.random() / 100)
        browser = await wired.enter(token, cursor={"epoch": epoch, "seq": at, "revision": at})
        await publishing
        heard = list(range(1, at + 1))
        while len(heard) < published:
            said = await browser.hear()
            if said["type"] == "notifications":
                assert said["after"] == heard[-1] if heard else said["after"] == 0
                heard += [item["seq"] for item in said["items"]]
        assert heard == list(range(1, published + 1))
        await browser.socket.close()


async def test_marks_reach_all_connections_and_are_acknowledged_once_each_time(
    site: Site, alice: User
) -> None:
    here, there = await site.arrive(alice), await site.arrive(alice)
    published = await site.publish(["alice"])
    for browser in (here, there):
        await browser.hear("notifications")
    for _ in range(2):  # a resend after a drop changes nothing, and is acknowledged again
        await here.say({"type": "mark", "id": "o1", "as": "read", "items": [published.id]})
        assert await here.hear("ack") == {"type": "ack", "ref": "o1", "unread": 0, "revision": 2}
    updated = await there.hear("updated")
    assert (updated["unread"], updated["revision"]) == (0, 2)
    assert updated["items"][0]["id"] == published.id
    await site.publish(["alice"])
    assert (await there.hear())["type"] == "notifications"


async def test_other_peoples_items_are_unknown(site: Site, alice: User) -> None:
    await site.user("bob")
    browser, published = await site.arrive(alice), await site.publish(["bob"])
    for items in ([published.id], ["no-such-item"]):
        await browser.say({"type": "mark", "id": "o", "as": "read", "items": items})
        answer = await browser.hear()
        assert (answer["type"], answer["code"], answer["ref"]) == ("error", "not_found", "o")


async def test_history_is_paged_to_the_end(site: Site, alice: User) -> None:
    for number in range(25):
        await site.publish(["alice"], f"n{number}")
    browser = await site.arrive(alice)
    found: list[int] = []
    before = None
    for _ in range(9):
        question = {"type": "history", "id": "q", "view": "all", "limit": 10}
        await browser.say(question | ({} if before is None else {"before": before}))
        page = await browser.hear("history")
        assert page["ref"] == "q"
        found += [item["seq"] for item in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert found == list(range(25, 0, -1))


async def test_a_page_of_large_items_is_cut_short_and_can_be_continued(site: Site, alice: User) -> None:
    for _ in range(40):
        await site.publish(["alice"], body="x" * 16_000)
    browser = await site.arrive(alice)
    found: list[int] = []
    before: int | None = 2**50
    while before is not None:
        await browser.say({"type": "history", "id": "q", "view": "all", "limit": 100, "before": before})
        page = await browser.hear("history")
        assert len(json.dumps(page)) < 300_000
        found += [item["seq"] for item in page["items"]]
        before = page["next"]
    assert found == list(range(40, 0, -1))


async def test_a_registered_type_reaches_its_handler_as_its_model(site: Site, alice: User) -> None:
    async def serve(order: Order, sender: Sender) -> None:
        if order.dish == "fire":
            raise RuntimeError("the kitchen burns")
        sender.reply({"type": "served", "dish": order.dish, "to": sender.user_id})

    site.house.desk.register("order", Order, serve)
    browser = await site.arrive(alice)
    await browser.say({"type": "order", "dish": "soup"})
    assert await browser.hear() == {"type": "served", "dish": "soup", "to": alice.id}
    await browser.say({"type": "order", "id": "o1"})
    assert (await browser.hear())["code"] == "bad_message"


async def test_a_handler_that_fails_is_our_fault_and_the_connection_stays(
    site: Site, alice: User, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(order: Order, sender: Sender) -> None:
        raise RuntimeError("the kitchen burns")

    site.house.desk.register("order", Order, fail)
    browser = await site.arrive(alice)
    await browser.say({"type": "order", "id": "o1", "dish": "soup"})
    answer = await browser.hear()
    assert (answer["code"], answer["ref"]) == ("internal", "o1")
    assert "kitchen" not in json.dumps(answer)
    caplog.clear()
    await browser.say({"type": "ping", "t": 1})
    assert (await browser.hear())["type"] == "pong"


async def test_a_custom_message_is_told_to_all_connections_of_the_person(site: Site, alice: User) -> None:
    bob = await site.user("bob")
    here, there, other = await site.arrive(alice), await site.arrive(alice), await site.arrive(bob)
    await here.say({"type": "custom_message", "data": {"wave": 1}})
    for browser in (here, there):
        said = await browser.hear()
        assert (said["type"], said["data"]) == ("custom_message", {"wave": 1})
    await other.say({"type": "ping", "t": 1})
    assert (await other.hear())["type"] == "pong"


async def test_a_broadcast_tells_each_of_many_with_their_own_numbers_in_the_form_they_take(
    site: Site, alice: User
) -> None:
    people = [alice, *[await site.user(f"user{number}") for number in range(54)]]
    browsers: list[Browser] = []
    for place, person in enumerate(people):
        for _ in range(place % 3 * 5):
            await site.publish([person.name])
        browsers.append(await site.arrive(person, accept=["deflate"] if place % 2 else []))
    titles = ["short", "after another", "much to say"]
    for title in titles:
        await site.publish("everyone", title, body="x" * 3000 if title == titles[-1] else "")
    for place, browser in enumerate(browsers):
        at, heard = place % 3 * 5, list[str]()
        while len(heard) < len(titles):
            said = await browser.hear("notifications")
            heard += [item["title"] for item in said["items"]]
            assert (said["after"], said["replay"]) == (at, False)
            assert [item["seq"] for item in said["items"]] == list(range(at + 1, said["cursor"]["seq"] + 1))
            at = said["cursor"]["seq"]
            assert (said["cursor"]["revision"], said["unread"]) == (at, at)
        assert heard == titles


async def test_only_who_offered_it_gets_deflate_and_only_for_large_messages(site: Site, alice: User) -> None:
    plain, packed = await site.arrive(alice), await site.arrive(alice, accept=["deflate"])
    for body, compressed in (("x" * 300, False), ("x" * 3000, True)):
        await site.publish(["alice"], body=body)
        text = await plain.socket.recv()
        frame = await packed.socket.recv()
        assert isinstance(text, str)
        assert isinstance(frame, bytes) is compressed
        if isinstance(frame, bytes):
            assert zlib.decompress(frame, -zlib.MAX_WBITS).decode() == text
            assert len(frame) < len(text)


async def test_a_browser_may_deflate_too(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    await browser.say(packer.compress(b'{"type":"ping","t":7}') + packer.flush())
    assert await browser.hear() == {"type": "pong", "t": 7}


async def test_the_ping_of_the_server_names_the_newest_number(site: Site, alice: User) -> None:
    browser = await site.arrive(alice)
    await site.publish(["alice"])
    await browser.hear("notifications")
    await site.seconds_pass(30.5)
    assert (await browser.hear("ping"))["seq"] == 1


async def test_a_large_item_in_every_place_of_a_snapshot_arrives(site: Site, alice: User) -> None:
    for _ in range(30):
        await site.publish(["alice"], body='"' * 16_000, data={"x": '"' * 3000})
    browser = await site.enter(await site.token(alice), options={"max_size": None})
    await browser.hear("auth_ok")
    assert len((await browser.hear("snapshot"))["items"]) == 30


async def test_a_replay_to_a_slow_reader_does_not_stop_the_conversation(wired: Site, alice: User) -> None:
    for _ in range(80):
        await wired.publish(["alice"], body="x" * 16_000)
    session = await wired.session(alice)
    token = await wired.token(alice, session)
    cursor = {"epoch": wired.house.epoch, "seq": 0, "revision": 0}
    options = {"max_size": None, "max_queue": 1}  # the library stops reading the socket until somebody hears
    browser = await wired.enter(token, options=options, cursor=cursor)
    await asyncio.sleep(1.2)
    [socket] = wired.hub.sockets()
    assert socket.connection.phase == "replaying"
    before = socket.connection.admission
    await browser.say({"type": "auth", "token": await wired.token(alice, session), "protocol": 1})
    await wired.until(lambda: socket.connection.admission is not before)
    kinds = [said["type"] for said in await browser.hear_until("updated")]
    assert kinds.count("auth_ok") == 2
    assert kinds[-2] == "notifications"
