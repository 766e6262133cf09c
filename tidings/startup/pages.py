"""The built pages: made by Reflex in `.web`, kept in `.pages/<fingerprint>`, served from there.

Reflex itself is never imported here, it runs as a process of its own. Called by `start`.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from tidings.build import VARIABLE, Build, keep_build, new_build
from tidings.startup.checks import check_node
from tidings.startup.fingerprint import fingerprint
from tidings.startup.refusal import StartRefused

WORKSHOP = ".web"  # where Reflex builds; `reflex run` works there too
LOCK_FILES = "reflex.lock"  # committed; Reflex writes them anew at each build
SERVED = ("build/client", "backend", "routes.json")  # all that a running server reads of it
KEPT = 2  # a server started before an upgrade may still be serving the build before this one
EXPORT = ("-m", "reflex", "export", "--frontend-only", "--no-zip")
COMPILED_IN = ("TIDINGS_", "REFLEX_", "__REFLEX_", "VITE_")  # variables that could change a build
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
LAST_WORDS = 30  # lines of a failed build that are shown

Say = Callable[[str], None]


def built_pages(root: Path, say: Say, export: Sequence[str] = EXPORT) -> Path:
    """Return the folder of the pages that belong to the sources in `root`, building it unless it is there."""
    place = root / ".pages" / fingerprint(root)
    if not place.is_dir():
        place.parent.mkdir(exist_ok=True)
        with _one_at_a_time(place.parent / "lock") as lock, _afresh_after_a_failure(root):
            if not place.is_dir():  # whoever we waited for may have made it
                build = new_build(place.name)
                _build(root, export, lock, say, build)
                _keep(root / WORKSHOP, place, build)
    return place


@contextmanager
def _one_at_a_time(path: Path) -> Generator[int, None, None]:
    """Hold the lock. The build inherits it: if we are killed, its orphan still keeps others out."""
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


@contextmanager
def _afresh_after_a_failure(root: Path) -> Generator[None, None, None]:
    """Empty the workshop when the last build did not get through: npm trusts what it half unpacked."""
    unfinished = root / ".pages" / "unfinished"
    if unfinished.exists():
        shutil.rmtree(root / WORKSHOP, ignore_errors=True)
    unfinished.touch()
    yield
    unfinished.unlink()


def _build(root: Path, export: Sequence[str], lock: int, say: Say, build: Build) -> None:
    environment = _build_environment() | {VARIABLE: json.dumps(build)}
    check_node(environment["PATH"])
    say("Building the pages; only the first start and upgrades do this. It takes about a minute …")
    began = time.monotonic()
    with TemporaryDirectory() as scratch, TemporaryFile() as log, _untouched(root / LOCK_FILES):
        environment["TIDINGS_DATA_DIR"] = scratch  # a build must neither read nor make anything of a person's
        code = _run(export, root, environment, lock, log)
        if code or not (root / WORKSHOP / SERVED[0] / "index.html").is_file():
            last_words = _last_words(log)
            raise StartRefused(f"{last_words}\nThe pages could not be built; the lines above say why.")
    say(f"Built in {time.monotonic() - began:.0f} s.")


def _last_words(log: IO[bytes]) -> str:
    log.seek(0)
    text = COLOURS.sub("", log.read().decode(errors="replace"))
    return "\n".join(text.rstrip().splitlines()[-LAST_WORDS:])


def _run(export: Sequence[str], root: Path, environment: dict[str, str], lock: int, log: IO[bytes]) -> int:
    build = subprocess.Popen(
        [sys.executable, *export],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=[lock],
        start_new_session=True,  # so that it can be ended with all that it started
    )
    try:
        return build.wait()
    finally:
        if build.poll() is None:  # we are told to stop: the build goes with us
            os.killpg(build.pid, signal.SIGKILL)
            build.wait()


@contextmanager
def _untouched(folder: Path) -> Generator[None, None, None]:
    """Leave the folder as it was: starting a clone must not dirty it, nor change its own fingerprint."""
    before = {path: path.read_bytes() for path in folder.glob("*")}
    try:
        yield
    finally:
        for path in folder.glob("*"):
            if path not in before:
                path.unlink()
        for path, content in before.items():
            path.write_bytes(content)


def _build_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(COMPILED_IN)}
    own_programs = str(Path(sys.executable).parent)  # Node lives beside Python, activated or not
    return kept | {"PATH": os.pathsep.join([own_programs, kept.get("PATH", os.defpath)]), "COLUMNS": "160"}


def _keep(workshop: Path, place: Path, build: Build) -> None:
    """Copy what is served aside and name it last: a folder of that name is always whole."""
    with TemporaryDirectory(dir=place.parent) as draft:
        for name in SERVED:
            source, target = workshop / name, Path(draft, "whole", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copy2(source, target)
        keep_build(build, Path(draft, "whole"))
        Path(draft, "whole").rename(place)
    _forget_older(place.parent)


def _forget_older(pages: Path) -> None:
    builds = [path for path in pages.iterdir() if path.is_dir()]
    for path in sorted(builds, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)


def serving_environment(pages: Path) -> dict[str, str]:
    """Return the variables with which Reflex serves a finished build on one port and compiles nothing."""
    return {
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(pages),
        "__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true",
        "__REFLEX_SKIP_COMPILE": "true",
    }
