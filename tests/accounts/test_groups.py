"""Groups: what they may be called, who is in them, and that nothing else goes when they go."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session

from tidings.accounts import groups, roster, users
from tidings.accounts.refusals import NameRefused, NameTaken, UnknownGroup, UnknownUser
from tidings.clock import ManualClock
from tidings.database import Database

CLOCK = ManualClock()
Do = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def do(database_url: str) -> Iterator[Do]:
    """Return what runs a piece of work in a town of three, on either engine."""
    database = Database(database_url)
    for name in ("Alice", "bob", "carol"):
        database.write_now(lambda session, name=name: users.add(session, name, "x", CLOCK.now()))
    yield database.write_now
    database.close_now()


def make(session: Session, name: str = "ops", *people: str) -> Any:
    return groups.create(session, name, CLOCK.now(), people)


def in_it(session: Session, name: str = "ops") -> list[str]:
    return [user.name for user in roster.among(session, groups.members(groups.named(session, name)))]


def test_a_group_is_made_of_people_in_any_spelling(do: Do) -> None:
    do(lambda session: make(session, "Ops", "ALICE", "bob", "alice"))
    assert do(lambda session: in_it(session, "oPS")) == ["Alice", "bob"]


def test_somebody_unknown_makes_no_group(do: Do) -> None:
    with pytest.raises(UnknownUser, match="no user mallory"):
        do(lambda session: make(session, "ops", "alice", "mallory"))
    assert do(groups.page) == []


@pytest.mark.parametrize("name", ["", "two words", "everyone", "x" * 65, "a\u202eb"])
def test_a_group_is_called_as_a_person_could_be(do: Do, name: str) -> None:
    with pytest.raises(NameRefused):
        do(lambda session: make(session, name))


def test_two_groups_cannot_have_one_name(do: Do) -> None:
    do(lambda session: (make(session, "ops"), make(session, "dev")))
    with pytest.raises(NameTaken):
        do(lambda session: make(session, "OPS"))
    with pytest.raises(NameTaken):
        do(lambda session: groups.rename(session, groups.named(session, "dev"), "Ops"))


def test_a_group_can_be_spelled_differently(do: Do) -> None:
    do(lambda session: make(session, "ops", "bob"))
    do(lambda session: groups.rename(session, groups.named(session, "ops"), "OPS"))
    assert do(lambda session: groups.named(session, "ops").name) == "OPS"


def test_joining_twice_and_leaving_twice_are_once(do: Do) -> None:
    do(lambda session: make(session, "ops", "bob"))

    def join(session: Session) -> list[str]:
        return [user.name for user in groups.join(session, groups.named(session, "ops"), ["bob", "carol"])]

    assert (do(join), do(join)) == (["carol"], [])
    carol = do(lambda session: users.named(session, "carol").id)
    left = [do(lambda session: groups.leave(session, groups.named(session, "ops"), carol)) for _ in range(2)]
    assert (left, do(in_it)) == ([True, False], ["bob"])


def test_a_removed_group_leaves_its_people(do: Do) -> None:
    do(lambda session: make(session, "ops", "bob"))
    do(lambda session: groups.remove(session, groups.named(session, "ops")))
    with pytest.raises(UnknownGroup):
        do(lambda session: groups.named(session, "ops"))
    assert [user.name for user in do(users.everybody)] == ["Alice", "bob", "carol"]


def test_groups_are_listed_by_name_with_how_many_are_in_them(do: Do) -> None:
    do(lambda session: (make(session, "ops", "bob", "carol"), make(session, "Dev"), make(session, "qa")))
    rows = do(lambda session: groups.page(session, limit=2))
    assert [(row.group.name, row.members) for row in rows] == [("Dev", 0), ("ops", 2)]
    assert [row.group.name for row in do(lambda session: groups.page(session, after="ops"))] == ["qa"]
    assert [row.group.name for row in do(lambda session: groups.page(session, search="P"))] == ["ops"]
