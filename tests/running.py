"""Real servers for tests: ours as `scripts/run` starts it, and PostgreSQL; on free ports, none left behind.

No assertion comes in here. Used by the fixtures of conftest.py, by the fault tests and by the journeys.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

ROOT = Path(__file__).parents[1]
ADMIN_PASSWORD = "correct horse battery"
START_S = 180  # the first start in a clean clone builds the pages
PLAIN = False  # `verify`, on plain HTTP: to read all certificates of the machine takes 20 ms each time


_given: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens on at this moment, and that nobody was given here before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


def wait_until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again until it is so."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not happen within {seconds} s")
        time.sleep(0.02)


class TidingsServer:
    """The production server in a process of its own, with its data in `data_dir`. Kill it, start it again."""

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.root = ROOT  # another tree is another version
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.socket_url = f"ws://localhost:{self.port}/ws"
        self.log = data_dir / "server.log"
        self.environment = {
            "TIDINGS_PORT": str(self.port),
            "TIDINGS_DATA_DIR": str(data_dir),
            "TIDINGS_ADMIN_PASSWORD": ADMIN_PASSWORD,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it is ready."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tidings", "serve"],
                cwd=self.root,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_until(self._ready, START_S, "readiness")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._signal(signal.SIGKILL)

    def stop(self) -> int:
        """End it politely and return its exit code."""
        return self._signal(signal.SIGTERM)

    def command(self, *words: str, given: str = "") -> str:
        """Run `python -m tidings …` on the same database and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "tidings", *words],
            cwd=self.root,
            env=os.environ | self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended by itself:\n{self.log.read_text()}")
        try:
            return httpx.get(self.url + "/readyz", timeout=1, verify=PLAIN).status_code == 200
        except httpx.TransportError:
            return False

    def _signal(self, number: int) -> int:
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(timeout=20)
        self.process = None
        return code


class RedisServer:
    """A Redis of our own on a free port, which can be killed, emptied and stopped in its tracks."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def binary() -> str | None:
        return shutil.which("redis-server")

    def start(self) -> None:
        """Start it, empty."""
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            [self.binary() or "", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, 10, "Redis' start")

    def kill(self) -> None:
        """End it, and all that it holds, without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it take connections and answer nothing, as a frozen machine does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str) -> str:
        """Ask it something past all our code; the answer as one line of its protocol."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as line:
            line.sendall(f"*{len(words)}\r\n".encode())
            line.sendall(b"".join(f"${len(word.encode())}\r\n{word}\r\n".encode() for word in words))
            return line.recv(65_536).decode().strip()

    def _answers(self) -> bool:
        try:
            return self.ask("PING") == "+PONG"
        except OSError:
            return False


class PostgresServer:
    """A PostgreSQL of our own on a free port, fast because nothing in it is worth keeping."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="tidings-postgres-")
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._place = Path(self._folder.name) / "cluster"

    @staticmethod
    def binary(name: str) -> str | None:
        """Return where the program is; Debian keeps it off PATH."""
        places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        return str(places[0]) if places else shutil.which(name)

    def start(self) -> None:
        """Make a cluster the first time, and start it."""
        if not self._place.exists():
            os.chmod(self._folder.name, 0o777)  # noqa: PTH101  # PostgreSQL refuses root: it runs as somebody else
            self._run("initdb", "-D", str(self._place), "-U", "tidings", "-A", "trust", "-E", "UTF8", "-N")
        options = ("-p", str(self.port), "-k", self._folder.name, "-c", "listen_addresses=127.0.0.1", "-F")
        command = self._as_somebody([self.binary("postgres") or "", "-D", str(self._place), *options])
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers, 30, "PostgreSQL's start")

    def stop(self) -> None:
        """End it at once; the folder stays for the next start."""
        self._signal(signal.SIGINT)

    def close(self) -> None:
        """End it and remove everything."""
        self._signal(signal.SIGQUIT)  # without writing down what nobody will read
        self._folder.cleanup()

    def _signal(self, number: int) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=20)
            self._process = None

    def fresh_url(self, name: str, template: str = "template0") -> str:
        """Return the address of a new database, empty or a copy of the template."""
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url_of(name)

    def url_of(self, name: str) -> str:
        """Return the address of a database of that name."""
        return f"postgresql://tidings@127.0.0.1:{self.port}/{name}"

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._tell(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _tell(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(sql.encode())

    def _answers(self) -> bool:
        done = subprocess.run(
            [self.binary("pg_isready") or "", "-h", "127.0.0.1", "-p", str(self.port), "-q"], check=False
        )
        return done.returncode == 0

    def _run(self, name: str, *words: str) -> None:
        subprocess.run(
            self._as_somebody([self.binary(name) or "", *words]), check=True, stdout=subprocess.DEVNULL
        )

    def _as_somebody(self, command: list[str]) -> list[str]:
        return (
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *command]
            if os.geteuid() == 0
            else command
        )
