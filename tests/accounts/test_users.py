"""People: names that can be had once, disabling, password changes, the first admin."""

import pytest

from tidings.accounts import sessions, users
from tidings.accounts.passwords import Hasher
from tidings.accounts.refusals import LastAdmin, NameRefused, NameTaken, PasswordRefused, UnknownUser
from tidings.accounts.sign_in import recognise
from tidings.accounts.tables import User, UserSession
from tidings.clock import ManualClock
from tidings.database import Database

pytestmark = pytest.mark.anyio


def test_a_user_is_found_by_any_spelling_and_shown_as_typed(
    database: Database, clock: ManualClock, hasher: Hasher
) -> None:
    database.write_now(lambda session: users.add(session, "Zoë.Müller-2", "hash", clock.now()))
    found = database.read_now(lambda session: users.named(session, "ZOË.mÜLLER-2"))
    assert found.name == "Zoë.Müller-2"
    assert found.created_at == clock.now()
    assert not found.is_admin


@pytest.mark.parametrize("name", ["alice", "ALICE", "Alice", "\uff41lice"])
def test_a_name_is_had_once_in_whatever_spelling(
    database: Database, alice: User, clock: ManualClock, name: str
) -> None:
    with pytest.raises(NameTaken, match=r"^There is already a user .+\.$"):
        database.write_now(lambda session: users.add(session, name, "hash", clock.now()))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "x" * 65,
        " alice",
        "a b",
        "-rf",
        ".hidden",
        "a\0b",
        "a\nb",
        "a\u202eb",
        "a\ud800",
        "a/b",
        "a,b",
        "<b>",
    ],
)
def test_a_name_outside_the_alphabet_is_refused(database: Database, clock: ManualClock, name: str) -> None:
    with pytest.raises(NameRefused, match=r"\.$"):
        database.write_now(lambda session: users.add(session, name, "hash", clock.now()))


@pytest.mark.parametrize("name", ["a", "x" * 64, "anna@example.org", "007", "o_o", "王小明"])
def test_a_sensible_name_is_taken(database: Database, clock: ManualClock, name: str) -> None:
    assert database.write_now(lambda session: users.add(session, name, "hash", clock.now())).name == name


def test_nobody_can_be_called_everyone(database: Database, clock: ManualClock) -> None:
    with pytest.raises(NameRefused):
        database.write_now(lambda session: users.add(session, "Everyone", "hash", clock.now()))


@pytest.mark.parametrize("name", ["bob", "", "a\0b", "a\ud800", "x" * 10_000])
def test_an_unknown_name_is_unknown_and_never_an_accident(database: Database, name: str) -> None:
    assert database.read_now(lambda session: users.find(session, name)) is None
    with pytest.raises(UnknownUser):
        database.read_now(lambda session: users.named(session, name))


def test_everybody_is_listed_in_the_order_of_coming(database: Database, clock: ManualClock) -> None:
    for name in ("carol", "alice", "bob"):
        clock.advance(1)
        database.write_now(lambda session, name=name: users.add(session, name, "hash", clock.now()))
    assert [user.name for user in database.read_now(users.everybody)] == ["carol", "alice", "bob"]


def test_disabling_ends_every_session_and_keeps_the_first_date(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = [
        database.write_now(lambda session: sessions.start(session, alice, clock.now())) for _ in range(2)
    ]
    user, ended = database.write_now(lambda session: users.disable(session, "ALICE", clock.now()))
    assert sorted(ended) == sorted(one.session.id for one in begun)
    first = user.disabled_at
    clock.advance(60)
    again, ended = database.write_now(lambda session: users.disable(session, "alice", clock.now()))
    assert again.disabled_at == first
    assert ended == []


def test_the_last_admin_who_can_sign_in_stays(database: Database, alice: User, clock: ManualClock) -> None:
    def switch(name: str, *, on: bool = False) -> User:
        if on:
            return database.write_now(lambda session: users.switch_on(session, users.named(session, name)))
        return database.write_now(lambda session: users.disable(session, name, clock.now()))[0]

    for name in ("root", "boss"):
        database.write_now(
            lambda session, name=name: users.add(session, name, "hash", clock.now(), admin=True)
        )
    switch("root")
    with pytest.raises(LastAdmin, match=r"^boss is the only admin who can sign in\. .+\.$"):
        switch("boss")
    assert database.read_now(lambda session: users.named(session, "boss")).disabled_at is None
    switch("alice")
    switch("root")  # again: whoever is off already is nobody's last admin
    switch("root", on=True)
    assert switch("boss").disabled_at is not None


def test_a_new_password_ends_all_sessions_but_the_one_kept(
    database: Database, alice: User, clock: ManualClock
) -> None:
    here, there = (
        database.write_now(lambda session: sessions.start(session, alice, clock.now())).session
        for _ in range(2)
    )
    ended = database.write_now(
        lambda session: users.set_password(session, alice.id, "new", clock.now(), keep=here.id)
    )
    assert ended == [there.id]
    row = database.read_now(lambda session: session.get(UserSession, there.id))
    assert row is not None
    assert row.end_reason == "password_changed"


def test_the_password_of_nobody_cannot_be_set(database: Database, clock: ManualClock) -> None:
    with pytest.raises(UnknownUser):
        database.write_now(lambda session: users.set_password(session, "no-such-id", "new", clock.now()))


def test_the_first_admin_gets_a_password_of_their_own_once(
    database: Database, hasher: Hasher, clock: ManualClock
) -> None:
    made = database.write_now(lambda session: users.first_admin(session, hasher, None, clock.now()))
    assert made is not None
    admin, generated = made
    assert (admin.name, admin.is_admin) == ("admin", True)
    assert generated is not None
    assert len(generated) >= 16
    assert hasher.verify_now(generated, admin.password_hash)
    assert database.write_now(lambda session: users.first_admin(session, hasher, None, clock.now())) is None


def test_a_given_first_password_is_used_and_not_given_back(
    database: Database, hasher: Hasher, clock: ManualClock
) -> None:
    made = database.write_now(lambda session: users.first_admin(session, hasher, "given", clock.now()))
    assert made is not None
    assert made[1] is None
    assert hasher.verify_now("given", made[0].password_hash)


def test_an_impossible_first_password_stops_the_start(
    database: Database, hasher: Hasher, clock: ManualClock
) -> None:
    with pytest.raises(PasswordRefused):
        database.write_now(lambda session: users.first_admin(session, hasher, "x" * 1025, clock.now()))
    assert database.read_now(users.everybody) == []


async def test_a_person_is_recognised_by_name_and_password_only(
    database: Database, alice: User, hasher: Hasher
) -> None:
    recognised = await recognise(database, hasher, "Alice", "correct horse")
    assert recognised is not None
    assert recognised.id == alice.id
    assert await recognise(database, hasher, "alice", "wrong") is None
    assert await recognise(database, hasher, "nobody", "correct horse") is None


async def test_a_disabled_person_is_nobody(
    database: Database, alice: User, hasher: Hasher, clock: ManualClock
) -> None:
    database.write_now(lambda session: users.disable(session, "alice", clock.now()))
    assert await recognise(database, hasher, "alice", "correct horse") is None


async def test_a_hash_at_an_old_price_is_renewed_at_sign_in(database: Database, alice: User) -> None:
    dearer = Hasher(memory_kib=16, passes=1)
    recognised = await recognise(database, dearer, "alice", "correct horse")
    kept = database.read_now(lambda session: users.named(session, "alice")).password_hash
    await database.close()
    assert recognised is not None
    assert recognised.password_hash == kept != alice.password_hash
    assert not dearer.outdated(kept)
    assert dearer.verify_now("correct horse", kept)


def test_a_renewed_hash_never_undoes_a_password_change(
    database: Database, alice: User, clock: ManualClock
) -> None:
    database.write_now(lambda session: users.set_password(session, alice.id, "newer", clock.now()))
    database.write_now(lambda session: users.renew_hash(session, alice.id, alice.password_hash, "stale"))
    assert database.read_now(lambda session: users.named(session, "alice")).password_hash == "newer"
