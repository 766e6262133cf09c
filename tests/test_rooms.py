"""Who may know whom: the table of rooms, held against the imports."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ANYBODY = {"clock", "settings", "journal"}
PAGES = {
    "live.provider",
    "live.connection_state",
    "live.websocket",
    "live.live_provider",
    "live.ConnectionState",
}
ROOTS = {"tidings", "house", "command", "server", "__main__"}  # of composition: they know everybody

ROOMS: dict[str, set[str]] = {
    "settings": set(),
    "clock": set(),
    "rate": set(),
    "tally": set(),
    "journal": {"clock"},
    "database": {"settings", "tally"},
    "accounts": {"database", "clock"},
    "notifications": {"database", "clock"},
    "audit": {"database", "clock"},
    "preferences": {"database"},
    "live": {"clock", "rate", "tally", "journal"},
    "neighbours": {"clock", "tally"},
    "wire": {"live", "rate"},
    "doctor": set(),
    "tracing": {"__version__"},
    "api": {"accounts", "notifications", "preferences", "audit", "database", "__version__", "rate", "tally"}
    | ANYBODY,
    "ui": {"accounts", "notifications", "settings", "reflex"} | PAGES,
    "embed": {"ui", "reflex"} | PAGES,
    "live.provider": {"reflex"},
    "live.connection_state": {"reflex"},
    "build": set(),
    "startup": {"settings", "build"},
}


def room_of(name: str) -> str:
    """Name the room of a module; what pages use of `live` is a room of its own."""
    words = name.split(".")[1:] or ["tidings"]
    both = ".".join(words[:2])
    return both if both in PAGES else words[0]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def known_to(path: Path) -> set[str]:
    """Name the rooms, and Reflex, that a module imports."""
    ours = {room_of(name) for name in imports(path) if name.startswith("tidings.")}
    return ours | {"reflex" for name in imports(path) if name.split(".")[0] == "reflex"}


def modules(room: str) -> list[Path]:
    every = (ROOT / "tidings").rglob("*.py")
    return [path for path in every if room_of(".".join(path.relative_to(ROOT).with_suffix("").parts)) == room]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_whom_it_may(room: str) -> None:
    assert modules(room)
    for path in modules(room):
        inside = PAGES if room == "live" else {room}
        may = ROOMS[room] | {room} | inside
        assert known_to(path) <= may, path.relative_to(ROOT)


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_knows_who_composes_it(room: str) -> None:
    assert not any(known_to(path) & ROOTS for path in modules(room))
