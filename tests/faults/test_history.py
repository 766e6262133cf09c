"""The judge finds every kind of broken promise that is planted, and nothing where all is well."""

from typing import Any

import pytest

from tests.faults.history import Publications, Verdict, View, judge, title_of

BOTH = frozenset({"alice", "bob"})


class Told:
    """A server that says what the test wants."""

    def __init__(self) -> None:
        self.publications = Publications()
        self.verdict = Verdict()
        self.view = View("alice", self.publications, self.verdict)
        self.view.hear({"type": "auth_ok", "recovered": False, "unread": 0})
        self.view.hear({"type": "snapshot", "items": [], "unread": 0, "cursor": self.cursor(0)})

    def cursor(self, seq: int, revision: int | None = None) -> dict[str, Any]:
        return {"epoch": "e", "seq": seq, "revision": seq if revision is None else revision}

    def publish(self, to: frozenset[str] = BOTH) -> int:
        tag = self.publications.attempt(to)
        assert self.publications.acknowledge(tag, f"id-{tag}")
        return tag

    def item(self, tag: int, seq: int, **changed: Any) -> dict[str, Any]:
        return {"id": f"id-{tag}", "seq": seq, "title": title_of(tag), "read_at": None} | changed

    def deliver(self, *items: dict[str, Any], after: int | None = None, unread: int | None = None) -> None:
        last = items[-1]["seq"]
        after = items[0]["seq"] - 1 if after is None else after
        self.view.hear(
            {
                "type": "notifications",
                "items": list(items),
                "after": after,
                "cursor": self.cursor(last),
                "unread": last if unread is None else unread,
            }
        )

    def judge(self, *rows: tuple[int, int, bool]) -> Verdict:
        judge([self.view], {"alice": [(title_of(tag), seq, read) for tag, seq, read in rows]})
        return self.verdict


def test_where_all_is_well_nothing_is_found() -> None:
    told = Told()
    first, second = told.publish(), told.publish()
    told.deliver(told.item(first, 1))
    told.deliver(told.item(second, 2))
    told.view.hear(
        {"type": "updated", "items": [{"id": "id-0", "read_at": "now"}], "unread": 1, "revision": 3}
    )
    verdict = told.judge((first, 1, True), (second, 2, False))
    assert verdict.clean, verdict.examples
    assert verdict.deliveries == 2


def test_what_was_never_acknowledged_may_be_missing_or_there() -> None:
    told = Told()
    told.publications.attempt(BOTH)
    arrived = told.publications.attempt(BOTH)
    told.deliver(told.item(arrived, 1))
    assert told.judge((arrived, 1, False)).clean


def test_i1_a_lost_one_is_found() -> None:
    told = Told()
    told.publish()
    assert told.judge().lost == 1


def test_i1_what_was_meant_for_others_is_not_lost() -> None:
    told = Told()
    told.publish(frozenset({"bob"}))
    assert told.judge().clean


def test_i2_a_number_told_twice_is_found() -> None:
    told = Told()
    tag = told.publish()
    told.deliver(told.item(tag, 1))
    told.deliver(told.item(tag, 1), after=0)
    assert told.verdict.doubled == 1


def test_i2_a_retry_that_became_a_second_row_is_found() -> None:
    told = Told()
    tag = told.publish()
    told.deliver(told.item(tag, 1))
    told.deliver(told.item(tag, 2, id="another id"))
    assert told.verdict.doubled == 1


def test_i2_a_retry_that_was_answered_with_another_id_is_found() -> None:
    told = Told()
    tag = told.publish()
    assert not told.publications.acknowledge(tag, "another id")


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (2, 1)])
def test_i3_holes_and_swaps_are_found(numbers: tuple[int, ...]) -> None:
    told = Told()
    for number in numbers:
        told.deliver(told.item(told.publish(), number))
    assert not told.verdict.clean
    assert told.verdict.out_of_order


def test_i3_a_hole_inside_a_message_is_found() -> None:
    told = Told()
    told.deliver(told.item(told.publish(), 1), told.item(told.publish(), 3))
    assert told.verdict.out_of_order == 1


def test_i3_a_cursor_that_goes_back_is_found() -> None:
    told = Told()
    told.deliver(told.item(told.publish(), 1))
    told.view.hear({"type": "updated", "items": [], "unread": 1, "revision": 0})
    assert told.verdict.out_of_order == 1


def test_i3_gaps_in_the_database_are_found() -> None:
    told = Told()
    tag = told.publish()
    told.deliver(told.item(tag, 1))
    assert told.judge((tag, 2, False)).out_of_order == 1


def test_i4_what_nobody_published_is_found() -> None:
    told = Told()
    told.deliver(told.item(7, 1))
    told.deliver(told.item(0, 2, title="something else"))
    assert told.verdict.foreign == 2


def test_i4_what_was_meant_for_somebody_else_is_found() -> None:
    told = Told()
    told.deliver(told.item(told.publish(frozenset({"bob"})), 1))
    assert told.verdict.foreign == 1


def test_i5_another_read_state_than_the_databases_is_found() -> None:
    told = Told()
    tag = told.publish()
    told.deliver(told.item(tag, 1))
    assert told.judge((tag, 1, True)).differing == 2


def test_i6_a_wrong_badge_is_found() -> None:
    told = Told()
    tag = told.publish()
    told.deliver(told.item(tag, 1), unread=2)
    assert told.judge((tag, 1, False)).miscounted == 1


def test_a_recovery_that_is_none_is_found() -> None:
    told = Told()
    told.view.hear({"type": "auth_ok", "recovered": False, "unread": 0})
    assert told.verdict.reloaded == 1
    assert not told.verdict.clean
