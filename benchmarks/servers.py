"""The servers that are compared: how each is started, and how the load client speaks with it.

No measuring may come in here. A new peer is one entry of `SERVERS`. Called by the command and the measures.
"""

import os
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.loading import Load
from benchmarks.payload import peer_request, tidings_request
from benchmarks.population import MOST_EACH, SECRET, Population, populate
from benchmarks.processes import Running, answers_ready, free_port
from benchmarks.workshop import (
    BENCH,
    PEERS,
    PYTHON,
    ROOT,
    need_node_peers,
    need_python_peers,
    node_source,
    program,
)

NOTHING: Mapping[str, str] = {}
MOST_WINDOW = 64


@dataclass(frozen=True)
class Manners:
    """How the load client says hello, and where."""

    flavour: str = "raw"
    path: str = "/ws"
    request: Callable[[int], bytes] = peer_request
    tokens: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Server:
    """One row of the comparison. `start` starts it for so many sockets."""

    key: str
    label: str
    start: Callable[[Running, int], Manners]

    @property
    def ours(self) -> bool:
        """Whether it promises that nothing is lost, so that one lost item ends the run."""
        return "Tidings" in self.label


@contextmanager
def under_load(server: Server, sockets: int) -> Generator[tuple[Running, Load]]:
    """Start a server and a load client that knows how to speak with it; end both."""
    with Running(server.key) as running:
        manners = server.start(running, sockets)
        with Load(running.port, manners.flavour, manners.path) as load:
            if manners.tokens:
                load.use_tokens(manners.tokens)
            load.use_request(manners.request(running.port))
            yield running, load


@contextmanager
def tidings_for(
    users: int, tokens_each: int = 1, uneven: bool = True, environment: Mapping[str, str] = NOTHING
) -> Generator[tuple[Running, Population]]:
    """Start Tidings as `scripts/run` does, with so many people in a fresh database."""
    with Running("tidings") as running, TemporaryDirectory(dir=BENCH) as folder:
        people = populate(Path(folder), users, tokens_each, uneven)
        _start_tidings(running, Path(folder), environment)
        yield running, people


def _start_tidings(running: Running, data_dir: Path, environment: Mapping[str, str]) -> None:
    settings = {
        "TIDINGS_PORT": str(running.port),
        "TIDINGS_DATA_DIR": str(data_dir),
        "TIDINGS_SECRET_KEY": SECRET,
        # All come from one address and publish with one key: what stops an abuser must not stop us.
        "TIDINGS_MAX_PENDING_PER_IP": "0",
        "TIDINGS_MAX_UPGRADES_PER_MINUTE_PER_IP": "0",
        "TIDINGS_MAX_PUBLISHES_PER_SECOND_PER_KEY": "0",
    }
    command = [sys.executable, "-m", "tidings", "serve"]
    running.start(command, settings | dict(environment), running.port, ROOT, answers_ready)


def _tidings(tokens_each: int) -> Callable[[Running, int], Manners]:
    def start(running: Running, sockets: int) -> Manners:
        folder = TemporaryDirectory(dir=BENCH)
        running.cleanups.append(folder.cleanup)
        people = populate(Path(folder.name), sockets // tokens_each, tokens_each)
        _start_tidings(running, Path(folder.name), NOTHING)
        return Manners("tidings", "/ws", lambda port: tidings_request(port, people.key), people.tokens)

    return start


def _bare(running: Running, _sockets: int) -> Manners:
    command = [sys.executable, "-m", "benchmarks.bare", str(running.port)]
    running.start(command, NOTHING, running.port, ROOT)
    return Manners("tidings", tokens=["anybody"])


def _limit(running: Running, _sockets: int) -> Manners:
    running.start([str(program(PEERS / "limit.c")), str(running.port)], NOTHING, running.port, BENCH)
    return Manners()


def _node(source: str, manners: Manners) -> Callable[[Running, int], Manners]:
    def start(running: Running, _sockets: int) -> Manners:
        need_node_peers()
        running.start(["node", str(node_source(source)), str(running.port)], NOTHING, running.port, BENCH)
        return manners

    return start


def _uvicorn(module: str, manners: Manners) -> Callable[[Running, int], Manners]:
    def start(running: Running, _sockets: int) -> Manners:
        need_python_peers()
        options = ["--port", str(running.port), "--no-access-log", "--log-level", "warning"]
        running.start([str(PYTHON), "-m", "uvicorn", f"{module}:app", *options], NOTHING, running.port, PEERS)
        return manners

    return start


def _channels(running: Running, _sockets: int) -> Manners:
    need_python_peers()
    redis_port = free_port()
    store = ["redis-server", "--port", str(redis_port), "--bind", "127.0.0.1", "--save", ""]
    running.start([*store, "--appendonly", "no"], NOTHING, redis_port, BENCH)
    command = [str(PYTHON), "-m", "daphne", "-b", "127.0.0.1", "-p", str(running.port), "-v", "0"]
    environment = {"BENCH_REDIS_PORT": str(redis_port), "PYTHONPATH": os.fspath(PEERS)}
    running.start([*command, "django_channels:app"], environment, running.port, PEERS)
    return Manners()


SOCKETIO = Manners("socketio", "/socket.io/?EIO=4&transport=websocket")

SERVERS = (
    Server("limit", "C, epoll, one send per frame (the limit)", _limit),
    Server("tidings", "**Tidings**, whole: committed, numbered, 1 connection each", _tidings(1)),
    Server("tidings-5", f"**Tidings**, whole, {MOST_EACH} connections each", _tidings(MOST_EACH)),
    Server("bare", "Tidings, the sending alone: no accounts, no database", _bare),
    Server("ws", "`ws` on node", _node("ws_node.mjs", Manners())),
    Server("socketio", "Socket.IO on node", _node("socketio_node.mjs", SOCKETIO)),
    Server("broadcaster", "Starlette + broadcaster on uvicorn", _uvicorn("starlette_broadcaster", Manners())),
    Server("python-socketio", "python-socketio on uvicorn", _uvicorn("python_socketio", SOCKETIO)),
    Server("channels", "Django Channels + Redis on daphne", _channels),
)
