"""Two processes for the tests that may take their time: each takes the next file until none is left.

No test may come in here, and none that kills, cuts, hides, hurries or measures is shared: those run
afterwards, alone. A plugin of pytest, loaded by conftest.py; `scripts/test` without arguments asks for it.
"""

import os
import pickle
import signal
import struct
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO
from warnings import WarningMessage

import pytest

ROOT = Path(__file__).parent
SHARED = {
    "accounts",
    "api",
    "attacks",
    "audit",
    "browser/test_accessibility.py",
    "browser/test_acting.py",
    "browser/test_arriving.py",
    "browser/test_embedded.py",
    "browser/test_first_steps.py",
    "browser/test_keyboard.py",
    "browser/test_lists.py",
    "browser/test_looks.py",
    "browser/test_marks.py",
    "browser/test_one_item.py",
    "browser/test_operator.py",
    "browser/test_people.py",
    "browser/test_preferences.py",
    "browser/test_reading.py",
    "browser/test_reflex_run.py",
    "command",
    "database",
    "deploy/test_files.py",
    "journal",
    "live",
    "notifications",
    "overview",
    "preferences",
    "reference",
    "startup",
    "test_cost.py",
    "test_javascript.py",
    "test_rooms.py",
    "ui",
    "words",
}
ALONE = {  # real time: bounds that a busy neighbour could break
    "api/test_sessions_sign_in.py",
    "attacks/test_in_a_browser.py",
    "attacks/test_whole_server.py",
    "command/test_backup.py",
    "database/test_doorbell.py",
    "database/test_faults_postgresql.py",
    "database/test_faults_sqlite.py",
    "live/test_common_gate.py",
    "live/test_granian.py",
    "live/test_rough.py",
    "overview/test_others.py",
}
NUMBER = struct.Struct("H")

Items = list[pytest.Item]


def is_shared(item: pytest.Item) -> bool:
    """Tell whether a test may run beside another one."""
    path = item.path.relative_to(ROOT)
    return bool({path.parts[0], path.as_posix()} & SHARED) and path.as_posix() not in ALONE


class Files:
    """The files that nobody has taken yet: their numbers are in a pipe that both processes read."""

    def __init__(self, items: Items) -> None:
        self._files = [list(file) for _, file in groupby(items, key=lambda item: item.path)]
        self._end, start = os.pipe()
        for number in range(len(self._files)):
            os.write(start, NUMBER.pack(number))
        os.close(start)

    def run(self, then: pytest.Item | None) -> Iterator[pytest.Item]:
        """Run what can be taken; after each test, name it. `then` is what comes after all."""
        file = self._take()
        while file:
            following = self._take()  # before the last test of this one: pytest keeps what the next can use
            for item, after in zip(file, [*file[1:], following[0] if following else then], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                yield item
            file = following

    def _take(self) -> Items:
        number = os.read(self._end, NUMBER.size)
        if not number:
            return []
        place: int = NUMBER.unpack(number)[0]
        return self._files[place]


class Writer:
    """In the second process: what happens is written down, not shown."""

    def __init__(self, config: pytest.Config, paper: BinaryIO) -> None:
        self._config, self._paper = config, paper

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self._config.hook.pytest_report_to_serializable(config=self._config, report=report)
        self._write("report", told)

    def pytest_warning_recorded(
        self, warning_message: WarningMessage, when: str, nodeid: str, location: Any
    ) -> None:
        if when == "runtest":  # the others were told before there were two
            said = warning_message
            message = (str(said.message), said.category, said.filename, said.lineno)
            self._write("warning", (message, {"when": when, "nodeid": nodeid, "location": location}))

    def _write(self, kind: str, told: Any) -> None:
        self._paper.write(pickle.dumps((kind, told)))
        self._paper.flush()


class Second:
    """The second process, seen from the first."""

    def __init__(self, config: pytest.Config, files: Files, paper: Path) -> None:
        self._hook, self._config = config.hook, config
        self.told: set[str] = set()
        paper.touch()
        self._paper = paper.open("rb")
        capture: Any = config.pluginmanager.getplugin("capturemanager")
        capture.suspend_global_capture(in_=True)
        self._pid = os.fork()
        if self._pid == 0:
            os._exit(_work(config, files, paper))
        capture.resume_global_capture()

    def listen(self) -> None:
        """Show what was written down since."""
        while True:
            place = self._paper.tell()
            try:
                kind, told = pickle.load(self._paper)  # our own words
            except (EOFError, pickle.UnpicklingError):  # the rest is still being written
                self._paper.seek(place)
                return
            self._show_report(told) if kind == "report" else self._show_warning(*told)

    def end(self, *, early: bool = False) -> None:
        """Wait for its end, and hear its last words."""
        if early:
            os.kill(self._pid, signal.SIGINT)  # so that it ends what it has started
        os.waitpid(self._pid, 0)
        self.listen()
        self._paper.close()

    def _show_report(self, told: dict[str, Any]) -> None:
        report = self._hook.pytest_report_from_serializable(config=self._config, data=told)
        where = {"nodeid": report.nodeid, "location": report.location}
        if report.when == "setup":
            self._hook.pytest_runtest_logstart(**where)
        self._hook.pytest_runtest_logreport(report=report)
        if report.when == "teardown":
            self._hook.pytest_runtest_logfinish(**where)
            self.told.add(report.nodeid)

    def _show_warning(self, message: tuple[Any, ...], words: dict[str, Any]) -> None:
        said = WarningMessage(*message)
        self._hook.pytest_warning_recorded.call_historic(kwargs={"warning_message": said, **words})


def _work(config: pytest.Config, files: Files, paper: Path) -> int:
    """Be the second process; return how it ends."""
    plugins = config.pluginmanager
    capture: Any = plugins.getplugin("capturemanager")
    of_both, capture._global_capturing = capture._global_capturing, None  # kept: its files are not closed
    capture.start_global_capturing()  # into files of its own
    plugins.unregister(name="terminalreporter")
    try:
        with paper.open("ab") as written:
            plugins.register(Writer(config, written))
            for _ in files.run(None):
                pass
    except BaseException:  # noqa: BLE001  # whatever it was: the first one sees what is missing
        return 1
    del of_both
    return 0


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "two processes for the tests that may take their time"
    parser.addoption("--side-by-side", action="store_true", help=words)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run in two processes what may be shared, then the rest in this one."""
    shared = [item for item in session.items if is_shared(item)]
    options = session.config.option
    if not options.side_by_side or options.collectonly or session.testsfailed or not shared:
        return None  # pytest's own loop, which also says what was wrong
    alone = [item for item in session.items if not is_shared(item)]
    _run_shared(session, shared, alone[0] if alone else None)
    for item, after in zip(alone, [*alone[1:], None], strict=False):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        _stop_when_told(session)
    return True


def _run_shared(session: pytest.Session, shared: Items, then: pytest.Item | None) -> None:
    factory: Any = getattr(session.config, "_tmp_path_factory")  # noqa: B009  # it is set by a plugin
    folder: Path = factory.getbasetemp()  # now, so that both make their folders in the same one
    files, missing = Files(shared), {item.nodeid for item in shared}
    second = Second(session.config, files, folder / "second")
    try:
        for item in files.run(then):
            missing.discard(item.nodeid)
            second.listen()
            _stop_when_told(session)
    except BaseException:
        second.end(early=True)
        raise
    second.end()
    if missing - second.told:
        raise session.Interrupted(f"the second process left out {len(missing - second.told)} tests")


def _stop_when_told(session: pytest.Session) -> None:
    if session.shouldfail:
        raise session.Failed(session.shouldfail)
    if session.shouldstop:
        raise session.Interrupted(session.shouldstop)
