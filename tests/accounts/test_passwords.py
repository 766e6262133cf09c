"""Passwords: what they cost, which are taken, and that nobody's takes as long as somebody's."""

import asyncio
import threading
from typing import Any

import pytest

from tidings.accounts import passwords
from tidings.accounts.passwords import Hasher, HasherBusy, accepted_password
from tidings.accounts.refusals import PasswordRefused

pytestmark = pytest.mark.anyio


def test_a_hash_is_argon2id_at_the_owasp_price() -> None:
    assert Hasher().hash_now("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_right_password_is_right_and_a_wrong_one_is_not(hasher: Hasher) -> None:
    kept = hasher.hash_now("correct horse")
    assert hasher.verify_now("correct horse", kept)
    assert not hasher.verify_now("Correct horse", kept)


def test_two_hashes_of_one_password_differ(hasher: Hasher) -> None:
    assert hasher.hash_now("correct horse") != hasher.hash_now("correct horse")


@pytest.mark.parametrize("password", ["", "x" * 1025, "half a \ud800 character"])
def test_a_password_that_cannot_be_is_refused_with_a_sentence(hasher: Hasher, password: str) -> None:
    with pytest.raises(PasswordRefused, match=r"\.$"):
        hasher.hash_now(password)


@pytest.mark.parametrize("password", ["", "x" * 1025, "half a \ud800 character"])
def test_a_password_that_cannot_be_is_simply_wrong_at_sign_in(hasher: Hasher, password: str) -> None:
    assert not hasher.verify_now(password, hasher.hash_now("correct horse"))


@pytest.mark.parametrize("password", ["x", "x" * 1024, "zero\0byte", "пароль", "🐴🔋"])
def test_one_to_1024_characters_of_any_kind_are_taken(hasher: Hasher, password: str) -> None:
    assert hasher.verify_now(password, hasher.hash_now(password))


def test_a_password_is_the_same_from_keyboards_that_compose_differently() -> None:
    assert accepted_password("cafe\u0301") == accepted_password("caf\u00e9")


def test_nobody_is_never_recognised_and_costs_one_real_verification(
    hasher: Hasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    scheme: Any = hasher._scheme  # pyright: ignore[reportPrivateUsage]
    real = scheme.verify

    def counted(password: str, password_hash: str) -> bool:
        verified.append(password_hash)
        return real(password, password_hash)

    monkeypatch.setattr(scheme, "verify", counted)
    assert not hasher.verify_now("correct horse", None)
    assert len(verified) == 1
    assert verified[0].split("$")[3] == hasher.hash_now("x").split("$")[3], "the same price as a real one"


def test_a_hash_made_at_another_price_is_outdated(hasher: Hasher) -> None:
    assert hasher.outdated(Hasher(memory_kib=16, passes=1).hash_now("correct horse"))
    assert not hasher.outdated(hasher.hash_now("correct horse"))


async def test_at_most_four_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = Hasher(memory_kib=8, passes=1)
    at_once, most, lock, four = 0, 0, threading.Lock(), threading.Barrier(4)

    def slow(_: str) -> str:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        four.wait(timeout=5)
        with lock:
            at_once -= 1
        return "hash"

    monkeypatch.setattr(hasher, "hash_now", slow)
    await asyncio.gather(*(hasher.hash("x") for _ in range(12)))
    assert most == 4


async def test_a_flood_of_sign_ins_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LONGEST_QUEUE", 2)
    hasher, gate = Hasher(memory_kib=8, passes=1), threading.Event()

    def slow(_: str) -> str:
        gate.wait(5)
        return "hash"

    monkeypatch.setattr(hasher, "hash_now", slow)
    waiting = [asyncio.create_task(hasher.hash("x")) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(HasherBusy):
        await hasher.hash("x")
    gate.set()
    assert await asyncio.gather(*waiting) == ["hash", "hash"]


def test_hashing_lets_the_event_loop_run(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: list[int] = []

    def note(_: str) -> str:
        threads.append(threading.get_ident())
        return "hash"

    quick = Hasher(memory_kib=8, passes=1)
    monkeypatch.setattr(quick, "hash_now", note)
    asyncio.run(quick.hash("x"))
    assert threads != [threading.get_ident()]
