"""The servers of the storms: one that several storms share, and one on a small disk of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.storm import NO_LIMITS, Front, Storm
from tests.running import PostgresServer, TidingsServer
from tests.servers import a_postgres

Begin = Callable[..., Awaitable[Storm]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TidingsServer]:
    server = TidingsServer(tmp_path_factory.mktemp("storm"), **NO_LIMITS)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def database() -> Iterator[PostgresServer]:
    """Return a PostgreSQL of the module's own, which its storms may restart and cut off."""
    with a_postgres() as server:
        yield server


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 12 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk needs the right to mount one (root)")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="session")
def broken_disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library for LD_PRELOAD with which fsync fails while a file exists."""
    library = tmp_path_factory.mktemp("disk") / "broken_disk.so"
    source = Path(__file__).with_name("broken_disk.c")
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("a broken disk needs Linux and a C compiler (cc)")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return library


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Return what begins a storm; every storm ends with the test."""
    storms: list[Storm] = []

    async def begin(server: TidingsServer, prefix: str, people: int, front: Front | None = None) -> Storm:
        storm = Storm(server, prefix, front)
        storms.append(storm)
        await storm.begin(people)
        return storm

    yield begin
    for storm in storms:
        await storm.end()
