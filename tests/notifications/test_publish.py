"""Publishing: numbered without gaps in everybody's inbox, once, and told exactly as it is kept."""

import pytest
from sqlalchemy import func, select

from tests.notifications.conftest import ALARMS, Town, said
from tidings.accounts import users
from tidings.clock import iso
from tidings.notifications import inbox
from tidings.notifications.audience import UnknownRecipients
from tidings.notifications.items import dump
from tidings.notifications.tables import acceptances, contents, deliveries, incidents


def test_numbers_are_gapless_and_each_persons_own(town: Town) -> None:
    for to in (("alice",), ("alice", "bob"), ("bob",), ("alice",)):
        town.publish(to)
    assert [item["seq"] for item in town.page("alice")] == [3, 2, 1]
    assert [item["seq"] for item in town.page("bob")] == [2, 1]
    assert town.page("carol") == []


def test_content_is_stored_once_however_many_receive_it(town: Town) -> None:
    published = town.publish("everyone")
    assert published.accepted == 3
    assert (
        town.read(lambda session: session.execute(select(func.count()).select_from(contents)).scalar()) == 1
    )
    for name in ("alice", "bob", "carol"):
        town.take_in(name)
    assert (
        town.read(lambda session: session.execute(select(func.count()).select_from(deliveries)).scalar()) == 3
    )


def test_what_is_announced_is_what_a_reader_finds(town: Town) -> None:
    published = town.publish(
        ("alice", "bob"),
        title="Build 42",
        body="**done**",
        format="markdown",
        level="success",
        priority=4,
        category="deploys",
        url="/builds/42",
        data={"build": 42, "ok": None},
    )
    told = said(published.announcement)
    assert {user_id for user_id, _, _ in told} == {town.ids["alice"], town.ids["bob"]}
    found = town.read(lambda session: inbox.find_item(session, town.ids["alice"], published.id))
    assert found is not None
    _, seq, item = next(each for each in told if each[0] == town.ids["alice"])
    import orjson

    assert {"seq": seq} | item == orjson.loads(dump(found))
    assert item["created_at"] == iso(town.clock.now()).replace(".000Z", "Z")


def test_the_positions_announced_are_those_after_the_change(town: Town) -> None:
    town.publish()
    announcement = town.publish().announcement
    assert announcement is not None
    assert announcement.news[0].positions == (town.position("alice"),)
    assert announcement.asked is None


def test_a_name_given_twice_or_in_another_case_is_one_recipient(town: Town) -> None:
    assert town.publish(("alice", "ALICE", "alice")).accepted == 1
    assert town.position("alice").seq == 1


def test_an_unknown_recipient_stops_everything(town: Town) -> None:
    with pytest.raises(UnknownRecipients, match="mallory, nobody") as refused:
        town.publish(("alice", "mallory", "nobody"), key="k", dedupe_key="d")
    assert refused.value.names == ["mallory", "nobody"]
    assert town.position("alice").seq == 0
    for table in (contents, incidents, acceptances):
        assert (
            town.read(lambda session, t=table: session.execute(select(func.count()).select_from(t)).scalar())
            == 0
        )


def test_everyone_means_those_who_are_here_and_switched_on(town: Town) -> None:
    town.accounts(lambda session: users.disable(session, "carol", town.clock.now()))
    assert town.publish("everyone").accepted == 2
    town.settle("dora")
    assert town.publish("everyone").accepted == 3
    assert town.position("dora").seq == 1
    assert town.position("carol").seq == 0
    with pytest.raises(UnknownRecipients):
        town.publish(("carol",))


def test_a_topic_reaches_those_who_follow_it(town: Town) -> None:
    town.follow("deploys", "alice", "carol")
    town.follow("alarms", "bob")
    assert town.publish({"topic": "deploys"}).accepted == 2
    assert town.publish({"topic": "alarms"}).accepted == 1
    assert town.publish({"topic": "nobody's"}).accepted == 0
    town.accounts(lambda session: users.disable(session, "carol", town.clock.now()))
    assert town.publish({"topic": "deploys"}).accepted == 1
    assert [town.position(name).seq for name in ("alice", "bob", "carol")] == [2, 1, 1]


def test_of_a_broadcast_only_those_who_listen_are_told(town: Town) -> None:
    town.listening = {town.ids["bob"], "somebody without an inbox"}
    announcement = town.publish("everyone").announcement
    assert [user_id for user_id, _, _ in said(announcement)] == [town.ids["bob"]]
    assert announcement is not None
    assert announcement.asked == town.listening


def test_one_publish_reaches_a_thousand_by_name(town: Town) -> None:
    names = [f"person{number}" for number in range(1000)]
    town.settle(*names)
    published = town.publish(tuple(names))
    assert published.accepted == 1000
    assert len(said(published.announcement)) == 1000


def test_a_publish_to_many_who_follow_is_one_row_for_each_of_them(town: Town) -> None:
    names = [f"person{number}" for number in range(2000)]
    town.settle(*names)
    town.follow("deploys", *names, "alice", "bob", "carol")
    assert town.publish({"topic": "deploys"}).accepted == 2003
    total = town.read(lambda session: session.execute(select(func.count()).select_from(deliveries)).scalar())
    assert total == 2003


class TestUpdateInPlace:
    def test_a_later_publish_moves_the_item_to_the_top_and_makes_it_unread(self, town: Town) -> None:
        first = town.publish(dedupe_key="build-42", title="started")
        town.publish()
        town.mark("alice", "read", first.id)
        town.mark("alice", "archived", first.id)
        again = town.publish(dedupe_key="build-42", title="finished")
        assert again.id == first.id
        top, below = town.page("alice")
        assert (top["id"], top["title"], top["seq"], top["count"]) == (first.id, "finished", 3, 2)
        assert (top["read_at"], top["archived_at"]) == (None, None)
        assert below["seq"] == 2, "the older number is empty now"
        assert town.position("alice").unread == 2

    def test_the_first_time_stays_and_the_last_one_moves(self, town: Town) -> None:
        began = town.clock.now()
        town.publish(dedupe_key="build-42")
        town.clock.advance(60)
        town.publish(dedupe_key="build-42")
        item = town.page("alice")[0]
        assert (item["created_at"], item["updated_at"]) == (began, town.clock.now())

    def test_an_unread_item_is_not_counted_twice(self, town: Town) -> None:
        for _ in range(3):
            town.publish(("alice", "bob"), dedupe_key="build-42")
        assert town.position("alice").unread == 1
        assert town.unread_rows("alice") == 1

    def test_everybody_is_told_their_own_item(self, town: Town) -> None:
        town.publish(("alice",), dedupe_key="d")
        announcement = town.publish(("alice", "bob"), dedupe_key="d").announcement
        counts = {user_id: (seq, item["count"]) for user_id, seq, item in said(announcement)}
        assert counts == {town.ids["alice"]: (2, 2), town.ids["bob"]: (1, 1)}

    def test_a_pin_stays(self, town: Town) -> None:
        first = town.publish(dedupe_key="d")
        town.mark("alice", "pinned", first.id)
        town.publish(dedupe_key="d")
        assert town.page("alice")[0]["pinned_at"] is not None

    def test_another_publisher_has_keys_of_its_own(self, town: Town) -> None:
        first = town.publish(dedupe_key="d")
        other = town.publish(dedupe_key="d", publisher=ALARMS)
        assert first.id != other.id
        assert len(town.page("alice")) == 2

    def test_a_broadcast_is_updated_in_place_too(self, town: Town) -> None:
        town.listening = {town.ids["alice"]}
        town.publish(("alice",), dedupe_key="d")
        announcement = town.publish("everyone", dedupe_key="d").announcement
        assert [(user_id, seq, item["count"]) for user_id, seq, item in said(announcement)] == [
            (town.ids["alice"], 2, 2)
        ]
        assert town.page("bob")[0]["count"] == 1
        assert [town.position(name).unread for name in ("alice", "bob", "carol")] == [1, 1, 1]

    def test_to_more_than_a_few_only_listeners_are_told(self, town: Town) -> None:
        names = tuple(f"person{number}" for number in range(101))
        town.settle(*names)
        town.listening = {town.ids["person7"]}
        announcement = town.publish(names, dedupe_key="d").announcement
        assert announcement is not None
        assert announcement.asked == town.listening
        assert [user_id for user_id, _, _ in said(announcement)] == [town.ids["person7"]]
