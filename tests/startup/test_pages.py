"""How pages are built once, whole, and by one start at a time. A few lines of Python stand for Reflex."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tidings.startup import StartRefused
from tidings.startup.pages import built_pages, serving_environment

EXPORT = """
import os, pathlib, time
with open("builds", "a") as builds: builds.write("built\\n")
web = pathlib.Path(".web")
(web / "build/client").mkdir(parents=True, exist_ok=True)
(web / "backend").mkdir(exist_ok=True)
(web / "routes.json").write_text("[]")
pathlib.Path("environment").write_text("\\n".join(os.environ))
pathlib.Path("reflex.lock/package.json").write_text("rewritten")
pathlib.Path("reflex.lock/new.json").write_text("new")
%s
(web / "build/client/index.html").write_text("whole")
"""
BUILDS = ("-c", EXPORT % "")
TAKES_A_MOMENT = ("-c", EXPORT % "time.sleep(0.5)")
FAILS = ("-c", EXPORT % "raise SystemExit('icon not found')")
NEVER_ENDS = ("-c", EXPORT % "time.sleep(600)")

PATIENCE_S = 20


def no_words(_: str) -> None: ...


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "reflex.lock").mkdir()
    (tmp_path / "reflex.lock/package.json").write_text("committed")
    (tmp_path / "assets").mkdir()
    return tmp_path


def builds(project: Path) -> int:
    return len((project / "builds").read_text().splitlines())


def test_the_second_start_does_not_build(project: Path) -> None:
    said: list[str] = []
    first = built_pages(project, no_words, BUILDS)
    second = built_pages(project, said.append, BUILDS)
    assert (first, builds(project), said) == (second, 1, [])
    assert (first / "build/client/index.html").read_text() == "whole"


def test_changed_sources_are_built_and_the_build_of_a_running_server_stays(project: Path) -> None:
    serving = built_pages(project, no_words, BUILDS)
    (project / "assets/new.js").write_text("new")
    assert built_pages(project, no_words, BUILDS) != serving
    assert (serving / "build/client/index.html").exists()


def test_older_builds_are_forgotten(project: Path) -> None:
    for name in "abcd":
        (project / "assets" / name).touch()
        built_pages(project, no_words, BUILDS)
    assert sum(path.is_dir() for path in (project / ".pages").iterdir()) == 2


def test_a_failed_build_refuses_the_start_with_its_last_words(project: Path) -> None:
    with pytest.raises(StartRefused, match=r"icon not found\nThe pages could not be built"):
        built_pages(project, no_words, FAILS)
    built_pages(project, no_words, BUILDS)
    assert builds(project) == 2


def test_what_an_unfinished_build_left_behind_is_not_built_upon(project: Path) -> None:
    with pytest.raises(StartRefused):
        built_pages(project, no_words, FAILS)
    (project / ".web/node_modules").mkdir()
    built_pages(project, no_words, BUILDS)
    assert not (project / ".web/node_modules").exists()


def test_what_a_finished_build_left_behind_makes_the_next_one_faster(project: Path) -> None:
    built_pages(project, no_words, BUILDS)
    (project / ".web/node_modules").mkdir()
    (project / "assets/new.js").touch()
    built_pages(project, no_words, BUILDS)
    assert (project / ".web/node_modules").exists()


def test_a_build_leaves_the_committed_lock_as_it_was(project: Path) -> None:
    built_pages(project, no_words, BUILDS)
    assert [(path.name, path.read_text()) for path in (project / "reflex.lock").iterdir()] == [
        ("package.json", "committed")
    ]


def test_no_setting_reaches_a_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TIDINGS_PORT", "TIDINGS_SECRET_KEY", "REFLEX_API_URL", "VITE_MINIFY"):
        monkeypatch.setenv(name, "1")
    built_pages(project, no_words, BUILDS)
    seen = (project / "environment").read_text().splitlines()
    reached = {name for name in seen if name.startswith(("TIDINGS_", "REFLEX_", "VITE_"))}
    assert reached == {"TIDINGS_DATA_DIR", "VITE_TIDINGS_BUILD"}, "a folder to throw away, the build's name"


def test_two_starts_at_once_build_once(project: Path) -> None:
    starts = [
        threading.Thread(target=built_pages, args=(project, no_words, TAKES_A_MOMENT)) for _ in range(2)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join(PATIENCE_S)
    assert builds(project) == 1


def test_a_start_that_is_ended_ends_its_build_and_the_next_one_builds_again(project: Path) -> None:
    start = subprocess.Popen([sys.executable, "-c", START_AND_WAIT, str(project), NEVER_ENDS[1]])
    wait_until((project / "reflex.lock/new.json").exists)
    start.send_signal(signal.SIGTERM)
    assert start.wait(PATIENCE_S) == 128 + signal.SIGTERM
    built_pages(project, no_words, BUILDS)  # would wait for ever for the lock of a build left behind
    assert builds(project) == 2


START_AND_WAIT = """
import signal, sys
from pathlib import Path
from tidings.startup.pages import built_pages
from tidings.startup.sequence import stoppable
with stoppable():
    built_pages(Path(sys.argv[1]), print, ("-c", sys.argv[2]))
"""


def test_the_server_compiles_nothing_and_serves_what_was_built(tmp_path: Path) -> None:
    assert serving_environment(tmp_path)["REFLEX_WEB_WORKDIR"] == os.fspath(tmp_path)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)
