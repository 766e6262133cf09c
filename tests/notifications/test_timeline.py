"""The timeline of an incident: every version that a person was sent, and none that only others were."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete

from tests.notifications.conftest import Town
from tidings.notifications.tables import contents
from tidings.notifications.timeline import MOST, Timeline, timeline


def said(town: Town, title: str, *people: str, **more: Any) -> str:
    """Publish a version of the incident, a minute after the last one."""
    town.clock.advance(60)
    return town.publish(people or ("alice",), title=title, dedupe_key="disk", **more).id


def told(town: Town, name: str, notification_id: str, since: datetime | None = None) -> Timeline:
    found = town.read(lambda session: timeline(session, town.ids[name], notification_id, since))
    assert found is not None
    return found


def titles(found: Timeline) -> list[str]:
    return [version["title"] for version in found.versions]


def test_an_incident_tells_how_it_went_newest_first(town: Town) -> None:
    said(town, "Disk at 91 %", level="warning")
    said(town, "Disk full", level="error")
    item = said(town, "Resolved", level="success")
    found = told(town, "alice", item)
    assert titles(found) == ["Resolved", "Disk full", "Disk at 91 %"]
    assert [version["level"] for version in found.versions] == ["success", "error", "warning"]
    assert found.versions[0]["published_at"] == town.clock.now()
    assert found.is_complete


def test_a_notification_that_was_never_updated_has_one_version(town: Town) -> None:
    assert told(town, "alice", town.publish().id).is_complete


def test_another_persons_is_not_there_and_neither_is_one_that_does_not_exist(town: Town) -> None:
    item = said(town, "Disk full", "alice")
    for name, wanted in (("bob", item), ("alice", "nothing")):
        assert town.read(lambda session, w=wanted, n=name: timeline(session, town.ids[n], w, None)) is None


def test_what_was_said_before_somebody_was_addressed_is_not_for_them(town: Town) -> None:
    said(town, "A secret of alice", "alice")
    item = said(town, "For both", "alice", "bob")
    assert titles(told(town, "bob", item)) == ["For both"]
    assert titles(told(town, "alice", item)) == ["For both", "A secret of alice"]


def test_a_version_for_others_only_is_never_shown_and_it_is_said_that_some_are_missing(town: Town) -> None:
    said(town, "First", "alice", "bob")
    said(town, "For alice alone", "alice")
    item = said(town, "Last", "alice", "bob")
    for_bob = told(town, "bob", item)
    assert (titles(for_bob), for_bob.is_complete) == (["Last", "First"], True)
    assert titles(told(town, "alice", item)) == ["Last", "For alice alone", "First"]
    item = said(town, "Another", "bob")
    for_bob = told(town, "bob", item)
    assert (titles(for_bob), for_bob.is_complete) == (["Another", "First"], False)


def test_what_the_cleaner_took_cannot_let_another_persons_version_slip_in(town: Town) -> None:
    said(town, "First", "alice", "bob")
    said(town, "Second", "bob")
    said(town, "For alice alone", "alice")
    item = said(town, "Last", "alice", "bob")
    town.write(lambda session: session.execute(delete(contents).where(contents.c.title == "Second")))
    since = town.clock.now() - timedelta(seconds=1)
    assert titles(told(town, "bob", item, since)) == ["Last", "First"]


def test_an_alarm_that_flaps_tells_of_the_last_fifty(town: Town) -> None:
    item = [said(town, str(number)) for number in range(MOST + 5)][-1]
    found = told(town, "alice", item)
    assert (len(found.versions), found.versions[0]["title"], found.is_complete) == (MOST, "54", False)
