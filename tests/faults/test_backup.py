"""Backups amid a storm, on both engines: each is one moment, with all that was acknowledged before it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Begin
from tests.faults.history import title_of
from tests.faults.storm import NO_LIMITS, steadily
from tests.running import TidingsServer

pytestmark = [pytest.mark.anyio, pytest.mark.faults, pytest.mark.slow]

# Rows of an inbox, and the broadcasts that it has still to take in, numbered as they will be.
EVERYTHING = (
    "SELECT users.name, contents.title, seq FROM deliveries"
    " JOIN contents ON contents.id = content_id JOIN users ON users.id = user_id"
    " UNION ALL SELECT users.name, contents.title, seq + number - settled FROM inboxes"
    " JOIN broadcasts ON number > settled JOIN contents ON contents.id = content_id"
    " JOIN users ON users.id = user_id"
)


@pytest.fixture
async def server(tmp_path: Path, cellar: dict[str, str]) -> AsyncIterator[TidingsServer]:
    where = {f"TIDINGS_{name.upper()}": value for name, value in cellar.items()}
    server = TidingsServer(tmp_path, **NO_LIMITS, **where)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


def kept(file: Path) -> dict[str, dict[str, int]]:
    """Return what each person has in a backup: title and number."""
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows: list[Any] = connection.execute(EVERYTHING).fetchall()
    people: dict[str, dict[str, int]] = {}
    for name, title, seq in rows:
        people.setdefault(name, {})[title] = seq
    return people


async def test_each_backup_is_one_moment_and_the_storm_does_not_notice(
    begin: Begin, server: TidingsServer, tmp_path: Path
) -> None:
    storm = await begin(server, "kept", 6)
    publishing = asyncio.create_task(steadily(storm, 8, per_second=20))
    before: dict[Path, set[int]] = {}
    for number in range(3):
        await asyncio.sleep(1)
        file = tmp_path / f"backup{number}.db"
        before[file] = set(storm.publications.acknowledged)
        await asyncio.to_thread(server.command, "backup", str(file))
    await publishing
    for file, acknowledged in before.items():
        people = kept(file)
        for name in storm.names:
            mine = people.get(name, {})
            assert sorted(mine.values()) == list(range(1, len(mine) + 1)), "no number is missing"
            meant = {title_of(tag) for tag in acknowledged if name in storm.publications.meant[tag]}
            assert meant <= mine.keys()
    verdict = await storm.settle()
    assert verdict.clean, verdict
    assert storm.sender.refused == 0


async def test_restored_amid_a_storm_everybody_begins_the_new_life_together(
    begin: Begin, server: TidingsServer, tmp_path: Path
) -> None:
    storm = await begin(server, "again", 4)
    await storm.broadcast()
    file = tmp_path / "backup.db"
    await asyncio.to_thread(server.command, "backup", str(file))
    publishing = asyncio.create_task(steadily(storm, 3, per_second=20))
    await asyncio.sleep(1.5)
    await asyncio.to_thread(server.command, "restore", str(file), "--force")
    await publishing
    await storm.until(lambda: all(each.view.epoch == epoch_of(storm) for each in storm.listeners), "one life")
    assert all(1012 in listener.endings for listener in storm.listeners)
    after = await storm.broadcast()
    await storm.until(lambda: all(after in each.view.seqs for each in storm.listeners), "all hear it")
    truth = storm.truth()
    for listener in storm.listeners:
        assert listener.view.seq == max(seq for _, seq, _ in truth[listener.name])


def epoch_of(storm: Any) -> str:
    return storm.ask("SELECT epoch FROM lives")[0][0]
