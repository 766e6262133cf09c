"""Idempotency: the same key gives the same answer for 24 hours, also to fifty at once."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.notifications.conftest import ALARMS, DEPLOYS, Town
from tidings.accounts import users
from tidings.notifications import upkeep
from tidings.notifications.acceptance import KeyReused
from tidings.notifications.drafts import Draft
from tidings.notifications.publish import Order, Published, publish
from tidings.notifications.tables import acceptances
from tidings.people import People


def test_the_same_key_gives_the_same_answer_and_nothing_else_happens(town: Town) -> None:
    first = town.publish("everyone", key="k", fingerprint="f")
    again = town.publish("everyone", key="k", fingerprint="f")
    assert (again.id, again.accepted, again.replayed) == (first.id, 3, True)
    assert not first.replayed
    assert again.announcement is None
    assert town.position("alice").seq == 1


def test_another_body_is_refused(town: Town) -> None:
    town.publish(key="k", fingerprint="f")
    with pytest.raises(KeyReused):
        town.publish(key="k", fingerprint="g")
    assert town.position("alice").seq == 1


def test_another_key_holder_has_a_name_space_of_their_own(town: Town) -> None:
    town.publish(key="k", fingerprint="f")
    assert not town.publish(key="k", fingerprint="g", publisher=ALARMS).replayed
    assert town.position("alice").seq == 2


def test_an_answer_is_kept_for_24_hours_and_not_longer(town: Town) -> None:
    town.publish(key="k", fingerprint="f")
    town.clock.advance(24 * 3600)
    assert town.publish(key="k", fingerprint="f").replayed
    town.clock.advance(1)
    fresh = town.publish(key="k", fingerprint="another body")
    assert not fresh.replayed
    assert town.publish(key="k", fingerprint="another body").id == fresh.id
    assert town.position("alice").seq == 2


def test_a_refused_publish_leaves_its_key_free(town: Town) -> None:
    with pytest.raises(Exception, match="mallory"):
        town.publish(("mallory",), key="k", fingerprint="f")
    assert not town.publish(key="k", fingerprint="g").replayed


def test_a_replay_is_answered_also_when_the_recipient_has_left(town: Town) -> None:
    first = town.publish(key="k", fingerprint="f")
    town.accounts(lambda session: users.disable(session, "alice", town.clock.now()))
    assert town.publish(key="k", fingerprint="f").id == first.id


def test_a_replay_does_not_touch_the_incident(town: Town) -> None:
    first = town.publish(key="k", fingerprint="f", dedupe_key="d")
    assert town.publish(key="k", fingerprint="f", dedupe_key="d").replayed
    assert town.publish(key="l", fingerprint="f", dedupe_key="d").id == first.id
    assert town.page("alice")[0]["count"] == 2


@pytest.mark.anyio
async def test_of_fifty_at_once_one_is_published_and_all_hear_the_same(town: Town) -> None:
    order = Order(Draft(to=["alice"], title="once"), DEPLOYS, "k", "f")
    now = town.clock.now()

    def work(session: Session) -> Published:
        return publish(session, People(), order, frozenset, now)

    published = await asyncio.gather(*(town.database.write(work) for _ in range(50)))
    assert len({each.id for each in published}) == 1
    assert sum(not each.replayed for each in published) == 1
    assert town.position("alice").seq == 1
    await town.database.close()


def test_old_answers_are_forgotten_in_small_steps(town: Town) -> None:
    for number in range(3):
        town.publish(key=str(number), fingerprint="f")
    town.clock.advance(timedelta(hours=25).total_seconds())
    town.publish(key="fresh", fingerprint="f")
    assert town.write(lambda session: upkeep.forget(session, town.clock.now(), None)) is False
    count = select(func.count()).select_from(acceptances)
    assert town.read(lambda session: session.execute(count).scalar()) == 1
