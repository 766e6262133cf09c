"""Reading: pages, views, search, receipts, and the backlog that is whole or honestly a fresh start."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.notifications.conftest import ALARMS, DEPLOYS, Town
from tidings.notifications import inbox, receipt, sent, upkeep
from tidings.notifications.inbox import Cursor


class TestPages:
    def test_pages_continue_where_the_last_one_ended(self, town: Town) -> None:
        for _ in range(7):
            town.publish()
        seen, before = list[int](), None
        while page := town.page("alice", before=before, limit=3):
            seen += [item["seq"] for item in page]
            before = seen[-1]
        assert seen == [7, 6, 5, 4, 3, 2, 1]

    def test_a_view_shows_what_its_name_says(self, town: Town) -> None:
        plain, read, archived, snoozed, both = (town.publish().id for _ in range(5))
        later = town.clock.now() + timedelta(hours=1)
        town.mark("alice", "read", read)
        town.mark("alice", "archived", archived, both)
        town.mark("alice", "snoozed", snoozed, both, until=later)
        views = {
            view: {item["id"] for item in town.page("alice", view)}
            for view in ("inbox", "unread", "archived", "snoozed", "all")
        }
        assert views == {
            "inbox": {plain, read},
            "unread": {plain},
            "archived": {archived, both},
            "snoozed": {snoozed},
            "all": {plain, read, archived, snoozed, both},
        }

    def test_nobody_finds_what_is_somebody_elses(self, town: Town) -> None:
        published = town.publish()
        assert town.page("bob", "all", search="Hello") == []
        assert town.read(lambda session: inbox.find_item(session, town.ids["bob"], published.id)) is None

    def test_positions_are_asked_for_any_number_of_people_at_once(self, town: Town) -> None:
        town.publish()
        many = [town.ids["alice"], *(f"nobody {number}" for number in range(70_000))]
        found = town.read(lambda session: inbox.positions(session, many))
        assert list(found) == [town.ids["alice"]]


class TestBacklog:
    def test_everything_after_the_cursor_in_order_exactly_to_the_position(self, town: Town) -> None:
        town.publish()
        cursor = town.cursor("alice")
        for title in ("b", "c"):
            town.publish(title=title)
        missed = town.backlog("alice", cursor)
        assert missed.recovered
        assert [(item["seq"], item["title"]) for item in missed.items] == [(2, "b"), (3, "c")]
        assert missed.position == town.position("alice")
        assert missed.changes == []

    def test_changes_of_older_items_come_along_and_those_of_newer_ones_are_in_them(self, town: Town) -> None:
        old = town.publish().id
        cursor = town.cursor("alice")
        new = town.publish().id
        town.mark("alice", "read", old, new)
        missed = town.backlog("alice", cursor)
        assert [(change["id"], change["read_at"]) for change in missed.changes] == [(old, town.clock.now())]
        assert set(missed.changes[0]) == {"id", "read_at", "archived_at", "pinned_at", "snoozed_until"}
        assert [item["read_at"] for item in missed.items] == [town.clock.now()]

    def test_an_item_moved_in_place_comes_as_new(self, town: Town) -> None:
        town.publish(dedupe_key="d")
        cursor = town.cursor("alice")
        town.publish(dedupe_key="d", title="again")
        missed = town.backlog("alice", cursor)
        assert [(item["seq"], item["title"]) for item in missed.items] == [(2, "again")]
        assert missed.changes == []

    def test_nothing_missed_is_recovered_too(self, town: Town) -> None:
        town.publish()
        missed = town.backlog("alice", town.cursor("alice"))
        assert (missed.recovered, missed.items, missed.changes) == (True, [], [])

    def test_somebody_who_never_received_anything_recovers_from_nought(self, town: Town) -> None:
        cursor = town.cursor("alice")
        assert (cursor.seq, cursor.revision) == (0, 0)
        assert town.backlog("alice", cursor).recovered
        town.publish()
        assert [item["seq"] for item in town.backlog("alice", cursor).items] == [1]

    def test_without_a_cursor_the_newest_thirty_come(self, town: Town) -> None:
        for _ in range(31):
            town.publish()
        archived = town.page("alice")[0]["id"]
        town.mark("alice", "archived", archived)
        missed = town.backlog("alice", None)
        assert not missed.recovered
        assert [item["seq"] for item in missed.items] == list(range(1, 31))
        assert (missed.position.seq, missed.position.unread) == (31, 30)

    @pytest.mark.parametrize(
        "strange",
        [
            {"epoch": "another life"},
            {"seq": 3},
            {"seq": 2**53 - 1},
            {"revision": 99},
            {"seq": -1},
            {"revision": -1},
        ],
    )
    def test_a_cursor_that_cannot_be_starts_anew(self, town: Town, strange: dict[str, object]) -> None:
        town.publish()
        town.publish()
        cursor = replace(town.cursor("alice"), **strange)  # pyright: ignore[reportArgumentType]
        missed = town.backlog("alice", cursor)
        assert not missed.recovered
        assert [item["seq"] for item in missed.items] == [1, 2]

    def test_too_far_behind_starts_anew_and_just_near_enough_does_not(self, town: Town) -> None:
        cursor = town.cursor("alice")
        for _ in range(5):
            town.publish()
        assert town.backlog("alice", cursor, limit=5).recovered
        assert not town.backlog("alice", cursor, limit=4).recovered

    def test_a_gap_too_large_for_memory_starts_anew(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(inbox, "SURELY_FIT", 1)
        monkeypatch.setattr(inbox, "LARGEST_REPLAY", 1000)
        cursor = town.cursor("alice")
        town.publish(body="x" * 999)
        assert town.backlog("alice", cursor).recovered
        town.publish(body="xx")
        assert not town.backlog("alice", cursor).recovered


class TestExpiry:
    KEPT = timedelta(days=90)

    def aged(self, town: Town, days: float = 91) -> None:
        town.clock.advance(timedelta(days=days).total_seconds())

    def test_old_items_go_and_their_people_are_told(self, town: Town) -> None:
        old = town.publish(("alice", "bob")).id
        self.aged(town)
        new = town.publish().id
        marked = {each.user_id: each for each in town.expire(self.KEPT)}
        assert set(marked) == {town.ids["alice"], town.ids["bob"]}
        told = marked[town.ids["alice"]]
        assert told.changes == [{"id": old, "archived_at": town.clock.now()}]
        assert (told.unread, told.revision) == (1, 3)
        assert told.revision == town.position("alice").revision
        assert town.unread_rows("alice") == 1
        assert [item["id"] for item in town.page("alice", "all")] == [new]
        assert town.expire(self.KEPT) == []

    def test_a_cursor_that_has_seen_what_went_stays_good(self, town: Town) -> None:
        town.publish()
        cursor = town.cursor("alice")
        self.aged(town)
        town.publish(title="new")
        town.expire(self.KEPT)
        missed = town.backlog("alice", cursor)
        assert missed.recovered
        assert [item["title"] for item in missed.items] == ["new"]

    def test_a_cursor_that_has_not_starts_anew(self, town: Town) -> None:
        cursor = town.cursor("alice")
        town.publish()
        self.aged(town)
        town.publish()
        town.expire(self.KEPT)
        assert not town.backlog("alice", cursor).recovered

    def test_numbers_go_on_when_everything_is_gone(self, town: Town) -> None:
        town.publish()
        self.aged(town)
        town.expire(self.KEPT)
        cursor = town.cursor("alice")
        assert cursor.seq == 1
        town.publish()
        assert [item["seq"] for item in town.backlog("alice", cursor).items] == [2]

    def test_what_was_pinned_or_snoozed_stays(self, town: Town) -> None:
        pinned, snoozed, loose = (town.publish().id for _ in range(3))
        town.mark("alice", "pinned", pinned)
        town.mark("alice", "snoozed", snoozed, until=town.clock.now() + timedelta(days=365))
        self.aged(town)
        assert [change["id"] for each in town.expire(self.KEPT) for change in each.changes] == [loose]
        town.clock.advance(timedelta(days=300).total_seconds())
        assert len(town.wake()) == 1

    def test_an_incident_that_lives_on_is_kept_and_its_old_versions_are_not(self, town: Town) -> None:
        from sqlalchemy import select

        from tidings.notifications.tables import contents

        for title in ("first", "second", "third"):
            town.publish(dedupe_key="d", title=title)
            self.aged(town, 60)
        town.expire(self.KEPT)
        town.write(lambda session: upkeep.forget(session, town.clock.now(), self.KEPT))
        titles = town.read(lambda session: session.execute(select(contents.c.title)).scalars().all())
        assert titles == ["third"]
        assert town.page("alice")[0]["title"] == "third"

    def test_a_forgotten_incident_begins_anew(self, town: Town) -> None:
        first = town.publish(dedupe_key="d").id
        self.aged(town)
        town.expire(self.KEPT)
        town.write(lambda session: upkeep.forget(session, town.clock.now(), self.KEPT))
        again = town.publish(dedupe_key="d")
        assert again.id != first
        assert town.page("alice")[0]["count"] == 1

    def test_upkeep_goes_in_steps(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(upkeep, "STEP", 2)
        for number in range(5):
            town.publish(key=str(number))
        self.aged(town)
        steps = 0
        while town.expire(self.KEPT):
            steps += 1
        assert steps == 3
        now, steps = town.clock.now(), 1
        while town.write(lambda session: upkeep.forget(session, now, self.KEPT)):
            steps += 1
        assert steps == 3


class TestReceipts:
    def receipts(self, town: Town, notification_id: str) -> tuple[int, int, int]:
        found = town.read(lambda session: sent.receipts(session, [notification_id]))[notification_id]
        return found.accepted, found.delivered, found.read

    def test_they_count_inboxes_confirmations_and_readers(self, town: Town) -> None:
        item = town.publish("everyone").id
        assert self.receipts(town, item) == (3, 0, 0)
        town.write(lambda session: receipt.confirm(session, {town.ids["alice"]: 1, town.ids["bob"]: 0}))
        assert self.receipts(town, item) == (3, 1, 0)
        town.mark("carol", "read", item)
        assert self.receipts(town, item) == (3, 2, 1)

    def test_a_confirmation_never_goes_back_nor_beyond_what_there_is(self, town: Town) -> None:
        first, second = town.publish().id, town.publish().id
        town.write(lambda session: receipt.confirm(session, {town.ids["alice"]: 10**12}))
        town.write(lambda session: receipt.confirm(session, {town.ids["alice"]: 1}))
        later = town.publish().id
        assert [self.receipts(town, each)[1] for each in (first, second, later)] == [1, 1, 0]

    def test_only_its_publisher_sees_the_newest_version(self, town: Town) -> None:
        item = town.publish(dedupe_key="d", title="old").id
        town.publish(dedupe_key="d", title="new")
        mine = town.read(lambda session: sent.find(session, item, DEPLOYS.scope))
        assert mine is not None
        assert mine["title"] == "new"
        assert town.read(lambda session: sent.find(session, item, ALARMS.scope)) is None


def test_a_cursor_of_before_a_restored_backup_starts_anew(town: Town) -> None:
    town.publish()
    assert not town.backlog("alice", Cursor("the life before", 1, 1)).recovered
