"""Audiences: groups, topics and names mixed; each person once, an unknown one refuses all."""

from typing import Any

import pytest

from tests.notifications.conftest import ALARMS, DEPLOYS, Town
from tidings.accounts import groups, users
from tidings.notifications import sent, topics
from tidings.notifications.audience import UnknownRecipients, count, find_audience
from tidings.notifications.drafts import Draft
from tidings.people import People


def gather(town: Town, name: str, *people: str) -> None:
    town.accounts(lambda session: groups.create(session, name, town.clock.now(), people))


def reached(town: Town, to: Any) -> int:
    wish = Draft.model_validate({"to": to, "title": "x"}).to
    return town.read(lambda session: count(session, find_audience(session, People(), wish)))


def test_a_group_reaches_those_who_are_in_it(town: Town) -> None:
    gather(town, "Ops", "alice", "carol")
    assert town.publish({"group": "ops"}).accepted == 2
    assert [len(town.page(name)) for name in ("alice", "bob", "carol")] == [1, 0, 1]


def test_names_groups_and_topics_are_one_audience_and_each_person_is_in_it_once(town: Town) -> None:
    gather(town, "ops", "alice")
    town.follow("deploys", "alice", "bob")
    mixed = ["bob", {"group": "ops"}, {"topic": "deploys"}, "alice", {"group": "OPS"}]
    assert town.publish(mixed).accepted == 2
    assert [len(town.page(name)) for name in ("alice", "bob", "carol")] == [1, 1, 0]


def test_somebody_switched_off_is_in_no_audience(town: Town) -> None:
    gather(town, "ops", "alice", "bob")
    town.accounts(lambda session: users.disable(session, "bob", town.clock.now()))
    assert town.publish({"group": "ops"}).accepted == 1


def test_an_unknown_group_is_named_and_nothing_is_published(town: Town) -> None:
    gather(town, "ops", "alice")
    with pytest.raises(UnknownRecipients, match=r"^There is no group nobodies\.$"):
        town.publish([{"group": "ops"}, {"group": "nobodies"}])
    with pytest.raises(UnknownRecipients, match=r"^Nobody here is called mallory\. There is no group x\.$"):
        town.publish(["mallory", {"group": "x"}])
    assert town.page("alice") == []


def test_an_update_in_place_reaches_the_group_as_it_is_now(town: Town) -> None:
    gather(town, "ops", "alice")
    town.publish({"group": "ops"}, dedupe_key="build")
    town.accounts(lambda session: groups.join(session, groups.named(session, "ops"), ["bob"]))
    assert town.publish({"group": "ops"}, dedupe_key="build", title="again").accepted == 2
    counts = [[item["count"] for item in town.page(name)] for name in ("alice", "bob")]
    assert counts == [[2], [1]]


def test_what_a_group_received_stays_when_it_is_removed(town: Town) -> None:
    gather(town, "ops", "alice")
    town.publish({"group": "ops"})
    town.accounts(lambda session: groups.remove(session, groups.named(session, "ops")))
    assert len(town.page("alice")) == 1


def test_those_who_listen_hear_it_and_the_others_do_not(town: Town) -> None:
    gather(town, "ops", "alice", "carol")
    town.listening = {town.ids["alice"], town.ids["bob"]}
    announcement = town.publish({"group": "ops"}).announcement
    assert announcement is not None
    assert [position.user_id for news in announcement.news for position in news.positions] == [
        town.ids["alice"]
    ]


def test_an_audience_is_counted_without_sending_anything(town: Town) -> None:
    gather(town, "ops", "alice")
    town.follow("deploys", "carol")
    assert [reached(town, to) for to in ("everyone", ["bob"], {"group": "ops"}, {"topic": "deploys"})] == [
        3,
        1,
        1,
        1,
    ]
    assert reached(town, ["bob", {"group": "ops"}, {"topic": "deploys"}, {"topic": "nobody's"}]) == 3
    assert town.page("alice") == []


def test_a_group_of_many_costs_no_more_statements_than_one_of_two(town: Town) -> None:
    names = [f"p{number}" for number in range(300)]
    town.settle(*names)
    gather(town, "few", *names[:2])
    gather(town, "many", *names)
    statements = list[int]()
    for group in ("few", "many", "few", "many"):
        before = _run_count()
        town.publish({"group": group})
        statements.append(_run_count() - before)
    assert statements[2] == statements[3]


def _run_count() -> int:
    return RUNS[0]


RUNS = [0]


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the statements that publishing runs."""
    from tidings.database.statement import Statement

    run = Statement.run

    def counting(self: Statement, *words: Any, **values: Any) -> Any:
        RUNS[0] += 1
        return run(self, *words, **values)

    monkeypatch.setattr(Statement, "run", counting)


class TestTopics:
    def names(self, town: Town, name: str, **narrowed: Any) -> list[tuple[str, int, bool]]:
        rows = town.read(lambda session: topics.page(session, town.ids[name], **narrowed))
        return [(row.topic, row.followers, row.following) for row in rows]

    def test_a_topic_is_there_once_somebody_published_to_it_or_follows_it(self, town: Town) -> None:
        town.publish({"topic": "deploys"})
        town.write(lambda session: topics.follow(session, "alarms", [town.ids["bob"]]))
        assert self.names(town, "alice") == [("alarms", 1, False), ("deploys", 0, False)]
        assert self.names(town, "bob", search="AL") == [("alarms", 1, True)]
        assert self.names(town, "bob", after="alarms") == [("deploys", 0, False)]
        assert self.names(town, "bob", limit=1) == [("alarms", 1, True)]

    def test_following_twice_is_once_and_unfollowing_ends_it(self, town: Town) -> None:
        bob = town.ids["bob"]
        fresh = [town.write(lambda session: topics.follow(session, "a", [bob, bob])) for _ in range(2)]
        assert fresh == [[bob], []]
        assert town.publish({"topic": "a"}).accepted == 1
        assert [town.write(lambda session: topics.unfollow(session, "a", bob)) for _ in range(2)] == [
            True,
            False,
        ]
        assert town.publish({"topic": "a"}).accepted == 0


class TestSent:
    def page(self, town: Town, **narrowed: Any) -> list[Any]:
        return town.read(lambda session: sent.page(session, DEPLOYS.scope, **narrowed))

    def test_what_one_sent_is_listed_the_newest_first_with_receipts(self, town: Town) -> None:
        town.publish(title="one")
        town.publish("everyone", title="two")
        town.publish(publisher=ALARMS, title="another's")
        town.publish({"topic": "nobody's"}, title="three")
        found = [(item["title"], item["receipts"]["accepted"]) for item in self.page(town)]
        assert found == [("three", 0), ("two", 3), ("one", 1)]

    def test_what_was_updated_in_place_is_listed_once_where_it_was_said_last(self, town: Town) -> None:
        first = town.publish(title="firing", dedupe_key="disk").id
        town.publish(title="between")
        town.publish(title="resolved", dedupe_key="disk")
        assert [item["title"] for item in self.page(town)] == ["resolved", "between"]
        assert self.page(town)[0]["id"] == first

    def test_pages_continue_where_the_last_one_ended(self, town: Town) -> None:
        for number in range(5):
            town.publish(title=str(number))
        seen, before = list[str](), None
        while items := self.page(town, before=before, limit=2):
            seen += [item["title"] for item in items]
            before = items[-1]["version"]
        assert seen == ["4", "3", "2", "1", "0"]
