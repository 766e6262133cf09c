"""Marks: each operation exactly once, told to all, and the unread are counted by the server."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from tests.notifications.conftest import DEPLOYS, Town
from tidings.notifications.drafts import Draft
from tidings.notifications.marks import SnoozeRefused, UnknownItems, UnknownOperation
from tidings.notifications.publish import Order, publish
from tidings.people import People


@pytest.mark.parametrize(
    ("there", "back", "column"),
    [
        ("read", "unread", "read_at"),
        ("archived", "unarchived", "archived_at"),
        ("pinned", "unpinned", "pinned_at"),
    ],
)
def test_a_mark_goes_there_and_back(town: Town, there: Any, back: Any, column: str) -> None:
    item = town.publish().id
    done = town.mark("alice", there, item)
    assert done.changes == [{"id": item, column: town.clock.now()}]
    assert town.page("alice", "all")[0][column] == town.clock.now()
    assert town.mark("alice", back, item).changes == [{"id": item, column: None}]
    assert town.page("alice", "all")[0][column] is None


@pytest.mark.parametrize(("mark_as", "unread"), [("read", 1), ("archived", 1), ("pinned", 2), ("snoozed", 1)])
def test_only_what_is_neither_read_archived_nor_snoozed_is_unread(
    town: Town, mark_as: Any, unread: int
) -> None:
    item = town.publish().id
    town.publish()
    until = town.clock.now() + timedelta(hours=1)
    done = town.mark("alice", mark_as, item, until=until)
    assert done.unread == town.position("alice").unread == town.unread_rows("alice") == unread
    assert len(town.page("alice", "unread")) == unread


def test_an_operation_sent_again_changes_nothing_and_is_answered_the_same(town: Town) -> None:
    item = town.publish().id
    first = town.mark("alice", "read", item, operation="op")
    town.mark("alice", "unread", item)
    again = town.mark("alice", "read", item, operation="op")
    assert (again.unread, again.revision, again.changes) == (first.unread, first.revision, [])
    assert town.page("alice")[0]["read_at"] is None, (
        "the resend of an old operation does not undo a newer one"
    )


def test_another_person_may_use_the_same_operation_id(town: Town) -> None:
    item = town.publish(("alice", "bob")).id
    town.mark("alice", "read", item, operation="op")
    assert len(town.mark("bob", "read", item, operation="op").changes) == 1


def test_every_change_is_one_revision_and_no_change_is_none(town: Town) -> None:
    first, second = town.publish().id, town.publish().id
    before = town.position("alice").revision
    assert town.mark("alice", "read", first, second).revision == before + 1
    nothing = town.mark("alice", "read", first, second)
    assert (nothing.revision, nothing.changes) == (before + 1, [])
    assert town.position("alice").revision == before + 1


def test_what_is_not_in_ones_inbox_cannot_be_marked_and_nothing_is(town: Town) -> None:
    mine, theirs = town.publish().id, town.publish(("bob",)).id
    for ids in ((mine, theirs), (mine, "unknown"), ("\x00",)):
        if town.database.dialect == "postgresql" and "\x00" in ids[0]:
            continue  # the protocol refuses it before
        with pytest.raises(UnknownItems):
            town.mark("alice", "read", *ids, operation="op")
    assert town.position("alice").unread == town.position("bob").unread == 1
    assert town.mark("alice", "read", mine, operation="op").changes, "a refused operation may be sent again"


def test_naming_an_item_twice_is_naming_it_once(town: Town) -> None:
    item = town.publish().id
    assert len(town.mark("alice", "read", item, item).changes) == 1


def test_mark_all_marks_what_was_seen_and_not_what_came_later(town: Town) -> None:
    for _ in range(3):
        town.publish()
    done = town.mark_all("alice", "read", through=2)
    assert (len(done.changes), done.unread) == (2, 1)
    assert [item["seq"] for item in town.page("alice", "unread")] == [3]


def test_mark_all_leaves_archived_and_snoozed_ones_alone(town: Town) -> None:
    archived, snoozed, plain = (town.publish().id for _ in range(3))
    town.mark("alice", "archived", archived)
    town.mark("alice", "snoozed", snoozed, until=town.clock.now() + timedelta(hours=1))
    done = town.mark_all("alice", "read", through=3)
    assert [change["id"] for change in done.changes] == [plain]


def test_mark_all_of_somebody_without_an_inbox_is_fine(town: Town) -> None:
    assert town.mark_all("alice", "archived", through=10).changes == []


def test_mark_all_of_five_thousand_is_one_revision(town: Town) -> None:
    order, now = Order(Draft(to=["alice"], title="x"), DEPLOYS), town.clock.now()
    town.write(lambda session: [publish(session, People(), order, frozenset, now) for _ in range(5000)])
    before = town.position("alice")
    done = town.mark_all("alice", "read", through=before.seq)
    assert (len(done.changes), done.unread, done.revision) == (5000, 0, before.revision + 1)


class TestUndo:
    def test_mark_all_is_taken_back_for_exactly_what_it_changed(self, town: Town) -> None:
        before, first, second = (town.publish().id for _ in range(3))
        town.mark("alice", "read", before)
        town.clock.advance(1)
        town.mark_all("alice", "read", through=3, operation="all")
        town.clock.advance(1)
        back = town.undo_all("alice", "unread", "all")
        assert {change["id"] for change in back.changes} == {first, second}
        assert back.unread == town.unread_rows("alice") == 2
        assert [item["id"] for item in town.page("alice", "unread")] == [second, first]

    def test_what_changed_since_is_left_alone(self, town: Town) -> None:
        again, pinned, updated = town.publish().id, town.publish().id, town.publish(dedupe_key="d").id
        town.mark_all("alice", "read", through=3, operation="all")
        town.clock.advance(1)
        town.mark("alice", "unread", again)
        town.mark("alice", "read", again)
        town.mark("alice", "pinned", pinned)
        town.publish(dedupe_key="d")
        back = town.undo_all("alice", "unread", "all")
        assert [change["id"] for change in back.changes] == [pinned]
        assert {item["id"] for item in town.page("alice", "unread")} == {pinned, updated}

    def test_archiving_all_is_taken_back_too(self, town: Town) -> None:
        town.publish()
        town.mark_all("alice", "archived", through=1, operation="all")
        assert town.page("alice") == []
        town.undo_all("alice", "unarchived", "all")
        assert len(town.page("alice")) == 1

    def test_it_is_done_once_however_often_it_is_sent(self, town: Town) -> None:
        town.publish()
        town.mark_all("alice", "read", through=1, operation="all")
        first = town.undo_all("alice", "unread", "all", operation="back")
        town.clock.advance(1)
        town.mark_all("alice", "read", through=1)
        again = town.undo_all("alice", "unread", "all", operation="back")
        assert (again.unread, again.revision, again.changes) == (first.unread, first.revision, [])
        assert town.position("alice").unread == 0

    def test_an_operation_nobody_knows_and_another_persons_cannot_be_undone(self, town: Town) -> None:
        town.publish(("alice", "bob"))
        town.mark_all("bob", "read", through=1, operation="bobs")
        for of in ("never", "bobs"):
            with pytest.raises(UnknownOperation):
                town.undo_all("alice", "unread", of)


class TestSnooze:
    def test_it_needs_a_moment_in_the_future(self, town: Town) -> None:
        item = town.publish().id
        for until in (None, town.clock.now(), town.clock.now() - timedelta(seconds=1)):
            with pytest.raises(SnoozeRefused):
                town.mark("alice", "snoozed", item, until=until)
        assert town.page("alice")[0]["snoozed_until"] is None

    def test_the_moment_is_told_in_utc(self, town: Town) -> None:
        item = town.publish().id
        until = (town.clock.now() + timedelta(hours=1)).astimezone(timezone(timedelta(hours=5)))
        told = town.mark("alice", "snoozed", item, until=until).changes[0]["snoozed_until"]
        assert told == until
        assert told.utcoffset() == timedelta(0)

    def test_a_snoozed_item_is_out_of_sight_until_it_comes_due_on_top(self, town: Town) -> None:
        item, other = town.publish().id, town.publish().id
        town.mark("alice", "read", item)
        town.mark("alice", "snoozed", item, until=town.clock.now() + timedelta(hours=1))
        assert [each["id"] for each in town.page("alice")] == [other]
        assert [each["id"] for each in town.page("alice", "snoozed")] == [item]
        town.clock.advance(3599)
        assert town.wake() == []
        town.clock.advance(1)
        woken = town.wake()
        assert len(woken) == 1
        top = town.page("alice")[0]
        assert (top["id"], top["seq"], top["snoozed_until"], top["read_at"]) == (item, 3, None, None)
        assert town.position("alice").unread == town.unread_rows("alice") == 2
        assert woken[0].news[0].positions == (town.position("alice"),)
        assert town.wake() == []

    def test_an_unsnoozed_item_does_not_come_due(self, town: Town) -> None:
        item = town.publish().id
        town.mark("alice", "snoozed", item, until=town.clock.now() + timedelta(hours=1))
        town.mark("alice", "unsnoozed", item)
        town.clock.advance(7200)
        assert town.wake() == []

    def test_a_publish_in_place_wakes_it_at_once(self, town: Town) -> None:
        item = town.publish(dedupe_key="d").id
        town.mark("alice", "snoozed", item, until=town.clock.now() + timedelta(hours=1))
        town.publish(dedupe_key="d")
        assert town.page("alice")[0]["snoozed_until"] is None
        assert town.position("alice").unread == 1
