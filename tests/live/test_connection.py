"""The life of a connection without a socket: facts in, wishes out, and the exact times."""

import json
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from tidings.live.codes import Code
from tidings.live.connection import Admission, Connection, Phase, Timing
from tidings.live.protocol import PROTOCOL
from tidings.live.wishes import Admit, Apply, End, Handle, Look, Send

START = 1000.0


class Wave(BaseModel):
    """A type of somebody's own."""

    hand: str


def opened(**timing: float) -> Connection:
    return Connection("c1", Timing(**timing), {"wave": Wave}, START)


def admission(lasts_s: float = 300) -> Admission:
    return Admission("u1", "alice", "s1", lasts_s, "2026-11-23T12:00:00.000Z")


def live(**timing: float) -> Connection:
    connection = opened(**timing)
    connection.heard(auth(), START)
    connection.admitted(admission(), START)
    connection.phase = Phase.LIVE
    return connection


def auth(**more: Any) -> str:
    return json.dumps({"type": "auth", "token": "t", "protocol": PROTOCOL} | more)


def said(**message: Any) -> str:
    return json.dumps(message)


def deflated(text: str) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(text.encode()) + packer.flush()


def code_of(wishes: list[Any]) -> Code:
    assert isinstance(wishes[0], End)
    return wishes[0].code


def test_it_waits_five_seconds_for_auth() -> None:
    connection = opened()
    assert connection.due == START + 5
    assert connection.passed(START + 4.99) == []
    assert connection.passed(START + 5) == [End(Code.TOO_LATE)]


def test_a_sign_of_life_does_not_extend_the_patience() -> None:
    connection = opened()
    connection.stirred(START + 4.9)
    assert connection.passed(START + 5) == [End(Code.TOO_LATE)]


def test_auth_that_came_in_time_may_be_looked_at_longer() -> None:
    connection = opened()
    connection.heard(auth(), START + 4.9)
    assert connection.passed(START + 14.8) == []
    assert connection.passed(START + 14.9) == [End(Code.OVERLOADED)]


def test_auth_asks_for_admission() -> None:
    connection = opened()
    [wish] = connection.heard(auth(accept=["deflate"]), START)
    assert isinstance(wish, Admit)
    assert (wish.renewal, wish.auth.token) == (False, "t")
    assert (connection.phase, connection.deflates) == (Phase.ADMITTING, True)


def test_two_messages_before_the_welcome_are_one_too_many() -> None:
    connection = opened()
    connection.heard(auth(), START)
    assert connection.heard(auth(), START) == [End(Code.BAD_MESSAGE)]


@pytest.mark.parametrize(
    "first", ["", "{", "[]", said(type="ping"), said(type="auth"), b"{}", auth(protocol=0)]
)
def test_anything_else_first_is_a_bad_message(first: str | bytes) -> None:
    assert opened().heard(first, START) == [End(Code.BAD_MESSAGE)]


def test_the_first_message_is_bounded_in_bytes_not_in_characters() -> None:
    assert opened().heard('{"é":"' + "é" * 4200 + '"}', START) == [End(Code.TOO_BIG)]
    assert opened().heard("x" * 8192, START) == [End(Code.BAD_MESSAGE)]
    assert opened().heard("x" * 8193, START) == [End(Code.TOO_BIG)]


def test_a_ping_of_ours_is_due_every_heartbeat_and_names_the_number() -> None:
    connection = live()
    connection.seq = 41
    assert connection.due == START + 30
    assert connection.passed(START + 29.9) == []
    assert connection.passed(START + 30) == [Send({"type": "ping", "t": 1_030_000, "seq": 41})]
    connection.heard(said(type="pong", t=1_030_000), START + 30.1)
    assert connection.due == START + 60


def test_silence_is_one_heartbeat_and_ten_seconds_after_the_last_frame() -> None:
    connection = live(heartbeat_s=20)
    connection.heard(said(type="pong"), START + 7)
    assert isinstance(connection.passed(START + 20)[0], Send)
    assert connection.due == START + 37
    assert connection.passed(START + 36.9) == []
    assert connection.passed(START + 37) == [End(Code.SILENT)]


def test_every_kind_of_frame_breaks_the_silence() -> None:
    connection = live()
    connection.passed(START + 30)
    connection.stirred(START + 39)
    assert connection.passed(START + 40) == []
    connection.stirred(START + 20)  # a late word about an earlier frame
    assert connection.passed(START + 78.9) != [End(Code.SILENT)]
    assert connection.passed(START + 79) == [End(Code.SILENT)]


def test_a_token_holds_twenty_five_seconds_longer_than_it_says() -> None:
    connection = live()
    connection.admitted(admission(lasts_s=60), START + 10)
    for second in range(10, 95, 5):
        connection.stirred(START + second)
        connection.passed(START + second)
    assert connection.passed(START + 94.9) == []
    assert connection.passed(START + 95) == [End(Code.TOKEN_EXPIRED)]


def test_a_renewal_moves_only_the_end_of_the_token() -> None:
    connection = live()
    [wish] = connection.heard(auth(), START + 200)
    assert isinstance(wish, Admit)
    assert wish.renewal
    assert connection.phase is Phase.LIVE
    connection.admitted(admission(), START + 200)
    assert connection.phase is Phase.LIVE
    connection.stirred(START + 500)
    assert End(Code.TOKEN_EXPIRED) not in connection.passed(START + 524)
    assert connection.passed(START + 525) == [End(Code.TOKEN_EXPIRED)]


def test_each_message_becomes_its_wish() -> None:
    connection = live()
    wished = [
        (said(type="mark", id="o1", items=["n1"], **{"as": "read"}), Apply),
        (said(type="mark_all", id="o2", through=9, **{"as": "archived"}), Apply),
        (said(type="undo", id="o3", of="o2", **{"as": "unarchived"}), Apply),
        (said(type="history", id="q1", view="inbox"), Look),
        (said(type="wave", hand="left"), Handle),
        (said(type="ping", t=7), Send),
    ]
    assert [type(connection.heard(text, START)[0]) for text, _ in wished] == [kind for _, kind in wished]
    assert connection.heard(said(type="pong", t=7), START) == []


@pytest.mark.parametrize(
    ("message", "code", "ref"),
    [
        ("{", "bad_json", None),
        ("[]", "bad_message", None),
        (said(id="r1"), "bad_message", "r1"),
        (said(type="mark", id="r1", items=[], **{"as": "read"}), "bad_message", "r1"),
        (said(type="mark", id="r1", items=["n"], **{"as": "burnt"}), "bad_message", "r1"),
        (said(type="mark_all", id="r1", through=2**53, **{"as": "read"}), "bad_message", "r1"),
        (said(type="undo", id="r1", of="o2", **{"as": "read"}), "bad_message", "r1"),
        (said(type="history", id="r1", view="inbox", limit=101), "bad_message", "r1"),
        (said(type="history", id="r1", view="inbox", before=-1), "bad_message", "r1"),
        (said(type="wave", id="r1"), "bad_message", "r1"),
        (said(type="nonsense", id="r1"), "unknown_type", "r1"),
        (said(type="nonsense", id="x" * 101), "unknown_type", None),
    ],
)
def test_a_message_that_cannot_be_read_is_answered_and_the_connection_stays(
    message: str, code: str, ref: str | None
) -> None:
    connection = live()
    [answer] = connection.heard(message, START)
    assert isinstance(answer, Send)
    assert (answer.message["type"], answer.message["code"], answer.message.get("ref")) == ("error", code, ref)
    assert connection.phase is Phase.LIVE


@pytest.mark.parametrize("t", [0, -1, 2**53, 1.5, "a while ago", None])
def test_a_pong_says_what_the_ping_said(t: Any) -> None:
    [answer] = live().heard(said(type="ping", t=t), START)
    assert isinstance(answer, Send)
    assert (answer.message["t"], type(answer.message["t"])) == (t, type(t))


@pytest.mark.parametrize("t", [True, [1], {}])
def test_a_ping_that_could_not_be_answered_alike_is_refused(t: Any) -> None:
    [answer] = live().heard(said(type="ping", t=t), START)
    assert isinstance(answer, Send)
    assert answer.message["code"] == "bad_message"


def test_a_binary_message_is_raw_deflate() -> None:
    [answer] = live().heard(deflated(said(type="ping", t=7)), START)
    assert answer == Send({"type": "pong", "t": 7})
    [answer] = live().heard(b"rubbish", START)
    assert isinstance(answer, Send)


def test_a_message_is_too_big_above_64_kib_also_when_it_was_packed() -> None:
    assert live().heard("x" * 65_537, START) == [End(Code.TOO_BIG)]
    assert live().heard(deflated("x" * 10_000_000), START) == [End(Code.TOO_BIG)]
    assert live().heard(deflated(said(type="ping", t="x" * 65_000)), START) != [End(Code.TOO_BIG)]


def test_a_hundred_messages_at_once_are_heard_and_one_more_is_a_flood() -> None:
    connection = live()
    for _ in range(100):
        assert connection.heard(said(type="ping"), START) != []
    [end] = connection.heard(said(type="ping"), START)
    assert isinstance(end, End)
    assert end.code is Code.FLOODING
    assert end.retry_after_ms is not None
    assert end.retry_after_ms >= 1000


def test_fifty_a_second_are_heard_for_ever() -> None:
    connection = live(heartbeat_s=3600)
    for number in range(1000):
        assert isinstance(connection.heard(said(type="ping"), START + number / 50)[0], Send)


def test_nothing_is_wished_after_the_end() -> None:
    connection = live()
    connection.ended()
    assert connection.heard(said(type="ping"), START) == []
    assert connection.passed(START + 10_000) == []


FRAMES = st.one_of(
    st.text(max_size=50),
    st.binary(max_size=50),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=6,
    ).map(json.dumps),
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                ["auth", "mark", "mark_all", "undo", "history", "ping", "pong", "wave", "x"]
            )
        },
        optional={
            name: st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3), max_size=2)
            for name in ("id", "as", "items", "t", "token", "protocol", "cursor", "view", "limit", "hand")
        },
    ).map(json.dumps),
)
FACTS = st.one_of(
    FRAMES.map(lambda frame: ("heard", frame)),
    st.floats(0, 100).map(lambda seconds: ("passed", seconds)),
    st.sampled_from([("admitted", 60.0), ("stirred", 0.0), ("ended", 0.0), ("live", 0.0)]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(FACTS, max_size=30))
def test_whatever_happens_it_answers_with_wishes_and_keeps_its_phase(facts: list[tuple[str, Any]]) -> None:
    connection, now = opened(), START
    for fact, value in facts:
        before = connection.phase
        wishes: list[Any] = []
        if fact == "heard":
            wishes = connection.heard(value, now)
        elif fact == "passed":
            now += value
            wishes = connection.passed(now)
        elif fact == "stirred":
            connection.stirred(now)
        elif fact == "ended":
            connection.ended()
        elif fact == "admitted" and before is Phase.ADMITTING:
            connection.admitted(admission(value), now)
        elif fact == "live" and before is Phase.REPLAYING:
            connection.phase = Phase.LIVE
        assert all(isinstance(wish, Send | End | Admit | Apply | Look | Handle) for wish in wishes)
        assert connection.phase in Phase
        if before in (Phase.OPENING, Phase.ADMITTING, Phase.ENDED):
            assert all(isinstance(wish, End | Admit) for wish in wishes)  # nothing of anybody's is touched
        if before is Phase.ENDED:
            assert wishes == []
        if before is not Phase.ENDED and fact != "ended":
            assert connection.phase is not Phase.ENDED  # it only wishes to end


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_an_answer_to_every_fact(phase: Phase) -> None:
    for fact in ("heard", "passed", "stirred", "ended"):
        connection = live() if phase in (Phase.LIVE, Phase.REPLAYING) else opened()
        connection.phase = phase
        if fact == "heard":
            connection.heard(said(type="ping"), START)
        elif fact == "ended":
            connection.ended()
        else:
            getattr(connection, fact)(START + 1000)
