"""Sessions: how they begin, live, and end, and that what has ended is over everywhere."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from tidings.accounts import sessions, users
from tidings.accounts.refusals import PasswordChanged, SessionEnded, UserDisabled
from tidings.accounts.sessions import EndReason, SignedIn, Started
from tidings.accounts.tables import User, UserSession
from tidings.clock import ManualClock
from tidings.database import Database

DAY_S = 86_400


def begin(database: Database, user: User, clock: ManualClock, replacing: str | None = None) -> Started:
    def work(session: Session) -> Started:
        return sessions.start(
            session, user, clock.now(), address="192.0.2.7", device="Firefox", replacing=replacing
        )

    return database.write_now(work)


def find(database: Database, secret: str, clock: ManualClock) -> SignedIn | None:
    return database.read_now(lambda session: sessions.find(session, secret, clock.now()))


def over(database: Database, clock: ManualClock, *ids: str) -> set[str]:
    return database.read_now(lambda session: sessions.ended(session, ids, clock.now()))


def test_a_session_is_found_by_its_secret_and_by_nothing_else(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    found = find(database, begun.secret, clock)
    assert found is not None
    assert (found.user.id, found.session.id) == (alice.id, begun.session.id)
    assert (found.session.address, found.session.device) == ("192.0.2.7", "Firefox")
    assert found.session.created_at == clock.now()
    assert found.session.created_at.tzinfo is UTC
    for other in ("", begun.secret[:-1], begun.session.id, begun.session.secret_hash, "a\ud800"):
        assert find(database, other, clock) is None


def test_the_secret_has_256_bits_and_is_nowhere_in_the_database(
    database: Database, alice: User, clock: ManualClock, tmp_path: Path
) -> None:
    begun = begin(database, alice, clock)
    assert len(begun.secret) == 43
    assert begun.secret != begin(database, alice, clock).secret
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert begun.secret.encode() not in kept
    assert begun.session.secret_hash.encode() in kept


def test_a_long_or_tricky_device_is_cut_and_cleaned(
    database: Database, alice: User, clock: ManualClock
) -> None:
    device = "Fire\r\nfox\x1b[2J \u202e" + "x" * 500
    begun = database.write_now(lambda session: sessions.start(session, alice, clock.now(), device=device))
    assert begun.session.device.startswith("Firefox[2J xxx")
    assert len(begun.session.device) == 200


def test_signing_in_ends_the_session_whose_cookie_came_along(
    database: Database, alice: User, clock: ManualClock
) -> None:
    old = begin(database, alice, clock)
    new = begin(database, alice, clock, replacing=old.secret)
    assert new.replaced == [old.session.id]
    assert find(database, old.secret, clock) is None
    assert find(database, new.secret, clock) is not None


def test_a_cookie_of_no_session_replaces_nothing(database: Database, alice: User, clock: ManualClock) -> None:
    assert begin(database, alice, clock, replacing="made up").replaced == []


def test_an_idle_session_is_over_after_fourteen_days(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    clock.advance(14 * DAY_S - 1)
    assert find(database, begun.secret, clock) is not None
    clock.advance(1)
    assert find(database, begun.secret, clock) is None
    assert over(database, clock, begun.session.id) == {begun.session.id}


def test_a_session_that_is_used_lives_on_but_not_beyond_ninety_days(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    for _ in range(89):
        clock.advance(DAY_S)
        assert find(database, begun.secret, clock) is not None
        database.write_now(lambda session: sessions.touch(session, begun.session.id, clock.now()))
    clock.advance(DAY_S)
    assert find(database, begun.secret, clock) is None
    assert over(database, clock, begun.session.id) == {begun.session.id}


def test_being_seen_is_written_at_most_once_a_minute(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    seen = begun.session.last_seen_at
    for wait_s, expected in ((59, seen), (1, seen + timedelta(minutes=1)), (30, seen + timedelta(minutes=1))):
        clock.advance(wait_s)
        database.write_now(lambda session: sessions.touch(session, begun.session.id, clock.now()))
        row = database.read_now(lambda session: session.get(UserSession, begun.session.id))
        assert row is not None
        assert row.last_seen_at == expected


def test_an_ended_session_is_not_woken_by_being_seen(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    database.write_now(lambda session: sessions.end(session, alice.id, begun.session.id, clock.now()))
    clock.advance(120)
    database.write_now(lambda session: sessions.touch(session, begun.session.id, clock.now()))
    assert find(database, begun.secret, clock) is None


def test_ending_one_session_leaves_the_others(database: Database, alice: User, clock: ManualClock) -> None:
    here, there = begin(database, alice, clock), begin(database, alice, clock)
    ended = database.write_now(lambda session: sessions.end(session, alice.id, there.session.id, clock.now()))
    assert ended == [there.session.id]
    assert find(database, there.secret, clock) is None
    assert find(database, here.secret, clock) is not None
    assert over(database, clock, here.session.id, there.session.id) == {there.session.id}


def test_a_session_ends_once_and_keeps_its_first_reason(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)
    database.write_now(lambda session: sessions.end(session, alice.id, begun.session.id, clock.now()))
    again = database.write_now(
        lambda session: sessions.end_all(session, alice.id, clock.now(), EndReason.USER_DISABLED)
    )
    assert again == []
    row = database.read_now(lambda session: session.get(UserSession, begun.session.id))
    assert row is not None
    assert row.end_reason == "signed_out"


def test_nobody_ends_another_persons_session(database: Database, alice: User, clock: ManualClock) -> None:
    bob = database.write_now(lambda session: users.add(session, "bob", "hash", clock.now()))
    begun = begin(database, alice, clock)
    assert database.write_now(lambda s: sessions.end(s, bob.id, begun.session.id, clock.now())) == []
    assert find(database, begun.secret, clock) is not None


def test_all_others_end_and_this_one_stays(database: Database, alice: User, clock: ManualClock) -> None:
    here, *others = [begin(database, alice, clock) for _ in range(4)]
    ended = database.write_now(
        lambda s: sessions.end_all(
            s, alice.id, clock.now(), EndReason.SIGNED_OUT_ELSEWHERE, keep=here.session.id
        )
    )
    assert sorted(ended) == sorted(other.session.id for other in others)
    living = database.read_now(lambda session: sessions.of_user(session, alice.id, clock.now()))
    assert [row.id for row in living] == [here.session.id]


def test_the_list_shows_living_sessions_last_seen_first(
    database: Database, alice: User, clock: ManualClock
) -> None:
    first = begin(database, alice, clock)
    clock.advance(3600)
    second = begin(database, alice, clock)
    clock.advance(3600)
    database.write_now(lambda session: sessions.touch(session, first.session.id, clock.now()))
    living = database.read_now(lambda session: sessions.of_user(session, alice.id, clock.now()))
    assert [row.id for row in living] == [first.session.id, second.session.id]


def test_a_disabled_person_has_no_session_even_if_a_row_was_missed(
    database: Database, alice: User, clock: ManualClock
) -> None:
    begun = begin(database, alice, clock)

    def switch_off_behind_our_back(session: Session) -> None:
        row = session.get(User, alice.id)
        assert row is not None
        row.disabled_at = clock.now()
        session.add(row)

    database.write_now(switch_off_behind_our_back)
    assert find(database, begun.secret, clock) is None
    assert over(database, clock, begun.session.id) == {begun.session.id}
    with pytest.raises(UserDisabled):
        begin(database, alice, clock)


def test_thousands_of_sessions_are_asked_about_at_once(
    database: Database, alice: User, clock: ManualClock
) -> None:
    living = [begin(database, alice, clock).session.id for _ in range(3)]
    unknown = {f"unknown-{number}" for number in range(2_000)}
    assert over(database, clock, *living, *unknown) == unknown
    assert over(database, clock) == set()


def test_a_session_does_not_begin_with_a_password_that_was_just_changed(
    database: Database, alice: User, clock: ManualClock
) -> None:
    database.write_now(lambda session: users.set_password(session, alice.id, "changed", clock.now()))
    with pytest.raises(PasswordChanged):
        begin(database, alice, clock)


def test_a_connection_is_admitted_for_a_living_session_of_that_person_only(
    database: Database, alice: User, clock: ManualClock
) -> None:
    bob = database.write_now(lambda session: users.add(session, "bob", "hash", clock.now()))
    begun = begin(database, alice, clock)
    admitted = database.read_now(lambda s: sessions.admit(s, begun.session.id, alice.id, clock.now()))
    assert admitted == "alice"
    with pytest.raises(SessionEnded):
        database.read_now(lambda s: sessions.admit(s, begun.session.id, bob.id, clock.now()))
    database.write_now(lambda s: sessions.end(s, alice.id, begun.session.id, clock.now()))
    with pytest.raises(SessionEnded):
        database.read_now(lambda s: sessions.admit(s, begun.session.id, alice.id, clock.now()))
    database.write_now(lambda s: users.disable(s, "alice", clock.now()))
    with pytest.raises(UserDisabled):
        database.read_now(lambda s: sessions.admit(s, begun.session.id, alice.id, clock.now()))


def test_what_has_been_over_for_a_month_is_forgotten(
    database: Database, alice: User, clock: ManualClock
) -> None:
    signed_out, idle, used = (begin(database, alice, clock).session.id for _ in range(3))
    database.write_now(lambda s: sessions.end(s, alice.id, signed_out, clock.now()))
    for expected in ({signed_out, idle, used}, {idle, used}, {used}):
        database.write_now(lambda session: sessions.forget(session, clock.now()))
        kept = database.read_now(lambda s: set(s.exec(select(col(UserSession.id))).all()))
        assert kept == expected
        for _ in range(3):
            clock.advance(10.5 * DAY_S)
            database.write_now(lambda session: sessions.touch(session, used, clock.now()))
